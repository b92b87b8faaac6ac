"""Rows of a journal as a file: CSV or JSON."""

from collections.abc import Mapping, Sequence
import csv
from io import StringIO
import json
from typing import Any, Final

COLUMNS: Final = (
    "lock",
    "occurred_at",
    "until",
    "kind",
    "type",
    "person",
    "method",
    "ecosystem",
    "confidence",
    "assigned_by",
    "assigned_at",
    "reason",
    "gap_reason",
    "operation",
    "outcome",
    "cause",
    "controller",
    "user_name",
    "user_index",
    "source",
    "credential_type",
    "credential_index",
    "person_id",
    "event_number",
    "time_source",
    "key",
)
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is run by spreadsheets; names come from outside (CWE-1236)."""

type Row = Mapping[str, Any]


def to_csv(rows: Sequence[Row]) -> str:
    """Give CSV with a header; columns that are not known here stand last."""
    known = set(COLUMNS)
    further = sorted({key for row in rows for key in row if key not in known})
    text = StringIO()
    writer = csv.DictWriter(text, [*COLUMNS, *further])
    writer.writeheader()
    writer.writerows({key: _cell(row[key]) for key in row} for row in rows)
    return text.getvalue()


def to_json(rows: Sequence[Row]) -> str:
    """Give a JSON list of objects; absent facts are absent."""
    return json.dumps(list(rows), ensure_ascii=False, indent=2)


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value
