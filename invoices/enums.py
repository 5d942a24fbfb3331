"""The words of an invoice: what may stand in its columns."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.prepayment import Prepayment as Prepayment
from portal.lib.yen import Rounding as RoundingRule


class Status(models.TextChoices):
    DRAFT = "draft", _("下書き")
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

    SCHEDULE = "schedule", _("発行予約")
    UNSCHEDULE = "unschedule", _("予約の取りやめ")
    REFUSE = "refuse", _("予約どおりに発行できず")
    ISSUE = "issue", _("発行")
    DELIVER = "deliver", _("到達")
    CANCEL = "cancel", _("取消")
    OPEN = "open", _("開封")
    REROUTE = "reroute", _("回送")
    MOVE = "move", _("課の統合による引継ぎ")
    RETURN = "return", _("差戻し")
    REQUEST_RETURN = "request_return", _("差戻依頼")
    ACCEPT = "accept", _("受理")
    REOPEN = "reopen", _("受理の取りやめ")
    TAKE_OVER = "take_over", _("会計へ引継ぎ")
    RECALL = "recall", _("会計からの引戻し")
    PAY = "pay", _("支払")
    OVERPAY = "overpay", _("過払いの記録")
    SET_OFF = "set_off", _("充当")
    REFUND = "refund", _("戻入")
    TRANSFER = "transfer", _("修正に伴う引継ぎ")
    CORRECT = "correct", _("支払の訂正")
    DISPUTE = "dispute", _("係争")
    END_DISPUTE = "end_dispute", _("係争の終わり")
    RECORD_PAPER = "record_paper", _("紙の請求書の登録")
    CORRECT_PAPER = "correct_paper", _("紙の請求書の訂正")
    WITHDRAW_PAPER = "withdraw_paper", _("紙の請求書の登録の取消")
    REISSUE = "reissue", _("修正して再発行")
    CREDIT_NOTE = "credit_note", _("返還請求書の作成")


class Origin(models.TextChoices):
    """Where the original comes from: for a paper invoice the scan is the document."""

    PORTAL = "portal", _("窓口で発行")
    PAPER = "paper", _("紙で受領")


@dataclass(frozen=True, slots=True)
class KindWords:
    """What a document and its parts are called: in forms and findings, on pages, in mails, and on the document itself.

    Attributes:
        name: Of the document.
        issue_date: Of the date on it; the others are the days of the supply, or of the refund.
    """

    name: StrOrPromise
    number: StrOrPromise
    issue_date: StrOrPromise
    transaction_date: StrOrPromise
    period: StrOrPromise
    period_from: StrOrPromise
    period_to: StrOrPromise
    amount: StrOrPromise


class InvoiceKind(models.TextChoices):
    """What a supplier writes: a claim, or a credit note (適格返還請求書)."""

    INVOICE = "invoice", _("請求書")
    CREDIT_NOTE = "credit_note", _("返還請求書")

    @property
    def words(self) -> KindWords:
        """What a document of this kind is called, and what its parts are."""
        return _WORDS[self]


_WORDS = {
    InvoiceKind.INVOICE: KindWords(
        name=InvoiceKind.INVOICE.label,
        number=_("請求書番号"),
        issue_date=_("請求日"),
        transaction_date=_("取引年月日"),
        period=_("取引期間"),
        period_from=_("取引期間の初日"),
        period_to=_("取引期間の末日"),
        amount=_("請求金額"),
    ),
    InvoiceKind.CREDIT_NOTE: KindWords(
        name=InvoiceKind.CREDIT_NOTE.label,
        number=_("返還請求書番号"),
        issue_date=_("発行日"),
        transaction_date=_("返還年月日"),
        period=_("返還期間"),
        period_from=_("返還期間の初日"),
        period_to=_("返還期間の末日"),
        amount=_("返還金額"),
    ),
}


class Layout(models.TextChoices):
    """書式: how an invoice is put on pages."""

    STANDARD = "standard", _("標準(1枚目から明細)")
    COVER = "cover", _("かがみ+明細(明細は2枚目から)")


class PriceMode(models.TextChoices):
    EXCLUSIVE = "exclusive", _("税抜")
    INCLUSIVE = "inclusive", _("税込")


class Rounding(models.TextChoices):
    """端数処理: how tax is rounded to whole yen, once per invoice and rate."""

    FLOOR = RoundingRule.FLOOR.value, _("切捨て")
    HALF_UP = RoundingRule.HALF_UP.value, _("四捨五入")
    CEIL = RoundingRule.CEIL.value, _("切上げ")


class TaxUnit(models.TextChoices):
    """How often tax is rounded. Per line is for issuers without a registration number only (施行令70条の10)."""

    INVOICE = "invoice", _("請求書ごと(税率ごとに1回)")
    LINE = "line", _("明細ごと")


class AmountRounding(models.TextChoices):
    """How quantity × unit price becomes the amount of a line. It is no tax, so it may be rounded in its own way."""

    SAME = "same", _("消費税と同じ")
    FLOOR = RoundingRule.FLOOR.value, _("切捨て")
    HALF_UP = RoundingRule.HALF_UP.value, _("四捨五入")
    CEIL = RoundingRule.CEIL.value, _("切上げ")
    CARRIED = "carried", _("端数を合計まで持ち越し、合計で1回")


class LineKind(models.TextChoices):
    """What a row of the table of lines is: only an item has figures."""

    ITEM = "item", _("明細")
    HEADING = "heading", _("見出し")
    BLANK = "blank", _("空行")


class Reduction(models.TextChoices):
    """Why an amount refunds an earlier sale (売上げに係る対価の返還等)."""

    NONE = "", _("―")
    RETURNED = "returned", _("返品")
    DISCOUNT = "discount", _("値引")
    REBATE = "rebate", _("割戻")


class InvoiceSystem(models.TextChoices):
    """What the law of consumption tax asked of an invoice at the time of a supply (invoices.documents.invoice_system).

    Under PLAIN a document has no name of its own; under CLASSIFIED it is a 区分記載請求書, whoever issues it.
    """

    PLAIN = "plain", _("請求書等保存方式")
    CLASSIFIED = "classified", _("区分記載請求書等保存方式")
    QUALIFIED = "qualified", _("適格請求書等保存方式")


class WithholdingKind(models.TextChoices):
    """By which rule tax is withheld (所得税法204条・205条)."""

    FEE = "fee", _("報酬・料金(原稿料・講演料・弁護士・税理士など)")
    SCRIVENER = "scrivener", _("司法書士・土地家屋調査士・海事代理士")


class DeductionKind(models.TextChoices):
    """控除: reductions (値引・割戻) that lower the base of a rate."""

    BASIC = "basic", _("基本控除")
    ITEM = "item", _("品種控除")
    FUNCTION = "function", _("機能控除")
    OTHER = "other", _("その他控除")


class TaxCategory(models.TextChoices):
    TAXABLE = "taxable", _("課税")
    EXEMPT = "exempt", _("非課税")
    EXPORT = "export", _("免税")
    OUTSIDE = "outside", _("不課税")


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OFFICE_FILES = frozenset({XLSX, DOCX})
"""Types of attached files that their reader can change with the program that everybody has."""


class PaymentMethod(models.TextChoices):
    """入金方法."""

    TRANSFER = "transfer", _("振込")
    DIRECT_DEBIT = "direct_debit", _("口座振替")
    PAYMENT_SLIP = "payment_slip", _("納付書")
    OTHER = "other", _("その他")


class PaymentKind(models.TextChoices):
    """How an entry settles a claim or a credit note."""

    PAYMENT = "payment", _("支払")
    SET_OFF = "set_off", _("充当")
    REFUND = "refund", _("戻入")
    TRANSFER = "transfer", _("修正後への引継ぎ")
    COUNTER_ENTRY = "counter_entry", _("訂正")


class ReturnReason(models.TextChoices):
    """Why an invoice comes back; only a minor fault stops the clock of payment and does not start it anew."""

    MINOR = "minor", _("軽微な不備")
    MISSING_DOCUMENT = "missing_document", _("書類不足")
    WRONG_CONTENT = "wrong_content", _("内容誤り")
    WRONG_ADDRESSEE = "wrong_addressee", _("宛先誤り")


class DocumentKind(models.TextChoices):
    INVOICE_PDF = "invoice_pdf", _("請求書PDF")
    SCAN = "scan", _("紙の請求書の読み取り")
