"""The register of qualified invoice issuers: asked in the background, read from the database, missed by nobody."""

import logging
import socket
from datetime import date, timedelta

import pytest
from django.db.models.functions import Now

from portal import work
from portal.lib import jobs
from portal.lib.jobs import Pause
from suppliers import register
from suppliers.models import RegisterLookup, RegisterStatus
from suppliers.tasks import look_up_registration
from tests.racing import race
from tests.suppliers.register_server import APPLICATION_ID, RegisterServer, answer, entry

pytestmark = pytest.mark.django_db

NUMBER = "T7123456789012"
DAY = date(2026, 10, 15)
UNCHECKED, REGISTERED, NOT_REGISTERED = (
    RegisterStatus.UNCHECKED,
    RegisterStatus.REGISTERED,
    RegisterStatus.NOT_REGISTERED,
)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(register, "today_jst", lambda: date(2026, 11, 1))


@pytest.fixture(autouse=True)
def server(settings, monkeypatch):
    monkeypatch.setattr(register, "_pause", Pause(register.PAUSE_SECONDS))
    with RegisterServer() as running:
        settings.REGISTER_APPLICATION_ID = APPLICATION_ID
        settings.REGISTER_URL = running.url
        yield running


@pytest.fixture
def messages():
    """What would go to the broker."""
    sent: list[tuple[str, str]] = []
    jobs.use_transport(lambda task_name, row_id: sent.append((task_name, row_id)))
    yield sent
    jobs.use_transport(None)


def known() -> RegisterLookup | None:
    return register.known_answers(NUMBER, [DAY]).get(DAY)


def ask(number: str = NUMBER, day: date = DAY) -> RegisterLookup:
    """Ask as saving an invoice does, and do the work as a worker would."""
    register.request(number, day)
    row = RegisterLookup.objects.get(number=number, day=day)
    look_up_registration(str(row.pk))
    row.refresh_from_db()
    return row


def let_time_pass() -> None:
    RegisterLookup.objects.update(next_attempt_at=Now() - timedelta(seconds=1))
    register._pause = Pause(register.PAUSE_SECONDS)


class TestTheQuestion:
    def test_is_the_documented_one(self, server):
        ask()
        assert server.asked == [
            ("/1/valid", {"id": APPLICATION_ID, "number": NUMBER, "day": "2026-10-15", "type": "21"})
        ]

    def test_is_sent_once_by_a_task_that_comes_twice(self, server):
        server.body = answer(entry(NUMBER))
        row = ask()
        look_up_registration(str(row.pk))
        assert len(server.asked) == 1
        assert known().status == REGISTERED

    def test_is_published_when_the_invoice_is_saved(self, messages, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            register.request(NUMBER, DAY)
            register.request(NUMBER, DAY)
        assert messages == [("suppliers.look_up_registration", str(known().pk))]

    def test_is_found_by_the_sweep_when_its_message_is_lost(self, messages):
        register.request(NUMBER, DAY)
        work.sweep()
        assert messages == [("suppliers.look_up_registration", str(known().pk))]

    def test_is_not_asked_without_an_application_id(self, settings, server):
        settings.REGISTER_APPLICATION_ID = ""
        register.request(NUMBER, DAY)
        assert known() is None
        assert server.asked == []

    def test_is_given_up_when_the_application_id_was_taken_away(self, settings, server):
        register.request(NUMBER, DAY)
        settings.REGISTER_APPLICATION_ID = ""
        row = known()
        assert not register.look_up(row.pk)
        row.refresh_from_db()
        assert row.dead_at is not None
        assert server.asked == []

    @pytest.mark.parametrize("number", ["", "T123", "7123456789012", "T7123456789012&id=other"])
    def test_is_not_asked_of_what_is_no_number(self, number):
        register.request(number, DAY)
        assert not RegisterLookup.objects.exists()

    def test_is_not_asked_of_a_day_that_has_not_come(self):
        register.request(NUMBER, date(2026, 11, 2))
        assert not RegisterLookup.objects.exists()
        register.request(NUMBER, date(2026, 11, 1))
        assert RegisterLookup.objects.exists()

    def test_is_another_one_for_each_day(self, server):
        ask(day=DAY)
        ask(day=DAY + timedelta(days=1))
        assert [asked["day"] for _path, asked in server.asked] == ["2026-10-15", "2026-10-16"]

    def test_is_not_repeated_while_the_answer_is_young(self, server):
        server.body = answer(entry(NUMBER))
        ask()
        RegisterLookup.objects.update(answered_at=Now() - timedelta(days=6, hours=23))
        ask()
        assert len(server.asked) == 1

    def test_is_repeated_when_the_answer_is_old_and_the_old_answer_stays_until_then(self, server):
        server.body = answer(entry(NUMBER))
        ask()
        RegisterLookup.objects.update(answered_at=Now() - timedelta(days=7, minutes=1))
        register.request(NUMBER, DAY)
        assert known().status == REGISTERED
        server.body = answer()
        assert ask().status == NOT_REGISTERED
        assert len(server.asked) == 2

    @pytest.mark.parametrize(("minutes", "times"), [(59, 1), (61, 2)])
    def test_is_repeated_after_an_hour_when_the_answer_was_no(self, minutes, times, server):
        """It stops an issue, and who has just been entered must not wait for a week."""
        assert ask().status == NOT_REGISTERED
        RegisterLookup.objects.update(answered_at=Now() - timedelta(minutes=minutes))
        server.body = answer(entry(NUMBER))
        assert ask().status == (REGISTERED if times == 2 else NOT_REGISTERED)
        assert len(server.asked) == times

    def test_is_asked_again_when_it_was_given_up(self, server):
        server.status = 503
        row = ask()
        RegisterLookup.objects.update(attempts=5, dead_at=Now())
        server.status, server.body = 200, answer(entry(NUMBER))
        let_time_pass()
        row = ask()
        assert (row.status, row.dead_at, row.attempts) == (REGISTERED, None, 1)

    def test_that_waits_for_its_next_attempt_is_left_to_it(self, server):
        server.status = 503
        before = ask()
        register.request(NUMBER, DAY)
        after = known()
        assert (after.attempts, after.next_attempt_at) == (1, before.next_attempt_at)

    @pytest.mark.both_db
    @pytest.mark.django_db(transaction=True)
    def test_of_ten_people_at_once_becomes_one(self, messages):
        outcomes = race(*[lambda: register.request(NUMBER, DAY)] * 10)
        assert outcomes == [None] * 10
        assert RegisterLookup.objects.count() == 1
        assert len(messages) == 1


class TestTheAnswer:
    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({}, REGISTERED),
            ({"registrationDate": "2026-10-14"}, REGISTERED),
            ({"registrationDate": "2026-10-15"}, REGISTERED),
            ({"registrationDate": "2026-10-16"}, NOT_REGISTERED),
            ({"expireDate": "2026-10-16"}, REGISTERED),
            ({"expireDate": "2026-10-15"}, NOT_REGISTERED),
            ({"expireDate": "2026-10-14"}, NOT_REGISTERED),
            ({"disposalDate": "2026-10-16"}, REGISTERED),
            ({"disposalDate": "2026-10-15"}, NOT_REGISTERED),
            ({"disposalDate": "2026-10-14"}, NOT_REGISTERED),
            ({"disposalDate": "2026-10-16", "expireDate": "2026-10-15"}, NOT_REGISTERED),
        ],
    )
    def test_is_read_for_the_day_that_was_asked_about(self, changes, expected, server):
        server.body = answer(entry(NUMBER, **changes))
        row = ask()
        assert (row.status, row.name) == (expected, "宮園商事株式会社")
        assert row.answered_at is not None
        assert row.done_at is not None

    def test_that_there_is_no_such_number_is_an_answer(self, server):
        row = ask()
        assert (row.status, row.name) == (NOT_REGISTERED, "")
        assert row.answered_at is not None

    def test_may_hold_an_older_entry_beside_the_one_that_counts(self, server):
        server.body = answer(entry(NUMBER, expireDate="2025-03-31"), entry(NUMBER, registrationDate="2026-01-01"))
        assert ask().status == REGISTERED

    def test_of_a_person_names_nobody(self, server):
        server.body = answer(entry(NUMBER, kind="1", name=""))
        row = ask()
        assert (row.status, row.name) == (REGISTERED, "")

    def test_is_kept_as_one_line_that_fits_its_column(self, server):
        server.body = answer(entry(NUMBER, name="宮園\x00\n  商事" + "長" * 300))
        row = ask()
        assert row.name.startswith("宮園 商事長")
        assert len(row.name) == 200


class TestATroubledRegister:
    def failed(self, row: RegisterLookup) -> str:
        """It stays unchecked and is tried again; returns what the operator reads."""
        assert (row.status, row.answered_at, row.done_at, row.dead_at) == (UNCHECKED, None, None, None)
        assert row.attempts == 1
        assert row.next_attempt_at > RegisterLookup.objects.annotate(now=Now()).values_list("now", flat=True)[0]
        assert APPLICATION_ID not in row.last_error
        return row.last_error

    @pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503])
    def test_an_error_is_no_answer(self, status, server):
        server.status, server.body = status, APPLICATION_ID.encode()
        assert self.failed(ask()) == f"RegisterError: the register answered {status}"

    def test_an_outage_is_no_answer(self, settings):
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        settings.REGISTER_URL = f"http://127.0.0.1:{port}"
        assert self.failed(ask()) == "RegisterError: the register cannot be reached: ConnectionRefusedError"

    def test_silence_is_no_answer(self, server, monkeypatch):
        monkeypatch.setattr(register, "SOCKET_SECONDS", 0.2)
        server.reply = lambda request: server.patience.wait(30)
        assert self.failed(ask()) == "RegisterError: the register did not answer: TimeoutError"

    def test_an_answer_that_trickles_in_is_not_waited_for(self, server, monkeypatch):
        monkeypatch.setattr(register, "ANSWER_SECONDS", 0.2)

        def trickle(request):
            request.send_response(200)
            request.send_header("Content-Length", "100000")
            request.end_headers()
            for _n in range(100):
                if server.patience.wait(0.05):
                    break
                request.wfile.write(b" ")

        server.reply = trickle
        assert self.failed(ask()) == "RegisterError: the register did not answer: TimeoutError"

    @pytest.mark.parametrize("length", ["known", "unknown"])
    def test_a_huge_answer_is_not_read_to_its_end(self, length, server):
        piece, pieces = b" " * 1_000_000, 50

        def flood(request):
            request.send_response(200)
            if length == "known":
                request.send_header("Content-Length", str(len(piece) * pieces))
            request.end_headers()
            try:
                for _n in range(pieces):
                    request.wfile.write(piece)
            except OSError:
                pass  # the reader has gone

        server.reply = flood
        assert self.failed(ask()) == "RegisterError: the register answered more than 200000 bytes"

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<html>maintenance</html>",
            "保守中".encode("cp932"),
            b"[]",
            b"{}",
            b"null",
            b'{"count":"many"}',
            b'{"count":1e999}',
            b'{"count":"1"}',
            b'{"count":"1","announcement":[]}',
            b'{"count":"1","announcement":["T7123456789012"]}',
            b"[" * 100_000,
            answer(entry("T9234567890123")),
            answer(entry(NUMBER, registrationDate="")),
            answer(entry(NUMBER, registrationDate="令和5年10月1日")),
            answer(entry(NUMBER, expireDate="いずれ")),
            answer(entry(NUMBER))[:-20],
        ],
    )
    def test_what_is_no_answer_about_this_number_says_nothing_of_it(self, body, server):
        server.body = body
        assert self.failed(ask()).startswith("RegisterError: the register's answer cannot be read")

    def test_a_redirect_is_not_followed(self, server):
        with RegisterServer() as other:
            server.status, server.location = 302, f"{other.url}/1/valid?id={APPLICATION_ID}"
            assert self.failed(ask()) == "RegisterError: the register answered 302"
            assert other.asked == []

    def test_a_proxy_of_the_machine_does_not_stand_before_the_machine_itself(self, server, monkeypatch):
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
        monkeypatch.delenv("no_proxy", raising=False)
        assert ask().status == NOT_REGISTERED

    def test_an_old_answer_stays(self, server):
        server.body = answer(entry(NUMBER))
        ask()
        RegisterLookup.objects.update(answered_at=Now() - timedelta(days=8))
        server.status = 503
        row = ask()
        assert (row.status, row.name) == (REGISTERED, "宮園商事株式会社")

    def test_it_is_left_alone_for_a_while_so_that_waiting_for_it_holds_no_worker(self, server):
        server.status = 503
        ask()
        row = ask(day=DAY + timedelta(days=1))
        assert self.failed(row) == "RegisterError: not asked: the register failed a moment ago"
        assert len(server.asked) == 1
        server.status = 200
        let_time_pass()
        assert ask(day=DAY + timedelta(days=2)).status == NOT_REGISTERED

    def test_what_cannot_be_read_is_no_reason_to_leave_it_alone(self, server):
        server.body = b"{}"
        ask()
        server.body = answer(entry(NUMBER))
        assert ask(day=DAY + timedelta(days=1)).status == REGISTERED

    def test_it_is_given_up_after_five_attempts_without_an_alarm_and_without_the_id_in_the_log(self, server, caplog):
        server.status = 503
        caplog.set_level(logging.INFO)
        ask()
        for _attempt in range(4):
            let_time_pass()
            register.look_up(RegisterLookup.objects.get().pk)
        row = RegisterLookup.objects.get()
        assert row.dead_at is not None
        assert len(server.asked) == 5
        assert [record.message for record in caplog.records if record.levelno >= logging.CRITICAL] == []
        assert "suppliers.look_up_registration is dead" in caplog.text
        assert APPLICATION_ID not in caplog.text

    def test_a_look_up_whose_worker_died_each_time_raises_no_alarm_either(self, messages, caplog):
        register.request(NUMBER, DAY)
        RegisterLookup.objects.update(attempts=5, leased_until=Now() - timedelta(seconds=1))
        work.sweep()
        assert known().dead_at is not None
        assert [record.levelname for record in caplog.records] == ["WARNING"]


class TestTheOperator:
    URL = "/operator/suppliers/registerlookup/"

    def test_sees_what_was_asked_and_answered_and_why_not(self, server, client_of, operator):
        server.body = answer(entry(NUMBER))
        ask()
        server.status = 503
        failed = ask("T9234567890123")
        page = client_of(operator).get(self.URL).content.decode()
        assert "宮園商事株式会社" in page
        assert "the register answered 503" in page
        assert client_of(operator).get(f"{self.URL}{failed.pk}/change/").status_code == 200

    def test_changes_and_deletes_nothing(self, client_of, operator):
        row = ask()
        client = client_of(operator)
        for what in ("change", "delete"):
            assert (
                client.post(f"{self.URL}{row.pk}/{what}/", {"status": "registered", "post": "yes"}).status_code == 403
            )
        assert RegisterLookup.objects.get().status == NOT_REGISTERED

    def test_is_the_only_one_who_sees_it(self, client_of, municipality_admin):
        for person in (None, municipality_admin):
            assert client_of(person).get(self.URL).status_code == 302


def test_a_register_that_stays_away_does_not_make_the_work_look_broken():
    register.request(NUMBER, DAY)
    RegisterLookup.objects.update(dead_at=Now())
    work.sweep()
    kinds = work.status()
    assert [kind.dead for kind in kinds if kind.kind == "suppliers.look_up_registration"] == [1]
    assert work.to_look_at(kinds) == []
