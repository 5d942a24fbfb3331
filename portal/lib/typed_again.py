"""What somebody typed and could not send, on its way back into the form. Set for one request, read by its forms."""

import re
from contextvars import ContextVar
from dataclasses import dataclass

from django.http import QueryDict

_TECHNICAL = re.compile(r"[A-Za-z0-9_.:/-]*")


@dataclass(frozen=True, slots=True)
class TypedAgain:
    """The fields of one form as they were sent.

    Attributes:
        id: Names them in the address of the page; empty when they are shown only once.
        has_files: Files were sent with them. These are not kept.
        refused: The form was read, and the step was not possible any more. Otherwise it was never read.
    """

    fields: QueryDict
    id: str = ""
    has_files: bool = False
    refused: bool = False

    @property
    def words(self) -> str:
        """What a person wrote in their own words, one field below the other: to be copied where the form is gone."""
        values = [value.strip() for name in self.fields for value in self.fields.getlist(name)]
        return "\n".join(value for value in values if not _TECHNICAL.fullmatch(value))


typed_again: ContextVar[TypedAgain | None] = ContextVar("typed_again", default=None)
