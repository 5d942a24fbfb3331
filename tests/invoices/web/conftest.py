"""The cast before their browsers."""

import pytest
from django.core.cache import cache

from tests.pages import Visitor


@pytest.fixture(autouse=True)
def _fresh_rate_limits() -> None:
    cache.clear()


@pytest.fixture
def at_supplier(supplier_owner) -> Visitor:
    return Visitor(supplier_owner)


@pytest.fixture
def at_department(reviewer) -> Visitor:
    return Visitor(reviewer)


@pytest.fixture
def at_accounts(accountant) -> Visitor:
    return Visitor(accountant)
