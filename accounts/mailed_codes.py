"""Codes that are sent by mail (確認コード) and asked for a second time: both mails then say the same.

allauth makes a new code each time. Mails overtake each other, so people would type a code that is no longer good, and
after three of them start again. What allauth keeps in the session while it waits for a code is known here alone.
"""

import time
from collections.abc import Collection
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from accounts import rate_limits
from accounts.models import User

_FOR_ADDRESS, _FOR_PASSWORD = "account_email_verification_code", "account_password_reset_verification"
_OF = "account_as_it_was"
_SENT = "code_for_address"
_TRIES = f"{app_settings.EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS}/d/key"


def repeat_for_address(request: HttpRequest, process: Any) -> None:
    """Give the process the code that this session sent before for the same person and address, if it is still good.

    What was typed wrongly before still counts: asking again gives no more guesses at the same code.

    Args:
        process: allauth's, which is about to mail its code. Its state is stored after this.
    """
    now, state = time.time(), process.state
    whose = {"email": state["email"], "user_id": state.get("user_id")}
    sent = request.session.get(_SENT, {})
    pending = request.session.get(_FOR_ADDRESS)  # gone after too many wrong ones
    fresh = now - sent.get("at", 0) <= app_settings.EMAIL_VERIFICATION_BY_CODE_TIMEOUT
    if pending and fresh and all(sent.get(name) == value for name, value in whose.items()):
        state["code"], state["at"] = sent["code"], now
        state["failed_attempts"] = max(state["failed_attempts"], pending["failed_attempts"])
    else:
        request.session[_SENT] = whose | {"code": state["code"], "at": now}


def awaited_address(request: HttpRequest) -> str:
    """The address of which this session still waits for its code; empty when there is none."""
    state = request.session.get(_FOR_ADDRESS) or {}
    fresh = time.time() - state.get("at", 0) <= app_settings.EMAIL_VERIFICATION_BY_CODE_TIMEOUT
    return str(state["email"]) if state and fresh else ""


def may_try(request: HttpRequest, code: str) -> bool:
    """Count one try of a code that this session waits for, and say whether it is one of those that are allowed.

    allauth counts in the session too. But a session is read, changed and written: of many tries at the same moment it
    counts one, and all are compared. The code alone is counted by, as it goes along into a session with another key.
    """
    return rate_limits.allow(request, "accounts.mailed_code", _TRIES, key=code)


def hold_to_account(request: HttpRequest, users: Collection[User]) -> None:
    """Let the code that this session has just asked for be good for the account as it is now, and no longer."""
    state = request.session.get(_FOR_PASSWORD) or {}
    user = next((each for each in users if str(each.pk) == state.get("user_id")), None)
    if user is not None:
        request.session[_FOR_PASSWORD] = state | {_OF: user.get_session_auth_hash()}


def person_of(request: HttpRequest) -> User | None:
    """Whose new password the code is for that this session waits for."""
    state = request.session.get(_FOR_PASSWORD) or {}
    return User.objects.filter(pk=state["user_id"]).first() if state.get("user_id") else None


def is_outdated(request: HttpRequest, user: User | None) -> bool:
    """Whether the account is not any more what it was when this session asked for the code for a new password.

    It got another password or address since, or was closed. Whoever read the code in a mailbox that is not its owner's
    sets no password then, and neither does an owner by an older code.
    """
    state = request.session.get(_FOR_PASSWORD) or {}
    return user is None or not user.is_unchanged_since(state.get(_OF, ""))


def repeat_for_password(request: HttpRequest, email: str, users: Collection[User]) -> bool:
    """Mail the code for a new password again that this session asked for before.

    Returns:
        Whether there was one for this address that is still good.
    """
    state = request.session.get(_FOR_PASSWORD)
    if not state or not state.get("code") or state.get("code_confirmed") or state["email"] != email:
        return False
    fresh = time.time() - state["at"] <= app_settings.PASSWORD_RESET_BY_CODE_TIMEOUT
    user = next((each for each in users if str(each.pk) == state.get("user_id")), None)
    if not fresh or is_outdated(request, user):
        return False
    request.session[_FOR_PASSWORD] = state | {"at": time.time()}
    get_adapter().send_mail("account/email/password_reset_code", email, {"request": request, "code": state["code"]})
    return True
