"""The draft that the checks look at."""

import pytest

from suppliers.models import RegisterStatus
from tests.factories import staff_of
from tests.invoices.rules.scene import Scene


@pytest.fixture
def scene(supplier_owner, supplier, trading_link, policy, bank_account) -> Scene:
    """事業者A to the department, registered according to the public register."""
    staff_of(trading_link.department.municipality, trading_link.department)
    fresh = Scene(supplier_owner, supplier, trading_link.department, policy, bank_account)
    return fresh.only_line().register(RegisterStatus.REGISTERED)
