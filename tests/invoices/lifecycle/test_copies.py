"""前と同じ内容で作成: what the next document takes over of an earlier one, and what moves on with the time."""

from datetime import date

import pytest

from accounts.acting import NotAllowed, NotPermitted
from invoices.enums import Status
from invoices.lifecycle import copies, drafting
from invoices.lifecycle.draft_input import DraftInput, LineInput
from invoices.models import Invoice
from portal.lib.calendar import today_jst
from tests import factories

OCTOBER, NOVEMBER = date(2026, 10, 31), date(2026, 11, 28)


def november(**head) -> DraftInput:
    return copies.moved_on(DraftInput(**{"issue_date": OCTOBER} | head), NOVEMBER)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("給食用牛乳 10月分", "給食用牛乳 11月分"),
        ("１０月分", "１１月分"),
        ("令和8年10月分 電気料金", "令和8年11月分 電気料金"),
        ("2026年10月分", "2026年11月分"),
        ("10月1日〜10月31日", "11月1日〜11月30日"),
        ("令和8年10月31日納品", "令和8年11月30日納品"),
        ("3月定例会(10月分)", "3月定例会(11月分)"),
        ("令和8年度 清掃", "令和8年度 清掃"),
        ("8年10月分", "8年10月分"),
        ("10月45日", "10月45日"),
        ("平成31年10月分", "平成31年10月分"),
        ("", ""),
    ],
)
def test_the_month_of_the_document_moves_on_in_the_title_and_the_lines(before, after):
    data = november(title=before, lines=(LineInput(description=before),))
    assert (data.title, data.lines[0].description) == (after, after)


@pytest.mark.parametrize(
    ("issued", "on", "before", "after"),
    [
        (date(2026, 12, 20), date(2027, 1, 20), "令和8年12月分", "令和9年1月分"),
        (date(2026, 12, 20), date(2027, 1, 20), "2026年12月", "2027年1月"),
        (date(2026, 12, 20), date(2027, 1, 20), "12月分", "1月分"),
        (date(2026, 10, 1), date(2027, 10, 1), "10月分", "10月分"),
        (date(2026, 10, 1), date(2027, 10, 1), "令和8年10月分", "令和9年10月分"),
        (date(2026, 11, 5), date(2026, 11, 28), "11月分", "11月分"),
    ],
)
def test_over_the_end_of_a_year_the_year_moves_too(issued, on, before, after):
    assert copies.moved_on(DraftInput(issue_date=issued, title=before), on).title == after


def test_a_claim_of_the_month_before_names_that_month_and_moves_it_on():
    data = copies.moved_on(
        DraftInput(issue_date=date(2026, 11, 5), transaction_date=OCTOBER, title="10月分"), date(2026, 12, 4)
    )
    assert (data.title, data.transaction_date) == ("11月分", date(2026, 11, 30))


def test_days_move_by_whole_months_and_the_last_stays_the_last():
    lines = (LineInput(date=date(2026, 10, 15)), LineInput(date=date(2026, 9, 30)), LineInput())
    data = november(period_from=date(2026, 10, 1), period_to=OCTOBER, lines=lines)
    assert (data.issue_date, data.period_from, data.period_to) == (NOVEMBER, date(2026, 11, 1), date(2026, 11, 30))
    assert [line.date for line in data.lines] == [date(2026, 11, 15), date(2026, 10, 31), None]
    assert copies.moved_on(
        DraftInput(issue_date=date(2027, 1, 29), transaction_date=date(2027, 1, 29)), date(2027, 2, 10)
    ).transaction_date == date(2027, 2, 28)


def test_all_months_of_a_period_and_of_the_lines_move_on():
    """A quarter that is claimed in July, and copied in October."""
    data = DraftInput(
        issue_date=date(2026, 7, 3),
        period_from=date(2026, 4, 1),
        period_to=date(2026, 6, 30),
        title="警備 4月・5月・6月分",
        lines=(LineInput(date=date(2026, 5, 31), description="警備 5月分"), LineInput(description="2月の追加")),
    )
    copied = copies.moved_on(data, date(2026, 10, 2))
    assert copied.title == "警備 7月・8月・9月分"
    assert (copied.lines[0].date, copied.lines[0].description) == (date(2026, 8, 31), "警備 8月分")
    assert copied.lines[1].description == "2月の追加"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("令和7年10月1日契約 警備 10月分", "令和7年10月1日契約 警備 11月分"),
        ("2025年10月契約 2026年10月分", "2025年10月契約 2026年11月分"),
        ("第10月曜日講座", "第10月曜日講座"),
    ],
)
def test_what_belongs_to_another_time_stays(before, after):
    assert november(title=before).title == after


def test_a_text_with_a_fiscal_year_stays_when_the_next_one_begins():
    title = "令和7年度 清掃 3月分"
    data = DraftInput(issue_date=date(2026, 3, 31), title=title)
    assert copies.moved_on(data, date(2026, 4, 30)).title == title
    assert november(title="令和8年度 清掃 10月分").title == "令和8年度 清掃 11月分"


def test_a_title_that_would_become_too_long_stays():
    title = "9月" + "品" * 58
    data = copies.moved_on(DraftInput(issue_date=date(2026, 9, 30), title=title), date(2026, 10, 30))
    assert data.title == title


def test_a_title_of_sixty_letters_is_the_longest():
    assert Invoice.column("title").max_length == 60


@pytest.mark.django_db
class TestTheDraft:
    def test_says_what_the_other_says_but_for_its_time(self, new_draft, supplier_owner, office):
        claim = office.deliver(
            new_draft(carry_over_billed=5000, carry_over_received=5000, own_reference="A-1", remarks="毎月の分です。")
        )
        draft = copies.begin_copy(invoice_id=claim.pk, actor=supplier_owner)
        assert (draft.status, draft.number, draft.version) == (Status.DRAFT, None, 1)
        old, new = drafting.input_of(claim), drafting.input_of(draft)
        assert (new.issue_date, new.remarks, new.department_id) == (today_jst(), old.remarks, old.department_id)
        assert (new.carry_over_billed, new.carry_over_received, new.own_reference) == (None, None, "")
        assert [(line.description, line.quantity, line.unit_price, line.rate_id) for line in new.lines] == [
            (line.description, line.quantity, line.unit_price, line.rate_id) for line in old.lines
        ]
        assert draft.replaces is None
        assert draft.total == claim.total

    def test_of_a_credit_note_is_none(self, new_draft, supplier_owner, office):
        note = office.note(office.accept(office.deliver(new_draft())))
        with pytest.raises(NotAllowed, match="返還請求書は"):
            copies.begin_copy(invoice_id=note.pk, actor=supplier_owner)

    def test_of_anothers_invoice_is_none(self, new_draft, office, supplier_b, reviewer):
        claim = office.deliver(new_draft())
        with pytest.raises(Invoice.DoesNotExist):
            copies.begin_copy(invoice_id=claim.pk, actor=factories.member_of(supplier_b))
        with pytest.raises(NotPermitted):
            copies.begin_copy(invoice_id=claim.pk, actor=reviewer)
