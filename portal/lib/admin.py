"""Base classes and filters of the operator's admin site."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db.models import QuerySet, UniqueConstraint
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.lib.forms import PortalModelForm
from portal.lib.histories import editions

HISTORY_MAX = 200
"""The page of a row's history shows at most this number of changes."""


class HistoryAdmin(admin.ModelAdmin):
    """Rows whose page of changes shows what anybody changed, in this site or elsewhere, where a history is kept."""

    object_history_template = "portal/operator_history.html"

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        kept = getattr(self.model, "history", None)
        row = self.get_object(request, unquote(object_id)) if kept is not None else None
        found = editions(kept.filter(id=row.pk), HISTORY_MAX) if kept is not None and row is not None else []
        return super().history_view(request, object_id, {"editions": found, **(extra_context or {})})


class ReadOnlyAdmin(HistoryAdmin):
    """Rows that people may look at here, but not add, change or delete: frozen rows, events, history."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RowSelect(AutocompleteSelect):
    """A box that searches for a row. What cannot be the key of one chooses none."""

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> Any:
        key = self.field.remote_field.model._meta.pk
        return super().optgroups(name, [each for each in value if _can_be(key, each)], attr)


def _can_be(key: Any, text: str) -> bool:
    try:
        return key.to_python(text) is not None
    except ValidationError:
        return False


class MasterForm(PortalModelForm):
    """A form of master data. What it only shows counts too: a city has no two departments of one name."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # the place that Django has for it
        if self.errors:
            return
        model = type(self.instance)
        for constraint in model._meta.constraints:
            if isinstance(constraint, UniqueConstraint):
                try:
                    constraint.validate(model, self.instance)
                except ValidationError as error:
                    self.add_error(next((name for name in constraint.fields if name in self.fields), None), error)


class NoDeleteAdmin(HistoryAdmin):
    """Master data. Rows may be added and changed (the history is kept). They are retired and never deleted."""

    form = MasterForm

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", RowSelect(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class WorkStateFilter(admin.SimpleListFilter):
    """Rows of pending work by their state. Somebody must look at the rows under `?state=dead`."""

    title = _("状態")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("pending", _("処理待ち")), ("done", _("済")), ("dead", _("断念"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "pending":
                return queryset.filter(done_at=None, dead_at=None)
            case "done":
                return queryset.exclude(done_at=None)
            case "dead":
                return queryset.exclude(dead_at=None)
        return queryset
