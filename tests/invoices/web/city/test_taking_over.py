"""What the accounting office meets where nothing is left to be paid, or where a dispute went before."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from invoices.enums import Status
from invoices.lifecycle import payments
from invoices.models import Invoice
from tests import factories
from tests.office import fresh
from tests.pages import Page, Visitor

pytestmark = pytest.mark.django_db

NOTHING = "支払う残額はありません(0円)。"
ON_PAGES = "支払うものはありません（0円）。"
WAITING = "引き継ぎ待ち"


def change_entry(old: Invoice) -> str:
    return f"財務会計システムの記録を、修正前の請求書{old.number}からこの請求書に改めてください。"


@pytest.fixture
def claim(office, draft) -> Invoice:
    return office.claim(draft)


def batch(visitor: Visitor, *invoices: Invoice, do: str = "take_over") -> Page:
    return visitor.send("review:batch", data={"do": do, "invoice": [str(invoice.pk) for invoice in invoices]})


class TestAClaimOfNothing:
    @pytest.fixture
    def nothing(self, office, draft) -> Invoice:
        return office.accept(office.deliver(office.of_nothing(draft)))

    def test_is_offered_to_be_taken_over_and_then_asks_for_nothing(self, at_accounts, nothing):
        page = at_accounts.read("review:detail", nothing.pk)
        assert "会計へ引き継ぐ" in page.buttons
        assert NOTHING in page.text
        assert "会計へ引き継ぐと、手続きは終わりです。" in page.text
        page = at_accounts.send("review:take_over", nothing.pk)
        assert "会計へ引き継ぎました。" in page.text
        assert fresh(nothing).status == Status.PAID
        assert set(page.buttons) == {"課へ引き戻す", "過払いを記録する"}

    def test_that_is_at_its_end_is_never_called_paid(self, at_accounts, at_department, at_supplier, office, nothing):
        office.take_over(nothing)
        pages = [
            at_accounts.read("review:detail", nothing.pk).text,
            at_department.read("review:detail", nothing.pk).text,
            at_supplier.read("invoices:detail", nothing.pk).text,
        ]
        for text in pages:
            assert "支払不要" in text
            assert ON_PAGES in text
            assert NOTHING in text, "in the history"
            assert "支払が済みました" not in text
            assert "支払済" not in text
        assert all("に会計へ引き継ぎました。" in text for text in pages[:2])

    def test_stands_in_the_lists_with_zero_yen_and_no_day(self, at_accounts, at_supplier, office, nothing):
        page = at_accounts.read("review:inbox", status="accepted")
        assert f"{WAITING}1件" in page.links
        assert NOTHING in page.text
        office.take_over(nothing)
        page = at_accounts.read("review:inbox", status="paid")
        assert {f"{WAITING}0件", "支払待ち0件", "支払済1件"} < set(page.links)
        assert page.text.endswith("0円 0円")
        assert "支払不要" in page.text
        assert "支払不要" in at_supplier.read("invoices:list", status="paid").text

    def test_is_taken_over_among_many(self, at_accounts, nothing):
        page = batch(at_accounts, nothing)
        assert NOTHING in page.text
        form = page.forms[at_accounts.address("review:take_batch")]
        done = at_accounts.send("review:take_batch", data=form)
        assert "1件を会計へ引き継ぎました。" in done.text
        assert fresh(nothing).status == Status.PAID

    def test_that_was_corrected_leads_to_its_correction_and_says_no_more_that_nothing_is_to_be_paid(
        self, at_accounts, at_supplier, office, nothing
    ):
        office.take_over(nothing)
        new = office.accept(office.correction(nothing, 61))
        for visitor, route in ((at_accounts, "review:detail"), (at_supplier, "invoices:detail")):
            text = visitor.read(route, nothing.pk).text
            assert f"この請求書は {new.number} に置き換えられました。" in text
            assert ON_PAGES not in text

    def test_is_no_payment_whose_account_is_compared(self, at_accounts, office, new_draft, supplier, nothing):
        office.take_over(nothing)
        another = office.accept(office.deliver(new_draft(bank_account=factories.BankAccountFactory(supplier=supplier))))
        assert "前回の支払と振込先口座が違います。" not in batch(at_accounts, another).text


class TestACorrectionThatIsPaidByWhatWasTransferredToIt:
    @pytest.fixture
    def settled(self, office, claim) -> Invoice:
        office.pay(claim)
        return office.accept(office.correction(claim))

    def test_stands_on_the_list_with_what_to_do(self, at_accounts, claim, settled):
        page = at_accounts.read("review:inbox", status="accepted")
        assert f"{WAITING}1件" in page.links
        assert f"{NOTHING} {change_entry(claim)}" in page.text
        assert f"{settled.number} {settled.issuer_name}" in page.links

    def test_is_counted_on_the_home_page(self, at_accounts, settled):
        assert f"{WAITING} 1 件" in at_accounts.read("city_home").text

    def test_says_on_its_page_what_to_do_until_it_is_taken_over(self, at_accounts, at_department, claim, settled):
        page = at_accounts.read("review:detail", settled.pk)
        assert f"{NOTHING} {change_entry(claim)}" in page.text
        assert change_entry(claim) not in at_department.read("review:detail", settled.pk).text
        page = at_accounts.send("review:take_over", settled.pk)
        assert change_entry(claim) not in page.text
        assert "課へ引き戻す" in page.buttons
        assert f"{WAITING}0件" in at_accounts.read("review:inbox").links

    def test_among_many_adds_nothing_to_the_sum(self, at_accounts, claim, settled, office, new_draft):
        another = office.accept(office.deliver(new_draft(title="11月分")))
        page = batch(at_accounts, settled, another)
        assert "支払うべき額の合計 1,782円" in page.text
        assert f"{NOTHING} {change_entry(claim)}" in page.text
        assert "残額を支払います。" not in page.text
        form = page.forms[at_accounts.address("review:take_batch")]
        chosen = form | {"invoice": [str(settled.pk), str(another.pk)]}
        assert "2件を会計へ引き継ぎました。" in at_accounts.send("review:take_batch", data=chosen).text

    def test_of_which_a_rest_is_due_names_the_entry_too(self, at_accounts, office, claim):
        office.pay(claim, 1000)
        new = office.accept(office.correction(claim))
        for text in (
            at_accounts.read("review:inbox", status="accepted").text,
            at_accounts.read("review:detail", new.pk).text,
            batch(at_accounts, new).text,
        ):
            assert change_entry(claim) in text
            assert NOTHING not in text
        assert "支払うべき額の合計 782円" in batch(at_accounts, new).text


class TestTheEntryThatIsToBeChanged:
    """The finance system has one of what was taken over or paid, and of nothing else in the chain."""

    def says(self, at_accounts, new: Invoice, old: Invoice, *others: Invoice) -> None:
        for text in (
            at_accounts.read("review:inbox", status="accepted").text,
            at_accounts.read("review:detail", new.pk).text,
            batch(at_accounts, new).text,
        ):
            assert change_entry(old) in text
            assert not any(f"、{other.number}" in text for other in others)

    def test_is_not_of_a_correction_that_came_back(self, at_accounts, office, claim):
        office.pay(claim)
        back = office.give_back(office.correction(claim, 50))
        self.says(at_accounts, office.accept(office.correction(back, 60)), claim, back)

    def test_is_not_of_a_correction_that_was_corrected_before_it_was_taken_over(self, at_accounts, office, claim):
        office.pay(claim)
        second = office.accept(office.correction(claim))
        self.says(at_accounts, office.accept(office.correction(second)), claim, second)

    def test_is_that_of_a_claim_that_was_paid_in_part_without_being_taken_over(self, at_accounts, office, new_draft):
        claim = office.pay(office.accept(office.deliver(new_draft())), 1000)
        self.says(at_accounts, office.accept(office.correction(claim)), claim)


class TestACorrectionOfWhatWasDisputed:
    SAID = "の残額は係争中でした(理由:3冊が 届いていません。)。修正で解決したか確かめてください。"

    @pytest.fixture
    def correction(self, office, claim) -> Invoice:
        about = {"invoice_id": claim.pk, "actor": office.accounts}
        payments.dispute(comment="3冊が\n届いていません。", **about)
        return office.accept(office.correction(claim, 57))

    def test_says_so_with_the_reason_on_the_lists_and_in_a_batch(self, at_accounts, office, claim, correction):
        said = f"修正前の請求書{claim.number}{self.SAID}"
        assert said in at_accounts.read("review:inbox", status="accepted").text
        assert said in batch(at_accounts, correction).text
        office.take_over(correction)
        assert said in at_accounts.read("review:inbox", status="taken_over").text

    def test_says_so_on_its_page_until_it_is_paid(
        self, at_accounts, at_department, at_supplier, office, claim, correction
    ):
        said = f"修正前の請求書 {claim.number} の残額は係争中でした 3冊が 届いていません。"
        for visitor in (at_accounts, at_department):
            assert said in visitor.read("review:detail", correction.pk).text
        assert said in at_supplier.read("invoices:detail", correction.pk).text
        office.take_over(correction)
        office.pay(correction)
        assert said not in at_accounts.read("review:detail", correction.pk).text


def test_the_list_asks_the_database_no_more_for_three_corrections_than_for_one(at_accounts, office, new_draft):
    def add(title: str) -> None:
        claim = office.claim(new_draft(title=title))
        office.pay(claim, 1000)
        office.accept(office.correction(claim))

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            at_accounts.read("review:inbox", status="accepted")
        return len(queries)

    add("一")
    asked()
    one = asked()
    add("二")
    add("三")
    assert asked() == one
