"""The form for a new invitation."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from accounts.municipalities.departments import by_heading, without_staff
from portal.lib.forms import PortalForm
from portal.lib.text_fields import MailAddressField


class InvitationForm(PortalForm):
    """A new invitation. The form contains the id of the invitation, so a form that is sent twice invites only once.

    Attributes:
        another: Appears when the name or the address is known already, and anew after another was typed.
    """

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
        departments = list(departments)
        unstaffed = without_staff(departments)

        def label(department: Department) -> str:
            return _("%(name)s(担当者なし)") % {"name": department} if department in unstaffed else str(department)

        field = self.fields["departments"]
        field.choices = by_heading(departments, label)  # type: ignore[attr-defined]  # a ChoiceField
        if unstaffed:
            field.help_text = _(
                "この事業者が請求書を送れる課です。いくつでも選べます。"
                "「担当者なし」の課に届いた請求書は、担当者が登録されるまで開封されません。"
            )

    @property
    def is_another(self) -> bool:
        """Whether somebody ticked, for what is typed now, that it shall be invited all the same."""
        return self._mark() in self.data.getlist("another")  # type: ignore[attr-defined]  # of a request

    def ask_whether_another(self, known: str) -> None:
        """The name or the address is known already: ask whether it shall be invited all the same.

        Args:
            known: The sentence that says how it is known.
        """
        self.fields["another"] = forms.MultipleChoiceField(
            label=_("招待の確認"),
            choices=[(self._mark(), _("別の事業者か、発行先の課を増やすための招待なので、送ります"))],
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )
        self.add_error("another", known + _("それでも招待するときは、チェックを入れてから送ってください。"))

    def _mark(self) -> str:
        return f"{self.cleaned_data['supplier_name']} {self.cleaned_data['email']}"


class ResendForm(PortalForm):
    """The address to which an invitation is sent again; it may be corrected."""

    prefix = "resend"
    email = MailAddressField(
        label=_("送り先のメールアドレス"), max_length=254, help_text=_("まちがっていたら、ここで直してください。")
    )
