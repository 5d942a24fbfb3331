"""The rules for invoices that differ from city to city. An administrator of the city changes them."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models.municipality import Municipality
from accounts.prepayment import ReasonsField, usual_reasons
from portal.lib.public_model import PublicModel

PAYMENT_DAYS_MAX = 30
"""The law's longest time for payment, in days (政府契約の支払遅延防止等に関する法律6条1項)."""
CONSTRUCTION_PAYMENT_DAYS_MAX = 40
"""The same for construction work."""
RETENTION_YEARS_MIN = 10
ATTACHMENT_MAX_MB = 20
"""The largest file that the portal takes; a city may set less."""


class AddressLine(models.TextChoices):
    """How the addressee is written (宛名の書き方)."""

    HEAD = "head", _("市長あて(〇〇市長 様)")
    DEPARTMENT = "department", _("課あて(〇〇市 △△課 御中)")


class Signer(models.TextChoices):
    """Who may sign an invoice."""

    REPRESENTATIVE = "representative", _("代表者だけ")
    DELEGATE = "delegate", _("代表者か、委任を受けた支店長など")


class SealRule(models.TextChoices):
    """What a city asks for when an invoice has no seal of the representative."""

    NAMED_PERSONS = "named_persons", _("代表者印がないときは、発行責任者と担当者を求める")
    REQUIRED = "required", _("代表者印を必ず求める")
    NOT_ASKED = "not_asked", _("印も、発行責任者と担当者も求めない")


class PersonContact(models.TextChoices):
    """How somebody who is named in place of a seal can be reached."""

    PHONE = "phone", _("直通電話を求める")
    EITHER = "either", _("直通電話か、メールアドレスのどちらかを求める")
    BOTH = "both", _("直通電話とメールアドレスの両方を求める")


class MunicipalityPolicy(PublicModel):
    """The rules of one city for invoices (請求書の取扱い). The history shows who changed them and when.

    Attributes:
        addressee: To whom invoices are addressed, usually the mayor; empty for 「(市名)長」.
        delegate_needs_seal: Whether a claim of a delegate (受任者) needs a seal, whatever `seal_rule` says of others.
        person_contact: How 発行責任者 and 担当者 can be reached, where `seal_rule` asks for them.
        asks_sole_trader_contact: Whether a sole proprietor names a 担当者 beside 発行責任者.
        holder_must_match: Whether the holder of the account must be the claimant, so that no letter of proxy helps.
        issue_date_is_sending_day: Whether the issue date must be the day on which the invoice is sent.
        attachment_max_mb: Megabytes of one file. The portal limits the sum of the files of an invoice.
        cut_off_day: Invoices for a month must be issued by this day of the next month; None without a limit.
        issue_date_tolerance_days: How many days the issue date may be before the date of the last line.
        prepayments: The reasons (`Prepayment`) for which something may be claimed before it is supplied.
        payment_days, construction_payment_days: Days from receipt to payment as agreed in writing.
        bulk_limit_per_month: How many invoices a supplier may issue to this city in a month; None without a limit.
        retention_years: How long documents are kept after the law's own periods begin to count.
        second_person_for_paper: Whether paper is accepted by somebody else than who recorded or corrected it.
        second_person_for_payment: Whether a claim is taken over and paid by somebody else than who accepted it.
    """

    municipality = models.OneToOneField(
        Municipality, on_delete=models.CASCADE, related_name="stored_policy", verbose_name=_("市")
    )
    addressee = models.CharField(
        _("宛名"), max_length=60, blank=True, help_text=_("空けると「(市名)長」になります。例:見本市長")
    )
    address_line = models.CharField(_("宛名の書き方"), max_length=20, choices=AddressLine, default=AddressLine.HEAD)
    signer = models.CharField(_("請求者になれる人"), max_length=20, choices=Signer, default=Signer.DELEGATE)
    seal_rule = models.CharField(_("印影の扱い"), max_length=20, choices=SealRule, default=SealRule.NAMED_PERSONS)
    delegate_needs_seal = models.BooleanField(
        _("受任者の請求には印影を求める"),
        default=False,
        help_text=_(
            "代表者には印を求めない市でも、委任を受けた支店長などの請求には、印影がなければ発行できなくします。"
        ),
    )
    person_contact = models.CharField(
        _("発行責任者と担当者の連絡先"), max_length=20, choices=PersonContact, default=PersonContact.PHONE
    )
    asks_sole_trader_contact = models.BooleanField(
        _("個人事業者にも担当者を求める"),
        default=True,
        help_text=_("チェックを外すと、個人事業者は発行責任者だけを入力すれば発行できます。"),
    )
    holder_must_match = models.BooleanField(
        _("口座名義が請求者と同じことを求める"),
        default=False,
        help_text=_(
            "名義の違う口座では発行できなくします。チェックがなければ、委任状の要否を確かめるよう注意を出します。"
        ),
    )
    issue_date_is_sending_day = models.BooleanField(
        _("請求日を発行する日と同じにするよう求める"),
        default=False,
        help_text=_("発行予約では、予約した日と同じにします。違うと発行できません。"),
    )
    allows_attachments = models.BooleanField(_("添付ファイルを受ける"), default=True)
    allows_office_files = models.BooleanField(
        _("WordとExcelの添付を受ける"),
        default=True,
        help_text=_("受けないときは、PDFなどにして添付するように求めます。マクロの入ったものは、いつも受けません。"),
    )
    attachment_max_mb = models.PositiveSmallIntegerField(
        _("添付1件の大きさの上限(MB)"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(ATTACHMENT_MAX_MB)],
    )
    accepts_return_requests = models.BooleanField(
        _("差戻依頼を受ける"), default=True, help_text=_("開封後に、請求者が差戻しを依頼できるようにします。")
    )
    cut_off_day = models.PositiveSmallIntegerField(
        _("請求の締切(翌月の日)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text=_("取引の翌月のこの日までに請求するよう求めます。空けると締切はありません。"),
    )
    issue_date_tolerance_days = models.PositiveSmallIntegerField(
        _("請求日が最後の取引日より前でもよい日数"), default=0, validators=[MaxValueValidator(31)]
    )
    prepayments = ReasonsField(
        _("前払を認める理由"),
        default=usual_reasons,
        blank=True,
        help_text=_("選んだ理由のときだけ、納品や提供より前の請求を前払として受けます。"),
    )
    payment_days = models.PositiveSmallIntegerField(
        _("支払までの日数"),
        default=PAYMENT_DAYS_MAX,
        validators=[MinValueValidator(1), MaxValueValidator(PAYMENT_DAYS_MAX)],
        help_text=_("請求書を受けた日から数えます。法律の上限は30日です。"),
    )
    construction_payment_days = models.PositiveSmallIntegerField(
        _("工事代金の支払までの日数"),
        default=CONSTRUCTION_PAYMENT_DAYS_MAX,
        validators=[MinValueValidator(1), MaxValueValidator(CONSTRUCTION_PAYMENT_DAYS_MAX)],
        help_text=_("法律の上限は40日です。契約書のない請求は、法律により15日以内です。"),
    )
    bulk_limit_per_month = models.PositiveIntegerField(
        _("1事業者が1か月に発行できる件数"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("空けると上限はありません。"),
    )
    retention_years = models.PositiveSmallIntegerField(
        _("保存年数"),
        default=RETENTION_YEARS_MIN,
        validators=[MinValueValidator(RETENTION_YEARS_MIN), MaxValueValidator(50)],
        help_text=_("請求者の事業年度の末日の2か月後から数えます。10年より短くはできません。"),
    )
    second_person_for_paper = models.BooleanField(
        _("紙の請求書は、登録した人と別の人が受理するよう求める"),
        default=False,
        help_text=_("登録または訂正した人は、その請求書を受理できなくなります。課に担当者が2人以上必要です。"),
    )
    second_person_for_payment = models.BooleanField(
        _("受理した人と別の人が、引継ぎと支払の記録をするよう求める"),
        default=False,
        help_text=_("受理した人は、その請求書の会計への引継ぎ、支払と過払いの記録、充当ができなくなります。"),
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("請求書の取扱い")
        verbose_name_plural = _("請求書の取扱い")

    def __str__(self) -> str:
        return str(_("%(city)sの請求書の取扱い")) % {"city": self.municipality.name}

    @property
    def addressee_in_full(self) -> str:
        """The addressee as printed, without 様."""
        return self.addressee or f"{self.municipality.name}長"


def policy_of(municipality: Municipality) -> MunicipalityPolicy:
    """The policy of a city. For a city that has changed nothing yet, a policy with the default values, not saved."""
    try:
        return municipality.stored_policy
    except MunicipalityPolicy.DoesNotExist:
        return MunicipalityPolicy(municipality=municipality)
