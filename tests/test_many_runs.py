"""What a batch of 100,000 runs needs: parts are not listed after each part, rows are merged together; fine made-up maps."""

import shutil

import numpy as np
import pyarrow as pa
import pytest

from experiments.batch.errors import StoreError
from experiments.batch.outcome import Outcome, RunData
from experiments.batch.reader import Reader
from experiments.batch.row_index import RowIndex, write_table
from experiments.batch.run import Run
from experiments.batch.store import Store
from experiments.batch.tables import METADATA, STATUS, Layout
from model import Simulation, load_scenario
from model.scenario import ScenarioError

RUNS = pa.schema([("row", pa.int64()), *STATUS, ("run_hash", pa.string()), ("value", pa.float64())], METADATA)
LAYOUT = Layout(kind="made up", tables={"runs": RUNS}, order=("row",), row_key="row")
ABOUT = {"kind": "made up", "command": "none", "model_version": "1", "schema_version": 1}


def stored(store, count, first=0):
    """Store so many rows, each as a part of its own."""
    for row in range(first, first + count):
        columns = {"row": row, "run_hash": f"hash {row}"}
        store.add(columns, Outcome(Run("synthetic_plane"), "done", RunData({"value": float(row)})))
        store.flush()


def test_parts_are_listed_only_where_somebody_else_touched_them(tmp_path, monkeypatch):
    listed = []
    folders = Reader.part_folders
    monkeypatch.setattr(Reader, "part_folders", lambda self: listed.append(1) or folders(self))
    with Store(tmp_path / "out", LAYOUT).open(ABOUT) as store:
        stored(store, 3)
        before = len(listed)
        stored(store, 20, first=3)
        assert len(listed) == before
        (store.parts / "note.txt").write_text("somebody was here")
        stored(store, 1, first=23)
        assert len(listed) == before + 1
        (store.parts / "note.txt").unlink()
    assert store.finished() == set(range(24))


def test_a_part_that_was_deleted_is_noticed_with_the_next_one(tmp_path):
    with Store(tmp_path / "out", LAYOUT).open(ABOUT) as store:
        stored(store, 3)
        shutil.rmtree(store.part_folders()[0])
        with pytest.raises(StoreError, match=r"1 of 4 parts in .* were deleted or moved by somebody else"):
            stored(store, 1, first=3)
        store.guard.expected = {part.name for part in store.part_folders()}


def test_runs_are_read_together_and_in_the_order_that_is_asked(tmp_path):
    with Store(tmp_path / "out", LAYOUT).open(ABOUT) as store:
        stored(store, 12)
        tables = list(store.rows("runs", [7, 3, 11, 0]))
        assert [table["row"].to_pylist() for table in tables] == [[7, 3, 11, 0]]
        with pytest.raises(StoreError, match="runs of run 12 has 0 rows and 1 were stored"):
            list(store.rows("runs", [3, 12]))


@pytest.mark.parametrize("seed", range(4))
def test_rows_of_keys_in_many_groups_and_files_come_in_the_order_of_the_keys(tmp_path, seed, monkeypatch):
    monkeypatch.setattr("experiments.batch.row_index.GROUP_CELLS", 14)  # seven rows a group: keys lie in two of them
    rng, schema = np.random.default_rng(seed), pa.schema([("run_hash", pa.string()), ("value", pa.float64())])
    index, expected = RowIndex(schema), {}
    for number in range(3):
        keys = [f"{number} {name}" for name in rng.permutation(9)]
        values = {key: rng.random(rng.integers(1, 6)).tolist() for key in keys}
        rows = [(key, value) for key in keys for value in values[key]]
        table = pa.table([pa.array([key for key, _ in rows]), pa.array([value for _, value in rows])], schema=schema)
        write_table(tmp_path / f"{number}.parquet", schema, [table])
        index.add(tmp_path / f"{number}.parquet")
        expected |= values
    asked = rng.permutation(list(expected)).tolist()
    assert index.take_all(asked)["value"].to_pylist() == [value for key in asked for value in expected[key]]
    assert index.take_all([])["value"].to_pylist() == index.take("nobody")["value"].to_pylist() == []
    assert [index.count(key) for key in asked] == [len(expected[key]) for key in asked]


def test_a_made_up_map_may_be_finer_than_the_shipped_ones():
    sizes = {"resolution": 0.1, "theatre.plane_rows": 60, "theatre.plane_columns": 80, "weeks": 3}
    world = Simulation(load_scenario("synthetic_plane", overrides=sizes | {"groups.east.lon": 3.5}), seed=1)
    world.run()
    assert world.state.control.shape[1] == 4800
    assert world.state.people_held[0] > 0


@pytest.mark.parametrize("degrees", [0.001, 11.0])
def test_a_made_up_map_has_its_own_bounds(degrees):
    with pytest.raises(ScenarioError, match=r"resolution: must be 0\.01 to 10 degrees on a made-up map"):
        load_scenario("synthetic_plane", overrides={"resolution": degrees})
