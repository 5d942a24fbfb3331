"""What an operator does at a city or a supplier is told to those who answer for it, by mail and in their record."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _

from accounts import access, mail, notices
from accounts.models import OPERATOR, AccessKind, User
from accounts.organisations import Organisation
from accounts.reauthentication import require_fresh_sign_in
from portal.lib.admin import NoDeleteAdmin, ReadOnlyAdmin
from portal.lib.histories import typed_into


def tell(request: HttpRequest, changed: Model, concerned: Iterable[Organisation], what: str) -> None:
    """Tell the organisations what was changed, within the transaction of the change.

    Args:
        what: The change in words.
    """
    operator = request.user
    assert isinstance(operator, User)
    name = _("%(kind)s「%(name)s」") % {"kind": changed._meta.verbose_name, "name": changed}
    organisations = _each_once(concerned)
    access.write(
        AccessKind.OPERATED,
        user=operator,
        role=OPERATOR,
        organisations=[each.id for each in organisations],
        about=(type(changed).__name__, changed.pk, f"{name} {what}"),
        address=access.address_of(request),
    )
    for organisation in organisations:
        words = {
            "organisation": organisation.name,
            "operator": operator,
            "at": timezone.now(),
            "name": name,
            "what": what,
            "url": settings.PORTAL_URL + organisation.record,
        }
        subject = _("【請求書窓口】運用者が%(organisation)sの登録内容を変更しました") % words
        body = render_to_string("accounts/mail/operator_news.txt", words)
        for address in organisation.answerable:
            mail.queue(recipient=address, subject=subject, body=body)


def warn(request: HttpRequest, gaps: Iterable[str]) -> None:
    """Say to the operator what their change has left behind."""
    for gap in gaps:
        messages.warning(request, gap)


def refuse_operators(form: "ModelForm[Any]", cleaned: dict[str, Any]) -> None:
    """Whoever runs the installation works for no organisation: put an error into the form of such a membership."""
    person = cleaned.get("user") or getattr(form.instance, "user", None)
    if person is not None and person.is_staff and cleaned.get("active"):
        form.add_error(
            "user" if "user" in form.fields else "active",
            _("運用者は、市の職員や事業者の社員になれません。別の利用者を登録してください。"),
        )


def _each_once(concerned: Iterable[Organisation]) -> list[Organisation]:
    """Each organisation with all who answer for it, before the change and after it."""
    found: dict[UUID, Organisation] = {}
    for each in concerned:
        before = found.get(each.id, each)
        found[each.id] = replace(each, answerable=tuple(dict.fromkeys([*before.answerable, *each.answerable])))
    return list(found.values())


class ToldAdmin(NoDeleteAdmin):
    """Master data of a city or a supplier: whatever an operator changes is told to them.

    An operator's browser that was left open changes nothing. The question comes before the form, as elsewhere; a list
    asks when something is done with its rows.
    """

    @method_decorator(require_fresh_sign_in)
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return super().changeform_view(request, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        show = super().changelist_view
        return (require_fresh_sign_in(show) if request.method == "POST" else show)(request, extra_context)

    def concerned(self, row: Any) -> Iterable[Organisation]:
        """The organisations that the row belongs to."""
        raise NotImplementedError

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row as it is; who answers for it now has to hear of a change that takes it from them."""
        row = super().get_object(request, object_id, from_field)
        if row is not None and request.method == "POST":
            request.concerned_before = list(self.concerned(row))  # type: ignore[attr-defined]
        return row

    def told_too(self, row: Any) -> User | None:
        """Whose membership the row is: they hear of it themselves, beside those who answer for the organisation."""
        return None

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """Whoever answers for it has to see without asking that somebody has become an administrator."""
        told = [f"{each.label}：{each.after if add else f'{each.before} → {each.after}'}" for each in typed_into(form)]
        request.typed = "、".join(told)  # type: ignore[attr-defined]
        return super().construct_change_message(request, form, formsets, add)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        entry = super().log_addition(request, obj, message)
        self._tell(request, obj, self.concerned(obj), _("追加しました。%(typed)s") % {"typed": request.typed})  # type: ignore[attr-defined]
        return entry

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        entry = super().log_change(request, obj, message)
        if message:
            before = getattr(request, "concerned_before", [])
            self._tell(request, obj, [*before, *self.concerned(obj)], request.typed)  # type: ignore[attr-defined]
        return entry

    def _tell(self, request: HttpRequest, row: Any, concerned: Iterable[Organisation], what: str) -> None:
        told = _each_once(concerned)
        tell(request, row, told, what)
        person = self.told_too(row)
        if person is not None:
            assert isinstance(request.user, User)
            for organisation in told:
                notices.about_membership(person, organisation, request.user, what)


class SeenAdmin(ReadOnlyAdmin):
    """Papers of cities and suppliers: whatever an operator looks at stands in the record of both."""

    def seen(self, row: Any) -> tuple[list[Any], tuple[str, Any, str]]:
        """The ids of the organisations, and the type, id and name of the paper."""
        raise NotImplementedError

    def changeform_view(self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any) -> Any:
        answer = super().changeform_view(request, object_id, *args, **kwargs)
        row = self.get_object(request, object_id) if object_id and answer.status_code == 200 else None
        if row is not None:
            assert isinstance(request.user, User)
            organisations, about = self.seen(row)
            access.write(
                AccessKind.READ,
                user=request.user,
                role=OPERATOR,
                organisations=organisations,
                about=about,
                address=access.address_of(request),
            )
        return answer
