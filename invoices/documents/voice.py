"""How facts of a document are written: a label and what stands beside it, on paper or on a screen."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from invoices.documents import words
from portal.lib.calendar import to_wareki
from portal.lib.yen import Yen, format_yen


@dataclass(frozen=True, slots=True)
class Voice:
    """How one kind of page writes things down.

    Attributes:
        amount: Writes yen, without the unit.
        brackets: Around an aside.
        missing: What stands for a day that is not known.
    """

    amount: Callable[[Yen], str]
    brackets: tuple[str, str]
    missing: str

    def yen(self, amount: Yen) -> str:
        return f"{self.amount(amount)}円"

    def aside(self, text: str) -> str:
        return text.join(self.brackets)

    def day(self, day: date | None) -> str:
        """In both calendars."""
        return f"{to_wareki(day)}{self.aside(day.isoformat())}" if day else self.missing


PAPER = Voice(format_yen, ("(", ")"), words.MISSING)
"""Of the PDF."""
SCREEN = Voice(format_yen, ("（", "）"), "")
"""Of a page: what is missing is left out."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A label, and beside it what it names, line by line; without a line it is not shown.

    Attributes:
        bare: On one line, as the comparison shows it; empty where nothing is to be compared.
        key: By which the same fact is found in another document, where the label may be another.
    """

    label: str
    texts: tuple[str, ...]
    bare: str
    key: str


def fact(label: str, *texts: str | None, bare: str | None = None, key: str = "") -> Fact:
    """A fact of the lines that have text. What is compared is these lines, and their label the key, unless said."""
    lines = tuple(text for text in texts if text)
    return Fact(label, lines, " ".join(lines) if bare is None else bare, key or label)


def shown(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Those that have something beside their label."""
    return tuple(one for one in facts if one.texts)


def joined(*texts: str, by: str = " ") -> str:
    return by.join(text for text in texts if text)
