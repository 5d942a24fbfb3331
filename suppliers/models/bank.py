"""Bank accounts to which cities pay."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.acting import ActingFor
from portal.lib.japan import AccountType
from portal.lib.public_model import PublicModel
from suppliers.models.supplier import Supplier


class BankAccountQuerySet(models.QuerySet["BankAccount"]):
    """Bank accounts."""

    def visible_to(self, acting_for: ActingFor) -> Self:
        """The accounts of the supplier. Cities see an account only on an invoice."""
        return self.filter(supplier_id=acting_for.id) if acting_for.is_supplier else self.none()

    def active(self) -> Self:
        """Accounts that are offered for new invoices."""
        return self.filter(active=True)


class BankAccount(PublicModel):
    """A bank account, in the form of the Zengin system.

    Attributes:
        bank_code: Four digits.
        branch_code: Three digits.
        number: Seven digits, padded with zeros on the left.
        holder: Half-width kana, at most 30 characters of the Zengin set.
    """

    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, related_name="bank_accounts", verbose_name=_("事業者")
    )
    bank_code = models.CharField(_("金融機関コード"), max_length=4)
    bank_name = models.CharField(_("金融機関名"), max_length=60)
    branch_code = models.CharField(_("支店コード"), max_length=3)
    branch_name = models.CharField(_("支店名"), max_length=60)
    account_type = models.CharField(_("預金種別"), max_length=1, choices=AccountType, default=AccountType.ORDINARY)
    number = models.CharField(_("口座番号"), max_length=7)
    holder = models.CharField(_("口座名義(カナ)"), max_length=30)
    active = models.BooleanField(_("有効"), default=True)

    objects = BankAccountQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("振込先口座")
        verbose_name_plural = _("振込先口座")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.bank_name} {self.branch_name} {self.get_account_type_display()} {self.number}"
