"""The first sign-in of a city's staff: one mailed link, for one person, one address and one use."""

from datetime import timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts import codes, mail
from accounts.acting import NotAllowed
from accounts.models import FirstSignIn, Municipality, User
from accounts.models.code import InvitePurpose

VALID_FOR = timedelta(days=7)


class LinkNotUsable(NotAllowed):
    """The link was used, replaced or too old, or its person has signed in or changed their address since."""

    def __init__(self) -> None:
        super().__init__(gettext_lazy("このリンクは使用済みか、期限が切れています。"))


@transaction.atomic
def send(user: User, municipality: Municipality) -> FirstSignIn | None:
    """Mail a link to somebody who has never signed in. Earlier links become invalid.

    Returns:
        The link; None for somebody who has signed in before, or may not.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not _may(user):
        return None
    for earlier in user.first_sign_ins.select_related("code"):
        codes.revoke(earlier.code)
    code, secret = codes.create(InvitePurpose.STAFF, valid_for=VALID_FOR)
    words = f"{code.public_id}-{secret}"
    # Behind "#" no server, log or other site gets to see it; static/js/invite-fragment.js puts it into its field.
    url = f"{settings.PORTAL_URL}{reverse('first_sign_in_code')}#{words}"
    context = {"user": user, "municipality": municipality, "url": url, "code": words, "until": code.expires_at}
    letter = mail.queue(
        recipient=user.email,
        subject=_("【請求書窓口】%(city)sの職員としてログインしてください") % {"city": municipality.name},
        body=render_to_string("accounts/municipalities/mail/first_sign_in.txt", context),
    )
    return FirstSignIn.objects.create(user=user, email=user.email, code=code, mail=letter)


def by_secret(public_id: str, secret: str) -> FirstSignIn | None:
    """The link with these parts, if it can be used now. Looking does not use it up."""
    code = codes.verify(public_id, secret, InvitePurpose.STAFF)
    return _usable(FirstSignIn.objects.filter(code=code).values_list("pk", flat=True).first()) if code else None


def by_typed(text: str) -> FirstSignIn | None:
    """The link whose code was typed, or pasted with the address before it, if it can be used now."""
    return by_secret(*_parts(text))


def typed_public_id(text: str) -> str:
    """The part of a typed code that names the link, in the form in which it is stored."""
    return codes.normalise_public_id(_parts(text)[0])


def still_usable(link_id: UUID | str) -> FirstSignIn | None:
    """A link that was looked up before, read again; None when it cannot be used any more."""
    return _usable(link_id)


@transaction.atomic
def use(link_id: UUID | str) -> User:
    """Use the link up. That the mail was read confirms the address.

    Raises:
        LinkNotUsable: it cannot be used any more. Of two who use it at once, one hears this.
    """
    link = _usable(link_id)
    if link is None:
        raise LinkNotUsable
    user = User.objects.select_for_update(no_key=True).get(pk=link.user_id)
    if not _may(user) or user.email != link.email or not codes.consume(link.code, user):
        raise LinkNotUsable
    EmailAddress.objects.filter(user=user).exclude(email=user.email).update(primary=False)
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    return user


def state(user: User) -> StrOrPromise:
    """What has become of somebody's first sign-in, in a word for the operator."""
    link = max(user.first_sign_ins.all(), key=lambda each: each.created_at, default=None)
    if user.last_login is not None:
        return _("ログイン済み")
    if link is None:
        return _("リンク未送信")
    if link.mail.dead_at is not None:
        return _("メールを送れませんでした")
    if link.code.expires_at <= timezone.now():
        return _("リンクの期限切れ")
    return _("リンク送信済み")


def _parts(text: str) -> tuple[str, str]:
    typed = codes.normalise(text.rpartition("#")[2])
    return typed[: codes.PUBLIC_ID_LENGTH], typed[codes.PUBLIC_ID_LENGTH :]


def _may(user: User) -> bool:
    return user.is_active and user.last_login is None


def _usable(link_id: UUID | str | None) -> FirstSignIn | None:
    link = FirstSignIn.objects.select_related("user", "code").filter(pk=link_id).first() if link_id else None
    if link is None or codes.still_usable(str(link.code_id)) is None:
        return None
    return link if _may(link.user) and link.user.email == link.email else None
