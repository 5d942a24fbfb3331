"""A supplier's own data, below /s/<supplier_id>/."""

from django.urls import path

from suppliers.views import bank_accounts, billing_sources, company, seals

app_name = "suppliers"

urlpatterns = [
    path("company/", company.company, name="company"),
    path("company/edit/", company.company_edit, name="company_edit"),
    path("trading/", company.trading, name="trading"),
    path("bank-accounts/", bank_accounts.listing, name="bank_accounts"),
    path("bank-accounts/new/", bank_accounts.new, name="bank_account_new"),
    path("bank-accounts/<uuid:account_id>/", bank_accounts.edit, name="bank_account_edit"),
    path("bank-accounts/<uuid:account_id>/retire/", bank_accounts.retire, name="bank_account_retire"),
    path("billing-sources/", billing_sources.listing, name="billing_sources"),
    path("billing-sources/new/", billing_sources.new, name="billing_source_new"),
    path("billing-sources/<uuid:source_id>/", billing_sources.edit, name="billing_source_edit"),
    path("billing-sources/<uuid:source_id>/retire/", billing_sources.retire, name="billing_source_retire"),
    path("seals/", seals.listing, name="seals"),
    path("seals/new/", seals.new, name="seal_new"),
    path("seals/<uuid:seal_id>.jpg", seals.picture, name="seal_picture"),
    path("seals/<uuid:seal_id>/retire/", seals.retire, name="seal_retire"),
]
