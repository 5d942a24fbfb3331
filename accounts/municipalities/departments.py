"""Departments of a city: lists in kana order under the headings あ, か, さ …, and what follows when one was merged."""

from collections.abc import Callable, Iterable
from itertools import groupby
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Department, DepartmentMerger
from accounts.models.municipality import MERGERS_MAX
from portal.lib.japan import sort_key_kana
from portal.lib.jobs import run_soon

Choices = list[tuple[str, list[tuple[str, str]]]]


def in_kana_order(departments: Iterable[Department]) -> list[Department]:
    """Sort departments by their reading, independent of the collation of the database."""
    return sorted(departments, key=lambda department: sort_key_kana(department.kana))


def by_heading(departments: Iterable[Department], label: Callable[[Department], str] = str) -> Choices:
    """Choices for a form field: under each heading, pairs of id and name.

    Args:
        label: How a department is called in the list.
    """
    return [
        (heading, [(str(department.pk), label(department)) for department in group])
        for heading, group in groupby(in_kana_order(departments), key=lambda department: department.kana_heading)
    ]


def without_staff(departments: Iterable[Department]) -> list[Department]:
    """Those of the departments in which nobody works, in kana order."""
    return in_kana_order(Department.objects.filter(pk__in=[each.pk for each in departments]).unstaffed())


def with_city(department: Department) -> str:
    """Many cities have a department of the same name; and of one that is gone the new one may be called much alike."""
    name = f"{department.municipality} {department.name}"
    if department.succeeded_by_id is not None:
        return _("%(name)s(統合済み)") % {"name": name}
    return _("%(name)s(廃止)") % {"name": name} if department.closed else name


@transaction.atomic
def save(department: Department) -> None:
    """Save a department. When it was merged just now, what nobody has opened there goes to its successor soon."""
    before = Department.objects.select_for_update(no_key=True).filter(pk=department.pk).first()
    department.save()
    if department.succeeded_by_id not in (None, before and before.succeeded_by_id):
        run_soon(DepartmentMerger.objects.create(department=department))


def at_work(department_id: UUID) -> Department | None:
    """The department that does this one's work today, and still does when the transaction ends; None when it is closed.

    Like `Department.today`, but whoever wants to merge or close one of them meanwhile waits. Only inside a transaction.
    """
    locked = Department.objects.select_for_update(no_key=True, of=("self",))
    current = locked.get(pk=department_id)
    for _step in range(MERGERS_MAX):
        if current.succeeded_by_id is None:
            return None if current.closed else current
        current = locked.get(pk=current.succeeded_by_id)
    return None
