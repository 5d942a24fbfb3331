"""Files from outside, taken only when others will be able to open them: told by their bytes, scanned, opened once.

All of it happens before anything is stored, because what is stored becomes an original or goes along with one.
"""

from django.utils.translation import gettext as _

from accounts.acting import ActingFor, NotAllowed
from accounts.clean_files import require_clean
from invoices.documents.opening import Unfit
from invoices.documents.pdf import isolation
from invoices.documents.pdf.engine import DocumentError
from invoices.documents.pdf.waiting_line import Crowded
from invoices.enums import DOCX, XLSX
from invoices.lifecycle.file_types import ARCHIVE, PDF, PICTURES, attachment_type, scan_type
from invoices.lifecycle.unfit_files import advice, sentence

SCAN_PAGES_MAX = 500
ATTACHMENT_PAGES_MAX = 2_000
_OF_MAIN_PART = {f"{kind}.main+xml": kind for kind in (XLSX, DOCX)}


def type_of_scan(data: bytes, *, actor: ActingFor) -> str:
    """The type of a scan that can become an original: its first page is drawn, as a reader would see it.

    Raises:
        NotAllowed: it is no PDF, PNG or JPEG; nobody could open it; or there is a virus in it.
    """
    kind = scan_type(data)
    if kind is None:
        usable = _("読み取った請求書は、20MBまでのPDF・PNG・JPEGにしてください。")
        raise NotAllowed(f"{usable}{advice(data, '')}")
    require_clean(data, actor=actor, what=_("読み取った請求書"))
    return _opened(data, kind, SCAN_PAGES_MAX, drawn=True)


def type_of_attachment(data: bytes, name: str, *, actor: ActingFor) -> str:
    """The type of a file that may go with an invoice.

    Raises:
        NotAllowed: it is of another kind; nobody could open it; or there is a virus in it.
    """
    kind = attachment_type(data, name)
    if kind is None:
        raise _of_another_kind(data, name)
    require_clean(data, actor=actor, what=_("添付ファイル"))
    return _opened(data, kind, ATTACHMENT_PAGES_MAX, drawn=False, name=name)


def _opened(data: bytes, kind: str, pages_max: int, *, drawn: bool, name: str = "") -> str:
    """The type of a file once it was opened in the child; texts and tables are read here, as they are only letters."""
    unfit: str | Unfit | None = None
    try:
        if kind == PDF:
            unfit = isolation.look_at_pdf(data, pages_max, drawn=drawn)
        elif kind in PICTURES:
            unfit = isolation.look_at_picture(data, kind)
        elif kind == ARCHIVE:
            unfit = isolation.look_at_office_file(data)
            if unfit in _OF_MAIN_PART:
                return _OF_MAIN_PART[unfit]
    except Crowded as error:
        raise NotAllowed(_("混み合っています。1分ほど待って、もう一度お試しください。")) from error
    except DocumentError:
        # It ended the child, or took it too long: whoever opens it elsewhere would fare no better.
        unfit = Unfit.UNREADABLE
    if unfit is None:
        return kind
    if kind == ARCHIVE and unfit not in (Unfit.TOO_LARGE, Unfit.MACROS):
        raise _of_another_kind(data, name)
    raise NotAllowed(sentence(Unfit(unfit), kind, pages_max))


def _of_another_kind(data: bytes, name: str) -> NotAllowed:
    usable = _("添付できるのは、PDF・PNG・JPEG・Word(docx)・Excel(xlsx)・CSV・テキストのファイルです。")
    return NotAllowed(advice(data, name) or usable)
