"""Whether the templates can be read in a difference: `python dev/check_templates.py`.

djangofmt lays them out (`make format`), but cannot break a tag of Django's, which has to stand on one line. What still
is too long has to be said in shorter tags: a text in `{% blocktranslate trimmed %}` on lines of its own (which are put
together with blanks, so no Japanese sentence is broken there), an address or
a text named by `as` before the tag that needs it, a part in an include.
"""

import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
LINE_MAX = 160
_JAPANESE = r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]"
_TRIMMED = re.compile(r"\{% blocktranslate\b[^%]*\btrimmed\b[^%]*%\}(.*?)\{% endblocktranslate %\}", re.DOTALL)
_BLANK = re.compile(rf"{_JAPANESE}\s*\n\s*{_JAPANESE}|。 +{_JAPANESE}")


def main() -> None:
    faults = [*too_long(TEMPLATES), *broken(TEMPLATES)]
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


def broken(folder: Path) -> Iterator[str]:
    """Every Japanese text of the templates of a folder that gets a blank where its line breaks."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        text = path.read_text(encoding="utf-8")
        for found in _TRIMMED.finditer(text):
            if _BLANK.search(found[1]):
                line = text.count("\n", 0, found.start()) + 1
                yield f"{path.relative_to(folder.parent)}:{line} shows a blank where a Japanese text breaks its line"


if __name__ == "__main__":
    main()
