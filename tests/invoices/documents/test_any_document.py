"""Whatever an invoice holds: its document is made without a complaint, and every figure can be read in it."""

import html
import re
from itertools import pairwise

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from invoices.documents import fonts
from invoices.enums import DeductionKind, PriceMode, Rounding, TaxUnit
from portal.lib.yen import format_yen_triangle
from tests.invoices.documents.reading import faults_of_setting, pdfium_text, squeezed
from tests.invoices.documents.samples import SEAL, line, print_as, returned, snapshot
from tests.invoices.tax.rates import ALL_RATES

EXAMPLES = 200
_AMOUNT = re.compile("[%税][ \u3000]+(△?[0-9,]+)[ \u3000\r]*$", re.MULTILINE)

# Names of people and places, with what makes them hard: rare characters, variants, selectors that no font knows.
# No hyphen: PDFium takes one at the end of a line for a word that goes on, and leaves it out.
PLAIN = "見本市商事株式会社田中山川一二三ーァｱ AZ09.,()&<>\"'・、。「」㈱①é²髙﨑神"
VARIANTS = ["葛\U000e0102", "辻\U000e0102", "邉\U000e0110", "葛\U000e01ef", "辻\ufe0f", "か\u3099"]
HARD = [*PLAIN, *"𠮷邊邉槗\ufa19\ufa11", *VARIANTS]


def texts(longest: int) -> st.SearchStrategy[str]:
    """Most are plain: each hard character is set by itself, which takes the engine longer."""
    several = (st.lists(st.sampled_from(some), min_size=1, max_size=longest) for some in (PLAIN, PLAIN, PLAIN, HARD))
    return st.one_of(*several).map("".join).filter(str.strip)


names, short_names = texts(30), texts(12)
remarks = st.just("") | st.lists(names, max_size=12).map("\n".join)
yen = st.integers(-999_999_999_999, 999_999_999_999) | st.integers(-9_999, 9_999)
quantities = st.decimals("-9999999999", "9999999999", places=4) | st.integers(-99, 999)
prices = st.decimals(0, "999999999999", places=4) | st.integers(0, 99_999)
slips = st.sampled_from(["", "", "", "1111", "2222", "葛\U000e0102-3"])
lines = (st.integers(0, 6) | st.integers(0, 60)).flatmap(
    lambda count: st.lists(
        st.tuples(short_names, quantities, prices, st.sampled_from(ALL_RATES), yen, slips, st.booleans()),
        min_size=count,
        max_size=count,
    )
)
deductions = st.lists(st.tuples(st.sampled_from(DeductionKind), st.sampled_from(ALL_RATES), yen), max_size=4)
places = st.fixed_dictionaries({"name": names, "address": names, "building": st.just("") | names})
people = st.none() | st.fixed_dictionaries(
    {"title": st.just("") | short_names, "name": names, "phone": st.sampled_from(["", "0994-00-0001"])}
)


@st.composite
def documents(draw):
    """A form and a snapshot that it may print."""
    rows = []
    for number, (name, quantity, price, rate, amount, slip, comes_back) in enumerate(draw(lines)):
        row = line(f"品目{number:03d}{name}", str(quantity), draw(st.sampled_from(["式", "箱入り"])), str(price), rate)
        rows.append(
            row | {"amount": amount, "slip_number": slip, "original_date": "2026-09-30" if comes_back else None}
        )
    registered = draw(st.booleans())
    branch = draw(st.none() | places)
    changes = {
        "price_mode": draw(st.sampled_from(PriceMode)),
        "rounding": draw(st.sampled_from(Rounding)),
        "unit": TaxUnit.INVOICE if registered else draw(st.sampled_from(TaxUnit)),
        "deductions": draw(deductions),
        "issuer": draw(places)
        | {
            "registration_number": "T7123456789012" if registered else "",
            "seal": draw(st.sampled_from([None, SEAL])),
            "branch": branch and branch | {"postcode": "000-0002", "phone": ""},
            "representative_name": draw(names),
        },
        "recipient": {"department": draw(names), "address_line": draw(st.sampled_from(["head", "department"]))},
        "title": draw(names),
        "remarks": draw(remarks),
        "responsible": draw(people),
        "contact": draw(people),
        "withholding": draw(st.none() | st.fixed_dictionaries({"base": yen, "amount": yen, "payable": yen})),
        "carry_over": draw(
            st.none() | st.fixed_dictionaries({"billed": yen, "received": yen, "remaining": yen, "grand_total": yen})
        ),
    }
    form = draw(st.sampled_from(["standard", "cover", "returns", "draft"]))
    return form, (returned(lines=rows, **changes) if form == "returns" else snapshot(rows, **changes))


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],  # to make a failing document smaller would take minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(documents())
def test_every_figure_and_name_of_any_document_can_be_read(document):
    form, frozen = document
    data = print_as(form, frozen)  # a complaint of the engine is a DocumentError
    text = pdfium_text(data)
    flat = squeezed(text)
    assert faults_of_setting(data) == []
    assert _amounts_of_lines(text, len(frozen["lines"])) == [
        format_yen_triangle(row["amount"]) for row in frozen["lines"]
    ]
    tax = frozen["tax"]
    deducted = any(row["deductions"] for row in tax["rates"])
    for row in tax["rates"]:
        off = sum(entry["amount"] for entry in row["deductions"])
        figures = [*((row["sales"], -off) if deducted else ()), row["base"], row["tax"], row["gross"]]
        assert "".join(map(format_yen_triangle, figures)) in flat
        for entry in row["deductions"]:
            assert f"{entry['label']}{format_yen_triangle(-entry['amount'])}円" in flat
    assert f"{format_yen_triangle(tax['total'])}円(税込)" in flat
    for block, shown in (("withholding", ("base", "payable")), ("carry_over", ("billed", "received", "grand_total"))):
        assert all(f"{format_yen_triangle(frozen[block][name])}円" in flat for name in shown if frozen[block])
    for name in (frozen["issuer"]["name"], frozen["title"], frozen["recipient"]["department"]):
        assert readable(name) in flat


def _amounts_of_lines(text: str, count: int) -> list[str | None]:
    """What stands behind the rate on each line's row; None for a line that cannot be found."""
    starts = [text.find(f"品目{number:03d}") for number in range(count)]
    assert all(start < end for start, end in pairwise(starts))
    found = (_AMOUNT.search(text, start, end) for start, end in pairwise([*starts, len(text)]))
    return [amount[1] if amount else None for amount in found]


def readable(name: str) -> str:
    """As it can be read: without selectors that no font knows, and with the voiced kana that are one character."""
    marked = fonts.mark_variants(html.escape(name.replace("か\u3099", "が")))
    return squeezed(html.unescape(re.sub("<[^>]*>", "", marked)))
