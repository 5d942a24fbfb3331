"""A city's own settings, below /m/<municipality_id>/."""

from django.urls import path

from accounts.views import policy

app_name = "accounts"

urlpatterns = [
    path("policy/", policy.policy, name="policy"),
    path("policy/departments/", policy.taxable_departments, name="taxable_departments"),
]
