"""Tables that leave the portal as CSV, for programs that calculate with tables."""

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

BOM = "\ufeff"
"""Without it Excel in Japan reads a file as Shift_JIS."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class _Echo:
    """Gives back what is written, so that a long table need not fit into memory."""

    def write(self, line: str) -> str:
        return line


def cell(value: object) -> str:
    """What stands in a cell. A text that a program would take for a formula is made one that it shows as it is."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) and not isinstance(value, int) else text


def lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The lines of the file, one after the other."""
    writer = csv.writer(_Echo())
    yield BOM
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


def csv_response(rows: Iterable[Sequence[object]], name: str) -> StreamingHttpResponse:
    """The table as a file to be saved.

    Args:
        name: Of the file, without its ending.
    """
    response = StreamingHttpResponse(lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{name}.csv") or ""
    return response
