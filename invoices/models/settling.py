"""The columns of an invoice that say how it is settled; the rows behind them are in `payment`."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from invoices.enums import Status
from portal.lib.public_model import PublicModel
from portal.lib.yen import Yen


class Settling(PublicModel):
    """What is payable of a claim or a credit note, and what its payments come to.

    Attributes:
        payable: Yen; 差引お支払額 where tax is withheld, else 請求金額. Below zero on a credit note.
        settled: Yen; what its payments come to. Each of them has the sign of `payable`, unless it takes one back.
        set_off: Yen; the part of `settled` that was set off (充当) and not paid.
        paid_on: The day of the last payment, also of those in whose place it stands; None as long as it is not settled,
            and of a claim of nothing.
        superseded_by: The correction that the city has accepted in its place, the last where there are several. Nothing
            more is done about this one, and what was settled of it counts for that one (消費税法57条の4④).
        disputed_at, dispute_reason: What is left of it is not paid for now (係争中), and why.
        recalled_at, status: Columns of the invoice itself.
        accepted_notes, undecided_notes: Yen; only of an invoice that was read `with_credit_notes`.
    """

    recalled_at: datetime | None
    status: str
    accepted_notes: Yen
    undecided_notes: Yen

    payable = models.BigIntegerField(_("支払うべき額"), default=0, db_default=0)
    settled = models.BigIntegerField(_("支払・充当の額"), default=0, db_default=0)
    set_off = models.BigIntegerField(_("充当額"), default=0, db_default=0)
    paid_at = models.DateTimeField(_("支払の記録日時"), null=True)
    paid_on = models.DateField(_("支払日"), null=True)
    superseded_by = models.ForeignKey(
        "invoices.Invoice",
        on_delete=models.PROTECT,
        null=True,
        related_name="supersedes",
        verbose_name=_("受理された修正後の請求書"),
    )
    disputed_at = models.DateTimeField(_("係争中とした日時"), null=True)
    dispute_reason = models.TextField(_("係争の理由"), blank=True, default="", db_default="")

    class Meta:
        abstract = True

    @property
    def balance(self) -> Yen:
        """残額 in yen: what is left to be paid. Below zero, money is to come back: of a credit note, or overpaid."""
        return self.payable - self.settled

    @property
    def left(self) -> Yen:
        """The balance in yen as long as it is this one that is settled, and not its correction; then nothing."""
        return 0 if self.superseded_by_id else self.balance

    @property
    def paid_amount(self) -> Yen:
        """What went from the city to the supplier, in yen; below zero what came back."""
        return self.settled - self.set_off

    @property
    def too_much_back(self) -> Yen:
        """What came back, or was set off, beyond what was to come back, in yen: the city owes it.

        Of a claim it is what came back above all that was settled of it, as when a payment is taken back of which an
        excess was refunded; of a credit note what lies above it, as when its correction takes back less.
        """
        return max(0, self.balance if self.payable < 0 else -self.settled)

    @property
    def state_label(self) -> str:
        """What screens, mails and files call its status. A credit note is never paid: it is set off or refunded."""
        if self.status != Status.PAID:
            return str(Status(self.status).label)
        if not self.paid_on:
            return str(_("支払不要"))
        if self.settled and not self.paid_amount:
            return str(_("充当済"))
        if self.payable >= 0:
            return str(Status.PAID.label)
        return str(_("充当・戻入済") if self.set_off else _("戻入済"))

    @property
    def marks(self) -> list[str]:
        """What a list says beside the status: that it was handed back, is disputed, or is settled in part.

        Of what was superseded, only that: the rest is told of its correction.
        """
        if self.superseded_by_id:
            return [str(_("修正後あり"))]
        takes_back = self.payable < 0
        marks = {
            _("引戻し"): self.recalled_at is not None,
            _("係争中"): self.disputed_at is not None,
            _("過払い"): self.balance < 0 and not takes_back,
            _("一部支払"): self.paid_amount > 0 and self.balance > 0,
            _("一部充当"): self.set_off != 0 and self.balance != 0 and not self.too_much_back,
            _("一部戻入"): self.paid_amount < 0 and self.balance < 0,
            _("充当・戻入の超過") if takes_back else _("戻入の超過"): self.too_much_back > 0,
        }
        return [str(label) for label, holds in marks.items() if holds]
