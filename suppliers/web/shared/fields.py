"""Form fields that only suppliers need."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.lib.errors import InputError
from portal.lib.japan import to_hiragana, with_long_marks
from portal.lib.text_fields import NormalisedCharField

_KANA = re.compile(r"[ぁ-ゖゝゞー・0-9A-Za-z &'().,-]+")


class KanaField(NormalisedCharField):
    """The reading of a name. Cleans to hiragana; Latin letters and digits may stay."""

    def normalise(self, text: str) -> str:
        kana = " ".join(to_hiragana(with_long_marks(text)).split())
        if not _KANA.fullmatch(kana):
            raise InputError(_("%(label)sはひらがなで入力してください"), "invalid_kana", {"label": self.label})
        return kana


def short(**attrs: str) -> forms.TextInput:
    """A text box that is displayed short.

    Args:
        attrs: More attributes of the HTML element.
    """
    return forms.TextInput(attrs={"data-width": "short"} | attrs)
