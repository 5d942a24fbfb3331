"""The city's URLs about invoices, below /m/<municipality>/invoices/."""

from django.urls import path

from invoices.web.city import inbox, paper_page, review_page, unstaffed

app_name = "review"

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("batch/", inbox.batch, name="batch"),
    path("unstaffed/", unstaffed.unstaffed, name="unstaffed"),
    path("paper/", paper_page.record_paper, name="record_paper"),
    path("<uuid:invoice_id>/", review_page.detail, name="detail"),
    path("<uuid:invoice_id>/open/", review_page.open_invoice, name="open"),
    path("<uuid:invoice_id>/return/", review_page.return_invoice, name="return"),
    path("<uuid:invoice_id>/reroute/", review_page.reroute, name="reroute"),
    path("<uuid:invoice_id>/accept/", review_page.accept, name="accept"),
    path("<uuid:invoice_id>/reopen/", review_page.reopen, name="reopen"),
    path("<uuid:invoice_id>/take-over/", review_page.take_over, name="take_over"),
    path("<uuid:invoice_id>/recall/", review_page.recall, name="recall"),
    path("<uuid:invoice_id>/pay/", review_page.pay, name="pay"),
    path("<uuid:invoice_id>/correct-paper/", review_page.correct_paper, name="correct_paper"),
    path("<uuid:invoice_id>/withdraw-paper/", review_page.withdraw_paper, name="withdraw_paper"),
    path("<uuid:invoice_id>/invoice.pdf", review_page.pdf, name="pdf"),
    path("<uuid:invoice_id>/sheets/<int:number>.png", review_page.sheet, name="sheet"),
    path("<uuid:invoice_id>/attachments/<uuid:attachment_id>/", review_page.received_file, name="attachment"),
]
