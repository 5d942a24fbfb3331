"""What somebody saw of an invoice before they take a step: an old page takes none that its reader did not mean."""

from django.utils.translation import gettext as _

from invoices.enums import Status
from invoices.lifecycle.workflow import WrongStatus
from invoices.models import Invoice


class ChangedMeanwhile(WrongStatus):
    """Something happened since somebody looked, who would take a step on what they have not seen."""

    def __init__(self, invoice: Invoice) -> None:
        said = _(
            "画面を開いたあとで、この%(name)sに動きがありました。"
            "内容とこれまでの経過を確かめて、よければもう一度操作してください。"
        )
        super().__init__(said % {"name": invoice.words.name}, Status(invoice.status))


def steps_seen(invoice: Invoice) -> int:
    """How many steps were taken with it, for a form that is to be refused when there are more."""
    return invoice.events.count()


def require_seen(invoice: Invoice, seen: int | None) -> None:
    """That no step was taken since somebody looked. Only with the invoice locked.

    Args:
        seen: How many steps of its history the person saw; None when nobody looked.

    Raises:
        ChangedMeanwhile: there are more.
    """
    if seen is not None and seen != steps_seen(invoice):
        raise ChangedMeanwhile(invoice)
