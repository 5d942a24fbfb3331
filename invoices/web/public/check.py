"""照合: anybody who holds a document asks by its check code whether it is genuine and still counts.

The answer says what the document itself says on its first page, and nothing besides but whether it still counts.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_stubs_ext import StrOrPromise

from accounts import rate_limits
from accounts.codes import normalise
from invoices.documents import schema, words
from invoices.enums import KindWords, Status
from invoices.lifecycle.related import live_successor
from invoices.models import Invoice
from invoices.models.invoice import UNISSUED, WITHDRAWN
from portal.lib.forms import PortalForm
from portal.lib.ids import CODE_ALPHABET
from portal.lib.yen import Yen

CODE_LENGTH = 13
TOO_MANY = 429
# A code has 65 random bits, which nobody guesses; this spares the database.
_RATE = "30/m/ip"


class Standing(TextChoices):
    """Whether a genuine document still counts, in words for whoever holds it."""

    VALID = "valid", _("有効")
    RETURNED = "returned", _("差戻し")
    CANCELLED = "cancelled", _("取消")
    REPLACED = "replaced", _("差し替え")


@dataclass(frozen=True, slots=True)
class Genuine:
    """What is told of a genuine document, with what it and its parts are called.

    Attributes:
        date_label: What its date is called on itself; an old one may have said it otherwise.
        successor: The number of the one in its place, "" without one.
    """

    number: str
    words: KindWords
    date_label: StrOrPromise
    issuer: str
    city: str
    issue_date: date | None
    total_label: str
    total: Yen
    standing: Standing
    successor: str


class CheckForm(PortalForm):
    """A check code as people type it."""

    code = forms.CharField(
        label=_("照合コード"),
        max_length=60,
        widget=forms.TextInput(
            attrs={
                "class": "code-input code-input--long",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
        help_text=_(
            "書類の各ページの一番下にある13文字の英数字です。全角・半角、大文字・小文字、空白やハイフンの有無は問いません。"
        ),
    )

    def clean_code(self) -> str:
        code = normalise(self.cleaned_data["code"])
        foreign = "".join(dict.fromkeys(character for character in code if character not in CODE_ALPHABET))
        if foreign:
            raise ValidationError(
                _("照合コードに「%(foreign)s」は使われません。書類の一番下の欄を確かめてください"),
                code="foreign",
                params={"foreign": foreign},
            )
        if len(code) != CODE_LENGTH:
            raise ValidationError(
                _("照合コードは13文字です(いまは%(length)d文字)。書類の一番下の欄を確かめてください"),
                code="length",
                params={"length": len(code)},
            )
        return code


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """The form, and the answer to what was typed into it."""
    if request.method != "POST":
        return _page(request, {"form": CheckForm()})
    if not rate_limits.allow(request, "invoices.address", _RATE):
        return render(request, "429.html", status=TOO_MANY)
    form = CheckForm(request.POST)
    if not form.is_valid():
        return _page(request, {"form": form})
    code = form.cleaned_data["code"]
    found = genuine(code)
    again = CheckForm(initial={} if found else {"code": code})
    return _page(request, {"form": again, "code": code, "found": found})


def genuine(code: str) -> Genuine | None:
    """What may be told of the issued document that bears this code; None for a code that none bears.

    One question to the database, whether or not there is one; a second only for one that no longer counts.
    """
    issued = Invoice.objects.filter(number__isnull=False).exclude(status__in=UNISSUED)
    invoice = issued.filter(check_code=code).first()
    if invoice is None:
        return None
    standing, successor = _standing(invoice)
    return Genuine(
        number=str(invoice.number),
        words=invoice.words,
        date_label=words.of_dates(schema.load(str(invoice.snapshot))).issue_date,
        issuer=invoice.issuer_name,
        city=invoice.recipient_name,
        issue_date=invoice.issue_date,
        total_label=words.total_in_full(invoice),
        total=invoice.total,
        standing=standing,
        successor=successor,
    )


def _standing(invoice: Invoice) -> tuple[Standing, str]:
    if invoice.status not in WITHDRAWN:
        return Standing.VALID, ""
    successor = live_successor(invoice)
    if successor is not None and successor.number is not None:
        return Standing.REPLACED, successor.number
    return (Standing.RETURNED if invoice.status == Status.RETURNED else Standing.CANCELLED), ""


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    response = render(request, "invoices/public/check.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
