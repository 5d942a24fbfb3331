"""The invoice: what a supplier writes, and the columns that are frozen at issue."""

from typing import Any, Self

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.acting import ActingFor
from accounts.models import Department, Municipality, User
from invoices.enums import (
    AmountRounding,
    InvoiceKind,
    KindWords,
    Layout,
    Origin,
    PaymentKind,
    PaymentMethod,
    Prepayment,
    PriceMode,
    ReturnReason,
    Rounding,
    Status,
    TaxUnit,
    WithholdingKind,
)
from invoices.models.after_issue import OPEN_AFTER_ISSUE, OPEN_ON_PAPER
from invoices.models.series import NumberSeries
from invoices.models.settling import Settling
from invoices.models.taken_back import taken_back
from portal.lib.frozen import Frozen
from suppliers.models import BankAccount, BillingSource, Seal, Supplier

UNISSUED = (Status.DRAFT, Status.SCHEDULED)
WITHDRAWN = (Status.RETURNED, Status.CANCELLED)
"""An issued invoice in one of these states claims no money."""
DELIVERED = (Status.UNOPENED, Status.OPENED, Status.RETURNED, Status.ACCEPTED, Status.PAID)
REMARKS_MAX = 2000
_CLAIM = InvoiceKind.INVOICE.words


def _corrections() -> QuerySet[Any]:
    return Invoice.objects.filter(replaces=OuterRef("pk"), number__isnull=False).exclude(status=Status.CANCELLED)


def _with_entries_of_its_own() -> QuerySet[Any]:
    by_hand = (PaymentKind.PAYMENT, PaymentKind.SET_OFF, PaymentKind.REFUND)
    return Invoice.objects.filter(pk=OuterRef("pk"), payments__kind__in=by_hand, payments__taken_back_by=None)


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    """Invoices."""

    def visible_to(self, acting_for: ActingFor) -> Self:
        """The invoices that this user may see. Everything that reads invoices starts here.

        A supplier sees its own. A city sees invoices that have arrived (also those that were cancelled later):
        accountants and administrators all of them, other staff those of their departments.
        """
        if acting_for.is_supplier:
            return self.filter(supplier_id=acting_for.id)
        received = self.filter(municipality_id=acting_for.id, delivered_at__isnull=False)
        if acting_for.sees_all_departments:
            return received
        return received.filter(department_id__in=acting_for.departments)

    def to_review(self, *statuses: str) -> Self:
        """What a department has to open or to decide on. What was superseded meanwhile asks for neither."""
        return self.filter(status__in=statuses or (Status.UNOPENED, Status.OPENED), superseded_by=None)

    def without_staff(self) -> Self:
        """Invoices that wait to be opened or reviewed in a department in which nobody works."""
        return self.to_review().filter(department__in=Department.objects.unstaffed())

    def to_take_over(self) -> Self:
        """Claims that wait for the accounting office: accepted, or settled before it had anything to do with them.

        Without an entry of its own only a claim of nothing is settled, and a correction by what was transferred to it.
        """
        unseen = Q(Q(payable=0) | Q(replaces__isnull=False), ~Exists(_with_entries_of_its_own()), status=Status.PAID)
        waiting = self.filter(kind=InvoiceKind.INVOICE, superseded_by=None, taken_over_at=None)
        return waiting.filter(unseen | Q(status=Status.ACCEPTED))

    def to_pay(self) -> Self:
        """Claims that the accounting office took over and that are not settled: something is due, or to come back."""
        return self._to_settle(InvoiceKind.INVOICE).exclude(taken_over_at=None).exclude(payable=0, settled=0)

    def to_set_off(self) -> Self:
        """Accepted credit notes that are not wholly set off or refunded."""
        return self._to_settle(InvoiceKind.CREDIT_NOTE)

    def _to_settle(self, kind: InvoiceKind) -> Self:
        return self.filter(status=Status.ACCEPTED, kind=kind, superseded_by=None)

    def with_credit_notes(self) -> Self:
        """Each with what the credit notes that name it, or one in whose place it stands, still take back, in yen.

        `accepted_notes` is of those that the department accepted, `undecided_notes` of those that have arrived and on
        which it has not decided.
        """
        return self.annotate(
            accepted_notes=taken_back(Invoice.objects.filter(status=Status.ACCEPTED)),
            undecided_notes=taken_back(Invoice.objects.filter(status__in=(Status.UNOPENED, Status.OPENED))),
        )

    def to_correct(self) -> Self:
        """Returned invoices without an issued correction. A cancelled correction does not count."""
        return self.filter(~Exists(_corrections()), status=Status.RETURNED)

    def with_reissued(self) -> Self:
        """Each with `reissued`: whether a correction of it was issued and not cancelled."""
        return self.annotate(reissued=Exists(_corrections()))


class Invoice(Settling):
    """One invoice from draft to payment.

    A draft may be incomplete. After the issue, the lines and all columns except OPEN_AFTER_ISSUE never change. The
    document is made only from `snapshot`.

    Attributes:
        version: How often the draft was saved, so that an outdated page cannot overwrite a newer draft.
        kind: An invoice, or a credit note, which has its own number series and title.
        original, original_number: For credit notes: the invoice that is reduced, issued here or elsewhere.
        tax_unit: Only issuers without a registration number may round for each line.
        creditor_number: 債権者番号, by which a city knows the account of the supplier; used in place of an account.
        carry_over_billed, carry_over_received: 前回請求額 and ご入金額 in yen; both None without a carry-over block.
        prepayment: Why it is claimed before the supply (前払); empty where it is not.
        contracted_on: 契約日, by which an earlier rate may still hold (経過措置).
        amount_rounding: How amounts of lines are rounded; tax has `rounding`.
        withholding_base: 源泉徴収の対象額 in yen without tax; None without withholding.
        billing_source: The branch that is printed as issuer; None for the head office.
        saved_from: The id of the page that saved last. A later save from the same page is never outdated, also when the
            answer to the earlier save was lost.
        number: The portal's number, unique in its series.
        snapshot: Canonical JSON of everything that the document shows (invoices.documents.schema).
        issuer_name, recipient_name, department_name: The names at the time of issue, so that search still finds the
            invoice after a name has changed.
        unread: What was typed into a draft and cannot be read, by field. An issued invoice has none; so it is with its
            lines and deductions.
        net, tax, total: Yen.
        delivered_at: The legal moment of receipt.
        opened_at, opened_by: The first opening in the department of now. The events contain the very first opening.
        scheduled_for: The reserved time of issue, also after it has passed.
        refusal: The errors for which it could not be issued at the reserved time, as {code, message}.
        taken_over_at: When the accounting office took it over for payment.
        recalled_at: When the accounting office handed it back (引戻し); None again once the department has decided.
        replaces: The invoice that this one corrects.
    """

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, null=True, related_name="invoices")
    origin = models.CharField(_("受領方法"), max_length=10, choices=Origin, default=Origin.PORTAL, editable=False)
    status = models.CharField(_("状態"), max_length=20, choices=Status, default=Status.DRAFT, editable=False)
    created_at = models.DateTimeField(_("作成日時"), db_default=Now(), editable=False)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    updated_at = models.DateTimeField(_("更新日時"), db_default=Now())
    version = models.PositiveIntegerField(default=0)
    saved_from = models.UUIDField(null=True)

    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, related_name="invoices", verbose_name=_("発行先の課")
    )
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, related_name="invoices", verbose_name=_("市")
    )
    kind = models.CharField(_("書類の種類"), max_length=20, choices=InvoiceKind, default=InvoiceKind.INVOICE)
    layout = models.CharField(_("書式"), max_length=20, choices=Layout, default=Layout.STANDARD)
    original = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="reductions", verbose_name=_("もとの請求書")
    )
    original_number = models.CharField(_("もとの請求書番号"), max_length=40, blank=True)
    title = models.CharField(_("件名"), max_length=60, blank=True)
    issue_date = models.DateField(_CLAIM.issue_date, null=True)
    transaction_date = models.DateField(_CLAIM.transaction_date, null=True)
    period_from = models.DateField(_CLAIM.period_from, null=True)
    period_to = models.DateField(_CLAIM.period_to, null=True)
    prepayment = models.CharField(
        _("前払の理由"), max_length=20, choices=Prepayment, default=Prepayment.NONE, blank=True
    )
    contracted_on = models.DateField(_("契約日"), null=True)
    price_mode = models.CharField(_("単価の税"), max_length=20, choices=PriceMode, default=PriceMode.EXCLUSIVE)
    rounding = models.CharField(_("端数処理"), max_length=20, choices=Rounding, default=Rounding.FLOOR)
    amount_rounding = models.CharField(
        _("金額の端数処理"), max_length=20, choices=AmountRounding, default=AmountRounding.SAME
    )
    tax_unit = models.CharField(_("端数処理の単位"), max_length=10, choices=TaxUnit, default=TaxUnit.INVOICE)
    carry_over_billed = models.BigIntegerField(_("前回請求額"), null=True)
    carry_over_received = models.BigIntegerField(_("ご入金額"), null=True)
    withholding_base = models.BigIntegerField(_("源泉徴収の対象額"), null=True)
    withholding_kind = models.CharField(
        _("源泉徴収の種類"), max_length=20, choices=WithholdingKind, default=WithholdingKind.FEE
    )
    payment_method = models.CharField(
        _("入金方法"), max_length=20, choices=PaymentMethod, default=PaymentMethod.TRANSFER
    )
    bank_account = models.ForeignKey(
        BankAccount, on_delete=models.PROTECT, null=True, related_name="invoices", verbose_name=_("振込先口座")
    )
    creditor_number = models.CharField(_("債権者番号"), max_length=20, blank=True)
    billing_source = models.ForeignKey(
        BillingSource, on_delete=models.PROTECT, null=True, related_name="invoices", verbose_name=_("請求元")
    )
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("印影"))
    remarks = models.TextField(_("備考"), blank=True, validators=[MaxLengthValidator(REMARKS_MAX)])
    own_reference = models.CharField(_("管理番号"), max_length=40, blank=True)
    responsible_title = models.CharField(_("発行責任者の役職"), max_length=40, blank=True)
    responsible_name = models.CharField(_("発行責任者の氏名"), max_length=60, blank=True)
    responsible_phone = models.CharField(_("発行責任者の直通電話"), max_length=20, blank=True)
    responsible_email = models.CharField(_("発行責任者のメールアドレス"), max_length=254, blank=True)
    contact_title = models.CharField(_("担当者の役職"), max_length=40, blank=True)
    contact_name = models.CharField(_("担当者の氏名"), max_length=60, blank=True)
    contact_phone = models.CharField(_("担当者の直通電話"), max_length=20, blank=True)
    contact_email = models.CharField(_("担当者のメールアドレス"), max_length=254, blank=True)
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="successors", verbose_name=_("修正前の請求書")
    )
    unread = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), blank=True, editable=False)
    net = models.BigIntegerField(_("税抜金額"), default=0)
    tax = models.BigIntegerField(_("消費税額"), default=0)
    total = models.BigIntegerField(_CLAIM.amount, default=0)

    series = models.ForeignKey(NumberSeries, on_delete=models.PROTECT, null=True, related_name="invoices")
    sequence = models.PositiveIntegerField(null=True)
    number = models.CharField(_CLAIM.number, max_length=40, null=True, editable=False)
    issued_at = models.DateTimeField(_("発行日時"), null=True)
    snapshot = models.TextField(null=True, editable=False)
    snapshot_schema = models.PositiveSmallIntegerField(null=True, editable=False)
    check_code = models.CharField(_("照合コード"), max_length=20, null=True, unique=True, editable=False)
    issuer_name = models.CharField(_("請求者名"), max_length=60, blank=True, editable=False)
    recipient_name = models.CharField(_("宛先の市"), max_length=60, blank=True, editable=False)
    department_name = models.CharField(_("宛先の課"), max_length=80, blank=True, editable=False)

    delivered_at = models.DateTimeField(_("到達日時"), null=True)
    opened_at = models.DateTimeField(_("開封日時"), null=True)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("開封者"))
    returned_at = models.DateTimeField(_("差戻し日時"), null=True)
    return_reason = models.CharField(_("差戻しの区分"), max_length=20, choices=ReturnReason, blank=True)
    return_comment = models.TextField(_("差戻しの理由"), blank=True)
    cancelled_at = models.DateTimeField(_("取消日時"), null=True)
    scheduled_for = models.DateTimeField(_("発行予約日時"), null=True)
    refused_at = models.DateTimeField(_("予約どおりに発行できなかった日時"), null=True)
    refusal = models.JSONField(default=list, blank=True)
    accepted_at = models.DateTimeField(_("受理日時"), null=True)
    return_requested_at = models.DateTimeField(_("差戻依頼日時"), null=True)
    taken_over_at = models.DateTimeField(_("会計への引継ぎ日時"), null=True)
    recalled_at = models.DateTimeField(_("引戻し日時"), null=True)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("請求書")
        verbose_name_plural = _("請求書")
        indexes = [
            models.Index(fields=["supplier", "status", "-issued_at", "-id"], name="invoice_by_supplier"),
            models.Index(
                fields=["municipality", "department", "status", "delivered_at", "id"], name="invoice_by_inbox"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    status__in=UNISSUED,
                    origin=Origin.PORTAL,
                    supplier__isnull=False,
                    number=None,
                    issued_at=None,
                    snapshot=None,
                )
                | Q(
                    ~Q(status__in=UNISSUED),
                    origin=Origin.PORTAL,
                    supplier__isnull=False,
                    number__isnull=False,
                    series__isnull=False,
                    sequence__isnull=False,
                    issued_at__isnull=False,
                    snapshot__isnull=False,
                    check_code__isnull=False,
                    department__isnull=False,
                    municipality__isnull=False,
                )
                | Q(
                    status__in=(*DELIVERED, Status.CANCELLED),
                    origin=Origin.PAPER,
                    supplier=None,
                    number=None,
                    snapshot=None,
                    department__isnull=False,
                    municipality__isnull=False,
                ),
                name="issued_invoice_is_complete",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.SCHEDULED) | Q(scheduled_for__isnull=False),
                name="scheduled_invoice_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.PAID) | Q(Q(paid_on__isnull=False) | Q(payable=0), settled=F("payable")),
                name="paid_invoice_is_settled",
            ),
            models.CheckConstraint(
                condition=Q(status__in=(Status.ACCEPTED, Status.PAID)) | Q(settled=0, set_off=0),
                name="payments_only_of_accepted",
            ),
            models.CheckConstraint(
                condition=Q(disputed_at=None, dispute_reason="") | Q(disputed_at__isnull=False) & ~Q(dispute_reason=""),
                name="dispute_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=DELIVERED) | Q(delivered_at__isnull=False), name="delivered_invoice_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.RETURNED) | ~Q(return_reason="") & ~Q(return_comment=""),
                name="returned_invoice_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(period_from=None) | Q(period_to=None) | Q(period_from__lte=F("period_to")),
                name="invoice_period_in_order",
            ),
            models.UniqueConstraint(fields=["series", "sequence"], name="invoice_number_unique_in_series"),
            models.UniqueConstraint(
                fields=["replaces"], condition=~Q(status=Status.CANCELLED), name="one_live_successor"
            ),
            Frozen(
                name="invoice_frozen",
                operations=["UPDATE"],
                when="{row}.number IS NOT NULL OR {row}.origin = 'paper' AND {row}.status <> 'opened'",
                opened=OPEN_AFTER_ISSUE,
            ),
            Frozen(
                name="paper_frozen",
                operations=["UPDATE"],
                when="{row}.origin = 'paper'",
                opened=(*OPEN_AFTER_ISSUE, *OPEN_ON_PAPER),
            ),
            Frozen(
                name="invoice_received_once",
                operations=["UPDATE"],
                when="{row}.delivered_at IS NOT NULL AND NOT ({row}.origin = 'paper' AND {row}.status = 'opened')",
                only=["delivered_at"],
            ),
            Frozen(
                name="invoice_never_deleted",
                operations=["DELETE"],
                when="{row}.number IS NOT NULL OR {row}.origin = 'paper'",
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.title

    @classmethod
    def column(cls, name: str) -> "models.Field[Any, Any]":
        """How a column is declared: what screens call it, and how much it holds."""
        field = cls._meta.get_field(name)
        assert isinstance(field, models.Field)
        return field

    @property
    def is_issued(self) -> bool:
        """Whether it has a number."""
        return self.number is not None

    @property
    def is_in_force(self) -> bool:
        """Whether it counts: a correction takes its place only when it was withdrawn, or the city accepted that one."""
        return self.status not in WITHDRAWN and self.superseded_by_id is None

    @property
    def is_credit_note(self) -> bool:
        """Whether it takes back part of a claim."""
        return self.kind == InvoiceKind.CREDIT_NOTE

    @property
    def words(self) -> KindWords:
        """What a document of its kind is called, and what its number, days and amount are."""
        return InvoiceKind(self.kind).words

    @property
    def issuer(self) -> Supplier:
        """The supplier that issues it. Only a paper invoice has none, and it is never a draft here."""
        assert self.supplier is not None
        return self.supplier


FROZEN_AT_ISSUE = tuple(column.name for column in Invoice._meta.concrete_fields if column.name not in OPEN_AFTER_ISSUE)
