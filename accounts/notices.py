"""Mails that say what was changed in somebody's name, when and from where, and what to do if it was not them.

Whoever took over an open browser would change the address, the password or the account to which a city pays. So each
such change is told to the person, and to everybody who answers for the organisations concerned: a thief reads one
mailbox at most. The mails are queued within the transaction of the change.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from allauth.core import context
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from accounts import access, mail, organisations
from accounts.models import User
from accounts.organisations import Organisation

TO_PERSON = "accounts/mail/notice_to_person.txt"
TO_OLD_ADDRESS = "accounts/mail/notice_to_old_address.txt"
TO_COLLEAGUES = "accounts/mail/notice_to_colleagues.txt"
OF_ORGANISATION = "accounts/mail/notice_of_organisation.txt"
OF_MEMBERSHIP = "accounts/mail/notice_of_membership.txt"
TO_OPERATORS = "accounts/mail/notice_to_operators.txt"
OF_FACTOR = "accounts/mail/notice_of_factor.txt"

Fact = tuple[StrOrPromise, str]
"""What is told, with its label."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What was done.

    Attributes:
        title: A short sentence without its subject: 「パスワードが変更されました」.
        facts: More of it.
        note: A sentence that explains it; empty where nothing has to be explained.
    """

    title: StrOrPromise
    facts: Sequence[Fact] = ()
    note: str = ""


def about_account(person: User, notice: Notice, *, to: str = "", text: str = TO_PERSON, operator: str = "") -> None:
    """Tell a person of a change of their own account, and their colleagues who answer for where they work.

    Args:
        to: The address of the person until now; where nothing is given, the one they have.
        text: What the person is advised.
        operator: The operator who did it. Of what operators do, those who answer hear by `accounts.operator_news`.
    """
    address = to or person.email
    facts = [(_("アカウント"), _known_as(person, address)), *notice.facts, *_by_operator(operator)]
    told = Notice(notice.title, facts, notice.note)
    _send([address], notice.title, told, text, by_operator=bool(operator))
    if not operator:
        _tell_colleagues(person, address, told)


def _tell_colleagues(person: User, address: str, notice: Notice) -> None:
    colleagues: dict[str, list[Organisation]] = {}
    for organisation in organisations.of_person(person):
        for other in organisation.answerable:
            if other not in (address, person.email):
                colleagues.setdefault(other, []).append(organisation)
    for other, concerned in colleagues.items():
        where = (_("所属"), "、".join(each.name for each in concerned))
        told = Notice(notice.title, [where, *notice.facts], notice.note)
        title = _("%(person)sさんの%(title)s") % {"person": person, "title": notice.title}
        _send([other], title, told, TO_COLLEAGUES, settings.PORTAL_URL + concerned[0].record)


def about_sign_in(person: User) -> None:
    """Tell a person of a sign-in from a browser that the portal has not seen with them."""
    notice = Notice(_("新しいブラウザーからログインがありました"), [(_("アカウント"), _known_as(person))])
    _send([person.email], notice.title, notice, TO_PERSON)


def about_organisation(organisation: Organisation, actor: User, notice: Notice, page: str) -> None:
    """Tell everybody who answers for an organisation, and whoever did it, of a change of what belongs to it.

    Args:
        page: The path of the page where it can be put right.
    """
    facts = [(_("事業者・市"), organisation.name), *notice.facts, (_("操作した人"), _known_as(actor))]
    title = _("%(organisation)sの%(title)s") % {"organisation": organisation.name, "title": notice.title}
    told = Notice(notice.title, facts, notice.note)
    _send([actor.email, *organisation.answerable], title, told, OF_ORGANISATION, settings.PORTAL_URL + page)


def about_membership(person: User, organisation: Organisation, operator: User, what: str) -> None:
    """Tell a person what an operator did to their membership.

    Those who answer for the organisation hear it anyway, and new staff get the link for their first sign-in.
    """
    if person.email in organisation.answerable or person.last_login is None:
        return
    facts = [(_("事業者・市"), organisation.name), (_("内容"), what), *_by_operator(str(operator))]
    title = _("%(organisation)sでのあなたの登録が変更されました") % {"organisation": organisation.name}
    _send([person.email], title, Notice(title, facts), OF_MEMBERSHIP, by_operator=True)


def about_operator(person: User, operator: str, notice: Notice) -> None:
    """Tell all other operators that somebody became one, is none any more, or got other rights.

    An operator works for no organisation whose administrators would hear of it. Whoever did it hears of it too: it may
    have been done in their name.
    """
    others = User.objects.filter(is_staff=True, is_active=True).exclude(pk=person.pk)
    facts = [(_("アカウント"), _known_as(person)), *notice.facts, *_by_operator(operator)]
    title = _("%(person)sさんの%(title)s") % {"person": person, "title": notice.title}
    addresses = others.order_by("pk").values_list("email", flat=True)
    _send(addresses, title, Notice(notice.title, facts), TO_OPERATORS, by_operator=True)


def _known_as(person: User, address: str = "") -> str:
    return _("%(person)s（%(address)s）") % {"person": person, "address": address or person.email}


def _by_operator(name: str) -> list[Fact]:
    return [(_("操作した人"), _("運用者 %(name)s") % {"name": name})] if name else []


def _send(
    to: Iterable[str], title: StrOrPromise, notice: Notice, text: str, page: str = "", *, by_operator: bool = False
) -> None:
    request = None if by_operator else context.request  # from where operators work is told to nobody
    words = {
        "notice": notice,
        "title": title,
        "at": timezone.now(),
        "agent": request.headers.get("User-Agent", "") if request else "",
        "address": (access.address_of(request) if request else None) or "",
        "page_url": page,
        "reset_url": settings.PORTAL_URL + reverse("account_reset_password"),
        "factors_url": settings.PORTAL_URL + reverse("mfa_index"),
        "sessions_url": settings.PORTAL_URL + reverse("usersessions_list"),
    }
    body = render_to_string(text, words)
    for address in dict.fromkeys(to):
        mail.queue(recipient=address, subject=_("【請求書窓口】%(title)s") % {"title": title}, body=body)
