"""The page for who is asked who they are, and has neither a password nor a key here: they sign in anew.

Whoever comes by a directory is asked there, and stays signed in meanwhile. Everybody else is signed out by the button.
"""

from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts import directory, directory_ties
from accounts.guards import SignedInRequest


@never_cache
@require_GET
def sign_in_anew(request: SignedInRequest) -> HttpResponse:
    """Explain why. The button leads to the sign-in, and from there back to where somebody was."""
    page = get_next_redirect_url(request) or reverse("home")
    if directory.is_in_use() and directory_ties.is_tied(request.user):
        context = {"directory": settings.DIRECTORY.name, "next": page}
    else:
        context = {"next": f"{reverse('account_login')}?{urlencode({'next': page})}"}
    return render(request, "accounts/sign_in_anew.html", context)
