"""The error that every reader of typed text raises."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class InputError(ValueError):
    """Typed text that cannot be read; the message tells the person what to do.

    The message stays lazy until it is shown, so that one error can be raised by a command and translated by a page.
    `code` is stable and meant for programs.
    """

    def __init__(self, message: "str | _StrPromise", code: str, params: Mapping[str, Any] | None = None) -> None:
        super().__init__(message, code, params)
        self.message = message
        self.code = code
        self.params = params

    def __str__(self) -> str:
        return str(self.message) % self.params if self.params else str(self.message)
