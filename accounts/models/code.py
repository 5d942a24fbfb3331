"""Invite codes: 仮ID and 仮パスワード."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from portal.lib.public_model import PublicModel


class InvitePurpose(models.TextChoices):
    """Who is invited."""

    SUPPLIER = "supplier", _("事業者の招待")
    STAFF = "staff", _("職員の招待")


class InviteCode(PublicModel):
    """A permission to join, for one use. The secret is shown once; only its hash is stored.

    Attributes:
        public_id: 仮ID: eight characters in two groups (`XXXX-XXXX`).
        opened: The account that was opened with it; whoever has one already uses the code without.
        secret_hash: SHA-256 of 仮ID and 仮パスワード, hexadecimal. The 仮パスワード has 80 random bits.
    """

    public_id = models.CharField(_("仮ID"), max_length=9, unique=True)
    secret_hash = models.CharField(max_length=64)
    purpose = models.CharField(_("用途"), max_length=20, choices=InvitePurpose)
    created_at = models.DateTimeField(_("発行日時"), db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("有効期限"))
    revoked_at = models.DateTimeField(_("取消日時"), null=True, blank=True)
    used_at = models.DateTimeField(_("使用日時"), null=True, blank=True)
    used_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("使った人")
    )
    opened = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("開かれたアカウント"),
    )

    class Meta:
        verbose_name = _("招待コード")
        verbose_name_plural = _("招待コード")
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at=None, used_by=None) | Q(used_at__isnull=False, used_by__isnull=False),
                name="invite_code_used_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
