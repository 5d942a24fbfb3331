"""Codes that are sent by mail (確認コード) and asked for a second time: both mails then say the same.

allauth makes a new code each time. Mails overtake each other, so people would type a code that is no longer good, and
after three of them start again. allauth keeps its codes in modules that it calls internal; only this file imports them.
"""

import time
from collections.abc import Collection

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification_by_code import (
    EMAIL_VERIFICATION_CODE_SESSION_KEY,
    EmailVerificationProcess,
)
from allauth.account.internal.flows.password_reset_by_code import PasswordResetVerificationProcess
from django.http import HttpRequest

from accounts.models import User

_SENT = "code_for_address"


def repeat_for_address(request: HttpRequest, process: EmailVerificationProcess) -> None:
    """Give the process the code that this session sent before for the same person and address, if it is still good.

    What was typed wrongly before still counts: asking again gives no more guesses at the same code.
    """
    now, state = time.time(), process.state
    whose = {"email": state["email"], "user_id": state.get("user_id")}
    sent = request.session.get(_SENT, {})
    pending = request.session.get(EMAIL_VERIFICATION_CODE_SESSION_KEY)  # gone after too many wrong ones
    fresh = now - sent.get("at", 0) <= app_settings.EMAIL_VERIFICATION_BY_CODE_TIMEOUT
    if pending and fresh and all(sent.get(name) == value for name, value in whose.items()):
        state["code"], state["at"] = sent["code"], now
        state["failed_attempts"] = max(state["failed_attempts"], pending["failed_attempts"])
    else:
        request.session[_SENT] = whose | {"code": state["code"], "at": now}


def repeat_for_password(request: HttpRequest, email: str, users: Collection[User]) -> bool:
    """Mail the code for a new password again that this session asked for before.

    Returns:
        Whether there was one for this address that is still good.
    """
    process = PasswordResetVerificationProcess.resume(request)
    if process is None or process.state.get("code_confirmed") or process.state["email"] != email:
        return False
    if not process.code or process.user not in users:
        return False
    process.state["at"] = time.time()
    process.persist()
    get_adapter().send_mail("account/email/password_reset_code", email, {"request": request, "code": process.code})
    return True
