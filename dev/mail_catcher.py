"""Take mails by SMTP and keep each as a file: `python dev/mail_catcher.py PORT FOLDER`. Nothing is sent on.

The demo's page of mails shows every `*.log` of such a folder.
"""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


class Keeper:
    """What aiosmtpd asks when a mail has arrived."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # its name
        content = envelope.content
        assert isinstance(content, bytes)
        path = self._folder / f"{time.time_ns()}.log"
        hidden = path.with_suffix(".part")
        with hidden.open("xb") as file:
            file.write(content.replace(b"\r\n", b"\n"))
            file.flush()
            os.fsync(file.fileno())
        hidden.rename(path)
        print(f"kept a mail to {', '.join(envelope.rcpt_tos)} as {path.name}", flush=True)
        return "250 kept"


async def main(port: int, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(ending, ended.set)
    server = await loop.create_server(
        lambda: SMTP(Keeper(folder), hostname="localhost", enable_SMTPUTF8=True), "127.0.0.1", port
    )
    async with server:
        await ended.wait()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))
