"""The form for a seal."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.lib.forms import PortalForm
from suppliers.models import SealKind


class SealForm(PortalForm):
    """The kind of a seal and its picture. Whether the picture can be used is checked by `suppliers.seals`."""

    kind = forms.ChoiceField(label=_("種類"), choices=SealKind.choices, widget=forms.RadioSelect)
    picture = forms.FileField(
        label=_("印影の画像"),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
        help_text=_("白い紙に押した印影を読み取った、2MBまでのPNGかJPEGです。余白は自動で切り取ります。"),
        error_messages={"empty": _("ファイルが空です。印影の画像を選び直してください")},
    )
