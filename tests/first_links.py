"""The mailed link of the first sign-in, as a browser with and without JavaScript follows it."""

import re

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

_LINK = re.compile(r"http://testserver(/start/code/)#(\S+)")


def mailed_code(body: str) -> str:
    """The code that stands behind "#" in the link of a mail."""
    found = _LINK.search(body)
    assert found, body
    return found[2]


def follow_mailed_link(client: Client, body: str) -> HttpResponse:
    """Open the link of a mail and press 次へ; the script has put its code into the field."""
    found = _LINK.search(body)
    assert found, body
    assert client.get(found[1]).status_code == 200
    return client.post(reverse("first_sign_in_code"), {"code": found[2]}, follow=True)
