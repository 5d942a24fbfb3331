"""All URLs. The organisation stands in the path: /s/… for a supplier, /m/… for a city."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from invoices.web import check
from portal.views import demo, health, home

urlpatterns = [
    path("", home.home, name="home"),
    path("accounts/", include("allauth.urls")),
    path("", include("suppliers.urls")),
    path("s/<uuid:supplier_id>/", home.supplier_home, name="supplier_home"),
    path("s/<uuid:supplier_id>/", include("suppliers.supplier_urls")),
    path("s/<uuid:supplier_id>/invoices/", include("invoices.web.urls")),
    path("m/<uuid:municipality_id>/", home.city_home, name="city_home"),
    path("m/<uuid:municipality_id>/", include("accounts.urls")),
    path("m/<uuid:municipality_id>/invitations/", include("suppliers.invitation_urls")),
    path("m/<uuid:municipality_id>/invoices/", include("invoices.web.review_urls")),
    path("check/", check.check, name="check"),
    path("operator/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
if settings.DEMO:
    urlpatterns += [path("demo/mail/", demo.mail, name="demo_mail")]
