"""Examples of the rules about lines and amounts."""

from datetime import date, timedelta
from decimal import Decimal

from invoices.documents.invoice_system import QUALIFIED_SINCE
from invoices.enums import LineKind, Reduction
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

EXAMPLES = [
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
        lambda s: s.credit_note().only_line(**back(rate="old8", original_date=date(2019, 9, 30))),
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
            ({}, {"transaction_date": timedelta()}),
            (
                {"period_from": timedelta(days=-5)},
                {"transaction_date": None, "period_from": timedelta(days=-5), "period_to": timedelta()},
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
            "line-original-date-without-refund",
            field,
            lambda s, changes=changes: s.line(**changes),
            lambda s: s.line(**back()),
            line=1,
        )
        for field, changes in (
            ("original_date", {"original_date": timedelta(days=-30)}),
            ("original_date", {"original_date": timedelta(days=-30), "quantity": Decimal(0)}),
            ("original_date", back(unit_price=Decimal(-27))),
            ("reduction", {"reduction": Reduction.REBATE}),
        )
    ),
    Example(
        "contract-date-missing",
        "contracted_on",
        lambda s: s.line(**back(rate="old8", original_date=date(2019, 10, 1), original_until=date(2019, 10, 31))),
        lambda s: s.credit_note().only_line(
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
    Example(
        "contract-too-early",
        "contracted_on",
        lambda s: s.head(contracted_on=date(2013, 9, 30)).line(rate="old8"),
        lambda s: s.head(contracted_on=date(2013, 9, 30)),
    ),
    *(
        Example(
            "rate-by-contract",
            "contracted_on",
            lambda s, rate=rate, at=at: s.head(contracted_on=at).line(rate=rate),
            lambda s: s.head(contracted_on=date(2019, 3, 31)),
            level=Level.WARNING,
        )
        for rate, at in (("old8", date(2019, 3, 31)), ("old8", date(2013, 10, 1)), ("old5", date(2013, 9, 30)))
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
