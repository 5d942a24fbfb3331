"""The history of an invoice as people read it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from invoices.enums import Action
from invoices.lifecycle import accounting, corrections, payments, review, scheduling
from invoices.models import InvoiceEvent
from invoices.web.shared.timeline import timeline
from portal.lib.calendar import JST, today_jst
from tests import factories

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]


def read(invoice, **options: bool) -> list[tuple[str, str, str]]:
    """Title, person and comment, the oldest first."""
    return [(entry.title, entry.who, entry.comment) for entry in reversed(timeline(invoice, **options))]


def in_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def test_a_whole_life_reads_from_the_newest_to_the_oldest(
    draft, supplier_owner, colleague, reviewer, other_department, other_department_staff, accountant
):
    at = (timezone.now() + timedelta(days=1)).astimezone(JST).replace(hour=9, minute=30, second=0, microsecond=0)
    scheduling.schedule(invoice_id=draft.pk, actor=colleague, version=draft.version, at=at)
    scheduling.issue_due(factories.let_its_time_come(draft))
    factories.deliver(draft)
    pk = draft.pk
    review.open_invoice(invoice_id=pk, actor=reviewer)
    review.reroute(invoice_id=pk, actor=reviewer, department_id=other_department.pk, comment="工事の請求です。")
    review.open_invoice(invoice_id=pk, actor=other_department_staff)
    corrections.request_return(invoice_id=pk, actor=supplier_owner, comment="金額を誤りました。")
    review.accept(invoice_id=pk, actor=other_department_staff)
    review.reopen(invoice_id=pk, actor=other_department_staff, comment="検収前でした。")
    review.accept(invoice_id=pk, actor=other_department_staff)
    accounting.take_over(invoice_id=pk, actor=accountant)
    accounting.recall(invoice_id=pk, actor=accountant, comment="名義が違います。")
    review.accept(invoice_id=pk, actor=other_department_staff)
    invoice = payments.pay(invoice_id=pk, actor=accountant, paid_on=today_jst())

    roads, accounts = "見本市　福元 健", "見本市　中馬 明"
    assert read(invoice) == [
        ("発行予約", "事業者A　宮園 次郎", f"{at.year}年{at.month}月{at.day}日 09:30 に発行"),
        ("発行", "", ""),
        ("到達", "", ""),
        ("開封", "見本市　鶴田 洋子", ""),
        ("回送", "見本市　鶴田 洋子", "子育て支援課 から 道路課 へ\n工事の請求です。"),
        ("開封", roads, ""),
        ("差戻依頼", "事業者A　宮園 花子", "金額を誤りました。"),
        ("受理", roads, ""),
        ("受理の取りやめ", roads, "検収前でした。"),
        ("受理", roads, ""),
        ("会計へ引継ぎ", accounts, ""),
        ("会計からの引戻し", accounts, "名義が違います。"),
        ("受理", roads, ""),
        ("支払", accounts, f"支払日 {in_words(today_jst())}\n金額 1,782円"),
    ]
    assert [entry.status for entry in timeline(invoice)][:3] == ["paid", "accepted", "opened"]
    times = [entry.at for entry in timeline(invoice)]
    assert times == sorted(times, reverse=True)


def test_a_withdrawn_and_a_refused_reservation_say_so(scheduled_invoice, supplier_owner, trading_link):
    draft = scheduling.unschedule(invoice_id=scheduled_invoice.pk, actor=supplier_owner)
    scheduling.schedule(
        invoice_id=draft.pk, actor=supplier_owner, version=draft.version, at=timezone.now() + timedelta(hours=1)
    )
    row_id = factories.let_its_time_come(draft)
    trading_link.active = False
    trading_link.save()
    scheduling.issue_due(row_id)
    titles = [title for title, _who, _comment in read(draft)]
    assert titles == ["発行予約", "予約の取りやめ", "発行予約", "予約どおりに発行できず"]
    assert "この課にはいま発行できません。" in read(draft)[-1][2]
    assert read(draft)[-1][1] == ""


def test_the_reserved_time_is_shown_as_japan_counts_it(draft, supplier_owner):
    late = datetime.combine(today_jst() + timedelta(days=2), datetime.min.time(), UTC).replace(hour=15, minute=5)
    invoice = scheduling.schedule(invoice_id=draft.pk, actor=supplier_owner, version=draft.version, at=late)
    assert read(invoice)[0][2] == f"{in_words(today_jst() + timedelta(days=3))} 00:05 に発行"


def test_the_city_reads_nothing_of_what_the_supplier_did_before_the_issue(scheduled_invoice, supplier_owner):
    draft = scheduling.unschedule(invoice_id=scheduled_invoice.pk, actor=supplier_owner)
    scheduling.schedule(
        invoice_id=draft.pk, actor=supplier_owner, version=draft.version, at=timezone.now() + timedelta(hours=1)
    )
    scheduling.issue_due(factories.let_its_time_come(draft))
    invoice = factories.deliver(draft)
    assert [title for title, _who, _comment in read(invoice, for_city=True)] == ["発行", "到達"]
    assert [title for title, _who, _comment in read(invoice)] == [
        "発行予約",
        "予約の取りやめ",
        "発行予約",
        "発行",
        "到達",
    ]


def test_a_payment_of_a_part_tells_what_is_left_and_its_reference(accepted_invoice, accountant):
    about = {"invoice_id": accepted_invoice.pk, "actor": accountant}
    invoice = payments.pay(paid_on=today_jst(), amount=200, reference="伝票 42", **about)
    said = f"支払日 {in_words(today_jst())}\n金額 200円\n伝票番号など 伝票 42\n残額 1,582円"
    assert read(invoice)[-1][2] == said
    entry = invoice.payments.get()
    invoice = payments.correct(payment_id=entry.pk, comment="桁の誤り", **about)
    title, _who, comment = read(invoice)[-1]
    assert (title, comment.splitlines()[1]) == ("支払の訂正", "金額 △200円")
    assert comment.endswith("残額 1,782円\n桁の誤り")


def test_a_payment_of_before_entries_were_kept_tells_its_day(accepted_invoice):
    accepted_invoice.events.create(
        sequence=99, action=Action.PAY, to_status="paid", data={"paid_on": today_jst().isoformat()}
    )
    assert read(accepted_invoice)[-1][2] == f"支払日 {in_words(today_jst())}"


def test_a_paper_invoice_begins_with_its_record(paper_invoice):
    assert read(paper_invoice) == [("紙の請求書の登録", "見本市　鶴田 洋子", "")]


def test_a_cancellation_shows_its_reason(cancelled_invoice):
    assert read(cancelled_invoice)[-1] == ("取消", "事業者A　宮園 花子", "金額の誤り")


def test_every_action_has_a_title_of_its_own():
    labels = [str(action.label) for action in Action]
    assert len(set(labels)) == len(labels)


def test_an_invoice_without_history_has_an_empty_timeline(draft):
    assert timeline(draft) == []
    assert not InvoiceEvent.objects.exists()


class TestATransfer:
    @pytest.fixture
    def claim(self, office, draft):
        return office.claim(draft)

    @staticmethod
    def titles(*invoices) -> set[str]:
        return {title for invoice in invoices for title, _who, _comment in read(invoice) if "額の" in title}

    def test_of_what_was_paid_is_called_so_on_both(self, office, claim):
        office.pay(claim)
        new = office.accept(office.correction(claim))
        assert self.titles(claim) == self.titles(new) == {"支払済額の引継ぎ"}

    def test_of_what_was_set_off_is_called_so(self, office, claim):
        office.set_off(office.accept(office.note(claim)), claim)
        new = office.accept(office.correction(claim))
        assert self.titles(claim) == self.titles(new) == {"充当額の引継ぎ"}

    def test_of_both_names_both(self, office, claim):
        office.accept(office.note(claim, 20))
        office.pay(claim)
        assert self.titles(office.accept(office.correction(claim)), claim) == {"支払済額と充当額の引継ぎ"}

    @pytest.mark.parametrize(
        ("refunded", "set_off", "title"),
        [
            (True, False, "戻入額の引継ぎ"),
            (False, True, "充当額の引継ぎ"),
            (True, True, "充当額と戻入額の引継ぎ"),
        ],
    )
    def test_of_a_credit_note_says_what_came_back(self, office, claim, new_draft, refunded, set_off, title):
        office.pay(claim)
        note = office.accept(office.note(claim, 20))
        if refunded:
            office.refund(note, 94)
        if set_off:
            office.set_off(note, office.claim(new_draft(title="11月分")))
        assert self.titles(office.accept(office.correction(note, -30)), note) == {title}

    def test_that_is_taken_back_says_so(self, office, claim):
        office.pay(claim)
        new = office.accept(office.correction(claim))
        office.reopen(new)
        assert self.titles(new) == self.titles(claim) == {"支払済額の引継ぎ", "支払済額の引継ぎの取消"}

    def test_of_the_first_ones_which_do_not_tell_what_it_was_has_a_name_for_all(self, claim):
        data = {"paid_on": today_jst().isoformat(), "amount": 5, "balance": 0, "partner": "", "back": False}
        data |= {"corrected": "2026-000001", "correction": "2026-000002"}
        claim.events.create(sequence=99, action=Action.TRANSFER, to_status="accepted", data=data)
        assert read(claim)[-1][0] == "修正に伴う引継ぎ"
