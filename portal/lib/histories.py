"""The histories of rows of master data: what is written down of a change, and how it is read by people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import F, QuerySet, Window
from django.db.models.functions import Lag
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.models import HistoricalRecords

BEGUN = "begun"
"""The reason of the entry with which the history of a row begins that was there before its history was kept."""


@dataclass(frozen=True, slots=True)
class Change:
    """One changed value, in words for people."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Edition:
    """What one person saved at one time.

    Attributes:
        who: The name of the person; empty for the portal itself.
        changes: The differences from the edition before.
        of: The row of which it is one, in words for people.
        done: What was done with the row, where it was not changed.
    """

    at: datetime
    who: str
    changes: tuple[Change, ...]
    of: str = ""
    done: str = ""


class KeptChanges(HistoricalRecords):
    """The history of a row, where some columns are not written down: a save of those alone leaves no entry.

    So neither a sign-in nor a new password stands among the changes of a person.
    """

    def post_save(self, instance: Any, created: bool, using: Any = None, **about: Any) -> None:
        if created or self._is_new(instance, about.get("update_fields")):
            super().post_save(instance, created, using=using, **about)

    def _is_new(self, instance: Any, saved: Iterable[str] | None) -> bool:
        names = {field.attname for field in self.fields_included(instance)}
        if saved is not None and names.isdisjoint(saved):
            return False
        newest = getattr(instance, self.manager_name).order_by("-history_id").values(*names).first()
        return bool(newest != {name: getattr(instance, name) for name in names})


def begin(model: Any, history: Any) -> None:
    """Write down the rows of a table as they are, from where their history begins; for the migration that adds it."""
    names = [field.attname for field in model._meta.concrete_fields if hasattr(history, field.attname)]
    now = timezone.now()
    made = []
    for values in model.objects.values(*names).iterator(chunk_size=1000):
        made.append(history(**values, history_type="+", history_date=now, history_change_reason=BEGUN))
        if len(made) == 1000:
            history.objects.bulk_create(made)
            made.clear()
    history.objects.bulk_create(made)


def editions(entries: QuerySet[Any], most: int) -> list[Edition]:
    """The newest entries of a history in words, newest first; those without any difference are left out.

    Args:
        entries: Some of the entries of the history of a table.
        most: How many entries are read.
    """
    model = entries.model
    # The entry before is looked up in the whole history, because `entries` may leave it out.
    before = Window(Lag("history_id"), partition_by=F("id"), order_by=F("history_id").asc())
    found = list(entries.select_related("history_user").order_by("-history_date", "-history_id")[:most])
    rows = model.objects.filter(id__in={each.id for each in found}).annotate(earlier=before)
    earlier = dict(rows.values_list("history_id", "earlier"))
    known = model.objects.in_bulk([key for key in earlier.values() if key is not None])
    described = (_edition(entry, known.get(earlier[entry.history_id])) for entry in found)
    return [each for each in described if each.changes or each.done]


def _edition(entry: Any, before: Any) -> Edition:
    return Edition(
        at=entry.history_date,
        who=_who(entry.history_user),
        changes=_changes(entry, before) if before is not None and entry.history_type == "~" else (),
        of=f"{entry.instance_type._meta.verbose_name} {entry.instance}",
        done=_done(entry, before),
    )


def _who(person: Any) -> str:
    if person is not None and person.is_staff:
        return _("%(name)s(運用者)") % {"name": person}
    return str(person or "")


def _done(entry: Any, before: Any) -> str:
    if entry.history_change_reason == BEGUN:
        return _("履歴の記録を始めました。")
    if entry.history_type == "-":
        return _("削除しました。")
    return _("追加しました。") if entry.history_type == "+" or before is None else ""


def _changes(entry: Any, before: Any) -> tuple[Change, ...]:
    told: Sequence[tuple[Any, str, str]] = [
        (field, _words(before, field), _words(entry, field)) for field in _fields(entry)
    ]
    return tuple(Change(str(field.verbose_name), old, new) for field, old, new in told if old != new)


def _fields(entry: Any) -> list[Any]:
    plain = [field for field in entry.tracked_fields if not field.primary_key]
    several = [field for field in entry.instance_type._meta.many_to_many if hasattr(entry, field.name)]
    return [*plain, *several]


def _words(entry: Any, field: Any) -> str:
    """A value of an entry, in words for people."""
    if field.many_to_many:
        names = sorted(str(getattr(each, field.m2m_reverse_field_name())) for each in getattr(entry, field.name).all())
        return "、".join(names) or _("なし")
    return in_words(field, getattr(entry, field.attname))


def in_words(field: Any, value: Any) -> str:
    """A value of a column, or the rows of a relation, in words for people."""
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    if value in (None, "", []):
        return _("なし")
    if field.remote_field:
        other: models.Model | None = field.remote_field.model.objects.filter(pk=value).first()
        return str(other or value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return f"{value:%Y-%m-%d}"
    choices: Mapping[Any, Any] = dict(field.flatchoices)
    if isinstance(value, list):
        return "、".join(str(choices.get(each, each)) for each in value)
    return str(choices.get(value, value))


def typed_into(form: Any) -> tuple[Change, ...]:
    """What a form of a row has changed; of a new row, what it says."""
    columns = {field.name: field for field in [*form._meta.model._meta.fields, *form._meta.model._meta.many_to_many]}
    return tuple(
        Change(
            str(columns[name].verbose_name),
            _typed(columns[name], form.initial.get(name)),
            _typed(columns[name], form.cleaned_data.get(name)),
        )
        for name in form.changed_data
        if name in columns
    )


def _typed(field: Any, value: Any) -> str:
    if field.many_to_many:
        return "、".join(sorted(str(row) for row in value or ())) or _("なし")
    return in_words(field, getattr(value, "pk", value))
