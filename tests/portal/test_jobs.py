"""Pending work: claimed before it starts, tried again after a while, and given up only at the very end."""

import logging
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from accounts.models import OutgoingMail
from invoices.models import Document
from portal import work
from portal.lib import jobs
from portal.lib.request_id import request_id
from tests.racing import race

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]


@pytest.fixture
def row() -> OutgoingMail:
    return OutgoingMail.objects.create(
        recipient="a@example.jp", subject="件名", body="本文", message_id="<1@example.jp>"
    )


@pytest.fixture
def sent_messages():
    """What would go to the broker."""
    messages: list[tuple[str, str]] = []
    jobs.use_transport(lambda task_name, row_id: messages.append((task_name, row_id)))
    yield messages
    jobs.use_transport(None)


def perform(row, do=lambda row: None) -> bool:
    return jobs.perform(OutgoingMail, row.pk, do)


def fail(row):
    raise ConnectionError("the mail server is away")


def database_now():
    with connection.cursor():
        return OutgoingMail.objects.annotate(now=Now()).values_list("now", flat=True)[0]


def let_time_pass(row):
    past = Now() - timedelta(seconds=1)
    OutgoingMail.objects.filter(pk=row.pk).update(next_attempt_at=past)
    OutgoingMail.objects.filter(pk=row.pk, leased_until__isnull=False).update(leased_until=past)


def test_a_new_row_is_due_at_once(row):
    assert list(OutgoingMail.objects.due()) == [row]


def test_attempt_and_lease_are_committed_before_the_work_starts(row):
    seen = []
    before = database_now()
    assert perform(row, lambda claimed: seen.append((OutgoingMail.objects.get(), database_now())))
    ((during, now),) = seen
    assert during.attempts == 1
    assert before + jobs.LEASE <= during.leased_until <= now + jobs.LEASE
    assert during.done_at is None


def test_success_is_recorded_and_what_must_not_stay_is_erased(row):
    assert perform(row)
    row.refresh_from_db()
    assert row.done_at is not None
    assert (row.leased_until, row.last_error, row.body, row.dead_at) == (None, "", "", None)


def test_done_work_is_not_done_again(row):
    calls = []
    assert perform(row, calls.append)
    assert not perform(row, calls.append)
    assert len(calls) == 1
    assert not OutgoingMail.objects.due().exists()


def test_a_failure_keeps_its_reason_and_what_the_next_attempt_needs(row):
    assert not perform(row, fail)
    row.refresh_from_db()
    assert (row.last_error, row.body) == ("ConnectionError: the mail server is away", "本文")
    assert (row.done_at, row.dead_at, row.leased_until) == (None, None, None)


def test_the_wait_after_each_failure_doubles_up_to_an_hour(row):
    for attempts, expected in (
        (0, timedelta(seconds=20)),
        (1, timedelta(seconds=40)),
        (7, timedelta(seconds=2560)),
        (8, timedelta(hours=1)),
        (18, timedelta(hours=1)),
    ):
        OutgoingMail.objects.update(attempts=attempts)
        let_time_pass(row)
        before = database_now()
        assert not perform(row, fail)
        row.refresh_from_db()
        assert before + expected <= row.next_attempt_at <= database_now() + expected
        assert not OutgoingMail.objects.due().exists()


def test_from_the_third_failure_on_each_raises_an_alarm_and_after_the_last_the_row_is_dead(row, caplog):
    alarms = []
    for _attempt in range(OutgoingMail.max_attempts):
        let_time_pass(row)
        caplog.clear()
        with caplog.at_level(logging.CRITICAL):
            assert not perform(row, fail)
        alarms.append([record.message for record in caplog.records])
    assert len(alarms) == 20
    assert alarms[:2] == [[], []]
    assert alarms[2:19] == [["accounts.send_mail keeps failing"]] * 17
    assert alarms[19] == ["accounts.send_mail is dead"]
    let_time_pass(row)
    assert not perform(row)
    row.refresh_from_db()
    assert (row.attempts, row.done_at) == (20, None)
    assert row.dead_at is not None
    assert row.body == "", "a mail that is given up keeps no code"
    assert OutgoingMail.objects.mark_dead() == 0


def test_a_row_that_fails_twice_and_then_succeeds_alarms_nobody_and_keeps_its_body_until_then(row, caplog):
    with caplog.at_level(logging.CRITICAL):
        for do in (fail, fail, lambda row: None):
            let_time_pass(row)
            row.refresh_from_db()
            assert row.body == "本文"
            perform(row, do)
    assert caplog.records == []
    row.refresh_from_db()
    assert (row.attempts, row.body) == (3, "")
    assert row.done_at is not None


def test_hopeless_work_is_given_up_at_once(row, caplog):
    class NoSuchAddressError(jobs.PermanentFailure):
        pass

    def refuse(row):
        raise NoSuchAddressError("nobody of that name")

    with caplog.at_level(logging.CRITICAL):
        assert not perform(row, refuse)
    assert [record.message for record in caplog.records] == ["accounts.send_mail is dead"]
    row.refresh_from_db()
    assert (row.attempts, row.done_at, row.body) == (1, None, "")
    assert row.last_error == "NoSuchAddressError: nobody of that name"
    assert row.dead_at is not None
    assert not OutgoingMail.objects.due().exists()


def test_every_kind_of_work_has_as_many_attempts_as_it_is_worth(issued_invoice):
    """What was issued must arrive, and a night without the mail server loses no mail."""
    assert {model.task_name: model.max_attempts for model in work.work_models()} == {
        "accounts.send_mail": 20,
        "invoices.deliver": 50,
        "invoices.issue_scheduled": 50,
        "invoices.move_to_successor": 50,
        "suppliers.look_up_registration": 5,
    }
    Document.objects.update(attempts=20)
    assert Document.objects.due().exists()
    Document.objects.update(attempts=50)
    assert not Document.objects.due().exists()


def test_a_document_that_is_given_up_keeps_every_column(issued_invoice):
    before = Document.objects.values("key", "sha256", "size", "invoice", "kind").get()
    Document.objects.update(attempts=50, leased_until=Now() - timedelta(seconds=1))
    assert Document.objects.mark_dead() == 1
    assert Document.objects.values("key", "sha256", "size", "invoice", "kind").get() == before


def test_a_very_long_error_is_cut(row):
    def fail_at_length(row):
        raise ValueError("長" * 10_000)

    perform(row, fail_at_length)
    row.refresh_from_db()
    assert len(row.last_error) == 2000


def test_a_row_that_is_leased_is_not_due_until_its_lease_ends(row):
    OutgoingMail.objects.update(attempts=1, leased_until=Now() + timedelta(minutes=1))
    assert not perform(row)
    OutgoingMail.objects.update(leased_until=Now() - timedelta(seconds=1))
    assert perform(row)
    row.refresh_from_db()
    assert row.attempts == 2


def test_a_row_whose_worker_died_every_time_is_buried(row):
    OutgoingMail.objects.update(attempts=19, leased_until=Now() - timedelta(seconds=1))
    assert OutgoingMail.objects.mark_dead() == 0, "it has an attempt left"
    assert OutgoingMail.objects.due().exists()
    OutgoingMail.objects.update(attempts=20, leased_until=Now() + timedelta(minutes=1))
    assert OutgoingMail.objects.mark_dead() == 0, "the last worker may still be at it"
    OutgoingMail.objects.update(leased_until=Now() - timedelta(seconds=1))
    assert not OutgoingMail.objects.due().exists()
    assert OutgoingMail.objects.mark_dead() == 1
    row.refresh_from_db()
    assert row.dead_at is not None
    assert "worker died" in row.last_error
    assert row.body == ""


def test_a_worker_that_lost_its_lease_does_not_write_over_the_one_that_took_over(row):
    def be_overtaken(claimed):
        let_time_pass(row)
        assert perform(row)
        raise RuntimeError("too late")

    assert not perform(row, be_overtaken)
    row.refresh_from_db()
    assert row.done_at is not None
    assert (row.attempts, row.last_error, row.dead_at) == (2, "", None)


def test_what_happens_in_a_task_carries_an_id_that_names_the_row(row):
    seen = []
    perform(row, lambda claimed: seen.append(request_id.get()))
    assert seen == [f"work-{row.pk}"]
    assert request_id.get() == ""


def test_what_a_request_asked_for_bears_its_id_though_the_sweep_sends_the_message():
    token = request_id.set("req-0123456789")
    try:
        row = OutgoingMail.objects.create(
            recipient="a@b.example", subject="件名", body="本文", message_id="<1@b.example>"
        )
    finally:
        request_id.reset(token)
    seen = []
    perform(row, lambda claimed: seen.append(request_id.get()))
    assert seen == ["req-0123456789"]
    assert request_id.get() == ""


def test_a_message_is_sent_when_the_transaction_is_committed(row, sent_messages, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        jobs.run_soon(row)
        assert sent_messages == []
    assert sent_messages == [("accounts.send_mail", str(row.pk))]


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_is_rolled_back_sends_no_message(sent_messages, row):
    with transaction.atomic():
        jobs.run_soon(row)
        transaction.set_rollback(True)
    assert sent_messages == []


@pytest.mark.django_db(transaction=True)
def test_a_message_that_cannot_be_sent_disturbs_nobody(row, caplog):
    def lose(task_name, row_id):
        raise OSError("the queue is gone")

    jobs.use_transport(lose)
    try:
        with transaction.atomic():
            OutgoingMail.objects.update(subject="もう一度")
            jobs.run_soon(row)
    finally:
        jobs.use_transport(None)
    row.refresh_from_db()
    assert row.subject == "もう一度"


def test_without_a_broker_nothing_is_published(row, settings):
    settings.CELERY_BROKER_URL = ""
    jobs.publish("accounts.send_mail", row.pk)


@pytest.mark.django_db(transaction=True)
def test_of_ten_workers_at_once_one_does_the_work(row):
    calls = []
    outcomes = race(*[lambda: perform(row, calls.append)] * 10)
    assert sorted(outcomes) == [False] * 9 + [True]
    assert len(calls) == 1
    row.refresh_from_db()
    assert row.attempts == 1
