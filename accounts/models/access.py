"""Who looked at what, and who signed in."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from portal.lib.frozen import Frozen
from portal.lib.public_model import PublicModel


class AccessKind(models.TextChoices):
    """What somebody did that the record tells of."""

    READ = "read", _("閲覧")
    DOWNLOAD = "download", _("ダウンロード")
    EXPORT = "export", _("一覧の書き出し")
    SIGN_IN = "sign_in", _("ログイン")
    SIGN_IN_REFUSED = "sign_in_refused", _("ログイン失敗")
    SIGN_OUT = "sign_out", _("ログアウト")
    PASSWORD = "password", _("パスワードの変更")
    ADDRESS = "address", _("メールアドレスの変更")
    FACTOR = "factor", _("多要素認証の変更")
    OPERATED = "operated", _("運用者による変更")
    FILE_REFUSED = "file_refused", _("ウイルスによるファイルの拒否")


OPERATOR = "operator"
"""The role in which an operator acts; people of organisations have the roles of their memberships."""


class AccessLog(PublicModel):
    """One look at a document, one download, one sign-in. It is only ever added; the database refuses anything else.

    It names the object by type and id, and what it was called then, and stays when that is gone. Each organisation
    has a record of its own: what concerns several, as the sign-in of somebody who works for two, is a row of each.

    Attributes:
        user: Who did it; of a refused sign-in, whose account it was for. None where there is no such account.
        user_name, role: The values at that time.
        organisation_id: In whose record it stands; None in that of the operators alone.
        object_id: None where nothing but the person's own account is concerned.
        address: From where, behind the proxies (TRUSTED_PROXIES).
        request_id: The portal's own number, as logs and events carry it.
        client_request_id: What the browser or a proxy called the request. Nobody has checked it.
    """

    at = models.DateTimeField(_("日時"), db_default=Now(), editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("利用者"))
    user_name = models.CharField(_("そのときの氏名"), max_length=254, blank=True, db_default="")
    role = models.CharField(_("役割"), max_length=20, blank=True, db_default="")
    organisation_id = models.UUIDField(_("組織"), null=True)
    action = models.CharField(_("操作"), max_length=20, choices=AccessKind)
    object_type = models.CharField(_("対象の種類"), max_length=40, blank=True)
    object_id = models.UUIDField(_("対象の識別子"), null=True, db_index=True)
    object_name = models.CharField(_("対象"), max_length=200, blank=True, db_default="")
    address = models.GenericIPAddressField(_("接続元"), null=True)
    request_id = models.CharField(_("要求の番号"), max_length=64, blank=True)
    client_request_id = models.CharField(_("送り手の要求の番号"), max_length=64, blank=True, db_default="")

    class Meta:
        verbose_name = _("アクセスの記録")
        verbose_name_plural = _("アクセスの記録")
        constraints = [Frozen(name="access_log_frozen", operations=["UPDATE", "DELETE"])]
        indexes = [
            models.Index(fields=["organisation_id", "-at", "-id"], name="access_log_newest_first"),
            models.Index(fields=["-at", "-id"], name="access_log_of_everybody"),
        ]

    def __str__(self) -> str:
        return f"{self.at} {self.get_action_display()} {self.object_name}"
