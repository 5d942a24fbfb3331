"""Suppliers, who issue invoices, and their people."""

from datetime import date
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.acting import ActingFor
from accounts.models import User, no_operator
from portal.lib.frozen import Frozen
from portal.lib.public_model import PublicModel


class SupplierKind(models.TextChoices):
    """What a supplier is by law.

    A joint venture (任意組合) and an association without legal personality (人格のない社団) are no corporations.
    """

    CORPORATION = "corporation", _("法人")
    SOLE_PROPRIETOR = "sole_proprietor", _("個人事業者")
    JOINT_VENTURE = "joint_venture", _("共同企業体")
    ASSOCIATION = "association", _("人格のない社団等(町内会・実行委員会など)")
    FOREIGN = "foreign", _("国外事業者")

    @property
    def has_corporate_number(self) -> bool:
        """Whether its registration number is a 法人番号 for certain. Only of these the check digit is known."""
        return self is SupplierKind.CORPORATION

    @property
    def is_person(self) -> bool:
        """Whether it is a single person in business."""
        return self is SupplierKind.SOLE_PROPRIETOR


POSTCODE_MAX = 16
"""Characters, for the postcodes of other countries too."""
ADDRESS_MAX = 240


class SupplierQuerySet(models.QuerySet["Supplier"]):
    """Suppliers."""

    def visible_to(self, acting_for: ActingFor) -> Self:
        """The supplier for which the user acts; none for a user of a city."""
        return self.filter(pk=acting_for.id) if acting_for.is_supplier else self.none()

    def owned_by(self, user: User) -> Self:
        """The suppliers of which this person is an owner."""
        return self.filter(members__user=user, members__role=MemberRole.OWNER, members__active=True)


class Supplier(PublicModel):
    """A supplier, who issues invoices.

    Attributes:
        kana: May be empty or in Latin letters for a foreign supplier.
        registration_number: 登録番号, T and 13 digits. Empty for an issuer that is not registered (免税事業者). Its
            documents never show a number or the words 適格請求書 (消費税法57条の5). Of a joint venture it is the number
            of the representative member, and empty unless the venture may issue qualified invoices.
        registered_on: 登録年月日, since when the number holds; None while the supplier has not said. What was supplied
            before is claimed without the number.
        registration_ended_on: 登録の失効年月日, the first day on which the number does not hold any more; of a joint
            venture the day on which one member was registered no longer. The number stays: what was supplied while it
            held is still refunded and corrected with it.
        member_name: The representative member (代表構成員) of a joint venture. Representative, address and telephone
            are the member's too. Empty for other suppliers.
        members_all_registered: Whether all members of a joint venture are registered.
        notice_filed_on: When the joint venture filed its notice of that (任意組合等の組合員の全てが適格請求書発行事業者
            である旨の届出書). Qualified invoices are possible for what is supplied from this day on (消費税法57条の6①).
        postcode, address: As people in Japan write them; of a foreign supplier free lines.
        fiscal_year_end_month: The last month of its business year (1 to 12). The time for which invoices must be stored
            starts at its end.
    """

    name = models.CharField(_("事業者名"), max_length=60)
    kana = models.CharField(_("事業者名(かな)"), max_length=120, blank=True)
    kind = models.CharField(_("事業者の区分"), max_length=20, choices=SupplierKind, default=SupplierKind.CORPORATION)
    registration_number = models.CharField(_("登録番号"), max_length=14, blank=True)
    registered_on = models.DateField(_("登録年月日"), null=True, blank=True)
    registration_ended_on = models.DateField(_("登録の失効日"), null=True, blank=True)
    member_name = models.CharField(_("代表構成員"), max_length=60, blank=True)
    members_all_registered = models.BooleanField(_("すべての構成員が登録を受けている"), default=False)
    notice_filed_on = models.DateField(_("届出書を提出した日"), null=True, blank=True)
    representative_title = models.CharField(_("代表者職"), max_length=40)
    representative_name = models.CharField(_("代表者氏名"), max_length=60)
    postcode = models.CharField(_("郵便番号"), max_length=POSTCODE_MAX, blank=True)
    address = models.CharField(_("住所"), max_length=ADDRESS_MAX)
    building = models.CharField(_("建物名など"), max_length=80, blank=True)
    phone = models.CharField(_("電話番号"), max_length=20)
    fiscal_year_end_month = models.PositiveSmallIntegerField(
        _("決算月"), default=3, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )

    objects = SupplierQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("事業者")
        verbose_name_plural = _("事業者")
        constraints = [
            models.CheckConstraint(
                condition=(
                    ~models.Q(kind=SupplierKind.JOINT_VENTURE)
                    | models.Q(registration_number="")
                    | models.Q(members_all_registered=True, notice_filed_on__isnull=False)
                ),
                name="joint_venture_number",
                violation_error_message=_(
                    "共同企業体に登録番号を付けられるのは、すべての構成員が登録を受け、届出書を提出しているときだけです。"
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_registered(self) -> bool:
        """Whether its invoices are qualified invoices (適格請求書)."""
        return bool(self.registration_number)

    @property
    def qualified_from(self) -> date | None:
        """The first day of supplies for which it can give qualified invoices; None while it has not said.

        登録年月日; of a joint venture the day on which it filed its notice (消費税法57条の6①).
        """
        return self.notice_filed_on if self.kind == SupplierKind.JOINT_VENTURE else self.registered_on


class MemberRole(models.TextChoices):
    """Owners also change the data of the supplier."""

    OWNER = "owner", _("管理者")
    MEMBER = "member", _("社員")


class SupplierMember(PublicModel):
    """A user who belongs to a supplier."""

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="supplier_memberships", verbose_name=_("利用者")
    )
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="members", verbose_name=_("事業者"))
    role = models.CharField(_("役割"), max_length=20, choices=MemberRole)
    section = models.CharField(_("部署"), max_length=60, blank=True)
    phone = models.CharField(_("電話番号"), max_length=20, blank=True)
    active = models.BooleanField(_("有効"), default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("社員")
        verbose_name_plural = _("社員")
        constraints = [
            models.UniqueConstraint(fields=["user", "supplier"], name="member_once_per_supplier"),
            Frozen(name="member_stays", operations=["UPDATE"], only=["user", "supplier"]),
            *no_operator("member"),
            Frozen(
                name="member_becomes_no_operator",
                at="user",
                operations=["UPDATE"],
                only=["is_staff"],
                when="NOT {row}.is_staff"
                " AND EXISTS (SELECT 1 FROM suppliers_suppliermember WHERE user_id = {row}.id AND active)",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}({self.supplier})"
