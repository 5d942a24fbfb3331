"""Whatever is sent where files come in: what is whole is taken, and nothing else is, nor stored."""

import pytest

from accounts.acting import NotAllowed
from invoices.lifecycle import attachments
from invoices.models import Attachment, Document
from portal.lib.errors import InputError
from suppliers.models import Seal, SealKind
from suppliers.seals import add_seal
from tests.factories import record_paper
from tests.invoices.lifecycle import uploads

pytestmark = pytest.mark.django_db

PLACES = {
    "attachment": (uploads.GOOD_ATTACHMENTS, uploads.BAD_ATTACHMENTS),
    "scan": (uploads.GOOD_SCANS, uploads.BAD_SCANS),
    "seal": (uploads.GOOD_SEALS, uploads.BAD_SEALS),
}
GOOD = [(place, name) for place, (good, _bad) in PLACES.items() for name in good]
BAD = [(place, name) for place, (_good, bad) in PLACES.items() for name in bad]


@pytest.fixture
def send(draft, supplier_owner, reviewer, department):
    """Send a file to one of the places, as its page does."""

    def to(place: str, name: str, data: bytes) -> None:
        if place == "attachment":
            attachments.add(draft_id=draft.pk, actor=supplier_owner, name=name, data=data)
        elif place == "scan":
            record_paper(reviewer, department, data)
        else:
            add_seal(supplier_owner, SealKind.COMPANY, data)

    return to


def kept(folder) -> int:
    rows = Attachment.objects.count() + Document.objects.count() + Seal.objects.count()
    files = sum(path.is_file() for path in folder.rglob("*"))
    return rows + files


@pytest.mark.parametrize(("place", "case"), GOOD, ids=[f"{place}: {case}" for place, case in GOOD])
def test_what_is_whole_is_taken(place, case, send, documents_folder, tried):
    tried("whole files, uploaded", 1)
    name, make = PLACES[place][0][case]
    before = kept(documents_folder)
    send(place, name, make())
    assert kept(documents_folder) > before


@pytest.mark.parametrize(("place", "case"), BAD, ids=[f"{place}: {case}" for place, case in BAD])
def test_nothing_else_is_taken_nor_stored(place, case, send, documents_folder, tried):
    tried("other files, uploaded", 1)
    name, make = PLACES[place][1][case]
    before = kept(documents_folder)
    with pytest.raises((NotAllowed, InputError)) as refused:
        send(place, name, make())
    assert str(refused.value.message)
    assert kept(documents_folder) == before


def test_so_many_files_are_sent_to_so_many_places():
    assert (len(GOOD), len(BAD)) == (26, 134)
