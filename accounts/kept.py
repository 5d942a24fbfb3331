"""Forms that could not be taken, because their writer was signed out or somebody else was faster.

They are kept for their writer alone and come back into the form, to be looked at and sent again. Nothing is ever
taken by itself. Each form of the portal bears a mark that says who wrote it: the browser may belong to somebody else
by the time it is sent.
"""

import re
from datetime import timedelta
from urllib.parse import unquote
from uuid import UUID

from django.core import signing
from django.db.models.functions import Now
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch
from django.utils.http import urlencode

from accounts.guards import is_press_only
from accounts.models import KeptForm, User
from portal.lib.typed_again import TypedAgain

WRITER = "writer"
"""The field with the mark of the writer."""
KEPT = "kept"
"""The name of what was kept, in the address of a page and in the forms that stand there."""
FIELDS_MAX = 1_000_000
"""Characters, as they are stored: an invoice of 1,000 lines has about half of it."""
FORMS_MAX = 10
"""For one person; of more the oldest go."""
KEEP = timedelta(days=3)

_MARK_AGE = timedelta(days=7)
_SALT = "accounts.kept"
_OURS_ALONE = {WRITER, KEPT, "csrfmiddlewaretoken"}
_SECRET = re.compile(r"password|(^|[-_])(code|secret|token)", re.IGNORECASE)


def mark(user: User) -> str:
    """The mark of whoever writes a form."""
    return signing.TimestampSigner(salt=_SALT).sign(str(user.pk))


def writer_of(request: HttpRequest) -> User | None:
    """Who wrote the form that was sent; None without a mark of ours, and when they may not sign in any more."""
    try:
        user_id = signing.TimestampSigner(salt=_SALT).unsign(request.POST.get(WRITER, ""), max_age=_MARK_AGE)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=user_id, is_active=True).first()


def takes_typing(match: ResolverMatch) -> bool:
    """Whether what was typed for this address is kept: on pages of ours that require sign-in, except mere buttons.

    What is sent to the sign-in pages and to the operator's site is not, because passwords and codes stand in it.
    """
    theirs = _is_operators(match) or (match.url_name or "").startswith(("account_", "mfa_"))
    open_to_all = not getattr(match.func, "login_required", True)
    return not theirs and not open_to_all and not is_press_only(match.func)


def _is_operators(match: ResolverMatch | None) -> bool:
    return match is not None and match.namespace == "admin"


def typed(request: HttpRequest, *, refused: bool = False) -> TypedAgain | None:
    """What stands in the form that was sent, without what is secret; None when nothing does."""
    fields = request.POST.copy()
    for name in list(fields):
        if name in _OURS_ALONE or _SECRET.search(name):
            del fields[name]
    if not any(value.strip() for name in fields for value in fields.getlist(name)):
        return None
    return TypedAgain(fields, has_files=bool(request.FILES), refused=refused)


def keep(request: HttpRequest, writer: User, *, refused: bool = False) -> UUID | None:
    """Keep what was typed for its writer.

    Returns:
        Its name for the address of a page; None when there is nothing to keep, or too much.
    """
    found = None if _is_operators(request.resolver_match) else typed(request, refused=refused)
    text = found.fields.urlencode() if found else ""
    if found is None or len(text) > FIELDS_MAX or len(request.path) > 300:
        return None
    row = KeptForm.objects.create(
        user=writer, address=request.path, fields=text, has_files=found.has_files, refused=refused
    )
    of_writer = KeptForm.objects.filter(user=writer)
    newest = list(of_writer.order_by("-created_at", "-id").values_list("pk", flat=True)[:FORMS_MAX])
    of_writer.exclude(pk__in=newest).delete()
    return row.pk


def keep_refused(request: HttpRequest) -> None:
    """Keep what was typed for a step that is not possible any more. The redirect that follows takes it along."""
    user = request.user
    assert isinstance(user, User)
    request.kept_id = keep(request, user, refused=True)  # type: ignore[attr-defined]


def find(user: User, name: str) -> KeptForm | None:
    """What was kept under this name for this person, and for nobody else."""
    try:
        kept_id = UUID(name)
    except ValueError:
        return None
    return KeptForm.objects.filter(pk=kept_id, user=user, created_at__gt=Now() - KEEP).first()


def read(row: KeptForm) -> TypedAgain:
    """What was kept, as the forms of a page read it."""
    return TypedAgain(QueryDict(row.fields), str(row.pk), row.has_files, row.refused)


def remove_old() -> None:
    """Forget what nobody came back for."""
    KeptForm.objects.filter(created_at__lte=Now() - KEEP).delete()


def with_kept(address: str, name: UUID | str | None) -> str:
    """The address of a page, with the name of what was kept."""
    if not name or f"{KEPT}=" in unquote(address):
        return address
    path, hash_sign, fragment = address.partition("#")
    return f"{path}{'&' if '?' in path else '?'}{urlencode({KEPT: str(name)})}{hash_sign}{fragment}"


def carry_on(response: HttpResponseBase, name: UUID | str | None) -> None:
    """Let a redirect within the portal take along what was kept."""
    target = response.headers.get("Location", "")
    if name and 300 <= response.status_code < 400 and target.startswith("/") and not target.startswith("//"):
        response.headers["Location"] = with_kept(target, name)
