"""Accounts that were opened with an invite code: one for each code.

Whoever mistyped their address can begin again with the same code. The account of the first try, which nobody has
confirmed, goes then: otherwise one code would make any number of accounts, in the name of any address.
"""

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.db.models import ProtectedError

from accounts.models import InviteCode, User

_NOWHERE = "withdrawn.invalid"


def has_confirmed(code: InviteCode) -> bool:
    """Whether an account that was opened with the code has a confirmed address."""
    return EmailAddress.objects.filter(user=code.opened, verified=True).exists() if code.opened_id else False


def make_room(code: InviteCode) -> None:
    """Take away the unconfirmed account of the code, and hold the code until the end of the transaction.

    Raises:
        PermissionDenied: it was confirmed at the same moment.
    """
    code = InviteCode.objects.select_for_update(of=("self",)).get(pk=code.pk)
    if code.opened_id is None:
        return
    # Whoever confirms the address holds the person too (accounts.adapter), so it is done by now or comes too late.
    User.objects.select_for_update(no_key=True).filter(pk=code.opened_id).first()
    if code.opened is None:
        return
    if has_confirmed(code):
        raise PermissionDenied
    _withdraw(code.opened)


def note(code: InviteCode, user: User) -> None:
    """Write down which account was opened with the code."""
    InviteCode.objects.filter(pk=code.pk).update(opened=user)


def _withdraw(user: User) -> None:
    try:
        user.delete()
    except ProtectedError:
        # The access record tells of it, so it stays, without its address and for nobody to sign in.
        EmailAddress.objects.filter(user=user).delete()
        user.email, user.is_active = f"{user.pk}@{_NOWHERE}", False
        user.set_unusable_password()
        user.save(update_fields=["email", "is_active", "password"])
