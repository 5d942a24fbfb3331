"""Files that go with a draft. Once it is issued they are part of it, and never change."""

import re
import unicodedata
from pathlib import PurePath
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, Sum
from django.utils.translation import gettext_lazy as _

from accounts.acting import ActingFor, NotAllowed, NotPermitted
from accounts.models.policy import ATTACHMENT_MAX_MB
from invoices.archive import store
from invoices.enums import Status
from invoices.lifecycle.drafting import DeletedDraft
from invoices.lifecycle.file_types import ENDINGS
from invoices.lifecycle.received_files import type_of_attachment
from invoices.lifecycle.workflow import WrongStatus
from invoices.models import Attachment, Invoice
from invoices.models.attachment import MB, TOGETHER_MAX_MB
from invoices.models.invoice import UNISSUED
from invoices.permissions import is_issuer
from portal.lib.text import mended

FILES_MAX = 20
FILE_MAX_BYTES = ATTACHMENT_MAX_MB * MB
TOGETHER_MAX_BYTES = TOGETHER_MAX_MB * MB
DRAFTS_TOGETHER_MAX_BYTES = 2_000 * MB
"""What the files of all drafts of one supplier may come to."""
NAME_MAX = 120

_UNFIT_IN_NAMES = re.compile(r'[<>:"|?*]')
_OTHER_ENDINGS = {ending for endings in ENDINGS.values() for ending in endings}


def add(*, draft_id: UUID, actor: ActingFor, name: str, data: bytes) -> Attachment:
    """Attach a file to a draft. The same file under the same name again has no effect.

    What is refused is not stored: the store never gives its room back.

    The draft's `version` stays: an editor that is open beside this does not become outdated. What the confirm page
    showed does, because the snapshot names the files.

    Args:
        name: As the sender's computer calls it, with or without a path; it is cleaned.

    Raises:
        WrongStatus: it is reserved for issue, or issued.
        DeletedDraft: it was deleted elsewhere.
        NotAllowed: it is another supplier's; the file is of another kind, locked, damaged, infected, empty, too large
            or one too many; the draft has the same content under another name; or the supplier's drafts have too many
            files together.
    """
    draft = _require_open(Invoice.objects.filter(pk=draft_id).first(), actor)
    kind = _type_of(name, data, actor)
    name = cleaned_name(name, kind)
    key = store.document_key(actor.id, draft_id, data)
    sha256 = store.sha256_in(key)
    # Asked before it is stored, and again under the lock, where the answer holds.
    if same := draft.attachments.filter(sha256=sha256).first():
        return _known(same, name)
    _next_position(draft, len(data))
    _require_room(actor, len(data))
    # Stored before its row, so that no row ever names a file that is not there; and outside the transaction.
    store.keep(key, data)
    with transaction.atomic():
        draft = _require_open(Invoice.objects.select_for_update(of=("self",)).filter(pk=draft_id).first(), actor)
        if same := draft.attachments.filter(sha256=sha256).first():
            return _known(same, name)
        position = _next_position(draft, len(data))
        taken = set(draft.attachments.values_list("name", flat=True))
        return Attachment.objects.create(
            invoice=draft,
            position=position,
            name=_free_name(name, taken),
            content_type=kind,
            size=len(data),
            sha256=sha256,
            key=key,
        )


def remove(*, draft_id: UUID, attachment_id: UUID, actor: ActingFor) -> None:
    """Take a file off a draft. The store is written once, so its bytes stay there until nobody needs to keep them.

    Raises:
        WrongStatus: it is reserved for issue, or issued.
        DeletedDraft: it was deleted elsewhere.
        NotAllowed: it is another supplier's, or the file was taken off already.
    """
    with transaction.atomic():
        draft = _require_open(Invoice.objects.select_for_update(of=("self",)).filter(pk=draft_id).first(), actor)
        removed, _models = draft.attachments.filter(pk=attachment_id).delete()
    if not removed:
        raise NotAllowed(_("このファイルは、すでに外されています。"))


def copy(original: Invoice, draft: Invoice) -> None:
    """Give a correction the files of the invoice that it corrects.

    Their keys go on naming the original, where the bytes lie.
    """
    Attachment.objects.bulk_create(
        Attachment(
            invoice=draft,
            position=file.position,
            name=file.name,
            content_type=file.content_type,
            size=file.size,
            sha256=file.sha256,
            key=file.key,
        )
        for file in original.attachments.all()
    )


def cleaned_name(name: str, content_type: str) -> str:
    """A file's name as people may meet it: no path, nothing invisible, and an ending that tells the truth.

    Args:
        content_type: One of `file_types`.
    """
    name = mended(name).replace("\\", "/").rpartition("/")[2]
    # Control and format characters (which can turn a name's direction around), surrogates, separators of lines.
    name = "".join(letter for letter in name if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    name = _UNFIT_IN_NAMES.sub("_", name).strip(" .\u3000")
    stem, ending = name, PurePath(name).suffix
    if ending.lower() in _OTHER_ENDINGS:
        stem = name.removesuffix(ending)
    if ending.lower() not in ENDINGS[content_type]:
        ending = ENDINGS[content_type][0]
    stem = stem.strip(" .\u3000") or str(_("添付ファイル"))
    return stem[: NAME_MAX - len(ending)] + ending


def _require_open(invoice: Invoice | None, actor: ActingFor) -> Invoice:
    if invoice is None:
        raise DeletedDraft
    if not is_issuer(actor, invoice):
        raise NotPermitted
    status, called = Status(invoice.status), {"name": invoice.words.name}
    if status == Status.SCHEDULED:
        words = _("発行予約中の%(name)sです。添付ファイルを変えるには、先に予約を取り消してください。")
        raise WrongStatus(words % called, status)
    if status != Status.DRAFT:
        raise WrongStatus(_("この%(name)sはすでに発行されているため、変更できません。") % called, status)
    return invoice


def _type_of(name: str, data: bytes, actor: ActingFor) -> str:
    if not data:
        raise NotAllowed(_("ファイルが空です。中身のあるファイルを選んでください。"))
    if len(data) > FILE_MAX_BYTES:
        raise NotAllowed(_("ファイルが大きすぎます。1件%(most)dMBまでです。") % {"most": ATTACHMENT_MAX_MB})
    return type_of_attachment(data, name, actor=actor)


def _known(same: Attachment, name: str) -> Attachment:
    """A file that was sent twice, by a second press or after an answer was lost, is attached once.

    The first time it may have been numbered, as the name was taken by another file.
    """
    if same.name != name and same.name not in (_numbered(name, number) for number in range(2, FILES_MAX + 2)):
        raise NotAllowed(_("同じ内容のファイルが「%(name)s」として、すでに添付されています。") % {"name": same.name})
    return same


def _next_position(draft: Invoice, size: int) -> int:
    now = draft.attachments.aggregate(count=Count("pk"), size=Sum("size", default=0), last=Max("position", default=-1))
    if now["count"] >= FILES_MAX:
        raise NotAllowed(_("添付できるのは%(max)d件までです。") % {"max": FILES_MAX})
    if now["size"] + size > TOGETHER_MAX_BYTES:
        raise NotAllowed(
            _("添付ファイルは合わせて%(most)dMBまでです。ほかのファイルを外すか、小さくしてください。")
            % {"most": TOGETHER_MAX_MB}
        )
    position: int = now["last"] + 1
    return position


def _require_room(actor: ActingFor, size: int) -> None:
    unissued = Attachment.objects.filter(invoice__in=Invoice.objects.visible_to(actor).filter(status__in=UNISSUED))
    if unissued.aggregate(size=Sum("size", default=0))["size"] + size > DRAFTS_TOGETHER_MAX_BYTES:
        raise NotAllowed(
            _("下書きに添付したファイルが合わせて%(most)dMBを超えます。使わない下書きを削除してください。")
            % {"most": DRAFTS_TOGETHER_MAX_BYTES // MB}
        )


def _free_name(name: str, taken: set[str]) -> str:
    """The name, numbered when another file of the draft has it: telephones call every picture the same."""
    number, free = 2, name
    while free in taken:
        free = _numbered(name, number)
        number += 1
    return free


def _numbered(name: str, number: int) -> str:
    stem, ending, mark = PurePath(name).stem, PurePath(name).suffix, f" ({number})"
    return stem[: NAME_MAX - len(ending) - len(mark)] + mark + ending
