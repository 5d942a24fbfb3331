"""What a process of gunicorn does: gunicorn starts, watches and ends it, `portal.http_server` receives the requests.

Gunicorn's own threads read the body of a request, so a score of visitors who never finish theirs would hold them all.
"""

import os
import sys
from types import FrameType

from gunicorn.workers.base import Worker as GunicornWorker

from portal.http_server import Server


class Worker(GunicornWorker):
    """Serves until it is told to end, or until gunicorn is gone."""

    def run(self) -> None:
        (listener,) = self.sockets
        server = Server(self.wsgi, listener.sock, threads=self.cfg.threads)
        while self.alive and self.ppid == os.getppid():
            self.notify()
            server.turn(1)
        server.stop(self.cfg.graceful_timeout)

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        """End at once."""
        sys.exit(0)
