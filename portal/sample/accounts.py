"""The sample accounts that a demo prints."""

PASSWORD = "mihon-madoguchi"  # noqa: S105  # of invented people, in a demo that only this computer reaches

ACCOUNTS = [
    ("事業者(菓子卸)", "miyazono@mihon-kashi.example"),
    ("事業者(文具)", "kashiwagi@mihon-bungu.example"),
    ("事業者(共同企業体)", "kamata@jv.example"),
    ("課の担当者(子育て支援課)", "tsuruda@city.mihon.example"),
    ("会計担当", "chuman@city.mihon.example"),
    ("市の管理者", "arima@city.mihon.example"),
    ("運用者", "operator@madoguchi.example"),
]
"""The sample accounts that a demo prints: role and e-mail address."""
