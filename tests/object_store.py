"""An S3 service on loopback, by moto, with the faults that real ones have."""

import threading
from collections.abc import Callable, Iterable
from functools import cached_property
from io import BytesIO
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import boto3
from botocore.config import Config
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from dev.object_store import QuietHandler, WsgiApp


class ObjectStore:
    """A service with one bucket, for `with`.

    Attributes:
        ignores_conditions: Takes no notice of `If-None-Match`, as services did before they knew it.
        conflicts: To so many of the next conditional writes it answers that another write is under way.
        refuses: Answers every request with 403.
        writes: The paths that were written to, whatever the answer was.
    """

    def __init__(self) -> None:
        self.bucket = f"documents-{uuid4().hex}"
        self.ignores_conditions = False
        self.conflicts = 0
        self.refuses = False
        self.writes: list[str] = []
        self._app: WsgiApp = DomainDispatcherApplication(create_backend_app)
        # moto looks and then writes; real services do both in one step.
        self._one_at_a_time = threading.Lock()
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True, request_handler=QuietHandler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @property
    def options(self) -> dict[str, Any]:
        """How a Django storage reaches it."""
        return {
            "bucket_name": self.bucket,
            "endpoint_url": self.url,
            "access_key": "portal",
            "secret_key": "word",
            "location": "city",
        }

    @cached_property
    def client(self) -> Any:
        """An administrator's access, past every condition."""
        return boto3.client(
            "s3",
            endpoint_url=self.url,
            aws_access_key_id="admin",
            aws_secret_access_key="word",
            region_name="us-east-1",
            config=Config(s3={"addressing_style": "path"}),
        )

    def documents(self) -> dict[str, bytes]:
        """Everything in the bucket under the portal's prefix but the object by which it proves the store."""
        client = self.client
        names = [entry["Key"] for entry in client.list_objects_v2(Bucket=self.bucket).get("Contents", [])]
        return {
            name: client.get_object(Bucket=self.bucket, Key=name)["Body"].read()
            for name in names
            if not name.endswith("/write-once-probe")
        }

    def replace(self, name: str, data: bytes) -> None:
        """Do what nobody should."""
        self.client.put_object(Bucket=self.bucket, Key=name, Body=data)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        self.client.create_bucket(Bucket=self.bucket)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        # Read before the lock is taken: a client may wait for leave to send.
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        with self._one_at_a_time:
            if environ["REQUEST_METHOD"] == "PUT":
                self.writes.append(environ["PATH_INFO"])
            if self.refuses:
                return _refusal(start_response, "403 Forbidden", "AccessDenied")
            if "HTTP_IF_NONE_MATCH" in environ and self.conflicts:
                self.conflicts -= 1
                return _refusal(start_response, "409 Conflict", "ConditionalRequestConflict")
            if self.ignores_conditions:
                environ.pop("HTTP_IF_NONE_MATCH", None)
            return list(self._app(environ, start_response))


def _refusal(start_response: Callable[..., Any], status: str, code: str) -> list[bytes]:
    text = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>no</Message></Error>".encode()
    start_response(status, [("Content-Type", "application/xml"), ("Content-Length", str(len(text)))])
    return [text]
