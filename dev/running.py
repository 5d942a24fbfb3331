"""For what runs until Ctrl-C on data of its own: one at a time, on a port that is free."""

import fcntl
import os
import socket
import sys
from pathlib import Path
from typing import TextIO


def lock(data: Path, what: str) -> TextIO:
    """Take the lock of a data folder, which dies with its holder, or end with a message that says who has it.

    Args:
        what: What runs there, as the message names it.
    """
    path = data.with_name(f"{data.name}.lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    held = path.open("a+")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held.seek(0)
        sys.exit(f"{what} is running ({held.read().strip() or 'starting'}). Stop it with Ctrl-C first.")
    return held


def sign(held: TextIO, port: int) -> None:
    """Write into the lock who holds it."""
    held.truncate(0)
    held.write(f"process {os.getpid()}, http://localhost:{port}\n")
    held.flush()


def free_port(target: str) -> int:
    """The port of the environment variable PORT (8000), or the end with a message.

    Args:
        target: The target of make that asks.
    """
    text = os.environ.get("PORT") or "8000"
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        sys.exit(f"PORT must be a number from 1 to 65535, not {text!r}.")
    port = int(text)
    try:
        socket.create_connection(("localhost", port), timeout=1).close()
    except OSError:
        return port
    sys.exit(f"Port {port} is taken by another program. Choose another: make {target} PORT={port + 1}")
