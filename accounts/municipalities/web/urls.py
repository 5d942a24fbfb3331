"""URLs of the settings of a city, under /m/<municipality_id>/."""

from django.urls import path

from accounts.municipalities.web import policy_page, record_of_city

app_name = "accounts"

urlpatterns = [
    path("policy/", policy_page.policy, name="policy"),
    path("policy/departments/", policy_page.taxable_departments, name="taxable_departments"),
    path("access/", record_of_city.access_record, name="access_record"),
    path("access/record.csv", record_of_city.access_record_file, name="access_record_file"),
]
