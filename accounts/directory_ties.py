"""Ties between accounts and the names that the directory has for people.

A tie is made when somebody has come in by the directory for the first time, with everything that a sign-in asks. From
then on the name counts, since addresses are given to others. It ends when the account gets another address, or when an
operator takes the factors of its person away.
"""

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import notices
from accounts.models import User
from accounts.notices import Notice

ID = "directory"


def may_come(person: User) -> bool:
    """Whether the directory may speak for an account: for its own addresses alone, and for no operator."""
    domain = person.email.rpartition("@")[2]
    return person.is_active and not person.is_staff and domain in settings.DIRECTORY.domains


def is_tied(person: User) -> bool:
    """Whether an account has a name at the directory; what another provider called them before counts for nothing."""
    return SocialAccount.objects.filter(user=person, provider=ID, extra_data__iss=settings.DIRECTORY.issuer).exists()


def person_of(account: SocialAccount) -> User | None:
    """The person who is tied to the name of this row, which may be a new one."""
    row = SocialAccount.objects.filter(provider=ID, uid=account.uid).select_related("user").first()
    return row.user if row else None


@transaction.atomic
def tie(person: User, account: SocialAccount) -> bool:
    """Tie an account to the name under which somebody came, unless it is tied to it already, and tell them.

    Args:
        account: The row of the tie, or a new one with the name and not yet with the account.

    Returns:
        Whether it is tied now. One that is tied to another name already is not theirs; nor is one any more whose tie
        has ended since they set out.
    """
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if person_of(account) == person:
        return True
    if account.pk is not None or is_tied(person):
        return False
    untie(person)
    try:
        with transaction.atomic():
            account.user = person
            account.save()
    except IntegrityError:  # the same name, at the same time, for another account
        return False
    title = _("%(name)sでのログインが結び付けられました") % {"name": settings.DIRECTORY.name}
    notices.about_account(person, Notice(title))
    return True


def untie(person: User) -> bool:
    """End the tie of an account: the next sign-in by the directory ties it anew, to whoever has its address then.

    Returns:
        Whether there was one.
    """
    ended, _each = SocialAccount.objects.filter(user=person, provider=ID).delete()
    return bool(ended)
