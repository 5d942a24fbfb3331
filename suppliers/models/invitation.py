"""A city's invitation to a supplier."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.acting import ActingFor
from accounts.models import Department, InviteCode, Municipality, OutgoingMail, User
from portal.lib.columns import MailAddressColumn
from portal.lib.public_model import PublicModel
from suppliers.models.supplier import Supplier


class InvitationState(models.TextChoices):
    """What has become of an invitation."""

    PENDING = "pending", _("回答待ち")
    UNSENT = "unsent", _("送れませんでした")
    ACCEPTED = "accepted", _("登録済み")
    EXPIRED = "expired", _("期限切れ")
    REVOKED = "revoked", _("取消")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations."""

    def visible_to(self, acting_for: ActingFor) -> Self:
        """The invitations of a city, for its administrators. Other people see none."""
        if not acting_for.is_municipality_admin:
            return self.none()
        return self.filter(municipality_id=acting_for.id)

    def in_state(self, state: InvitationState) -> Self:
        """The invitations in this state at this moment; the same rule as `Invitation.state`."""
        open_code = Q(accepted_at=None, code__revoked_at=None)
        valid = open_code & Q(code__expires_at__gt=Now())
        conditions = {
            InvitationState.ACCEPTED: Q(accepted_at__isnull=False),
            InvitationState.REVOKED: Q(accepted_at=None, code__revoked_at__isnull=False),
            InvitationState.EXPIRED: open_code & Q(code__expires_at__lte=Now()),
            InvitationState.PENDING: valid & Q(mail__dead_at=None),
            InvitationState.UNSENT: valid & Q(mail__dead_at__isnull=False),
        }
        return self.filter(conditions[state])

    def standing(self) -> Self:
        """Invitations that were neither accepted nor revoked: they wait for an answer, or can be sent again."""
        return self.filter(accepted_at=None, code__revoked_at=None)


class Invitation(PublicModel):
    """The invitation of a city to a supplier to send its invoices by the portal.

    Attributes:
        code: The newest code. When the invitation is sent again, it gets a new code, and the old one is revoked.
        mail: The newest mail with a code; None for invitations from before this was kept.
        supplier: The supplier that accepted; None until then.
    """

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="invitations", verbose_name=_("市")
    )
    supplier_name = models.CharField(_("事業者名"), max_length=60)
    email = MailAddressColumn(_("メールアドレス"))
    departments = models.ManyToManyField(Department, related_name="invitations", verbose_name=_("発行先の課"))
    code = models.OneToOneField(
        InviteCode, on_delete=models.PROTECT, related_name="invitation", verbose_name=_("招待コード")
    )
    mail = models.ForeignKey(
        OutgoingMail, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("招待のメール")
    )
    created_at = models.DateTimeField(_("招待日時"), db_default=Now(), editable=False)
    sent_at = models.DateTimeField(_("送信日時"), db_default=Now())
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("招待した職員"))
    supplier = models.ForeignKey(
        Supplier,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("登録した事業者"),
    )
    accepted_at = models.DateTimeField(_("登録日時"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("招待")
        verbose_name_plural = _("招待")

    def __str__(self) -> str:
        return self.supplier_name

    def state(self, now: datetime) -> InvitationState:
        """The state of the invitation at the time `now`."""
        if self.accepted_at:
            return InvitationState.ACCEPTED
        if self.code.revoked_at:
            return InvitationState.REVOKED
        if self.code.expires_at <= now:
            return InvitationState.EXPIRED
        if self.mail is not None and self.mail.dead_at:
            return InvitationState.UNSENT
        return InvitationState.PENDING
