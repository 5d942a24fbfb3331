"""URLs of second factors. Whatever shows or changes one stands behind the question who sits there.

The library's own question is not asked of people who have nothing to answer it with, as those who come by a directory:
they sign in anew.
"""

from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkey
from django.urls import include, path

from accounts.factor_pages import AskPasskeyView
from accounts.reauthentication import require_fresh_sign_in as fresh

urlpatterns = [
    path("totp/activate/", fresh(app.activate_totp), name="mfa_activate_totp"),
    path("totp/deactivate/", fresh(app.deactivate_totp), name="mfa_deactivate_totp"),
    path("recovery-codes/", fresh(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("recovery-codes/generate/", fresh(recovery.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("recovery-codes/download/", fresh(recovery.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("webauthn/add/", fresh(passkey.add_webauthn), name="mfa_add_webauthn"),
    path("webauthn/keys/<int:pk>/remove/", fresh(passkey.remove_webauthn), name="mfa_remove_webauthn"),
    path("webauthn/keys/<int:pk>/edit/", fresh(passkey.edit_webauthn), name="mfa_edit_webauthn"),
    path("webauthn/reauthenticate/", AskPasskeyView.as_view(), name="mfa_reauthenticate_webauthn"),
    path("", include("allauth.mfa.urls")),
]
