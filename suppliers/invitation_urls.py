"""A city's invitations, below /m/<municipality_id>/invitations/."""

from django.urls import path

from suppliers.views import invitations

app_name = "invitations"

urlpatterns = [
    path("", invitations.listing, name="list"),
    path("new/", invitations.new, name="new"),
    path("<uuid:invitation_id>/", invitations.detail, name="detail"),
    path("<uuid:invitation_id>/resend/", invitations.resend, name="resend"),
    path("<uuid:invitation_id>/revoke/", invitations.revoke, name="revoke"),
]
