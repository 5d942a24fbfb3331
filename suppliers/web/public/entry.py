"""Pages open to everybody: typing an invite code, and what it invites to."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods

from accounts import codes, gate
from accounts.models.code import InvitePurpose
from suppliers.models import Invitation
from suppliers.web.public.entry_forms import CodeForm

TOO_MANY = 429


@login_not_required
@never_cache
@sensitive_post_parameters("secret")
@sensitive_variables("form")
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, public_id: str = "") -> HttpResponse:
    """Type 仮ID and 仮パスワード. The answer does not say which of them is wrong, or why."""
    if request.method != "POST":
        form = CodeForm(initial={"public_id": codes.normalise_public_id(public_id)})
        return render(request, "suppliers/public/entry/enter.html", {"form": form})
    form = CodeForm(request.POST)
    if not gate.may_guess(request, form.typed_public_id()):
        return render(request, "429.html", status=TOO_MANY)
    if form.is_valid():
        code = codes.verify(form.cleaned_data["public_id"], form.cleaned_data["secret"], InvitePurpose.SUPPLIER)
        invitation = Invitation.objects.filter(code=code).first() if code else None
        if code and invitation:
            gate.remember(request, code, email=invitation.email)
            return redirect("invitation_received")
        form.add_error(
            None,
            _(
                "仮IDと仮パスワードの組み合わせが違うか、使用済み・期限切れです。"
                "入力した文字を確かめ、それでも進めないときは市の担当者に再送を依頼してください"
            ),
        )
    return render(request, "suppliers/public/entry/enter.html", {"form": form})


@login_not_required
@never_cache
@require_GET
def received(request: HttpRequest) -> HttpResponse:
    """The city, the supplier and the departments of the invitation, and the next step: a new account, or signing in."""
    invitation = invitation_of(request)
    if invitation is None:
        return ask_again(request)
    departments = invitation.departments.order_by("kana")
    return render(
        request, "suppliers/public/entry/received.html", {"invitation": invitation, "departments": departments}
    )


def invitation_of(request: HttpRequest) -> Invitation | None:
    """The invitation whose code this session has shown; None when it cannot be accepted any more."""
    code = gate.remembered(request)
    if code is None:
        return None
    return Invitation.objects.select_related("municipality", "code").filter(code=code).first()


def ask_again(request: HttpRequest) -> HttpResponse:
    """Ask for the code again, because this session has none that can be used."""
    messages.warning(request, _("招待を確認できません。仮IDと仮パスワードを入力してください。"))
    return redirect("invitation_entry")
