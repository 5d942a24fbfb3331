"""All URLs. The organisation is part of the path: /s/… for a supplier, /m/… for a city."""

from allauth.account import views as account_pages
from allauth.usersessions.views import list_usersessions
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

import portal.sign_in_record  # noqa: F401  # loading it connects it to the signals of sign-in
from accounts.reauthentication import require_fresh_sign_in
from accounts.sign_in_anew import sign_in_anew
from portal.web import city_history, demo_mail, health, home

handler400 = "portal.web.refusals.bad_request"
handler403 = "portal.web.refusals.forbidden"
handler404 = "portal.web.refusals.not_found"

urlpatterns = [
    path("", home.home, name="home"),
    path("accounts/anew/", sign_in_anew, name="sign_in_anew"),
    path("accounts/email/", require_fresh_sign_in(account_pages.email), name="account_email"),
    path("accounts/password/set/", require_fresh_sign_in(account_pages.password_set), name="account_set_password"),
    # Of allauth's parts those that are used: an account at a directory opens none here and is managed nowhere.
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("accounts.factor_urls")),
    path("accounts/sessions/", require_fresh_sign_in(list_usersessions), name="usersessions_list"),
    path("accounts/directory/", include("accounts.directory_urls")),
    path("", include("suppliers.web.public.urls")),
    path("start/", include("accounts.municipalities.web.public_urls")),
    path("s/<uuid:supplier_id>/", home.supplier_home, name="supplier_home"),
    path("s/<uuid:supplier_id>/", include("suppliers.web.supplier.urls")),
    path("s/<uuid:supplier_id>/invoices/", include("invoices.web.supplier.urls")),
    path("m/<uuid:municipality_id>/", home.city_home, name="city_home"),
    path("m/<uuid:municipality_id>/history/", city_history.city_history, name="city_history"),
    path("m/<uuid:municipality_id>/", include("accounts.municipalities.web.urls")),
    path("m/<uuid:municipality_id>/invitations/", include("suppliers.web.city.urls")),
    path("m/<uuid:municipality_id>/invoices/", include("invoices.web.city.urls")),
    path("check/", include("invoices.web.public.urls")),
    path("operator/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
if settings.DEMO:
    urlpatterns += [path("demo/mail/", demo_mail.mail, name="demo_mail")]
