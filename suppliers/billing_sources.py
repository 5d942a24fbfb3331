"""The branches in whose name a supplier claims (請求元): adding, changing, retiring."""

from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.acting import ActingFor, NotAllowed
from portal.lib.errors import InputError
from suppliers.company import require_owner
from suppliers.models import BillingSource, Supplier

SOURCES_MAX = 50


@dataclass(frozen=True, slots=True)
class SourceInput:
    """A branch, normalised.

    Attributes:
        signer_title, signer_name: Who claims for the branch by delegation; both empty when the supplier's
            representative claims.
    """

    name: str
    postcode: str
    address: str
    phone: str
    building: str = ""
    signer_title: str = ""
    signer_name: str = ""


def require_whole_signer(title: str, name: str) -> None:
    """That a delegate is named with title and name, or not at all: a claim shows both.

    Raises:
        InputError: `signer_name_missing` or `signer_title_missing`.
    """
    if title and not name:
        raise InputError(_("受任者の氏名を入力するか、役職を消してください"), "signer_name_missing")
    if name and not title:
        raise InputError(_("受任者の役職を入力するか、氏名を消してください"), "signer_title_missing")


def add_source(actor: ActingFor, source: SourceInput) -> BillingSource:
    """Register a branch.

    Raises:
        NotAllowed: the actor does not own the supplier, there are SOURCES_MAX branches, or one of the same name.
        InputError: half a delegate.
    """
    _check(actor, source)
    with transaction.atomic():
        _lock(actor)
        active = BillingSource.objects.visible_to(actor).active()
        if active.count() >= SOURCES_MAX:
            raise NotAllowed(
                _("登録できる請求元は%(max)d件までです。使わない請求元の利用を止めてください。") % {"max": SOURCES_MAX}
            )
        _refuse_same_name(actor, source)
        return BillingSource.objects.create(supplier_id=actor.id, **asdict(source))


def change_source(actor: ActingFor, source_id: UUID, source: SourceInput) -> BillingSource:
    """Correct a branch. Invoices that are issued already keep what they show.

    Raises:
        NotAllowed: the actor does not own the supplier, the branch is retired, or another has the same name.
        InputError: half a delegate.
    """
    _check(actor, source)
    with transaction.atomic():
        _lock(actor)
        row = _active(actor, source_id)
        _refuse_same_name(actor, source, besides=source_id)
        columns = asdict(source)
        for name, value in columns.items():
            setattr(row, name, value)
        row.save(update_fields=list(columns))
    return row


def retire_source(actor: ActingFor, source_id: UUID) -> BillingSource:
    """Stop offering a branch for new invoices. It is never deleted: issued invoices name it.

    Raises:
        NotAllowed: the actor does not own the supplier, or the branch is retired already.
    """
    require_owner(actor)
    with transaction.atomic():
        _lock(actor)
        row = _active(actor, source_id)
        row.active = False
        row.save(update_fields=["active"])
    return row


def _check(actor: ActingFor, source: SourceInput) -> None:
    require_owner(actor)
    require_whole_signer(source.signer_title, source.signer_name)


def _lock(actor: ActingFor) -> None:
    """Two people who change a supplier's branches at once take their turns: the rules look at all of them."""
    Supplier.objects.visible_to(actor).select_for_update().get()


def _active(actor: ActingFor, source_id: UUID) -> BillingSource:
    row = BillingSource.objects.visible_to(actor).select_for_update().get(pk=source_id)
    if not row.active:
        raise NotAllowed(_("この請求元の利用は停止されています。"))
    return row


def _refuse_same_name(actor: ActingFor, source: SourceInput, besides: UUID | None = None) -> None:
    same = BillingSource.objects.visible_to(actor).active().filter(name=source.name)
    if besides:
        same = same.exclude(pk=besides)
    if same.exists():
        raise NotAllowed(_("同じ名前の請求元がすでに登録されています。見分けられる名前にしてください。"))
