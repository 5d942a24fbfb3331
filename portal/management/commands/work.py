"""`manage.py work`: the state of the pending work, and another try for dead work."""

import json
import sys
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import work
from portal.lib import virus_scan
from portal.lib.virus_scan import NOT_SCANNED

_COLUMNS = ("pending", "due", "late", "in work", "dead", "oldest due")


class Command(BaseCommand):
    """The commands `status` and `retry`; see portal.work."""

    help = "Show the pending work (status), or give dead work a new start (retry)."

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        status = commands.add_parser(
            "status", help="what is pending, late and dead, per kind; exit status 1 when something is wrong"
        )
        status.add_argument("--json", action="store_true", help="for programs")
        retry = commands.add_parser("retry", help="give dead work a new start")
        retry.add_argument("kind", help="as status names it, for instance invoices.deliver")
        retry.add_argument("--id", type=UUID, help="only this row")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["command"] == "retry":
            self._retry(options["kind"], options["id"])
        else:
            self._status(as_json=options["json"])

    def _status(self, *, as_json: bool) -> None:
        """Print the state. Exit status 1 when something is dead, late or away, so a monitor can rely on it."""
        kinds = work.status()
        sweep = work.last_sweep_age()
        problems = [f"{kind.dead} dead: {kind.kind}" for kind in work.to_look_at(kinds)]
        if work.sweep_is_late(sweep):
            problems.append("the sweep is late" if sweep is not None else "there was no sweep yet")
        scanner = virus_scan.state()
        if scanner == virus_scan.AWAY:
            problems.append("the virus scanner is away, so no file is taken")
        if as_json:
            report = {
                "kinds": [asdict(kind) for kind in kinds],
                "last_sweep_seconds": sweep,
                "virus_scanner": scanner,
                "problems": problems,
            }
            self.stdout.write(json.dumps(report, indent=2))
        else:
            self._write_table(kinds, sweep)
            self.stdout.write(f"virus scanner: {scanner}{f' ({NOT_SCANNED})' if scanner == virus_scan.OFF else ''}")
            for problem in problems:
                self.stdout.write(f"! {problem}")
        if problems:
            sys.exit(1)

    def _write_table(self, kinds: list[work.KindOfWork], sweep: float | None) -> None:
        width = max(len(kind.kind) for kind in kinds)
        self.stdout.write(" " * width + "".join(f"{column:>12}" for column in _COLUMNS))
        for kind in kinds:
            cells = (kind.pending, kind.due, kind.late, kind.in_work, kind.dead, _seconds(kind.oldest_due_seconds))
            self.stdout.write(f"{kind.kind:<{width}}" + "".join(f"{cell:>12}" for cell in cells))
        self.stdout.write(f"last sweep: {_seconds(sweep)} ago" if sweep is not None else "last sweep: never")

    def _retry(self, kind: str, row_id: UUID | None) -> None:
        try:
            count = work.retry(kind, row_id)
        except work.CannotRetryError as error:
            raise CommandError(str(error)) from None
        if row_id is not None and not count:
            raise CommandError(f"{kind}: no dead row has the id {row_id}.")
        self.stdout.write(f"{kind}: {count} pending again; the next sweep takes them up.")


def _seconds(age: float | None) -> str:
    return "-" if age is None else f"{age:.0f} s"
