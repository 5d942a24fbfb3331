"""When the public register is asked about the days of a draft."""

from datetime import date, timedelta

import pytest

from portal.lib.calendar import today_jst
from suppliers.models import RegisterLookup, Supplier
from tests.factories import line_input
from tests.pages import Page

pytestmark = pytest.mark.django_db


def typed_on(page: Page) -> dict[str, str]:
    return dict(page.forms[next(action for action in page.forms if action.endswith("/edit/"))])


class TestTheRegister:
    @pytest.fixture(autouse=True)
    def _application(self, settings):
        settings.REGISTER_APPLICATION_ID = "application"

    @pytest.mark.parametrize("do", ["save", "confirm"])
    def test_is_asked_about_the_day_of_the_transaction_after_a_button(self, at_supplier, draft, do):
        typed = typed_on(at_supplier.read("invoices:edit", draft.pk))
        assert not RegisterLookup.objects.exists()
        at_supplier.send_in_passing("invoices:edit", draft.pk, data=typed | {"title": "x", "do": "live"})
        assert not RegisterLookup.objects.exists()
        at_supplier.send("invoices:edit", draft.pk, data=typed | {"do": do})
        question = RegisterLookup.objects.get()
        assert (question.number, question.day) == (draft.supplier.registration_number, draft.transaction_date)

    def test_is_asked_about_every_day_that_the_draft_names(self, at_supplier, new_draft):
        days = [today_jst() - timedelta(days=number) for number in (9, 5, 2)]
        lines = tuple(line_input(date=day) for day in (days[1], days[1], days[2]))
        draft = new_draft(transaction_date=None, period_from=days[0], period_to=days[2], lines=lines)
        at_supplier.read("invoices:confirm", draft.pk)
        assert sorted(RegisterLookup.objects.values_list("day", flat=True)) == days

    def test_is_not_asked_about_the_time_before_there_was_one(self, at_supplier, new_draft):
        day = date(2022, 6, 1)
        draft = new_draft(transaction_date=day, lines=(line_input(date=day),))
        at_supplier.read("invoices:confirm", draft.pk)
        assert not RegisterLookup.objects.exists()

    def test_is_asked_on_the_way_to_confirm(self, at_supplier, draft):
        at_supplier.read("invoices:confirm", draft.pk)
        assert RegisterLookup.objects.count() == 1

    def test_is_not_asked_of_who_has_no_number(self, at_supplier, draft):
        Supplier.objects.update(registration_number="")
        page = at_supplier.read("invoices:edit", draft.pk)
        at_supplier.send("invoices:edit", draft.pk, data=typed_on(page) | {"title": "x", "do": "save"})
        at_supplier.read("invoices:confirm", draft.pk)
        assert not RegisterLookup.objects.exists()
