"""Examples of the rules about credit notes."""

from datetime import timedelta
from decimal import Decimal

from invoices.enums import InvoiceKind, Prepayment, PriceMode, Reduction, Status
from invoices.rules import Level
from tests.factories import DepartmentFactory, InvoiceFactory, TradingLinkFactory
from tests.invoices.rules.examples import Example
from tests.invoices.rules.scene import Scene, back, day


def reducing(scene: Scene, **columns: object) -> Scene:
    """A return of 1,782 yen that was sold 30 days ago, and the invoice that it reduces."""
    return scene.credit_note(original_id=scene.claim(**columns).pk, original_number="")


def reducing_abroad(scene: Scene) -> None:
    department = DepartmentFactory()
    TradingLinkFactory(supplier=scene.supplier, department=department)
    reducing(scene, department=department)


def partly_reduced(scene: Scene, yen: int) -> None:
    """Of 2,000 yen, and as much at 8 %, so much was taken back before; what was withdrawn does not count."""
    original = scene.claim(claimed={"standard10": 2000, "reduced8": 2000})
    for status, claimed in (
        (Status.OPENED, {"standard10": yen, "reduced8": -2000}),
        (Status.CANCELLED, {"standard10": -1000}),
        (Status.RETURNED, {"standard10": -1000}),
    ):
        scene.claim(status=status, kind=InvoiceKind.CREDIT_NOTE, original=original, claimed=claimed)
    scene.row(status=Status.DRAFT, kind=InvoiceKind.CREDIT_NOTE, original=original, total=-1000)
    scene.credit_note(original_id=original.pk)


def reduced_before_it_was_corrected(scene: Scene, yen: int) -> None:
    """Of 2,000 yen, and as much was taken back of what this claim corrects."""
    original = scene.claim(claimed={"standard10": 2000})
    before = scene.claim(claimed={"standard10": 2000}, superseded_by=original)
    scene.claim(status=Status.OPENED, kind=InvoiceKind.CREDIT_NOTE, original=before, claimed={"standard10": yen})
    scene.credit_note(original_id=original.pk)


def of_a_prepayment(scene: Scene) -> Scene:
    """A subscription of 90 days from tomorrow, paid ahead and given up, of which something comes back."""
    subscription = {"transaction_date": None, "period_from": day(1), "period_to": day(90)}
    lines = (scene.written(date=None, quantity=Decimal(600)),)
    claim = scene.issued(lines=lines, prepayment=Prepayment.SUBSCRIPTION, **subscription)
    return scene.credit_note(original_id=claim.pk, original_number="")


AHEAD = back(original_date=timedelta(days=60), reduction=Reduction.DISCOUNT)
"""What comes back today of a time that still lies ahead."""
NO_SALE = {"quantity": Decimal(-20), "rate": "outside", "description": "容器の保証金の返還"}
"""Money that comes back and was the price of nothing, as a deposit and an advance are."""
DISCOUNT = back(quantity=Decimal(1), unit_price=Decimal(-500), reduction=Reduction.DISCOUNT)

EXAMPLES = [
    *(
        Example(
            "credit-note-line-not-negative",
            "quantity",
            lambda s, quantity=quantity: (
                s.credit_note() and s.lines.append(s.written(**back(quantity=Decimal(quantity), unit_price=Decimal(1))))
            ),
            lambda s: s.credit_note() and s.lines.append(s.written(**back())),
            line=1,
        )
        for quantity in (0, 1)
    ),
    Example(
        "credit-note-line-not-negative",
        "unit_price",
        lambda s: s.credit_note() and s.lines.append(s.written(**back(unit_price=Decimal(-1)))),
        lambda s: s.credit_note() and s.lines.append(s.written(**back(unit_price=Decimal(0)))),
        line=1,
    ),
    *(
        Example(
            f"line-{code}-missing",
            field,
            lambda s, field=field, nothing=nothing: (
                s.credit_note() and s.lines.append(s.written(**DISCOUNT | {field: nothing}))
            ),
            lambda s: s.credit_note() and s.lines.append(s.written(**DISCOUNT)),
            line=1,
        )
        for code, field, nothing in (("reduction", "reduction", ""), ("original-date", "original_date", None))
    ),
    *(
        Example(
            f"line-{code}-missing",
            field,
            lambda s, other=other: s.credit_note().only_line(**NO_SALE | other),
            lambda s: s.credit_note().only_line(**NO_SALE),
            line=0,
        )
        for code, field, other in (
            ("reduction", "reduction", {"original_date": timedelta(days=-30)}),
            ("original-date", "original_date", {"reduction": Reduction.DISCOUNT}),
        )
    ),
    Example(
        "credit-note-original-missing",
        "original_number",
        lambda s: s.credit_note(original_number=" "),
        lambda s: s.credit_note(original_number="X-1"),
    ),
    Example("credit-note-original-missing", "original_number", lambda s: s.credit_note(original_number=""), reducing),
    Example(
        "credit-note-original-of-another-supplier",
        "original_number",
        lambda s: s.credit_note().set(original=InvoiceFactory(department=s.department, status=Status.ACCEPTED)),
        reducing,
    ),
    Example("credit-note-original-other-city", "original_number", reducing_abroad, reducing),
    *(
        Example(
            "credit-note-original-withdrawn",
            "original_number",
            lambda s, status=status: reducing(s, status=status),
            reducing,
        )
        for status in (Status.CANCELLED, Status.RETURNED)
    ),
    Example(
        "credit-note-original-superseded",
        "original_number",
        lambda s: reducing(s, superseded_by=s.claim()),
        reducing,
    ),
    *(
        Example(
            "credit-note-of-later-sale",
            "original_date",
            lambda s: reducing(s, issued=day(-31), sold=day(-31)),
            lambda s, issued=issued, sold=sold: reducing(s, issued=day(issued), sold=day(sold)),
            level=Level.WARNING,
            line=0,
        )
        for issued, sold in ((-30, -31), (-31, -30))
    ),
    Example(
        "line-original-date-later",
        "original_date",
        lambda s: reducing(s) and s.only_line(**AHEAD),
        lambda s: of_a_prepayment(s).only_line(**AHEAD),
        line=0,
        also=("credit-note-of-later-sale",),
    ),
    Example(
        "line-original-date-later",
        "original_date",
        lambda s: s.credit_note(transaction_date=day(-1)).only_line(**back(date=None, original_date=day(0))),
        lambda s: s.credit_note(transaction_date=day(-1)).only_line(**back(date=None, original_date=day(-1))),
        level=Level.WARNING,
        line=0,
    ),
    Example(
        "credit-note-of-later-sale",
        "original_date",
        lambda s: of_a_prepayment(s).only_line(**AHEAD | {"original_date": day(91)}),
        lambda s: of_a_prepayment(s).only_line(**AHEAD | {"original_date": day(90)}),
        level=Level.WARNING,
        line=0,
    ),
    Example(
        "credit-note-rate-not-claimed",
        "lines",
        lambda s: reducing(s, claimed={"reduced8": 2000}),
        lambda s: reducing(s, claimed={"reduced8": 2000, "standard10": 1782}),
        level=Level.WARNING,
    ),
    Example(
        "credit-note-above-original",
        "lines",
        lambda s: reducing(s, claimed={"standard10": 1781}),
        lambda s: reducing(s, claimed={"standard10": 1782}),
        level=Level.WARNING,
    ),
    Example(
        "credit-note-above-original",
        "lines",
        lambda s: reducing(s, claimed={"standard10": 1781, "reduced8": 5000}),
        lambda s: reducing(s, claimed={"standard10": 1782, "reduced8": 5000}),
        level=Level.WARNING,
    ),
    Example(
        "credit-note-above-original",
        "lines",
        lambda s: reducing(s, claimed={"standard10": 1800, "reduced8": -19}),
        lambda s: reducing(s, claimed={"standard10": 1800, "reduced8": -18}),
        level=Level.WARNING,
    ),
    Example(
        "credit-note-above-original",
        "lines",
        lambda s: partly_reduced(s, -219),
        lambda s: partly_reduced(s, -218),
        level=Level.WARNING,
    ),
    Example(
        "credit-note-above-original",
        "lines",
        lambda s: reduced_before_it_was_corrected(s, -219),
        lambda s: reduced_before_it_was_corrected(s, -218),
        level=Level.WARNING,
    ),
    Example(
        "credit-note-below-ten-thousand",
        "",
        lambda s: s.credit_note(price_mode=PriceMode.INCLUSIVE).only_line(**back(unit_price=Decimal(9_999))),
        lambda s: s.credit_note(price_mode=PriceMode.INCLUSIVE).only_line(**back(unit_price=Decimal(10_000))),
        level=Level.INFO,
    ),
    Example(
        "credit-note-below-ten-thousand",
        "",
        lambda s: s.credit_note(),
        lambda s: s.line(**back()),
        level=Level.INFO,
    ),
]
