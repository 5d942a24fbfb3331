"""The clock for real: two workers and two beats, and each scheduled invoice is issued once."""

from datetime import datetime, timedelta

import pytest

from portal.work import SWEEP_SECONDS

pytestmark = [pytest.mark.faults, pytest.mark.slow]

COUNT = 50


def test_fifty_invoices_of_one_second_are_issued_once_each_by_two_workers_and_two_beats(installation):
    workers = [installation.worker(name) for name in ("first", "second")]
    beats = [installation.beat(name) for name in ("beat-1", "beat-2")]
    for worker in workers:
        installation.wait_for("a worker starts", lambda worker=worker: " ready." in worker.text)
    due = datetime.fromisoformat(installation.scene("scheduled", count=COUNT)["at"])

    installation.wait_for(
        "all are delivered",
        lambda: installation.rows("SELECT count(*) FROM invoices_invoice WHERE status = 'unopened'") == [(COUNT,)],
    )
    invoices = installation.rows("SELECT sequence, number, issued_at FROM invoices_invoice ORDER BY sequence")
    assert [sequence for sequence, _number, _at in invoices] == list(range(1, COUNT + 1))
    assert len({number for _sequence, number, _at in invoices}) == COUNT
    assert min(at for _sequence, _number, at in invoices) >= due, "issued early"
    late = max(at for _sequence, _number, at in invoices) - due
    assert late < timedelta(seconds=10 * SWEEP_SECONDS)
    for action in ("issue", "deliver"):
        events = "SELECT count(*), count(DISTINCT invoice_id) FROM invoices_invoiceevent WHERE action = %s"
        assert installation.rows(events, action) == [(COUNT, COUNT)]
    assert installation.rows("SELECT last FROM invoices_numberseries") == [(COUNT,)]
    for table in ("scheduledissue", "document"):
        outcome = f"SELECT count(*), max(attempts) FROM invoices_{table} WHERE done_at IS NOT NULL"
        assert installation.rows(outcome) == [(COUNT, 1)]
    installation.wait_for("the mails", lambda: len(installation.mails()) >= COUNT)
    assert len(installation.mails()) == COUNT

    # Otherwise this was no test of two: each beat sent sweeps, and each worker issued.
    assert all("Sending due task" in beat.text for beat in beats)
    issued_by = [worker.text.count("Task invoices.issue_scheduled") for worker in workers]
    assert all(issued_by), issued_by
