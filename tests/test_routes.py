"""Every URL for everybody: what each member of the cast gets from each route, in one table.

A route that is not in the table fails. What a page shows and does is tested elsewhere; here it is who gets in.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import InviteCode, OutgoingMail, StaffRole
from invoices.documents import snapshot
from invoices.lifecycle import drafting
from invoices.models import Document, Invoice, InvoiceEvent, InvoiceLine, content_of
from invoices.web.forms import DraftForms
from portal import work
from portal.lib.calendar import today_jst
from portal.lib.ids import uuid7
from suppliers import invitations
from suppliers.models import BankAccount, Invitation, Supplier, SupplierMember, TradingLink
from tests.factories import staff_of

pytestmark = pytest.mark.django_db

CAST = [
    "anonymous",
    "supplier_owner",
    "colleague",
    "other_supplier",
    "reviewer",
    "other_department_staff",
    "accountant",
    "municipality_admin",
    "other_city_staff",
    "operator",
]

# Routes of libraries, by the beginning of their name; the operator's site is tested in tests/portal/test_operator.py.
FOREIGN = ("account_", "admin:")

# Forms that need more than one request: their tests follow them from page to page.
CHANGING_NOTHING = {
    "invitation_entry",
    "invitation_code",
    "invitation_continue",
    "invitation_company",
    "invitation_person",
    "invitation_confirm",
    "review:record_paper",  # a file is read once, and here ten people would send it
}

# The answers stand in the order of the cast: anonymous, owner, colleague, 事業者B, reviewer, other department,
# accountant, admin, other city, operator. "login" is the way to the sign-in page, "···" is 404.
# The third column is the invoice in the URL, which is 事業者A's and addressed to the reviewer's department.
TABLE = """
home                          GET  -                 200   302   302   302   302   302   302   302   302   200
invitation_entry              GET  -                 200   200   200   200   200   200   200   200   200   200
invitation_entry              POST -                 200   200   200   200   200   200   200   200   200   200
invitation_received           GET  -                 302   302   302   302   302   302   302   302   302   302
invitation_continue           GET  -                 login 302   302   302   302   302   302   302   302   302
invitation_continue           POST -                 login 302   302   302   302   302   302   302   302   302
invitation_company            GET  -                 login 302   302   302   302   302   302   302   302   302
invitation_company            POST -                 login 302   302   302   302   302   302   302   302   302
invitation_person             GET  -                 login 302   302   302   302   302   302   302   302   302
invitation_person             POST -                 login 302   302   302   302   302   302   302   302   302
invitation_confirm            GET  -                 login 302   302   302   302   302   302   302   302   302
invitation_confirm            POST -                 login 302   302   302   302   302   302   302   302   302
invitation_done               GET  -                 login 302   302   302   302   302   302   302   302   302
invitation_code               GET  -                 200   200   200   200   200   200   200   200   200   200
invitation_code               POST -                 200   200   200   200   200   200   200   200   200   200
check_registration_number     GET  -                 login 200   200   200   200   200   200   200   200   200
check_branches                GET  -                 login 200   200   200   200   200   200   200   200   200
check_account_holder          GET  -                 login 200   200   200   200   200   200   200   200   200
supplier_home                 GET  -                 login 200   200   ···   ···   ···   ···   ···   ···   ···
suppliers:company             GET  -                 login 200   200   ···   ···   ···   ···   ···   ···   ···
suppliers:company_edit        GET  -                 login 200   403   ···   ···   ···   ···   ···   ···   ···
suppliers:company_edit        POST -                 login 302   403   ···   ···   ···   ···   ···   ···   ···
suppliers:trading             GET  -                 login 200   200   ···   ···   ···   ···   ···   ···   ···
suppliers:bank_accounts       GET  -                 login 200   200   ···   ···   ···   ···   ···   ···   ···
suppliers:bank_account_new    GET  -                 login 200   403   ···   ···   ···   ···   ···   ···   ···
suppliers:bank_account_new    POST -                 login 302   403   ···   ···   ···   ···   ···   ···   ···
suppliers:bank_account_edit   GET  -                 login 200   403   ···   ···   ···   ···   ···   ···   ···
suppliers:bank_account_edit   POST -                 login 302   403   ···   ···   ···   ···   ···   ···   ···
suppliers:bank_account_retire GET  -                 login 405   403   ···   ···   ···   ···   ···   ···   ···
suppliers:bank_account_retire POST -                 login 302   403   ···   ···   ···   ···   ···   ···   ···
invoices:list                 GET  -                 login 200   200   ···   ···   ···   ···   ···   ···   ···
invoices:new                  GET  -                 login 200   200   ···   ···   ···   ···   ···   ···   ···
invoices:detail               GET  unopened_invoice  login 200   200   ···   ···   ···   ···   ···   ···   ···
invoices:detail               GET  issued_invoice    login 200   200   ···   ···   ···   ···   ···   ···   ···
invoices:detail               GET  draft             login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:edit                 GET  draft             login 200   200   ···   ···   ···   ···   ···   ···   ···
invoices:edit                 POST draft             login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:edit                 GET  issued_invoice    login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:confirm              GET  draft             login 200   200   ···   ···   ···   ···   ···   ···   ···
invoices:draft_sheet          GET  draft             login 200   200   ···   ···   ···   ···   ···   ···   ···
invoices:draft_pdf            GET  draft             login 200   200   ···   ···   ···   ···   ···   ···   ···
invoices:issue                GET  draft             login 405   405   ···   ···   ···   ···   ···   ···   ···
invoices:issue                POST draft             login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:issued               GET  unopened_invoice  login 200   200   ···   ···   ···   ···   ···   ···   ···
invoices:delete               GET  draft             login 405   405   ···   ···   ···   ···   ···   ···   ···
invoices:delete               POST draft             login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:cancel               GET  unopened_invoice  login 405   405   ···   ···   ···   ···   ···   ···   ···
invoices:cancel               POST unopened_invoice  login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:reissue              GET  returned_invoice  login 405   405   ···   ···   ···   ···   ···   ···   ···
invoices:reissue              POST returned_invoice  login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:pdf                  GET  unopened_invoice  login 200   200   ···   ···   ···   ···   ···   ···   ···
invoices:pdf                  GET  issued_invoice    login ···   ···   ···   ···   ···   ···   ···   ···   ···
invoices:pdf                  GET  draft             login ···   ···   ···   ···   ···   ···   ···   ···   ···
invoices:sheet                GET  unopened_invoice  login 200   200   ···   ···   ···   ···   ···   ···   ···
invoices:sheet                GET  issued_invoice    login ···   ···   ···   ···   ···   ···   ···   ···   ···
invoices:sheet                GET  draft             login ···   ···   ···   ···   ···   ···   ···   ···   ···
invoices:detail               GET  scheduled_invoice login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:schedule             GET  draft             login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:schedule             POST draft             login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:scheduled            GET  scheduled_invoice login 200   200   ···   ···   ···   ···   ···   ···   ···
invoices:scheduled            GET  draft             login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:unschedule           GET  scheduled_invoice login 405   405   ···   ···   ···   ···   ···   ···   ···
invoices:unschedule           POST scheduled_invoice login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:request_return       GET  opened_invoice    login 302   302   ···   ···   ···   ···   ···   ···   ···
invoices:request_return       POST opened_invoice    login 302   302   ···   ···   ···   ···   ···   ···   ···
city_home                     GET  -                 login ···   ···   ···   200   200   200   200   ···   ···
invitations:list              GET  -                 login ···   ···   ···   403   403   403   200   ···   ···
invitations:new               GET  -                 login ···   ···   ···   403   403   403   200   ···   ···
invitations:new               POST -                 login ···   ···   ···   403   403   403   200   ···   ···
invitations:detail            GET  -                 login ···   ···   ···   403   403   403   200   ···   ···
invitations:resend            GET  -                 login ···   ···   ···   403   403   403   405   ···   ···
invitations:resend            POST -                 login ···   ···   ···   403   403   403   200   ···   ···
invitations:revoke            GET  -                 login ···   ···   ···   403   403   403   405   ···   ···
invitations:revoke            POST -                 login ···   ···   ···   403   403   403   302   ···   ···
review:inbox                  GET  -                 login ···   ···   ···   200   200   200   200   ···   ···
review:detail                 GET  unopened_invoice  login ···   ···   ···   200   ···   200   200   ···   ···
review:detail                 GET  opened_invoice    login ···   ···   ···   200   ···   200   200   ···   ···
review:detail                 GET  issued_invoice    login ···   ···   ···   ···   ···   ···   ···   ···   ···
review:open                   GET  unopened_invoice  login ···   ···   ···   405   405   405   405   ···   ···
review:open                   POST unopened_invoice  login ···   ···   ···   302   ···   403   403   ···   ···
review:return                 GET  opened_invoice    login ···   ···   ···   302   ···   302   302   ···   ···
review:return                 POST opened_invoice    login ···   ···   ···   302   ···   403   403   ···   ···
review:pdf                    GET  unopened_invoice  login ···   ···   ···   403   ···   200   200   ···   ···
review:pdf                    GET  opened_invoice    login ···   ···   ···   200   ···   200   200   ···   ···
review:pdf                    GET  issued_invoice    login ···   ···   ···   ···   ···   ···   ···   ···   ···
review:sheet                  GET  unopened_invoice  login ···   ···   ···   403   ···   200   200   ···   ···
review:sheet                  GET  opened_invoice    login ···   ···   ···   200   ···   200   200   ···   ···
review:sheet                  GET  issued_invoice    login ···   ···   ···   ···   ···   ···   ···   ···   ···
review:batch                  GET  -                 login ···   ···   ···   405   405   405   405   ···   ···
review:batch                  POST opened_invoice    login ···   ···   ···   302   302   302   302   ···   ···
review:record_paper           GET  -                 login ···   ···   ···   200   200   200   200   ···   ···
review:record_paper           POST -                 login ···   ···   ···   200   200   200   200   ···   ···
review:reroute                GET  opened_invoice    login ···   ···   ···   302   ···   302   302   ···   ···
review:reroute                POST opened_invoice    login ···   ···   ···   302   ···   302   302   ···   ···
review:accept                 GET  opened_invoice    login ···   ···   ···   405   405   405   405   ···   ···
review:accept                 POST opened_invoice    login ···   ···   ···   302   ···   403   403   ···   ···
review:reopen                 GET  accepted_invoice  login ···   ···   ···   302   ···   302   302   ···   ···
review:reopen                 POST accepted_invoice  login ···   ···   ···   302   ···   403   403   ···   ···
review:take_over              GET  accepted_invoice  login ···   ···   ···   405   405   405   405   ···   ···
review:take_over              POST accepted_invoice  login ···   ···   ···   403   ···   302   403   ···   ···
review:recall                 GET  taken_over_invoice login ···   ···   ···   302   ···   302   302   ···   ···
review:recall                 POST taken_over_invoice login ···   ···   ···   403   ···   302   403   ···   ···
review:pay                    GET  accepted_invoice  login ···   ···   ···   302   ···   302   302   ···   ···
review:pay                    POST accepted_invoice  login ···   ···   ···   403   ···   302   403   ···   ···
healthz                       GET  -                 200   200   200   200   200   200   200   200   200   200
readyz                        GET  -                 200   200   200   200   200   200   200   200   200   200
"""


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    route: str
    method: str
    invoice: str
    answers: tuple[str, ...]

    @classmethod
    def read(cls, line: str) -> "Row":
        route, method, invoice, *answers = line.replace("···", "404").split()
        assert len(answers) == len(CAST), line
        return cls(route, method, invoice, tuple(answers))

    def __str__(self) -> str:
        return f"{self.method}-{self.route}-{self.invoice}"


ROWS = [Row.read(line) for line in TABLE.strip().splitlines() if line.strip()]


def routes(
    resolver: URLResolver | None = None, spaces: tuple[str, ...] = (), arguments: tuple[str, ...] = ()
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every route's name with its namespaces, and the names of its arguments."""
    for pattern in (resolver or get_resolver()).url_patterns:
        found = (*arguments, *pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from routes(pattern, inner, found)
        else:
            assert isinstance(pattern, URLPattern)
            yield ":".join((*spaces, pattern.name or f"unnamed route {pattern.pattern}")), found


OURS = {name: arguments for name, arguments in routes() if not name.startswith(FOREIGN)}


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
def person(request) -> Callable[[str], Any]:
    return lambda name: None if name == "anonymous" else request.getfixturevalue(name)


@pytest.fixture
def url_of(request, supplier, municipality, bank_account) -> Callable[[Row], str]:
    def build(row: Row) -> str:
        values: dict[str, Callable[[], Any]] = {
            "supplier_id": lambda: supplier.pk,
            "municipality_id": lambda: municipality.pk,
            "account_id": lambda: bank_account.pk,
            "invitation_id": lambda: request.getfixturevalue("invitation").pk,
            "public_id": lambda: "ABCD-EFGH",
            "invoice_id": lambda: request.getfixturevalue(row.invoice).pk,
            "seen": lambda: seen(request.getfixturevalue(row.invoice)),
            "number": lambda: 1,
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
            when = {"schedule-day": "2099-04-01", "schedule-time": "09:00"}
            return {"version": draft.version, "seen": seen(draft), **when}
        if row.route == "review:batch":
            return {"do": "accept", "invoice": request.getfixturevalue(row.invoice).pk}
        return {
            "invoices:request_return": {"request-comment": "数量を間違えました。"},
            "review:return": {"return-reason": "minor", "return-comment": "印字不良です。"},
            "review:reroute": {
                "reroute-department": request.getfixturevalue("other_department").pk,
                "reroute-comment": "担当が違います。",
            },
            "review:reopen": {"reopen-comment": "確かめ直します。"},
            "review:recall": {"recall-deleted": "on", "recall-comment": "口座が違いました。"},
            "review:pay": {"pay-paid_on": today_jst().isoformat()},
            "suppliers:bank_account_new": BANK_ACCOUNT,
            "suppliers:bank_account_edit": BANK_ACCOUNT,
            "suppliers:company_edit": COMPANY,
            "invitations:new": {
                "supplier_name": "別の事業者",
                "email": "d@d.example",
                "departments": [department.pk],
                "invitation_id": uuid7(),
            },
        }.get(row.route, {})

    return build


BANK_ACCOUNT = {
    "bank": "0185",
    "branch": "100",
    "account_type": "1",
    "number": "1234567",
    "holder": "ミヤゾノショウジ",
}
COMPANY = {
    "kind": "corporation",
    "name": "事業者A",
    "kana": "ジギョウシャエー",
    "registered": "yes",
    "registration_number": "T7123456789012",
    "representative_title": "代表取締役",
    "representative_name": "宮園 太郎",
    "postcode": "893-0014",
    "address": "鹿児島県鹿屋市寿1-1",
    "phone": "0994-43-2111",
    "fiscal_year_end_month": "3",
}


def seen(draft: Invoice) -> str:
    """The digest of what the confirm page shows."""
    return snapshot.digest(snapshot.dump(snapshot.build(draft, content_of(draft))))


def answer(response: HttpResponse) -> str:
    if response.status_code == 302 and response["Location"].startswith("/accounts/login/"):
        return "login"
    return str(response.status_code)


def everything() -> list[Any]:
    """Whatever a request might change but should not; who looked at what is written down apart from it."""
    tables = [Invoice, InvoiceLine, InvoiceEvent, Document, OutgoingMail]
    tables += [Supplier, SupplierMember, BankAccount, TradingLink, Invitation, InviteCode]
    return [list(table.objects.order_by("pk").values()) for table in tables]


def test_every_route_stands_in_the_table():
    assert set(OURS) - {row.route for row in ROWS} == set()


def test_the_table_names_no_route_that_is_gone():
    assert {row.route for row in ROWS} - set(OURS) == set()


def test_no_line_stands_twice_in_the_table():
    assert len({str(row) for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_everybody_gets_from_a_route_what_the_table_says(row, url_of, data_for, client_of, person):
    url, data = url_of(row), data_for(row) if row.method == "POST" else {}
    people = {name: person(name) for name in CAST}
    before = everything()
    answers, changed = [], []
    for name, somebody in people.items():
        with transaction.atomic():
            response = getattr(client_of(somebody), row.method.lower())(url, data)
            answers.append(answer(response))
            if everything() != before:
                changed.append(name)
            transaction.set_rollback(True)
    assert tuple(answers) == row.answers
    may_change = {name for name, got in zip(CAST, answers, strict=True) if row.method == "POST" and got[0] in "23"}
    assert set(changed) <= may_change
    assert changed or row.method == "GET" or row.route in CHANGING_NOTHING, "this form had no effect at all"


NAMING_AN_OBJECT = [row for row in ROWS if {"invoice_id", "account_id", "invitation_id"} & set(OURS[row.route])]


@pytest.mark.parametrize("row", NAMING_AN_OBJECT, ids=str)
def test_nobody_reaches_the_object_of_another_organisation_through_a_url_of_their_own(
    row, url_of, data_for, client_of, other_supplier, other_municipality, supplier, municipality
):
    """The organisation in the URL is the visitor's own, the invoice, account or invitation is not."""
    if "supplier_id" in OURS[row.route]:
        visitor, foreign = other_supplier, supplier
    else:
        visitor, foreign = staff_of(other_municipality, role=StaffRole.ADMIN), municipality
    url = url_of(row).replace(str(foreign.pk), str(visitor.id))
    assert str(visitor.id) in url
    data = data_for(row) if row.method == "POST" else {}
    before = everything()
    response = getattr(client_of(visitor), row.method.lower())(url, data)
    # A page that takes no GET says so before it looks for the object.
    assert response.status_code in ((404, 405) if row.method == "GET" else (404,))
    assert everything() == before


@pytest.mark.parametrize("row", [row for row in ROWS if row.method == "POST"], ids=str)
def test_a_form_that_another_site_sends_is_refused(row, url_of, data_for, person):
    allowed = [name for name, expected in zip(CAST, row.answers, strict=True) if expected[0] in "23"]
    client = Client(enforce_csrf_checks=True)
    somebody = person(allowed[-1])
    if somebody is not None:
        client.force_login(getattr(somebody, "user", somebody))
    url, data, before = url_of(row), data_for(row), everything()
    assert client.post(url, data).status_code == 403
    assert everything() == before
