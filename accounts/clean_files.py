"""Files that somebody sends are scanned for viruses before anything else is done with them."""

import hashlib
import logging

from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from accounts import access
from accounts.acting import ActingFor, NotAllowed
from accounts.models import AccessKind
from portal.lib import virus_scan
from portal.lib.text import cut
from portal.lib.virus_scan import ScannerAway

logger = logging.getLogger(__name__)

_NAME_MAX = 60


def require_clean(data: bytes, *, actor: ActingFor, what: StrOrPromise) -> None:
    """Let the scanner of this installation look at a file; where there is none, nothing is asked.

    What was found is written into the log and into the access record of the organisation.

    Args:
        what: What the file is called in the access record.

    Raises:
        NotAllowed: something was found, or the scanner gives no answer.
    """
    scanner = virus_scan.scanner()
    if scanner is None:
        return
    try:
        found = scanner.found_in(data)
    except ScannerAway as error:
        logger.error("a file could not be scanned, so it was not taken: %s", error)  # no fault of ours
        raise NotAllowed(
            _(
                "いまウイルスの検査ができないため、ファイルを受け付けられません。しばらくしてから、もう一度お試しください。"
            )
        ) from error
    if found is None:
        return
    name = cut(found, _NAME_MAX)
    logger.warning(
        "a file was refused: %s",
        name,
        extra={"sha256": hashlib.sha256(data).hexdigest(), "user": str(actor.user.pk), "organisation": str(actor.id)},
    )
    access.write(
        AccessKind.FILE_REFUSED,
        user=actor.user,
        role=actor.role,
        organisations=[actor.id],
        about=("File", None, f"{what}({name})"),
    )
    raise NotAllowed(
        _("ウイルスの検査で「%(name)s」が見つかったため、受け付けませんでした。パソコンを検査してください。")
        % {"name": name}
    )
