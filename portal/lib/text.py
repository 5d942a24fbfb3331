"""Text from outside, made safe to store and print."""

import re

_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


def one_line(text: str) -> str:
    """The text on one line: runs of control characters and spaces become one space, and none at the ends."""
    return " ".join(_CONTROL_CHARACTERS.sub(" ", text).split())
