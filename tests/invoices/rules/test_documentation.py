"""docs/rules.md keeps step with the code: every finding stands there, and what it names exists."""

import re
from pathlib import Path

from invoices.rules import CODES
from invoices.rules import sources as laws

PROJECT = Path(__file__).resolve().parents[3]
TEXT = (PROJECT / "docs" / "rules.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([a-z_-]+)` \| ([a-z, ]+) \| (.+?) \| (.+?) \| `(\w+\.py)` \|$", TEXT, re.MULTILINE)


def test_every_finding_stands_in_the_page_once_with_its_level_and_meaning():
    written = [(code, levels, meaning) for code, levels, meaning, _source, _module in ROWS]
    assert written == [
        (code, ", ".join(level.value for level in rule.levels), str(rule.meaning)) for code, rule in CODES.items()
    ]


def test_every_finding_stands_in_the_module_that_the_page_names():
    for code, _levels, _meaning, _source, module in ROWS:
        source = (PROJECT / "invoices" / "rules" / module).read_text(encoding="utf-8")
        assert code in source or code.split("-")[0] in source, code


def test_every_source_that_the_page_quotes_is_one_of_the_rules():
    known = {getattr(laws, name) for name in dir(laws) if name.isupper()}
    for code, _levels, _meaning, source, _module in ROWS:
        for quoted in source.split("; "):
            assert quoted in known | {"–"} or quoted.startswith("policy `"), code


def test_every_file_that_the_page_names_exists():
    named = re.findall(r"`((?:invoices|portal|suppliers|accounts|tests|bench)/[\w/.]+)", TEXT)
    assert len(named) > 30
    assert [name for name in named if not (PROJECT / name).exists()] == []
