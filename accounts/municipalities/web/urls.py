"""URLs of the settings of a city, under /m/<municipality_id>/."""

from django.urls import path

from accounts.municipalities.web import policy_page

app_name = "accounts"

urlpatterns = [
    path("policy/", policy_page.policy, name="policy"),
    path("policy/departments/", policy_page.taxable_departments, name="taxable_departments"),
]
