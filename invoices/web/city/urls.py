"""The city's URLs about invoices, below /m/<municipality>/invoices/."""

from django.urls import path

from invoices.web.city import batch, inbox, paper_page, payment_pages, review_page, unstaffed

app_name = "review"

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("batch/", batch.confirm_batch, name="batch"),
    path("batch/take/", batch.take_batch, name="take_batch"),
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
    path("<uuid:invoice_id>/correct-paper/", review_page.correct_paper, name="correct_paper"),
    path("<uuid:invoice_id>/withdraw-paper/", review_page.withdraw_paper, name="withdraw_paper"),
    path("<uuid:invoice_id>/pay/", payment_pages.pay, name="pay"),
    path("<uuid:invoice_id>/overpay/", payment_pages.overpay, name="overpay"),
    path("<uuid:invoice_id>/set-off/", payment_pages.set_off, name="set_off"),
    path("<uuid:invoice_id>/refund/", payment_pages.refund, name="refund"),
    path("<uuid:invoice_id>/correct/", payment_pages.correct, name="correct"),
    path("<uuid:invoice_id>/dispute/", payment_pages.dispute, name="dispute"),
    path("<uuid:invoice_id>/end-dispute/", payment_pages.end_dispute, name="end_dispute"),
    path("<uuid:invoice_id>/invoice.pdf", review_page.pdf, name="pdf"),
    path("<uuid:invoice_id>/sheets/<int:number>.png", review_page.sheet, name="sheet"),
    path("<uuid:invoice_id>/attachments/<uuid:attachment_id>/", review_page.received_file, name="attachment"),
]
