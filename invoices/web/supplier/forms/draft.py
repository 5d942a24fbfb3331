"""The editor's page as a whole: the head and its tables, bound together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property, partial
from itertools import zip_longest
from typing import Any, TypeVar

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.acting import ActingFor
from invoices.enums import InvoiceKind, PaymentMethod
from invoices.lifecycle.draft_input import (
    CHOSEN,
    DEDUCTIONS_MAX,
    DEFAULTS,
    FROM_THE_LAST,
    LINES_MAX,
    TABLES,
    DraftInput,
    head_of,
)
from invoices.models import Invoice
from invoices.rules import Finding, Level
from invoices.web.supplier.forms.base import Entry, FoundForm, Row, RowForm, SharedFields, as_typed, on_page
from invoices.web.supplier.forms.choices import Rates, RateSet, options
from invoices.web.supplier.forms.head import DraftForm
from invoices.web.supplier.forms.rows import (
    CELL_MAX,
    DEDUCTION_FIELDS,
    LINE_FIELDS,
    DeductionForm,
    LineForm,
    day_of,
    is_deducting,
    is_written,
    rate_day,
    rows_beyond,
    rows_of_post,
    shared_fields,
    typed,
)
from portal.lib.calendar import today_jst
from portal.lib.forms import NativeDateInput
from portal.lib.text import cut
from suppliers.models import BankAccount, BillingSource, Seal

# Where the page shows what is no field of its form.
_SECTIONS_OF_THE_PAGE = {"attachments": "#attachments", "seal": "#section-issuer"}
# The page begins with the day of issue, the only department or the one of the link that led here, and what the last
# document said; whatever else stands there somebody wrote. A department alone is no draft yet.
_BEGUN = ("issue_date", "department_id", *FROM_THE_LAST)
_WRITTEN_BY_SOMEBODY = tuple(name for name, usual in DEFAULTS.items() if usual in (None, "") and name not in _BEGUN)

_Form = TypeVar("_Form", bound=RowForm)


class DraftForms:
    """The editor's page.

    Rows are handled as the text that was typed, so that adding, moving and removing lines loses nothing.

    Attributes:
        loose: Findings that belong to no field of the page.
        of_tables: By table, findings about all its rows.
        unfolded: Sections that somebody is working in, although nothing stands in them yet.
    """

    def __init__(
        self,
        head: Mapping[str, Any],
        rows: Sequence[Row],
        deduction_rows: Sequence[Row] = (),
        *,
        acting_for: ActingFor,
    ) -> None:
        self._acting_for = acting_for
        rates = Rates()
        self.rows = [_with_rate(row, rates) for row in rows]
        self.deduction_rows = [_with_rate(row, rates) for row in deduction_rows]
        self.head = DraftForm(head, acting_for=acting_for)
        self.loose: list[Finding] = []
        self.of_tables: dict[str, list[Finding]] = {}
        self.unfolded: set[str] = set()
        self._unread: list[Entry] | None = None
        self.rate_sets = [rates.on(rate_day(row)) for row in self.rows]
        self.deduction_rates = rates.on(_day_of_head(head))
        self.lines = _bound(LineForm, "lines", self.rows, self.rate_sets)
        self.deductions = _bound(
            DeductionForm, "deductions", self.deduction_rows, [self.deduction_rates] * len(self.deduction_rows)
        )

    @classmethod
    def from_post(cls, post: Mapping[str, Any], *, acting_for: ActingFor) -> "DraftForms":
        return cls(
            post,
            rows_of_post(post, "lines", LINE_FIELDS, LINES_MAX),
            rows_of_post(post, "deductions", DEDUCTION_FIELDS, DEDUCTIONS_MAX),
            acting_for=acting_for,
        )

    @classmethod
    def from_input(cls, data: DraftInput, *, acting_for: ActingFor) -> "DraftForms":
        return cls(
            as_typed({on_page(name): getattr(data, name) for name in DEFAULTS} | data.unread),
            [typed(line) for line in data.lines],
            [typed(row) for row in data.deductions],
            acting_for=acting_for,
        )

    def with_rows(self, rows: Sequence[Row], deduction_rows: Sequence[Row]) -> "DraftForms":
        """The same page with other rows; the head stays as it was typed."""
        return DraftForms(self.head.data, rows, deduction_rows, acting_for=self._acting_for)

    def cells_unlike(self, before: "DraftForms") -> list[tuple[int, str, str]]:
        """The cells of the lines that hold something else than on another page: row, field and text.

        A date that can be read comes as a date picker holds it.
        """
        blank: Row = {}
        rows = zip_longest(self.rows, before.rows[: len(self.rows)], fillvalue=blank)
        return [
            (index, name, _in_picker(row.get(name, "")) if name == "date" else row.get(name, ""))
            for index, (row, old) in enumerate(rows)
            for name in LINE_FIELDS
            if row.get(name, "") != old.get(name, "")
        ]

    def as_credit_note(self) -> "DraftForms":
        """The same page as a credit note, by which nothing is paid."""
        head = dict(self.head.data.items())
        head |= {"kind": InvoiceKind.CREDIT_NOTE.value, "payment_method": PaymentMethod.OTHER.value, "bank_account": ""}
        return DraftForms(head, self.rows, self.deduction_rows, acting_for=self._acting_for)

    def with_blank_rows(self, lines: int) -> "DraftForms":
        """With at least so many lines, and one deduction, to write in."""
        missing = max(lines - len(self.rows), 0)
        if not missing and self.deduction_rows:
            return self
        return self.with_rows([*self.rows, *({} for _n in range(missing))], self.deduction_rows or [{}])

    @property
    def eras(self) -> str:
        """What the page needs to show the era beside the dates of its lines."""
        return NativeDateInput.eras

    def _forms(self) -> Iterator[FoundForm]:
        yield self.head
        yield from self.lines
        yield from self.deductions

    def is_valid(self) -> bool:
        """Whether everything typed can be read. All forms are validated, so that all errors show at once."""
        unreadable = [form for form in self._forms() if not form.is_valid()]
        return not unreadable

    def draft_input(self) -> DraftInput:
        """What was typed; fields that cannot be read are empty, their texts kept beside. Blank rows are left out."""
        return self._input

    @cached_property
    def _input(self) -> DraftInput:
        # Kept, because a finding that is put beside a field takes the field out of what was read.
        self.is_valid()
        cleaned, unread = self.head.cleaned_data, self.head.unread
        return DraftInput(
            **head_of(lambda name: cleaned.get(on_page(name))),
            lines=tuple(form.input() for _index, form in self.written_lines()),
            deductions=tuple(form.input() for _index, form in self.written_deductions()),
            unread=unread,
        )

    def written_lines(self) -> Iterator[tuple[int, LineForm]]:
        """The lines that hold something, with their row's index."""
        for index, (row, form) in enumerate(zip(self.rows, self.lines, strict=True)):
            if is_written(row) or form.errors:
                yield index, form

    def written_deductions(self) -> Iterator[tuple[int, DeductionForm]]:
        for index, (row, form) in enumerate(zip(self.deduction_rows, self.deductions, strict=True)):
            if is_deducting(row) or form.errors:
                yield index, form

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written yet but what the page began with."""
        written = any(map(is_written, self.rows)) or any(map(is_deducting, self.deduction_rows))
        return not written and not any(self.head.data.get(on_page(name)) for name in _WRITTEN_BY_SOMEBODY)

    def show(self, findings: Sequence[Finding]) -> None:
        """Put each finding beside its field; those that belong to none are told at the top of the page."""
        self.draft_input()
        self.unread_entries()
        lines = [form for _index, form in self.written_lines()]
        deductions = [form for _index, form in self.written_deductions()]
        for finding in findings:
            form: FoundForm = self.head
            if finding.line is not None:
                form = lines[finding.line]
            elif finding.deduction is not None:
                form = deductions[finding.deduction]
            if finding.field in TABLES:
                self.of_tables.setdefault(finding.field, []).append(finding)
            elif not form.take(finding):
                self.loose.append(finding)

    def summary(self, level: Level) -> list[Entry]:
        """What stands at the top of the page, in the order of the fields. Each says which field it is about."""
        entries = [_placed(entry) for entry in self.head.entries(level)]
        for number, line in enumerate(self.lines, start=1):
            entries += [_placed(entry, _("%d行目") % number) for entry in line.entries(level)]
        for number, deduction in enumerate(self.deductions, start=1):
            entries += [_placed(entry, _("控除%d行目") % number) for entry in deduction.entries(level)]
        for table, findings in self.of_tables.items():
            entries += [_entry(finding, f"#id_{table}") for finding in findings if finding.level == level]
        loose = (finding for finding in self.loose if finding.level == level)
        return entries + [_entry(finding, _SECTIONS_OF_THE_PAGE.get(finding.field, "")) for finding in loose]

    def unread_entries(self) -> list[Entry]:
        """What cannot be read, for the page to say; as `summary`, whatever was found besides."""
        if self._unread is None:
            self._unread = self.summary(Level.ERROR)
        return self._unread

    @property
    def open_sections(self) -> set[str]:
        """The sections that hold something, or about which something was found."""
        sections = self.head.open_sections | self.unfolded
        deducting = any(map(is_deducting, self.deduction_rows)) or any(form.has_found for form in self.deductions)
        return sections | {"deductions"} if deducting or "deductions" in self.of_tables else sections

    @property
    def shown(self) -> str:
        """Which choices the page offers where they depend on what is typed: rates by row, and originals by city."""
        rates = "".join(rates.key for rates in self.rate_sets)
        return f"{rates}.{self.deduction_rates.key}.{self.head.city.pk if self.head.city else ''}"

    def swaps(self, shown: str) -> Iterator[tuple[str, SafeString]]:
        """The selects whose choices have changed since the page was sent, by name, with their new content.

        Args:
            shown: What the page says it offers.
        """
        lines, deductions, city = (*shown.split("."), "", "", "")[:3]
        for index, (row, form) in enumerate(zip(self.rows, self.lines, strict=True)):
            rates = self.rate_sets[index]
            if lines[index : index + 1] != rates.key:
                yield form["rate"].html_name, rates.options(row.get("rate", ""))
        if deductions != self.deduction_rates.key:
            for row, deduction in zip(self.deduction_rows, self.deductions, strict=True):
                yield deduction["rate"].html_name, self.deduction_rates.options(row.get("rate", ""))
        if city != str(self.head.city.pk if self.head.city else ""):
            for name, offered in self.head.choices_of_city.items():
                chosen = str(self.head.data.get(name, ""))
                yield self.head[name].html_name, options(offered, chosen)


def _with_rate(row: Row, rates: Rates) -> Row:
    return row | {"rate": rates.chosen(row["rate"])} if row.get("rate") else row


def _bound(form: type[_Form], table: str, rows: Sequence[Row], sets: Sequence[RateSet]) -> list[_Form]:
    data = {f"{table}-{index}-{name}": value for index, row in enumerate(rows) for name, value in row.items()}
    fields: dict[str, SharedFields] = {}
    for rates in sets:
        if rates.key not in fields:
            fields[rates.key] = shared_fields(form, rates)
    return [form(data, prefix=f"{table}-{index}", fields=fields[rates.key]) for index, rates in enumerate(sets)]


_TOO_MANY = {
    "lines": (
        LINES_MAX,
        _lazy(
            "明細は%(max)d行までです。送られた行のうち%(left)d行は読んでいません。残りは別の書類に分けて入力してください。"
        ),
    ),
    "deductions": (
        DEDUCTIONS_MAX,
        _lazy("控除は%(max)d行までです。送られた行のうち%(left)d行は読んでいません。まとめて入力してください。"),
    ),
}


def too_many_rows(post: Mapping[str, Any]) -> list[Finding]:
    """What is to be said about rows that were sent and are so many that they are not even read."""
    return [
        Finding("not-saved", Level.ERROR, words % {"max": limit, "left": left}, table)
        for table, (limit, words) in _TOO_MANY.items()
        if (left := rows_beyond(post, table, limit))
    ]


def _day_of_head(head: Mapping[str, Any]) -> date | None:
    """The day of what has none of its own."""
    days = (day_of(cut(head.get(name, ""), CELL_MAX)) for name in ("transaction_date", "period_to", "issue_date"))
    return next((day for day in days if day), None)


def _in_picker(text: str) -> str:
    day = day_of(text)
    return day.isoformat() if day else text


def _placed(entry: Entry, row: str = "") -> Entry:
    """The entry with words that name its field, and its row if it is one of a table."""
    place = row or entry.label
    if row and entry.label:
        place = _("%(row)sの%(field)s") % {"row": row, "field": entry.label}
    words = _("%(place)s：%(message)s") % {"place": place, "message": entry.message} if place else entry.message
    return replace(entry, message=words, beside=entry.message)


def _entry(finding: Finding, href: str = "") -> Entry:
    return Entry(str(finding.message), href, finding.source, action=finding.action)


def new_input(acting_for: ActingFor, kind: InvoiceKind = InvoiceKind.INVOICE) -> DraftInput:
    """A fresh document: today, and what the supplier wrote last about payment, people and tax."""
    accounts = {account.pk for account in BankAccount.objects.visible_to(acting_for).active()}
    fresh = DraftInput(
        kind=kind,
        issue_date=today_jst(),
        bank_account_id=next(iter(accounts)) if len(accounts) == 1 else None,
    )
    last = Invoice.objects.visible_to(acting_for).filter(kind=InvoiceKind.INVOICE).order_by("-updated_at").first()
    if last is not None:
        known = {row.pk for model in (BillingSource, Seal) for row in model.objects.visible_to(acting_for).active()}
        said = head_of(partial(getattr, last))
        again = {name: said[name] for name in FROM_THE_LAST if name not in CHOSEN or said[name] in accounts | known}
        fresh = replace(fresh, **again)
    if kind == InvoiceKind.CREDIT_NOTE:
        # Nothing is claimed by it, so nothing is said about how it is to be paid.
        fresh = replace(fresh, payment_method=PaymentMethod.OTHER, bank_account_id=None)
    return fresh
