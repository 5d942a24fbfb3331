"""Files from outside, shown to a scanner for viruses before they are kept.

`Scanner` is what the portal asks; `Clamd` asks ClamAV's daemon. Which one there is, and whether there is one, says the
environment (CLAMD_ADDRESS). Without one nothing is scanned, and the portal says so where its operator looks.
"""

import socket
import struct
import time
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings

OFF, OK, AWAY = "off", "ok", "away"
NOT_SCANNED = "files are not scanned for viruses: CLAMD_ADDRESS is empty"

_SECONDS = 20
_PING_SECONDS = 2
_PIECE = 64 * 1024
_ANSWER_MAX = 4_096
_LENGTH = struct.Struct("!L")
_CLEAN, _FOUND = "stream: OK", " FOUND"


class ScannerAway(Exception):
    """The scanner gave no answer that can be relied on; the message says what it did."""


class Scanner(Protocol):
    """What looks for viruses."""

    def found_in(self, data: bytes) -> str | None:
        """The name of what is in a file; None when nothing was found.

        Raises:
            ScannerAway: it cannot be said.
        """

    def is_there(self) -> bool:
        """Whether it answers now."""


class Clamd:
    """ClamAV's daemon, by its protocol of the command INSTREAM: the file goes over the wire, no path does.

    Args:
        address: `tcp://host:port` or `unix:///path/of/its/socket`.
    """

    def __init__(self, address: str) -> None:
        self._address = urlsplit(address)

    def found_in(self, data: bytes) -> str | None:
        """See `Scanner`. One that finds the file too large for it has not looked, so that counts as no answer."""
        pieces = [data[start : start + _PIECE] for start in range(0, len(data), _PIECE)]
        stream = b"".join(_LENGTH.pack(len(piece)) + piece for piece in pieces)
        answer = self._ask(b"zINSTREAM\0" + stream + _LENGTH.pack(0), _SECONDS)
        if answer == _CLEAN:
            return None
        if answer.endswith(_FOUND):
            return answer.removeprefix("stream: ").removesuffix(_FOUND)
        raise ScannerAway(answer or "it closed the connection without an answer")

    def is_there(self) -> bool:
        """See `Scanner`."""
        try:
            return self._ask(b"zPING\0", _PING_SECONDS) == "PONG"
        except ScannerAway:
            return False

    def _ask(self, question: bytes, seconds: float) -> str:
        deadline = time.monotonic() + seconds
        try:
            with self._connected(seconds) as connection:
                connection.settimeout(seconds)
                connection.sendall(question)
                return _answer(connection, deadline)
        except OSError as error:
            raise ScannerAway(str(error) or type(error).__name__) from error

    def _connected(self, seconds: float) -> socket.socket:
        if self._address.scheme == "tcp":
            return socket.create_connection((self._address.hostname, self._address.port), timeout=seconds)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(seconds)
            connection.connect(self._address.path)
        except OSError:
            connection.close()
            raise
        return connection


def _answer(connection: socket.socket, deadline: float) -> str:
    """What is sent back up to the NUL that ends it."""
    answer = b""
    while b"\0" not in answer and len(answer) < _ANSWER_MAX:
        connection.settimeout(max(deadline - time.monotonic(), 0.001))
        piece = connection.recv(_ANSWER_MAX)
        if not piece:
            break
        answer += piece
    return answer.partition(b"\0")[0].decode("utf-8", "replace").strip()


def scanner() -> Scanner | None:
    """The scanner of this installation; None where there is none."""
    return Clamd(settings.CLAMD_ADDRESS) if settings.CLAMD_ADDRESS else None


def state() -> str:
    """OFF without a scanner, OK while it answers, otherwise AWAY."""
    there = scanner()
    if there is None:
        return OFF
    return OK if there.is_there() else AWAY
