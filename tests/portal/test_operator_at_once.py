"""Nobody becomes an operator in the very moment in which they get a membership: the database lets one of both wait."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from accounts.models import StaffMembership, User
from suppliers.models import SupplierMember
from tests import factories
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def person() -> User:
    return factories.UserFactory(email="somebody@portal.example")


@pytest.fixture(params=["staff", "member"])
def join(request, person, municipality, supplier) -> Callable[[], Any]:
    if request.param == "staff":
        return lambda: StaffMembership.objects.create(user=person, municipality=municipality, role="admin")
    return lambda: SupplierMember.objects.create(user=person, supplier=supplier, role="owner")


@pytest.fixture
def rise(person) -> Callable[[], Any]:
    return lambda: User.objects.filter(pk=person.pk).update(is_staff=True)


def impatient(step: Callable[[], Any]) -> Callable[[], Any]:
    """The step in a transaction of its own, given up as soon as it has to wait for another."""

    def run() -> Any:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '1ms'")
            return step()

    return run


@pytest.mark.parametrize("joined_first", [True, False], ids=["joins-first", "rises-first"])
def test_the_second_waits_for_the_first_and_is_then_refused(joined_first, join, rise):
    first, second = (join, rise) if joined_first else (rise, join)
    with transaction.atomic():
        first()
        (outcome,) = race(impatient(second))
    assert isinstance(outcome, OperationalError), "it did not wait"
    with pytest.raises(IntegrityError, match="frozen row"):
        second()
