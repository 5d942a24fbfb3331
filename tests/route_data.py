"""What the tests of the routes send to forms with many fields."""

BANK_ACCOUNT = {
    "bank": "0185",
    "branch": "100",
    "account_type": "1",
    "number": "1234567",
    "holder": "ミヤゾノショウジ",
}
BILLING_SOURCE = {
    "name": "鹿屋支店",
    "signer_title": "支店長",
    "signer_name": "柏木 一",
    "postcode": "893-0014",
    "address": "鹿児島県鹿屋市寿1-1",
    "building": "",
    "phone": "0994-43-2111",
}
COMPANY = {
    "kind": "corporation",
    "name": "事業者A",
    "kana": "ジギョウシャエー",
    "registered": "yes",
    "registration_number": "T7123456789012",
    "representative_title": "代表取締役",
    "representative_name": "宮園 太郎",
    "postcode": "893-0014",
    "address": "鹿児島県鹿屋市寿1-1",
    "phone": "0994-43-2111",
    "fiscal_year_end_month": "3",
}
POLICY = {
    "version": "0",
    "addressee": "見本市長 有馬 千尋",
    "address_line": "head",
    "signer": "delegate",
    "seal_rule": "named_persons",
    "person_contact": "phone",
    "asks_sole_trader_contact": "on",
    "allows_attachments": "on",
    "allows_office_files": "on",
    "attachment_max_mb": "10",
    "accepts_return_requests": "on",
    "issue_date_tolerance_days": "0",
    "payment_days": "30",
    "construction_payment_days": "40",
    "retention_years": "10",
}
