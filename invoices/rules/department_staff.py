"""The check whether somebody works in the department that is to receive the invoice."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.models import Department
from invoices.rules.case import Case
from invoices.rules.findings import Finding, Level


def staff(case: Case) -> Iterator[Finding]:
    """Somebody works in the department, who will see the invoice. Otherwise it waits, and the supplier should know."""
    department = case.invoice.department
    if department is not None and Department.objects.filter(pk=department.pk).unstaffed().exists():
        yield Finding(
            "department-without-staff",
            Level.WARNING,
            _(
                "この課にはまだ担当者が登録されていません。請求書は届きますが、市が担当者を登録するまで開封されません。"
                "お急ぎのときは、発行する前に市にお問い合わせください。"
            ),
            "department",
        )
