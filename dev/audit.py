"""Look the pinned packages up among the known holes: `make audit`. What may stay for a while stands in a dated list.

It fails where a hole is known that the list does not allow, where an entry of the list is past its day, or allows what
is not there any more, and where the database of holes did not answer for a package: no answer is no good news.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ALLOWED = ROOT / "requirements" / "allowed-holes.toml"
SETS = ("base", "bench", "uv")
"""What is installed anywhere: bench contains test and dev."""
DAYS_MAX = 90
SECONDS = 600


class NoAnswer(Exception):
    """The database of holes did not answer, or not about everything."""


@dataclass(frozen=True, slots=True)
class Hole:
    """A known hole in a package that is installed.

    Attributes:
        names: Its ids: of PyPI, CVE, GHSA.
        mended: The versions in which it is closed.
    """

    package: str
    version: str
    names: frozenset[str]
    mended: tuple[str, ...] = ()

    def __str__(self) -> str:
        names, mended = ", ".join(sorted(self.names)), ", ".join(self.mended) or "no version so far"
        return f"{self.package} {self.version}: {names}; closed in {mended}"


@dataclass(frozen=True, slots=True)
class Allowed:
    """A hole that may stay until a day.

    Attributes:
        until: The last day, at most DAYS_MAX ahead.
        reason: Why it does no harm here, or why it cannot be closed yet.
    """

    package: str
    hole: str
    until: date
    reason: str

    def __str__(self) -> str:
        return f"{self.package} {self.hole} (until {self.until:%Y-%m-%d})"

    def covers(self, hole: Hole) -> bool:
        return self.package == hole.package and self.hole in hole.names


def allowed(text: str) -> list[Allowed]:
    """The list, read strictly: an entry without a day or a reason is none.

    Raises:
        ValueError: an entry is not as it must be.
    """
    entries = []
    for row in tomllib.loads(text).get("allowed", []):
        if set(row) != {"package", "hole", "until", "reason"} or type(row["until"]) is not date or not row["reason"]:
            raise ValueError(f"an entry needs package, hole, until (a day without quotes) and reason: {row}")
        entries.append(Allowed(**row))
    return entries


def faults(holes: Sequence[Hole], entries: Sequence[Allowed], today: date) -> list[str]:
    """What makes the audit fail, in words; nothing when it passes."""
    valid = [entry for entry in entries if today <= entry.until <= today + timedelta(days=DAYS_MAX)]
    found = [f"Not allowed: {hole}" for hole in holes if not any(entry.covers(hole) for entry in valid)]
    for entry in entries:
        if entry.until < today:
            found.append(f"Past its day: {entry}")
        elif entry not in valid:
            found.append(f"More than {DAYS_MAX} days ahead: {entry}")
        elif not any(entry.covers(hole) for hole in holes):
            found.append(f"Not needed any more: {entry}")
    return found


def holes(command: Sequence[str]) -> list[Hole]:
    """What pip-audit finds, as its JSON says.

    Raises:
        NoAnswer: it ended without a result, or knows nothing about some packages.
    """
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        packages: list[dict[str, Any]] = json.loads(ended.stdout)["dependencies"]
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoAnswer(str(error)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise NoAnswer(ended.stderr.strip()[-2000:] or f"pip-audit ended with {ended.returncode}") from error
    unknown = [each["name"] for each in packages if "vulns" not in each]
    if unknown or not packages:
        raise NoAnswer(f"nothing is known about {len(unknown)} of {len(packages)} packages: {', '.join(unknown[:5])} …")
    return [
        Hole(
            each["name"],
            each["version"],
            frozenset([hole["id"], *hole.get("aliases", ())]),
            tuple(hole.get("fix_versions", ())),
        )
        for each in packages
        for hole in each["vulns"]
    ]


def main() -> None:
    # The files are complete and hash-pinned: nothing has to be resolved or installed to know what they contain.
    command = [str(Path(sys.executable).with_name("pip-audit")), "--disable-pip", "--require-hashes"]
    command += ["--format", "json", "--progress-spinner", "off"]
    command += [part for name in SETS for part in ("--requirement", str(ROOT / "requirements" / f"{name}.txt"))]
    try:
        found = faults(holes(command), allowed(ALLOWED.read_text(encoding="utf-8")), datetime.now(UTC).date())
    except NoAnswer as error:
        sys.exit(f"Nothing was audited. The database of known holes did not answer: {error}")
    except ValueError as error:
        sys.exit(f"{ALLOWED.name}: {error}")
    if found:
        sys.exit("\n".join(found))
    print("No known hole in the pinned packages that is not allowed.")


if __name__ == "__main__":
    main()
