"""The sweep: it finds what nobody handled, in every table of work."""

from datetime import timedelta
from uuid import UUID

import pytest
from celery import current_app
from django.db.models.functions import Now
from django.utils import timezone

from accounts import mail
from accounts.models import OutgoingMail
from invoices.models import Document
from portal import work
from portal.lib import jobs
from portal.models import Heartbeat
from portal.tasks import sweep as sweep_task

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]


@pytest.fixture
def sent_messages():
    messages: list[tuple[str, UUID]] = []
    jobs.use_transport(lambda task_name, row_id: messages.append((task_name, UUID(row_id))))
    yield messages
    jobs.use_transport(None)


def queue_mail() -> OutgoingMail:
    return mail.queue(recipient="a@example.jp", subject="件名", body="本文")


def test_every_kind_of_work_is_swept():
    assert {model.task_name for model in work.work_models()} == {
        "accounts.send_mail",
        "invoices.deliver",
        "invoices.issue_scheduled",
        "invoices.move_to_successor",
        "suppliers.look_up_registration",
    }
    assert len({model.task_name for model in work.work_models()}) == len(work.work_models())


def test_every_kind_of_work_has_a_task_of_its_name():
    current_app.loader.import_default_modules()
    assert {model.task_name for model in work.work_models()} <= set(current_app.tasks)


def test_due_rows_of_all_kinds_are_published(sent_messages, issued_invoice):
    letter = queue_mail()
    assert work.sweep() == 2
    assert set(sent_messages) == {
        ("invoices.deliver", Document.objects.get().pk),
        ("accounts.send_mail", letter.pk),
    }


def test_rows_that_are_leased_waiting_done_or_dead_are_left_alone(sent_messages):
    for columns in (
        {"leased_until": Now() + timedelta(minutes=1), "attempts": 1},
        {"next_attempt_at": Now() + timedelta(minutes=1)},
        {"done_at": Now()},
        {"dead_at": Now()},
    ):
        OutgoingMail.objects.filter(pk=queue_mail().pk).update(**columns)
    assert work.sweep() == 0
    assert sent_messages == []


def test_an_expired_lease_is_published_again(sent_messages):
    letter = queue_mail()
    OutgoingMail.objects.update(attempts=1, leased_until=Now() - timedelta(seconds=1))
    work.sweep()
    assert sent_messages == [("accounts.send_mail", letter.pk)]


def test_what_used_up_its_attempts_is_buried_with_an_alarm(sent_messages, caplog):
    letter = queue_mail()
    OutgoingMail.objects.update(attempts=OutgoingMail.max_attempts, leased_until=Now() - timedelta(seconds=1))
    assert work.sweep() == 0
    letter.refresh_from_db()
    assert letter.dead_at is not None
    assert [record.levelname for record in caplog.records] == ["CRITICAL"]


def test_the_oldest_come_first_and_one_sweep_is_bounded(sent_messages, monkeypatch):
    monkeypatch.setattr(work, "ROWS_PER_SWEEP", 3)
    letters = [queue_mail() for _n in range(5)]
    for age, letter in enumerate(letters):
        OutgoingMail.objects.filter(pk=letter.pk).update(next_attempt_at=Now() - timedelta(minutes=age))
    assert work.sweep() == 3
    assert [row_id for _task, row_id in sent_messages] == [letter.pk for letter in (letters[4], letters[3], letters[2])]


def test_every_sweep_leaves_a_heartbeat(sent_messages):
    assert work.last_sweep_age() is None
    sweep_task()
    assert 0 <= work.last_sweep_age() < 10
    Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=5))
    assert 299 < work.last_sweep_age() < 310
    sweep_task()
    assert work.last_sweep_age() < 10
    assert Heartbeat.objects.count() == 1


def test_the_age_of_the_sweep_is_counted_from_the_moment_asked_for(sent_messages):
    work.sweep()
    later = timezone.now() + timedelta(seconds=90)
    assert 89 < work.last_sweep_age(later) <= 90.5
