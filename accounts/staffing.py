"""What a change of staff or departments leaves behind in a city, in words for the operator who made it.

On the day on which people and departments change, the one who goes is often taken out before the next one is put in.
So nothing of this is refused; but whoever did it is told what is missing now.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts import organisations
from accounts.models import Department, Municipality, StaffMembership, StaffRole, User


def gaps_of_membership(row: StaffMembership, departments: Iterable[Department]) -> list[str]:
    """What is missing after a membership was saved.

    Args:
        departments: Those of the person before and after.
    """
    found = [*_without_admin(row.municipality), *_without_staff(departments)]
    if row.active and row.role == StaffRole.REVIEWER and not row.departments.exists():
        words = _("%(person)sさんは担当の課がないため、どの請求書も見られません。担当の課を選んでください。")
        found.append(words % {"person": row.user})
    return found


def gaps_of_person(person: User) -> list[str]:
    """What is missing in the cities of somebody who cannot sign in any more."""
    rows = StaffMembership.objects.filter(user=person, active=True).select_related("municipality")
    return [gap for row in rows for gap in gaps_of_membership(row, row.departments.all())]


def gaps_of_merger(department: Department) -> list[str]:
    """What is missing after a department was merged: its people do not come along by themselves."""
    successor = department.today()
    if department.succeeded_by_id is None or successor is None:
        return []
    left = StaffMembership.objects.active().filter(departments=department).exclude(departments=successor)
    names = "、".join(str(row.user) for row in left.select_related("user").order_by("user__kana"))
    if not names:
        return []
    words = _(
        "%(department)sの担当者は、引継先の%(successor)sの担当にはなっていません：%(names)s。"
        "引き続き担当する方は、「市の職員」で担当の課に加えてください。"
    )
    return [words % {"department": department, "successor": successor, "names": names}]


def _without_admin(city: Municipality) -> list[str]:
    if organisations.city(city).answerable:
        return []
    words = _(
        "%(city)sの管理者がいません。運用者による変更や、担当者のいない課に届いた請求書の知らせを、だれも受け取れません。"
        "管理者を登録してください。"
    )
    return [words % {"city": city}]


def _without_staff(departments: Iterable[Department]) -> list[str]:
    rows = Department.objects.active().unstaffed().filter(pk__in=[each.pk for each in departments])
    names = "、".join(each.name for each in rows)
    words = _("次の課には担当者がいません：%(names)s。届いた請求書は、担当者が登録されるまで開封されません。")
    return [words % {"names": names}] if names else []
