"""What a check finds."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django_stubs_ext import StrOrPromise


class Level(StrEnum):
    """An error stops the issue; a warning asks for confirmation."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    Attributes:
        code: Names the rule, for tests and interfaces.
        field: The editor's field it stands beside; empty for the invoice as a whole.
        line: Index of the line from 0; None when it does not concern a line.
        message: What is wrong and what to do.
        source: Where the rule comes from.
    """

    code: str
    level: Level
    message: StrOrPromise
    field: str = ""
    line: int | None = None
    source: str = ""


def errors(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.level == Level.ERROR]
