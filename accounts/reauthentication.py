"""The question for the password before what a thief would change first. An open browser is no proof of who sits there.

Whoever signed in within the last minutes is not asked (ACCOUNT_REAUTHENTICATION_TIMEOUT). Everybody else shows again
who they are, in whatever way allauth offers them, and comes back to the page with what they had typed.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import kept, sessions
from accounts.models import User

_KEPT = gettext_lazy("まだ送られていません。本人の確認が済むと、書いていた内容に戻れます。")

_WAITING = "typed_before_the_question"

P = ParamSpec("P")
Request = TypeVar("Request", bound=HttpRequest)
View = Callable[Concatenate[Request, P], HttpResponseBase]


def is_fresh(request: HttpRequest) -> bool:
    """Whether whoever sits there has shown just now who they are, by signing in or since then.

    That a directory let them in is no proof by itself: `sessions.shown` knows when it asked them.
    """
    if not isinstance(request.user, User):
        return False
    records = get_authentication_records(request, request.user)
    shown = [float(each["at"]) for each in records if each["method"] != "socialaccount"]
    return time.time() - max([sessions.shown(request.session), *shown]) < app_settings.REAUTHENTICATION_TIMEOUT


def require_fresh_sign_in(view: View[Request, P]) -> View[Request, P]:
    """The view changes what a thief would change first: address, bank accounts, seals, members, the city's policy.

    It stands below the guard that says who may open the view at all, and asks before the form is shown too, so that
    nobody fills in a form and is stopped afterwards.
    """

    @wraps(view)
    def asked(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not is_fresh(request):
            return _ask(request)
        if _WAITING in request.session:
            del request.session[_WAITING]
        return view(request, *args, **kwargs)

    asked.asks_who_it_is = True  # type: ignore[attr-defined]
    return asked


def asks_who_it_is(view: Callable[..., object]) -> bool:
    """Whether a view stands behind the question who sits there."""
    return getattr(view, "asks_who_it_is", False)


def _ask(request: HttpRequest) -> HttpResponse:
    if "HX-Request" in request.headers:
        return HttpResponse(status=401)
    user = request.user
    assert isinstance(user, User)
    page = request.get_full_path()
    if request.method == "POST":
        name = kept.keep(request, user)
        page = kept.with_kept(page, name)
        request.session[_WAITING] = [request.path, str(name or "")]
        messages.info(request, _KEPT if name else _("まだ行われていません。本人の確認が済むと、もとの画面に戻ります。"))
    elif request.session.get(_WAITING, [""])[0] == request.path:
        page = kept.with_kept(page, request.session[_WAITING][1])  # by the browser's Back they came from the question
    ways = get_adapter(request).get_reauthentication_methods(user)
    # Who has neither a password nor a key here signs in anew where they signed in before.
    question = ways[0]["url"] if ways else reverse("sign_in_anew")
    return redirect(f"{question}?{urlencode({'next': page})}")
