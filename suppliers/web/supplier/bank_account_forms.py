"""The form for a bank account."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from portal.lib.errors import InputError
from portal.lib.forms import PortalForm, as_validation_error
from portal.lib.japan import AccountType, Bank, Branch
from portal.lib.text_fields import AccountHolderField, AccountNumberField
from suppliers.bank_accounts import AccountInput, resolve_bank, resolve_branch
from suppliers.models import BankAccount
from suppliers.web.shared.fields import short


class BankAccountForm(PortalForm):
    """A bank account. Bank and branch are typed as code or name, or chosen from lists."""

    bank = forms.CharField(
        label=_("金融機関"),
        max_length=100,
        widget=forms.TextInput(
            attrs={
                "data-width": "medium",
                "list": "banks",
                "autocomplete": "off",
                "hx-get": reverse_lazy("check_branches"),
                "hx-trigger": "change",
                "hx-target": "#branch-choices",
            }
        ),
        help_text=_("名前か4桁のコードを入力し、候補から選んでください。例:鹿児島銀行、0185"),
    )
    branch = forms.CharField(
        label=_("支店"),
        max_length=100,
        widget=forms.TextInput(attrs={"data-width": "medium", "list": "branches", "autocomplete": "off"}),
        help_text=_("支店名か3桁のコードを入力し、候補から選んでください。例:本店営業部、000"),
    )
    account_type = forms.ChoiceField(label=_("預金種別"), choices=AccountType.choices, widget=forms.RadioSelect)
    number = AccountNumberField(
        label=_("口座番号"),
        widget=short(autocomplete="off"),
        help_text=_("7桁より短いときは、左に0を補います。"),
    )
    holder = AccountHolderField(
        label=_("口座名義(カナ)"),
        widget=forms.TextInput(
            attrs={
                "data-width": "medium",
                "autocomplete": "off",
                "hx-get": reverse_lazy("check_account_holder"),
                "hx-trigger": "input changed delay:400ms",
                "hx-target": "#holder-check",
            }
        ),
        help_text=_("通帳のカタカナ表記です。ひらがなや全角で入力しても、半角カナに直します。例:カ)ミホンケンセツ"),
    )

    def clean_bank(self) -> Bank:
        """The bank that was typed."""
        try:
            return resolve_bank(self.cleaned_data["bank"])
        except InputError as error:
            raise as_validation_error(error) from error

    def clean_branch(self) -> Branch | None:
        """The branch that was typed; None while the bank has an error."""
        bank = self.cleaned_data.get("bank")
        if not isinstance(bank, Bank):
            return None  # the branch is looked for once its bank is known
        try:
            return resolve_branch(bank, self.cleaned_data["branch"])
        except InputError as error:
            raise as_validation_error(error) from error

    def account(self) -> AccountInput:
        """The cleaned data."""
        return AccountInput(**self.cleaned_data | {"account_type": AccountType(self.cleaned_data["account_type"])})


def initial_account(account: BankAccount) -> dict[str, Any]:
    """The initial values of the form for an existing account."""
    return {
        "bank": f"{account.bank_code} {account.bank_name}",
        "branch": f"{account.branch_code} {account.branch_name}",
        "account_type": account.account_type,
        "number": account.number,
        "holder": account.holder,
    }
