"""The sample city: loaded once, wholly or not at all, with the figures that its files promise."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings

from accounts.models import Municipality, StaffMembership, User
from invoices.archive import store
from invoices.enums import Status
from invoices.models import Document, Invoice, ScheduledIssue
from portal import sample
from portal.lib.calendar import today_jst
from portal.lib.jobs import WorkRow
from portal.sample import loader
from portal.sample.accounts import ACCOUNTS, PASSWORD
from portal.work import work_models
from suppliers.models import Supplier
from tests.invoices.documents.reading import pdfium_text

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

STATUS_OF = {
    "reissued": Status.RETURNED,
    "taken_over": Status.ACCEPTED,
    "part_paid": Status.ACCEPTED,
    "set_off": Status.PAID,
}


def promised() -> list[dict[str, Any]]:
    """The invoices of the file, in the order in which they are loaded."""
    folder = Path(str(sample.__file__)).parent
    entries: list[dict[str, Any]] = tomllib.loads((folder / "invoices.toml").read_text(encoding="utf-8"))["invoices"]
    return entries


@pytest.fixture(scope="module")
def pdf(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[bytes]:
    """Loads the sample for all tests of this module; the document of the worked example."""
    location = tmp_path_factory.mktemp("sample") / "documents"
    documents = {"BACKEND": "portal.lib.files.WriteOnceFileStorage", "OPTIONS": {"location": location}}
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(STORAGES={"documents": documents}):
            assert loader.load()
            example = Invoice.objects.get(title=promised()[0]["title"])
            data = store.fetch(Document.objects.get(invoice=example).key)
        yield data
        transaction.set_rollback(True)


@pytest.fixture
def loaded(pdf) -> list[tuple[dict[str, Any], Invoice]]:
    """Each invoice of the file with what became of it."""
    return list(zip(promised(), Invoice.objects.order_by("id"), strict=True))


def test_every_invoice_has_the_sums_and_the_state_of_the_file(loaded):
    assert len(loaded) > 30
    for entry, invoice in loaded:
        expected = (entry["expected_tax"], entry["expected_total"], STATUS_OF.get(entry["state"], entry["state"]))
        assert (invoice.tax, invoice.total, invoice.status) == expected, entry["key"]
        assert invoice.lines.count() == len(entry["lines"]), entry["key"]


def test_a_correction_stands_behind_what_it_replaces(loaded):
    by_key = {entry["key"]: invoice for entry, invoice in loaded}
    replacing = {entry["key"]: entry["replaces"] for entry, _invoice in loaded if "replaces" in entry}
    assert replacing
    for key, replaced in replacing.items():
        assert by_key[key].replaces == by_key[replaced]


def test_the_document_of_the_worked_example_shows_the_worked_figures(pdf):
    text = pdfium_text(pdf)
    for figure in ("758", "1,282", "2,040", "24,348", "9,480", "12,828", "10,238", "14,110"):
        assert figure in text, figure
    assert "登録番号" in text


def test_what_was_issued_has_reached_its_department_with_its_document(loaded):
    for entry, invoice in loaded:
        if invoice.status not in (Status.DRAFT, Status.SCHEDULED):
            assert invoice.number is not None, entry["key"]
            assert invoice.delivered_at is not None, entry["key"]
            assert Document.objects.get(invoice=invoice).stored_at is not None, entry["key"]
    assert Invoice.objects.get(title=promised()[0]["title"]).issue_date <= today_jst()


def test_no_work_is_left_over_but_its_mails(loaded):
    models: list[type[WorkRow]] = list(work_models())
    left = {model.task_name for model in models if model.objects.filter(done_at=None).exists()}
    assert left <= {"accounts.send_mail", "invoices.issue_scheduled"}
    assert not ScheduledIssue.objects.due().exists()


def test_there_is_an_invoice_at_every_station(loaded):
    assert {invoice.status for _entry, invoice in loaded} == set(Status) - {Status.SENT}
    assert Invoice.objects.filter(status=Status.ACCEPTED, taken_over_at__isnull=False).exists()


def test_there_is_a_claim_that_is_paid_in_part_and_a_credit_note_that_is_set_off(loaded):
    by_key = {entry["key"]: invoice for entry, invoice in loaded}
    part = by_key["park-mowing"]
    assert (part.settled, part.marks) == (100_000, ["一部支払"])
    claim, note = by_key["lunch-fish"], by_key["lunch-fish-credit-note"]
    assert (note.state_label, claim.balance, claim.marks) == ("充当済", 108_000 - 21_600, ["一部充当"])


def test_every_account_that_the_demo_prints_can_sign_in_and_see_a_page(loaded):
    for _role, email in ACCOUNTS:
        client = Client()
        answer = client.post("/accounts/login/", {"login": email, "password": PASSWORD})
        assert (answer.status_code, answer["Location"]) == (302, "/"), email
        assert client.get("/", follow=True).status_code == 200


def test_one_person_may_work_for_two_cities(loaded):
    accountant = User.objects.get(email="chuman@city.mihon.example")
    assert StaffMembership.objects.filter(user=accountant).count() == 2


def test_loaded_again_it_changes_nothing(loaded, capsys):
    before = (Municipality.objects.count(), Supplier.objects.count(), Invoice.objects.count(), User.objects.count())
    call_command("load_sample")
    assert "There is data already; nothing was loaded." in capsys.readouterr().out
    after = (Municipality.objects.count(), Supplier.objects.count(), Invoice.objects.count(), User.objects.count())
    assert after == before
