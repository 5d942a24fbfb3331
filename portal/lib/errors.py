"""The error that is raised when typed text cannot be read."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class InputError(ValueError):
    """Typed text cannot be read. The message says what to do.

    Attributes:
        message: For people. It is translated only when it is shown.
        code: For programs and tests; it does not change.
        params: Values for the places `%(name)s` in the message.
    """

    def __init__(self, message: "str | _StrPromise", code: str, params: Mapping[str, Any] | None = None) -> None:
        super().__init__(message, code, params)
        self.message = message
        self.code = code
        self.params = params

    def __str__(self) -> str:
        return str(self.message) % self.params if self.params else str(self.message)
