"""Dear requests: two at a time for each person."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from freezegun import freeze_time

from accounts import kept
from accounts.dear import LONGEST, always, dear, sends, take_place
from accounts.models import KeptForm
from invoices.models import InvoiceLine
from tests.pages import Visitor
from tests.racing import race
from tests.small_files import pdf
from tests.suppliers.pictures import seal_picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


@pytest.fixture
def at_supplier(supplier_owner) -> Visitor:
    return Visitor(supplier_owner)


@pytest.fixture
def asked(rf: RequestFactory, supplier_owner):
    """A request of the owner."""
    request = rf.get("/")
    request.user, request.htmx = supplier_owner.user, False  # type: ignore[attr-defined]
    return request


@pytest.fixture
def long_draft(draft):
    """A draft of a hundred lines, which takes seconds to show."""
    InvoiceLine.objects.bulk_create(
        InvoiceLine(invoice=draft, position=position, description="消しゴム") for position in range(10, 110)
    )
    return draft


@pytest.fixture
def kept_of_long_page(at_supplier, draft):
    """The address of what was typed into a page of a hundred lines."""
    typed = {f"lines-{row}-{cell}": "1" for row in range(101) for cell in range(10)}
    row = KeptForm.objects.create(user=at_supplier.person.user, address="/", fields=urlencode(typed))
    return kept.with_kept(reverse("invoices:edit", args=[at_supplier.person.id, draft.pk]), row.pk)


def places_left(user) -> int:
    taken = [place for place in (take_place(user) for _n in range(3)) if place]
    for place in taken:
        place.leave()
    return len(taken)


def test_a_third_one_is_refused_at_once_and_another_persons_is_not(supplier_owner, reviewer):
    first, second = take_place(supplier_owner.user), take_place(supplier_owner.user)
    assert first and second
    assert take_place(supplier_owner.user) is None
    assert take_place(reviewer.user)
    second.leave()
    assert take_place(supplier_owner.user)


def test_of_many_at_once_two_begin(supplier_owner):
    taken = race(*[lambda: take_place(supplier_owner.user)] * 12)
    assert sum(place is not None for place in taken) == 2


def test_a_place_is_given_back_after_the_answer_and_after_a_failure(asked):
    dear(always)(lambda request: HttpResponse())(asked)

    def failing(request: object) -> HttpResponse:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        dear(always)(failing)(asked)
    assert places_left(asked.user) == 2


def test_what_is_written_piece_by_piece_keeps_its_place_to_the_end(asked):
    response = dear(always)(lambda request: StreamingHttpResponse(iter(["a", "b"])))(asked)
    assert places_left(asked.user) == 1
    assert b"".join(response) == b"ab"
    assert places_left(asked.user) == 2


def test_where_a_process_died_the_place_runs_out(supplier_owner):
    with freeze_time(timezone.now()) as clock:
        for _n in range(2):
            take_place(supplier_owner.user)
        clock.tick(timedelta(seconds=LONGEST + 1))
        assert places_left(supplier_owner.user) == 2


def test_a_late_end_takes_nobody_elses_place(supplier_owner):
    with freeze_time(timezone.now()) as clock:
        late, _other = take_place(supplier_owner.user), take_place(supplier_owner.user)
        clock.tick(timedelta(seconds=LONGEST + 1))
        for _n in range(2):
            take_place(supplier_owner.user)
        late.leave()
        assert places_left(supplier_owner.user) == 0


def test_what_is_not_dear_is_answered_in_any_case(asked):
    for _n in range(2):
        take_place(asked.user)
    assert dear(sends)(lambda request: HttpResponse())(asked).status_code == 200


DEAR = {
    "the list as a file": ("supplier_owner", "invoices:list_csv", None, None),
    "a copy": ("supplier_owner", "invoices:copy", "opened_invoice", dict),
    "a correction": ("supplier_owner", "invoices:reissue", "returned_invoice", dict),
    "a certificate": ("supplier_owner", "invoices:receipt", "opened_invoice", None),
    "the record of a supplier": ("supplier_owner", "suppliers:access_record_file", None, None),
    "the record of a city": ("municipality_admin", "accounts:access_record_file", None, None),
    "an attachment": ("supplier_owner", "invoices:attachments", "draft", lambda: {"files": upload(pdf())}),
    "a scan": ("reviewer", "review:record_paper", None, lambda: {"title": "修繕", "scan": upload(pdf())}),
    "a seal": ("supplier_owner", "suppliers:seal_new", None, lambda: {"picture": upload(seal_picture())}),
    "a long draft": ("supplier_owner", "invoices:edit", "long_draft", None),
    "pasted rows": (
        "supplier_owner",
        "invoices:edit",
        "draft",
        lambda: {"do": "paste-0-description", "pasted": "a\tb", "title": "直した件名"},
    ),
}


def upload(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("a.pdf", data)


@pytest.mark.parametrize("case", DEAR)
def test_every_dear_page_says_that_it_is_crowded(case, request):
    visitor_name, route, about, data = DEAR[case]
    visitor = Visitor(request.getfixturevalue(visitor_name))
    ids = [request.getfixturevalue(about).pk] if about else []
    address = reverse(route, args=[visitor.person.id, *ids])

    def ask():
        return visitor.client.post(address, data()) if data else visitor.client.get(address)

    places = [take_place(visitor.person.user) for _n in range(2)]
    refused = ask()
    assert (refused.status_code, "混み合っています" in refused.content.decode()) == (429, True)
    for place in places:
        place.leave()
    answer = ask()
    assert answer.status_code in (200, 302)
    if answer.streaming:
        b"".join(answer)
    assert places_left(visitor.person.user) == 2


def test_what_was_typed_comes_back(at_supplier, draft):
    for _n in range(2):
        take_place(at_supplier.person.user)
    address = reverse("invoices:edit", args=[at_supplier.person.id, draft.pk])
    typed = {"do": "paste-0-description", "pasted": "a\tb", "title": "直した件名"}
    refused = at_supplier.client.post(address, typed).content.decode()
    back = refused.split(f'href="{address}')[1].split('"')[0]
    assert "直した件名" in at_supplier.client.get(f"{address}{back}").content.decode()


def test_what_was_typed_into_a_long_page_comes_back_when_there_is_room(at_supplier, kept_of_long_page):
    places = [take_place(at_supplier.person.user) for _n in range(2)]
    assert at_supplier.client.get(kept_of_long_page).status_code == 429
    for place in places:
        place.leave()
    assert at_supplier.client.get(kept_of_long_page).status_code == 200


def test_a_short_draft_is_opened_in_any_case(at_supplier, draft):
    for _n in range(2):
        take_place(at_supplier.person.user)
    address = reverse("invoices:edit", args=[at_supplier.person.id, draft.pk])
    assert at_supplier.client.get(address).status_code == 200


def test_script_reads_one_sentence(at_supplier, draft):
    for _n in range(2):
        take_place(at_supplier.person.user)
    address = reverse("invoices:attachments", args=[at_supplier.person.id, draft.pk])
    refused = at_supplier.client.post(address, {"files": upload(pdf())}, headers={"HX-Request": "true"})
    assert (refused.status_code, refused["Content-Type"]) == (429, "text/plain; charset=utf-8")
    assert refused.content.decode().startswith("混み合っています。")
