"""What a check finds."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django_stubs_ext import StrOrPromise


class Level(StrEnum):
    """How much a finding weighs, the heaviest first.

    An error stops the issue; a warning asks for confirmation; an information does neither.
    """

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    Attributes:
        code: Names the rule (invoices.rules.catalogue), for tests and interfaces.
        field: The editor's field it stands beside; empty for the invoice as a whole.
        line: Index of the line from 0; None when it does not concern a line.
        message: What is wrong and what to do.
        source: Where the rule comes from: a law, or the policy of the city; empty for the portal's own care.
        deduction: Index of the deduction from 0; None when it does not concern a deduction.
    """

    code: str
    level: Level
    message: StrOrPromise
    field: str = ""
    line: int | None = None
    source: str = ""
    deduction: int | None = None


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """What stops the issue."""
    return [finding for finding in findings if finding.level == Level.ERROR]


_ONLY_TODAY = frozenset({"bulk-limit-reached"})


def lasting_errors(findings: Iterable[Finding]) -> list[Finding]:
    """What stops the issue today and on any other day: with other errors the issue may still be reserved."""
    return [finding for finding in errors(findings) if finding.code not in _ONLY_TODAY]


def warnings(findings: Iterable[Finding]) -> list[Finding]:
    """What asks for confirmation."""
    return [finding for finding in findings if finding.level == Level.WARNING]


def infos(findings: Iterable[Finding]) -> list[Finding]:
    """What is said for information and asks for nothing."""
    return [finding for finding in findings if finding.level == Level.INFO]
