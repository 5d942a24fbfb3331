"""Departments as cities publish them: in kana order, under あ, か, さ …"""

from collections.abc import Iterable
from itertools import groupby

from accounts.models import Department
from portal.lib.japan import sort_key_kana

Choices = list[tuple[str, list[tuple[str, str]]]]


def in_kana_order(departments: Iterable[Department]) -> list[Department]:
    """Sorted by reading, whatever the database's collation says of kana."""
    return sorted(departments, key=lambda department: sort_key_kana(department.kana))


def by_heading(departments: Iterable[Department]) -> Choices:
    """Choices for a picker, grouped under their headings."""
    return [
        (heading, [(str(department.pk), department.name) for department in group])
        for heading, group in groupby(in_kana_order(departments), key=lambda department: department.kana_heading)
    ]
