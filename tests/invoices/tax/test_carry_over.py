"""An open balance and the total of a new invoice."""

import pytest

from invoices.tax.carry_over import CarryOver


@pytest.mark.parametrize(
    ("billed", "received", "total", "remaining", "grand_total"),
    [
        pytest.param(0, 0, 24_348, 0, 24_348, id="nothing-before"),
        pytest.param(50_000, 50_000, 24_348, 0, 24_348, id="paid"),
        pytest.param(50_000, 30_000, 24_348, 20_000, 44_348, id="paid-in-part"),
        pytest.param(50_000, 0, 24_348, 50_000, 74_348, id="unpaid"),
        pytest.param(50_000, 60_000, 24_348, -10_000, 14_348, id="overpaid"),
        pytest.param(50_000, 80_000, 24_348, -30_000, -5_652, id="overpaid-beyond-this-invoice"),
        pytest.param(50_000, 30_000, -24_348, 20_000, -4_348, id="an-invoice-of-returns"),
        pytest.param(-1_620, 0, 24_348, -1_620, 22_728, id="a-credit-before"),
    ],
)
def test_what_remains_is_added_to_the_total(billed, received, total, remaining, grand_total):
    carried = CarryOver(billed, received)
    assert carried.remaining == remaining
    assert carried.grand_total(total) == grand_total
