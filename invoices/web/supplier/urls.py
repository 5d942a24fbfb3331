"""The supplier's URLs about invoices, below /s/<supplier>/invoices/."""

from django.urls import path

from invoices.web.supplier import attachment_pages, confirm, editor, outbox

app_name = "invoices"

urlpatterns = [
    path("", outbox.listing, name="list"),
    path("list.csv", outbox.listing_csv, name="list_csv"),
    path("new/", editor.new, name="new"),
    path("<uuid:invoice_id>/", outbox.detail, name="detail"),
    path("<uuid:invoice_id>/edit/", editor.edit, name="edit"),
    path("<uuid:invoice_id>/split/", editor.split, name="split"),
    path("<uuid:invoice_id>/attachments/", attachment_pages.page, name="attachments"),
    path("<uuid:invoice_id>/attachments/<uuid:attachment_id>/", attachment_pages.own_file, name="attachment"),
    path(
        "<uuid:invoice_id>/attachments/<uuid:attachment_id>/remove/", attachment_pages.remove, name="attachment_remove"
    ),
    path("<uuid:invoice_id>/confirm/", confirm.confirm, name="confirm"),
    path("<uuid:invoice_id>/preview/", confirm.preview, name="preview"),
    path("<uuid:invoice_id>/preview/<str:seen>/<int:number>.png", confirm.draft_sheet, name="draft_sheet"),
    path("<uuid:invoice_id>/preview.pdf", confirm.draft_pdf, name="draft_pdf"),
    path("<uuid:invoice_id>/issue/", confirm.issue, name="issue"),
    path("<uuid:invoice_id>/issued/", confirm.issued, name="issued"),
    path("<uuid:invoice_id>/schedule/", confirm.schedule, name="schedule"),
    path("<uuid:invoice_id>/scheduled/", confirm.scheduled, name="scheduled"),
    path("<uuid:invoice_id>/unschedule/", confirm.unschedule, name="unschedule"),
    path("<uuid:invoice_id>/delete/", editor.delete, name="delete"),
    path("<uuid:invoice_id>/cancel/", outbox.cancel, name="cancel"),
    path("<uuid:invoice_id>/request-return/", outbox.request_return, name="request_return"),
    path("<uuid:invoice_id>/reissue/", outbox.reissue, name="reissue"),
    path("<uuid:invoice_id>/copy/", outbox.copy, name="copy"),
    path("<uuid:invoice_id>/credit-note/", editor.begin_credit_note, name="begin_credit_note"),
    path("<uuid:invoice_id>/invoice.pdf", outbox.pdf, name="pdf"),
    path("<uuid:invoice_id>/receipt.pdf", outbox.receipt, name="receipt"),
    path("<uuid:invoice_id>/sheets/<int:number>.png", outbox.sheet, name="sheet"),
]
