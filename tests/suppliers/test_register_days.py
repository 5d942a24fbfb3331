"""Many days of one number asked of the register at once."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.lib import jobs
from suppliers import register
from suppliers.models import RegisterLookup

pytestmark = pytest.mark.django_db

NUMBER, DAY, TODAY = "T7123456789012", date(2026, 10, 15), date(2026, 11, 1)


@pytest.fixture(autouse=True)
def _application(settings, monkeypatch):
    settings.REGISTER_APPLICATION_ID = "application"
    monkeypatch.setattr(register, "today_jst", lambda: TODAY)


@pytest.fixture(autouse=True)
def messages():
    """What would go to the broker."""
    sent: list[tuple[str, str]] = []
    jobs.use_transport(lambda task_name, row_id: sent.append((task_name, row_id)))
    yield sent
    jobs.use_transport(None)


def test_each_day_that_has_come_is_one_question(messages, django_capture_on_commit_callbacks):
    days = [DAY, DAY + timedelta(days=1), DAY, date(2026, 11, 2)]
    with django_capture_on_commit_callbacks(execute=True):
        register.request(NUMBER, *days)
    assert set(register.known_answers(NUMBER, days)) == {DAY, DAY + timedelta(days=1)}
    assert len(messages) == 2


def test_days_that_are_known_cost_two_queries():
    days = [DAY - timedelta(days=number) for number in range(40)]
    register.request(NUMBER, *days)
    with CaptureQueriesContext(connection) as queries:
        register.request(NUMBER, *days)
    assert len(queries) == 2


def test_no_day_is_no_question():
    register.request(NUMBER)
    assert register.known_answers(NUMBER, []) == {}
    assert not RegisterLookup.objects.exists()
