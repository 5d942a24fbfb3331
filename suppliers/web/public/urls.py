"""URLs for people with an invitation, and of answers while typing."""

from django.urls import path

from suppliers.web.public import entry, registration_pages
from suppliers.web.shared import live_answers

urlpatterns = [
    path("invitation/", entry.enter, name="invitation_entry"),
    path("invitation/received/", entry.received, name="invitation_received"),
    path("invitation/continue/", registration_pages.proceed, name="invitation_continue"),
    path("invitation/company/", registration_pages.company, name="invitation_company"),
    path("invitation/person/", registration_pages.person, name="invitation_person"),
    path("invitation/confirm/", registration_pages.confirm, name="invitation_confirm"),
    path("invitation/done/", registration_pages.done, name="invitation_done"),
    path("invitation/<str:public_id>/", entry.enter, name="invitation_code"),
    path("check/registration-number/", live_answers.registration_number, name="check_registration_number"),
    path("check/branches/", live_answers.branches, name="check_branches"),
    path("check/account-holder/", live_answers.account_holder, name="check_account_holder"),
]
