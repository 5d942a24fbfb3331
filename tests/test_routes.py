"""Every URL for everybody: what each member of the cast gets from each route.

A route that is not in the table (route_table.py) fails. What a page shows and does is tested elsewhere; here it is
who gets in.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from copy import deepcopy
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve, reverse

from accounts.guards import is_press_only
from accounts.models import AccessLog, Department, InviteCode, MunicipalityPolicy, OutgoingMail, StaffRole
from invoices.documents import schema, snapshot
from invoices.lifecycle import attachments, drafting
from invoices.models import Attachment, Document, Invoice, InvoiceEvent, InvoiceLine, Payment, content_of
from invoices.web.supplier.forms import DraftForms
from portal import work
from portal.lib.calendar import today_jst
from portal.lib.ids import uuid7
from suppliers import billing_sources, invitations, seals
from suppliers.billing_sources import SourceInput
from suppliers.models import (
    BankAccount,
    BillingSource,
    Invitation,
    Seal,
    SealKind,
    Supplier,
    SupplierMember,
    TradingLink,
)
from tests.factories import staff_of
from tests.route_data import BANK_ACCOUNT, BILLING_SOURCE, COMPANY, POLICY
from tests.route_table import CAST, OURS, ROWS, SHOWING_NO_DOCUMENT, WITHOUT_FACTOR, Row
from tests.small_files import pdf
from tests.suppliers.pictures import seal_picture

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Forms that only ask, or need more than one request: their tests follow them from page to page.
CHANGING_NOTHING = {
    "invoices:split",  # this draft is of one fiscal year
    "check",
    "invitation_entry",
    "invitation_code",
    "first_sign_in",
    "first_sign_in_code",
    "first_sign_in_link",
    "usersessions_list",
    *WITHOUT_FACTOR,
    "invitation_continue",
    "invitation_company",
    "invitation_person",
    "invitation_confirm",
    "review:batch",
    "review:take_batch",
    "review:record_paper",  # a file is read once, and here ten people would send it
}


@pytest.fixture(autouse=True)
def _at_work(bank_account, trading_link):
    """Rate limits start anew, and the clock has swept."""
    cache.clear()
    work.sweep()


@pytest.fixture
def invitation(municipality_admin, department) -> Invitation:
    return invitations.invite(
        municipality_admin, supplier_name="新しい事業者", email="new@c.example", departments=[department.pk]
    )[0]


@pytest.fixture
def billing_source(supplier_owner) -> BillingSource:
    return billing_sources.add_source(supplier_owner, SourceInput(**BILLING_SOURCE | {"name": "志布志支店"}))


@pytest.fixture
def seal(supplier_owner) -> Seal:
    return seals.add_seal(supplier_owner, SealKind.COMPANY, seal_picture())


@pytest.fixture
def attachment(draft, supplier_owner) -> Attachment:
    return attachments.add(draft_id=draft.pk, actor=supplier_owner, name="納品書.pdf", data=pdf())


class Upload(SimpleUploadedFile):
    """A file that one person after the other sends."""

    def read(self, *arguments: Any) -> Any:
        self.seek(0)
        return super().read(*arguments)


@pytest.fixture
def person(request) -> Callable[[str], Any]:
    return lambda name: None if name == "anonymous" else request.getfixturevalue(name)


@pytest.fixture
def url_of(request, supplier, municipality, bank_account) -> Callable[[Row], str]:
    def build(row: Row) -> str:
        # Before the draft becomes the invoice of the row.
        attached = request.getfixturevalue("attachment") if "attachment_id" in OURS[row.route] else None
        values: dict[str, Callable[[], Any]] = {
            "supplier_id": lambda: supplier.pk,
            "municipality_id": lambda: municipality.pk,
            "account_id": lambda: bank_account.pk,
            "invitation_id": lambda: request.getfixturevalue("invitation").pk,
            "public_id": lambda: "ABCD-EFGH",
            "secret": lambda: "ABCD-EFGH-JKMN-PQRS",
            "invoice_id": lambda: request.getfixturevalue(row.invoice).pk,
            "source_id": lambda: request.getfixturevalue("billing_source").pk,
            "seal_id": lambda: request.getfixturevalue("seal").pk,
            "attachment_id": lambda: attached.pk,
            "seen": lambda: seen(request.getfixturevalue(row.invoice)),
            "number": lambda: 1,
            "pk": lambda: 1,
        }
        return reverse(row.route, kwargs={name: values[name]() for name in OURS[row.route]})

    return build


@pytest.fixture
def data_for(request, supplier_owner, bank_account, department) -> Callable[[Row], dict[str, Any]]:
    """What a browser would send with a complete and valid form."""

    def build(row: Row) -> dict[str, Any]:
        if row.route == "invoices:edit":
            draft = request.getfixturevalue(row.invoice)
            forms = DraftForms.from_input(drafting.input_of(draft), acting_for=supplier_owner)
            lines = {
                f"lines-{index}-{name}": value
                for index, typed in enumerate(forms.rows)
                for name, value in typed.items()
            }
            changed = {"title": "件名を直した", "lines-count": len(forms.rows), "version": draft.version, "do": "save"}
            return {**forms.head.data, **lines, **changed}
        if row.route == "invitations:resend":
            return {"code": request.getfixturevalue("invitation").code_id}
        if row.route in ("invoices:issue", "invoices:schedule"):
            draft = request.getfixturevalue(row.invoice)
            when = {"schedule-day": (today_jst() + timedelta(days=30)).isoformat(), "schedule-time": "09:00"}
            return {"version": draft.version, "seen": seen(draft), **when}
        if row.route == "review:set_off":
            return {"set_off-partner": request.getfixturevalue(row.invoice).original_id}
        if row.route == "review:correct":
            entry = request.getfixturevalue(row.invoice).payments.get()
            return {"correct-entry": entry.pk, "correct-comment": "金額を誤りました。"}
        if row.route in ("review:batch", "review:take_batch"):
            return {"do": "accept", "invoice": request.getfixturevalue(row.invoice).pk}
        return {
            "check": {"code": "0" * 13},
            "invoices:request_return": {"request-comment": "数量を間違えました。"},
            "review:return": {"return-reason": "minor", "return-comment": "印字不良です。"},
            "review:reroute": {
                "reroute-department": request.getfixturevalue("other_department").pk,
                "reroute-comment": "担当が違います。",
            },
            "review:reopen": {"reopen-comment": "確かめ直します。"},
            "review:recall": {"recall-deleted": "on", "recall-comment": "口座が違いました。"},
            "review:correct_paper": {
                "correct_paper-issuer_name": "手書商店",
                "correct_paper-title": "10月分 修繕",
                "correct_paper-issue_date": today_jst().isoformat(),
                "correct_paper-received_on": today_jst().isoformat(),
                "correct_paper-total": "5500",
                "correct_paper-comment": "桁を間違えました。",
            },
            "review:withdraw_paper": {"withdraw-comment": "二重に登録しました。"},
            "review:pay": {"pay-paid_on": today_jst().isoformat(), "pay-amount": "1782"},
            "review:overpay": {
                "overpay-paid_on": today_jst().isoformat(),
                "overpay-amount": "1783",
                "overpay-comment": "桁を誤りました。",
            },
            "review:refund": {"refund-paid_on": today_jst().isoformat(), "refund-amount": "1"},
            "review:dispute": {"dispute-comment": "数量が違います。"},
            "review:end_dispute": {"end_dispute-comment": "解決しました。"},
            "suppliers:bank_account_new": BANK_ACCOUNT,
            "suppliers:bank_account_edit": BANK_ACCOUNT,
            "suppliers:company_edit": COMPANY,
            "accounts:policy": POLICY,
            "accounts:taxable_departments": {"departments": [department.pk]},
            "suppliers:billing_source_new": BILLING_SOURCE,
            "suppliers:billing_source_edit": BILLING_SOURCE,
            "suppliers:seal_new": {"kind": "representative", "picture": Upload("seal.png", seal_picture())},
            "invoices:attachments": {"files": Upload("内訳.pdf", pdf("other"))},
            "invitations:new": {
                "supplier_name": "別の事業者",
                "email": "d@d.example",
                "departments": [department.pk],
                "invitation_id": uuid7(),
            },
        }.get(row.route, {})

    return build


def seen(draft: Invoice) -> str:
    """The digest of what the confirm page shows."""
    return schema.digest(schema.dump(snapshot.build(draft, content_of(draft))))


def answer(response: HttpResponse) -> str:
    if response.status_code == 302 and response["Location"].startswith("/accounts/login/"):
        return "login"
    return str(response.status_code)


def everything() -> dict[str, str]:
    """Whatever a request might change but should not; who looked at what is written down apart from it.

    Every column of every row, as the text that PostgreSQL makes of a row, by table: one question instead of many.
    """
    models = [Invoice, InvoiceLine, InvoiceEvent, Payment, Document, OutgoingMail]
    models += [Supplier, SupplierMember, BankAccount, TradingLink, Invitation, InviteCode]
    models += [BillingSource, Seal, Attachment, Department, MunicipalityPolicy]
    rows = "SELECT '{0}', coalesce(string_agg({0}::text, E'\\n' ORDER BY {0}::text), '') FROM {0}"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(rows.format(model._meta.db_table) for model in models))
        return dict(cursor.fetchall())


def test_every_route_stands_in_the_table():
    assert set(OURS) - {row.route for row in ROWS} == set()


def test_the_table_names_no_route_that_is_gone():
    assert {row.route for row in ROWS} - set(OURS) == set()


def test_no_page_refuses_to_be_read():
    assert [str(row) for row in ROWS if "405" in row.answers] == []


def test_no_line_stands_twice_in_the_table():
    assert len({str(row) for row in ROWS}) == len(ROWS)


OBJECTS = {"invoice_id", "account_id", "source_id", "seal_id", "invitation_id"}


def state_of(row: Row) -> str:
    """The rows of one state are tried in one test, and each is undone: its people and papers are made but once."""
    return f"{row.invoice}-with-attachment" if "attachment_id" in OURS[row.route] else row.invoice


STATES = list(dict.fromkeys(state_of(row) for row in ROWS))
each_state = pytest.mark.parametrize("state", STATES)


@pytest.fixture
def prepared(state, url_of, data_for) -> list[tuple[Row, str, dict[str, Any]]]:
    """The rows about an invoice, each with its address and what is sent there."""
    rows = [row for row in ROWS if state_of(row) == state]
    return [(row, url_of(row), data_for(row) if row.method == "POST" else {}) for row in rows]


@pytest.fixture
def browsers(client_of, person) -> dict[str, Client]:
    return {name: client_of(person(name)) for name in CAST}


@pytest.fixture
def trying(subtests) -> Callable[[Row], AbstractContextManager[None]]:
    """A row that fails is reported for itself, and leaves nothing to the next one."""

    @contextmanager
    def try_row(row: Row) -> Iterator[None]:
        cache.clear()
        with subtests.test(str(row)), transaction.atomic():
            yield
            transaction.set_rollback(True)

    return try_row


def ask(browser: Client, row: Row, url: str, data: dict[str, Any]) -> HttpResponse:
    """The browser keeps its cookies, since what they stand for is undone."""
    cookies = deepcopy(browser.cookies)
    response = getattr(browser, row.method.lower())(url, data)
    browser.cookies = cookies
    return response


@each_state
def test_everybody_gets_from_a_route_what_the_table_says(prepared, browsers, trying, tried):
    for row, url, data in prepared:
        with trying(row):
            before = everything()
            answers, changed = [], []
            for name, browser in browsers.items():
                with transaction.atomic():
                    answers.append(answer(ask(browser, row, url, data)))
                    if everything() != before:
                        changed.append(name)
                    transaction.set_rollback(True)
            tried("answers to a role at a route", len(answers))
            assert tuple(answers) == row.answers
            permitted = zip(CAST, answers, strict=True) if row.method == "POST" else ()
            assert set(changed) <= {name for name, got in permitted if got[0] in "23"}
            assert changed or row.method == "GET" or row.route in CHANGING_NOTHING, "this form had no effect at all"


@each_state
def test_nothing_is_seen_or_taken_along_without_a_row_in_the_access_record(prepared, browsers, trying):
    for row, url, data in prepared:
        with trying(row):
            left = []
            for browser in browsers.values():
                with transaction.atomic():
                    before = AccessLog.objects.count()
                    ask(browser, row, url, data)
                    rows = AccessLog.objects.order_by("at", "id")[before:]
                    left.append(" ".join(each.action for each in rows))
                    transaction.set_rollback(True)
            assert tuple(left) == row.records


def test_every_route_to_an_issued_invoice_says_what_it_leaves_in_the_access_record():
    unissued = ("-", "draft", "scheduled_invoice")
    silent = [
        (row.route, row.invoice, name)
        for row in ROWS
        if row.invoice not in unissued and row.route not in SHOWING_NO_DOCUMENT
        for name, got, record in zip(CAST, row.answers, row.records, strict=True)
        if got == "200" and not record
    ]
    # Before a department opens an invoice, it sees of it what a list shows.
    assert silent == [("review:detail", "unopened_invoice", "reviewer")]


@each_state
def test_nobody_reaches_the_object_of_another_organisation_through_a_url_of_their_own(
    prepared, client_of, other_supplier, other_municipality, supplier, municipality, trying
):
    """The organisation in the URL is the visitor's own, the invoice, account or invitation is not."""
    other_admin = staff_of(other_municipality, role=StaffRole.ADMIN)
    of_supplier, of_city = client_of(other_supplier), client_of(other_admin)
    for row, url, data in prepared:
        if not OBJECTS & set(OURS[row.route]):
            continue
        with trying(row):
            of_a_supplier = "supplier_id" in OURS[row.route]
            visitor, browser = (other_supplier, of_supplier) if of_a_supplier else (other_admin, of_city)
            foreign = url.replace(str(supplier.pk if of_a_supplier else municipality.pk), str(visitor.id))
            assert str(visitor.id) in foreign
            before = everything()
            response = ask(browser, row, foreign, data)
            if row.method == "GET" and response.status_code == 302:
                # A button's address leads to the page of the button before it looks for the object.
                assert browser.get(response["Location"]).status_code in (200, 404)
            else:
                assert response.status_code == 404
            assert everything() == before


@each_state
def test_nobody_who_comes_by_get_to_a_buttons_address_is_sent_to_an_error(prepared, browsers, trying):
    """As after signing in: the button was pressed when the session was over."""
    for row, url, _data in prepared:
        if row.method == "POST":
            with trying(row):
                for name, expected in zip(CAST, row.answers, strict=True):
                    if expected == "302":
                        response = browsers[name].get(url, follow=True)
                        # Without the mailed link there is no page to choose a password on, and it says so.
                        assert response.status_code == (HTTPStatus.GONE if row.route == "first_sign_in" else 200), name
                        if is_press_only(resolve(url).func):
                            assert "もう一度押してください" in response.content.decode(), name


@each_state
def test_a_form_that_another_site_sends_is_refused(prepared, browsers, trying):
    for row, url, data in prepared:
        if row.method == "POST":
            with trying(row):
                allowed = [name for name, expected in zip(CAST, row.answers, strict=True) if expected[0] in "23"]
                checking = Client(enforce_csrf_checks=True)
                checking.cookies = deepcopy(browsers[allowed[-1]].cookies)
                before = everything()
                assert checking.post(url, data).status_code == 403
                assert everything() == before
