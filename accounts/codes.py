"""Invite codes (仮ID and 仮パスワード): making, checking, revoking and using them.

Both parts are written in the letters of `portal.lib.ids.CODE_ALPHABET` and may be typed in several ways (`normalise`).
`create` returns the secret once; only its hash is stored.
"""

import hashlib
import hmac
import unicodedata
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import InviteCode, User
from accounts.models.code import InvitePurpose
from portal.lib.ids import random_code
from portal.lib.text import mended, with_hyphens

VALID_FOR = timedelta(days=30)
PUBLIC_ID_LENGTH = 8
SECRET_LENGTH = 16
"""Sixteen characters of five bits are 80 random bits. Nobody can guess them, so a fast hash is enough."""

_GROUP = 4
_MARKS: dict[str, str | int | None] = dict.fromkeys("-_", "")
_TO_ALPHABET = str.maketrans({"O": "0", "I": "1", "L": "1"} | _MARKS)
_UNUSED = Q(used_at=None, revoked_at=None)


def create(purpose: InvitePurpose, *, valid_for: timedelta = VALID_FOR) -> tuple[InviteCode, str]:
    """Make a code.

    Returns:
        The code, and its secret in four groups of four characters. The secret cannot be read again later.
    """
    public_id, secret = _grouped(random_code(PUBLIC_ID_LENGTH)), _grouped(random_code(SECRET_LENGTH))
    code = InviteCode.objects.create(
        public_id=public_id,
        secret_hash=_hash(public_id, normalise(secret)),
        purpose=purpose,
        expires_at=timezone.now() + valid_for,
    )
    return code, secret


def normalise(text: str) -> str:
    """Bring a typed code into the letters of CODE_ALPHABET, without marks between groups.

    Accepts full-width and small letters, spaces and hyphens, O for 0, and I or L for 1. Other characters stay.
    """
    return _plain(text).translate(_TO_ALPHABET)


def normalise_mailed_code(text: str) -> str:
    """Bring a code that was sent by mail (確認コード) into capitals without marks, from full width too."""
    return _plain(text).translate(str.maketrans(_MARKS))


def normalise_public_id(text: str) -> str:
    """Bring a typed 仮ID into the form in which it is stored and printed: `XXXX-XXXX`."""
    return _grouped(normalise(text))


def verify(public_id: str, secret: str, purpose: InvitePurpose) -> InviteCode | None:
    """The code with this 仮ID and this secret, if it can still be used; otherwise None.

    The time does not show what was wrong. A wrong part, an unknown 仮ID and a code that is used, revoked or expired all
    take the same work: one query, one hash and one comparison that does not stop at the first difference.
    """
    public_id = normalise_public_id(public_id)
    code = _usable().filter(public_id=public_id, purpose=purpose).first()
    expected = code.secret_hash if code else "0" * 64
    matches = hmac.compare_digest(_hash(public_id, normalise(secret)), expected)
    return code if code and matches else None


def still_usable(code_id: str) -> InviteCode | None:
    """A code that was verified before, read again; None when it was used, was revoked or expired since then."""
    return _usable().filter(pk=code_id).first()


def revoke(code: InviteCode) -> bool:
    """Make a code invalid.

    Returns:
        Whether this call did it; False when the code was used or revoked before.
    """
    return bool(InviteCode.objects.filter(_UNUSED, pk=code.pk).update(revoked_at=Now()))


def consume(code: InviteCode, user: User) -> bool:
    """Mark a code as used. Called in the transaction that creates the membership.

    Returns:
        Whether this call used it. Of two calls at the same time, one gets True.
    """
    return bool(_usable().filter(pk=code.pk).update(used_at=Now(), used_by=user))


def _plain(text: str) -> str:
    """Half-width capitals without spaces. Any dash is a hyphen: the minus key types ー while Japanese input is on."""
    folded = with_hyphens(unicodedata.normalize("NFKC", mended(text[:100]))).upper()
    return "".join(folded.split())


def _usable() -> QuerySet[InviteCode]:
    return InviteCode.objects.filter(_UNUSED, expires_at__gt=Now())


def _grouped(characters: str) -> str:
    return "-".join(characters[start : start + _GROUP] for start in range(0, len(characters), _GROUP))


def _hash(public_id: str, secret: str) -> str:
    return hashlib.sha256(f"{public_id}:{secret}".encode()).hexdigest()
