"""The outbox against a real mail server: what goes over the wire, and what becomes of a mail that is not taken."""

import logging
import socket
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage, send_mail
from django.db.models.functions import Now

from accounts import mail
from accounts.models import OutgoingMail
from accounts.tasks import send_mail as send_mail_task
from dev.servers import free_port
from portal import env
from portal.lib import jobs
from portal.settings import common
from tests.mail_server import INSTALLATION, content, parse
from tests.patience import within
from tests.racing import race

pytestmark = pytest.mark.django_db

SUBJECT = "【請求書が届きました】株式会社髙﨑商店𠮷田支店 令和8年10月分 文房具および印刷用紙の請求書 A2026-00001"
BODY = "子育て支援課 御中\n\n確認コード: 7KQ2-M9XV\n.\nFrom here on\n" + "長い行" * 400 + "\n"


def queue(**changes: str) -> OutgoingMail:
    return mail.queue(**{"recipient": "reviewer@city.example", "subject": SUBJECT, "body": BODY} | changes)


def make_due(row: OutgoingMail) -> None:
    OutgoingMail.objects.filter(pk=row.pk).update(next_attempt_at=Now() - timedelta(seconds=1))


def waiting(row: OutgoingMail) -> timedelta:
    row.refresh_from_db()
    return row.next_attempt_at - jobs.database_now()


def assert_waits(row: OutgoingMail, reason: str) -> None:
    """It was tried once, will be tried again after the first pause, and still has its text."""
    row.refresh_from_db()
    assert (row.attempts, row.done_at, row.dead_at, row.leased_until) == (1, None, None, None)
    assert row.created_at + jobs.BACK_OFF <= row.next_attempt_at
    assert waiting(row) <= jobs.BACK_OFF
    assert reason in row.last_error
    assert row.body != ""


def assert_given_up(row: OutgoingMail, reason: str) -> None:
    row.refresh_from_db()
    assert row.attempts == 1
    assert row.dead_at is not None
    assert row.done_at is None
    assert reason in row.last_error
    assert row.body == ""


def test_a_mail_arrives_with_the_headers_of_an_automatic_message(server, settings):
    settings.DEFAULT_FROM_EMAIL = "請求書窓口 <noreply@portal.example>"
    row = queue()
    assert mail.send(row.pk)
    row.refresh_from_db()
    (envelope,) = server.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("noreply@portal.example", ["reviewer@city.example"])
    message = parse(envelope)
    assert {name: str(value) for name, value in message.items()} == {
        "Subject": SUBJECT,
        "From": "請求書窓口 <noreply@portal.example>",
        "To": "reviewer@city.example",
        "Message-ID": row.message_id,
        "Date": str(message["Date"]),
        "Auto-Submitted": "auto-generated",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "base64",
        "MIME-Version": "1.0",
    }
    assert message["Date"].datetime == row.created_at.replace(microsecond=0)
    assert str(message["Date"]).endswith("+0900")
    assert row.message_id.endswith("@testserver>")
    assert message.get_content() == BODY


def test_only_seven_bits_and_short_lines_go_over_the_wire(server):
    mail.send(queue().pk)
    raw = content(server.envelopes[0])
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78


def test_the_text_is_erased_when_it_was_sent_and_not_before(server):
    row = queue()
    row.refresh_from_db()
    assert row.body == BODY
    mail.send(row.pk)
    row.refresh_from_db()
    assert (row.body, row.last_error, row.attempts) == ("", "", 1)
    assert row.done_at is not None


def test_the_task_run_twice_sends_one_mail(server):
    row = queue()
    send_mail_task(str(row.pk))
    send_mail_task(str(row.pk))
    assert len(server.envelopes) == 1


@pytest.mark.both_db
@pytest.mark.django_db(transaction=True)
def test_workers_at_once_send_one_mail(server):
    row = queue()
    assert sorted(race(*[lambda: mail.send(row.pk)] * 4)) == [False, False, False, True]
    assert len(server.envelopes) == 1


def test_a_mail_whose_answer_was_lost_is_sent_again_as_the_same_message(server):
    server.drops = 1
    row = queue()
    assert not mail.send(row.pk)
    assert_waits(row, "SMTPServerDisconnected")
    make_due(row)
    assert mail.send(row.pk)
    first, second = server.envelopes
    assert content(first) == content(second)
    assert parse(first)["Message-ID"] == row.message_id


@pytest.mark.parametrize(
    "subject", ["件名\nBcc: thief@evil.example", "件名\r\nBcc: thief@evil.example", "件名\x00\x1b\x85完"]
)
def test_a_subject_stays_one_line(subject, server):
    row = queue(subject=subject)
    assert mail.send(row.pk)
    (envelope,) = server.envelopes
    assert envelope.rcpt_tos == ["reviewer@city.example"]
    message = parse(envelope)
    assert message["Bcc"] is None
    assert str(message["Subject"]) in ("件名 Bcc: thief@evil.example", "件名 完")


@pytest.mark.parametrize(
    "recipient",
    ["a@city.example\nBcc: thief@evil.example", "a@city.example, thief@evil.example", "nobody", "", "a b@city.example"],
)
def test_what_is_not_one_address_is_given_up_at_once_and_nobody_gets_it(recipient, server):
    row = queue(recipient=recipient)
    assert not mail.send(row.pk)
    assert_given_up(row, "not fit for a mail")
    assert server.envelopes == []


def test_a_row_with_a_broken_subject_is_given_up_at_once(server):
    row = queue()
    OutgoingMail.objects.update(subject="件名\nBcc: thief@evil.example")
    assert not mail.send(row.pk)
    assert_given_up(row, "not fit for a mail")
    assert server.envelopes == []


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("RCPT", "450 4.2.0 greylisted, come back later"),
        ("RCPT", "452 4.2.2 mailbox full"),
        ("DATA", "451 4.3.0 try again"),
        # Not about this mail but about the portal, which the operator can mend.
        ("RCPT", "554 5.7.1 Relay access denied"),
        ("RCPT", "530 5.7.0 Authentication required"),
        ("RCPT", "503 bad sequence of commands"),
        ("MAIL", "553 5.1.8 Sender address rejected"),
        ("MAIL", "421 4.3.2 shutting down"),
    ],
)
def test_a_refusal_that_may_pass_is_met_with_another_attempt(command, answer, server):
    server.answers = {command: answer}
    row = queue()
    assert not mail.send(row.pk)
    assert_waits(row, answer)
    assert not mail.send(row.pk), "it is not due yet"
    server.answers = {}
    make_due(row)
    assert mail.send(row.pk)
    assert len(server.envelopes) == 1


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("RCPT", "550 5.1.1 no such mailbox"),
        ("RCPT", "550 No such user here"),
        ("RCPT", "551 User not local"),
        ("DATA", "552 5.3.4 message too big"),
        ("DATA", "554 5.6.0 content rejected"),
    ],
)
def test_a_refusal_for_ever_ends_it_at_once_with_the_reason_and_an_alarm(command, answer, server, caplog):
    server.answers = {command: answer}
    row = queue()
    with caplog.at_level(logging.CRITICAL):
        assert not mail.send(row.pk)
    assert_given_up(row, answer)
    assert "accounts.send_mail is dead" in [record.message for record in caplog.records]
    server.answers = {}
    make_due(row)
    assert not mail.send(row.pk)
    assert server.envelopes == []


def test_a_code_that_the_server_quotes_is_neither_kept_nor_logged(server, caplog):
    server.answers = {"DATA": "554 5.6.0 suspicious words (7KQ2-M9XV) in content"}
    row = queue()
    mail.send(row.pk)
    assert_given_up(row, "554 5.6.0 suspicious words (…) in content")
    logged = "\n".join(logging.Formatter().format(record) for record in caplog.records)
    assert "suspicious words" in logged
    assert "7KQ2" not in logged


def test_without_a_server_the_mail_waits(use_mail):
    use_mail(f"smtp://127.0.0.1:{free_port()}")
    row = queue()
    assert not mail.send(row.pk)
    assert_waits(row, "ConnectionRefusedError")


def test_a_server_that_hangs_is_left_after_the_time_out(use_mail, settings):
    settings.EMAIL_TIMEOUT = 0.5
    row = queue()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        use_mail(f"smtp://127.0.0.1:{listener.getsockname()[1]}")
        with within(settings.EMAIL_TIMEOUT):
            assert not mail.send(row.pk)
    assert_waits(row, "timed out")


def test_the_time_out_of_an_installation_is_twenty_seconds():
    assert common.configure(env.read(**INSTALLATION))["EMAIL_TIMEOUT"] == 20


def test_a_mail_is_not_sent_in_the_clear_when_the_installation_asks_for_tls(server, use_mail, settings):
    use_mail(f"smtp+tls://portal:word@127.0.0.1:{settings.EMAIL_PORT}")
    row = queue()
    assert not mail.send(row.pk)
    assert_waits(row, "STARTTLS")
    assert "word" not in row.last_error
    assert server.envelopes == []


def test_a_mail_is_tried_for_half_a_day_with_at_most_an_hour_between_and_then_given_up(use_mail, caplog):
    use_mail(f"smtp://127.0.0.1:{free_port()}")
    row = queue()
    whole = timedelta()
    for _attempt in range(OutgoingMail.max_attempts):
        row.refresh_from_db()
        assert row.dead_at is None
        make_due(row)
        before = jobs.database_now()
        assert not mail.send(row.pk)
        assert waiting(row) <= timedelta(hours=1)
        whole += max(row.next_attempt_at - before, timedelta())
    assert timedelta(hours=11) < whole < timedelta(hours=14)
    row.refresh_from_db()
    assert row.dead_at is not None
    assert row.body == ""
    alarms = [record.message for record in caplog.records if record.levelname == "CRITICAL"]
    failed_again = OutgoingMail.max_attempts - jobs.ALARMING_ATTEMPTS
    assert alarms == ["accounts.send_mail keeps failing"] * failed_again + ["accounts.send_mail is dead"]


def test_what_an_app_sends_comes_from_the_portal_and_to_each_recipient_alone(server, settings):
    settings.EMAIL_BACKEND = common.EMAIL_BACKEND
    EmailMessage(
        "確認コード",
        "7KQ2-M9XV",
        "somebody@else.example",
        ["花子 <a@city.example>", "b@city.example"],
        bcc=["c@city.example"],
        reply_to=["thief@evil.example"],
        headers={"X-Other": "1"},
    ).send()
    for row in OutgoingMail.objects.all():
        assert mail.send(row.pk)
    assert sorted(envelope.rcpt_tos for envelope in server.envelopes) == [
        ["a@city.example"], ["b@city.example"], ["c@city.example"],
    ]  # fmt: skip
    for message in server.messages:
        assert str(message["From"]) == settings.DEFAULT_FROM_EMAIL
        assert (message["Reply-To"], message["Cc"], message["X-Other"]) == (None, None, None)
        assert message.get_content().strip() == "7KQ2-M9XV"
        assert str(message["To"]).count("@") == 1


def test_a_mail_with_a_letter_that_no_database_keeps_does_not_undo_its_cause(server, settings):
    settings.EMAIL_BACKEND = common.EMAIL_BACKEND
    assert send_mail("件\0名", "本\0文", None, ["a@city.example"]) == 1
    assert mail.send(OutgoingMail.objects.get().pk)
    assert server.messages[0].get_content().strip() == "本文"
