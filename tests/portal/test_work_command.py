"""`manage.py work`: what operators and monitors see of the pending work, and a second chance for what was given up."""

import json
import re
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db.models.functions import Now
from django.utils import timezone

from accounts import mail
from accounts.models import OutgoingMail
from dev.servers import free_port
from invoices.enums import Status
from invoices.lifecycle import delivery
from invoices.models import Document
from portal import work
from portal.models import Heartbeat

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]


@pytest.fixture
def command(capsys):
    """Run `work` and return its exit status and what it printed."""

    def run(*arguments: str) -> tuple[int, str]:
        code = 0
        try:
            call_command("work", *arguments)
        except SystemExit as end:
            code = int(end.code or 0)
        return code, capsys.readouterr().out

    return run


@pytest.fixture
def status(command):
    """What `work status --json` says of one kind."""

    def read(kind: str) -> dict:
        report = json.loads(command("status", "--json")[1])
        (found,) = [entry for entry in report["kinds"] if entry["kind"] == kind]
        return found

    return read


def letters(count: int, **columns) -> None:
    for _n in range(count):
        row = mail.queue(recipient="a@example.jp", subject="件名", body="本文")
        OutgoingMail.objects.filter(pk=row.pk).update(**columns)


def passed_since(started: float) -> float:
    """Seconds, rounded up as far as rounding may have gone."""
    return time.monotonic() - started + 1


def test_every_kind_of_work_has_a_line(command):
    printed = command("status")[1]
    for model in work.work_models():
        assert model.task_name in printed


def test_work_is_counted_by_what_the_database_clock_says_of_it(status):
    started = time.monotonic()
    letters(1)
    letters(2, next_attempt_at=Now() - timedelta(seconds=300))
    letters(3, attempts=1, leased_until=Now() + timedelta(minutes=2))
    letters(4, next_attempt_at=Now() + timedelta(minutes=2))
    letters(5, dead_at=Now())
    letters(6, done_at=Now())
    found = status("accounts.send_mail")
    oldest = found.pop("oldest_due_seconds")
    assert found == {"kind": "accounts.send_mail", "pending": 10, "due": 3, "late": 2, "in_work": 3, "dead": 5}
    assert 299 <= oldest <= 300 + passed_since(started)


def test_what_a_dead_worker_held_is_due_since_its_lease_ended(status):
    started = time.monotonic()
    hour_ago = Now() - timedelta(hours=1)
    letters(1, attempts=1, next_attempt_at=hour_ago, leased_until=Now() - timedelta(seconds=10))
    found = status("accounts.send_mail")
    assert (found["due"], found["late"], found["in_work"]) == (1, 0, 0)
    assert 9 <= found["oldest_due_seconds"] <= 10 + passed_since(started)


def test_nothing_to_do_and_a_recent_sweep_is_well(command, status):
    started = time.monotonic()
    work.sweep()
    code, printed = command("status")
    assert code == 0
    (age,) = re.findall(r"last sweep: (\d+) s ago", printed)
    assert int(age) <= passed_since(started)
    assert status("invoices.deliver")["oldest_due_seconds"] is None


def test_late_work_alone_is_no_alarm_because_it_is_being_worked_off(command):
    work.sweep()
    letters(1, next_attempt_at=Now() - timedelta(seconds=300))
    assert command("status")[0] == 0


def test_dead_work_is_an_alarm_that_names_it(command):
    work.sweep()
    letters(2, dead_at=Now())
    code, printed = command("status")
    assert code == 1
    assert "! 2 dead: accounts.send_mail" in printed


@pytest.mark.parametrize(("age", "expected"), [(work.SWEEP_LATE_SECONDS / 2, 0), (work.SWEEP_LATE_SECONDS, 1)])
def test_a_late_sweep_is_an_alarm(age, expected, command):
    Heartbeat.objects.create(name=work.SWEEP, at=timezone.now() - timedelta(seconds=age))
    assert command("status")[0] == expected


def test_a_sweep_that_never_came_is_an_alarm_for_programs_too(command):
    code, printed = command("status", "--json")
    report = json.loads(printed)
    assert (code, report["last_sweep_seconds"]) == (1, None)
    assert report["problems"] == ["there was no sweep yet"]


def test_dead_work_that_is_retried_is_done(command, issued_invoice):
    Document.objects.update(attempts=3, dead_at=Now(), last_error="StoreError: away")
    document = Document.objects.get()
    assert not delivery.deliver(document.pk)
    code, printed = command("retry", "invoices.deliver")
    assert (code, printed.strip()) == (0, "invoices.deliver: 1 pending again; the next sweep takes them up.")
    assert delivery.deliver(document.pk)
    issued_invoice.refresh_from_db()
    assert issued_invoice.status == Status.UNOPENED


def test_only_the_row_that_is_named_is_retried(command, issued_invoice):
    Document.objects.update(attempts=3, dead_at=Now())
    with pytest.raises(CommandError, match="no dead row"):
        command("retry", "invoices.deliver", "--id", str(uuid4()))
    assert Document.objects.get().dead_at is not None
    command("retry", "invoices.deliver", "--id", str(Document.objects.get().pk))
    assert Document.objects.get().dead_at is None


def test_work_that_is_not_dead_is_left_alone(command, issued_invoice):
    Document.objects.update(attempts=1, leased_until=Now() + timedelta(minutes=2))
    assert "0 pending again" in command("retry", "invoices.deliver")[1]
    assert Document.objects.get().attempts == 1


def test_a_mail_that_was_given_up_is_not_sent_empty(command):
    letters(1, dead_at=Now(), body="")
    with pytest.raises(CommandError, match="emptied"):
        command("retry", "accounts.send_mail")
    assert OutgoingMail.objects.get().dead_at is not None


def test_an_unknown_kind_is_refused_with_those_that_there_are(command):
    with pytest.raises(CommandError, match=r"accounts\.send_mail, invoices\.deliver"):
        command("retry", "invoices.send")


def test_the_status_says_whether_files_are_scanned(command, settings):
    work.sweep()
    settings.CLAMD_ADDRESS = ""
    code, printed = command("status")
    assert (code, "virus scanner: off (files are not scanned" in printed) == (0, True)
    settings.CLAMD_ADDRESS = f"tcp://127.0.0.1:{free_port()}"
    code, printed = command("status", "--json")
    report = json.loads(printed)
    assert (code, report["virus_scanner"]) == (1, "away")
    assert report["problems"] == ["the virus scanner is away, so no file is taken"]
