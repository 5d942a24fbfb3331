"""The words of an invoice: what may stand in its columns."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.lib.yen import Rounding as RoundingRule


class Status(models.TextChoices):
    DRAFT = "draft", _("保存中")
    SCHEDULED = "scheduled", _("発行予約")
    SENT = "sent", _("送信済")
    UNOPENED = "unopened", _("未開封")
    OPENED = "opened", _("開封")
    RETURNED = "returned", _("差戻し")
    ACCEPTED = "accepted", _("受理")
    PAID = "paid", _("支払済")
    CANCELLED = "cancelled", _("取消")


class Action(models.TextChoices):
    """What can happen to an invoice; the table of who and when is in `invoices.lifecycle.workflow`."""

    ISSUE = "issue", _("発行")
    DELIVER = "deliver", _("到達")
    CANCEL = "cancel", _("取消")
    OPEN = "open", _("開封")
    RETURN = "return", _("差戻し")


class PriceMode(models.TextChoices):
    EXCLUSIVE = "exclusive", _("税抜")
    INCLUSIVE = "inclusive", _("税込")


class Rounding(models.TextChoices):
    """端数処理: how tax is rounded to whole yen, once per invoice and rate."""

    FLOOR = RoundingRule.FLOOR.value, _("切捨て")
    HALF_UP = RoundingRule.HALF_UP.value, _("四捨五入")
    CEIL = RoundingRule.CEIL.value, _("切上げ")


class TaxCategory(models.TextChoices):
    TAXABLE = "taxable", _("課税")
    EXEMPT = "exempt", _("非課税")
    EXPORT = "export", _("免税")
    OUTSIDE = "outside", _("不課税")


class PaymentMethod(models.TextChoices):
    """入金方法."""

    TRANSFER = "transfer", _("振込")
    DIRECT_DEBIT = "direct_debit", _("口座振替")
    PAYMENT_SLIP = "payment_slip", _("納付書")
    OTHER = "other", _("その他")


class ReturnReason(models.TextChoices):
    """Why an invoice comes back; only a minor fault stops the clock of payment and does not start it anew."""

    MINOR = "minor", _("軽微な不備")
    MISSING_DOCUMENT = "missing_document", _("書類不足")
    WRONG_CONTENT = "wrong_content", _("内容誤り")
    WRONG_ADDRESSEE = "wrong_addressee", _("宛先誤り")


class DocumentKind(models.TextChoices):
    INVOICE_PDF = "invoice_pdf", _("請求書PDF")
