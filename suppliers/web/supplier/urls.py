"""URLs of a supplier's own data, under /s/<supplier_id>/."""

from django.urls import path

from suppliers.web.supplier import (
    bank_account_pages,
    billing_source_pages,
    company_pages,
    record_of_supplier,
    seal_pages,
)

app_name = "suppliers"

urlpatterns = [
    path("company/", company_pages.company, name="company"),
    path("company/edit/", company_pages.company_edit, name="company_edit"),
    path("access/", record_of_supplier.access_record, name="access_record"),
    path("access/record.csv", record_of_supplier.access_record_file, name="access_record_file"),
    path("trading/", company_pages.trading, name="trading"),
    path("bank-accounts/", bank_account_pages.listing, name="bank_accounts"),
    path("bank-accounts/new/", bank_account_pages.new, name="bank_account_new"),
    path("bank-accounts/<uuid:account_id>/", bank_account_pages.edit, name="bank_account_edit"),
    path("bank-accounts/<uuid:account_id>/retire/", bank_account_pages.retire, name="bank_account_retire"),
    path("billing-sources/", billing_source_pages.listing, name="billing_sources"),
    path("billing-sources/new/", billing_source_pages.new, name="billing_source_new"),
    path("billing-sources/<uuid:source_id>/", billing_source_pages.edit, name="billing_source_edit"),
    path("billing-sources/<uuid:source_id>/retire/", billing_source_pages.retire, name="billing_source_retire"),
    path("seals/", seal_pages.listing, name="seals"),
    path("seals/new/", seal_pages.new, name="seal_new"),
    path("seals/<uuid:seal_id>.jpg", seal_pages.picture, name="seal_picture"),
    path("seals/<uuid:seal_id>/retire/", seal_pages.retire, name="seal_retire"),
]
