"""The branches in whose name a supplier issues invoices (請求元): adding, changing and retiring them."""

from dataclasses import asdict, dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.acting import ActingFor, NotAllowed
from portal.lib.errors import InputError
from portal.lib.spelling import name_key
from suppliers.company import locked_supplier, require_owner
from suppliers.models import BillingSource
from suppliers.own_rows import OwnRows

SOURCES_MAX = 50
_ROWS = OwnRows(
    BillingSource,
    SOURCES_MAX,
    too_many=_("登録できる請求元は%(max)d件までです。使わない請求元の利用を止めてください。"),
    retired=_("この請求元の利用は停止されています。"),
)


@dataclass(frozen=True, slots=True)
class SourceInput:
    """A branch whose values are already normalised.

    Attributes:
        signer_title, signer_name: The delegate who signs for the branch (受任者). Both are empty when the
            representative of the supplier signs.
    """

    name: str
    postcode: str
    address: str
    phone: str
    building: str = ""
    signer_title: str = ""
    signer_name: str = ""


def require_whole_signer(title: str, name: str) -> None:
    """Check that a delegate has both a title and a name, or neither. An invoice shows both.

    Raises:
        InputError: `signer_name_missing` or `signer_title_missing`.
    """
    if title and not name:
        raise InputError(_("受任者の氏名を入力するか、役職を消してください"), "signer_name_missing")
    if name and not title:
        raise InputError(_("受任者の役職を入力するか、氏名を消してください"), "signer_title_missing")


def add_source(actor: ActingFor, source: SourceInput) -> BillingSource:
    """Add a branch.

    Raises:
        NotAllowed: the actor does not own the supplier, there are SOURCES_MAX branches, or one of the same name.
        InputError: the delegate has a title without a name, or a name without a title.
    """
    _check(actor, source)
    with locked_supplier(actor):
        _ROWS.require_room(actor)
        _refuse_same_name(actor, source)
        return BillingSource.objects.create(supplier_id=actor.id, **asdict(source))


def change_source(actor: ActingFor, source_id: UUID, source: SourceInput) -> BillingSource:
    """Correct a branch. Invoices that are issued already keep what they show.

    Raises:
        NotAllowed: the actor does not own the supplier, the branch is retired, or another has the same name.
        InputError: the delegate has a title without a name, or a name without a title.
    """
    _check(actor, source)
    with locked_supplier(actor):
        row = _ROWS.in_use(actor, source_id)
        _refuse_same_name(actor, source, except_id=source_id)
        return _ROWS.write(row, asdict(source))


def retire_source(actor: ActingFor, source_id: UUID) -> BillingSource:
    """Stop offering a branch for new invoices. It is never deleted, because issued invoices refer to it.

    Raises:
        NotAllowed: the actor does not own the supplier, or the branch is retired already.
    """
    return _ROWS.retire(actor, source_id)


def _check(actor: ActingFor, source: SourceInput) -> None:
    require_owner(actor)
    require_whole_signer(source.signer_title, source.signer_name)


def _refuse_same_name(actor: ActingFor, source: SourceInput, except_id: UUID | None = None) -> None:
    others = BillingSource.objects.visible_to(actor).active()
    if except_id:
        others = others.exclude(pk=except_id)
    if name_key(source.name) in map(name_key, others.values_list("name", flat=True)):
        raise NotAllowed(_("同じ名前の請求元がすでに登録されています。見分けられる名前にしてください。"))
