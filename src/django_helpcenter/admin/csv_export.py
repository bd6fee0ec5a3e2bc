"""Rows as a CSV file that a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone

#: The same signs in full width, which some spreadsheets take for them: = + - @
_WIDE = ("\uff1d", "\uff0b", "\uff0d", "\uff20")

#: What makes a spreadsheet take a cell for a formula, where it stands first.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", *_WIDE)

#: Spreadsheets take a file for UTF-8 when it begins so.
_MARK = "\ufeff"


def csv_response(
    name: str, header: Sequence[Any], rows: Iterable[Sequence[Any]]
) -> StreamingHttpResponse:
    """Return a download of rows, written as they are read."""
    response = StreamingHttpResponse(_lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


def safe_cell(value: Any) -> str | int | float:
    """Return what stands in a cell: a number as it is, and no text that begins like a formula.

    An apostrophe before it keeps a spreadsheet from calculating, and is not shown by it
    (OWASP, "CSV Injection").
    """
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(sep=" ", timespec="seconds")
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _lines(header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield _MARK + writer.writerow([str(name) for name in header])
    for row in rows:
        yield writer.writerow([safe_cell(value) for value in row])
