"""The public register of qualified invoice issuers (適格請求書発行事業者公表サイト): was a number registered on a day?

A question is a row of pending work, and the row stores the answer. Pages and checks only read rows (`known_answers`).
Saving and confirming an invoice asks the register (`request`). Nothing waits for an answer, and an invoice can be
issued without one.
"""

import json
import time
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.views.decorators.debug import sensitive_variables

from portal.lib.calendar import today_jst
from portal.lib.japan import registration_number_form_ok
from portal.lib.jobs import Pause, PermanentFailure, perform, run_soon
from portal.lib.text import one_line
from suppliers.models import RegisterLookup, RegisterStatus

ANSWER_VALID_FOR = timedelta(days=7)
"""An answer is not asked for again before this time has passed."""
NOT_REGISTERED_VALID_FOR = timedelta(hours=1)
"""The same for the answer "not registered". It stops an issue, and may change any day when the issuer registers."""
SOCKET_SECONDS = 5.0
"""Time limit for connecting, and for each part of the answer."""
ANSWER_SECONDS = 10.0
"""Time limit for the whole answer, so that a slow answer does not block a worker."""
ANSWER_BYTES_MAX = 200_000
PAUSE_SECONDS = 60.0
"""After a failed call, this process does not ask again for this time, so that workers stay free for other work."""

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_JSON = "21"  # UTF-8, by the register's own count of formats
_pause = Pause(PAUSE_SECONDS)


class RegisterError(Exception):
    """The register gave no usable answer. The message is stored in the row, so it never contains the application id."""


@dataclass(frozen=True, slots=True)
class RegisterAnswer:
    """The answer of the register, as columns of `RegisterLookup`."""

    status: RegisterStatus
    name: str = ""


def known_answers(number: str, days: Collection[date]) -> dict[date, RegisterLookup]:
    """What is known about a registration number on some days. Reads only the database, with one query.

    Returns:
        By day the question with its answer (status UNCHECKED while there is none); nothing for a day of which nobody
        has asked.
    """
    if not days:
        return {}
    return {lookup.day: lookup for lookup in RegisterLookup.objects.filter(number=number, day__in=days)}


def request(number: str, *days: date) -> None:
    """Ask the register about some days, except where its answer is still new or the question is already pending.

    A known answer stays until a newer one arrives. Does nothing without an application id, for a text that is not a
    registration number, and for days in the future.
    """
    past = {day for day in days if day <= today_jst()}
    if not past or not settings.REGISTER_APPLICATION_ID or not registration_number_form_ok(number):
        return
    known = known_answers(number, past)
    again = RegisterLookup.objects.filter(_to_ask_again(), pk__in=[lookup.pk for lookup in known.values()])
    for lookup in again:
        with transaction.atomic():
            if _make_pending_again(lookup):
                run_soon(lookup)
    for day in sorted(past - known.keys()):
        with transaction.atomic():
            lookup, new = RegisterLookup.objects.get_or_create(number=number, day=day)
            if new:
                run_soon(lookup)


def _to_ask_again() -> Q:
    """Questions whose answer is old, and dead ones."""
    too_old = Q(answered_at__lt=Now() - ANSWER_VALID_FOR)
    too_old |= Q(answered_at__lt=Now() - NOT_REGISTERED_VALID_FOR, status=RegisterStatus.NOT_REGISTERED)
    return Q(too_old, done_at__isnull=False) | Q(dead_at__isnull=False)


def _make_pending_again(lookup: RegisterLookup) -> bool:
    """Make a question pending again that is to be asked again. Of several callers, one gets True."""
    pending = {"attempts": 0, "leased_until": None, "next_attempt_at": Now(), "done_at": None, "dead_at": None}
    return bool(RegisterLookup.objects.filter(_to_ask_again(), pk=lookup.pk).update(**pending))


def look_up(lookup_id: UUID | str) -> bool:
    """Ask the register one question and store its answer.

    Returns:
        Whether this call got an answer.
    """
    return perform(RegisterLookup, lookup_id, _ask)


def _ask(lookup: RegisterLookup) -> None:
    if not settings.REGISTER_APPLICATION_ID:
        raise PermanentFailure("there is no application id any more")
    answer = interpret(_call_unless_paused(lambda: _fetch(lookup.number, lookup.day)), lookup.number, lookup.day)
    RegisterLookup.objects.filter(pk=lookup.pk).update(**asdict(answer), answered_at=Now())


def _call_unless_paused(fetch: Callable[[], bytes]) -> bytes:
    if _pause.active:
        raise RegisterError("not asked: the register failed a moment ago")
    try:
        return fetch()
    except RegisterError:
        _pause.start()
        raise


class _NoRedirects(HTTPRedirectHandler):
    """Follows no redirect, because the application id must go to one host only. A redirect becomes an HTTPError."""

    def redirect_request(self, *arguments: Any, **named: Any) -> None:
        return None


def _opener(host: str | None) -> OpenerDirector:
    """Opens URLs through the machine's proxy if there is one, as in closed networks; this machine itself directly."""
    return build_opener(_NoRedirects, *([ProxyHandler({})] if host in _LOOPBACK else []))


@sensitive_variables("query", "question")
def _fetch(number: str, day: date) -> bytes:
    """The bytes of the register's answer.

    Raises:
        RegisterError: no answer, another status than 200, or more than ANSWER_BYTES_MAX.
    """
    host = urlsplit(settings.REGISTER_URL).hostname
    query = {"id": settings.REGISTER_APPLICATION_ID, "number": number, "day": day.isoformat(), "type": _JSON}
    # portal.env allows only https, and http to this machine.
    question = Request(f"{settings.REGISTER_URL}/1/valid?{urlencode(query)}", headers={"User-Agent": "Madoguchi"})  # noqa: S310
    try:
        with _opener(host).open(question, timeout=SOCKET_SECONDS) as response:
            return _read(response)
    except HTTPError as error:
        with error:
            raise RegisterError(f"the register answered {error.code}") from None
    except URLError as error:
        reason = error.reason if isinstance(error.reason, Exception) else error
        raise RegisterError(f"the register cannot be reached: {type(reason).__name__}") from None
    except (OSError, HTTPException, ValueError) as error:
        # Their messages may contain the question with the application id.
        raise RegisterError(f"the register did not answer: {type(error).__name__}") from None


def _read(response: HTTPResponse) -> bytes:
    deadline = time.monotonic() + ANSWER_SECONDS
    body = bytearray()
    while piece := response.read1(65536):
        body += piece
        if len(body) > ANSWER_BYTES_MAX:
            raise RegisterError(f"the register answered more than {ANSWER_BYTES_MAX} bytes")
        if time.monotonic() > deadline:
            raise TimeoutError
    return bytes(body)


def interpret(body: bytes, number: str, day: date) -> RegisterAnswer:
    """Read an answer to /1/valid (Web-API 1.0, JSON) about a number on a day.

    A number is registered when it was entered on or before that day, and was not cancelled (取消) or expired (失効) on
    or before that day.

    Raises:
        RegisterError: the answer cannot be read, or is about another number.
    """
    try:
        answer = json.loads(body.decode("utf-8-sig"))
        if int(answer["count"]) == 0:
            return RegisterAnswer(RegisterStatus.NOT_REGISTERED)
        entries = [entry for entry in answer["announcement"] if entry["registratedNumber"] == number]
        valid = [entry for entry in entries if _registered_on(entry, day)]
        name = str((valid or entries)[-1].get("name") or "")
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError) as error:
        raise RegisterError(f"the register's answer cannot be read: {type(error).__name__}") from None
    status = RegisterStatus.REGISTERED if valid else RegisterStatus.NOT_REGISTERED
    return RegisterAnswer(status, one_line(name)[:200])


def _registered_on(entry: dict[str, Any], day: date) -> bool:
    ends = [date.fromisoformat(entry[name]) for name in ("disposalDate", "expireDate") if entry.get(name)]
    return date.fromisoformat(entry["registrationDate"]) <= day and all(day < end for end in ends)
