"""Identifiers that may appear in a public URL, and random codes that people type."""

import os
import secrets
import time
import uuid
from threading import Lock

CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: without I, L and O, which look like digits, and without U. One character has five bits."""

_COUNTER_BITS = 42
_TAIL_BITS = 32


class _Sequence:
    """Time and counter of the last id that this process made."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Start from zero. A forked child must do so: it may inherit a lock that no thread of it would ever release."""
        self.lock = Lock()
        self.millisecond = -1
        self.counter = 0

    def next(self, now: int) -> tuple[int, int]:
        """The millisecond and the counter of the next id; together always greater than the last."""
        with self.lock:
            if now > self.millisecond:
                self.millisecond = now
                # The top bit starts at zero, so that a millisecond has room for 2^41 more ids.
                self.counter = secrets.randbits(_COUNTER_BITS - 1)
            elif self.counter + 1 < 1 << _COUNTER_BITS:
                self.counter += 1
            else:
                self.millisecond += 1
                self.counter = secrets.randbits(_COUNTER_BITS - 1)
            return self.millisecond, self.counter


_sequence = _Sequence()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_sequence.start)


def uuid7() -> uuid.UUID:
    """A UUID that sorts by the time it was made (RFC 9562, version 7, counter of section 6.2 method 1).

    48 bits of Unix milliseconds, a 42-bit counter that starts at random in each millisecond, 32 random bits.
    Within a process every id is greater than the one before, also when the clock is set back. An id shows when it was
    made and is not a secret: to know it never gives access.
    """
    millisecond, counter = _sequence.next(time.time_ns() // 1_000_000)
    value = (millisecond & (1 << 48) - 1) << 80
    value |= 0x7 << 76
    value |= counter >> 30 << 64
    value |= 0b10 << 62
    value |= (counter & (1 << 30) - 1) << _TAIL_BITS
    value |= secrets.randbits(_TAIL_BITS)
    return uuid.UUID(int=value)


def random_code(length: int) -> str:
    """A secret random code of `length` characters of CODE_ALPHABET: five random bits for each character."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))
