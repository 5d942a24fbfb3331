"""The environment for what is started here: nothing of an installation that this shell may also serve leaks in."""

import os
from dataclasses import fields
from pathlib import Path

from portal.env import Environment

ROOT = Path(__file__).resolve().parent.parent


def without_installation() -> dict[str, str]:
    """This process's environment less every variable that says where an installation keeps its data and secrets."""
    own = {field.name.upper() for field in fields(Environment)}
    own |= {f"{name}_FILE" for name in own}
    return {name: value for name, value in os.environ.items() if name not in own and not name.startswith("S3_")}
