"""Rows that are spread over many files: found by their key, and in little memory."""

import pyarrow as pa
import pytest

from experiments.batch import row_index
from experiments.batch.row_index import RowIndex, write_table

SCHEMA = pa.schema([("run_hash", pa.string()), ("text", pa.string())])
ROWS, LONG = 50, 20_000  # a megabyte a file


def table_of(file):
    return pa.table({"run_hash": [f"{row:03}.{file}" for row in range(ROWS)], "text": ["x" * LONG] * ROWS}, SCHEMA)


@pytest.fixture
def index(tmp_path):
    found = RowIndex(SCHEMA)
    for file in range(4):
        write_table(tmp_path / f"{file}.parquet", SCHEMA, [table_of(file)])
        found.add(tmp_path / f"{file}.parquet", ("done",))
    return found


def test_rows_of_many_files_in_turn_keep_no_more_than_themselves_in_memory(index, monkeypatch):
    """Where hardly anything stays decoded, a file is read for each row: a slice would hold all of it each time."""
    monkeypatch.setattr(row_index, "HELD_BYTES", LONG)
    before = pa.total_allocated_bytes()
    rows = [index.take(key) for key in sorted(index.keys())]
    assert len(rows) == 4 * ROWS
    assert all(len(row) == 1 for row in rows)
    assert pa.total_allocated_bytes() - before < 2 * len(rows) * LONG + 4 * ROWS * LONG  # slices: fifty times the rows


def test_a_row_is_found_by_its_key_and_a_missing_one_is_no_row(index):
    assert index.take("007.2").to_pylist() == [{"run_hash": "007.2", "text": "x" * LONG}]
    assert len(index.take("nothing")) == 0


def test_groups_that_were_read_stay_as_far_as_memory_allows_and_one_at_least(index, monkeypatch):
    keys = [f"000.{file}" for file in range(4)]
    monkeypatch.setattr(row_index, "HELD_BYTES", 10 * ROWS * LONG)
    assert [len(index.take(key)) for key in keys] == [1] * 4
    assert len(index._held) == 4
    monkeypatch.setattr(row_index, "HELD_BYTES", 0)
    index._held.clear()
    assert [len(index.take(key)) for key in keys] == [1] * 4
    assert len(index._held) == 1
