"""Pages for what cannot be shown or taken. What was typed stands on them, so that nothing is lost."""

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import REASON_BAD_ORIGIN, REASON_BAD_REFERER
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views import defaults

from accounts import kept
from accounts.models import User
from invoices.web.city.passed_on import PassedOn
from portal.lib.typed_again import typed_again

_FROM_ELSEWHERE = tuple(reason.partition(" - ")[0] for reason in (REASON_BAD_ORIGIN, REASON_BAD_REFERER))
_TOO_MUCH = {
    TooManyFieldsSent: _lazy("送られた項目が多すぎます。明細が1,000行を超えるときは、書類を分けて入力してください。"),
    TooManyFilesSent: _lazy("一度に送られたファイルが多すぎます。何回かに分けて添付してください。"),
    RequestDataTooBig: _lazy("送られた文字が多すぎます。貼り付けた内容を減らすか、書類を分けて入力してください。"),
}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What was sent cannot be read. Of more than the portal reads, the page says what to do; nothing was taken."""
    reason = next((words for kind, words in _TOO_MUCH.items() if isinstance(exception, kind)), None)
    if reason is None:
        return defaults.bad_request(request, exception)
    status = 413 if isinstance(exception, RequestDataTooBig) else 400
    return render(request, "400.html", {"reason": reason}, status=status)


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without the right token: its page is older than the sign-in, or another site made it.

    A form that bears the mark of its writer was made here; what is typed in it comes back for them. Only a page is
    read then, and nothing is taken.
    """
    match = request.resolver_match
    writer = None if reason.startswith(_FROM_ELSEWHERE) else kept.writer_of(request)
    in_passing = "HX-Request" in request.headers
    if match is not None and match.url_name == "account_login" and not reason.startswith(_FROM_ELSEWHERE):
        messages.info(request, _("画面を開いてから時間がたっていました。お手数ですが、もう一度ログインしてください。"))
        return redirect(request.get_full_path())
    if match is None or writer is None or in_passing or match.namespace == "admin":
        return render(request, "403_csrf.html", status=403)
    name = kept.keep(request, writer) if kept.takes_typing(match) else None
    back = kept.with_kept(request.path, name)
    if request.user.is_authenticated and request.user != writer:
        return render(request, "403_csrf.html", {"back": back}, status=403)
    return redirect(back)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is no such page for this person; of an invoice that their department passed on, where it is."""
    if isinstance(exception, PassedOn):
        return _passed_on(request, exception)
    _show_typed(request)
    return render(request, "404.html", status=404)


def _passed_on(request: HttpRequest, where: PassedOn) -> HttpResponse:
    match = request.resolver_match
    if request.method == "POST" and match is not None:
        if kept.takes_typing(match):
            kept.keep_refused(request)
        return redirect("review:detail", match.kwargs["municipality_id"], where.invoice.pk)
    return render(request, "invoices/city/passed_on.html", {"invoice": where.invoice, "event": where.event})


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The person has not the role for this."""
    _show_typed(request)
    return render(request, "403.html", status=403)


def _show_typed(request: HttpRequest) -> None:
    match = request.resolver_match
    signed_in = isinstance(getattr(request, "user", None), User)
    if request.method == "POST" and signed_in and match is not None and kept.takes_typing(match):
        typed_again.set(kept.typed(request, refused=True))
