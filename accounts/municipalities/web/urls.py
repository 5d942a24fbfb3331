"""URLs of the settings of a city, under /m/<municipality_id>/."""

from django.urls import path

from accounts.municipalities.web import access_record_page, policy_page

app_name = "accounts"

urlpatterns = [
    path("policy/", policy_page.policy, name="policy"),
    path("policy/departments/", policy_page.taxable_departments, name="taxable_departments"),
    path("access/", access_record_page.access_record, name="access_record"),
    path("access/record.csv", access_record_page.access_record_file, name="access_record_file"),
]
