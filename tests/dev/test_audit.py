"""What makes the audit of packages fail: a hole that is not allowed, an entry past its day, and no answer."""

import json
import sys
from datetime import date, timedelta

import pytest

from dev import audit
from dev.audit import Allowed, Hole, NoAnswer

TODAY = date(2026, 11, 28)
HOLE = Hole("pillow", "13.0.0", frozenset({"PYSEC-2026-1", "CVE-2026-1"}), ("13.0.1",))


def entry(**changes) -> Allowed:
    return Allowed(
        **{"package": "pillow", "hole": "CVE-2026-1", "until": TODAY + timedelta(days=30), "reason": "…"} | changes
    )


def said_by(output: object, ending: int = 0, error: str = "") -> list[str]:
    """A command that says this, as pip-audit would."""
    text = output if isinstance(output, str) else json.dumps(output)
    return [sys.executable, "-c", f"import sys; print({text!r}); print({error!r}, file=sys.stderr); sys.exit({ending})"]


def package(**about) -> dict[str, object]:
    return {"name": "pillow", "version": "13.0.0", "vulns": []} | about


class TestTheList:
    def test_is_fine_when_nothing_is_known_and_nothing_allowed(self):
        assert audit.faults([], [], TODAY) == []

    def test_lets_nothing_pass_that_it_does_not_name(self):
        (fault,) = audit.faults([HOLE], [], TODAY)
        assert "Not allowed: pillow 13.0.0" in fault
        assert "13.0.1" in fault

    @pytest.mark.parametrize("name", ["PYSEC-2026-1", "CVE-2026-1"])
    def test_lets_a_hole_pass_by_any_of_its_names(self, name):
        assert audit.faults([HOLE], [entry(hole=name)], TODAY) == []

    def test_lets_no_other_hole_of_the_package_pass_nor_the_same_of_another(self):
        for other in (entry(hole="CVE-2026-2"), entry(package="django")):
            assert any("Not allowed" in fault for fault in audit.faults([HOLE], [other], TODAY))

    def test_holds_on_its_last_day_and_not_on_the_next(self):
        assert audit.faults([HOLE], [entry(until=TODAY)], TODAY) == []
        late = audit.faults([HOLE], [entry(until=TODAY - timedelta(days=1))], TODAY)
        assert [fault.split(":")[0] for fault in late] == ["Not allowed", "Past its day"]

    def test_reaches_no_further_than_three_months(self):
        far = audit.faults([HOLE], [entry(until=TODAY + timedelta(days=91))], TODAY)
        assert [fault.split(":")[0] for fault in far] == ["Not allowed", "More than 90 days ahead"]

    def test_is_shortened_when_a_hole_is_gone(self):
        (fault,) = audit.faults([], [entry()], TODAY)
        assert fault.startswith("Not needed any more: pillow CVE-2026-1")

    @pytest.mark.parametrize(
        "text",
        [
            '[[allowed]]\npackage = "a"\nhole = "b"\nreason = "c"',
            '[[allowed]]\npackage = "a"\nhole = "b"\nreason = "c"\nuntil = "2026-12-31"',
            '[[allowed]]\npackage = "a"\nhole = "b"\nreason = ""\nuntil = 2026-12-31',
            '[[allowed]]\npackage = "a"\nhole = "b"\nreason = "c"\nuntil = 2026-12-31\nforever = true',
            "[[allowed",
        ],
        ids=["no day", "a text for a day", "no reason", "more than that", "broken"],
    )
    def test_is_read_strictly(self, text):
        with pytest.raises(ValueError):  # noqa: PT011  # whatever is wrong with it
            audit.allowed(text)

    def test_of_this_project_can_be_read(self):
        assert isinstance(audit.allowed(audit.ALLOWED.read_text(encoding="utf-8")), list)


class TestTheAnswer:
    def test_is_read_with_all_names_of_a_hole(self):
        about = {"id": "PYSEC-2026-1", "aliases": ["CVE-2026-1"], "fix_versions": ["13.0.1"]}
        assert audit.holes(said_by({"dependencies": [package(vulns=[about])]}, 1)) == [HOLE]

    def test_is_none_where_the_database_is_away(self):
        with pytest.raises(NoAnswer, match="could not connect"):
            audit.holes(said_by("", 1, "could not connect"))

    def test_is_none_where_nothing_is_known_about_a_package_although_it_says_that_all_is_well(self):
        skipped = {"name": "django", "skip_reason": "Dependency not found on PyPI and could not be audited"}
        with pytest.raises(NoAnswer, match="1 of 2 packages: django"):
            audit.holes(said_by({"dependencies": [package(), skipped]}))

    def test_is_none_where_it_is_about_nothing(self):
        with pytest.raises(NoAnswer):
            audit.holes(said_by({"dependencies": []}))

    def test_is_none_where_the_program_is_not_there(self):
        with pytest.raises(NoAnswer):
            audit.holes(["/nowhere/pip-audit"])

    def test_that_does_not_come_ends_the_audit_with_a_failure(self, monkeypatch):
        monkeypatch.setattr(sys, "executable", "/nowhere/python")
        with pytest.raises(SystemExit, match="Nothing was audited") as ended:
            audit.main()
        assert ended.value.code != 0
