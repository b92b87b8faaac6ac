"""Rows as CSV and JSON."""

import csv
from io import StringIO
import json

from hypothesis import given, strategies as st
import pytest

from custom_components.aqara_lock.domain.journal.export_file import (
    COLUMNS,
    to_csv,
    to_json,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]))
ROWS = st.lists(st.dictionaries(st.sampled_from(COLUMNS), TEXTS))


@given(ROWS)
def test_table_has_every_cell_and_runs_none(rows: list[dict[str, str]]) -> None:
    read = list(csv.DictReader(StringIO(to_csv(rows), newline="")))
    assert len(read) == len(rows)
    for row, cells in zip(rows, read, strict=True):
        assert list(cells) == list(COLUMNS)
        for column, cell in cells.items():
            assert cell.removeprefix("'") == row.get(column, "").removeprefix("'")
            assert not cell.startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_formula_becomes_text(start: str) -> None:
    (row,) = csv.DictReader(StringIO(to_csv([{"person": f"{start}1"}]), newline=""))
    assert row["person"] == f"'{start}1"


def test_unknown_column_is_kept_at_the_end() -> None:
    header = to_csv([{"key": "e1", "new": 1}]).splitlines()[0]
    assert header == ",".join([*COLUMNS, "new"])


def test_empty_journal_is_a_header_or_an_empty_list() -> None:
    assert to_csv([]).splitlines() == [",".join(COLUMNS)]
    assert json.loads(to_json([])) == []


@given(ROWS)
def test_json_is_what_went_in(rows: list[dict[str, str]]) -> None:
    assert json.loads(to_json(rows)) == rows


def test_json_keeps_umlauts_readable() -> None:
    assert "Jörg" in to_json([{"person": "Jörg"}])
