"""The cast, and invoices at the stations of their life.

    事業者A   supplier_owner, colleague        見本市 子育て支援課   reviewer, second_reviewer
    事業者B   other_supplier                    見本市 道路課         other_department_staff
                                                見本市 会計課・管理者  accountant, municipality_admin
                                                隣市                  other_city_staff

Each is the `ActingFor` that a request of theirs would carry; `client_of` gives a browser in which they are signed in.
"""

import pickle
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import wraps
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import hypothesis
import pytest
from django.apps import apps
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models.signals import post_migrate
from django.test import Client, override_settings
from django.utils import timezone

import portal.middleware  # noqa: F401  # a site has loaded it before anybody signs in: sessions count from there
from accounts.acting import ActingFor
from accounts.models import Department, Municipality, StaffRole, User
from invoices.documents import snapshot
from invoices.documents.pdf import isolation
from invoices.enums import ReturnReason
from invoices.lifecycle import accounting, corrections, credit_notes, issuing, payments, review, scheduling
from invoices.models import Invoice
from portal.lib import frozen
from portal.lib.calendar import today_jst
from portal.lib.ids import CODE_ALPHABET
from suppliers.models import BankAccount, MemberRole, Supplier, TradingLink
from tests import factories
from tests.office import Office

# What chance finds is looked for less thoroughly in `make test-fast`.
hypothesis.settings.register_profile("fast", max_examples=25)

add_rates = import_module("invoices.migrations.0002_rates").add_rates
add_days_of_contracts = import_module("invoices.migrations.0007_old_rates").add_days


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first and small ones last, so that two processes end at about the same time."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: (item.path not in slow, -tests[item.path], item.path))


_TRIED = "tried: "


@pytest.fixture
def tried(record_property: Callable[[str, object], None]) -> Callable[[str, int], None]:
    """Count what a test tries out in numbers; the sums of a run stand at its end."""
    return lambda what, number: record_property(f"{_TRIED}{what}", number)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [each for kind in terminalreporter.stats.values() for each in kind if type(each) is pytest.TestReport]
    sums: Counter[str] = Counter()
    for report in reports:
        if report.when == "call":
            for name, number in report.user_properties:
                if name.startswith(_TRIED) and isinstance(number, int):
                    sums[name.removeprefix(_TRIED)] += number
    for what, number in sorted(sums.items()):
        terminalreporter.write_line(f"tried {number:,} {what}")


@pytest.fixture(scope="session", autouse=True)
def _static_files_when_asked_for() -> Iterator[None]:
    """Otherwise each browser of a test would look through all static files before its first request."""
    with override_settings(WHITENOISE_AUTOREFRESH=True):
        yield


@pytest.fixture(autouse=True)
def documents_folder(settings, tmp_path: Path) -> Path:
    """Each test has a store of its own."""
    settings.DATA_DIR = tmp_path
    documents = settings.STORAGES["documents"] | {"OPTIONS": {"location": tmp_path / "documents"}}
    settings.STORAGES = settings.STORAGES | {"documents": documents}
    return tmp_path / "documents"


@pytest.fixture(scope="session", autouse=True)
def _tax_rates() -> Iterator[None]:
    """A test with real transactions ends by emptying every table; the rates that came by migration are put back."""

    def put_back(**about: object) -> None:
        add_rates(apps, None)
        add_days_of_contracts(apps, None)

    sender = apps.get_app_config("invoices")
    post_migrate.connect(put_back, sender=sender)
    yield
    post_migrate.disconnect(put_back, sender=sender)


@pytest.fixture(scope="session", autouse=True)
def _frozen_rows_go_at_the_end() -> Iterator[None]:
    """On SQLite a test with real transactions ends by deleting all rows one by one, which no frozen row would allow."""
    empty = BaseDatabaseOperations.execute_sql_flush

    def thawed(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        frozen.thaw(None, self.connection.alias)
        empty(self, sql_list)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", thawed)
        yield


@pytest.fixture(scope="session", autouse=True)
def _documents_made_once() -> Iterator[None]:
    """The same text makes the same document: what was set for one test is at hand for the next.

    The tests of the child itself do without (tests/invoices/documents/test_isolation.py).
    """
    in_child = isolation._at_once
    known: dict[bytes, Any] = {}

    @wraps(in_child)
    def made_once(*question: Any, **how: Any) -> Any:
        key = pickle.dumps(question)
        if key not in known:
            known[key] = in_child(*question, **how)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(isolation, "_at_once", made_once)
        yield


@pytest.fixture(autouse=True)
def _same_invoices(monkeypatch) -> None:
    """What an invoice bears beside its content begins anew in each test, so that its document is a known one."""
    chance = Random(26)
    monkeypatch.setattr(
        snapshot, "random_code", lambda length: "".join(chance.choice(CODE_ALPHABET) for _ in range(length))
    )
    factories.BankAccountFactory.reset_sequence(1)


@pytest.fixture
def client_of() -> Callable[[ActingFor | User | None], Client]:
    """A browser of somebody of the cast; of a visitor when None."""

    def sign_in(person: ActingFor | User | None) -> Client:
        client = Client()
        if person is not None:
            client.force_login(person.user if isinstance(person, ActingFor) else person)
        return client

    return sign_in


@pytest.fixture
def municipality() -> Municipality:
    return factories.MunicipalityFactory(name="見本市")


@pytest.fixture
def policy(municipality):
    return factories.MunicipalityPolicyFactory(municipality=municipality)


@pytest.fixture
def department(municipality) -> Department:
    return factories.DepartmentFactory(municipality=municipality, name="子育て支援課", kana="こそだてしえんか")


@pytest.fixture
def other_department(municipality) -> Department:
    return factories.DepartmentFactory(municipality=municipality, name="道路課", kana="どうろか")


@pytest.fixture
def other_municipality() -> Municipality:
    return factories.MunicipalityFactory(name="隣市", kana="となりし")


@pytest.fixture
def supplier() -> Supplier:
    return factories.SupplierFactory(name="事業者A")


@pytest.fixture
def supplier_b() -> Supplier:
    return factories.SupplierFactory(name="事業者B", registration_number="T9234567890123")


@pytest.fixture
def supplier_owner(supplier) -> ActingFor:
    return factories.member_of(supplier, email="owner@a.example", name="宮園 花子")


@pytest.fixture
def colleague(supplier) -> ActingFor:
    return factories.member_of(supplier, MemberRole.MEMBER, email="colleague@a.example", name="宮園 次郎")


@pytest.fixture
def other_supplier(supplier_b, department) -> ActingFor:
    """事業者B trades with the same department."""
    factories.TradingLinkFactory(supplier=supplier_b, department=department)
    return factories.member_of(supplier_b, email="owner@b.example", name="柏木 一")


@pytest.fixture
def reviewer(municipality, department) -> ActingFor:
    return factories.staff_of(municipality, department, email="reviewer@city.example", name="鶴田 洋子")


@pytest.fixture
def second_reviewer(municipality, department) -> ActingFor:
    return factories.staff_of(municipality, department, email="second@city.example", name="鶴田 修")


@pytest.fixture
def other_department_staff(municipality, other_department) -> ActingFor:
    return factories.staff_of(municipality, other_department, email="roads@city.example", name="福元 健")


@pytest.fixture
def accountant(municipality) -> ActingFor:
    return factories.staff_of(municipality, role=StaffRole.ACCOUNTANT, email="kaikei@city.example", name="中馬 明")


@pytest.fixture
def municipality_admin(municipality) -> ActingFor:
    return factories.staff_of(municipality, role=StaffRole.ADMIN, email="admin@city.example", name="有馬 幸")


@pytest.fixture
def other_city_staff(other_municipality) -> ActingFor:
    own = factories.DepartmentFactory(municipality=other_municipality, name="子育て支援課")
    return factories.staff_of(other_municipality, own, email="staff@neighbour.example", name="隣 良子")


@pytest.fixture
def operator() -> User:
    return factories.UserFactory(email="operator@portal.example", name="運用 担当", is_staff=True, is_superuser=True)


@pytest.fixture
def trading_link(supplier, department) -> TradingLink:
    return factories.TradingLinkFactory(supplier=supplier, department=department)


@pytest.fixture
def bank_account(supplier) -> BankAccount:
    return factories.BankAccountFactory(supplier=supplier)


@pytest.fixture
def new_draft(supplier_owner, trading_link, bank_account, reviewer) -> Callable[..., Invoice]:
    """Write drafts of 事業者A to the department, without fault unless a change brings one in."""

    def write(**changes) -> Invoice:
        return factories.write_draft(
            supplier_owner, **{"department": trading_link.department, "bank_account": bank_account} | changes
        )

    return write


@pytest.fixture
def draft(new_draft) -> Invoice:
    return new_draft()


@pytest.fixture
def issued_invoice(draft, supplier_owner) -> Invoice:
    """送信済: issued, and its document not made yet."""
    return issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)


@pytest.fixture
def unopened_invoice(issued_invoice) -> Invoice:
    return factories.deliver(issued_invoice)


@pytest.fixture
def opened_invoice(unopened_invoice, reviewer) -> Invoice:
    return review.open_invoice(invoice_id=unopened_invoice.pk, actor=reviewer)


@pytest.fixture
def returned_invoice(opened_invoice, reviewer) -> Invoice:
    return review.return_invoice(
        invoice_id=opened_invoice.pk,
        actor=reviewer,
        reason=ReturnReason.WRONG_CONTENT,
        comment="数量が納品書と違います。",
    )


@pytest.fixture
def accepted_invoice(opened_invoice, reviewer) -> Invoice:
    return review.accept(invoice_id=opened_invoice.pk, actor=reviewer)


@pytest.fixture
def taken_over_invoice(accepted_invoice, accountant) -> Invoice:
    return accounting.take_over(invoice_id=accepted_invoice.pk, actor=accountant)


@pytest.fixture
def paid_invoice(taken_over_invoice, accountant) -> Invoice:
    return payments.pay(invoice_id=taken_over_invoice.pk, actor=accountant, paid_on=today_jst())


@pytest.fixture
def office(supplier_owner, reviewer, accountant) -> Office:
    return Office(supplier_owner, reviewer, accountant)


@pytest.fixture
def accepted_note(accepted_invoice, supplier_owner, reviewer) -> Invoice:
    """A credit note about an accepted claim, accepted too."""
    draft = credit_notes.begin_credit_note(invoice_id=accepted_invoice.pk, actor=supplier_owner)
    factories.deliver(issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version))
    review.open_invoice(invoice_id=draft.pk, actor=reviewer)
    return review.accept(invoice_id=draft.pk, actor=reviewer)


@pytest.fixture
def disputed_invoice(accepted_invoice, accountant) -> Invoice:
    return payments.dispute(invoice_id=accepted_invoice.pk, actor=accountant, comment="数量が違います。")


@pytest.fixture
def scheduled_invoice(draft, supplier_owner) -> Invoice:
    """発行予約: to be issued tomorrow; `factories.let_its_time_come` makes it today."""
    return scheduling.schedule(
        invoice_id=draft.pk, actor=supplier_owner, version=draft.version, at=timezone.now() + timedelta(days=1)
    )


@pytest.fixture
def paper_invoice(department, reviewer) -> Invoice:
    return factories.record_paper(reviewer, department)


@pytest.fixture
def cancelled_invoice(unopened_invoice, supplier_owner) -> Invoice:
    return corrections.cancel(invoice_id=unopened_invoice.pk, actor=supplier_owner, comment="金額の誤り")
