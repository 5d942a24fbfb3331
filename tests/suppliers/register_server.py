"""The register of qualified invoice issuers in small: an HTTP server of this machine with its documented JSON."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

APPLICATION_ID = "Kappli4tion1d"


def entry(number: str, **changes: str) -> dict[str, str]:
    """One announcement, with every field that the register's documentation lists."""
    return {
        "sequenceNumber": "1",
        "registratedNumber": number,
        "process": "01",
        "correct": "0",
        "kind": "2",
        "country": "1",
        "latest": "1",
        "registrationDate": "2023-10-01",
        "updateDate": "2023-10-01",
        "disposalDate": "",
        "expireDate": "",
        "address": "鹿児島県見本市本町1-2-3",
        "addressPrefectureCode": "46",
        "addressCityCode": "203",
        "addressRequest": "",
        "addressRequestPrefectureCode": "",
        "addressRequestCityCode": "",
        "kana": "",
        "name": "宮園商事株式会社",
        "addressInside": "",
        "addressInsidePrefectureCode": "",
        "addressInsideCityCode": "",
        "tradeName": "",
        "popularName_previousName": "",
    } | changes


def answer(*entries: dict[str, str]) -> bytes:
    """What the register says with these announcements."""
    whole: dict[str, Any] = {
        "lastUpdateDate": "2026-10-30",
        "count": str(len(entries)),
        "divideNumber": "1",
        "divideSize": "1",
        "announcement": list(entries),
    }
    return json.dumps(whole, ensure_ascii=False).encode()


Reply = Callable[[BaseHTTPRequestHandler], None]


class RegisterServer:
    """A register whose next answer the test decides.

    Attributes:
        asked: The path and the parameters of every question, in order.
        status, body, location: What is answered.
        reply: Answers by itself, in place of all three.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.status = 200
        self.body = answer()
        self.location = ""
        self.reply: Reply | None = None
        self.patience = threading.Event()
        """Set at the end, so that a reply that waits for it does not outlive the test."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.patience.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(register) -> type[BaseHTTPRequestHandler]:  # noqa: N805  # `self` is the request's below
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                register.asked.append((parts.path, {name: value for name, (value,) in parse_qs(parts.query).items()}))
                if register.reply is not None:
                    register.reply(self)
                    return
                self.send_response(register.status)
                if register.location:
                    self.send_header("Location", register.location)
                self.send_header("Content-Length", str(len(register.body)))
                self.end_headers()
                self.wfile.write(register.body)

            def log_message(self, *arguments: Any) -> None:
                """Silent."""

        return Handler
