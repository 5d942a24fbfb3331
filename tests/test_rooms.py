"""The picture of the rooms, drawn from a house that is made up for this."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from dev import rooms, rooms_picture

FILES = {
    "portal/__init__.py": "",
    "portal/urls.py": "from invoices.web import pages\n",
    "portal/lib/__init__.py": "",
    "portal/lib/yen.py": "",
    "invoices/__init__.py": "",
    "invoices/web/__init__.py": "",
    "invoices/web/pages.py": "from invoices.lifecycle import verbs\nfrom invoices.models import Invoice\n",
    "invoices/lifecycle/__init__.py": "",
    "invoices/lifecycle/verbs.py": "from invoices.models import Invoice\n",
    "invoices/models/__init__.py": "import portal.lib.yen\n\nInvoice = 1\n",
}


@pytest.fixture
def house(tmp_path: Path):
    """Builds the house, with other files where they are given, and reads it."""

    def build(changes: Mapping[str, str] = {}) -> rooms.House:
        for path, text in {**FILES, **changes}.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        rooms.sources.cache_clear()
        return rooms.read(tmp_path)

    yield build
    rooms.sources.cache_clear()


def drawn(house: rooms.House) -> str:
    return rooms_picture.draw(house.rooms, house.arrows)


def test_lines_are_counted_by_room(house):
    sizes = {room.name: room.lines for room in house().rooms}
    assert sizes["invoices.web"] == 2
    assert sizes["invoices.models"] == 3
    assert sizes["portal.lib"] == 0


def test_what_follows_from_other_arrows_is_not_drawn_and_a_good_house_has_no_red(house):
    picture = drawn(house())
    assert 'data-start="invoices.lifecycle" data-end="invoices.models"' in picture
    assert 'data-start="invoices.web" data-end="invoices.models"' not in picture
    assert f'stroke="{rooms_picture.RED}"' not in picture


def test_an_arrow_upward_is_counted_and_red(house):
    built = house({"invoices/models/upward.py": "from invoices.web import pages\n"})
    assert [(arrow.start, arrow.end) for arrow in built.arrows if arrow.climbs] == [("invoices.models", "invoices.web")]
    assert "arrows between rooms: 6, upward 1, in circles 4" in "\n".join(rooms.figures(built))
    assert f'stroke="{rooms_picture.RED}"' in drawn(built)


def test_a_circle_within_a_floor_is_found_although_nothing_runs_upward(house):
    built = house(
        {
            "invoices/web/__init__.py": "from invoices.web.shared import parts\n",
            "invoices/web/shared/__init__.py": "",
            "invoices/web/shared/parts.py": "from invoices.web import pages\n",
        }
    )
    assert built.circles == (("invoices.web", "invoices.web.shared"),)
    assert not any(arrow.climbs for arrow in built.arrows)


def test_the_same_house_gives_the_same_bytes_and_is_up_to_date(house):
    built = house()
    assert drawn(built) == drawn(built)
    assert rooms_picture.differences(drawn(built), built.rooms, built.arrows) == []


def test_a_picture_grows_old_by_another_arrow_another_room_and_by_size(house):
    picture = drawn(house())
    built = house(
        {
            "invoices/rules/__init__.py": "import portal.lib.yen\n",
            "invoices/lifecycle/verbs.py": "import suppliers\n" + "\n" * 40,
            "suppliers/__init__.py": "",
        }
    )
    assert rooms_picture.differences(picture, built.rooms, built.arrows) == [
        "invoices.rules is not drawn",
        "suppliers is not drawn",
        "invoices.lifecycle has 41 lines, and is drawn with 1",
        "the arrow from invoices.lifecycle to suppliers is not drawn",
        "the arrow from invoices.rules to portal.lib is not drawn",
        "the arrow from invoices.web to invoices.models is not drawn",
        "the arrow from invoices.lifecycle to invoices.models no longer belongs there",
    ]


def test_a_few_lines_more_do_not_make_it_old(house):
    picture = drawn(house())
    built = house({"invoices/lifecycle/more.py": "\n" * 20})
    assert rooms_picture.differences(picture, built.rooms, built.arrows) == []
