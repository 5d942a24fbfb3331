"""The public register of qualified invoice issuers (適格請求書発行事業者公表サイト): what it says of a number on a day.

A question is pending work and its row keeps the answer. Pages and checks read rows alone (`standing`); saving and
confirming an invoice ask (`request`). Nothing waits for an answer, and without one nothing is held up.
"""

import json
import time
from collections.abc import Callable
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
from portal.lib.jobs import Hopeless, Pause, perform, run_soon
from portal.lib.text import one_line
from suppliers.models import RegisterLookup, RegisterStatus

ANSWER_KEPT = timedelta(days=7)
"""For so long an answer is not asked for again."""
REFUSAL_KEPT = timedelta(hours=1)
"""For so long one that says "not registered", which stops an issue and which an entry in the register ends any day."""
SOCKET_SECONDS = 5.0
"""For connecting, and for every piece of the answer."""
ANSWER_SECONDS = 10.0
"""For the whole answer, so that one that trickles in holds no worker."""
ANSWER_BYTES_MAX = 200_000
PAUSE_SECONDS = 60.0
"""For so long this process leaves the register alone after a failed call: waiting would cost other work its worker."""

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_JSON = "21"  # UTF-8, by the register's own count of formats
_pause = Pause(PAUSE_SECONDS)


class RegisterError(Exception):
    """The register gave no usable answer. The message is kept in the row: it never holds the application id."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the register said, in the columns of `RegisterLookup`."""

    status: RegisterStatus
    name: str = ""


def standing(number: str, day: date) -> RegisterLookup | None:
    """What is known of a registration number on a day; reads the database only.

    Returns:
        The question with its answer, whose status is UNCHECKED while there is none; None when nobody asked.
    """
    return RegisterLookup.objects.filter(number=number, day=day).first()


def request(number: str, day: date) -> None:
    """Have the register asked soon, unless it answered a short while ago or the question is on its way.

    A known answer stays until a newer one has come. Does nothing without an application id, for what is no registration
    number, and for a day that has not come.
    """
    if not settings.REGISTER_APPLICATION_ID or not registration_number_form_ok(number) or day > today_jst():
        return
    with transaction.atomic():
        lookup, new = RegisterLookup.objects.get_or_create(number=number, day=day)
        if new or _renew(lookup):
            run_soon(lookup)


def _renew(lookup: RegisterLookup) -> bool:
    """Make an old answer or a question that was given up pending again; of several callers one does."""
    outworn = Q(answered_at__lt=Now() - ANSWER_KEPT)
    outworn |= Q(answered_at__lt=Now() - REFUSAL_KEPT, status=RegisterStatus.NOT_REGISTERED)
    old = Q(outworn, done_at__isnull=False)
    given_up = Q(dead_at__isnull=False)
    pending = {"attempts": 0, "leased_until": None, "next_attempt_at": Now(), "done_at": None, "dead_at": None}
    return bool(RegisterLookup.objects.filter(old | given_up, pk=lookup.pk).update(**pending))


def look_up(lookup_id: UUID | str) -> bool:
    """Ask the register one question and keep its answer.

    Returns:
        Whether this call brought an answer.
    """
    return perform(RegisterLookup, lookup_id, _ask)


def _ask(lookup: RegisterLookup) -> None:
    if not settings.REGISTER_APPLICATION_ID:
        raise Hopeless("there is no application id any more")
    answer = interpret(_unless_paused(lambda: _fetch(lookup.number, lookup.day)), lookup.number, lookup.day)
    RegisterLookup.objects.filter(pk=lookup.pk).update(**asdict(answer), answered_at=Now())


def _unless_paused(fetch: Callable[[], bytes]) -> bytes:
    if _pause.active:
        raise RegisterError("not asked: the register failed a moment ago")
    try:
        return fetch()
    except RegisterError:
        _pause.start()
        raise


class _NoRedirects(HTTPRedirectHandler):
    """The application id goes to one host. A redirect becomes an HTTPError like any other answer but 200."""

    def redirect_request(self, *arguments: Any, **named: Any) -> None:
        return None


def _opener(host: str | None) -> OpenerDirector:
    """Through the machine's proxy where it has one, as offices behind closed networks do."""
    return build_opener(_NoRedirects, *([ProxyHandler({})] if host in _LOOPBACK else []))


@sensitive_variables("query", "question")
def _fetch(number: str, day: date) -> bytes:
    """The register's answer as it came.

    Raises:
        RegisterError: it did not answer, or not with 200, or with more than ANSWER_BYTES_MAX.
    """
    host = urlsplit(settings.REGISTER_URL).hostname
    query = {"id": settings.REGISTER_APPLICATION_ID, "number": number, "day": day.isoformat(), "type": _JSON}
    # portal.env lets only https through, and http to this machine.
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
        # Their texts may quote what was asked.
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


def interpret(body: bytes, number: str, day: date) -> Standing:
    """What an answer to /1/valid (Web-API 1.0, JSON) says of a number on a day.

    Registered is who was entered on or before that day, and neither struck off (取消) nor expired (失効) by then.

    Raises:
        RegisterError: it is not such an answer, or one about another number.
    """
    try:
        answer = json.loads(body.decode("utf-8-sig"))
        if int(answer["count"]) == 0:
            return Standing(RegisterStatus.NOT_REGISTERED)
        entries = [entry for entry in answer["announcement"] if entry["registratedNumber"] == number]
        covering = [entry for entry in entries if _covers(entry, day)]
        name = str((covering or entries)[-1].get("name") or "")
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError) as error:
        raise RegisterError(f"the register's answer cannot be read: {type(error).__name__}") from None
    status = RegisterStatus.REGISTERED if covering else RegisterStatus.NOT_REGISTERED
    return Standing(status, one_line(name)[:200])


def _covers(entry: dict[str, Any], day: date) -> bool:
    ends = [date.fromisoformat(entry[name]) for name in ("disposalDate", "expireDate") if entry.get(name)]
    return date.fromisoformat(entry["registrationDate"]) <= day and all(day < end for end in ends)
