"""What changed of somebody's second factor is told to them by mail, so that a stranger's change is noticed."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import access, mail
from accounts.models import User


def tell(request: HttpRequest, person: User, what: str) -> None:
    """Mail somebody what changed.

    Args:
        what: The change in words.
    """
    context = {
        "what": what,
        "at": timezone.now(),
        "address": access.address_of(request),
        "user_agent": request.headers.get("User-Agent", ""),
    }
    mail.queue(
        recipient=person.email,
        subject=_("【請求書窓口】多要素認証の設定が変わりました"),
        body=render_to_string("accounts/mail/factor_news.txt", context),
    )
