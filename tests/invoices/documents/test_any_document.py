"""Whatever an invoice holds: its document is made without a complaint, and every figure can be read in it."""

import html
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import AddressLine
from dev.sample_documents import SEAL, credit_note, line, snapshot
from dev.sample_rates import ALL_RATES
from invoices.documents import words
from invoices.documents.pdf import fonts
from invoices.documents.schema_parts import Branch, CarryOver, JointVenture, Person, Withholding
from invoices.enums import DeductionKind, PriceMode, Rounding, TaxUnit, WithholdingKind
from portal.lib.yen import format_yen
from tests.invoices.documents.printing import print_as
from tests.invoices.documents.reading import faults_of_setting, pdfium_text, squeezed

EXAMPLES = 2 * settings().max_examples  # 200, and 50 where the profile is `fast`
_AMOUNT = re.compile(r"(?:[%税]|\(旧税率\))[ \u3000]+(△?[0-9,]+)[ \u3000\r]*$", re.MULTILINE)

# Names of people and places, with what makes them hard: rare characters, variants, selectors that no font knows.
# No hyphen: PDFium takes one at the end of a line for a word that goes on, and leaves it out.
PLAIN = "見本市商事株式会社田中山川一二三ーァｱ AZ09.,()&<>\"'・、。「」㈱①é²髙﨑神"
VARIANTS = ["葛\U000e0102", "辻\U000e0102", "邉\U000e0110", "葛\U000e01ef", "辻\ufe0f", "か\u3099"]
# As other systems write them: an accent by itself, a place to break a word, a narrow space.
FOREIGN = ["e\u0301", "\u00ad", "\u2002"]
HARD = [*PLAIN, *"𠮷邊邉槗\ufa19\ufa11", *VARIANTS, *FOREIGN]


yen = st.integers(-999_999_999_999, 999_999_999_999) | st.integers(-9_999, 9_999)
quantities = st.decimals("-9999999999", "9999999999", places=4) | st.integers(-99, 999)
prices = st.decimals(0, "999999999999", places=4) | st.integers(0, 99_999)
slips = st.sampled_from(["", "", "", "1111", "2222", "伝-3"])
kinds = st.sampled_from(WithholdingKind)
TAXES = "所得税、復興特別所得税及び防衛特別所得税"
deductions = st.lists(st.tuples(st.sampled_from(DeductionKind), st.sampled_from(ALL_RATES), yen), max_size=4)


class Texts:
    """What people write, in some alphabet."""

    def __init__(self, alphabet: Sequence[str]) -> None:
        char = st.sampled_from(alphabet)
        self.name = st.lists(char, min_size=1, max_size=30).map("".join).filter(str.strip)
        self.short = st.lists(char, min_size=1, max_size=12).map("".join).filter(str.strip)
        self.remarks = st.just("") | st.lists(self.name, max_size=12).map("\n".join)
        self.place = st.fixed_dictionaries(
            {"name": self.name, "address": self.name, "building": st.just("") | self.name}
        )
        self.person = st.none() | st.builds(
            Person,
            st.just("") | self.short,
            self.name,
            st.sampled_from(["", "0994-00-0001"]),
            st.sampled_from(["", "keiri@mihon.example"]),
        )
        units = st.sampled_from(["式", "箱入り"])
        line = st.tuples(self.short, quantities, units, prices, st.sampled_from(ALL_RATES), yen, slips, st.booleans())
        self.lines = (st.integers(0, 6) | st.integers(0, 60)).flatmap(
            lambda count: st.lists(line, min_size=count, max_size=count)
        )


# Most documents are plain: each hard character is set by itself, from a large font, which takes the engine longer.
ALPHABETS = st.sampled_from([Texts(alphabet) for alphabet in (PLAIN, PLAIN, PLAIN, HARD)])


@st.composite
def documents(draw):
    """A form and a snapshot that it may print."""
    text = draw(ALPHABETS)
    rows = []
    for number, (name, quantity, unit, price, rate, amount, slip, comes_back) in enumerate(draw(text.lines)):
        row = line(f"品目{number:03d}{name}", str(quantity), unit, str(price), rate)
        original = date(2026, 9, 30) if comes_back else None
        rows.append(replace(row, amount=amount, slip_number=slip, original_date=original))
    registered = draw(st.booleans())
    branch = draw(st.none() | text.place)
    changes = {
        "price_mode": draw(st.sampled_from(PriceMode)),
        "rounding": draw(st.sampled_from(Rounding)),
        "unit": TaxUnit.INVOICE if registered else draw(st.sampled_from(TaxUnit)),
        "deductions": draw(deductions),
        "issuer": draw(text.place)
        | {
            "registration_number": "T7123456789012" if registered else "",
            "seal": draw(st.sampled_from([None, SEAL])),
            "branch": branch and Branch(**branch, postcode="000-0002", phone=""),
            "representative_name": draw(text.name),
            "joint_venture": draw(st.none() | st.builds(JointVenture, text.name, st.none())),
        },
        "recipient": {"department": draw(text.name), "address_line": draw(st.sampled_from(AddressLine))},
        "title": draw(text.name),
        "remarks": draw(text.remarks),
        "responsible": draw(text.person),
        "contact": draw(text.person),
        "withholding": draw(st.none() | st.builds(Withholding, kinds, yen, yen, yen, st.just(TAXES), text.name)),
        "carry_over": draw(st.none() | st.builds(CarryOver, yen, yen, yen, yen)),
    }
    form = draw(st.sampled_from(["standard", "cover", "credit_note", "draft"]))
    return form, (credit_note(lines=rows, **changes) if form == "credit_note" else snapshot(rows, **changes))


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],  # to make a failing document smaller would take minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@pytest.mark.slow
@given(documents())
def test_every_figure_and_name_of_any_document_can_be_read(document):
    form, frozen = document
    data = print_as(form, frozen)  # a complaint of the engine is a DocumentError
    text = pdfium_text(data)
    flat = squeezed(text)
    assert faults_of_setting(data) == []
    assert _amounts_of_lines(text, len(frozen.lines)) == [format_yen(row.amount) for row in frozen.lines]
    tax = frozen.tax
    deducted = any(row.deductions for row in tax.rates)
    for row in tax.rates:
        off = sum(entry.amount for entry in row.deductions)
        taxed = (row.base, row.tax) if words.speaks_of_tax(frozen) else ()
        figures = [*((row.sales, -off) if deducted else ()), *taxed, row.gross]
        assert "".join(map(format_yen, figures)) in flat
        for entry in row.deductions:
            assert f"{entry.label}{format_yen(-entry.amount)}円" in flat
    assert f"{format_yen(tax.total)}円{'(税込)' if words.speaks_of_tax(frozen) else ''}" in flat
    withheld, carried = frozen.withholding, frozen.carry_over
    shown = [*((withheld.base, withheld.payable) if withheld else ())]
    shown += (carried.billed, carried.received, carried.grand_total) if carried else ()
    assert all(f"{format_yen(amount)}円" in flat for amount in shown)
    for name in (frozen.issuer.name, frozen.title, frozen.recipient.department):
        assert readable(name) in flat


def _amounts_of_lines(text: str, count: int) -> list[str | None]:
    """What stands behind the rate on each line's row; None for a line that cannot be found."""
    starts = [text.find(f"品目{number:03d}") for number in range(count)]
    assert all(start < end for start, end in pairwise(starts))
    found = (_AMOUNT.search(text, start, end) for start, end in pairwise([*starts, len(text)]))
    return [amount[1] if amount else None for amount in found]


def readable(name: str) -> str:
    """As it can be read: without selectors that no font knows, accents and voicing marks in their character."""
    for written, printed in (("か\u3099", "が"), ("e\u0301", "é"), ("\u00ad", "")):
        name = name.replace(written, printed)
    marked = fonts.mark_variants(html.escape(name))
    return squeezed(html.unescape(re.sub("<[^>]*>", "", marked)))
