"""The operator's view of invoices: everything to look at, and only the tax rates to change."""

from django.contrib import admin

from invoices.models import Document, Invoice, InvoiceEvent, NumberSeries, Payment, TaxRate
from portal.lib.admin import NoDeleteAdmin, ReadOnlyAdmin


@admin.register(TaxRate)
class TaxRateAdmin(NoDeleteAdmin):
    list_display = ["label", "code", "category", "percent", "reduced", "valid_from", "valid_to", "contracted_before"]


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyAdmin):
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
class InvoiceEventAdmin(ReadOnlyAdmin):
    list_display = ["invoice", "sequence", "action", "actor_name", "actor_organisation", "at"]


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = ["invoice", "kind", "amount", "paid_on", "reference", "recorded_by_name", "recorded_at"]


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    list_display = ["invoice", "kind", "attempts", "stored_at", "dead_at"]


@admin.register(NumberSeries)
class NumberSeriesAdmin(ReadOnlyAdmin):
    list_display = ["supplier", "prefix", "fiscal_year", "last"]
