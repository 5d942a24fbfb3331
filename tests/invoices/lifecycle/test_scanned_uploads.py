"""With a scanner for viruses, every file that comes in is shown to it, and none is kept that it did not let pass."""

import logging

import pytest

from accounts.acting import NotAllowed
from accounts.models import AccessKind, AccessLog
from invoices.lifecycle import attachments
from invoices.models import Attachment, Document
from suppliers.models import Seal, SealKind
from suppliers.seals import add_seal
from tests import clamd
from tests.factories import record_paper
from tests.small_files import pdf
from tests.suppliers.pictures import seal_picture

pytestmark = pytest.mark.django_db

PLACES = {"attachment": pdf(), "scan": pdf(), "seal": seal_picture()}


@pytest.fixture
def daemon(settings):
    with clamd.running() as running:
        settings.CLAMD_ADDRESS = running.address
        yield running


@pytest.fixture
def send(draft, supplier_owner, reviewer, department):
    def to(place: str, data: bytes) -> None:
        if place == "attachment":
            attachments.add(draft_id=draft.pk, actor=supplier_owner, name="納品書.pdf", data=data)
        elif place == "scan":
            record_paper(reviewer, department, data)
        else:
            add_seal(supplier_owner, SealKind.COMPANY, data)

    return to


def nothing_is_kept(folder) -> bool:
    rows = any(model.objects.exists() for model in (Attachment, Document, Seal))
    return not rows and not any(path.is_file() for path in folder.rglob("*"))


@pytest.mark.parametrize("place", PLACES)
def test_a_clean_file_is_scanned_once_and_kept(place, send, daemon, documents_folder):
    send(place, PLACES[place])
    assert daemon.streams == [PLACES[place]]
    assert not nothing_is_kept(documents_folder)


@pytest.mark.parametrize("place", PLACES)
def test_what_is_found_is_named_recorded_and_not_kept(
    place, send, daemon, documents_folder, supplier_owner, reviewer, caplog
):
    with pytest.raises(NotAllowed, match=clamd.NAME), caplog.at_level(logging.WARNING):
        send(place, PLACES[place] + clamd.EICAR)
    assert nothing_is_kept(documents_folder)
    person = reviewer if place == "scan" else supplier_owner
    row = AccessLog.objects.get()
    assert (row.action, row.user, row.organisation_id) == (AccessKind.FILE_REFUSED, person.user, person.id)
    assert clamd.NAME in row.object_name
    assert any(clamd.NAME in each.getMessage() for each in caplog.records)


@pytest.mark.parametrize("place", PLACES)
def test_while_the_scanner_is_away_nothing_is_taken_and_the_same_file_goes_later(place, send, daemon, documents_folder):
    daemon.silent = True
    with pytest.raises(NotAllowed, match="しばらくしてから、もう一度"):
        send(place, PLACES[place])
    assert nothing_is_kept(documents_folder)
    daemon.silent = False
    send(place, PLACES[place])
    assert not nothing_is_kept(documents_folder)


@pytest.mark.parametrize("place", PLACES)
def test_without_a_scanner_files_are_taken(place, send, settings, documents_folder):
    settings.CLAMD_ADDRESS = ""
    send(place, PLACES[place])
    assert not nothing_is_kept(documents_folder)
