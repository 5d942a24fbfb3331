"""A supplier's own data, below /s/<supplier_id>/."""

from django.urls import path

from suppliers.views import bank_accounts, company

app_name = "suppliers"

urlpatterns = [
    path("company/", company.company, name="company"),
    path("company/edit/", company.company_edit, name="company_edit"),
    path("trading/", company.trading, name="trading"),
    path("bank-accounts/", bank_accounts.listing, name="bank_accounts"),
    path("bank-accounts/new/", bank_accounts.new, name="bank_account_new"),
    path("bank-accounts/<uuid:account_id>/", bank_accounts.edit, name="bank_account_edit"),
    path("bank-accounts/<uuid:account_id>/retire/", bank_accounts.retire, name="bank_account_retire"),
]
