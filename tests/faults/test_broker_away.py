"""The site, a worker and a beat while their Redis is stopped or hangs."""

import time

import pytest

from portal.work import SWEEP_SECONDS
from tests.faults.installation import Installation
from tests.faults.scenes import OWNER
from tests.faults.visitor import Answer, Visitor

pytestmark = [pytest.mark.faults, pytest.mark.slow]

BROKER_SECONDS = 1
"""How long a client may wait for a broker that does not answer; with the library's own limits it is over twenty."""


@pytest.fixture
def visitor(installation) -> Visitor:
    """The supplier's owner, signed in at a site whose worker and beat are at work."""
    installation.manage("collectstatic", "--no-input", "-v0")
    worker = installation.worker()
    beat = installation.beat()
    installation.web()
    somebody = Visitor(installation.url)
    installation.wait_for("the site", somebody.answers)
    installation.wait_for("the worker", lambda: " ready." in worker.text)
    installation.wait_for("the beat", lambda: "Starting" in beat.text)
    return somebody


def confirm_page(visitor: Visitor, draft: dict[str, str]) -> tuple[Answer, str]:
    """Sign in and look at the draft: the page, and the address under which it is issued."""
    visitor.sign_in(OWNER)
    path = f"/s/{draft['supplier']}/invoices/{draft['invoice']}/"
    return visitor.get(f"{path}confirm/"), f"{path}issue/"


def status(installation: Installation) -> str:
    ((found,),) = installation.rows("SELECT status FROM invoices_invoice")
    return str(found)


@pytest.mark.parametrize(("fault", "repair"), [("stop", "start"), ("freeze", "thaw")])
def test_issuing_without_a_broker_answers_at_once_and_is_delivered_when_it_is_back(
    fault, repair, installation, visitor
):
    draft = installation.scene("draft")
    page, issue = confirm_page(visitor, draft)
    getattr(installation.redis, fault)()
    try:
        answer = visitor.press(page, issue)
        after = visitor.get(answer.headers["Location"])
        time.sleep(SWEEP_SECONDS + 1)  # so that the beat meets the outage as well
        assert status(installation) == "sent"
    finally:
        getattr(installation.redis, repair)()
    assert (answer.status, after.status) == (302, 200)
    assert answer.seconds < 10 * BROKER_SECONDS
    assert after.seconds < 10 * BROKER_SECONDS
    installation.wait_for("the delivery", lambda: status(installation) == "unopened")
    installation.wait_for("the mail", installation.mails)
    assert installation.rows("SELECT count(*) FROM invoices_invoiceevent WHERE action = 'deliver'") == [(1,)]
    assert len(installation.mails()) == 1


def test_what_a_worker_does_for_a_request_bears_the_requests_id(installation, visitor):
    draft = installation.scene("draft")
    answer = visitor.press(*confirm_page(visitor, draft))
    installation.wait_for("the delivery", lambda: status(installation) == "unopened")
    ids = installation.rows(
        "SELECT DISTINCT request_id FROM invoices_invoiceevent WHERE action IN ('issue', 'deliver')"
    )
    assert ids == [(answer.headers["X-Request-ID"],)]
