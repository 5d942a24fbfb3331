"""The child process: limits, failures, and its end."""

import inspect
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dev.sample_documents import line, many_lines, snapshot
from invoices.documents.pdf import isolation
from invoices.documents.pdf.engine import DocumentError
from tests.invoices.documents.printing import print_as
from tests.patience import HANGS_SECONDS, wait_until
from tests.small_files import pdf

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).resolve().parents[3]
PNG = b"\x89PNG\r\n\x1a\n"
PARENT = """
import django; django.setup()
from invoices.documents.pdf import isolation
from dev.sample_documents import snapshot
import multiprocessing
if __name__ == "__main__":
    isolation.render_isolated(snapshot())
    print(multiprocessing.active_children()[0].pid, flush=True)
    {then}
"""


WORKER = """
import multiprocessing, sys
import django; django.setup()
from invoices.documents.pdf import isolation
from dev.sample_documents import snapshot
{first}
isolation.render_in_this_process()
{then}
"""


@pytest.fixture(scope="module", autouse=True)
def _child() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(isolation, "_at_once", inspect.unwrap(isolation._at_once))
        yield
    isolation.stop()


def test_the_child_makes_the_same_bytes():
    assert isolation.render_isolated(snapshot()) == print_as("standard", snapshot())


def test_threads_get_their_own_documents():
    samples = [snapshot([line(f"品目{number}")]) for number in range(6)]
    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(isolation.render_isolated, samples)) == [
            print_as("standard", sample) for sample in samples
        ]


def test_pages_become_pictures_one_by_one():
    document = print_as("standard", snapshot(many_lines(30)))
    assert isolation.page_count(document) == 2
    first, second = (isolation.page_image(document, number, 400) for number in (1, 2))
    assert first != second
    for picture in (first, second):
        assert picture.startswith(PNG)
        assert int.from_bytes(picture[16:20]) == 400


@pytest.mark.parametrize("box", ["0 0 9 14400", "0 0 14400 9", "0 0 9 2834645"])
def test_the_picture_of_a_page_of_any_shape_is_bounded(box):
    picture = isolation.page_image(pdf(box=box), 1, 1240)
    assert int.from_bytes(picture[16:20]) * int.from_bytes(picture[20:24]) < 24_000_000


def test_a_page_that_is_not_there_is_refused():
    with pytest.raises(DocumentError, match="no page 2"):
        isolation.page_image(print_as("standard", snapshot([line()])), 2, 400)


def test_pictures_of_what_is_no_pdf_are_refused():
    for ask in (lambda: isolation.page_count(b"hello"), lambda: isolation.page_image(b"hello", 1, 400)):
        with pytest.raises(DocumentError, match="not a PDF"):
            ask()


def test_a_refusal_in_the_child_reaches_the_caller():
    with pytest.raises(DocumentError, match="U\\+1F600"):
        isolation.render_isolated(snapshot(title="😀"))


@pytest.mark.faults
def test_a_document_that_takes_too_long_is_given_up_and_the_next_one_is_made():
    with pytest.raises(DocumentError, match=r"longer than 0\.1 s"):
        isolation.render_isolated(snapshot(many_lines(1500)), timeout=0.1)
    assert isolation.render_isolated(snapshot()).startswith(b"%PDF")


@pytest.mark.faults
def test_a_child_that_dies_at_its_work_fails_one_document_alone():
    isolation.render_isolated(snapshot())
    with ThreadPoolExecutor(1) as threads:
        idle = _work_done(_child_id())
        doomed = threads.submit(isolation.render_isolated, snapshot(many_lines(600)))
        while _work_done(_child_id()) < idle + 10:
            time.sleep(0.01)
        os.kill(_child_id(), signal.SIGKILL)
        with pytest.raises(DocumentError, match="child process"):
            doomed.result()
    assert isolation.render_isolated(snapshot()).startswith(b"%PDF")


@pytest.mark.faults
def test_a_child_that_dies_while_idle_is_replaced():
    isolation.render_isolated(snapshot())
    pool = isolation._pool
    assert pool is not None
    os.kill(_child_id(), signal.SIGKILL)
    wait_until(lambda: not pool.active)  # it has noticed
    assert isolation.render_isolated(snapshot()).startswith(b"%PDF")


@pytest.mark.faults
def test_a_document_that_needs_too_much_memory_is_refused(monkeypatch):
    isolation.stop()
    monkeypatch.setattr(isolation, "MEMORY_LIMIT", 340 * 1024**2)
    monkeypatch.setattr(isolation, "html", lambda *_: f"<html><body>{'<div>あ</div>' * 400_000}</body></html>")
    try:
        with pytest.raises(DocumentError, match="ended with"):
            isolation.render_isolated(snapshot())
    finally:
        isolation.stop()
    monkeypatch.undo()
    assert isolation.render_isolated(snapshot()).startswith(b"%PDF")


def test_a_worker_makes_documents_itself():
    done = _worker(
        "sys.stdout.buffer.write(isolation.render(snapshot())); assert not multiprocessing.active_children()"
    )
    assert (done.returncode, done.stdout) == (0, print_as("standard", snapshot()))


@pytest.mark.faults
def test_a_document_that_needs_too_much_memory_ends_the_worker_and_not_the_machine():
    huge = "isolation.html = lambda *_: '<html><body>' + '<div>あ</div>' * 2_000_000 + '</body></html>'"
    done = _worker(f"{huge}; isolation.render(snapshot())", first="isolation.MEMORY_LIMIT = 100 * 2**20")
    assert (done.returncode, done.stdout) == (71, b"")


@pytest.mark.faults
def test_a_process_that_ends_takes_its_child_along():
    with _parent("pass") as parent:
        child_id = int(parent.stdout.readline())
        assert parent.wait(20) == 0
    assert _ends(child_id)


@pytest.mark.faults
def test_a_process_that_is_killed_takes_its_child_along():
    with _parent("import time; time.sleep(60)") as parent:
        child_id = int(parent.stdout.readline())
        parent.kill()
    assert _ends(child_id)


def _child_id() -> int:
    (child,) = multiprocessing.active_children()
    return child.pid


def _work_done(process_id: int) -> int:
    """Processor time that it has taken so far, in hundredths of a second."""
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _worker(then: str, first: str = "") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", WORKER.format(first=first, then=then)],
        capture_output=True,
        check=False,
        cwd=PROJECT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings.test"},
    )


def _parent(then: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PARENT.format(then=then)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings.test"},
    )


def _ends(process_id: int) -> bool:
    deadline = time.monotonic() + HANGS_SECONDS
    while time.monotonic() < deadline:
        try:
            os.kill(process_id, 0)
        except ProcessLookupError:
            return True
        if "State:\tZ" in Path(f"/proc/{process_id}/status").read_text():
            return True
        time.sleep(0.1)
    return False
