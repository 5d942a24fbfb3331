"""Examples of the rules about deductions, sums and withholding."""

from datetime import date, timedelta
from decimal import Decimal

from invoices.documents.invoice_system import QUALIFIED_SINCE
from invoices.enums import PriceMode
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
MONTH = back(original_date=timedelta(days=-9), original_until=timedelta(days=-2))

REBATE: dict[str, object] = {
    "description": "上期リベート",
    "original_date": timedelta(days=-200),
    "original_until": timedelta(days=-20),
}

EXAMPLES = [
    Example("total-not-positive", "lines", lambda s: s.only_line(**one(0)), lambda s: s.only_line(**one(1))),
    Example(
        "total-not-positive",
        "lines",
        lambda s: s.only_line(**back()),
        lambda s: s.credit_note().only_line(**back()),
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
        lambda s: s.credit_note().only_line(**back(unit_price=Decimal(0))),
        lambda s: s.credit_note().only_line(**back(unit_price=Decimal(1))),
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
            lambda s, base=base: fee(s, base).credit_note(),
            lambda s: fee(s, -1).credit_note(),
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
        lambda s: fee(s, -1783).credit_note(),
        lambda s: fee(s, -1782).credit_note(),
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
