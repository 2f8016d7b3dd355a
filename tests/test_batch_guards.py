"""What may join a results folder or be used again, row by row: other versions, machines, tables, and failures stay out."""

import numpy as np
import pyarrow.parquet as pq
import pytest
from test_batch_store import columns, failed, filled, killed, made, manifest, opened
from test_sweep_run import FACTORS, HEAD

from experiments.batch import store as module
from experiments.batch.checksums import list_files
from experiments.batch.engine import Batch, Task
from experiments.batch.errors import StoreError
from experiments.batch.manifest import check_same
from experiments.batch.outcome import EndMap, Outcome, RunData
from experiments.batch.reader import Reader
from experiments.batch.reuse import StoredRuns, beside, differences
from experiments.batch.run import Run
from experiments.batch.store import Store
from experiments.batch.take import events_table, series_table, take
from experiments.sweep.design_file import load_design
from experiments.sweep.store import layout
from model import Simulation, load_scenario
from model.record import OUTCOMES, SERIES

NEW = {"kind": "batch", "schema_version": 2, "model_version": "now", "identity": "this", "keep": ["runs"], "model": ""}


@pytest.mark.parametrize(
    ("key", "words"),
    [("kind", "another kind"), ("schema_version", "another version of inkspot"),
     ("model_version", "another version of the model"), ("identity", "another design")],
)  # fmt: skip
def test_results_join_only_those_of_the_same_kind_versions_and_design(key, words):
    same = {"identity": "another design"}
    check_same(NEW | {"seeds": [1]}, NEW, "folder", same)
    for other in (NEW | {key: 3}, {name: value for name, value in NEW.items() if name != key}):
        with pytest.raises(StoreError, match=rf"folder holds results of {words}.*choose another --out, or add --fresh"):
            check_same(other, NEW, "folder", same)


def test_a_sweep_that_keeps_other_tables_is_refused(tmp_path):
    design = tmp_path / "d.toml"
    design.write_text(HEAD + FACTORS)
    same = layout(load_design(design)).same
    with pytest.raises(StoreError, match="a design that keeps other tables"):
        check_same(NEW | {"keep": ["runs", "series"]}, NEW, "folder", same)


@pytest.mark.parametrize("key", ["schema_version", "model_version"])
def test_a_neighbour_of_another_version_of_model_or_files_is_passed_over_silently(key, tmp_path):
    filled(tmp_path / "one", made("core_only", 1))
    mine = manifest()
    assert beside(tmp_path / "two", mine) == ([tmp_path / "one"], [])
    assert beside(tmp_path / "one", mine) == ([], [])  # a folder is no neighbour of its own
    assert beside(tmp_path / "two", mine | {key: 99}) == ([], [])


@pytest.mark.parametrize("name", ["numpy", "numba", "scipy"])
def test_a_neighbour_of_other_packages_is_named_and_not_used(name, tmp_path):
    filled(tmp_path / "one", made("core_only", 1))
    mine = manifest()
    other = mine | {"versions": mine["versions"] | {name: "0.1"}}
    folders, notes = beside(tmp_path / "two", other)
    assert folders == []
    assert len(notes) == 1
    assert f"{name} {mine['versions'][name]}, here 0.1" in notes[0]


def test_other_machines_are_told_and_other_systems_are_not():
    mine = manifest()
    assert differences(mine, mine) == ""
    assert differences(mine | {"platform": {"machine": "abacus"}}, mine).startswith("machine abacus, here ")
    assert differences(mine | {"platform": mine["platform"] | {"processor": "AVX"}}, mine).startswith(
        "processor AVX, here "
    )
    assert differences({}, mine).count("unknown, here") == 5
    assert differences(mine | {"versions": mine["versions"] | {"pandas": "0"}}, mine) == ""


def test_folders_below_a_neighbour_are_found_and_damaged_ones_named(tmp_path):
    filled(tmp_path / "several" / "one", made("core_only", 1))
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "manifest.json").write_text("{")
    folders, notes = beside(tmp_path / "mine", manifest())
    assert folders == [tmp_path / "several" / "one"]
    assert [str(tmp_path / "broken") in note for note in notes] == [True]


def stored(folder, tables=("series", "events")):
    found = StoredRuns(tables)
    found.add_folder(folder)
    return found


def test_runs_that_are_used_again_are_whole_done_and_the_same_to_the_bit(tmp_path):
    row, outcome = made("core_only", 1)
    filled(tmp_path, (row, outcome), failed("core_only", 2, "it broke"))
    found = stored(tmp_path)
    assert len(found) == 1
    assert found.folders == [tmp_path]
    assert found.passed_over == []
    again = found.data(row["run_hash"])
    assert again.values == outcome.data.values
    for name, table in outcome.data.tables.items():
        assert again.tables[name].select(table.column_names).to_pydict() == table.to_pydict()
    assert found.data(columns("core_only", 2)["run_hash"]) is None
    assert found.data("nothing") is None
    assert set(stored(tmp_path, ["series"]).data(row["run_hash"]).tables) == {"series"}
    assert stored(tmp_path, []).data(row["run_hash"]).tables == {}


def test_runs_in_parts_are_used_again_too_and_an_empty_folder_is_none(tmp_path):
    row, outcome = made("core_only", 1)
    killed(tmp_path / "one", (row, outcome))
    assert stored(tmp_path / "one").data(row["run_hash"]).values == outcome.data.values
    (tmp_path / "two").mkdir()
    assert stored(tmp_path / "two").folders == []


def test_a_run_whose_rows_are_fewer_than_were_stored_is_not_used_again(tmp_path):
    row, outcome = made("core_only", 1)
    filled(tmp_path, (row, outcome))
    path = tmp_path / "series.parquet"
    pq.write_table(pq.read_table(path)[:1], path)
    list_files(tmp_path, tmp_path.glob("*.parquet"))  # so that only the number of rows can tell
    assert stored(tmp_path).data(row["run_hash"]) is None
    assert stored(tmp_path, ["events"]).data(row["run_hash"]).values == outcome.data.values


def test_a_run_is_done_once_it_succeeded_whatever_failed_before_or_after(tmp_path):
    good, bad = made("core_only", 1), failed("core_only", 1, "it broke")
    for name, order in {"before": (bad, good), "after": (good, bad)}.items():
        store = killed(tmp_path / name, *order)
        key = good[0]["run_hash"]
        assert store.finished() == {key}
        assert store.failures() == {}
        with opened(tmp_path / name) as again:
            again.combine()
            row = again.read("runs", [key]).iloc[0]
        assert (row["status"], row["error"]) == ("done", "")


def test_failures_are_told_with_error_and_command(tmp_path):
    row, outcome = failed("core_only", 2, "it broke")
    store = filled(tmp_path, made("core_only", 1), (row, outcome))
    assert store.failures() == {row["run_hash"]: ("it broke", outcome.repeat)}
    assert store.finished() == {columns("core_only", 1)["run_hash"]}


def nothing(result):
    return RunData()


def test_every_failure_of_a_batch_is_counted_and_nothing_else_is(tmp_path):
    good, bad = Run("synthetic_plane", "core_only", {"weeks": 2}), Run("no_such_scenario", "core_only", {"weeks": 2})
    told = []
    with opened(tmp_path) as store:
        batch = Batch(store, 1, told.append)
        tasks = [Task(run, nothing, {**columns("core_only", seed), "run_hash": f"{seed:064}"})
                 for seed, run in enumerate([good, bad, bad, good, bad])]  # fmt: skip
        batch.run(tasks, 5, 5)
        states = store.read("runs", [f"{seed:064}" for seed in range(5)])
    assert told[-1].failed == batch.progress.failed == 3
    assert told[-1].made == told[-1].stored == 5
    assert states["status"].tolist() == ["done", "failed", "failed", "done", "failed"]
    assert all(states["error"][states["status"] == "failed"])
    assert [each.failed for each in told] == sorted(each.failed for each in told)


def test_killed_runs_are_failed_rows(tmp_path):
    row, _ = made("core_only", 1)
    store = filled(tmp_path, (row, Outcome(Run("synthetic_plane", "core_only"), "killed", None, "out of memory")))
    assert store.failures()[row["run_hash"]][0] == "out of memory"


def test_a_store_that_is_not_open_has_no_guard(tmp_path):
    with pytest.raises(RuntimeError, match="not open"):
        _ = Store(tmp_path).guard
    store = filled(tmp_path, made("core_only", 1))
    with pytest.raises(RuntimeError, match="not open"):
        _ = store.guard


def test_a_part_is_written_after_so_many_rows_bytes_or_seconds(tmp_path, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(module, "monotonic", lambda: now[0])
    with opened(tmp_path) as store:
        assert store.add(*made("core_only", 0)) is False
        now[0] = module.SECONDS_A_PART
        assert store.add(*made("core_only", 1)) is False
        now[0] += 0.1
        assert store.add(*made("core_only", 2)) is True
        assert store.flush() is False
        monkeypatch.setattr(module, "ROWS_A_PART", 2)
        assert store.add(*made("core_only", 3)) is False
        assert store.add(*made("core_only", 4)) is True
        monkeypatch.setattr(module, "BYTES_A_PART", 1)
        assert store.add(*made("core_only", 5)) is True
        assert len(store.part_folders()) == 3
        assert len(store.finished()) == 6
    assert store.part_folders() == []
    assert not store.parts.exists()


def test_maps_are_kept_with_names_and_titles_and_damage_is_told(tmp_path):
    end = EndMap(np.arange(4.0).reshape(1, 2, 2), ("a",), {})
    row, outcome = made("core_only", 1, end)
    store = filled(tmp_path, (row, outcome))
    key, finished = row["run_hash"], store.finished()
    assert store.map(key).titles == {"a": "a"}  # a name stands for a title that is not there
    assert store.holds(row, finished)
    assert store.holds(row, finished, with_map=True)
    assert not store.holds(columns("core_only", 2), finished)
    store.map_file(key).unlink()
    assert store.holds(row, finished)
    assert not store.holds(row, finished, with_map=True)
    with pytest.raises(FileNotFoundError):
        store.map(key)
    store.map_file(key).write_bytes(b"damaged")
    with pytest.raises(StoreError, match="delete it, and the same command makes its run again"):
        store.map(key)


def test_without_a_manifest_results_are_refused_and_with_fresh_replaced(tmp_path):
    store = filled(tmp_path, made("core_only", 1))
    (store.out / "manifest.json").unlink()
    assert store.manifest() == {}
    with pytest.raises(StoreError, match=r"no manifest\.json"), opened(tmp_path):
        pass
    with opened(tmp_path, fresh=True):
        pass
    assert Reader(tmp_path).finished() == set()


@pytest.fixture(scope="module")
def result():
    return Simulation(load_scenario("synthetic_plane", overrides={"weeks": 3}), seed=1).run()


def test_what_is_taken_of_a_result_has_a_row_a_week_and_a_row_an_event_with_their_dates(result):
    series, events = series_table(result), events_table(result)
    start = result.scenario.start
    assert series["week"].to_pylist() == [0, 1, 2, 3]
    assert [(day - start).days for day in series["date"].to_pylist()] == [0, 7, 14, 21]
    assert series.column_names == ["week", "date", *SERIES]
    assert all(series[name].to_pylist() == result.rows[:, place].tolist() for place, name in enumerate(SERIES))
    assert len(events) == len(result.event_list)
    assert all((row["date"] - start).days == 7 * row["week"] for row in events.to_pylist())
    assert not {"run_hash", "policy", "seed"} & {*series.column_names, *events.column_names}


@pytest.mark.parametrize(("tables", "with_map"), [((), False), (("series",), True), (("events", "places"), False)])
def test_only_what_is_wanted_is_taken(result, tables, with_map):
    data = take(tables, with_map, result)
    assert set(data.tables) == set(tables)
    assert (data.end_map is not None) is with_map
    assert data.values == {name: result.outcomes[name] for name in OUTCOMES}
    if data.end_map is not None:
        assert data.end_map.names == tuple(result.organisation_names)
