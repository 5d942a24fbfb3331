"""The bank accounts of a supplier. All members see them; only owners change them."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.guards import PortalRequest, press_only, require_owner, require_supplier
from accounts.reauthentication import require_fresh_sign_in
from portal.lib.japan import find_banks
from suppliers.bank_accounts import add_account, change_account, retire_account
from suppliers.models import BankAccount
from suppliers.web.shared.live_answers import branch_choices
from suppliers.web.shared.outcomes import report, save
from suppliers.web.supplier.bank_account_forms import BankAccountForm, initial_account

BANKS_MAX = 2000


@require_supplier
@require_GET
def listing(request: PortalRequest, supplier_id: UUID) -> HttpResponse:
    """Accounts in use, and retired ones."""
    visible = BankAccount.objects.visible_to(request.acting_for)
    context = {"accounts": visible.active(), "retired": visible.filter(active=False)}
    return render(request, "suppliers/supplier/bank/list.html", context)


@require_owner
@require_fresh_sign_in
@require_http_methods(["GET", "POST"])
def new(request: PortalRequest, supplier_id: UUID) -> HttpResponse:
    """Add an account."""
    form = BankAccountForm(request.POST if request.method == "POST" else None, initial={"account_type": "1"})
    if request.method == "POST" and _saved(request, form, lambda: add_account(request.acting_for, form.account())):
        return redirect("suppliers:bank_accounts", supplier_id)
    return _form_page(request, form, None)


@require_owner
@require_fresh_sign_in
@require_http_methods(["GET", "POST"])
def edit(request: PortalRequest, supplier_id: UUID, account_id: UUID) -> HttpResponse:
    """Correct an account in use."""
    account = get_object_or_404(BankAccount.objects.visible_to(request.acting_for).active(), pk=account_id)
    form = BankAccountForm(request.POST if request.method == "POST" else None, initial=initial_account(account))
    if request.method == "POST" and _saved(
        request, form, lambda: change_account(request.acting_for, account_id, form.account())
    ):
        return redirect("suppliers:bank_accounts", supplier_id)
    return _form_page(request, form, account)


@require_owner
@press_only("suppliers:bank_accounts")
@require_fresh_sign_in
def retire(request: PortalRequest, supplier_id: UUID, account_id: UUID) -> HttpResponse:
    """Stop offering an account for new invoices."""
    account = get_object_or_404(BankAccount.objects.visible_to(request.acting_for), pk=account_id)
    done = _("%(account)s の利用を止めました。") % {"account": account}
    report(request, lambda: retire_account(request.acting_for, account_id), done)
    return redirect("suppliers:bank_accounts", supplier_id)


def _saved(request: PortalRequest, form: BankAccountForm, step: Callable[[], BankAccount]) -> bool:
    account = save(form, step)
    if account is None:
        return False
    names = {"account": account, "holder": account.holder}
    messages.success(request, _("%(account)s を保存しました。口座名義は「%(holder)s」です。") % names)
    return True


def _form_page(request: PortalRequest, form: BankAccountForm, account: BankAccount | None) -> HttpResponse:
    context = {
        "form": form,
        "account": account,
        "banks": find_banks("", limit=BANKS_MAX),
        "branch_choices": branch_choices(form["bank"].value() or ""),
    }
    return render(request, "suppliers/supplier/bank/edit.html", context)
