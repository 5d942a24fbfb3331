"""The page of allauth for a passkey of somebody who is signed in, where the portal decides otherwise."""

from typing import Any

from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView
from django.http import HttpResponse
from django.shortcuts import redirect


class AskPasskeyView(ReauthenticateWebAuthnView):
    """Asks for a passkey. After a refusal it asks again, and still knows where the person wants to go."""

    def form_invalid(self, form: Any) -> HttpResponse:
        super().form_invalid(form)  # puts what is wrong above the page
        return redirect(self.passthrough_next_url(self.request.path))
