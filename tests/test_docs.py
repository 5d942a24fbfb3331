"""The documentation keeps step with the code and with itself."""

import re
from pathlib import Path

import pytest
from django.apps import apps

from dev import life, rooms, rooms_picture
from dev.rooms import APPS, ROOT
from invoices.enums import Action, InvoiceKind, Status

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
IN_CODE = re.findall(r"^\| [^|]+ \| ([^|]+) \| [^|]+ \| [^|]+ \|$", GLOSSARY, re.MULTILINE)
PAGES = [*ROOT.glob("README*.md"), ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
PAGES += [ROOT / "CHANGELOG.md", ROOT / "SECURITY.md"]
READMES = ["README.md", "README.ja.md"]
BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def in_glossary(name: str) -> bool:
    return any(f"`{name}`" in names for names in IN_CODE)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def model_names() -> list[str]:
    """Every table of our apps, but not those in which their history is kept."""
    models = [model for label in APPS for model in apps.get_app_config(label).get_models()]
    return [model.__name__ for model in models if not model.__name__.startswith("Historical")]


def test_every_model_stands_in_the_glossary():
    names = model_names()
    assert len(names) > 20
    assert [name for name in names if not in_glossary(name)] == []


@pytest.mark.parametrize("words", [Status, Action, InvoiceKind])
def test_every_status_step_and_kind_stands_in_the_glossary(words):
    assert [word.value for word in words if not in_glossary(word.value)] == []


def test_the_glossary_has_no_term_twice_in_a_section():
    for section in GLOSSARY.split("\n## ")[1:]:
        terms = [term for term in re.findall(r"^\| ([^|]+) \|", section, re.MULTILINE) if term != "–"]
        assert sorted(terms) == sorted(set(terms))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_within_the_project_leads_to_a_file_and_its_heading(page: Path):
    missing = []
    for target in LINK.findall(BLOCK.sub("", page.read_text(encoding="utf-8"))):
        name, _hash, heading = target.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        file = page.parent / name if name else page
        if not file.exists() or (heading and heading not in headings(file)):
            missing.append(target)
    assert missing == []


def headings(page: Path) -> set[str]:
    """The headings of a page, as links name them."""
    found = re.findall(r"^#+ (.+)$", BLOCK.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in found}


def test_both_readmes_have_the_same_sections():
    english, japanese = (re.findall(r"^## ", BLOCK.sub("", read(name)), re.MULTILINE) for name in READMES)
    assert len(english) == len(japanese) > 4


def test_both_readmes_show_the_same_commands_pictures_and_variables():
    english, japanese = (read(name) for name in READMES)
    assert BLOCK.findall(english) == BLOCK.findall(japanese)
    for same in (r"!\[[^]]*\]\(([^)]+)\)", r"`([A-Z0-9_]{5,})`"):
        assert set(re.findall(same, english)) == set(re.findall(same, japanese))


def test_the_picture_of_the_rooms_shows_what_the_code_has():
    house = rooms.read(ROOT)
    assert rooms_picture.differences(read(rooms.PICTURE), house.rooms, house.arrows) == []


def test_the_picture_of_a_life_shows_what_the_table_has():
    assert read(life.PICTURE) == life.draw()


SECURITY_ROWS = re.findall(r"^\| (V\d.*) \|$", read("docs/security.md"), re.MULTILINE)
NAMED = re.compile(r"`((?:[\w.-]+/)*[\w-]*\.?[\w-]+\.?\w*)(?:::(\w+))?`")


def named(row: str) -> list[tuple[str, str]]:
    """The files that a row names, each with the test in it, if one is named."""
    return [(path, test) for path, test in NAMED.findall(row) if "/" in path or (ROOT / path).is_file()]


def test_what_the_table_of_security_names_exists():
    missing = [
        (path, test)
        for row in SECURITY_ROWS
        for path, test in named(row)
        if not (ROOT / path).is_file() or (test and f"def {test}(" not in read(path))
    ]
    assert missing == []
    assert sum(bool(test) for row in SECURITY_ROWS for _path, test in named(row)) > 80


def test_every_row_of_the_table_of_security_has_a_state_and_stands_there_once():
    cells = [row.split(" | ") for row in SECURITY_ROWS]
    assert all(len(row) == 5 for row in cells)
    states = ("met", "partly", "not met", "not applicable", "to come", "the operator's")
    assert [row[0] for row in cells if not row[2].startswith(states)] == []
    numbers = [row[0] for row in cells]
    assert len(set(numbers)) == len(numbers)
    assert {number.split(".")[0] for number in numbers} == {f"V{chapter}" for chapter in range(1, 18)}


def test_what_is_to_come_names_nothing_that_would_hold_it():
    """So that a row is filled in when its work is done, and not before."""
    early = [row for row in SECURITY_ROWS if row.split(" | ")[2].startswith("to come") and named(row)]
    assert early == []
