"""The city's URLs about invoices, below /m/<municipality>/invoices/."""

from django.urls import path

from invoices.web import attachments, inbox, review

app_name = "review"

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("batch/", inbox.batch, name="batch"),
    path("paper/", review.record_paper, name="record_paper"),
    path("<uuid:invoice_id>/", review.detail, name="detail"),
    path("<uuid:invoice_id>/open/", review.open_invoice, name="open"),
    path("<uuid:invoice_id>/return/", review.return_invoice, name="return"),
    path("<uuid:invoice_id>/reroute/", review.reroute, name="reroute"),
    path("<uuid:invoice_id>/accept/", review.accept, name="accept"),
    path("<uuid:invoice_id>/reopen/", review.reopen, name="reopen"),
    path("<uuid:invoice_id>/take-over/", review.take_over, name="take_over"),
    path("<uuid:invoice_id>/recall/", review.recall, name="recall"),
    path("<uuid:invoice_id>/pay/", review.pay, name="pay"),
    path("<uuid:invoice_id>/invoice.pdf", review.pdf, name="pdf"),
    path("<uuid:invoice_id>/sheets/<int:number>.png", review.sheet, name="sheet"),
    path("<uuid:invoice_id>/attachments/<uuid:attachment_id>/", attachments.received_file, name="attachment"),
]
