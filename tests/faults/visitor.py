"""A browser without a screen, for a site in another process."""

import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from html.parser import HTMLParser
from http.client import HTTPMessage, HTTPResponse
from http.cookiejar import CookieJar
from typing import IO

from tests.factories import PASSWORD
from tests.patience import HANGS_SECONDS


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: HTTPMessage
    text: str
    seconds: float


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """A redirect is an answer."""


class _Form(HTMLParser):
    """The named inputs of the form with this action."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self._action = action
        self._inside = False
        self.found = False
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._inside = given.get("action") == self._action
            self.found = self.found or self._inside
        elif tag == "input" and self._inside:
            self.fields[given.get("name") or ""] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


class Visitor:
    """Keeps cookies and sends forms with their token; follows nothing by itself."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._cookies = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._cookies), _NoRedirect())

    def get(self, path: str) -> Answer:
        return self._ask(urllib.request.Request(self._url + path))

    def post(self, path: str, **fields: str) -> Answer:
        """Send a form; its token is added."""
        token = next((cookie.value for cookie in self._cookies if cookie.name == "csrftoken"), "")
        body = urllib.parse.urlencode(fields | {"csrfmiddlewaretoken": token}).encode()
        return self._ask(urllib.request.Request(self._url + path, data=body, headers={"Origin": self._url}))

    def upload(self, path: str, field: str, data: bytes, **fields: str) -> Answer:
        """Send a form with a file."""
        token = next((cookie.value for cookie in self._cookies if cookie.name == "csrftoken"), "")
        edge = "edge-of-a-part"
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in (fields | {"csrfmiddlewaretoken": token}).items()
        ]
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{field}"; filename="file"\r\n\r\n'.encode()
        body = b"".join([*parts, head, data, f"\r\n--{edge}--\r\n".encode()])
        headers = {"Origin": self._url, "Content-Type": f"multipart/form-data; boundary={edge}"}
        return self._ask(urllib.request.Request(self._url + path, data=body, headers=headers))

    def press(self, page: Answer, action: str) -> Answer:
        """Send a page's form as it stands there."""
        form = _Form(action)
        form.feed(page.text)
        assert form.found, page.text
        return self.post(action, **form.fields)

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        self.get("/accounts/login/")
        answer = self.post("/accounts/login/", login=email, password=password)
        assert answer.status == 302, answer.text

    def answers(self) -> bool:
        """Whether there is somebody to talk to."""
        try:
            return self.get("/healthz").status == 200
        except OSError:
            return False

    def _ask(self, request: urllib.request.Request) -> Answer:
        started = time.monotonic()
        response: HTTPResponse | urllib.error.HTTPError
        try:
            response = self._opener.open(request, timeout=HANGS_SECONDS)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            text = response.read().decode(errors="replace")
        return Answer(response.status or 0, response.headers, text, time.monotonic() - started)
