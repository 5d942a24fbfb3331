"""A city, its departments and its staff."""

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models.user import User, no_operator
from portal.lib.frozen import Frozen
from portal.lib.japan import kana_heading
from portal.lib.jobs import WorkRow
from portal.lib.public_model import PublicModel

MERGERS_MAX = 20
"""At most this number of departments one after another are followed when departments were merged."""


class Municipality(PublicModel):
    """A city, which receives invoices. Its rules for them are its policy (accounts.models.policy).

    Attributes:
        told_unstaffed_on: The last day in Japan on which its administrators got a mail that an invoice has arrived at a
            department without staff.
    """

    name = models.CharField(_("市名"), max_length=60, unique=True)
    kana = models.CharField(_("市名(かな)"), max_length=80)
    postcode = models.CharField(_("郵便番号"), max_length=8, blank=True)
    address = models.CharField(_("所在地"), max_length=200, blank=True)
    phone = models.CharField(_("電話番号"), max_length=20, blank=True)
    told_unstaffed_on = models.DateField(null=True, blank=True, editable=False)

    history = HistoricalRecords(excluded_fields=["told_unstaffed_on"])

    class Meta:
        verbose_name = _("市")
        verbose_name_plural = _("市")
        ordering = ["kana"]

    def __str__(self) -> str:
        return self.name


class DepartmentQuerySet(models.QuerySet["Department"]):
    """Departments."""

    def active(self) -> Self:
        """Departments that exist today: neither closed nor merged into another."""
        return self.filter(succeeded_by=None, closed=False)

    def unstaffed(self) -> Self:
        """Departments in which nobody works who could sign in: what arrives there is seen by no department."""
        return self.filter(~Exists(StaffMembership.objects.active().filter(departments=OuterRef("pk"))))


class Department(PublicModel):
    """A department to which invoices are addressed.

    Attributes:
        taxable_enterprise: Its account is a business that pays consumption tax itself (水道, 病院 …). It can deduct
            only the tax of qualified invoices, so it must know when an issuer is not registered.
        succeeded_by: The department that took over its work; None while it does its own work.
    """

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="departments", verbose_name=_("市")
    )
    name = models.CharField(_("課名"), max_length=80)
    kana = models.CharField(_("課名(かな)"), max_length=120)
    code = models.CharField(_("課コード"), max_length=10, blank=True)
    taxable_enterprise = models.BooleanField(
        _("課税事業の会計"),
        default=False,
        help_text=_("水道や病院のように、市が消費税を納める会計の課です。登録番号のない請求書に注意を出します。"),
    )
    closed = models.BooleanField(_("廃止"), default=False)
    succeeded_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="preceded", verbose_name=_("引継先の課")
    )

    objects = DepartmentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("課")
        verbose_name_plural = _("課")
        ordering = ["kana", "id"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "name"], name="department_name_unique_in_municipality"),
            Frozen(name="department_stays_in_its_city", operations=["UPDATE"], only=["municipality"]),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Check that a merged department names one of its city that does its work, and that there is no circle.

        One that was closed after it took over stays named.

        Raises:
            ValidationError: it names a wrong one.
        """
        super().clean()
        seen, current = {self.pk}, self.succeeded_by
        while current is not None:
            if current.pk in seen or current.municipality_id != self.municipality_id:
                raise ValidationError({"succeeded_by": _("引継先には、同じ市の、この課に戻らない課を選んでください。")})
            seen.add(current.pk)
            current = current.succeeded_by
        was_named = Department.objects.filter(pk=self.pk, succeeded_by=self.succeeded_by_id)
        if self.succeeded_by is not None and self.succeeded_by.today() is None and not was_named.exists():
            raise ValidationError({"succeeded_by": _("引継先には、廃止していない課を選んでください。")})

    def today(self) -> "Department | None":
        """The department that does its work today: itself, or the one that took over last; None when that is closed."""
        current, steps = self, 0
        while current.succeeded_by is not None and steps < MERGERS_MAX:
            current, steps = current.succeeded_by, steps + 1
        return None if current.closed or current.succeeded_by is not None else current

    @property
    def is_active(self) -> bool:
        """Whether it exists today: neither closed nor merged into another."""
        return not self.closed and self.succeeded_by_id is None

    @property
    def kana_heading(self) -> str:
        """The heading in lists in kana order: あ, か, さ …"""
        return kana_heading(self.kana)


class DepartmentMerger(WorkRow):
    """The work after a department was merged: what nobody has opened there goes to the department that took over."""

    task_name = "invoices.move_to_successor"
    max_attempts = 50

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="mergers")

    class Meta:
        verbose_name = _("課の統合")
        verbose_name_plural = _("課の統合")

    def __str__(self) -> str:
        return str(self.department)


class StaffRole(models.TextChoices):
    """What a person does in a city."""

    ADMIN = "admin", _("管理者")
    ACCOUNTANT = "accountant", _("会計担当")
    REVIEWER = "reviewer", _("課の担当者")


class StaffMembershipQuerySet(models.QuerySet["StaffMembership"]):
    """Memberships of staff."""

    def active(self) -> Self:
        """Those of people who work there today and can sign in."""
        return self.filter(active=True, user__is_active=True)


class StaffMembership(PublicModel):
    """A user who works in a city.

    Attributes:
        departments: The departments whose invoices the person opens, accepts and returns. Any role may have some.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="staff_memberships", verbose_name=_("利用者"))
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="staff", verbose_name=_("市"))
    role = models.CharField(_("役割"), max_length=20, choices=StaffRole)
    departments = models.ManyToManyField(Department, blank=True, related_name="staff", verbose_name=_("担当の課"))
    active = models.BooleanField(_("有効"), default=True)

    objects = StaffMembershipQuerySet.as_manager()
    history = HistoricalRecords(m2m_fields=[departments])

    class Meta:
        verbose_name = _("市の職員")
        verbose_name_plural = _("市の職員")
        constraints = [
            models.UniqueConstraint(fields=["user", "municipality"], name="staff_once_per_municipality"),
            Frozen(name="staff_stays_in_its_city", operations=["UPDATE"], only=["municipality"]),
            Frozen(name="staff_stays_the_person", operations=["UPDATE"], only=["user"]),
            *no_operator("staff"),
            Frozen(
                name="staff_of_own_departments",
                through="departments",
                operations=["INSERT", "UPDATE"],
                when="(SELECT municipality_id FROM accounts_department WHERE id = {row}.department_id)"
                " <> (SELECT municipality_id FROM accounts_staffmembership WHERE id = {row}.staffmembership_id)",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}({self.municipality})"
