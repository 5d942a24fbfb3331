"""URLs of the invitations of a city, under /m/<municipality_id>/invitations/."""

from django.urls import path

from suppliers.web.city import invitation_pages

app_name = "invitations"

urlpatterns = [
    path("", invitation_pages.listing, name="list"),
    path("new/", invitation_pages.new, name="new"),
    path("<uuid:invitation_id>/", invitation_pages.detail, name="detail"),
    path("<uuid:invitation_id>/resend/", invitation_pages.resend, name="resend"),
    path("<uuid:invitation_id>/revoke/", invitation_pages.revoke, name="revoke"),
]
