"""How requests are received: whole, within bounds, and without a thread for whoever is slow."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from portal import http_server
from tests.patience import HANGS_SECONDS, wait_until

THREADS = 2


class Served:
    """A server with an application of one line, in a thread of this process."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.go_on = threading.Event()
        self._running = True
        self.listener = http_server.listen("127.0.0.1", 0)
        self.address = self.listener.getsockname()
        self.server = http_server.Server(self._answer, self.listener, threads=THREADS)
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        body = environ["wsgi.input"].read()
        self.asked.append(environ["PATH_INFO"])
        if environ["PATH_INFO"] == "/slow":
            assert self.go_on.wait(HANGS_SECONDS)
        start_response("200 OK", [("Content-Type", "text/plain")])
        if environ["PATH_INFO"] == "/long":
            return [b"x" * 1_000_000] * 40
        return [b"%d bytes" % len(body)]

    def _serve(self) -> None:
        while self._running:
            self.server.turn(0.05)
        self.server.stop(HANGS_SECONDS)

    def stop(self) -> None:
        self._running = False
        self._thread.join()

    def connect(self) -> socket.socket:
        return socket.create_connection(self.address, timeout=HANGS_SECONDS)

    def ask(self, head: str, body: bytes = b"") -> bytes:
        with self.connect() as connection:
            connection.sendall(head.encode() + body)
            return everything(connection)


def everything(connection: socket.socket) -> bytes:
    """What comes until the other side closes."""
    got = b""
    try:
        while piece := connection.recv(65536):
            got += piece
    except ConnectionResetError:
        pass
    return got


def is_closed_while_sending(connection: socket.socket, piece: bytes, *, most: int = 10**9, pause: float = 0) -> bool:
    """Whether the other side closes while the piece is sent again and again, up to so many bytes."""
    deadline = time.monotonic() + HANGS_SECONDS
    for _each in range(most // len(piece)):
        try:
            connection.sendall(piece)
        except OSError:
            return True
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return False


def head(method: str, path: str, **headers: object) -> str:
    lines = [f"{method} {path} HTTP/1.1", "Host: portal.example", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines) + "\r\n\r\n"


@pytest.fixture
def served() -> Iterator[Served]:
    one = Served()
    yield one
    one.go_on.set()
    one.stop()


def test_a_request_that_arrived_is_answered(served):
    assert served.ask(head("GET", "/")).startswith(b"HTTP/1.1 200 OK")
    assert served.ask(head("POST", "/", Content_Length=5), b"12345").endswith(b"5 bytes")


@pytest.mark.parametrize("begun", ["GET / HTT", head("POST", "/", Content_Length=1000)], ids=["head", "body"])
def test_whoever_never_ends_a_request_holds_no_thread(served, begun):
    with ExitStack() as open_ones:
        for _each in range(50):
            open_ones.enter_context(served.connect()).sendall(begun.encode())
        assert served.ask(head("GET", "/")).startswith(b"HTTP/1.1 200 OK")
    assert served.asked == ["/"]


def test_what_takes_too_long_to_arrive_is_closed_even_when_it_never_pauses(served, monkeypatch):
    monkeypatch.setattr(http_server, "REQUEST_SECONDS", 0.3)
    with served.connect() as connection:
        connection.sendall(head("POST", "/", Content_Length=100_000).encode())
        assert is_closed_while_sending(connection, b"x", pause=0.05)
    assert served.asked == []


def test_a_kept_connection_may_ask_again_after_the_time_of_one_request(served, monkeypatch):
    monkeypatch.setattr(http_server, "REQUEST_SECONDS", 0.5)
    asking = head("GET", "/").replace("Connection: close\r\n", "").encode()
    with served.connect() as connection:
        for turn in range(3):
            time.sleep(1.5 * (turn > 0))
            connection.sendall(asking)
            answer = b""
            while not answer.endswith(b"0 bytes"):
                answer += connection.recv(65536)
            assert answer.startswith(b"HTTP/1.1 200 OK")


def test_a_body_that_is_announced_too_large_is_refused_before_it_comes(served, settings):
    answer = served.ask(head("POST", "/", Content_Length=settings.REQUEST_BODY_MAX_BYTES + 1))
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert "添付できるファイルは20MBまでです" in answer.decode()
    assert served.asked == []


def test_a_body_without_a_length_is_refused_where_it_becomes_too_large(served, settings):
    piece = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    with served.connect() as connection:
        connection.sendall(head("POST", "/", Transfer_Encoding="chunked").encode())
        assert is_closed_while_sending(connection, piece, most=4 * settings.REQUEST_BODY_MAX_BYTES)
    assert served.asked == []


def test_a_body_without_a_length_that_is_small_is_taken(served):
    assert served.ask(head("POST", "/", Transfer_Encoding="chunked"), b"3\r\nabc\r\n0\r\n\r\n").endswith(b"3 bytes")


def test_all_large_bodies_together_are_bounded_and_small_ones_are_not_touched(served, settings, monkeypatch):
    large = settings.LARGE_REQUEST_BYTES + 1
    monkeypatch.setattr(http_server, "ALL_BODIES_BYTES", 3 * large)
    with ExitStack() as open_ones:
        for _each in range(3):
            open_ones.enter_context(served.connect()).sendall(head("POST", "/", Content_Length=large).encode())
        wait_until(lambda: served.server.large_bodies == 3 * large)
        answer = served.ask(head("POST", "/", Content_Length=large))
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert "混み合っています" in answer.decode()
        assert served.ask(head("POST", "/", Content_Length=5), b"12345").endswith(b"5 bytes")
    wait_until(lambda: served.server.large_bodies == 0)
    assert served.ask(head("POST", "/", Content_Length=large), b"x" * large).endswith(b"%d bytes" % large)


def test_health_answers_while_every_thread_is_at_work(served):
    with ExitStack() as open_ones:
        for _each in range(THREADS + 1):
            open_ones.enter_context(served.connect()).sendall(head("GET", "/slow").encode())
        wait_until(lambda: served.asked == ["/slow"] * THREADS)
        for path in http_server.HEALTH:
            assert served.ask(head("GET", path)).startswith(b"HTTP/1.1 200 OK")
        served.go_on.set()


def test_an_answer_that_nobody_reads_is_given_up_and_its_thread_is_free_again(served, monkeypatch):
    monkeypatch.setattr(http_server, "IDLE_SECONDS", 0.3)
    with ExitStack() as open_ones:
        for _each in range(THREADS):
            open_ones.enter_context(served.connect()).sendall(head("GET", "/long").encode())
        wait_until(lambda: served.asked == ["/long"] * THREADS)
        wait_until(lambda: not served.server.active_channels)
        assert served.ask(head("GET", "/")).startswith(b"HTTP/1.1 200 OK")


def test_a_long_answer_arrives_whole_also_when_the_server_ends_meanwhile(served):
    with served.connect() as connection:
        connection.sendall(head("GET", "/long").encode())
        wait_until(lambda: served.asked == ["/long"])
        ending = threading.Thread(target=served.stop)
        ending.start()
        assert everything(connection).partition(b"\r\n\r\n")[2].count(b"x") == 40_000_000
        ending.join()


def test_a_chunk_whose_length_never_ends_is_refused(served):
    with served.connect() as connection:
        connection.sendall(head("POST", "/", Transfer_Encoding="chunked").encode() + b"0" * 5_000)
        assert everything(connection).startswith(b"HTTP/1.1 400 ")
    assert served.asked == []


def test_a_large_body_counts_until_it_has_been_dealt_with(served, settings, monkeypatch):
    large = settings.LARGE_REQUEST_BYTES + 1
    monkeypatch.setattr(http_server, "ALL_BODIES_BYTES", 2 * large)
    with ExitStack() as open_ones:
        for _each in range(2):
            asking = open_ones.enter_context(served.connect())
            asking.sendall(head("POST", "/slow", Content_Length=large).encode() + b"x" * large)
        wait_until(lambda: served.asked == ["/slow"] * 2)
        assert served.ask(head("POST", "/", Content_Length=large)).startswith(b"HTTP/1.1 503 ")
        served.go_on.set()
        assert everything(asking).endswith(b"%d bytes" % large)


def test_a_server_that_ends_finishes_the_answers_under_way_and_takes_no_new_ones(served):
    with served.connect() as connection:
        connection.sendall(head("GET", "/slow").encode())
        wait_until(lambda: served.asked == ["/slow"])
        ending = threading.Thread(target=served.stop)
        ending.start()
        wait_until(lambda: served.listener.fileno() == -1)
        with pytest.raises(ConnectionRefusedError):
            served.connect()
        served.go_on.set()
        assert everything(connection).endswith(b"0 bytes")
        ending.join()
