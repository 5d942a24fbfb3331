"""What a corrected invoice changes of the one that it replaces, for people to read."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from itertools import takewhile, zip_longest

from invoices.documents import schema, words
from invoices.documents.reading import ATTACHMENTS, to_compare
from invoices.documents.reading_lines import LABELS
from invoices.documents.schema import FrozenDocument
from invoices.documents.schema_parts import AttachedFile, Line
from invoices.documents.voice import Fact, fact, joined
from invoices.models import Invoice
from portal.lib.calendar import to_wareki

LINE_WORK_MAX = 3_000_000
"""So many steps at most may aligning the lines take (`_work`): two lists of 1,000 lines that hardly repeat."""


@dataclass(frozen=True, slots=True)
class Change:
    """One item that reads otherwise; an empty side did not have it."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line that was changed, added or taken out.

    Attributes:
        before, after: Number of the line from 1 and its text; None where there is no such line.
    """

    before: tuple[int, str] | None
    after: tuple[int, str] | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that two documents say differently; their own number and check code aside."""

    items: tuple[Change, ...]
    lines: tuple[LineChange, ...]

    def __bool__(self) -> bool:
        return bool(self.items or self.lines)


def difference(before: FrozenDocument, after: FrozenDocument) -> Difference:
    """Compare two documents. Where the label itself is another one, the change bears both."""
    old, new = _facts(before), _facts(after)
    new[ATTACHMENTS] = _files(after.attachments, known=before.attachments)
    pairs = ((old.get(key), new.get(key)) for key in dict.fromkeys((*old, *new)))
    return Difference(
        items=tuple(change for pair in pairs if (change := _change(*pair))),
        lines=tuple(_line_changes([*map(_line_text, before.lines)], [*map(_line_text, after.lines)])),
    )


def of_correction(invoice: Invoice) -> Difference | None:
    """What an issued correction changes; None for an invoice that replaces none."""
    replaced = invoice.replaces
    if replaced is None or not (invoice.snapshot and replaced.snapshot):
        return None
    return difference(schema.load(replaced.snapshot), schema.load(invoice.snapshot))


def _facts(document: FrozenDocument) -> dict[str, Fact]:
    """Everything but the lines, by key."""
    facts = {one.key: one for one in to_compare(document)}
    return facts | {ATTACHMENTS: _files(document.attachments)}


def _change(before: Fact | None, after: Fact | None) -> Change | None:
    """What one fact says otherwise; one that a document does not have says nothing under the other's label."""
    one = before or after
    assert one is not None
    old, new = before or replace(one, bare=""), after or replace(one, bare="")
    label = new.label if old.label == new.label else f"{old.label} → {new.label}"
    if old.bare == new.bare and (old.label == new.label or not old.bare):
        return None
    return Change(label, old.bare, new.bare)


def _files(files: Sequence[AttachedFile], known: Sequence[AttachedFile] = ()) -> Fact:
    """The names of the files; marked where there was another file of that name before."""
    hashes = {file.name: file.sha256 for file in known}
    names = (
        file.name if hashes.get(file.name, file.sha256) == file.sha256 else f"{file.name}(内容を差替え)"
        for file in files
    )
    return fact(ATTACHMENTS, "、".join(names))


def _line_changes(old: Sequence[str], new: Sequence[str]) -> Iterator[LineChange]:
    """Lines that were only moved along by others count as unchanged.

    Where too many lines are equal to too many others to be aligned in good time, what lies between the first and the
    last difference is compared place by place.
    """
    head = _in_common(old, new)
    tail = _in_common(old[head:][::-1], new[head:][::-1])
    between, new_between = old[head : len(old) - tail], new[head : len(new) - tail]
    if _work(between, new_between) > LINE_WORK_MAX:
        blocks = [(0, len(between), 0, len(new_between))]
    else:
        matcher = SequenceMatcher(None, between, new_between, autojunk=False)
        blocks = [
            (start, end, new_start, new_end)
            for tag, start, end, new_start, new_end in matcher.get_opcodes()
            if tag != "equal"
        ]
    for start, end, new_start, new_end in blocks:
        for index, new_index in zip_longest(range(head + start, head + end), range(head + new_start, head + new_end)):
            line = None if index is None else (index + 1, old[index])
            new_line = None if new_index is None else (new_index + 1, new[new_index])
            if line is None or new_line is None or line[1] != new_line[1]:
                yield LineChange(before=line, after=new_line)


def _in_common(old: Sequence[str], new: Sequence[str]) -> int:
    """How many lines are the same from the start on."""
    return sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))


def _work(old: Sequence[str], new: Sequence[str]) -> int:
    """An upper bound, in order of magnitude, of the steps of SequenceMatcher.

    It looks for the longest common block, for which it walks the old lines and each pair of equal lines, and does so
    again on both sides of what it found: at most once for every line that stays.
    """
    counts, new_counts = Counter(old), Counter(new)
    pairs = sum(count * new_counts[text] for text, count in counts.items())
    return min(len(old), len(new)) * (len(old) + pairs)


def _line_text(line: Line) -> str:
    if not line.is_item:
        return joined(str(line.kind.label), line.description)
    quantity = "" if line.quantity is None else words.figure(line.quantity)
    return joined(
        _day(line.date),
        line.slip_number,
        line.description,
        f"({_refunded(line)})" if line.original_date else "",
        f"{quantity}{line.unit}",
        "" if line.unit_price is None else f"× {words.figure(line.unit_price)}円",
        f"= {words.amount(line.shown_amount)}円",
        line.rate.label if line.rate else "",
    )


def _refunded(line: Line) -> str:
    day = words.refunded(line.original_date, line.original_until) or _day(line.original_date)
    return joined(words.REDUCTION.get(line.reduction, ""), LABELS.original_date, day)


def _day(day: date | None) -> str:
    return to_wareki(day) if day else ""
