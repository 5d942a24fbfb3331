"""What people who are not signed in can do to those who are: next to nothing, under gunicorn and under `serve`."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection

import pytest

from tests.faults.one_site import PAGE, SERVERS, SLOWER_AT_MOST, Site, again_and_again
from tests.patience import HANGS_SECONDS, wait_until

pytestmark = [pytest.mark.faults, pytest.mark.slow]

CONNECTIONS = 60


@pytest.fixture(scope="module", params=sorted(SERVERS))
def site(request, tmp_path_factory) -> Iterator[Site]:
    made = Site(tmp_path_factory.mktemp(request.param), request.param)
    try:
        made.wait()
        yield made
    finally:
        made.running.end()


def head(*lines: str) -> bytes:
    return "\r\n".join(
        (f"POST {PAGE} HTTP/1.1", "Host: localhost", "Cookie: sessionid=made-up", *lines, "", "")
    ).encode()


@contextmanager
def held_open(site: Site, begun: bytes) -> Iterator[None]:
    with ExitStack() as connections:
        for _each in range(CONNECTIONS):
            connections.enter_context(site.connect()).sendall(begun)
        yield


def send(site: Site, size: int) -> int:
    """Send a form of this size with a session that was made up; the status, 0 when the connection was closed."""
    connection = HTTPConnection("localhost", site.port, timeout=HANGS_SECONDS)
    try:
        form = {"Cookie": "sessionid=made-up", "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", PAGE, b"x=" + b"y" * size, form)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


@pytest.mark.parametrize(
    "begun",
    [b"POST / HT", head("Content-Length: 1000"), head("Transfer-Encoding: chunked") + b"3e8\r\nabc"],
    ids=["half a head", "a body that never comes", "a piece that never ends"],
)
def test_requests_that_never_end_keep_nobody_waiting(site, begun):
    at_rest = site.seconds()
    with held_open(site, begun):
        assert site.seconds() < SLOWER_AT_MOST * at_rest


def test_large_requests_are_refused_and_keep_nobody_waiting(site, settings):
    at_rest = site.seconds()
    with again_and_again(lambda: send(site, 2 * settings.LARGE_REQUEST_BYTES)):
        wait_until(lambda: send(site, 2 * settings.LARGE_REQUEST_BYTES) == 429)
        assert site.seconds() < SLOWER_AT_MOST * at_rest
    assert send(site, 100) == 302, "a small one is read, and leads to the form of today"
    assert send(site, settings.REQUEST_BODY_MAX_BYTES) in (0, 413)
