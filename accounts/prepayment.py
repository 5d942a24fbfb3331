"""Why something may be paid before it is supplied: the reasons from which a city chooses those that it accepts."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise


class Prepayment(models.TextChoices):
    """Why something may be paid before it is supplied: 前金払 (地方自治法施行令163条) or 概算払 (162条).

    What has no item of its own in the order may be paid so where the rules of the city say it (162条六, 163条八).
    """

    NONE = "", _("前払ではない")
    RENT = "rent", _("賃借料・リース料")
    SUBSCRIPTION = "subscription", _("定期刊行物・放送受信料・利用料")
    COMMISSION = "commission", _("指定管理料・委託料")
    WORKS = "works", _("工事などの前払金")
    ATTENDANCE = "attendance", _("受講料・参加費")
    FARE = "fare", _("運賃")
    TRAVEL = "travel", _("旅費")
    GRANT = "grant", _("負担金・補助金・交付金")
    OTHER = "other", _("その他(市の規則による)")

    @property
    def payment(self) -> StrOrPromise:
        """How paying for it ahead is called. What a journey costs is known when it is over, so it is an advance."""
        return _("概算払") if self == Prepayment.TRAVEL else _("前払")

    @property
    def in_full(self) -> StrOrPromise:
        """Among other reasons, where those that are no 前払 say what they are."""
        return f"{self.label}（{self.payment}）" if self == Prepayment.TRAVEL else self.label

    @property
    def article(self) -> str:
        """Where the order names it; empty where there is no reason."""
        return _ARTICLES.get(self.value, "")


_ARTICLES = {
    "rent": "地方自治法施行令163条三",
    "subscription": "地方自治法施行令163条三・五",
    "commission": "地方自治法施行令163条二",
    "works": "地方自治法施行令附則7条",
    "attendance": "地方自治法施行令163条八",
    "fare": "地方自治法施行令163条七",
    "travel": "地方自治法施行令162条一",
    "grant": "地方自治法施行令162条三・163条二",
    "other": "地方自治法施行令162条六・163条八",
}

REASONS = [choice for choice in Prepayment.choices if choice[0]]


def usual_reasons() -> list[str]:
    """What a city accepts that has decided nothing: all that the order names."""
    return [reason for reason, _label in REASONS if reason != Prepayment.OTHER]


def require_reasons(value: Any) -> None:
    """Raises ValidationError for what is no list of reasons, each at most once."""
    known = [reason for reason, _label in REASONS]
    if not isinstance(value, list) or sorted(map(str, value)) != sorted(set(known) & set(map(str, value))):
        raise ValidationError(
            _("前払を認める理由を、次の中から選んでください：%(known)s"), params={"known": "、".join(known)}
        )


class ReasonsField(models.JSONField):
    """A list of reasons; in a form each is a box to tick."""

    default_validators = [require_reasons]

    @property
    def flatchoices(self) -> list[tuple[str, StrOrPromise]]:
        """What the reasons are called."""
        return [(reason, label) for reason, label in REASONS]

    def formfield(self, **kwargs: Any) -> forms.Field:
        """The boxes. None of them needs to be ticked."""
        return forms.MultipleChoiceField(
            **{
                "label": self.verbose_name,
                "help_text": self.help_text,
                "required": False,
                "choices": [(reason, f"{label}（{Prepayment(reason).article}）") for reason, label in REASONS],
                "widget": forms.CheckboxSelectMultiple,
            }
            | kwargs
        )
