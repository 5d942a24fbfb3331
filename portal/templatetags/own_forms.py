"""`{% csrf_token %}` of the portal's own pages: Django's, and who writes the form (accounts.kept)."""

from typing import Any

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from accounts import kept
from accounts.models import User
from portal.lib.typed_again import typed_again

register = template.Library()


class OwnFormNode(CsrfTokenNode):
    """The hidden fields that every form of a person who is signed in bears."""

    def render(self, context: Context) -> SafeString:
        token = SafeString(super().render(context))
        user: Any = getattr(getattr(context, "request", None), "user", None)
        if not token or not isinstance(user, User):
            return token
        again = typed_again.get()
        fields = [(kept.WRITER, kept.mark(user)), *([(kept.KEPT, again.id)] if again and again.id else [])]
        return token + format_html_join("", '<input type="hidden" name="{}" value="{}">', fields)


@register.tag("csrf_token")
def own_form(parser: Parser, token: Token) -> OwnFormNode:
    """The hidden fields of a form that is sent by POST."""
    return OwnFormNode()
