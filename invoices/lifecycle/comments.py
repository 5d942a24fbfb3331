"""The comment that goes with a step: what somebody writes to the other side."""

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.acting import NotAllowed

COMMENT_MAX = 1000
"""Characters."""


def required_comment(comment: str, label: StrOrPromise | None = None) -> str:
    """The comment of a step that is not taken without one, without spaces around it.

    Args:
        label: What the comment is called where 「理由」 alone does not say it.

    Raises:
        NotAllowed: it is empty, or longer than COMMENT_MAX.
    """
    comment = comment.strip()
    if not comment or len(comment) > COMMENT_MAX:
        raise NotAllowed(
            _("%(label)sを%(max)s文字以内で入力してください。")
            % {"label": label or _("理由"), "max": f"{COMMENT_MAX:,}"}
        )
    return comment
