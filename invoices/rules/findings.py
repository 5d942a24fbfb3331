"""Findings, which are the results of checks."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django_stubs_ext import StrOrPromise


class Level(StrEnum):
    """How serious a finding is; the most serious first.

    An error stops the issue. A warning must be confirmed. An information does neither.
    """

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class FindingAction(StrEnum):
    """What the editor offers as a button beside a finding."""

    TO_CREDIT_NOTE = "to-credit-note"
    SPLIT_BY_YEAR = "split-by-year"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    Attributes:
        code: The rule (invoices.rules.catalogue).
        message: What is wrong and what to do.
        field: The field of the editor that shows it; empty for the whole invoice.
        line: The index of the line, from 0; None when it is not about a line.
        source: The law or the policy of the city; empty for a rule of the portal itself.
        deduction: The index of the deduction, from 0; None when it is not about a deduction.
        action: What would settle it at a press; None where only somebody who knows the case can.
        named: What the message names, by the names that the words for the department have for it.
    """

    code: str
    level: Level
    message: StrOrPromise
    field: str = ""
    line: int | None = None
    source: str = ""
    deduction: int | None = None
    action: FindingAction | None = None
    named: tuple[tuple[str, str], ...] = ()


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that stop the issue."""
    return [finding for finding in findings if finding.level == Level.ERROR]


_ONLY_TODAY = frozenset({"bulk-limit-reached", "issue-date-not-sending-day"})


def lasting_errors(findings: Iterable[Finding]) -> list[Finding]:
    """Errors that will stop the issue on any day. With only other errors, a later issue may still be reserved."""
    return [finding for finding in errors(findings) if finding.code not in _ONLY_TODAY]


def warnings(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that must be confirmed."""
    return [finding for finding in findings if finding.level == Level.WARNING]


def infos(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that are only information."""
    return [finding for finding in findings if finding.level == Level.INFO]
