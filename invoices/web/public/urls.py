"""The pages for everybody, below /check/."""

from django.urls import path

from invoices.web.public import check

urlpatterns = [
    path("", check.check, name="check"),
]
