"""How requests are received, the same under `manage.py serve` and under gunicorn: by waitress, within bounds.

One loop receives every request whole before a thread takes it up, so whoever sends slowly, or never ends, holds no
thread. What a request may be and how long it may take to arrive is bounded, and so is what all of them hold together.
The checks of health and the refusals have threads of their own and answer while all the others are at work.
"""

import socket
import sys
import time
from typing import Any

from django.conf import settings
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher
from waitress.utilities import BadRequest, Error, RequestEntityTooLarge

CONNECTIONS_MAX = 1_000
IDLE_SECONDS = 30
"""After this time without a byte a connection is closed: in a request, between two, or in an answer nobody reads."""
REQUEST_SECONDS = 20
"""How long a request may take to arrive, besides what its body that has come is given at BYTES_PER_SECOND."""
BYTES_PER_SECOND = 50_000
ALL_BODIES_BYTES = 256 * 1024 * 1024
"""What the large requests on their way to one process may come to together. They are kept on the disk until then."""
HEALTH = ("/healthz", "/readyz")
SWITCH_SECONDS = 0.0001
"""How long a thread that calculates keeps the interpreter while others wait for it: a fiftieth of what Python gives it.

Every question to the database lets go of the interpreter, and the thread has to wait for it again afterwards. A page of
twenty questions would wait twenty times for whoever calculates long, as with an invoice of a thousand lines.
"""
_BACKLOG = 1024
_CHUNK_HEAD_MAX_BYTES = 1024
_PAGE = """\
<!DOCTYPE html>
<html lang="ja">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<h1>{title}</h1>
<p>{text}</p>
</html>
"""


class Server(TcpWSGIServer):
    """Receives requests at one socket. `turn` does what there is to do; `stop` ends it and breaks off no answer."""

    def __init__(self, application: Any, listener: socket.socket, *, threads: int) -> None:
        adjustments = Adjustments(
            sockets=[listener],
            threads=threads,
            ident=None,
            backlog=_BACKLOG,
            connection_limit=CONNECTIONS_MAX,
            channel_timeout=IDLE_SECONDS,
            cleanup_interval=1,
            inbuf_overflow=settings.LARGE_REQUEST_BYTES,
            max_request_body_size=settings.REQUEST_BODY_MAX_BYTES,
            # With a proxy, Django and allauth read its headers about the visitor.
            clear_untrusted_proxy_headers=settings.ALLAUTH_TRUSTED_PROXY_COUNT == 0,
        )
        sys.setswitchinterval(SWITCH_SECONDS)
        self._for_health = {path: _dispatcher(1) for path in HEALTH}
        self._for_refusals = _dispatcher(1)
        super().__init__(
            application,
            map={},
            _sock=listener,
            dispatcher=_dispatcher(threads),
            adj=adjustments,
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
            bind_socket=False,
        )

    @property
    def large_bodies(self) -> int:
        """How many bytes the large requests come to that are on their way."""
        return sum(channel.large_body for channel in self.active_channels.values())

    def add_task(self, task: Any) -> None:
        """Hand a request that has arrived to a thread."""
        request = task.requests[0]
        dispatcher: Any = self._for_health.get(getattr(request, "path", ""), self.task_dispatcher)
        if request.error is not None:
            dispatcher = self._for_refusals
        dispatcher.add_task(task)

    def maintenance(self, now: float) -> None:
        """Close what is idle, what takes too long to arrive, and what nobody reads. Waitress calls it every second."""
        super().maintenance(now)
        for channel in list(self.active_channels.values()):
            if channel.total_outbufs_len and channel.last_activity < now - IDLE_SECONDS:
                channel.handle_close()  # whoever reads nothing is never ready to be told anything
            elif not channel.requests and channel.is_late:
                channel.will_close = True

    def turn(self, seconds: float) -> None:
        """Receive and send what there is, or wait so long for it."""
        self.asyncore.loop(timeout=seconds, use_poll=True, map=self._map, count=1)

    def stop(self, seconds: float) -> None:
        """Take no new connection, finish what was asked for, but wait no longer than that."""
        deadline = time.monotonic() + seconds
        self.asyncore.dispatcher.close(self)  # and not what wakes the loop when an answer is ready
        while self._is_at_work and time.monotonic() < deadline:
            self.turn(0.1)
        for dispatcher in (self.task_dispatcher, self._for_refusals, *self._for_health.values()):
            dispatcher.shutdown(timeout=max(deadline - time.monotonic(), 0))
        self.asyncore.close_all(self._map)

    @property
    def _is_at_work(self) -> bool:
        return any(channel.requests or channel.total_outbufs_len for channel in self.active_channels.values())


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there."""
    family, *_rest, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    return socket.create_server(address[:2], family=family, backlog=_BACKLOG)


class _Refusal(Error):
    """A request that no thread ever sees, refused by a page."""

    title = text = ""

    def __init__(self) -> None:
        super().__init__(self.text)

    def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        headers = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")]
        return f"{self.code} {self.reason}", headers, _PAGE.format(title=self.title, text=self.text).encode()


class _TooLarge(_Refusal):
    code, reason = 413, "Content Too Large"
    title = "送信されたデータが大きすぎます"
    text = "添付できるファイルは20MBまでです。前の画面に戻り、小さくするか分けてから、もう一度お試しください。"


class _Crowded(_Refusal):
    code, reason = 503, "Service Unavailable"
    title = "混み合っています"
    text = "大きなファイルの受付が重なっています。1分ほど待って、もう一度お試しください。"


class _Request(HTTPRequestParser):
    error: Error | None = None

    def received(self, data: bytes) -> int:
        consumed: int = super().received(data)
        if isinstance(self.error, RequestEntityTooLarge):
            self.error = _TooLarge()
        # Waitress reads these again from their beginning whenever something comes.
        if self.chunked and max(len(self.body_rcv.control_line), len(self.body_rcv.trailer)) > _CHUNK_HEAD_MAX_BYTES:
            self.error, self.completed = BadRequest("a chunk begins with too much"), True
        return consumed

    @property
    def large_body(self) -> int:
        if self.error is not None:
            return 0
        length: int = self.adj.max_request_body_size if self.chunked else self.content_length
        return length if length > settings.LARGE_REQUEST_BYTES else 0


class _Channel(HTTPChannel):
    """One connection. It knows since when its request has been on its way."""

    parser_class = _Request
    request: _Request | None
    _began: float | None = None
    _known: _Request | None = None
    """The request whose head has arrived."""

    @property
    def large_body(self) -> int:
        """Of the request on its way, and of those that wait for a thread or are at work."""
        known = [] if self._known is None else [self._known]
        return sum(request.large_body for request in [*known, *self.requests])

    @property
    def is_late(self) -> bool:
        if self._began is None or self.request is None:
            return False
        return time.monotonic() > self._began + REQUEST_SECONDS + self.request.body_bytes_received / BYTES_PER_SECOND

    def received(self, data: bytes) -> bool:
        taken: bool = super().received(data)
        request = self.request
        if request is None:
            self._began = self._known = None
            return taken
        if self._began is None:
            self._began = time.monotonic()
        if request.headers_finished and request is not self._known:
            if request.large_body and self.server.large_bodies + request.large_body > ALL_BODIES_BYTES:
                self._refuse(request)
            else:
                self._known = request
        return taken

    def _refuse(self, request: _Request) -> None:
        request.error = _Crowded()
        request.completed = True
        with self.requests_lock:
            self.request = None
            self.requests.append(request)
            if len(self.requests) == 1:
                self.server.add_task(self)


Server.channel_class = _Channel


def _dispatcher(threads: int) -> ThreadedTaskDispatcher:
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(threads)
    return dispatcher
