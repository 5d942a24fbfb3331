"""Values for the header of every page: the user's organisations, and the navigation of the current one."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.acting import ActingFor
from accounts.models import StaffMembership
from portal.lib.typed_again import typed_again
from suppliers.models import SupplierMember


def organisations(request: HttpRequest) -> dict[str, Any]:
    """`acting_for`, `switcher`, `navigation` and `register_in_use`; nothing for a visitor who is not signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    acting_for: ActingFor | None = getattr(request, "acting_for", None)
    members = (
        SupplierMember.objects.filter(user=user, active=True).select_related("supplier").order_by("supplier__kana")
    )
    staff = (
        StaffMembership.objects.filter(user=user, active=True)
        .select_related("municipality")
        .order_by("municipality__kana")
    )
    switcher = [
        (row.supplier_id, row.supplier.name, reverse("supplier_home", args=[row.supplier_id])) for row in members
    ]
    switcher += [
        (row.municipality_id, row.municipality.name, reverse("city_home", args=[row.municipality_id])) for row in staff
    ]
    return {
        "acting_for": acting_for,
        "register_in_use": bool(settings.REGISTER_APPLICATION_ID),
        "switcher": [
            {"label": label, "url": url, "current": acting_for is not None and acting_for.id == organisation_id}
            for organisation_id, label, url in switcher
        ],
        "navigation": _navigation(request, acting_for) if acting_for else [],
    }


def what_was_typed(request: HttpRequest) -> dict[str, Any]:
    """`typed_again`: what somebody typed before and could not send."""
    return {"typed_again": typed_again.get()}


def _navigation(request: HttpRequest, acting_for: ActingFor) -> list[dict[str, Any]]:
    """The entries of the navigation, each with label, URL and whether the current page belongs to it."""
    entries: list[tuple[str, ...]]
    if acting_for.is_supplier:
        entries = [
            ("supplier_home", _("ホーム")),
            ("invoices:list", _("請求書")),
            ("suppliers:company", _("会社情報"), "suppliers:billing_sources", "suppliers:seals", "suppliers:trading"),
            ("suppliers:bank_accounts", _("振込先口座")),
        ]
        if acting_for.is_supplier_owner:
            entries.append(("suppliers:access_record", _("アクセスの記録")))
    else:
        entries = [("city_home", _("ホーム")), ("review:inbox", _("受信箱"))]
        if acting_for.is_municipality_admin:
            entries += [
                ("invitations:list", _("招待")),
                ("accounts:policy", _("取扱い")),
                ("accounts:access_record", _("アクセスの記録")),
            ]
    home = reverse(entries[0][0], args=[acting_for.id])
    found = []
    for name, label, *others in entries:
        urls = [reverse(route, args=[acting_for.id]) for route in (name, *others)]
        current = request.path == home if urls == [home] else request.path.startswith(tuple(urls))
        found.append({"label": label, "url": urls[0], "current": current})
    return found
