"""An S3 service on loopback whose objects outlive it: `python dev/object_store.py PORT BUCKET FOLDER`.

moto keeps objects in memory alone; here each is also a file of the folder, and put back at the next start.
"""

import signal
import sys
import threading
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import quote, unquote

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import Client

# moto asks who somebody is, not whether it is true; nobody may read nothing.
SOMEBODY = {"Authorization": "AWS4-HMAC-SHA256 Credential=keeper/20000101/us-east-1/s3/aws4_request"}

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class QuietHandler(WSGIRequestHandler):
    def log_request(self, *args: Any, **options: Any) -> None:
        """Say nothing."""


class KeptStore:
    """moto's S3 application with one bucket, whose objects are files too."""

    def __init__(self, bucket: str, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._app: WsgiApp = DomainDispatcherApplication(create_backend_app)
        self._direct = Client(self._app)
        self._bucket = f"/{bucket}"
        self._folder = folder
        # moto looks and then writes; real services do both in one step.
        self._one_at_a_time = threading.Lock()
        self._ask("PUT", self._bucket)
        for file in folder.glob("[!.]*"):
            self._ask("PUT", f"{self._bucket}/{unquote(file.name)}", file.read_bytes())

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        # Read before the lock is taken: a client may wait for leave to send.
        environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
        path: str = environ["PATH_INFO"]
        statuses: list[str] = []

        def answer(status: str, *rest: Any) -> Any:
            statuses.append(status)
            return start_response(status, *rest)

        with self._one_at_a_time:
            body = list(self._app(environ, answer))
            if environ["REQUEST_METHOD"] == "PUT" and path.startswith(f"{self._bucket}/") and statuses[0][0] == "2":
                self._keep(path)
        return body

    def _keep(self, path: str) -> None:
        name = quote(path.removeprefix(f"{self._bucket}/"), safe="")
        hidden = self._folder / f".{name[-100:]}"
        hidden.write_bytes(self._ask("GET", path))
        hidden.rename(self._folder / name)

    def _ask(self, method: str, path: str, data: bytes = b"") -> bytes:
        answer = self._direct.open(path, method=method, data=data, headers=SOMEBODY)
        if answer.status_code != 200:
            raise OSError(f"{method} {path}: {answer.status}")
        return answer.data


def _end(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main(port: int, bucket: str, folder: Path) -> None:
    signal.signal(signal.SIGTERM, _end)
    server = make_server("127.0.0.1", port, KeptStore(bucket, folder), threaded=True, request_handler=QuietHandler)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
