"""Answers while typing. Each is a part of a page. Without JavaScript the form says the same after it was sent."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portal.lib.errors import InputError
from portal.lib.japan import find_branches, normalise_account_holder, normalise_registration_number
from suppliers.bank_accounts import resolve_bank
from suppliers.models import SupplierKind
from suppliers.registration import Level, Verdict, judge_registration_number

BRANCHES_MAX = 1000
_TEXT_LIMIT = 200
_DIGITS = 13


@require_GET
def registration_number(request: HttpRequest) -> HttpResponse:
    """Whether the check digit of a registration number is correct. Empty until 13 digits are typed."""
    typed = request.GET.get("registration_number", "")[:_TEXT_LIMIT]
    kind = request.GET.get("kind", "")
    verdict: Verdict | None = None
    if sum(character.isdigit() for character in typed) >= _DIGITS:
        try:
            number = normalise_registration_number(typed)
            verdict = judge_registration_number(number, SupplierKind(kind) if kind in SupplierKind else None)
        except InputError as error:
            verdict = Verdict(Level.ERROR, str(error))
    return render(request, "suppliers/shared/verdict.html", {"verdict": verdict})


@require_GET
def branches(request: HttpRequest) -> HttpResponse:
    """The typed bank, and a list of its branches."""
    return render(request, "suppliers/supplier/bank/branches.html", branch_choices(request.GET.get("bank", "")))


@require_GET
def account_holder(request: HttpRequest) -> HttpResponse:
    """The account holder in the writing of the bank."""
    typed = request.GET.get("holder", "")[:_TEXT_LIMIT]
    verdict: Verdict | None = None
    if typed.strip():
        try:
            holder = normalise_account_holder(typed)
            verdict = Verdict(Level.SUCCESS, _("銀行での表記:%(holder)s") % {"holder": holder})
        except InputError as error:
            verdict = Verdict(Level.ERROR, str(error))
    return render(request, "suppliers/shared/verdict.html", {"verdict": verdict})


def branch_choices(bank_typed: str) -> dict[str, object]:
    """Values for the template of the list of branches. The list is empty while the bank is unknown."""
    try:
        bank = resolve_bank(bank_typed)
    except InputError:
        return {"bank": None, "branches": []}
    return {"bank": bank, "branches": find_branches(bank.code, "", limit=BRANCHES_MAX)}
