"""What an example of a rule is: a draft that breaks it, and the nearest one that keeps it."""

from collections.abc import Callable
from dataclasses import dataclass

from invoices.rules import Level
from tests.invoices.rules.scene import Scene


@dataclass(frozen=True, slots=True)
class Example:
    """One rule at one place.

    Attributes:
        broken: Makes the draft break the rule, and no other unless `also` names it.
        kept: Makes it keep the rule, and every other.
        policy: The city's rule that the finding quotes.
    """

    code: str
    field: str
    broken: Callable[[Scene], object]
    kept: Callable[[Scene], object]
    level: Level = Level.ERROR
    line: int | None = None
    deduction: int | None = None
    also: tuple[str, ...] = ()
    policy: str = ""

    def __str__(self) -> str:
        return f"{self.code}-{self.field}"
