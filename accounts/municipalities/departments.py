"""Lists of departments in kana order, under the headings あ, か, さ …"""

from collections.abc import Iterable
from itertools import groupby

from accounts.models import Department
from portal.lib.japan import sort_key_kana

Choices = list[tuple[str, list[tuple[str, str]]]]


def in_kana_order(departments: Iterable[Department]) -> list[Department]:
    """Sort departments by their reading, independent of the collation of the database."""
    return sorted(departments, key=lambda department: sort_key_kana(department.kana))


def by_heading(departments: Iterable[Department]) -> Choices:
    """Choices for a form field: under each heading, pairs of id and name."""
    return [
        (heading, [(str(department.pk), department.name) for department in group])
        for heading, group in groupby(in_kana_order(departments), key=lambda department: department.kana_heading)
    ]
