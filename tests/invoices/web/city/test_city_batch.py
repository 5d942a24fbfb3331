"""One step for many: what it comes to is shown before anything is done, and the way leads back to where it began."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Department
from invoices.documents import schema, snapshot
from invoices.enums import Status
from invoices.lifecycle import accounting, credit_notes, issuing, payments, review
from invoices.models import Invoice, InvoiceEvent, Payment, content_of
from portal.lib.calendar import JST, today_jst
from tests import factories
from tests.factories import InvoiceFactory
from tests.pages import Page, Visitor

pytestmark = pytest.mark.django_db

PAY, TAKE_OVER, ACCEPT = "選んだ請求書の支払を記録する", "選んだ請求書を会計へ引き継ぐ", "選んだ請求書を受理する"


@pytest.fixture
def arrived(supplier, department, draft):
    """An invoice at the department in a status, some days ago: a row without lines, of which nothing is remarked."""
    now = timezone.now()
    text = schema.dump(snapshot.build(draft, content_of(draft)))

    def make(status: Status, days: int = 0, at: Department = department, **columns: object) -> Invoice:
        about = {"supplier": supplier, "department": at, "status": status, "issuer_name": "事業者A", "snapshot": text}
        return InvoiceFactory(delivered_at=now - timedelta(days=days), **about | columns)

    return make


def today() -> str:
    """As a form sends it."""
    return today_jst().isoformat()


def ask(visitor: Visitor, do: str, *invoices: Invoice, **data: str) -> Page:
    """Press the button below the list."""
    chosen = [str(invoice.pk) for invoice in invoices]
    return visitor.send("review:batch", data={"do": do, "invoice": chosen} | data)


def confirm(visitor: Visitor, page: Page, *invoices: Invoice) -> Page:
    """Press the button of the page that shows what it comes to."""
    form = page.forms[visitor.address("review:take_batch")]
    return visitor.send("review:take_batch", data=form | {"invoice": [str(invoice.pk) for invoice in invoices]})


def numbers(page: Page) -> list[str]:
    return [label.split()[0] for label in page.links if label.startswith("X2026-")]


def statuses() -> dict[str, str]:
    return dict(Invoice.objects.exclude(number=None).values_list("number", "status"))


def test_is_offered_to_those_who_may_take_the_step(at_department, at_accounts, municipality_admin, arrived):
    arrived(Status.OPENED)
    arrived(Status.ACCEPTED)
    arrived(Status.ACCEPTED, taken_over_at=timezone.now())
    admin = Visitor(municipality_admin)
    assert at_department.read("review:inbox", status="opened").buttons == [ACCEPT]
    assert at_department.read("review:inbox", status="accepted").buttons == []
    assert at_accounts.read("review:inbox", status="opened").buttons == []
    assert at_accounts.read("review:inbox", status="accepted").buttons == [TAKE_OVER, PAY]
    assert at_accounts.read("review:inbox", status="taken_over").buttons == [PAY]
    assert [admin.read("review:inbox", status=tab).buttons for tab in ("opened", "accepted")] == [[], []]


@pytest.mark.parametrize(
    ("do", "status", "after", "button"),
    [
        ("accept", Status.OPENED, Status.ACCEPTED, "2件を受理する"),
        ("take_over", Status.ACCEPTED, Status.ACCEPTED, "2件を会計へ引き継ぐ"),
        ("pay", Status.ACCEPTED, Status.PAID, "2件の支払を記録する"),
    ],
)
def test_shows_number_and_sum_and_does_nothing_before_it_is_confirmed(
    at_department, at_accounts, arrived, do, status, after, button
):
    rows = [arrived(status, 2), arrived(status, 1, total=218)]
    visitor = at_department if do == "accept" else at_accounts
    page = ask(visitor, do, *rows, paid_on=today())
    assert page.buttons == [button]
    assert "件数 2件" in page.text
    assert "の合計 2,000円" in page.text
    assert "注意のあるもの 0件" in page.text
    assert numbers(page) == [row.number for row in rows]
    assert set(statuses().values()) == {status}
    assert not InvoiceEvent.objects.exists()
    assert "2件" in confirm(visitor, page, *rows).text
    assert set(statuses().values()) == {after}


def test_leads_back_to_the_page_where_it_began(at_accounts, arrived):
    rows = [arrived(Status.ACCEPTED, 60 - n, taken_over_at=timezone.now()) for n in range(52)]
    second = Page(at_accounts.client.get(at_accounts.read("review:inbox", status="taken_over").links["次のページ"]))
    where = {name: second.fields[name] for name in ("status", "after")}
    page = ask(at_accounts, "pay", rows[-1], paid_on=today(), **where)
    back = Page(at_accounts.client.get(page.links["一覧に戻る"]))
    assert (numbers(back), back.ticked) == ([row.number for row in rows[-2:]], {str(rows[-1].pk)})
    done = confirm(at_accounts, page, rows[-1])
    assert "1件の支払を記録しました。" in done.text
    assert (numbers(done), done.fields["after"]) == ([rows[-2].number], where["after"])


def test_that_a_colleague_changed_in_between_is_shown_anew_and_nothing_is_done(at_accounts, accountant, arrived):
    first, second = arrived(Status.ACCEPTED, 2), arrived(Status.ACCEPTED, 1)
    page = ask(at_accounts, "pay", first, second, paid_on=today())
    payments.pay(invoice_id=first.pk, actor=accountant, paid_on=today_jst(), amount=782)
    page = confirm(at_accounts, page, first, second)
    assert "確認のあとで内容が変わったため、今回は何も記録していません。" in page.text
    assert "支払額の合計 2,782円" in page.text
    assert Payment.objects.count() == 1
    assert "2件の支払を記録しました。" in confirm(at_accounts, page, first, second).text
    assert sum(Payment.objects.values_list("amount", flat=True)) == 2 * 1782


def test_of_another_selection_than_was_shown_is_shown_anew(at_accounts, arrived):
    first, second = arrived(Status.ACCEPTED, 2), arrived(Status.ACCEPTED, 1)
    page = ask(at_accounts, "pay", first, paid_on=today())
    page = confirm(at_accounts, page, first, second)
    assert "確認のあとで内容が変わったため" in page.text
    assert not Payment.objects.exists()


def test_pressed_twice_pays_once(at_accounts, arrived):
    row = arrived(Status.ACCEPTED)
    page = ask(at_accounts, "pay", row, paid_on=today())
    confirm(at_accounts, page, row)
    assert "すでに支払済みです。" in confirm(at_accounts, page, row).text
    assert Payment.objects.count() == 1


def test_names_the_ones_with_which_it_cannot_be_taken_and_leaves_them_out(at_department, arrived):
    first, returned, last = arrived(Status.OPENED, 3), arrived(Status.RETURNED, 2), arrived(Status.OPENED, 1)
    page = ask(at_department, "accept", first, returned, last)
    assert "含まれないもの（1件）" in page.text
    assert f"{returned.number} この請求書はすでに差し戻されています。" in page.text
    assert page.buttons == ["2件を受理する"]
    page = confirm(at_department, page, first, last)
    assert "2件を受理しました。" in page.text
    assert statuses() == {first.number: "accepted", returned.number: "returned", last.number: "accepted"}


def test_never_takes_what_was_recalled(at_department, at_accounts, arrived):
    row = arrived(Status.OPENED, recalled_at=timezone.now())
    assert "1件ずつ開いて、確かめてから受理してください。" in ask(at_department, "accept", row).text
    for do in ("take_over", "pay"):
        page = ask(at_accounts, do, row, paid_on=today())
        assert (page.buttons, "すでに開封されています。" in page.text) == ([], True)
    assert statuses() == {row.number: "opened"}


def test_never_pays_what_is_disputed_and_nobody_can_tick_it(at_accounts, arrived):
    row = arrived(Status.ACCEPTED, disputed_at=timezone.now(), dispute_reason="数量違い")
    page = at_accounts.read("review:inbox", status="accepted")
    assert "係争中" in page.text
    assert "1件ずつ" in page.text
    assert "係争中です。" in ask(at_accounts, "pay", row, paid_on=today()).text


@pytest.mark.parametrize(
    ("day", "said"), [("", "支払日を入力してください"), ("きのう", "日付を「"), ("2099-04-01", "先の日付")]
)
def test_of_payments_without_a_day_that_can_be_asks_for_it_and_keeps_ticks_and_place(at_accounts, arrived, day, said):
    first, left_out, last = (arrived(Status.ACCEPTED, days) for days in (3, 2, 1))
    page = ask(at_accounts, "pay", first, last, paid_on=day, status="accepted")
    assert said in page.errors["id_paid_on"]
    assert (page.fields["paid_on"], page.fields["status"]) == (day, "accepted")
    assert page.ticked == {str(first.pk), str(last.pk)}
    assert left_out.number in numbers(page)
    assert not Payment.objects.exists()


def test_of_payments_leaves_out_the_one_that_arrived_after_that_day(at_accounts, arrived):
    early, late = arrived(Status.ACCEPTED, 5), arrived(Status.ACCEPTED, 0)
    day = today_jst() - timedelta(days=2)
    page = ask(at_accounts, "pay", early, late, paid_on=day.isoformat())
    assert f"{late.number} 支払日が、請求書の届いた日より前です。" in page.text
    confirm(at_accounts, page, early)
    early.refresh_from_db()
    late.refresh_from_db()
    assert (early.status, early.paid_on, late.status) == (Status.PAID, day, Status.ACCEPTED)
    assert early.delivered_at.astimezone(JST).date() < day


def test_of_nothing_says_how_to_choose_and_keeps_the_day(at_department, at_accounts, arrived):
    assert "請求書が選ばれていません。" in ask(at_department, "accept").text
    arrived(Status.ACCEPTED)
    page = ask(at_accounts, "pay", paid_on=today(), status="accepted")
    assert "請求書が選ばれていません。" in page.text
    assert page.fields["paid_on"] == today()


@pytest.mark.parametrize("route", ["review:batch", "review:take_batch"])
def test_read_anew_is_the_inbox(at_accounts, arrived, route):
    row = arrived(Status.UNOPENED)
    page = at_accounts.read(route)
    assert (page.url, numbers(page)) == (at_accounts.address("review:inbox"), [row.number])


def test_cannot_reach_what_somebody_does_not_see(other_department_staff, other_city_staff, other_department, arrived):
    foreign, own = arrived(Status.OPENED), arrived(Status.OPENED, 0, other_department)
    visitor = Visitor(other_department_staff)
    page = ask(visitor, "accept", foreign, own)
    assert numbers(page) == [own.number]
    confirm(visitor, page, foreign, own)
    assert "請求書が選ばれていません。" in ask(Visitor(other_city_staff), "accept", foreign).text
    assert statuses() == {foreign.number: "opened", own.number: "accepted"}


@pytest.mark.parametrize("do", ["take_over", "pay"])
def test_of_a_step_that_is_not_theirs_is_refused_one_by_one(at_department, arrived, do):
    row = arrived(Status.ACCEPTED)
    page = ask(at_department, do, row, paid_on=today())
    assert f"{row.number} この操作を行う権限がありません。" in page.text
    assert page.buttons == []


def test_of_an_invented_step_does_nothing(at_department, arrived):
    row = arrived(Status.OPENED)
    assert ask(at_department, "destroy", row).status == 200
    assert statuses() == {row.number: "opened"}


def test_never_takes_an_invoice_of_a_supplier_to_which_somebody_belongs(at_department, reviewer, supplier, arrived):
    factories.SupplierMemberFactory(user=reviewer.user, supplier=supplier)
    row = arrived(Status.OPENED)
    assert "権限がありません" in ask(at_department, "accept", row).text
    assert statuses() == {row.number: "opened"}


class TestWarnings:
    """Of real claims, with documents that can be checked."""

    def note(self, claim: Invoice, supplier_owner, reviewer=None) -> Invoice:
        draft = credit_notes.begin_credit_note(invoice_id=claim.pk, actor=supplier_owner)
        note = factories.deliver(issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version))
        if reviewer is None:
            return note
        review.open_invoice(invoice_id=note.pk, actor=reviewer)
        return review.accept(invoice_id=note.pk, actor=reviewer)

    def test_tell_of_a_credit_note_on_which_nobody_decided(
        self, at_accounts, accountant, supplier_owner, accepted_invoice, arrived
    ):
        payments.pay(invoice_id=accepted_invoice.pk, actor=accountant, paid_on=today_jst(), amount=1000)
        self.note(accepted_invoice, supplier_owner)
        page = ask(at_accounts, "pay", accepted_invoice, arrived(Status.ACCEPTED), paid_on=today())
        assert "課がまだ受理していない返還請求書があります。受理または差戻しをお待ちください。" in page.text
        assert page.buttons == ["1件の支払を記録する"]

    def test_count_the_claims_that_have_one(self, at_accounts, accountant, accepted_invoice, arrived):
        payments.pay(invoice_id=accepted_invoice.pk, actor=accountant, paid_on=today_jst(), amount=1000)
        page = ask(at_accounts, "pay", accepted_invoice, arrived(Status.ACCEPTED), paid_on=today())
        assert "一部は支払または充当が済んでいます。残額を支払います。" in page.text
        assert "注意のあるもの 1件" in page.text
        assert "支払額の合計 2,564円" in page.text

    def test_tell_of_another_bank_account_than_last_time(
        self, at_accounts, accountant, supplier, accepted_invoice, arrived, bank_account
    ):
        paid = arrived(Status.PAID, 30, bank_account=factories.BankAccountFactory(supplier=supplier))
        assert paid.bank_account != accepted_invoice.bank_account
        page = ask(at_accounts, "pay", accepted_invoice, paid_on=today())
        assert "前回の支払と振込先口座が違います。" in page.text

    def test_of_a_claim_that_credit_notes_take_back_wholly_send_to_the_set_off(
        self, at_accounts, supplier_owner, reviewer, accountant, accepted_invoice
    ):
        self.note(accepted_invoice, supplier_owner, reviewer)
        accounting.take_over(invoice_id=accepted_invoice.pk, actor=accountant)
        page = ask(at_accounts, "pay", accepted_invoice, paid_on=today())
        assert (page.buttons, "支払わずに、充当してください。" in page.text) == ([], True)

    @pytest.mark.parametrize("disputed", [True, False])
    def test_tell_of_a_correction_whose_original_was_disputed(self, disputed, at_accounts, office, draft):
        claim = office.claim(draft)
        if disputed:
            payments.dispute(invoice_id=claim.pk, actor=office.accounts, comment="数量の確認中")
        correction = office.accept(office.correction(claim))
        page = ask(at_accounts, "pay", correction, paid_on=today())
        assert (f"修正前の請求書{claim.number}の残額は係争中でした(理由:数量の確認中)。" in page.text) == disputed
