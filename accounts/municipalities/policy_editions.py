"""Changing the policy of a city, and its history in words for people."""

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import BooleanField, F, Value, Window
from django.db.models.functions import Lag
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from simple_history.utils import bulk_update_with_history

from accounts import notices, organisations
from accounts.acting import ActingFor, NotAllowed, NotPermitted
from accounts.models import Department, Municipality, MunicipalityPolicy, policy_of
from accounts.notices import Fact, Notice
from accounts.prepayment import Prepayment
from portal.lib.histories import Change, Edition

GROUPS = (
    (gettext_lazy("宛名"), ("addressee", "address_line")),
    (gettext_lazy("請求者と印影"), ("signer", "seal_rule", "delegate_needs_seal")),
    (gettext_lazy("発行責任者と担当者"), ("person_contact", "asks_sole_trader_contact")),
    (gettext_lazy("口座と請求日"), ("holder_must_match", "issue_date_is_sending_day")),
    (gettext_lazy("添付"), ("allows_attachments", "allows_office_files", "attachment_max_mb")),
    (gettext_lazy("差戻依頼と締切"), ("accepts_return_requests", "cut_off_day", "issue_date_tolerance_days")),
    (gettext_lazy("前払"), ("prepayments",)),
    (gettext_lazy("支払"), ("payment_days", "construction_payment_days")),
    (gettext_lazy("二人での確認"), ("second_person_for_paper", "second_person_for_payment")),
    (gettext_lazy("件数"), ("bulk_limit_per_month",)),
    (gettext_lazy("保存"), ("retention_years",)),
)
"""All fields of the policy under their headings, in the order of the screens."""
FIELDS = tuple(name for _title, names in GROUPS for name in names)
HISTORY_MAX = 200
"""The page shows at most this number of changes. A city makes a few in a year."""

_UNITS = {
    "attachment_max_mb": gettext_lazy("%(number)dMB"),
    "cut_off_day": gettext_lazy("翌月%(number)d日"),
    "issue_date_tolerance_days": gettext_lazy("%(number)d日"),
    "payment_days": gettext_lazy("%(number)d日"),
    "construction_payment_days": gettext_lazy("%(number)d日"),
    "bulk_limit_per_month": gettext_lazy("%(number)d件"),
    "retention_years": gettext_lazy("%(number)d年"),
}
_DEMANDS = (
    "delegate_needs_seal",
    "asks_sole_trader_contact",
    "holder_must_match",
    "issue_date_is_sending_day",
    "second_person_for_paper",
    "second_person_for_payment",
)
"""What a city asks for or not. Of all other boxes the question is whether it takes something."""


class ChangedMeanwhile(NotAllowed):
    """Somebody else saved the policy after this person had read it.

    Attributes:
        editions: What was saved since then, newest first.
        values: The values that the person changed, and for all other fields the saved values of now.
        version: The number of the newest edition.
    """

    def __init__(self, editions: list[Edition], values: dict[str, Any], version: int) -> None:
        super().__init__(
            _("ほかの方が先に変更しました。あなたの入力は残っています。内容を確かめて、もう一度保存してください。")
        )
        self.editions, self.values, self.version = editions, values, version


def read(municipality: Municipality) -> tuple[dict[str, Any], int]:
    """The values of now by the names of FIELDS, and the number of the edition (0 before the first change)."""
    # The number first. If somebody saves between the two reads, the number is too old and `change` notices it.
    version = _version(municipality)
    policy = MunicipalityPolicy.objects.filter(municipality=municipality).first() or policy_of(municipality)
    return _values(policy), version


def change(actor: ActingFor, values: Mapping[str, Any], *, version: int) -> tuple[Change, ...]:
    """Save all values of a policy. They are used for checks from now on. Issued invoices keep what they show.

    Args:
        values: Valid values for all FIELDS, by name.
        version: The number of the edition that the actor has seen.

    Returns:
        The changes. When there are none, nothing is saved.

    Raises:
        NotPermitted: the actor is not an administrator of a city.
        ChangedMeanwhile: somebody has saved a newer edition.
    """
    _require_admin(actor)
    with transaction.atomic():
        # Locks the row of the city, because a policy may not exist yet. Rows that only refer to the city do not wait.
        city = Municipality.objects.select_for_update(no_key=True).get(pk=actor.id)
        policy = MunicipalityPolicy.objects.select_for_update().filter(municipality=city).first() or policy_of(city)
        newest = _version(city)
        if version != newest:
            raise ChangedMeanwhile(_editions_since(city, version), _merged(policy, version, values), newest)
        changes = _changes(city, _values(policy), values)
        if changes:
            for name in FIELDS:
                setattr(policy, name, values[name])
            policy.save()
            facts = [(each.label, f"{each.before} → {each.after}") for each in changes]
            _tell(actor, city, _("請求書の取扱いが変更されました"), facts)
    return changes


def editions(municipality: Municipality) -> list[Edition]:
    """The newest HISTORY_MAX editions, newest first: of the policy, and of the departments with a taxable business."""
    entries = list(_entries(municipality)[: HISTORY_MAX + 1])
    saved = _described(municipality, entries)[:HISTORY_MAX] + _taxable_marks(municipality)
    return sorted(saved, key=lambda edition: edition.at, reverse=True)[:HISTORY_MAX]


def mark_taxable(actor: ActingFor, *, mark: Collection[UUID], unmark: Collection[UUID]) -> int:
    """Set for departments whether their account is a business that pays consumption tax itself (課税事業の会計).

    Only these departments change. Two people who mark different departments at the same time both succeed.

    Args:
        mark: Ids of departments whose account is such a business.
        unmark: Ids of departments whose account is not.

    Returns:
        How many departments changed.

    Raises:
        NotPermitted: the actor is not an administrator of a city.
    """
    _require_admin(actor)
    with transaction.atomic():
        own = Department.objects.filter(municipality_id=actor.id, pk__in={*mark, *unmark})
        locked = own.select_for_update(no_key=True).order_by("pk")
        changed = [department for department in locked if department.taxable_enterprise != (department.pk in mark)]
        for department in changed:
            department.taxable_enterprise = department.pk in mark
        if changed:
            # One time for all, so that the history shows them as saved together.
            bulk_update_with_history(
                changed,
                Department,
                ["taxable_enterprise"],
                default_user=actor.user,
                default_date=timezone.now(),
            )
            words = {True: _("対象"), False: _("対象外")}
            facts = [(each.name, str(words[each.taxable_enterprise])) for each in changed]
            city = Municipality.objects.get(pk=actor.id)
            _tell(actor, city, _("課税事業の会計の指定が変更されました"), facts)
    return len(changed)


def _tell(actor: ActingFor, city: Municipality, title: str, facts: Sequence[Fact]) -> None:
    page = reverse("accounts:policy", args=[city.pk])
    notices.about_organisation(organisations.city(city), actor.user, Notice(title, facts), page)


def _require_admin(actor: ActingFor) -> None:
    if not actor.is_municipality_admin:
        raise NotPermitted(_("この変更は市の管理者だけが行えます。"))


def _entries(municipality: Municipality) -> Any:
    """The history of the city's policy, newest first."""
    saved = MunicipalityPolicy.history.filter(municipality=municipality).exclude(history_type="-")
    return saved.select_related("history_user").order_by("-history_id")


def _version(municipality: Municipality) -> int:
    newest = _entries(municipality).first()
    return newest.history_id if newest else 0


def _values(policy: Any) -> dict[str, Any]:
    """The values of a policy, or of an entry of its history, by the names of FIELDS."""
    return {name: getattr(policy, name) for name in FIELDS}


def _default_values(municipality: Municipality) -> dict[str, Any]:
    return _values(MunicipalityPolicy(municipality=municipality))


def _merged(policy: MunicipalityPolicy, version: int, values: Mapping[str, Any]) -> dict[str, Any]:
    """The saved values of now, with the values that the person changed from the edition that they had seen."""
    seen = _entries(policy.municipality).filter(history_id=version).first()
    before, now = _values(seen) if seen else _default_values(policy.municipality), _values(policy)
    return {name: now[name] if values[name] == before[name] else values[name] for name in FIELDS}


def _editions_since(city: Municipality, version: int) -> list[Edition]:
    entries = list(_entries(city).filter(history_id__gte=version)[: HISTORY_MAX + 1])
    return [
        edition for edition, entry in zip(_described(city, entries), entries, strict=True) if entry.history_id > version
    ]


def _described(city: Municipality, entries: list[Any]) -> list[Edition]:
    """Editions for entries of the history (newest first), each compared with the next older entry."""
    before = [_values(entry) for entry in entries[1:]] + [_default_values(city)]
    return [
        Edition(
            at=entry.history_date,
            who=entry.history_user.get_full_name() if entry.history_user else "",
            changes=_changes(city, older, _values(entry)),
        )
        for entry, older in zip(entries, before, strict=False)
    ]


def _taxable_marks(municipality: Municipality) -> list[Edition]:
    """The newest changes of 課税事業の会計, one edition for all departments that were saved together."""
    flag = Department.taxable_enterprise.field
    before = Lag(flag.name, default=Value(False), output_field=BooleanField())
    entries = (
        Department.history.filter(municipality=municipality)
        .annotate(before=Window(before, partition_by="id", order_by="history_id"))
        .exclude(**{flag.name: F("before")})
        .select_related("history_user")
        .order_by("-history_date", "name")[:HISTORY_MAX]
    )
    words = {True: _("対象"), False: _("対象外")}
    return [
        Edition(
            at=at,
            who=who.get_full_name() if who else "",
            changes=tuple(
                Change(
                    _("%(flag)s「%(department)s」") % {"flag": flag.verbose_name, "department": entry.name},
                    words[not entry.taxable_enterprise],
                    words[entry.taxable_enterprise],
                )
                for entry in group
            ),
        )
        for (at, who), group in groupby(entries, key=lambda entry: (entry.history_date, entry.history_user))
    ]


def _changes(city: Municipality, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    return tuple(
        Change(
            str(getattr(MunicipalityPolicy, name).field.verbose_name),
            _words(city, name, before[name]),
            _words(city, name, after[name]),
        )
        for name in FIELDS
        if before[name] != after[name]
    )


def _words(city: Municipality, name: str, value: Any) -> str:
    """A value in words for people."""
    if name == "addressee":
        usual = MunicipalityPolicy(municipality=city).addressee_in_full
        return str(value) or _("空欄(%(usual)s)") % {"usual": usual}
    if name in _DEMANDS:
        return _("求める") if value else _("求めない")
    if isinstance(value, bool):
        return _("受ける") if value else _("受けない")
    if name == "prepayments":
        labels = dict(Prepayment.choices)
        return "、".join(str(labels.get(reason, reason)) for reason in value) or _("なし")
    if value is None:
        return _("なし")
    if name in _UNITS:
        return str(_UNITS[name]) % {"number": value}
    return str(dict(getattr(MunicipalityPolicy, name).field.flatchoices).get(value, value))
