"""Ways to a directory and back, as a browser goes them."""

import re
from html import unescape

import requests
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.pages import Page

NAME = "見本市の職員アカウント"
CALLBACK = "/accounts/directory/callback/"


def onward(response: HttpResponse) -> str:
    """The address at the provider to which a page leads without a press."""
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', response.content.decode())
    assert found is not None, Page(response).text
    return unescape(found[1])


def way(client: Client, **sent: str) -> str:
    """The address at the provider to which the page leads."""
    return onward(client.post(reverse("directory_sign_in"), sent))


def back(address: str) -> str:
    """The address here to which the provider sends the browser."""
    answer = requests.get(address, allow_redirects=False, timeout=30)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("http://testserver" + CALLBACK)
    return answer.headers["Location"].removeprefix("http://testserver")


def sign_in(client: Client | None = None, **sent: str) -> tuple[Client, HttpResponse]:
    client = client or Client()
    return client, client.get(back(way(client, **sent)))
