"""Claims that the accounting office has taken over."""

from decimal import Decimal

import pytest

from invoices.models import Invoice
from tests import factories


@pytest.fixture
def claim(office, draft) -> Invoice:
    """1,782 yen, taken over."""
    return office.claim(draft)


@pytest.fixture
def another_claim(office, new_draft) -> Invoice:
    return office.claim(new_draft(title="11月分 消耗品", lines=(factories.line_input(quantity=Decimal(61)),)))
