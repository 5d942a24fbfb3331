"""The supplier's URLs about invoices, below /s/<supplier>/invoices/."""

from django.urls import path

from invoices.web import editor, outbox

app_name = "invoices"

urlpatterns = [
    path("", outbox.listing, name="list"),
    path("new/", editor.new, name="new"),
    path("<uuid:invoice_id>/", outbox.detail, name="detail"),
    path("<uuid:invoice_id>/edit/", editor.edit, name="edit"),
    path("<uuid:invoice_id>/confirm/", editor.confirm, name="confirm"),
    path("<uuid:invoice_id>/preview/<int:version>/<int:number>.png", editor.draft_sheet, name="draft_sheet"),
    path("<uuid:invoice_id>/preview.pdf", editor.draft_pdf, name="draft_pdf"),
    path("<uuid:invoice_id>/issue/", editor.issue, name="issue"),
    path("<uuid:invoice_id>/issued/", editor.issued, name="issued"),
    path("<uuid:invoice_id>/delete/", editor.delete, name="delete"),
    path("<uuid:invoice_id>/cancel/", outbox.cancel, name="cancel"),
    path("<uuid:invoice_id>/reissue/", outbox.reissue, name="reissue"),
    path("<uuid:invoice_id>/invoice.pdf", outbox.pdf, name="pdf"),
    path("<uuid:invoice_id>/sheets/<int:number>.png", outbox.sheet, name="sheet"),
]
