"""Examples of the rules about when an issuer is registered, and what its texts may claim."""

from datetime import date, timedelta

from invoices.documents.invoice_system import QUALIFIED_SINCE
from invoices.rules import Level
from suppliers.models import RegisterStatus
from tests.invoices.rules.examples import Example
from tests.invoices.rules.scene import Scene, day

NUMBER, OTHER = "T7123456789012", "T9234567890123"
LAST_DAY_BEFORE = QUALIFIED_SINCE - timedelta(days=1)
REGISTERED, NOT_REGISTERED = RegisterStatus.REGISTERED, RegisterStatus.NOT_REGISTERED


def unregistered(scene: Scene) -> Scene:
    return scene.company(registration_number="")


def registered_from_the_first_day(scene: Scene) -> Scene:
    return scene.register(REGISTERED, on=QUALIFIED_SINCE)


def at_the_start(scene: Scene, earlier: date) -> Scene:
    """A claim of the first day of qualified invoices, for that day and an earlier one of the same fiscal year."""
    scene.lines = [scene.written(date=QUALIFIED_SINCE), scene.written(date=earlier)]
    period = {"transaction_date": None, "period_from": min(earlier, QUALIFIED_SINCE), "period_to": QUALIFIED_SINCE}
    return scene.head(issue_date=QUALIFIED_SINCE, **period).going_out(QUALIFIED_SINCE)


EXAMPLES = [
    Example(
        "before-qualified-invoices",
        "",
        lambda s: s.dated(LAST_DAY_BEFORE, day(0)),
        lambda s: s,
        level=Level.INFO,
        also=("fiscal-year-closed",),
    ),
    Example(
        "across-start-of-qualified-invoices",
        "",
        lambda s: at_the_start(s, LAST_DAY_BEFORE),
        lambda s: at_the_start(registered_from_the_first_day(s), QUALIFIED_SINCE),
        level=Level.WARNING,
    ),
    Example(
        "across-start-of-qualified-invoices",
        "",
        lambda s: at_the_start(registered_from_the_first_day(s), LAST_DAY_BEFORE),
        lambda s: at_the_start(s, QUALIFIED_SINCE),
        level=Level.INFO,
    ),
    Example(
        "across-start-of-qualified-invoices",
        "",
        lambda s: at_the_start(s.company(registered_on=QUALIFIED_SINCE), date(2023, 6, 1)),
        lambda s: at_the_start(s.company(registered_on=QUALIFIED_SINCE), QUALIFIED_SINCE),
        level=Level.INFO,
    ),
    Example(
        "before-registration",
        "",
        lambda s: s.company(registered_on=day(1)),
        lambda s: s.company(registered_on=day(0)),
        level=Level.WARNING,
    ),
    Example(
        "supplies-before-registration",
        "",
        lambda s: s.company(registered_on=day(0)).line(date=day(-1)),
        lambda s: s.company(registered_on=day(-1)).line(date=day(-1)),
    ),
    Example(
        "after-registration",
        "",
        lambda s: s.company(registration_ended_on=day(0)),
        lambda s: s.company(registration_ended_on=day(1)),
        level=Level.WARNING,
    ),
    Example(
        "supplies-after-registration",
        "",
        lambda s: s.company(registration_ended_on=day(0)).line(date=day(-1)),
        lambda s: s.company(registration_ended_on=day(1)).line(date=day(-1)),
    ),
    Example(
        "registration-on-some-days",
        "",
        lambda s: s.line(date=day(-1)).register(NOT_REGISTERED, on=day(-1)),
        lambda s: s.line(date=day(-1)).register(REGISTERED, on=day(-1)),
    ),
    Example(
        "claims-to-be-qualified",
        "title",
        lambda s: unregistered(s).head(title="適格請求書 草刈り"),
        lambda s: s.head(title="適格請求書 草刈り"),
        also=("issuer-not-registered",),
    ),
    Example(
        "registration-number-in-text",
        "remarks",
        lambda s: unregistered(s).head(remarks=f"登録番号 {NUMBER} 本書は適格請求書です"),
        lambda s: s.head(remarks=f"登録番号 {NUMBER} 本書は適格請求書です"),
        also=("issuer-not-registered",),
    ),
    Example(
        "registration-number-in-text",
        "remarks",
        lambda s: s.head(remarks=f"立替先 {OTHER}"),
        lambda s: s.head(remarks=f"自社 {NUMBER}"),
        level=Level.WARNING,
    ),
]
