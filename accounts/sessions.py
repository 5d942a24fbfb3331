"""How long somebody stays signed in: while they are at work, and in no case longer than a day.

Staff and operators decide about money and see everybody's invoices, so their sessions end after an hour in which they
did nothing, and after ten hours in any case. When a page is asked for with a session that is over, the person signs in
again and finds what they had typed.
"""

import time
from dataclasses import dataclass
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models.functions import Now
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import StaffMembership, User

_BEGAN = "session_began"
_SEEN = "session_seen"
_SHOWN = "session_shown"
_OF_STAFF = "session_of_staff"
_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lasts without a request, and in all."""

    idle: timedelta
    whole: timedelta


FOR_STAFF = Limits(idle=timedelta(hours=1), whole=timedelta(hours=10))
FOR_OTHERS = Limits(idle=timedelta(hours=12), whole=timedelta(hours=24))


def limits_of(session: SessionBase) -> Limits:
    """The limits of somebody who is signed in."""
    return FOR_STAFF if session.get(_OF_STAFF) else FOR_OTHERS


def is_over(session: SessionBase) -> bool:
    """Whether a session of somebody who is signed in has lasted too long."""
    if _BEGAN not in session:
        return True
    limits, now = limits_of(session), time.time()
    return now - session[_SEEN] > limits.idle.total_seconds() or now - session[_BEGAN] > limits.whole.total_seconds()


def began(session: SessionBase) -> float:
    """When somebody signed in, in seconds since 1970; 0 where nobody did."""
    return float(session.get(_BEGAN, 0))


def shown(session: SessionBase) -> float:
    """When somebody showed who they are in order to sign in, in seconds since 1970; 0 where nobody did."""
    return float(session.get(_SHOWN, began(session)))


def note_shown(session: SessionBase, at: float) -> None:
    """Somebody was let in on the word of another, to whom they showed at that time who they are."""
    session[_SHOWN] = at


def note(session: SessionBase, user: User) -> None:
    """Write down that somebody is at work, and whether they are staff by now; once a minute is enough.

    It is written past the request's own copy of the session: that one may be older than what another request of the
    same browser has put there meanwhile, and saving it would take that away.
    """
    if time.time() - session[_SEEN] < _NOTED_EVERY.total_seconds():
        return
    with transaction.atomic():
        row = Session.objects.select_for_update().filter(pk=session.session_key).first()
        if row is None:  # ended elsewhere in this moment
            return
        noted = {_SEEN: time.time(), _OF_STAFF: is_staff(user)}
        row.session_data = Session.objects.encode(row.get_decoded() | noted)
        row.save(update_fields=["session_data"])
    # The request's copy knows it too, in case it is saved for a reason of its own.
    is_changed = session.modified
    session.update(noted)
    session.modified = is_changed
    UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=Now())


@receiver(user_logged_in)
def begin(request: HttpRequest, user: User, **about: object) -> None:
    """Count from the sign-in."""
    request.session[_BEGAN] = request.session[_SEEN] = time.time()
    request.session[_OF_STAFF] = is_staff(user)
    request.session.pop(_SHOWN, None)


def is_staff(user: User) -> bool:
    """Whether somebody works for a city or runs the installation."""
    return user.is_staff or StaffMembership.objects.filter(user=user, active=True).exists()
