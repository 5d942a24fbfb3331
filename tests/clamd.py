"""A scanner for viruses that speaks clamd's protocol, PING and INSTREAM, over TCP or a socket file."""

import contextlib
import socketserver
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
NAME = "Eicar-Test-Signature"


class Daemon:
    """What the server was sent, and how it is to misbehave.

    Attributes:
        size_max: Of a longer stream it says that it is too long, as clamd does with StreamMaxLength.
        silent: Whether it closes the connection without a word.
    """

    def __init__(self) -> None:
        self.streams: list[bytes] = []
        self.size_max = 25 * 1024 * 1024
        self.silent = False
        self.address = ""

    def answer(self, stream: bytes) -> bytes:
        self.streams.append(stream)
        if len(stream) > self.size_max:
            return b"INSTREAM size limit exceeded. ERROR\0"
        return f"stream: {NAME} FOUND\0".encode() if EICAR in stream else b"stream: OK\0"


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        daemon: Daemon = self.server.daemon_state  # type: ignore[attr-defined]
        command = b""
        while not command.endswith(b"\0") and (letter := self.rfile.read(1)):
            command += letter
        if daemon.silent:
            return
        if command == b"zPING\0":
            self.wfile.write(b"PONG\0")
        elif command == b"zINSTREAM\0":
            stream = b""
            while length := struct.unpack("!L", self.rfile.read(4))[0]:
                stream += self.rfile.read(length)
            self.wfile.write(daemon.answer(stream))
        else:
            self.wfile.write(b"UNKNOWN COMMAND\0")


@contextlib.contextmanager
def running(socket_file: Path | None = None) -> Iterator[Daemon]:
    """Run one, on a free port or at a socket file."""
    daemon = Daemon()
    if socket_file is None:
        server: socketserver.BaseServer = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handler)
        daemon.address = f"tcp://127.0.0.1:{server.server_address[1]}"
    else:
        server = socketserver.ThreadingUnixStreamServer(str(socket_file), _Handler)
        daemon.address = f"unix://{socket_file}"
    server.daemon_state = daemon  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield daemon
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
