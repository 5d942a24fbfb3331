"""The way in with an invitation, and answers while typing."""

from django.urls import path

from suppliers.views import checks, entry, registration

urlpatterns = [
    path("invitation/", entry.enter, name="invitation_entry"),
    path("invitation/received/", entry.received, name="invitation_received"),
    path("invitation/continue/", registration.proceed, name="invitation_continue"),
    path("invitation/company/", registration.company, name="invitation_company"),
    path("invitation/person/", registration.person, name="invitation_person"),
    path("invitation/confirm/", registration.confirm, name="invitation_confirm"),
    path("invitation/done/", registration.done, name="invitation_done"),
    path("invitation/<str:public_id>/", entry.enter, name="invitation_code"),
    path("check/registration-number/", checks.registration_number, name="check_registration_number"),
    path("check/branches/", checks.branches, name="check_branches"),
    path("check/account-holder/", checks.account_holder, name="check_account_holder"),
]
