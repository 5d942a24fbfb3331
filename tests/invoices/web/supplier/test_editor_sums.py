"""The editor while somebody types: the rates of each row's day, and the sums with how they come about."""

import html
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from invoices.enums import DeductionKind, InvoiceKind, PriceMode, TaxUnit
from invoices.lifecycle import credit_notes, drafting
from invoices.lifecycle.draft_input import DeductionInput
from invoices.models import Invoice, TaxRate
from portal.lib.calendar import today_jst
from suppliers.models import Supplier, SupplierKind
from tests import factories
from tests.factories import line_input
from tests.pages import Page, Visitor

pytestmark = pytest.mark.django_db

LASTING, OTHERS = "契約日による経過措置の税率", "この日付では使えない税率"
NOW, OLD8 = ["8%(軽減)", "10%", "非課税", "免税", "不課税"], ["非課税", "免税", "不課税", "8%(旧)"]


@pytest.fixture
def typed(at_supplier) -> Callable[[Invoice], dict[str, str]]:
    return lambda draft: dict(
        at_supplier.read("invoices:edit", draft.pk).forms[at_supplier.address("invoices:edit", draft.pk)]
    )


@pytest.fixture
def live(at_supplier) -> Callable[..., str]:
    """What htmx gets while somebody is typing."""

    def send(draft: Invoice, data: dict[str, str]) -> str:
        response = at_supplier.send_in_passing("invoices:edit", draft.pk, data=data | {"do": "live"})
        assert response.status_code == 200
        return response.content.decode()

    return send


def offered(page: Page, name: str) -> tuple[list[str], list[str]]:
    """The labels of a select: those of the day, and the others."""
    groups = page.choices[name]
    return groups[""][1:], [*groups.get(LASTING, []), *groups.get(OTHERS, [])]


class TestTheRatesOfARow:
    @pytest.mark.parametrize(
        ("line", "valid"),
        [
            ({"date": date(2026, 10, 1)}, NOW),
            ({"date": date(2019, 10, 1)}, NOW),
            ({"date": date(2019, 9, 30)}, OLD8),
            ({"date": date(2014, 4, 1)}, OLD8),
            ({"date": None}, NOW),
            # A return is taxed as its original transaction was; what is no return, by its own day.
            ({"quantity": Decimal(-1), "original_date": date(2019, 9, 30)}, OLD8),
            ({"quantity": Decimal(1), "original_date": date(2019, 9, 30)}, NOW),
            ({"quantity": None, "original_date": date(2019, 9, 30)}, NOW),
        ],
    )
    def test_are_those_of_its_day_and_no_other_is_lost(self, at_supplier, new_draft, line, valid):
        draft = new_draft(lines=(line_input(**line),))
        first, others = offered(at_supplier.read("invoices:edit", draft.pk), "lines-0-rate")
        assert sorted(first) == sorted(valid)
        assert sorted(first + others) == sorted(TaxRate.objects.values_list("label", flat=True))

    def test_differ_from_row_to_row(self, at_supplier, new_draft):
        draft = new_draft(lines=(line_input(), line_input(date=date(2018, 4, 1))))
        page = at_supplier.read("invoices:edit", draft.pk)
        assert "10%" in offered(page, "lines-0-rate")[0]
        assert "10%" in offered(page, "lines-1-rate")[1]

    def test_follow_the_date_without_script_as_well(self, at_supplier, draft, typed):
        page = at_supplier.send(
            "invoices:edit", draft.pk, data=typed(draft) | {"lines-0-date": "2018-04-01", "do": "save"}
        )
        assert "10%" in offered(page, "lines-0-rate")[1]
        assert page.fields["lines-0-rate"] == "10%", "the choice stays"

    def test_of_another_day_are_a_finding_and_no_crash(self, at_supplier, draft, typed):
        data = typed(draft) | {"lines-0-date": "2018-04-01", "do": "confirm"}
        page = at_supplier.send("invoices:edit", draft.pk, data=data)
        assert page.errors["id_lines-0-rate"].startswith("10%は2018-04-01の取引には使えません。")

    def test_that_are_none_are_refused(self, at_supplier, draft, typed):
        page = at_supplier.send("invoices:edit", draft.pk, data=typed(draft) | {"lines-0-rate": "x", "do": "save"})
        assert page.errors == {"id_lines-0-rate": "税区分を一覧から選び直してください"}

    def test_of_deductions_are_those_of_the_transaction(self, at_supplier, new_draft):
        day = date(2018, 4, 1)
        draft = new_draft(transaction_date=day)
        assert "8%(旧)" in offered(at_supplier.read("invoices:edit", draft.pk), "deductions-0-rate")[0]


class TestSwappingTheRatesWhileTyping:
    @pytest.fixture
    def three(self, new_draft):
        return new_draft(lines=tuple(line_input(description=name) for name in "一二三"))

    def test_brings_nothing_as_long_as_they_are_the_same(self, live, three, typed):
        data = typed(three)
        assert "<select" not in live(three, data | {"lines-0-description": "別の品名"})
        near = (today_jst() - timedelta(days=4)).isoformat()
        assert "<select" not in live(three, data | {"lines-0-date": near})

    def test_brings_the_rows_that_changed_alone_with_their_choice(self, live, three, typed):
        data = typed(three) | {"lines-1-date": "H30.4.1"}
        answer = live(three, data)
        assert answer.count("<select") == 1
        select = answer.split("<select")[1].split("</select>")[0]
        assert 'hx-swap-oob="innerHTML:[name=lines-1-rate]"' in select
        assert "<option selected>10%" in select
        assert select.index("8%(旧)") < select.index(OTHERS) < select.index("10%")

    def test_brings_each_change_once_and_takes_it_back(self, live, three, typed):
        data = typed(three) | {"lines-1-date": "2018-04-01"}
        shown = live(three, data).split('id="choices-shown" value="')[1].split('"')[0]
        assert shown != data["shown"]
        assert "<select" not in live(three, data | {"shown": shown})
        back = data | {"shown": shown, "lines-1-date": today_jst().isoformat()}
        answer = live(three, back)
        assert answer.count("<select") == 1
        assert f'value="{data["shown"]}"' in answer

    @pytest.mark.parametrize("shown", ["", "zzz", "zzz.z.z", "....", "a" * 5000])
    def test_from_a_page_that_says_nothing_useful_brings_them_all(self, live, three, typed, shown):
        assert live(three, typed(three) | {"shown": shown}).count("<select") == 5, "and what the city decides"

    def test_brings_those_of_the_deductions_too(self, live, three, typed):
        answer = live(three, typed(three) | {"transaction_date": "2018-04-01"})
        assert answer.count("<select") == 1
        assert '"innerHTML:[name=deductions-0-rate]"' in answer


class TestTheAmountsOfTheRows:
    """The answer to a key holds what has changed, however many rows there are."""

    @pytest.fixture
    def three(self, new_draft):
        return new_draft(lines=tuple(line_input(description=name) for name in "一二三"))

    def changed(self, answer: str) -> list[list[object]]:
        return json.loads(html.unescape(answer.split('data-changed="')[1].split('"')[0]))

    def test_are_told_to_a_page_that_shows_none(self, live, three, typed):
        told = self.changed(live(three, typed(three)))
        assert [row[:2] for row in told] == [[0, "1,620"], [1, "1,620"], [2, "1,620"]]

    def test_are_told_once(self, live, three, typed):
        marks = "".join(mark for _row, _text, mark in self.changed(live(three, typed(three))))
        assert self.changed(live(three, typed(three) | {"amounts": marks})) == []
        (row,) = self.changed(live(three, typed(three) | {"amounts": marks, "lines-1-quantity": "1"}))
        assert row[:2] == [1, "27"]

    def test_of_two_hundred_rows_make_no_longer_an_answer_to_a_key_than_those_of_three(self, live, new_draft, typed):
        answers = []
        for count in (3, 200):
            draft = new_draft(lines=(line_input(),) * count)
            marks = "".join(mark for _row, _text, mark in self.changed(live(draft, typed(draft))))
            answers.append(live(draft, typed(draft) | {"amounts": marks, "lines-2-unit_price": "7"}))
        few, many = map(len, answers)
        assert many < few + 500 < 5500


class TestTheSums:
    @pytest.fixture
    def text_of(self, at_supplier, new_draft) -> Callable[..., str]:
        return lambda **changes: at_supplier.read("invoices:edit", new_draft(**changes).pk).text

    def test_explain_the_rounding(self, text_of):
        # 9,480 円 at 8 %, as on the sample: 758.4 → 758.
        lines = (line_input(quantity=Decimal(1), unit_price=Decimal(9480), rate="reduced8"),)
        text = text_of(lines=lines)
        assert "9,480 × 8 % = 758.4 → 切捨て 758" in text
        assert "消費税は明細ごとではなく税率ごとに合計し、1円未満を切り捨てています。" in text

    def test_explain_inclusive_prices(self, text_of):
        lines = (line_input(quantity=Decimal(1), unit_price=Decimal(1000)),)
        assert "1,000 × 10 / 110 = 90.90… → 切捨て 90" in text_of(lines=lines, price_mode=PriceMode.INCLUSIVE)

    def test_show_deductions_before_the_tax(self, text_of):
        rate = TaxRate.objects.get(code="standard10").pk
        text = text_of(
            deductions=(
                DeductionInput(DeductionKind.BASIC, rate, 100),
                DeductionInput(DeductionKind.BASIC, rate, 20),
                DeductionInput(DeductionKind.OTHER, rate, 5),
            )
        )
        assert "明細の合計 1,620 − 基本控除 120 − その他控除 5 = 1,495 1,495 × 10 % = 149.5 → 切捨て 149" in text

    def test_show_what_rounding_each_line_would_give(self, text_of):
        lines = tuple(line_input(quantity=Decimal(1), unit_price=Decimal(105)) for _three in range(3))
        assert "明細ごとに端数処理すると30円になりますが、正しくは31円です。" in text_of(lines=lines)
        assert "明細ごとに端数処理すると" not in text_of()

    def test_of_an_issuer_without_a_number_may_be_rounded_line_by_line(self, text_of):
        Supplier.objects.update(registration_number="")
        lines = tuple(line_input(quantity=Decimal(1), unit_price=Decimal(105)) for _three in range(3))
        text = text_of(lines=lines, tax_unit=TaxUnit.LINE)
        assert "消費税額の合計 30円" in text
        assert "請求書単位で税率ごとに1回端数処理すると31円ですが、明細ごとの30円を使います。" in text
        assert "消費税は明細ごとに1円未満を切り捨て、合計しています。" in text

    def test_show_the_balance_and_what_is_held_back_only_where_there_is_some(self, text_of):
        text = text_of(carry_over_billed=50_000, carry_over_received=60_000, withholding_base=1_500_000)
        assert "前回ご請求残額 △10,000円 合計請求額 △8,218円" in text
        assert "源泉徴収税額 △204,200円 差引お支払額 △202,418円" in text
        assert "源泉徴収税額：1,000,000 × 10.21 % + 500,000 × 20.42 % = 204,200" in text
        for word in ("前回ご請求残額", "差引お支払額"):
            assert word not in text_of()

    def test_follow_what_is_typed(self, live, draft, typed):
        rate = str(TaxRate.objects.get(code="standard10").pk)
        answer = " ".join(
            live(
                draft,
                typed(draft)
                | {
                    "deductions-0-rate": rate,
                    "deductions-0-amount": "２０",
                    "carry_over_billed": "100",
                    "carry_over_received": "0",
                    "withholding_base": "１６２０",
                },
            ).split()
        )
        for shown in ("明細の合計 1,620 − 基本控除 20 = 1,600", ">1,860円<", ">1,595円<"):
            assert shown in answer


class TestADocumentOfReturns:
    @pytest.fixture
    def blank(self, at_supplier) -> Page:
        return at_supplier.read("invoices:new", kind="credit_note")

    def typed_on(self, page: Page) -> tuple[str, dict[str, str]]:
        (target,) = (action for action in page.forms if action.endswith("/edit/"))
        return target.split("/")[-3], dict(page.forms[target])

    def test_has_words_and_fields_of_its_own(self, at_supplier, blank, bank_account):
        assert "返還請求書を作成" in blank.text
        assert "返還年月日" in blank.text
        for name in ("original", "original_number"):
            assert name in blank.fields
        assert "お支払い" not in blank.text
        assert "前回請求額" not in blank.text
        assert "書式" not in blank.text, "it has a layout of its own"
        assert blank.fields["bank_account"] == ""
        assert {"line-more-0", "line-more-1", "line-more-2"} <= blank.unfolded, "each line has an original date"
        assert blank.links["通常の請求書を作成する"] == at_supplier.address("invoices:new")
        usual = at_supplier.read("invoices:new")
        assert usual.links["返品・値引だけの書類（返還請求書）を作成する"].endswith("/new/?kind=credit_note")
        assert "original" not in usual.fields
        assert at_supplier.read("invoices:new", kind="x").fields["kind"] == "invoice"

    def test_stays_one_from_save_to_save(self, at_supplier, blank):
        pk, typed = self.typed_on(blank)
        page = at_supplier.send("invoices:edit", pk, data=typed | {"title": "返品", "do": "save"})
        assert Invoice.objects.get().kind == InvoiceKind.CREDIT_NOTE
        assert "返還請求書を作成" in page.text
        at_supplier.send("invoices:edit", pk, data=self.typed_on(page)[1] | {"do": "add"})
        assert Invoice.objects.get().kind == InvoiceKind.CREDIT_NOTE

    def test_names_an_invoice_of_the_chosen_city(
        self, at_supplier, unopened_invoice, blank, other_municipality, supplier
    ):
        elsewhere = factories.TradingLinkFactory(
            supplier=supplier, department=factories.DepartmentFactory(municipality=other_municipality)
        )
        label = f"{unopened_invoice.number} {unopened_invoice.title}"
        assert blank.choices["original"] == {"": ["番号を入力する", label]}
        pk, typed = self.typed_on(blank)
        chosen = typed | {"original": str(unopened_invoice.pk), "original_number": "手で書いた番号", "do": "save"}
        at_supplier.send("invoices:edit", pk, data=chosen)
        saved = Invoice.objects.get(pk=pk)
        assert (saved.original, saved.original_number) == (unopened_invoice, unopened_invoice.number)
        # For another city it is no longer offered, but what was chosen stays until it is put right.
        away = {"department": str(elsewhere.department_id)}
        page = at_supplier.send("invoices:edit", pk, data=typed | away | {"do": "save"})
        assert page.choices["original"] == {"": ["番号を入力する"]}
        page = at_supplier.send("invoices:edit", pk, data=chosen | away)
        assert page.fields["original"] == str(unopened_invoice.pk)

    def test_the_originals_follow_the_city_while_typing(
        self, at_supplier, unopened_invoice, blank, live, other_municipality, supplier
    ):
        elsewhere = factories.TradingLinkFactory(
            supplier=supplier, department=factories.DepartmentFactory(municipality=other_municipality)
        )
        pk, typed = self.typed_on(blank)
        draft = Invoice(pk=pk)
        assert "[name=original]" not in live(draft, typed | {"title": "返品"})
        away = typed | {"title": "返品", "department": str(elsewhere.department_id)}
        answer = live(draft, away)
        select = answer.split("[name=original]")[1].split("</select>")[0]
        assert unopened_invoice.number not in select

    def test_names_any_other_invoice_by_its_number(self, at_supplier, blank):
        pk, typed = self.typed_on(blank)
        at_supplier.send("invoices:edit", pk, data=typed | {"original_number": "２０２６－０１", "do": "save"})
        assert Invoice.objects.get().original_number == "2026-01"

    def test_does_not_name_an_invoice_of_somebody_else(self, other_supplier, unopened_invoice):
        stranger = Visitor(other_supplier)
        page = stranger.read("invoices:new", kind="credit_note")
        assert page.choices["original"] == {"": ["番号を入力する"]}
        pk, typed = self.typed_on(page)
        page = stranger.send("invoices:edit", pk, data=typed | {"original": str(unopened_invoice.pk), "do": "save"})
        assert set(page.errors) == {"id_original"}
        assert unopened_invoice.number not in page.text

    def test_begins_at_the_button_of_an_issued_invoice(self, at_supplier, unopened_invoice):
        assert "返還請求書を作成" in at_supplier.read("invoices:detail", unopened_invoice.pk).buttons
        page = at_supplier.send("invoices:begin_credit_note", unopened_invoice.pk)
        assert page.fields["original"] == str(unopened_invoice.pk)
        assert page.fields["lines-0-quantity"] == "-60"
        assert page.fields["lines-0-original_date"] == unopened_invoice.lines.get().date.isoformat()
        assert "返還金額（税込） △1,782円" in page.text
        assert "実際に返す行と数量だけを残し" in page.text
        again = at_supplier.send("invoices:begin_credit_note", unopened_invoice.pk)
        assert again.url == page.url

    def test_is_not_begun_where_there_is_nothing_to_take_back(self, at_supplier, returned_invoice):
        assert "返還請求書を作成" not in at_supplier.read("invoices:detail", returned_invoice.pk).buttons
        page = at_supplier.send("invoices:begin_credit_note", returned_invoice.pk)
        assert page.url == at_supplier.address("invoices:detail", returned_invoice.pk)
        assert "課が受け取っている請求書だけです。" in page.text

    def test_says_nothing_to_the_next_invoice_about_payment(self, at_supplier, unopened_invoice, bank_account):
        page = at_supplier.send("invoices:begin_credit_note", unopened_invoice.pk)
        at_supplier.send("invoices:edit", page.url.split("/")[-3], data=self.typed_on(page)[1] | {"do": "save"})
        fields = at_supplier.read("invoices:new").fields
        assert (fields["payment_method"], fields["bank_account"]) == ("transfer", str(bank_account.pk))


def test_the_correction_of_a_credit_note_shows_what_it_will_take_back_of_the_withholding(
    office, new_draft, live, typed, supplier
):
    """1,200,000 bear 142,940; 900,000 of them 91,890. The note that it corrects does not count beside it."""
    Supplier.objects.filter(pk=supplier.pk).update(kind=SupplierKind.SOLE_PROPRIETOR)
    fee = line_input(quantity=Decimal(1), unit_price=Decimal(1_200_000))
    claim = office.accept(office.deliver(new_draft(lines=(fee,), withholding_base=1_200_000)))
    note = credit_notes.begin_credit_note(invoice_id=claim.pk, actor=office.supplier)
    data = drafting.input_of(note)
    part = replace(data.lines[0], quantity=Decimal(-1), unit_price=Decimal(300_000))
    data = replace(data, lines=(part,), withholding_base=-300_000)
    saved = drafting.save(draft_id=note.pk, data=data, actor=office.supplier, version=note.version)
    correction = office.begun(office.accept(office.deliver(saved)))
    assert "51,050円" in live(correction, typed(correction))
