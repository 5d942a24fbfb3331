"""Files that go with a draft, until it is issued, and never after."""

import hashlib

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.acting import NotAllowed
from invoices.archive import store
from invoices.documents import schema, snapshot
from invoices.documents.schema_parts import AttachedFile
from invoices.enums import Status
from invoices.lifecycle import attachments, corrections, drafting, issuing, scheduling
from invoices.lifecycle.attachments import FILE_MAX_BYTES, FILES_MAX, NAME_MAX, TOGETHER_MAX_BYTES, cleaned_name
from invoices.lifecycle.drafting import DeletedDraft, OutdatedDraft
from invoices.lifecycle.file_types import CSV, JPEG, PDF, TEXT
from invoices.lifecycle.workflow import WrongStatus
from invoices.models import Attachment, Invoice, content_of
from portal.lib.ids import uuid7
from tests.racing import losers, race, winners
from tests.small_files import pdf, picture

pytestmark = [pytest.mark.both_db, pytest.mark.django_db]

NOTE = pdf("a delivery note")


@pytest.fixture
def attach(draft, supplier_owner):
    def add(name: str = "納品書.pdf", data: bytes = NOTE, *, to: Invoice = draft, actor=supplier_owner) -> Attachment:
        return attachments.add(draft_id=to.pk, actor=actor, name=name, data=data)

    return add


def stored(folder) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


def digest(invoice: Invoice) -> str:
    invoice = Invoice.objects.get(pk=invoice.pk)
    return schema.digest(schema.dump(snapshot.build(invoice, content_of(invoice))))


def test_a_file_is_stored_under_supplier_and_invoice_and_named_by_its_row(attach, draft, supplier, documents_folder):
    file = attach()
    sha256 = hashlib.sha256(NOTE).hexdigest()
    assert (file.invoice, file.position, file.name, file.content_type) == (draft, 0, "納品書.pdf", PDF)
    assert (file.size, file.sha256, file.key) == (len(NOTE), sha256, f"{supplier.pk}/{draft.pk}/{sha256}")
    assert store.fetch(file.key) == NOTE
    assert stored(documents_folder) == [NOTE]


def test_a_colleague_attaches_too(attach, colleague):
    assert attach(actor=colleague).position == 0


def test_files_keep_their_order_and_leave_gaps(attach, draft, supplier_owner):
    first, second = attach("a.pdf", NOTE + b"1"), attach("b.csv", b"a,b")
    attachments.remove(draft_id=draft.pk, attachment_id=first.pk, actor=supplier_owner)
    third = attach("c.txt", b"c")
    assert list(draft.attachments.values_list("name", "position")) == [("b.csv", 1), ("c.txt", 2)]
    assert (second.content_type, third.content_type) == (CSV, TEXT)


def test_the_version_of_the_draft_stays_and_what_was_confirmed_does_not(attach, draft, supplier_owner):
    seen = digest(draft)
    attach()
    assert Invoice.objects.get().version == draft.version
    with pytest.raises(OutdatedDraft):
        issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version, seen=seen)
    issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version, seen=digest(draft))


def test_the_snapshot_names_the_files_with_their_hashes(attach, draft, supplier_owner):
    file = attach()
    invoice = issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
    assert schema.load(invoice.snapshot).attachments == (
        AttachedFile(name="納品書.pdf", content_type=PDF, size=len(NOTE), sha256=file.sha256),
    )


def test_saving_the_draft_leaves_its_files(attach, draft, supplier_owner):
    attach()
    data = drafting.input_of(draft)
    drafting.save(draft_id=draft.pk, data=data, actor=supplier_owner, version=draft.version)
    assert draft.attachments.count() == 1


def test_deleting_the_draft_takes_the_rows_along(attach, draft, supplier_owner):
    attach()
    drafting.delete(draft_id=draft.pk, actor=supplier_owner)
    assert not Attachment.objects.exists()


def test_the_same_file_sent_twice_is_attached_once(attach):
    assert attach() == attach()
    assert Attachment.objects.count() == 1


def test_the_same_content_under_another_name_is_told(attach):
    attach()
    with pytest.raises(NotAllowed, match="「納品書"):
        attach("控え.pdf")


@pytest.mark.parametrize("name", ["image.jpg", "あ" * 200 + ".jpg"])
def test_a_file_that_was_numbered_and_is_sent_again_is_attached_once(attach, documents_folder, name):
    pictures = [picture("JPEG", 80 * n) for n in range(3)]
    files = [attach(name, each) for each in pictures]
    assert [attach(name, each) for each in pictures] == files
    assert attach(files[1].name, pictures[1]) == files[1]
    for other in ("picture.jpg", "image (2).jpg", "image (9) (2).jpg"):
        with pytest.raises(NotAllowed, match="すでに添付されています"):
            attach(other, pictures[0])
    assert (Attachment.objects.count(), len(stored(documents_folder))) == (3, 3)


def test_other_files_of_the_same_name_are_numbered(attach):
    names = [attach("image.jpg", picture("JPEG", 80 * n)).name for n in range(3)]
    assert names == ["image.jpg", "image (2).jpg", "image (3).jpg"]
    longest = [attach("あ" * 200 + ".pdf", NOTE + bytes([n])).name for n in range(2)]
    assert [len(name) for name in longest] == [NAME_MAX, NAME_MAX]
    assert longest[1].endswith("あ (2).pdf")


def test_a_removed_file_is_gone_from_the_draft_and_its_bytes_stay(attach, draft, supplier_owner, documents_folder):
    file = attach()
    attachments.remove(draft_id=draft.pk, attachment_id=file.pk, actor=supplier_owner)
    assert not Attachment.objects.exists()
    assert stored(documents_folder) == [NOTE]
    with pytest.raises(NotAllowed, match="すでに外されています"):
        attachments.remove(draft_id=draft.pk, attachment_id=file.pk, actor=supplier_owner)
    assert attach().key == file.key


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.pdf", b"", "空です"),
        ("a.exe", b"MZ\0", "PDF・PNG・JPEG"),
        ("a.html", b"<p>", "PDF・PNG・JPEG"),
        ("a.docx", b"PK\x03\x04", "読めません"),
        ("a.csv", "表".encode("utf-16"), "UTF-8で保存し直して"),
    ],
)
def test_what_may_not_be_attached_is_refused_and_not_stored(attach, documents_folder, name, data, message):
    with pytest.raises(NotAllowed, match=message):
        attach(name, data)
    assert not Attachment.objects.exists()
    assert stored(documents_folder) == []


def test_a_file_has_at_most_twenty_megabytes(attach, documents_folder):
    assert FILE_MAX_BYTES == 20 * 1024 * 1024
    with pytest.raises(NotAllowed, match="20MB"):
        attach(data=NOTE.ljust(FILE_MAX_BYTES + 1))
    assert stored(documents_folder) == []
    assert attach(data=NOTE.ljust(FILE_MAX_BYTES)).size == FILE_MAX_BYTES


def rows(draft: Invoice, *sizes: int) -> None:
    Attachment.objects.bulk_create(
        Attachment(
            invoice=draft, position=n, name=f"{n}.pdf", content_type=PDF, size=size, sha256=f"{n}", key=f"a/b/{n}"
        )
        for n, size in enumerate(sizes)
    )


def test_files_have_together_at_most_fifty_megabytes(attach, draft, documents_folder):
    assert TOGETHER_MAX_BYTES == 50 * 1024 * 1024
    rows(draft, 20 * 1024 * 1024, 20 * 1024 * 1024, 10 * 1024 * 1024 - len(NOTE))
    with pytest.raises(NotAllowed, match="50MB"):
        attach(data=NOTE + b"1")
    assert stored(documents_folder) == []
    attach()


def test_there_are_at_most_twenty_files(attach, draft, documents_folder):
    assert FILES_MAX == 20
    rows(draft, *[1] * (FILES_MAX - 1))
    attach()
    with pytest.raises(NotAllowed, match="20件まで"):
        attach("another.pdf", NOTE + b"1")
    assert stored(documents_folder) == [NOTE]


def test_the_same_content_under_another_name_is_not_stored_again(
    attach, returned_with_file, supplier_owner, documents_folder
):
    copy = corrections.reissue(invoice_id=returned_with_file.pk, actor=supplier_owner)
    before = len(stored(documents_folder))
    attach(to=copy)
    with pytest.raises(NotAllowed, match="すでに添付されています"):
        attach("控え.pdf", to=copy)
    assert len(stored(documents_folder)) == before


STRANGERS = ["other_supplier", "reviewer", "accountant", "municipality_admin"]


@pytest.mark.parametrize("name", STRANGERS)
def test_nobody_else_touches_the_files_of_a_draft(name, request, attach, draft, documents_folder):
    file, stranger = attach(), request.getfixturevalue(name)
    with pytest.raises(NotAllowed):
        attach("b.pdf", NOTE + b"1", actor=stranger)
    with pytest.raises(NotAllowed):
        attachments.remove(draft_id=draft.pk, attachment_id=file.pk, actor=stranger)
    assert draft.attachments.get() == file
    assert stored(documents_folder) == [NOTE]


def test_a_file_of_another_draft_is_not_taken_off_through_this_one(attach, new_draft, draft, supplier_owner):
    file = attach(to=new_draft())
    with pytest.raises(NotAllowed):
        attachments.remove(draft_id=draft.pk, attachment_id=file.pk, actor=supplier_owner)
    assert Attachment.objects.get() == file


def test_a_draft_that_was_deleted_takes_no_files(draft, supplier_owner, documents_folder):
    with pytest.raises(DeletedDraft):
        attachments.add(draft_id=uuid7(), actor=supplier_owner, name="a.pdf", data=NOTE)
    with pytest.raises(DeletedDraft):
        attachments.remove(draft_id=uuid7(), attachment_id=uuid7(), actor=supplier_owner)
    assert stored(documents_folder) == []


def test_while_issue_is_reserved_the_files_stay_as_they_are(attach, draft, supplier_owner, scheduled_invoice):
    assert scheduled_invoice == draft
    with pytest.raises(WrongStatus, match="予約を取り消して") as refused:
        attach()
    assert refused.value.status == Status.SCHEDULED
    scheduling.unschedule(invoice_id=draft.pk, actor=supplier_owner)
    attach()


def test_after_issue_the_files_never_change(attach, draft, supplier_owner, documents_folder):
    file = attach()
    issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
    with pytest.raises(WrongStatus):
        attach("b.pdf", NOTE + b"1")
    with pytest.raises(WrongStatus):
        attachments.remove(draft_id=draft.pk, attachment_id=file.pk, actor=supplier_owner)
    assert draft.attachments.get() == file
    assert stored(documents_folder) == [NOTE]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the trigger is PostgreSQL's")
@pytest.mark.parametrize(
    "change",
    [
        lambda file: Attachment.objects.create(invoice=file.invoice, position=1, name="b.pdf", size=1),
        lambda file: Attachment.objects.filter(pk=file.pk).update(name="c.pdf"),
        lambda file: Attachment.objects.filter(pk=file.pk).delete(),
    ],
    ids=["insert", "update", "delete"],
)
def test_postgresql_itself_refuses_to_change_the_files_of_an_issued_invoice(attach, draft, supplier_owner, change):
    file = attach()
    issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version)
    with pytest.raises(DatabaseError), transaction.atomic():
        change(file)


@pytest.mark.django_db(transaction=True)
def test_of_two_files_that_come_at_once_both_are_attached_in_some_order(attach):
    outcomes = race(lambda: attach("a.pdf", NOTE + b"1"), lambda: attach("b.pdf", NOTE + b"2"))
    assert losers(outcomes) == []
    assert sorted(file.position for file in outcomes) == [0, 1]


@pytest.mark.django_db(transaction=True)
def test_the_last_place_is_given_once(attach, draft):
    rows(draft, *[1] * (FILES_MAX - 1))
    outcomes = race(lambda: attach("a.pdf", NOTE + b"1"), lambda: attach("b.pdf", NOTE + b"2"))
    assert (len(winners(outcomes)), [type(loser) for loser in losers(outcomes)]) == (1, [NotAllowed])


@pytest.mark.django_db(transaction=True)
def test_issue_and_a_file_at_once_never_part_the_snapshot_from_the_files(attach, draft, supplier_owner):
    outcomes = race(lambda: issuing.issue(invoice_id=draft.pk, actor=supplier_owner, version=draft.version), attach)
    assert not isinstance(outcomes[0], Exception)
    frozen = schema.load(Invoice.objects.get().snapshot).attachments
    assert len(frozen) == Attachment.objects.count() == len(winners(outcomes)) - 1


def test_no_row_names_a_file_that_could_not_be_stored(attach, documents_folder):
    documents_folder.write_text("no folder")
    with pytest.raises(FileExistsError):
        attach()
    assert not Attachment.objects.exists()


def test_a_correction_begins_with_the_files_of_the_original(returned_with_file, supplier_owner):
    original = returned_with_file.attachments.get()
    copy = corrections.reissue(invoice_id=returned_with_file.pk, actor=supplier_owner)
    file = copy.attachments.get()
    assert file.pk != original.pk
    names = ("position", "name", "content_type", "size", "sha256", "key")
    assert [getattr(file, name) for name in names] == [getattr(original, name) for name in names]
    assert store.fetch(file.key) == NOTE
    corrections.reissue(invoice_id=returned_with_file.pk, actor=supplier_owner)
    assert copy.attachments.count() == 1
    attachments.remove(draft_id=copy.pk, attachment_id=file.pk, actor=supplier_owner)
    assert returned_with_file.attachments.get() == original


def test_a_file_of_the_original_sent_again_to_the_correction_is_attached_once(
    attach, returned_with_file, supplier_owner
):
    copy = corrections.reissue(invoice_id=returned_with_file.pk, actor=supplier_owner)
    assert attach(to=copy) == copy.attachments.get()


@pytest.fixture
def returned_with_file(attach, request) -> Invoice:
    attach()
    return request.getfixturevalue("returned_invoice")


@pytest.mark.parametrize(
    ("name", "kind", "clean"),
    [
        ("納品書.pdf", PDF, "納品書.pdf"),
        ("scan.PDF", PDF, "scan.PDF"),
        ("photo.JPEG", JPEG, "photo.JPEG"),
        ("C:\\Users\\花子\\納品書.pdf", PDF, "納品書.pdf"),
        ("../../etc/passwd", TEXT, "passwd.txt"),
        ("/tmp/納品書.pdf", PDF, "納品書.pdf"),
        ("か\u3099.pdf", PDF, "が.pdf"),
        ("納品\r\n書\0\x1b.pdf", PDF, "納品書.pdf"),
        ("invoice\u202efdp.exe", PDF, "invoicefdp.exe.pdf"),
        ("\ufeff納品\u200b書\u2028.pdf", PDF, "納品書.pdf"),
        ('a<b>:"c|d?e*.pdf', PDF, "a_b___c_d_e_.pdf"),
        ("  納品書 .pdf", PDF, "納品書.pdf"),
        (".pdf", PDF, "pdf.pdf"),
        ("", PDF, "添付ファイル.pdf"),
        ("///", PDF, "添付ファイル.pdf"),
        (" . ", JPEG, "添付ファイル.jpg"),
        ("写真.png", JPEG, "写真.jpg"),
        ("evil.exe", PDF, "evil.exe.pdf"),
        ("見積 2026.10", PDF, "見積 2026.10.pdf"),
        ("内訳.csv", CSV, "内訳.csv"),
        ("あ" * 300 + ".pdf", PDF, "あ" * 116 + ".pdf"),
        ("a." + "b" * 300, PDF, ("a." + "b" * 300)[:116] + ".pdf"),
    ],
)
def test_a_name_is_cleaned(name, kind, clean):
    assert cleaned_name(name, kind) == clean
    assert len(clean) <= NAME_MAX
