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
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts import access, mail, organisations
from accounts.models import User
from accounts.organisations import Organisation

TO_PERSON = "accounts/mail/notice_to_person.txt"
TO_OLD_ADDRESS = "accounts/mail/notice_to_old_address.txt"
TO_COLLEAGUES = "accounts/mail/notice_to_colleagues.txt"
TO_OPERATORS = "accounts/mail/notice_to_operators.txt"
OF_ORGANISATION = "accounts/mail/notice_of_organisation.txt"
OF_MEMBERSHIP = "accounts/mail/notice_of_membership.txt"
OF_FACTOR = "accounts/mail/notice_of_factor.txt"


@dataclass(frozen=True, slots=True)
class Readers:
    """What a mail advises depends on who reads it.

    Attributes:
        others: Whom they call when something was done in their name.
        operators: Who helps where nobody else can.
        ask: Whom they ask who does not know how to reach the operators; a sentence.
        rows: What a thief would have changed.
    """

    others: StrOrPromise
    operators: StrOrPromise
    ask: StrOrPromise
    rows: StrOrPromise
    are_operators: bool = False


OF_CITY = Readers(
    gettext_lazy("所属の管理者と、この窓口の運用者"),
    gettext_lazy("この窓口の運用者"),
    gettext_lazy("運用者の連絡先が分からないときは、庁内の情報システムの担当課に尋ねてください。"),
    gettext_lazy("請求書の取扱いと、受理や支払の記録"),
)
OF_SUPPLIER = Readers(
    gettext_lazy("所属の管理者と、この窓口の運用者"),
    gettext_lazy("この窓口の運用者"),
    gettext_lazy("運用者の連絡先が分からないときは、取引先の市の担当課に尋ねてください。"),
    gettext_lazy("振込先口座、印影、発行した請求書"),
)
OPERATORS = Readers(
    gettext_lazy("ほかの運用者"),
    gettext_lazy("ほかの運用者"),
    "",
    gettext_lazy("市、職員、税率の登録"),
    are_operators=True,
)

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


def about_account(
    person: User,
    notice: Notice,
    *,
    to: str = "",
    text: str = TO_PERSON,
    operator: str = "",
    of_operator: bool = False,
) -> None:
    """Tell a person of a change of their own account, and their colleagues who answer for where they work.

    Of an operator's account all other operators hear, and whoever of them did it: it may have been done in their name.

    Args:
        to: The address of the person until now; where nothing is given, the one they have.
        text: What the person is advised.
        operator: The operator who did it. Of what operators do, those who answer hear by `accounts.operator_news`.
        of_operator: Whether the person was or becomes an operator by it.
    """
    address = to or person.email
    facts = [(_("アカウント"), _known_as(person, address)), *notice.facts, *_by_operator(operator)]
    told = Notice(notice.title, facts, notice.note)
    _send([address], notice.title, told, text, by_operator=bool(operator), readers=_readers(person))
    if not operator:
        _tell_colleagues(person, address, told)
    if of_operator or person.is_staff:
        _tell_operators(person, told, by_operator=bool(operator))


def _tell_colleagues(person: User, address: str, notice: Notice) -> None:
    colleagues: dict[str, list[Organisation]] = {}
    for organisation in organisations.of_person(person):
        for other in organisation.answerable:
            if other not in (address, person.email):
                colleagues.setdefault(other, []).append(organisation)
    for other, concerned in colleagues.items():
        where = (_("所属"), "、".join(each.name for each in concerned))
        told = Notice(notice.title, [where, *notice.facts], notice.note)
        readers = OF_CITY if any(each.is_city for each in concerned) else OF_SUPPLIER
        page = settings.PORTAL_URL + concerned[0].record
        _send([other], _of(person, notice), told, TO_COLLEAGUES, page, readers=readers)


def _tell_operators(person: User, notice: Notice, *, by_operator: bool) -> None:
    others = User.objects.filter(is_staff=True, is_active=True).exclude(pk=person.pk).order_by("email")
    record = settings.PORTAL_URL + reverse("admin:accounts_accesslog_changelist")
    addresses = others.values_list("email", flat=True)
    _send(addresses, _of(person, notice), notice, TO_OPERATORS, record, by_operator=by_operator, readers=OPERATORS)


def _of(person: User, notice: Notice) -> str:
    return _("%(person)sさんの%(title)s") % {"person": person, "title": notice.title}


def about_sign_in(person: User) -> None:
    """Tell a person of a sign-in from a browser that the portal has not seen with them."""
    notice = Notice(_("新しいブラウザーからログインがありました"), [(_("アカウント"), _known_as(person))])
    _send([person.email], notice.title, notice, TO_PERSON, readers=_readers(person))


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
    readers = OF_CITY if organisation.is_city else OF_SUPPLIER
    _send([person.email], title, Notice(title, facts), OF_MEMBERSHIP, by_operator=True, readers=readers)


def _readers(person: User) -> Readers:
    """Whom somebody can ask follows from where they work."""
    if person.is_staff:
        return OPERATORS
    return OF_CITY if any(each.is_city for each in organisations.of_person(person)) else OF_SUPPLIER


def _known_as(person: User, address: str = "") -> str:
    return _("%(person)s（%(address)s）") % {"person": person, "address": address or person.email}


def _by_operator(name: str) -> list[Fact]:
    return [(_("操作した人"), _("運用者 %(name)s") % {"name": name})] if name else []


def _send(
    to: Iterable[str],
    title: StrOrPromise,
    notice: Notice,
    text: str,
    page: str = "",
    *,
    by_operator: bool = False,
    readers: Readers = OF_SUPPLIER,
) -> None:
    request = None if by_operator else context.request  # from where operators work is told to nobody
    words = {
        "notice": notice,
        "title": title,
        "at": timezone.now(),
        "agent": request.headers.get("User-Agent", "") if request else "",
        "address": (access.address_of(request) if request else None) or "",
        "page_url": page,
        "readers": readers,
        "reset_url": settings.PORTAL_URL + reverse("account_reset_password"),
        "factors_url": settings.PORTAL_URL + reverse("mfa_index"),
        "people_url": settings.PORTAL_URL + reverse("admin:accounts_user_changelist"),
        "sessions_url": settings.PORTAL_URL + reverse("usersessions_list"),
    }
    body = render_to_string(text, words)
    for address in dict.fromkeys(to):
        mail.queue(recipient=address, subject=_("【請求書窓口】%(title)s") % {"title": title}, body=body)
