"""Reading the access record of an organisation: what its administrators and owners see of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from accounts.acting import ActingFor
from accounts.models import OPERATOR, AccessKind, AccessLog
from portal.lib.calendar import JST


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for in the record; what is None does not matter.

    Attributes:
        since, until: Days in Japan, both included.
    """

    kind: AccessKind | None = None
    person: UUID | None = None
    since: date | None = None
    until: date | None = None


def visible_to(acting_for: ActingFor) -> QuerySet[AccessLog]:
    """The record of the organisation, for those who answer for it; nothing for anybody else."""
    if acting_for.is_municipality_admin or acting_for.is_supplier_owner:
        return AccessLog.objects.filter(organisation_id=acting_for.id)
    return AccessLog.objects.none()


def matching(acting_for: ActingFor, wanted: Wanted) -> QuerySet[AccessLog]:
    """The rows that somebody looks for, in no order."""
    rows = visible_to(acting_for)
    if wanted.kind is not None:
        rows = rows.filter(action=wanted.kind)
    if wanted.person is not None:
        rows = rows.filter(user_id=wanted.person)
    if wanted.since is not None:
        rows = rows.filter(at__gte=_midnight(wanted.since))
    if wanted.until is not None:
        rows = rows.filter(at__lt=_midnight(wanted.until + timedelta(days=1)))
    return rows


def who(row: AccessLog) -> str:
    """Who it was, by the name of that time; of old rows, by the name of today."""
    name = row.user_name or str(row.user or _("登録のない利用者"))
    return _("%(name)s(運用者)") % {"name": name} if row.role == OPERATOR else name


def as_table(rows: QuerySet[AccessLog]) -> Iterator[Sequence[object]]:
    """The record as a table with a heading, newest first."""
    yield (
        _("日時"),
        _("利用者"),
        _("操作"),
        _("対象"),
        _("接続元"),
        _("要求の番号"),
        _("送り手の要求の番号"),
    )
    for row in rows.select_related("user").order_by("-at", "-id").iterator(chunk_size=1000):
        yield (
            format_date(row.at.astimezone(JST), "Y-m-d H:i:s"),
            who(row),
            row.get_action_display(),
            row.object_name,
            row.address,
            row.request_id,
            row.client_request_id,
        )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, JST)
