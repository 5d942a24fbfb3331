"""One draft made into two: a city pays for each fiscal year (4月 – 3月) out of its own budget (地方自治法208条)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.acting import ActingFor, NotAllowed
from invoices.enums import LineKind
from invoices.lifecycle import attachments, drafting
from invoices.lifecycle.draft_input import DraftInput, LineInput, without
from invoices.models import Invoice
from portal.lib.calendar import fiscal_year, fiscal_year_text
from portal.lib.ids import uuid7

_OF_A_YEAR = re.compile(r"（[^（）]*年度(?:以降)?分）\Z")


_DAYS = ("transaction_date", "period_from", "period_to")
_OF_THE_FIRST = ("withholding_base", "carry_over_billed", "carry_over_received")


class OneFiscalYear(NotAllowed):
    """There is nothing to split."""

    def __init__(self) -> None:
        super().__init__(_("2つの年度にわたる明細がありません。分けるには、明細に日付を入力してください。"))


@transaction.atomic
def split_by_year(*, draft_id: UUID, actor: ActingFor, version: int) -> Invoice:
    """Leave the lines of the earliest fiscal year in a draft, and move those of later years into a new one.

    Both say the same about everything else and have the same files; each names the days of its own lines, and its year
    at the end of its title. Deductions, what is carried over and the withholding stay in the first, because nobody but
    the supplier knows where they belong.

    Returns:
        The new draft.

    Raises:
        OneFiscalYear: its lines are all of one.
        OutdatedDraft: the draft was saved elsewhere.
        WrongStatus: it has been issued.
        NotAllowed: it is another supplier's.
    """
    invoice = Invoice.objects.visible_to(actor).get(pk=draft_id)
    first, later = parts(drafting.input_of(invoice))
    drafting.save(draft_id=draft_id, data=first, actor=actor, version=version)
    draft = drafting.save(draft_id=uuid7(), data=later, actor=actor, version=0)
    attachments.copy(invoice, draft)
    return draft


def parts(data: DraftInput) -> tuple[DraftInput, DraftInput]:
    """What stays in the first draft, and what goes into the second. For errors see `split_by_year`."""
    years = _years(data.lines)
    if len(set(years)) < 2:
        raise OneFiscalYear
    year = min(years)
    end = date(year + 1, 3, 31)
    staying = [line for line, of_year in zip(data.lines, years, strict=True) if of_year == year]
    going = [line for line, of_year in zip(data.lines, years, strict=True) if of_year != year]
    later_years = sorted({of_year for of_year in years if of_year != year})
    first = replace(data, title=_title(data, year), lines=tuple(staying), **_days(data, staying, last=end))
    later = replace(
        data,
        title=_title(data, *later_years),
        lines=tuple(going),
        **_days(data, going, first=date(year + 1, 4, 1)),
    )
    first = replace(first, unread=without(data.unread, *_DAYS))
    later = replace(later, deductions=(), unread=without(data.unread, *_DAYS, *_OF_THE_FIRST))
    later = replace(later, withholding_base=None, carry_over_billed=None, carry_over_received=None)
    return first, later


def _years(lines: Sequence[LineInput]) -> list[int]:
    """The fiscal year of each line: one without a date goes with the next that has one, and the last ones with it."""
    own = [fiscal_year(line.date) if line.date and line.kind == LineKind.ITEM else None for line in lines]
    known = next((year for year in reversed(own) if year is not None), 0)
    years = []
    for year in reversed(own):
        known = known if year is None else year
        years.append(known)
    return years[::-1]


def _title(data: DraftInput, *years: int) -> str:
    """The title with the year of this part at its end, in place of one that an earlier split put there.

    It is cut to what the column holds. A title that was not typed yet stays empty, so that it is still asked for.
    """
    title = _OF_A_YEAR.sub("", data.title)
    if not title:
        return data.title
    since = "以降" if len(years) > 1 else ""
    ending = f"（{fiscal_year_text(years[0])}{since}分）"
    most = Invoice.column("title").max_length or 0
    return title[: most - len(ending)].rstrip() + ending


def _days(
    data: DraftInput, lines: Sequence[LineInput], *, first: date = date.min, last: date = date.max
) -> dict[str, Any]:
    """The transaction date or period of a part: the whole's as far as it lies in the year, else that of its lines."""
    if data.period_from and data.period_to:
        begin, end = max(data.period_from, first), min(data.period_to, last)
        if begin <= end:
            return {"transaction_date": None, "period_from": begin, "period_to": end}
    days = [line.date for line in lines if line.date]
    if len(set(days)) == 1:
        return {"transaction_date": days[0], "period_from": None, "period_to": None}
    return {"transaction_date": None, "period_from": min(days), "period_to": max(days)}
