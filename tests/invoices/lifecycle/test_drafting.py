"""Drafts: saved again and again, from several pages, by several people, and by nobody else."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from invoices import rules
from invoices.enums import PaymentMethod, PriceMode, Rounding, Status
from invoices.lifecycle import drafting, issuing
from invoices.lifecycle.draft_input import LINES_MAX, DeductionInput, DraftInput, LineInput
from invoices.lifecycle.drafting import DeletedDraft, OutdatedDraft
from invoices.lifecycle.workflow import NotAllowed, WrongStatus
from invoices.models import Invoice, InvoiceEvent, InvoiceLine, content_of
from portal.lib.calendar import EARLIEST_DATE, LATEST_DATE, today_jst
from portal.lib.forms import MAX_QUANTITY
from portal.lib.ids import uuid7
from tests.factories import BankAccountFactory, DepartmentFactory, TradingLinkFactory, draft_input, line_input
from tests.racing import losers, race, winners

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]


@pytest.fixture
def data(trading_link, bank_account) -> DraftInput:
    return draft_input(department=trading_link.department, bank_account=bank_account)


def test_a_first_save_creates_the_draft_under_the_id_of_the_page(supplier_owner, data):
    draft_id = uuid7()
    draft = drafting.save(draft_id=draft_id, data=data, actor=supplier_owner, version=0)
    assert draft.pk == draft_id
    assert (draft.status, draft.version, draft.number) == (Status.DRAFT, 1, None)
    assert (draft.supplier_id, draft.created_by) == (supplier_owner.id, supplier_owner.user)
    assert draft.municipality == draft.department.municipality
    assert (draft.net, draft.tax, draft.total) == (1620, 162, 1782)
    assert [line.amount for line in draft.lines.all()] == [1620]


def test_a_draft_leaves_no_history(draft):
    assert not InvoiceEvent.objects.exists()


def test_an_empty_draft_can_be_saved(supplier_owner):
    draft = drafting.save(draft_id=uuid7(), data=DraftInput(), actor=supplier_owner, version=0)
    assert (draft.title, draft.issue_date, draft.total) == ("", None, 0)


def test_a_later_save_overwrites_head_and_lines(draft, data, colleague):
    lines = (line_input(description="封筒", quantity=Decimal(10)), line_input(description="付箋", rate=None))
    changed = replace(data, title="11月分", rounding=Rounding.CEIL, price_mode=PriceMode.INCLUSIVE, lines=lines)
    saved = drafting.save(draft_id=draft.pk, data=changed, actor=colleague, version=draft.version)
    assert (saved.title, saved.rounding, saved.price_mode, saved.version) == ("11月分", "ceil", "inclusive", 2)
    assert [(line.position, line.description, line.amount) for line in saved.lines.all()] == [
        (0, "封筒", 270),
        (1, "付箋", 1620),
    ]
    assert saved.total == 270  # a line without a rate counts for nothing yet
    assert saved.created_by != colleague.user


def test_what_was_saved_reads_back_as_what_was_written(draft, data):
    assert drafting.input_of(draft) == replace(data, lines=tuple(data.lines))


def test_every_column_of_the_input_reads_back(supplier_owner, trading_link, bank_account):
    today = today_jst()
    full = draft_input(
        department=trading_link.department,
        bank_account=bank_account,
        transaction_date=None,
        period_from=today - timedelta(days=30),
        period_to=today,
        price_mode=PriceMode.INCLUSIVE,
        rounding=Rounding.HALF_UP,
        payment_method=PaymentMethod.DIRECT_DEBIT,
        remarks="納品書を添えます。\n二行目",
        own_reference="A-0001",
        lines=(line_input(quantity=Decimal("-2.5"), unit_price=Decimal("27.1234"), original_date=today), LineInput()),
    )
    saved = drafting.save(draft_id=uuid7(), data=full, actor=supplier_owner, version=0)
    assert drafting.input_of(Invoice.objects.get(pk=saved.pk)) == full


def test_an_outdated_page_is_refused_and_overwrites_nothing(draft, data, supplier_owner, colleague):
    drafting.save(draft_id=draft.pk, data=replace(data, title="同僚の件名"), actor=colleague, version=1)
    with pytest.raises(OutdatedDraft) as refused:
        drafting.save(
            draft_id=draft.pk, data=replace(data, title="古い件名", lines=()), actor=supplier_owner, version=1
        )
    assert "読み直して" in str(refused.value.message)
    draft.refresh_from_db()
    assert (draft.title, draft.version, draft.lines.count()) == ("同僚の件名", 2, 1)


def test_a_page_may_save_again_although_it_never_saw_the_answer(supplier_owner, data):
    draft_id, page = uuid7(), uuid7()
    for title in ("一", "二", "三"):
        drafting.save(draft_id=draft_id, data=replace(data, title=title), actor=supplier_owner, version=0, page=page)
    assert Invoice.objects.values_list("title", "version").get(pk=draft_id) == ("三", 3)


def test_after_another_page_saved_the_first_page_is_outdated(supplier_owner, colleague, data):
    draft_id, page = uuid7(), uuid7()
    drafting.save(draft_id=draft_id, data=data, actor=supplier_owner, version=0, page=page)
    drafting.save(draft_id=draft_id, data=replace(data, title="同僚"), actor=colleague, version=1, page=uuid7())
    with pytest.raises(OutdatedDraft):
        drafting.save(draft_id=draft_id, data=replace(data, title="自分"), actor=supplier_owner, version=1, page=page)


def test_a_save_in_passing_that_a_later_one_of_the_same_page_overtook_changes_nothing(supplier_owner, data):
    draft_id, page = uuid7(), uuid7()
    common = {"draft_id": draft_id, "actor": supplier_owner, "version": 0, "page": page}
    drafting.save(**common, data=replace(data, title="最初の文字"), in_passing=True)
    drafting.save(**common, data=replace(data, title="保存ボタン"))
    with pytest.raises(OutdatedDraft):
        drafting.save(**common, data=replace(data, title="遅れて届いた文字"), in_passing=True)
    assert Invoice.objects.values_list("title", "version").get(pk=draft_id) == ("保存ボタン", 2)


def test_a_save_that_changes_nothing_does_not_make_other_pages_outdated(draft, data, supplier_owner, colleague):
    same = drafting.save(draft_id=draft.pk, data=data, actor=colleague, version=draft.version, page=uuid7())
    assert same.version == draft.version
    changed = drafting.save(
        draft_id=draft.pk, data=replace(data, title="十一月分"), actor=supplier_owner, version=draft.version
    )
    assert changed.title == "十一月分"


def test_a_save_without_a_page_does_not_count_as_anybodys_own(draft, data, supplier_owner):
    drafting.save(draft_id=draft.pk, data=replace(data, title="一"), actor=supplier_owner, version=1)
    with pytest.raises(OutdatedDraft):
        drafting.save(draft_id=draft.pk, data=replace(data, title="二"), actor=supplier_owner, version=1, page=None)


def test_another_suppliers_draft_can_be_neither_saved_nor_deleted(draft, data, other_supplier):
    with pytest.raises(NotAllowed):
        drafting.save(draft_id=draft.pk, data=replace(data, title="乗っ取り"), actor=other_supplier, version=1)
    with pytest.raises(NotAllowed):
        drafting.delete(draft_id=draft.pk, actor=other_supplier)
    draft.refresh_from_db()
    assert draft.title != "乗っ取り"


def test_staff_of_a_city_write_no_drafts(draft, data, reviewer):
    with pytest.raises(NotAllowed):
        drafting.save(draft_id=uuid7(), data=data, actor=reviewer, version=0)
    with pytest.raises(NotAllowed):
        drafting.delete(draft_id=draft.pk, actor=reviewer)
    assert Invoice.objects.count() == 1


def test_a_department_to_which_the_supplier_has_no_link_is_dropped(
    supplier_owner, other_supplier, other_department, data
):
    TradingLinkFactory(supplier_id=other_supplier.id, department=other_department)
    foreign = replace(data, department_id=other_department.pk)
    draft = drafting.save(draft_id=uuid7(), data=foreign, actor=supplier_owner, version=0)
    assert (draft.department, draft.municipality) == (None, None)


@pytest.mark.parametrize("closing", ["link", "department", "merged"])
def test_a_department_that_is_closed_to_the_supplier_is_dropped(closing, supplier_owner, trading_link, data):
    department = trading_link.department
    if closing == "link":
        trading_link.active = False
        trading_link.save()
    elif closing == "department":
        department.closed = True
        department.save()
    else:
        department.succeeded_by = DepartmentFactory(municipality=department.municipality)
        department.save()
    draft = drafting.save(draft_id=uuid7(), data=data, actor=supplier_owner, version=0)
    assert draft.department is None


def test_a_bank_account_that_is_not_the_suppliers_own_or_not_in_use_is_dropped(
    supplier_owner, supplier_b, bank_account, data
):
    foreign = BankAccountFactory(supplier=supplier_b)
    draft = drafting.save(
        draft_id=uuid7(), data=replace(data, bank_account_id=foreign.pk), actor=supplier_owner, version=0
    )
    assert draft.bank_account is None
    bank_account.active = False
    bank_account.save()
    draft = drafting.save(draft_id=uuid7(), data=data, actor=supplier_owner, version=0)
    assert draft.bank_account is None


def test_a_draft_of_a_thousand_lines_is_saved_and_one_of_more_is_refused_and_leaves_what_was(supplier_owner, data):
    full = replace(data, lines=(data.lines[0],) * LINES_MAX)
    draft = drafting.save(draft_id=uuid7(), data=full, actor=supplier_owner, version=0)
    assert draft.lines.count() == LINES_MAX
    longer = replace(full, lines=(*full.lines, data.lines[0]))
    for draft_id, version in ((draft.pk, 1), (uuid7(), 0)):
        with pytest.raises(NotAllowed, match=r"1000行まで.*分けて"):
            drafting.save(draft_id=draft_id, data=longer, actor=supplier_owner, version=version)
    assert Invoice.objects.values_list("pk", "version").get() == (draft.pk, 1)
    assert draft.lines.count() == LINES_MAX


def test_saving_does_not_bring_back_a_draft_that_was_deleted_elsewhere(draft, data, supplier_owner, colleague):
    drafting.delete(draft_id=draft.pk, actor=colleague)
    with pytest.raises(DeletedDraft, match="削除"):
        drafting.save(draft_id=draft.pk, data=replace(data, title="続き"), actor=supplier_owner, version=draft.version)
    assert not Invoice.objects.exists()
    assert not InvoiceLine.objects.exists()


def test_a_draft_of_many_lines_with_the_largest_quantity_and_price_can_be_saved_and_is_not_issued(supplier_owner, data):
    line = line_input(quantity=MAX_QUANTITY, unit_price=MAX_QUANTITY)
    draft = drafting.save(draft_id=uuid7(), data=replace(data, lines=(line,) * 20), actor=supplier_owner, version=0)
    assert drafting.input_of(draft).lines[0].unit_price == MAX_QUANTITY
    with pytest.raises(issuing.Refused) as refused:
        issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=1)
    assert [finding.code for finding in refused.value.findings] == ["amount-too-large"]


FAR = [
    ("請求日", {"issue_date": date(9999, 5, 1)}),
    ("取引年月日", {"transaction_date": date(9999, 5, 1)}),
    ("取引期間の初日", {"transaction_date": None, "period_from": date(1, 1, 1)}),
    ("取引期間の末日", {"transaction_date": None, "period_to": LATEST_DATE + timedelta(days=1)}),
    ("明細2行目の日付", {"lines": (LineInput(), LineInput(date=EARLIEST_DATE - timedelta(days=1)))}),
    ("明細1行目の元の取引日", {"lines": (LineInput(original_date=date(9999, 5, 1)),)}),
    ("明細1行目の元の取引日", {"lines": (LineInput(original_until=date(9999, 5, 1)),)}),
    ("控除1行目の元の取引日", {"deductions": (DeductionInput(original_date=date(9999, 5, 1)),)}),
]


@pytest.mark.parametrize(("name", "changes"), FAR, ids=[name for name, _changes in FAR])
def test_a_date_of_a_far_year_is_refused_by_its_name_and_changes_nothing(name, changes, draft, data, supplier_owner):
    with pytest.raises(NotAllowed, match=rf"^{name}は昭和元年12月25日から令和81年12月31日までです。年を確かめて"):
        drafting.save(draft_id=draft.pk, data=replace(data, **changes), actor=supplier_owner, version=draft.version)
    draft.refresh_from_db()
    assert drafting.input_of(draft) == data


@pytest.mark.parametrize("day", [EARLIEST_DATE, LATEST_DATE])
def test_dates_at_the_bounds_are_saved_and_checked(day, draft, data, supplier_owner):
    lines = (line_input(date=day, original_date=day),)
    for head in ({"transaction_date": day}, {"transaction_date": None, "period_from": day, "period_to": day}):
        written = replace(data, issue_date=day, lines=lines, **head)
        draft = drafting.save(draft_id=draft.pk, data=written, actor=supplier_owner, version=draft.version)
        assert "issue-date-far" in {finding.code for finding in rules.check(draft, content_of(draft))}


def test_a_deleted_draft_leaves_no_trace(draft, supplier_owner):
    drafting.delete(draft_id=draft.pk, actor=supplier_owner)
    assert not Invoice.objects.exists()
    assert not InvoiceLine.objects.exists()
    assert not InvoiceEvent.objects.exists()


def test_an_issued_invoice_can_be_neither_saved_nor_deleted(issued_invoice, data, supplier_owner):
    before = Invoice.objects.values().get(pk=issued_invoice.pk)
    with pytest.raises(WrongStatus):
        drafting.save(draft_id=issued_invoice.pk, data=data, actor=supplier_owner, version=issued_invoice.version)
    with pytest.raises(WrongStatus):
        drafting.delete(draft_id=issued_invoice.pk, actor=supplier_owner)
    assert Invoice.objects.values().get(pk=issued_invoice.pk) == before
    assert issued_invoice.lines.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_first_save_sent_twice_at_once_makes_one_draft(supplier_owner, data):
    for _round in range(5):
        draft_id, page = uuid7(), uuid7()
        outcomes = race(
            *[lambda: drafting.save(draft_id=draft_id, data=data, actor=supplier_owner, version=0, page=page)] * 3  # noqa: B023
        )
        assert [type(error) for error in losers(outcomes)] in ([], [OutdatedDraft], [OutdatedDraft] * 2)
        assert winners(outcomes)
        assert Invoice.objects.filter(pk=draft_id).count() == 1
        assert InvoiceLine.objects.filter(invoice=draft_id).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_save_the_same_version_at_once_one_is_told(draft, data, supplier_owner, colleague):
    outcomes = race(
        *(
            lambda actor=actor: drafting.save(
                draft_id=draft.pk, data=replace(data, title=str(actor.user)), actor=actor, version=1, page=uuid7()
            )
            for actor in (supplier_owner, colleague)
        )
    )
    (winner,) = winners(outcomes)
    assert [type(error) for error in losers(outcomes)] == [OutdatedDraft]
    draft.refresh_from_db()
    assert (draft.title, draft.version) == (winner.title, 2)


@pytest.mark.django_db(transaction=True)
def test_a_draft_that_is_saved_while_it_is_issued_is_issued_as_confirmed_or_not_at_all(
    draft, data, supplier_owner, colleague
):
    for _round in range(5):
        fresh = drafting.save(draft_id=uuid7(), data=data, actor=supplier_owner, version=0)
        issued, saved = race(
            lambda: issuing.issue(invoice_id=fresh.pk, actor=supplier_owner, version=1),  # noqa: B023
            lambda: drafting.save(draft_id=fresh.pk, data=replace(data, title="変更"), actor=colleague, version=1),  # noqa: B023
        )
        fresh.refresh_from_db()
        if isinstance(issued, Exception):
            assert isinstance(issued, OutdatedDraft)
            assert (fresh.status, fresh.title) == (Status.DRAFT, "変更")
        else:
            assert isinstance(saved, WrongStatus)
            assert (fresh.status, fresh.title) == (Status.SENT, data.title)
