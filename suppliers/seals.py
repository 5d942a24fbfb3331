"""The seals that a supplier prints on its invoices (印影): adding and retiring them. A seal is never changed."""

import hashlib
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.acting import ActingFor
from accounts.clean_files import require_clean
from accounts.notices import Notice
from portal.lib.errors import InputError
from suppliers.company import locked_supplier, require_owner
from suppliers.membership import tell_owners
from suppliers.models import Seal, SealKind
from suppliers.own_rows import OwnRows
from suppliers.seal_picture import SIDE_MAX, Fault, UnusablePicture, remake_isolated

SEALS_MAX = 20
UPLOAD_MAX_BYTES = 2 * 1024 * 1024
_ROWS = OwnRows(
    Seal,
    SEALS_MAX,
    too_many=_("登録できる印影は%(max)d件までです。使わない印影の利用を止めてください。"),
    retired=_("この印影の利用は停止されています。"),
)
_WHY_UNUSABLE = {
    Fault.UNKNOWN_FORMAT: _("印影はPNGかJPEGの画像にしてください。"),
    Fault.TOO_LARGE: _("画像が大きすぎます。縦横とも%(side)dピクセルまでに縮めてください。"),
    Fault.DAMAGED: _("画像を読み取れません。ファイルが壊れているようです。保存し直してから選んでください。"),
    Fault.BLANK: _("画像に印影が見当たりません。白い紙に押した印影の画像を選んでください。"),
    Fault.CROWDED: _("混み合っています。1分ほど待って、もう一度お試しください。"),
    Fault.TOO_SMALL: _("印影が小さすぎます。より細かい解像度で読み取った画像を選んでください。"),
}


def add_seal(actor: ActingFor, kind: SealKind, upload: bytes) -> Seal:
    """Add a seal from a picture. If the same seal is stored already, it is taken into use again.

    Args:
        upload: The bytes of the file, at most UPLOAD_MAX_BYTES.

    Raises:
        NotAllowed: the actor does not own the supplier, SEALS_MAX seals are in use, or the file is infected.
        InputError: the picture cannot be used. The code is the name of the `Fault` in small letters, or
            `file_too_large`.
    """
    require_owner(actor)
    if len(upload) > UPLOAD_MAX_BYTES:
        raise InputError(_("画像が大きすぎます。2MBまでのファイルを選んでください。"), "file_too_large")
    require_clean(upload, actor=actor, what=_("印影"))
    try:
        image = remake_isolated(upload)
    except UnusablePicture as unusable:
        raise InputError(_WHY_UNUSABLE[unusable.fault], unusable.fault.name.lower(), {"side": SIDE_MAX}) from None
    sha256 = hashlib.sha256(image).hexdigest()
    with locked_supplier(actor):
        seal = Seal.objects.visible_to(actor).filter(kind=kind, sha256=sha256).first()
        if seal is not None and seal.active:
            return seal
        _ROWS.require_room(actor)
        if seal is None:
            seal = Seal.objects.create(supplier_id=actor.id, kind=kind, image=image, sha256=sha256)
        else:
            seal = _ROWS.write(seal, {"active": True})
        _tell(actor, _("印影が登録されました"), seal)
    return seal


def retire_seal(actor: ActingFor, seal_id: UUID) -> Seal:
    """Stop offering a seal for new invoices. It is never deleted, because issued invoices show it.

    Raises:
        NotAllowed: the actor does not own the supplier, or the seal is retired already.
    """
    with locked_supplier(actor):
        seal = _ROWS.retire(actor, seal_id)
        _tell(actor, _("印影の利用が止められました"), seal)
    return seal


def _tell(actor: ActingFor, title: StrOrPromise, seal: Seal) -> None:
    tell_owners(actor, Notice(title, [(_("印影"), str(seal))]), "suppliers:seals")
