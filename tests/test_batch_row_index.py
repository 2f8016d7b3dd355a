"""Rows that are spread over many files: found by their key, and in little memory."""

import pyarrow as pa
import pyarrow.parquet as pq
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


def test_a_rows_place_is_found_over_row_groups_and_later_files_win(tmp_path):
    schema = pa.schema([("key", pa.string()), ("status", pa.string()), ("value", pa.int64())])

    def index(*files):
        found = RowIndex(schema, "key")
        for number, rows in enumerate(files):
            path = tmp_path / f"{number}.parquet"
            write_table(path, schema, [pa.Table.from_pylist(rows, schema)])
            found.add(path)
        return found

    def row(key, status, value):
        return {"key": key, "status": status, "value": value}

    first = [row("a", "done", 1), row("a", "done", 2), row("b", "failed", 3), row("c", "done", 4)]
    later = [row("c", "failed", 5), row("b", "done", 6), row("a", "done", 7)]
    found = index(first, later)
    assert {key: found.take(key)["value"].to_pylist() for key in "abcd"} == {"a": [7], "b": [6], "c": [4], "d": []}
    assert found.done == {"a", "b", "c"}
    assert len(found) == 3
    assert "d" not in found
    assert sorted(value for table in found.groups(["value"]) for value in table["value"].to_pylist()) == [4, 6, 7]
    assert sorted(index(first).take("a")["value"].to_pylist()) == [1, 2]


def test_row_groups_are_filled_one_after_another_whatever_the_tables_were(tmp_path, monkeypatch):
    schema = pa.schema([("value", pa.int64()), ("other", pa.int64())])
    monkeypatch.setattr(row_index, "GROUP_CELLS", 10)
    tables = [
        pa.table({"value": range(n, n + size), "other": [0] * size}, schema) for n, size in ((0, 3), (3, 9), (12, 1))
    ]
    write_table(tmp_path / "t.parquet", schema, tables)
    with pq.ParquetFile(tmp_path / "t.parquet") as file:
        assert [file.metadata.row_group(k).num_rows for k in range(file.num_row_groups)] == [5, 5, 3]
        assert file.read()["value"].to_pylist() == list(range(13))
    write_table(tmp_path / "none.parquet", schema, [])
    assert pq.read_table(tmp_path / "none.parquet").num_rows == 0
