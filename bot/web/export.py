"""Lists as files: for spreadsheets, where no text is a formula, and for programs."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from starlette.responses import Response

Row = Mapping[str, Any]
"""A line of a list: text, numbers, moments, None, or several texts, by the names of the columns."""

FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet computes."""


def as_csv(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    """Return *rows* as a spreadsheet reads them: an apostrophe stands before what it would compute."""
    told = io.StringIO(newline="")
    writer = csv.writer(told)
    writer.writerow(columns)
    writer.writerows([_cell(row[column]) for column in columns] for row in rows)
    return told.getvalue().encode("utf-8-sig", "replace")


def as_json(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    """Return *rows* as a list of objects."""
    told = [{column: _value(row[column]) for column in columns} for row in rows]
    return json.dumps(told, indent=1, ensure_ascii=False).encode("utf-8", "replace")


def saved(content: bytes, name: str, media_type: str) -> Response:
    """Return what a browser saves under *name*, which is our own."""
    return Response(
        content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _cell(value: Any) -> Any:
    if isinstance(value, tuple):
        value = ", ".join(value)
    told = _value(value)
    return f"'{told}" if isinstance(told, str) and told.startswith(FORMULAS) else told
