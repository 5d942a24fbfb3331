"""The city's URLs about invoices, below /m/<municipality>/invoices/."""

from django.urls import path

from invoices.web import inbox

app_name = "review"

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("<uuid:invoice_id>/", inbox.detail, name="detail"),
    path("<uuid:invoice_id>/open/", inbox.open_invoice, name="open"),
    path("<uuid:invoice_id>/return/", inbox.return_invoice, name="return"),
    path("<uuid:invoice_id>/invoice.pdf", inbox.pdf, name="pdf"),
    path("<uuid:invoice_id>/sheets/<int:number>.png", inbox.sheet, name="sheet"),
]
