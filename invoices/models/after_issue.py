"""Which columns of an invoice may still change after its issue; the database refuses all others."""

OPEN_AFTER_ISSUE = (
    "status",
    "created_by",  # who hears of it beside the owners
    "updated_at",
    "department",  # another one by 回送; the document keeps its addressee
    "delivered_at",  # once
    "opened_at",
    "opened_by",
    "returned_at",
    "return_reason",
    "return_comment",
    "cancelled_at",
    "accepted_at",
    "return_requested_at",
    "taken_over_at",
    "recalled_at",
    "settled",  # the sum of the payments, with which it is written
    "set_off",
    "paid_at",
    "paid_on",
    "superseded_by",
    "disputed_at",
    "dispute_reason",
)
"""The columns that later steps may write. All others are frozen when an invoice is issued, or recorded from paper."""

OPEN_ON_PAPER = ("issuer_name", "title", "issue_date", "net", "total", "payable")
"""What somebody typed from a paper invoice: it may be put right until the invoice is accepted. So may delivered_at."""
