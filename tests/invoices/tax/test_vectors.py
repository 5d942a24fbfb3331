"""Published figures, each with its source in `vectors.json`."""

import json
from pathlib import Path
from typing import Any

import pytest

from dev.sample_rates import BY_CODE
from invoices.enums import PriceMode, Rounding
from invoices.tax.calculation import Totals
from tests.invoices.tax.shorthand import sums

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))


def calculate(vector: dict[str, Any]) -> Totals:
    lines = [(BY_CODE[code], amount) for code, amount in vector["lines"]]
    return sums(lines, PriceMode(vector["price_mode"]), Rounding(vector["rounding"]))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_each_published_figure_comes_out(vector):
    result = calculate(vector)
    rows = {row.rate.code: row for row in result.rates}
    assert rows.keys() == vector["rates"].keys()
    for code, figures in vector["rates"].items():
        assert {name: getattr(rows[code], name) for name in figures} == figures
    assert {name: getattr(result, name) for name in ("tax", "total") if name in vector} == {
        name: vector[name] for name in ("tax", "total") if name in vector
    }


@pytest.mark.parametrize("vector", [vector for vector in VECTORS if "wrong_per_line" in vector], ids=lambda v: v["id"])
def test_the_published_wrong_sum_is_shown_as_the_tax_line_by_line_and_not_as_the_tax(vector):
    result = calculate(vector)
    assert result.line_tax == vector["wrong_per_line"] != result.tax
    assert result.differs


@pytest.mark.parametrize("vector", [vector for vector in VECTORS if "wrong" in vector], ids=lambda v: v["id"])
def test_the_figures_of_a_reported_fault_do_not_come_out(vector):
    (row,) = calculate(vector).rates
    for name, figure in vector["wrong"].items():
        assert getattr(row, name) != figure
