"""Every rule of the catalogue: a draft that breaks it is found out at the right place, and one that keeps it is not."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from invoices import rules
from invoices.rules import CODES, Level
from tests.invoices.rules import (
    examples_of_amounts,
    examples_of_credit_notes,
    examples_of_dates,
    examples_of_head,
    examples_of_issuers,
    examples_of_lines,
    examples_of_registration,
)
from tests.invoices.rules.examples import Example
from tests.invoices.rules.scene import codes, objections

pytestmark = pytest.mark.django_db

EXAMPLES = [
    *examples_of_head.EXAMPLES,
    *examples_of_registration.EXAMPLES,
    *examples_of_issuers.EXAMPLES,
    *examples_of_dates.EXAMPLES,
    *examples_of_lines.EXAMPLES,
    *examples_of_amounts.EXAMPLES,
    *examples_of_credit_notes.EXAMPLES,
]
OF_THE_RESERVATION = {"schedule-not-future", "schedule-far"}
"""Found by `check_schedule`, which knows no draft; see test_days.py."""

every_example = pytest.mark.parametrize("example", EXAMPLES, ids=str)


@every_example
def test_a_draft_that_breaks_a_rule_is_found_out_beside_the_field(example: Example, scene):
    example.broken(scene)
    findings = scene.findings()
    of_rule = [finding for finding in findings if (finding.code, finding.field) == (example.code, example.field)]
    (finding,) = of_rule
    assert (finding.level, finding.line, finding.deduction) == (example.level, example.line, example.deduction)
    others = [other for other in findings if other is not finding]
    assert sorted(objections(others)) == sorted(example.also)
    if example.policy:
        label = getattr(type(scene.policy), example.policy).field.verbose_name
        assert finding.source == f"見本市の請求書の取扱い({label})"


@every_example
def test_the_nearest_draft_that_keeps_it_has_no_fault_at_all(example: Example, scene):
    example.kept(scene)
    findings = scene.findings()
    assert objections(findings) == []
    assert example.code not in codes(findings)


def test_a_complete_draft_has_no_findings(scene):
    assert scene.findings() == []


def test_every_rule_of_the_catalogue_has_examples_and_no_example_lacks_its_rule():
    assert {example.code for example in EXAMPLES} | OF_THE_RESERVATION == set(CODES)


def test_every_level_of_a_rule_has_an_example():
    shown = {(example.code, example.level) for example in EXAMPLES}
    written = {(code, level) for code, rule in CODES.items() for level in rule.levels}
    assert {pair for pair in written if pair[0] not in OF_THE_RESERVATION} == shown


def test_every_rule_says_in_a_line_what_it_finds():
    for rule in CODES.values():
        assert 3 < len(str(rule.meaning)) < 60
        assert not str(rule.meaning).endswith("。")


def written_codes() -> Iterator[tuple[str, str]]:
    """The code and the level of each finding that stands as such in the source."""
    for path in Path(rules.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding":
                code, level = node.args[:2]
                if isinstance(code, ast.Constant) and isinstance(level, ast.Attribute):
                    yield code.value, level.attr


def test_every_code_in_the_source_stands_in_the_catalogue_with_its_level():
    written = set(written_codes())
    assert len(written) > 50
    assert {pair for pair in written if pair[0] not in CODES or Level[pair[1]] not in CODES[pair[0]].levels} == set()


def test_no_code_calls_a_refund_a_return():
    """A return is what a department does (差戻し); see the glossary."""
    assert [code for code in CODES if "return" in code] == []
