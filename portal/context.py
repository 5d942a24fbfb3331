"""What every page's header shows: the user's organisations, and the current one's navigation."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.acting import ActingFor
from accounts.models import StaffMembership
from suppliers.models import SupplierMember


def organisations(request: HttpRequest) -> dict[str, Any]:
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
        "switcher": [
            {"label": label, "url": url, "current": acting_for is not None and acting_for.id == organisation_id}
            for organisation_id, label, url in switcher
        ],
        "navigation": _navigation(request, acting_for) if acting_for else [],
    }


def _navigation(request: HttpRequest, acting_for: ActingFor) -> list[dict[str, Any]]:
    if acting_for.is_supplier:
        entries = [
            ("supplier_home", _("ホーム")),
            ("invoices:list", _("請求書")),
            ("suppliers:company", _("会社情報")),
            ("suppliers:bank_accounts", _("振込先口座")),
        ]
    else:
        entries = [("city_home", _("ホーム")), ("review:inbox", _("受信箱"))]
        if acting_for.is_municipality_admin:
            entries += [("invitations:list", _("招待")), ("accounts:policy", _("取扱い"))]
    urls = [(reverse(name, args=[acting_for.id]), label) for name, label in entries]
    home = urls[0][0]
    return [
        {
            "label": label,
            "url": url,
            "current": request.path == url or (url != home and request.path.startswith(url)),
        }
        for url, label in urls
    ]
