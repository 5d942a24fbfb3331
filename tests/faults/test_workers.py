"""Workers that die, that are asked to stop, and that cannot work at all."""

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.faults.installation import Installation, Running
from tests.patience import HANGS_SECONDS

pytestmark = [pytest.mark.faults, pytest.mark.slow]

# Enough for a second of work, so that a death in the middle of it can be timed.
LINES = 200


def document(installation: Installation) -> dict[str, Any]:
    columns = ("attempts", "key", "stored_at", "done_at", "last_error")
    (row,) = installation.rows(f"SELECT {', '.join(columns)} FROM invoices_document")
    return dict(zip(columns, row, strict=True))


def status(installation: Installation) -> str:
    ((found,),) = installation.rows("SELECT status FROM invoices_invoice")
    return str(found)


def wait_until_rendering(installation: Installation) -> None:
    installation.wait_for("a worker takes the document", lambda: document(installation)["attempts"] == 1, pause=0.01)
    time.sleep(0.2)


def stored_files(installation: Installation) -> list[Path]:
    return [path for path in (installation.folder / "documents").rglob("*") if path.is_file()]


def kill_all(worker: Running) -> None:
    worker.kill()


def kill_the_renderer(worker: Running) -> None:
    (child,) = worker.children()
    os.kill(child, signal.SIGKILL)


@pytest.mark.parametrize("kill", [kill_all, kill_the_renderer])
def test_an_invoice_is_delivered_once_although_its_worker_was_killed_while_it_rendered(kill, installation):
    installation.scene("issued", lines=LINES)
    worker = installation.worker("first")
    wait_until_rendering(installation)
    kill(worker)
    killed = document(installation)
    assert (killed["attempts"], killed["key"], killed["done_at"]) == (1, "", None), "it was too late to be a test"
    assert status(installation) == "sent"

    installation.beat()
    installation.worker("second")
    installation.wait_for("the delivery", lambda: status(installation) == "unopened")
    installation.wait_for("the mail", installation.mails)
    delivered = document(installation)
    assert (delivered["attempts"], delivered["last_error"]) == (2, "")
    assert delivered["stored_at"] is not None
    assert len(stored_files(installation)) == 1
    assert installation.rows("SELECT count(*) FROM invoices_invoiceevent WHERE action = 'deliver'") == [(1,)]
    assert len(installation.mails()) == 1


def test_a_worker_that_is_asked_to_stop_finishes_what_it_has_in_hand(installation):
    installation.scene("issued", lines=LINES)
    worker = installation.worker()
    wait_until_rendering(installation)
    assert document(installation)["done_at"] is None
    worker.process.terminate()
    assert worker.process.wait(HANGS_SECONDS) == 0
    assert status(installation) == "unopened"
    assert document(installation)["attempts"] == 1


def test_a_worker_without_the_library_of_its_renderer_says_so_and_takes_no_work(installation):
    installation.scene("issued")
    broken = installation.folder / "libraries"
    broken.mkdir()
    # The first of its name that the loader finds, and no library.
    broken.joinpath("libharfbuzz-subset.so.0").write_bytes(b"")
    worker = installation.worker("broken", LD_LIBRARY_PATH=str(broken))
    assert worker.process.wait(HANGS_SECONDS) == 1
    assert "This worker cannot make documents." in worker.text
    assert "apt-get install libharfbuzz-subset0" in worker.text
    assert "Traceback" not in worker.text
    assert document(installation)["attempts"] == 0
