"""Seals: pictures from outside, made anew."""

import hashlib
import io
import struct
import zlib
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.acting import NotAllowed
from portal.lib.errors import InputError
from suppliers.models import Seal, SealKind
from suppliers.seal_picture import PRINTED_SIDE_MAX, Fault, UnusablePicture, remake, remake_isolated
from suppliers.seals import SEALS_MAX, UPLOAD_MAX_BYTES, add_seal, retire_seal
from tests.racing import losers, race, winners
from tests.suppliers.pictures import RED, seal_picture
from tests.suppliers.queueing import race_behind

REPRESENTATIVE, COMPANY = SealKind.REPRESENTATIVE, SealKind.COMPANY
WHITE = (255, 255, 255)


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) <= 6 for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"kind": "JPEG", "quality": 95},
        {"mode": "RGBA", "paper": (0, 0, 0, 0), "ink": (*RED, 255)},
        {"mode": "RGBA", "paper": (*WHITE, 255), "ink": (*RED, 255)},
    ],
    ids=["png", "jpeg", "transparent", "opaque"],
)
def test_a_seal_becomes_an_rgb_jpeg_on_white_without_margin(change):
    image = opened(remake(seal_picture(**change)))
    assert (image.format, image.mode) == ("JPEG", "RGB")
    assert all(abs(side - 200) <= 3 for side in image.size)
    assert near(image.getpixel((image.width // 2, image.height // 2)), RED)
    assert near(image.getpixel((0, 0)), WHITE)


@pytest.mark.parametrize(
    ("mode", "paper", "ink", "seen"),
    [
        ("L", 255, 40, 40),
        ("1", 1, 0, 0),
        ("LA", (0, 0), (40, 255), 40),
        ("I;16", 65535, 40 * 256, 40),
    ],
)
def test_grey_pictures_of_any_depth_are_read(mode, paper, ink, seen):
    image = opened(remake(seal_picture(mode=mode, paper=paper, ink=ink)))
    assert near(image.getpixel((100, 100)), (seen,) * 3)
    assert near(image.getpixel((0, 0)), WHITE)


def test_a_palette_with_a_transparent_colour_is_read():
    palette = opened(seal_picture()).convert("P", palette=Image.Palette.ADAPTIVE)
    written = io.BytesIO()
    palette.save(written, "PNG", transparency=palette.getpixel((0, 0)))
    image = opened(remake(written.getvalue()))
    assert near(image.getpixel((0, 0)), WHITE)
    assert near(image.getpixel((100, 100)), RED)


def test_a_jpeg_in_the_colours_of_printing_is_read():
    cmyk = seal_picture("JPEG", "CMYK", paper=(0, 0, 0, 0), ink=(0, 255, 255, 0), quality=95)
    assert near(opened(remake(cmyk)).getpixel((100, 100)), (255, 0, 0))


def test_paper_that_is_not_quite_white_is_margin():
    image = opened(remake(seal_picture(paper=(244, 240, 236))))
    assert all(abs(side - 200) <= 3 for side in image.size)


def test_a_large_picture_is_made_smaller_and_a_small_one_not_larger():
    large = opened(remake(seal_picture(size=(2400, 2000), box=(100, 100, 2299, 1199))))
    assert large.size == (PRINTED_SIDE_MAX, PRINTED_SIDE_MAX // 2)
    assert opened(remake(seal_picture(size=(90, 90), box=(5, 5, 84, 84)))).size == (80, 80)


def test_the_picture_is_turned_as_the_camera_held_it():
    exif = Image.Exif()
    exif[0x0112] = 6
    sideways = seal_picture("JPEG", box=(100, 50, 299, 149), exif=exif)
    width, height = opened(remake(sideways)).size
    assert height > width


def test_nothing_but_the_picture_is_kept():
    exif = Image.Exif()
    exif[0x013B] = "PRIVATE-NAME"
    private = seal_picture("JPEG", exif=exif, comment=b"PRIVATE-COMMENT", icc_profile=b"PRIVATE-PROFILE")
    assert b"PRIVATE" in private
    made = remake(private)
    assert b"PRIVATE" not in made
    assert not opened(made).getexif()


def test_the_same_upload_makes_the_same_picture():
    assert remake(seal_picture()) == remake_isolated(seal_picture())


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_that_claims(width: int, height: int, *chunks: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IEND", b"")


SMALL, WIDE = seal_picture(), seal_picture(size=(4001, 60), box=None)
BOMB = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(80 * 1024 * 1024)))
FAULTY = {
    "empty": (b"", Fault.UNKNOWN_FORMAT),
    "text": ("印影".encode(), Fault.UNKNOWN_FORMAT),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Fault.UNKNOWN_FORMAT),
    "gif": (seal_picture("GIF", "P", paper=0, ink=1), Fault.UNKNOWN_FORMAT),
    "webp": (seal_picture("WEBP"), Fault.UNKNOWN_FORMAT),
    "pdf": (b"%PDF-1.7", Fault.UNKNOWN_FORMAT),
    "too wide": (WIDE, Fault.TOO_LARGE),
    "too high": (seal_picture(size=(60, 4001), box=None), Fault.TOO_LARGE),
    "bomb of pixels": (png_that_claims(60_000, 60_000, chunk(b"IDAT", zlib.compress(b"\0"))), Fault.TOO_LARGE),
    "many pixels": (png_that_claims(11_000, 11_000, chunk(b"IDAT", zlib.compress(b"\0"))), Fault.TOO_LARGE),
    "bomb of text": (png_that_claims(100, 100, BOMB, chunk(b"IDAT", zlib.compress(b"\0"))), Fault.DAMAGED),
    "truncated png": (SMALL[: len(SMALL) // 2], Fault.DAMAGED),
    "truncated jpeg": (seal_picture("JPEG")[:1500], Fault.DAMAGED),
    "no pixels": (png_that_claims(100, 100), Fault.DAMAGED),
    "broken checksum": (SMALL[:20] + bytes([SMALL[20] ^ 1]) + SMALL[21:], Fault.DAMAGED),
    "blank": (seal_picture(box=None), Fault.BLANK),
    "nearly blank": (seal_picture(paper=(240, 240, 240), box=None), Fault.BLANK),
    "transparent": (seal_picture(mode="RGBA", paper=(0, 0, 0, 0), box=None), Fault.BLANK),
    "a speck": (seal_picture(box=(10, 10, 20, 20)), Fault.TOO_SMALL),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_picture_that_cannot_be_used_is_told_by_its_fault(name):
    data, fault = FAULTY[name]
    with pytest.raises(UnusablePicture) as unusable:
        remake_isolated(data)
    assert unusable.value.fault == fault


def test_the_largest_picture_that_is_allowed_fits_into_the_memory_of_its_process():
    for picture in (
        seal_picture(mode="RGBA", size=(4000, 4000), paper=(0, 0, 0, 0), ink=(*RED, 255)),
        seal_picture("JPEG", "CMYK", size=(4000, 4000), paper=(0, 0, 0, 0), ink=(0, 255, 255, 0)),
    ):
        assert all(abs(side - 200) <= 16 for side in opened(remake_isolated(picture)).size)


@pytest.mark.both_db
@pytest.mark.django_db
def test_a_seal_is_kept_with_its_hash(supplier_owner):
    seal = add_seal(supplier_owner, REPRESENTATIVE, seal_picture())
    seal = Seal.objects.get(pk=seal.pk)
    assert (seal.supplier_id, seal.kind, seal.active) == (supplier_owner.id, REPRESENTATIVE, True)
    assert seal.sha256 == hashlib.sha256(seal.image).hexdigest()
    assert opened(bytes(seal.image)).format == "JPEG"


@pytest.mark.both_db
@pytest.mark.django_db
def test_the_same_picture_again_brings_the_retired_seal_back(supplier_owner):
    seal = add_seal(supplier_owner, REPRESENTATIVE, seal_picture())
    assert add_seal(supplier_owner, REPRESENTATIVE, seal_picture()) == seal
    retire_seal(supplier_owner, seal.pk)
    assert not Seal.objects.active().exists()
    assert add_seal(supplier_owner, REPRESENTATIVE, seal_picture()) == seal
    assert Seal.objects.active().get() == seal


@pytest.mark.django_db
def test_one_picture_may_be_two_kinds_of_seal_and_two_suppliers(supplier_owner, other_supplier):
    for actor, kind in ((supplier_owner, REPRESENTATIVE), (supplier_owner, COMPANY), (other_supplier, COMPANY)):
        add_seal(actor, kind, seal_picture())
    assert Seal.objects.count() == 3


@pytest.mark.both_db
@pytest.mark.django_db(transaction=True)
def test_the_same_picture_sent_twice_at_once_is_one_seal(supplier_owner):
    outcomes = race(*(lambda: add_seal(supplier_owner, COMPANY, seal_picture()) for _ in range(2)))
    assert outcomes[0] == outcomes[1] == Seal.objects.get()


@pytest.mark.django_db(transaction=True)
def test_nobody_registers_a_seal_before_the_other_is_done(supplier_owner, supplier):
    outcomes = race_behind(supplier, *(lambda: add_seal(supplier_owner, COMPANY, seal_picture()) for _ in range(2)))
    assert outcomes[0] == outcomes[1] == Seal.objects.get()


@pytest.mark.both_db
@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_register_the_last_seal_at_once_one_is_told(supplier_owner, supplier):
    others = (Seal(supplier=supplier, kind=COMPANY, image=b"", sha256=str(n)) for n in range(SEALS_MAX - 1))
    Seal.objects.bulk_create(others)
    picture = seal_picture()
    outcomes = race(*(partial(add_seal, supplier_owner, kind, picture) for kind in (REPRESENTATIVE, COMPANY)))
    assert (len(winners(outcomes)), [type(loser) for loser in losers(outcomes)]) == (1, [NotAllowed])
    assert Seal.objects.active().count() == SEALS_MAX


@pytest.mark.django_db
def test_the_number_of_seals_in_use_is_bounded(supplier_owner, supplier):
    Seal.objects.bulk_create(Seal(supplier=supplier, kind=COMPANY, image=b"", sha256=str(n)) for n in range(SEALS_MAX))
    with pytest.raises(NotAllowed, match="20件まで"):
        add_seal(supplier_owner, COMPANY, seal_picture())
    retire_seal(supplier_owner, Seal.objects.first().pk)
    add_seal(supplier_owner, COMPANY, seal_picture())
    with pytest.raises(NotAllowed, match="20件まで"):
        add_seal(supplier_owner, REPRESENTATIVE, seal_picture())


@pytest.mark.django_db
def test_a_file_of_more_than_two_megabytes_is_not_even_opened(supplier_owner):
    with pytest.raises(InputError, match="2MB") as refused:
        add_seal(supplier_owner, COMPANY, seal_picture().ljust(UPLOAD_MAX_BYTES + 1, b"\0"))
    assert refused.value.code == "file_too_large"
    add_seal(supplier_owner, COMPANY, seal_picture().ljust(UPLOAD_MAX_BYTES, b"\0"))


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["colleague", "reviewer", "municipality_admin"])
def test_only_owners_touch_seals(name, request, supplier_owner):
    seal = add_seal(supplier_owner, COMPANY, seal_picture())
    actor = request.getfixturevalue(name)
    for step in (lambda: add_seal(actor, REPRESENTATIVE, seal_picture()), lambda: retire_seal(actor, seal.pk)):
        with pytest.raises(NotAllowed, match="管理者だけ"):
            step()
    assert Seal.objects.active().get() == seal


@pytest.mark.django_db
def test_a_seal_is_retired_once_and_by_its_own_supplier(supplier_owner, other_supplier):
    seal = add_seal(supplier_owner, COMPANY, seal_picture())
    with pytest.raises(Seal.DoesNotExist):
        retire_seal(other_supplier, seal.pk)
    retire_seal(supplier_owner, seal.pk)
    with pytest.raises(NotAllowed, match="停止"):
        retire_seal(supplier_owner, seal.pk)


@pytest.fixture
def owners(client_of, supplier_owner):
    return client_of(supplier_owner)


def _url(name: str, *arguments, supplier) -> str:
    return reverse(f"suppliers:{name}", args=[supplier.pk, *arguments])


def _send(client, supplier, data: bytes, name: str = "seal.png", **typed):
    picture = SimpleUploadedFile(name, data, "image/png")
    return client.post(
        _url("seal_new", supplier=supplier), {"kind": "company", "picture": picture} | typed, follow=True
    )


@pytest.mark.django_db
def test_an_uploaded_seal_is_shown_to_the_company_and_to_nobody_else(
    owners, client_of, colleague, other_supplier, reviewer, supplier, supplier_b
):
    page = _send(owners, supplier, seal_picture())
    seal = Seal.objects.get()
    address = _url("seal_picture", seal.pk, supplier=supplier)
    assert f'src="{address}"' in page.content.decode()
    response = client_of(colleague).get(address)
    assert (response.content, response["Content-Type"]) == (bytes(seal.image), "image/jpeg")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "private" in response["Cache-Control"]
    assert client_of(reviewer).get(address).status_code == 404
    assert client_of(other_supplier).get(address).status_code == 404
    assert client_of(other_supplier).get(_url("seal_picture", seal.pk, supplier=supplier_b)).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"GIF89a", "PNGかJPEGの画像にしてください"),
        (b"", "ファイルが空です"),
        (WIDE, "縦横とも4000ピクセルまで"),
        (SMALL[:300], "画像を読み取れません"),
        (FAULTY["blank"][0], "印影が見当たりません"),
        (FAULTY["a speck"][0], "印影が小さすぎます"),
        (bytes(UPLOAD_MAX_BYTES + 1), "2MBまで"),
    ],
)
def test_the_page_says_why_a_picture_cannot_be_used(owners, supplier, data, message):
    page = _send(owners, supplier, data).content.decode()
    assert message in page
    assert 'aria-invalid="true"' in page
    assert not Seal.objects.exists()


@pytest.mark.django_db
def test_the_form_asks_for_kind_and_picture(owners, supplier):
    page = owners.post(_url("seal_new", supplier=supplier)).content.decode()
    assert "種類を選択してください" in page
    assert "印影の画像を選択してください" in page
    assert "種類を一覧から選び直してください" in _send(owners, supplier, seal_picture(), kind="other").content.decode()


@pytest.mark.django_db
def test_the_page_says_that_a_seal_is_optional_and_what_it_spares(owners, supplier):
    for name in ("seals", "seal_new"):
        page = owners.get(_url(name, supplier=supplier)).content.decode()
        assert "印影は任意です" in page
        assert "発行責任者と担当者の役職・氏名・直通電話の記載を省けます" in page


@pytest.mark.django_db
def test_a_retired_seal_is_listed_apart_and_retired_once(owners, supplier):
    _send(owners, supplier, seal_picture())
    seal = Seal.objects.get()
    page = owners.post(_url("seal_retire", seal.pk, supplier=supplier), follow=True).content.decode()
    assert "利用を止めた印影" in page
    assert _url("seal_retire", seal.pk, supplier=supplier) not in page
    assert owners.get(_url("seal_picture", seal.pk, supplier=supplier)).status_code == 200
    again = owners.post(_url("seal_retire", seal.pk, supplier=supplier), follow=True)
    assert "停止されています" in again.content.decode()


@pytest.mark.django_db
def test_a_colleague_sees_seals_and_no_button(client_of, colleague, owners, supplier):
    _send(owners, supplier, seal_picture())
    page = client_of(colleague).get(_url("seals", supplier=supplier)).content.decode()
    assert "社印" in page
    assert _url("seal_new", supplier=supplier) not in page
    assert _url("seal_retire", Seal.objects.get().pk, supplier=supplier) not in page
