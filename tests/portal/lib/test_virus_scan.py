"""The scanner for viruses, asked by clamd's own protocol."""

import socket
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from portal.lib import virus_scan
from portal.lib.virus_scan import AWAY, OFF, OK, Clamd, ScannerAway
from tests import clamd


@pytest.fixture(params=["tcp", "unix"])
def daemon(request):
    # The path of a socket may not be long, and that of a test's own folder is.
    with (
        TemporaryDirectory() as folder,
        clamd.running(Path(folder) / "clamd.sock" if request.param == "unix" else None) as running,
    ):
        yield running


def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.mark.parametrize("size", [0, 1, 65_536, 200_001])
def test_a_clean_file_is_sent_whole_and_nothing_is_found(daemon, size):
    data = bytes(range(256)) * (size // 256) + bytes(size % 256)
    assert Clamd(daemon.address).found_in(data) is None
    assert daemon.streams == [data]


def test_what_is_found_has_its_name(daemon):
    assert Clamd(daemon.address).found_in(b"x" * 70_000 + clamd.EICAR) == clamd.NAME


def test_one_that_answers_nothing_has_not_looked(daemon):
    daemon.silent = True
    with pytest.raises(ScannerAway):
        Clamd(daemon.address).found_in(b"x")


def test_one_for_which_a_file_is_too_large_has_not_looked(daemon):
    daemon.size_max = 10
    with pytest.raises(ScannerAway, match="size limit"):
        Clamd(daemon.address).found_in(bytes(11))


def test_one_that_is_not_there_has_not_looked(tmp_path):
    for address in (f"tcp://127.0.0.1:{closed_port()}", f"unix://{tmp_path}/none.sock"):
        with pytest.raises(ScannerAway):
            Clamd(address).found_in(b"x")


def test_one_that_never_answers_is_not_waited_for_without_end(monkeypatch):
    monkeypatch.setattr(virus_scan, "_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as deaf, pytest.raises(ScannerAway):
        Clamd(f"tcp://127.0.0.1:{deaf.getsockname()[1]}").found_in(b"x")


def test_the_state_says_whether_there_is_one_and_whether_it_answers(daemon, settings):
    settings.CLAMD_ADDRESS = ""
    assert (virus_scan.state(), virus_scan.scanner()) == (OFF, None)
    settings.CLAMD_ADDRESS = daemon.address
    assert virus_scan.state() == OK
    daemon.silent = True
    assert virus_scan.state() == AWAY
