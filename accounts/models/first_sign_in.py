"""The mailed link with which a new member of a city's staff signs in for the first time."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models.code import InviteCode
from accounts.models.mail import OutgoingMail
from accounts.models.user import User
from portal.lib.public_model import PublicModel


class FirstSignIn(PublicModel):
    """One mailed link. It is for one person and one address, and works once.

    Attributes:
        email: The address to which it went. When the person's address has changed since, the link no longer works.
        code: Its secret stands in the link alone.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="first_sign_ins", verbose_name=_("利用者"))
    email = models.EmailField(_("メールアドレス"))
    code = models.OneToOneField(InviteCode, on_delete=models.PROTECT, related_name="first_sign_in")
    mail = models.ForeignKey(OutgoingMail, on_delete=models.PROTECT, related_name="+", verbose_name=_("送信メール"))
    created_at = models.DateTimeField(_("送信日時"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("最初のログイン")
        verbose_name_plural = _("最初のログイン")

    def __str__(self) -> str:
        return self.email
