"""The operator's view of invoices: everything to look at, and only the tax rates to change."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.models import Municipality
from accounts.operator_news import SeenAdmin, ToldAdmin
from accounts.organisations import Organisation, city
from invoices.models import (
    Document,
    Invoice,
    InvoiceDeduction,
    InvoiceEvent,
    InvoiceLine,
    NumberSeries,
    Payment,
    TaxRate,
)
from invoices.models.called import called
from invoices.models.rate import FIGURES
from portal.lib.admin import ReadOnlyAdmin


@admin.register(TaxRate)
class TaxRateAdmin(ToldAdmin):
    """Tax rates. Every city reckons with them, so every city hears of a change."""

    list_display = ["label", "code", "category", "percent", "reduced", "valid_from", "valid_to", "contracted_before"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """With what an issued invoice was reckoned stays; another figure is another rate."""
        return FIGURES if obj and _is_used(obj) else ()

    def concerned(self, row: TaxRate) -> Iterable[Organisation]:
        return [city(each) for each in Municipality.objects.all()]


def _is_used(rate: TaxRate) -> bool:
    return any(
        rows.filter(rate=rate, invoice__number__isnull=False).exists()
        for rows in (InvoiceLine.objects.all(), InvoiceDeduction.objects.all())
    )


class SeenInvoiceAdmin(SeenAdmin):
    """A paper about an invoice: who looks at it stands in the record of its supplier and its city."""

    def seen(self, row: Any) -> tuple[list[Any], tuple[str, Any, str]]:
        invoice: Invoice = row if isinstance(row, Invoice) else row.invoice
        organisations = [each for each in (invoice.supplier_id, invoice.municipality_id) if each is not None]
        return organisations, ("Invoice", invoice.pk, called(invoice))


@admin.register(Invoice)
class InvoiceAdmin(SeenInvoiceAdmin):
    list_display = ["number", "status", "issuer_name", "recipient_name", "issued_at"]
    list_filter = ["status"]
    search_fields = ["number"]
    fields = [
        "number",
        "status",
        "issuer_name",
        "recipient_name",
        "department_name",
        "issued_at",
        "delivered_at",
        "opened_at",
        "returned_at",
        "cancelled_at",
    ]


@admin.register(InvoiceEvent)
class InvoiceEventAdmin(SeenInvoiceAdmin):
    list_display = ["invoice", "sequence", "action", "actor_name", "actor_organisation", "at"]


@admin.register(Payment)
class PaymentAdmin(SeenInvoiceAdmin):
    list_display = ["invoice", "kind", "amount", "paid_on", "reference", "recorded_by_name", "recorded_at"]


@admin.register(Document)
class DocumentAdmin(SeenInvoiceAdmin):
    list_display = ["invoice", "kind", "attempts", "stored_at", "dead_at"]


@admin.register(NumberSeries)
class NumberSeriesAdmin(ReadOnlyAdmin):
    list_display = ["supplier", "prefix", "fiscal_year", "last"]
