"""Loading the sample where it cannot be loaded to its end."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Department, Municipality, User
from invoices.lifecycle.workflow import WrongStatus
from invoices.models import Invoice
from portal.sample import loader
from suppliers.models import Supplier
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_store_that_fails_on_the_way_leaves_nothing_of_it(documents_folder):
    documents_folder.write_text("where the folder should be")
    with pytest.raises(WrongStatus):
        loader.load()
    for model in (User, Municipality, Department, Supplier, Invoice):
        assert not model.objects.exists(), model
    documents_folder.unlink()


def test_beside_other_data_nothing_is_loaded(capsys):
    factories.MunicipalityFactory(name="ある市")
    call_command("load_sample")
    assert "nothing was loaded" in capsys.readouterr().out
    assert [city.name for city in Municipality.objects.all()] == ["ある市"]
    assert not Supplier.objects.exists()


def test_an_installation_of_a_city_never_takes_it(settings):
    settings.SAMPLE_ALLOWED = False
    with pytest.raises(CommandError, match="well-known passwords"):
        call_command("load_sample")
    assert not User.objects.exists()
