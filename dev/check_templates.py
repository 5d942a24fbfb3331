"""Whether the templates can be read in a difference: `python dev/check_templates.py`.

djangofmt lays them out (`make format`), but cannot break a tag of Django's, which has to stand on one line. What still
is too long has to be said in shorter tags: a text in `{% blocktranslate trimmed %}` on lines of its own, an address or
a text named by `as` before the tag that needs it, a part in an include.
"""

import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
LINE_MAX = 160


def main() -> None:
    faults = list(too_long(TEMPLATES))
    djangofmt = Path(sysconfig.get_path("scripts")) / "djangofmt"
    if subprocess.run([djangofmt, "--quiet", "--check", TEMPLATES], cwd=ROOT, check=False).returncode:
        faults.append(
            "djangofmt would lay templates out differently: `make format` does it, and `git diff` shows where."
        )
    sys.exit("\n".join(faults) or 0)


def too_long(folder: Path) -> Iterator[str]:
    """Every line of the templates of a folder, also those of mails, that has more than `LINE_MAX` characters."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if len(line) > LINE_MAX:
                yield f"{path.relative_to(folder.parent)}:{number} has {len(line)} characters, more than {LINE_MAX}"


if __name__ == "__main__":
    main()
