"""What the pages of an account say beside their own matter: why something is needed, and where to go on."""

from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts import mailed_codes, second_factor
from accounts.models import User

register = template.Library()


@register.inclusion_tag("mfa/onward.html", takes_context=True)
def onward(context: dict[str, Any]) -> dict[str, Any]:
    """To somebody who was led here: that they have to stay, and when they are done, the way back."""
    request: HttpRequest = context["request"]
    assert isinstance(request.user, User)
    missing = second_factor.missing(request) is not None
    wanted = second_factor.wanted(request.session)
    done = bool(wanted) and not missing
    return {"missing": missing, "address": wanted or reverse("home"), "done": done}


@register.simple_tag(takes_context=True)
def must_stay(context: dict[str, Any]) -> bool:
    """Whether the person may not be without a second factor, so that removing the last one leads to a new one."""
    user = context["request"].user
    return isinstance(user, User) and second_factor.is_compulsory_for(user)


@register.simple_tag(takes_context=True)
def awaited_address(context: dict[str, Any]) -> str:
    """The new address of which a code is still to be typed in; empty without one."""
    return mailed_codes.awaited_address(context["request"])


@register.filter
def in_groups(code: str) -> str:
    """A recovery code as people read it: 1234 5678."""
    return f"{code[:4]} {code[4:]}"


@register.simple_tag
def directory_name() -> str:
    """What people call the provider by which they may sign in; empty without one."""
    return settings.DIRECTORY.name if settings.DIRECTORY else ""
