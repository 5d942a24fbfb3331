"""What credit notes still take back of the claims that they name, in one query with those claims."""

from typing import Any

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Sum, When
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce, Greatest

from invoices.enums import InvoiceKind, Status

_IN_FORCE = (Status.ACCEPTED, Status.PAID)
_CORRECTIONS = 5
"""How many corrections, each of the one before, may lie between a note in force and one that waits: what came back is
corrected again."""


def taken_back(notes: QuerySet[Any]) -> CombinedExpression:
    """By those of the notes that name the claim, and by those that name one in whose place it stands, in yen.

    A note of which more came back than it says takes nothing back; that excess adds nothing to any claim. One that
    corrects a note in force about the same claim, or a correction of that which came back, takes back only what goes
    beyond the one in force, which counts by itself.
    """
    corrects = [_beyond("__".join(["replaces"] * number)) for number in range(1, _CORRECTIONS + 1)]
    left = Case(*corrects, default=F("settled") - F("payable"))
    notes = notes.filter(kind=InvoiceKind.CREDIT_NOTE, superseded_by=None, settled__gt=F("payable"))

    def naming(claim: str) -> Coalesce:
        sums = notes.filter(**{claim: OuterRef("pk")}).order_by().values(claim).annotate(left=Sum(left)).values("left")
        return Coalesce(Subquery(sums), 0)

    return naming("original") + naming("original__superseded_by")


def _beyond(before: str) -> When:
    """Where the note before it is in force: what goes beyond that one."""
    of_the_same = {f"{before}__original": F("original"), f"{before}__superseded_by": None}
    beyond = Greatest(F(f"{before}__payable") - F("payable"), 0)
    return When(**{f"{before}__status__in": _IN_FORCE}, **of_the_same, then=beyond)
