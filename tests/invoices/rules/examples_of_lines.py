"""Examples of the rules about lines and amounts."""

from datetime import date
from decimal import Decimal

from invoices.documents.invoice_system import QUALIFIED_SINCE
from invoices.enums import LineKind, PriceMode, Reduction
from invoices.rules import Level
from suppliers.models import RegisterStatus, SupplierKind
from tests.invoices.rules.examples import Example
from tests.invoices.rules.scene import EMOJI, Scene, back, day

LARGEST = 999_999_999_999


def one(price: int, **changes: object) -> dict[str, object]:
    return {"quantity": Decimal(1), "unit_price": Decimal(price)} | changes


def in_earlier_years(scene: Scene) -> Scene:
    """Of an issuer of whom nobody asks to keep the years before there were qualified invoices apart."""
    return scene.register(RegisterStatus.REGISTERED, on=QUALIFIED_SINCE)


def of_slips(scene: Scene, *returns: tuple[str, int]) -> Scene:
    """A sale, and returns: the slip of each and how many days ago it was sold."""
    scene.line(slip_number="A1")
    for slip, days in returns:
        scene.lines.append(scene.written(**back(slip_number=slip, original_date=day(-days))))
    return scene


def fee(scene: Scene, base: int, **head: object) -> Scene:
    return scene.company(kind=SupplierKind.SOLE_PROPRIETOR).head(withholding_base=base, **head)


EMPTY: dict[str, object] = {"quantity": None, "unit_price": None}
MINUS_ONE: dict[str, object] = {"quantity": Decimal(-1)}
MINUS_PRICE: dict[str, object] = {"quantity": Decimal(1), "unit_price": Decimal(-27)}
MONTH = back(original_date=day(-9), original_until=day(-2))

LINES = [
    Example("lines-missing", "lines", lambda s: s.head(lines=()), lambda s: s),
    *(
        Example(
            f"line-{field}-missing",
            field,
            lambda s, field=field, value=empty: s.line(**{field: value}),
            lambda s, field=field, value=given: s.line(**{field: value}),
            line=1,
        )
        for field, empty, given in (
            ("description", "　", "紙"),
            ("quantity", None, Decimal("0.5")),
            ("unit_price", None, Decimal("0.5")),
            ("rate", None, "exempt"),
        )
    ),
    *(
        Example(
            "line-rate-date",
            "rate",
            lambda s, rate=rate, at=bad: in_earlier_years(s).dated(at, at).only_line(rate=rate, date=at).going_out(at),
            lambda s, rate=rate, at=good: in_earlier_years(s).dated(at, at).only_line(rate=rate, date=at).going_out(at),
            line=0,
        )
        for rate, bad, good in (
            ("old8", date(2014, 3, 31), date(2014, 4, 1)),
            ("old8", date(2014, 3, 31), date(2019, 9, 30)),
            ("standard10", date(2019, 9, 30), date(2019, 10, 1)),
            ("old5", date(1997, 3, 31), date(1997, 4, 1)),
            ("old5", date(1997, 3, 31), date(2014, 3, 31)),
        )
    ),
    Example(
        "line-rate-date",
        "rate",
        lambda s: s.line(**back(rate="standard10", original_date=date(2019, 9, 30))),
        lambda s: s.line(**back(rate="standard10", original_date=date(2019, 10, 1))),
        line=1,
    ),
    *(
        Example(
            "contract-date-missing",
            "contracted_on",
            lambda s, rate=rate, at=bad: in_earlier_years(s).dated(at, at).only_line(rate=rate, date=at).going_out(at),
            lambda s, rate=rate, at=good: in_earlier_years(s).dated(at, at).only_line(rate=rate, date=at).going_out(at),
        )
        for rate, bad, good in (
            ("old8", date(2019, 10, 1), date(2019, 9, 30)),
            ("old5", date(2014, 4, 1), date(2014, 3, 31)),
        )
    ),
    Example(
        "contract-date-missing",
        "contracted_on",
        lambda s: s.line(**back(rate="old8", original_date=date(2019, 10, 1))),
        lambda s: s.returns().only_line(**back(rate="old8", original_date=date(2019, 9, 30))),
        also=("rate-base-negative",),
    ),
    *(
        Example(
            "line-date-missing",
            "date",
            lambda s, half=half: s.head(transaction_date=None, **half).line(date=None),
            lambda s, whole=whole: s.head(**whole).line(date=None),
            line=1,
            also=("transaction-date-missing",),
        )
        for half, whole in (
            ({}, {"transaction_date": day(0)}),
            (
                {"period_from": day(-5)},
                {"transaction_date": None, "period_from": day(-5), "period_to": day(0)},
            ),
        )
    ),
    Example(
        "line-heading-empty",
        "description",
        lambda s: s.line(**EMPTY, kind=LineKind.HEADING, description=" "),
        lambda s: s.line(**EMPTY, kind=LineKind.HEADING, description="直接工事費"),
        line=1,
    ),
    Example(
        "lines-missing",
        "lines",
        lambda s: s.only_line(**EMPTY, kind=LineKind.HEADING),
        lambda s: s.line(**EMPTY, kind=LineKind.BLANK),
    ),
    *(
        Example(
            "line-original-date-missing",
            "original_date",
            lambda s, negative=negative: s.line(**negative, reduction=Reduction.DISCOUNT),
            lambda s, negative=negative: s.line(**negative),
            line=1,
        )
        for negative in (MINUS_ONE, MINUS_PRICE)
    ),
    *(
        Example(
            "line-reduction-missing",
            "reduction",
            lambda s, negative=negative: s.line(**negative, original_date=day(-30)),
            lambda s, negative=negative, kind=kind: s.line(**negative, original_date=day(-30), reduction=kind),
            line=1,
        )
        for negative, kind in (
            (MINUS_ONE, Reduction.RETURNED),
            (MINUS_PRICE, Reduction.DISCOUNT),
            (MINUS_PRICE, Reduction.REBATE),
        )
    ),
    *(
        Example(
            "line-original-date-without-return",
            field,
            lambda s, changes=changes: s.line(**changes),
            lambda s: s.line(**back()),
            line=1,
        )
        for field, changes in (
            ("original_date", {"original_date": day(-30)}),
            ("original_date", {"original_date": day(-30), "quantity": Decimal(0)}),
            ("original_date", back(unit_price=Decimal(-27))),
            ("reduction", {"reduction": Reduction.REBATE}),
        )
    ),
    Example(
        "contract-date-missing",
        "contracted_on",
        lambda s: s.line(**back(rate="old8", original_date=date(2019, 10, 1), original_until=date(2019, 10, 31))),
        lambda s: s.returns().only_line(
            **back(rate="old8", original_date=date(2019, 9, 1), original_until=date(2019, 10, 31))
        ),
        also=("rate-base-negative",),
    ),
    *(
        Example(
            "contract-too-late",
            "contracted_on",
            lambda s, rate=rate, at=at: s.head(contracted_on=at).line(rate=rate),
            lambda s: s.head(contracted_on=date(2019, 4, 1)),
        )
        for rate, at in (("old8", date(2019, 4, 1)), ("old5", date(2013, 10, 1)))
    ),
    *(
        Example(
            "rate-by-contract",
            "contracted_on",
            lambda s, rate=rate, at=at: s.head(contracted_on=at).line(rate=rate),
            lambda s: s.head(contracted_on=date(2019, 3, 31)),
            level=Level.WARNING,
        )
        for rate, at in (("old8", date(2019, 3, 31)), ("old5", date(2013, 9, 30)))
    ),
    Example(
        "line-original-date-later",
        "original_date",
        lambda s: s.line(**back(date=day(-9), original_date=day(-8), original_until=day(-1))),
        lambda s: s.line(**back(date=day(-9), original_date=day(-39), original_until=day(-1))),
        line=1,
    ),
    Example(
        "line-original-date-later",
        "original_date",
        lambda s: s.line(**back(date=day(-9), original_date=day(-8))),
        lambda s: s.line(**back(date=day(-9), original_date=day(-9))),
        line=1,
    ),
    Example(
        "slip-with-two-original-dates",
        "original_date",
        lambda s: of_slips(s, ("A1", 9), (" A1 ", 8)),
        lambda s: of_slips(s, ("A1", 9), ("A1", 9), ("A2", 8), ("", 7), ("", 6)),
        line=3,
    ),
    Example(
        "slip-with-two-original-dates",
        "original_date",
        lambda s: of_slips(s, ("A1", 9)) and s.lines.append(s.written(**MONTH, slip_number="A1")),
        lambda s: of_slips(s, ("A1", 9)) and s.lines.append(s.written(**MONTH, slip_number="A2")),
        line=3,
    ),
    *(
        Example(
            "unprintable-character",
            field,
            lambda s, field=field: s.line(**{field: EMOJI}),
            lambda s, field=field: s.line(**{field: "髙𠮷"}),
            line=1,
        )
        for field in ("slip_number", "description", "unit")
    ),
]

REBATE: dict[str, object] = {"description": "上期リベート", "original_date": day(-200), "original_until": day(-20)}

AMOUNTS = [
    Example("total-not-positive", "lines", lambda s: s.only_line(**one(0)), lambda s: s.only_line(**one(1))),
    Example(
        "total-not-positive",
        "lines",
        lambda s: s.only_line(**back()),
        lambda s: s.returns().only_line(**back()),
        also=("rate-base-negative",),
    ),
    *(
        Example("total-zero", "lines", broken, lambda s: s.line(), level=Level.WARNING)
        for broken in (
            lambda s: s.line(quantity=Decimal(-60)),
            lambda s: s.line(quantity=Decimal(60), unit_price=Decimal(-27)),
            lambda s: s.deduction(1619),
            lambda s: s.head(price_mode=PriceMode.INCLUSIVE).deduction(1619, rate="standard10"),
        )
    ),
    Example(
        "total-not-negative",
        "lines",
        lambda s: s.returns().only_line(**back(unit_price=Decimal(0))),
        lambda s: s.returns().only_line(**back(unit_price=Decimal(1))),
    ),
    Example(
        "rate-base-negative",
        "lines",
        lambda s: s.line(**back(rate="reduced8")),
        lambda s: s.line(**back(rate="standard10")),
        level=Level.WARNING,
    ),
    Example(
        "rate-base-negative",
        "lines",
        lambda s: s.line(rate="exempt", unit_price=Decimal(-1), quantity=Decimal(5)),
        lambda s: s.line(rate="outside", unit_price=Decimal(-1), quantity=Decimal(5)),
        level=Level.WARNING,
    ),
    Example(
        "deduction-without-lines",
        "rate",
        lambda s: s.deduction(5, rate="reduced8"),
        lambda s: s.deduction(5, rate="outside"),
        level=Level.WARNING,
        deduction=1,
        also=("rate-base-negative",),
    ),
    Example(
        "deduction-rate-date",
        "rate",
        lambda s: s.deduction(5, **REBATE | {"original_date": date(2019, 4, 1), "original_until": date(2019, 9, 30)}),
        lambda s: s.deduction(5, **REBATE | {"original_date": date(2019, 4, 1), "original_until": date(2019, 10, 1)}),
        deduction=1,
    ),
    Example(
        "deduction-description-missing",
        "description",
        lambda s: s.deduction(5, **REBATE | {"description": " "}),
        lambda s: s.deduction(5, **REBATE),
        deduction=1,
    ),
    Example(
        "deduction-original-date-later",
        "original_date",
        lambda s: s.deduction(5, **REBATE | {"original_date": day(1)}),
        lambda s: s.deduction(5, **REBATE | {"original_date": day(0)}),
        deduction=1,
    ),
    Example(
        "unprintable-character",
        "description",
        lambda s: s.deduction(5, description=EMOJI),
        lambda s: s.deduction(5, description="髙𠮷"),
        deduction=1,
    ),
    Example(
        "deduction-rate-missing",
        "rate",
        lambda s: s.deduction(5, rate=None),
        lambda s: s.deduction(5),
        deduction=1,
    ),
    Example("deduction-amount-missing", "amount", lambda s: s.deduction(None), lambda s: s.deduction(5), deduction=1),
    *(
        Example(
            "deduction-not-positive",
            "amount",
            lambda s, amount=amount: s.deduction(amount),
            lambda s: s.deduction(1),
            deduction=1,
        )
        for amount in (0, -1)
    ),
    Example(
        "deduction-without-lines",
        "rate",
        lambda s: s.deduction(5, rate="exempt"),
        lambda s: s.line(rate="exempt").deduction(5, rate="exempt"),
        level=Level.WARNING,
        deduction=1,
        also=("rate-base-negative",),
    ),
    *(
        Example(
            "carry-over-half",
            missing,
            lambda s, given=given: s.head(**{given: 0}),
            lambda s: s.head(carry_over_billed=1, carry_over_received=0),
        )
        for missing, given in (
            ("carry_over_billed", "carry_over_received"),
            ("carry_over_received", "carry_over_billed"),
        )
    ),
    *(
        Example(
            "withholding-base-not-positive", "withholding_base", lambda s, base=base: fee(s, base), lambda s: fee(s, 1)
        )
        for base in (0, -1)
    ),
    *(
        Example(
            "withholding-base-not-negative",
            "withholding_base",
            lambda s, base=base: fee(s, base).returns(),
            lambda s: fee(s, -1).returns(),
        )
        for base in (0, 1)
    ),
    Example(
        "withholding-base-above-total",
        "withholding_base",
        lambda s: fee(s, 1783),
        lambda s: fee(s, 1782),
        level=Level.WARNING,
    ),
    Example(
        "withholding-base-above-total",
        "withholding_base",
        lambda s: fee(s, -1783).returns(),
        lambda s: fee(s, -1782).returns(),
        level=Level.WARNING,
    ),
    Example(
        "withholding-of-corporation",
        "withholding_base",
        lambda s: s.head(withholding_base=1),
        lambda s: fee(s, 1),
        level=Level.WARNING,
    ),
    Example(
        "amount-too-large",
        "lines",
        lambda s: s.only_line(**one(LARGEST)),  # with tax it has 13 digits
        lambda s: s.only_line(**one(909_090_909_090)),
    ),
    Example(
        "amount-too-large",
        "lines",
        lambda s: s.only_line(**one(LARGEST + 1, rate="exempt")),
        lambda s: s.only_line(**one(LARGEST, rate="exempt")),
    ),
    Example(
        "amount-too-large",
        "lines",
        lambda s: s.head(price_mode=PriceMode.EXCLUSIVE).only_line(**one(LARGEST)),
        lambda s: s.head(price_mode=PriceMode.INCLUSIVE).only_line(**one(LARGEST)),
    ),
    Example(
        "amount-too-large",
        "amount",
        lambda s: s.deduction(LARGEST + 1),
        lambda s: s.only_line(**one(LARGEST)).deduction(LARGEST - 10_000),
        deduction=1,
        also=("total-not-positive", "amount-too-large", "rate-base-negative"),
    ),
    *(
        Example(
            "amount-too-large",
            "carry_over_billed",
            lambda s, billed=billed, received=received: s.head(carry_over_billed=billed, carry_over_received=received),
            lambda s: s.head(carry_over_billed=LARGEST - 1782, carry_over_received=0),
        )
        for billed, received in ((LARGEST - 1781, 0), (LARGEST + 1, 2000), (0, LARGEST + 1))
    ),
    Example(
        "amount-too-large",
        "withholding_base",
        lambda s: fee(s, LARGEST + 1).only_line(**one(LARGEST + 1, rate="exempt")),
        lambda s: fee(s, LARGEST).only_line(**one(LARGEST, rate="exempt")),
        also=("amount-too-large",),
    ),
]

EXAMPLES = [*LINES, *AMOUNTS]
