"""The form for a new invitation."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from accounts.municipalities.departments import by_heading
from portal.lib.forms import PortalForm
from portal.lib.text_fields import MailAddressField


class InvitationForm(PortalForm):
    """A new invitation. The form contains the id of the invitation, so a form that is sent twice invites only once."""

    invitation_id = forms.UUIDField(widget=forms.HiddenInput)
    supplier_name = forms.CharField(
        label=_("事業者名"), max_length=60, help_text=_("メールの宛名になります。例:見本建設株式会社")
    )
    email = MailAddressField(
        label=_("メールアドレス"),
        max_length=254,
        help_text=_("仮IDと仮パスワードをこの宛先へ送ります。請求書を作る担当の方のアドレスを入力してください。"),
    )
    departments = forms.TypedMultipleChoiceField(
        label=_("発行先の課"),
        coerce=UUID,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("この事業者が請求書を送れる課です。いくつでも選べます。"),
    )

    def __init__(self, *args: Any, departments: Iterable[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["departments"].choices = by_heading(departments)  # type: ignore[attr-defined]  # a ChoiceField
