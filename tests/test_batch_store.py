"""Results on disk: whole at any moment, resumable, readable by anyone."""

import shutil
from contextlib import AbstractContextManager
from datetime import date
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from experiments.batch.checksums import list_files
from experiments.batch.errors import StoreError
from experiments.batch.manifest import describe
from experiments.batch.outcome import EndMap, Outcome, RunData
from experiments.batch.run import Run
from experiments.batch.store import Store, completed
from model.record import OUTCOMES, SERIES
from model.scenario import load_scenario

EVENT = {
    "week": 1, "date": date(2014, 8, 11), "kind": "pledge", "organisation": "east", "other": "core", "country": "AAA",
    "amount": 0.5, "cause": "it paid", "causes": "{}",
}  # fmt: skip


def columns(policy: str, seed: int) -> dict[str, object]:
    run_hash = sha256(f"{policy} {seed}".encode()).hexdigest()
    return {"scenario": "synthetic_plane", "policy": policy, "seed": seed, "run_hash": run_hash}


def made(policy: str, seed: int, end: EndMap | None = None) -> tuple[dict[str, object], Outcome[RunData]]:
    """What a store takes in: the columns of a run and what came of it."""
    series = pd.DataFrame({"week": [0, 1], "date": [date(2014, 8, 4), date(2014, 8, 11)]})
    for number, name in enumerate(SERIES):
        series[name] = [number + seed / 3, number * np.pi]
    events = pd.DataFrame([EVENT] if seed else [], columns=list(EVENT))
    tables = {"series": pa.Table.from_pandas(series, preserve_index=False),
              "events": pa.Table.from_pandas(events, preserve_index=False)}  # fmt: skip
    values = {name: number + seed / 7 for number, name in enumerate(OUTCOMES)}
    run = Run("synthetic_plane", policy, seed=seed)
    return columns(policy, seed), Outcome(run, "done", RunData(values, tables, end), "", 0.25)


def failed(policy: str, seed: int, error: str) -> tuple[dict[str, object], Outcome[RunData]]:
    return columns(policy, seed), Outcome(Run("synthetic_plane", policy, seed=seed), "failed", None, error)


def manifest(**overrides: object) -> dict[str, object]:
    scenarios = {"core_only": load_scenario("synthetic_plane", "core_only", overrides)}
    return describe("batch", scenarios, [0, 1], ["inkspot", "compare"])


def opened(out: Path, fresh: bool = False, **overrides: object) -> AbstractContextManager[Store]:
    return Store(out).open(manifest(**overrides), fresh)


def filled(out: Path, *stored: tuple[dict[str, object], Outcome[RunData]]) -> Store:
    """A folder with finished runs, as a batch leaves it."""
    with opened(out) as store:
        for each in stored:
            store.add(*each)
    return store


def killed(out: Path, *stored: tuple[dict[str, object], Outcome[RunData]]) -> Store:
    """A folder with finished runs in parts, as a batch that is killed leaves it."""
    with opened(out) as store:
        for each in stored:
            store.add(*each)
            store.flush()
        shutil.copytree(store.out, out.with_name("copy"))
    shutil.rmtree(store.out)
    out.with_name("copy").rename(store.out)
    return store


def contents(store: Store) -> dict[str, pd.DataFrame]:
    return {path.stem: pd.read_parquet(path) for path in sorted(store.out.glob("*.parquet"))}


def test_what_is_stored_is_read_back_to_the_last_bit(tmp_path):
    row_of, outcome = made("core_only", 1)
    with opened(tmp_path) as store:
        store.add(row_of, outcome)
        for _ in ("from parts", "from tables"):
            store.flush()
            row = store.read("runs", [row_of["run_hash"]]).iloc[0]
            assert {name: row[name] for name in OUTCOMES} == outcome.data.values
            assert row["repeat"] == outcome.run.command == outcome.repeat
            assert {name: row[name] for name in row_of} == row_of
            assert (row["status"], row["wall_seconds"]) == ("done", 0.25)
            series, kept = store.read("series", [row_of["run_hash"]]), outcome.data.tables["series"].to_pandas()
            pd.testing.assert_frame_equal(series[kept.columns], kept, check_exact=True)
            assert store.read("events", [row_of["run_hash"]])[list(EVENT)].to_dict("records") == [EVENT]
            store.combine()


@pytest.mark.parametrize("calls", [0, 1])
def test_control_c_while_a_run_is_taken_in_leaves_it_out_whole(calls, tmp_path, monkeypatch):
    ended = iter([False] * calls + [True])

    def stop(*given):
        if next(ended):
            raise KeyboardInterrupt
        return completed(*given)

    store = filled(tmp_path, made("core_only", 0))
    monkeypatch.setattr("experiments.batch.store.completed", stop)
    with pytest.raises(KeyboardInterrupt):
        filled(tmp_path, made("core_only", 1))
    first, second = (columns("core_only", seed)["run_hash"] for seed in (0, 1))
    assert store.finished() == {first}
    assert [len(store.read("series", [each])) for each in (first, second)] == [2, 0]


def test_tables_do_not_depend_on_the_order_in_which_runs_finish(tmp_path):
    outcomes = [made(policy, seed) for policy in ("b", "a") for seed in (2, 0, 1)]
    one = filled(tmp_path / "one", *outcomes)
    with opened(tmp_path / "other") as other:
        for number, each in enumerate(reversed(outcomes)):
            other.add(*each)
            if number == 2:
                other.combine()
    for name, frame in contents(one).items():
        pd.testing.assert_frame_equal(frame, contents(other)[name])
    runs = contents(one)["runs"]
    assert list(zip(runs["policy"], runs["seed"], strict=True)) == [(p, s) for p in "ab" for s in range(3)]


def test_rows_come_in_the_order_that_is_asked_for(tmp_path):
    store = filled(tmp_path, *(made("a", seed) for seed in range(3)))
    asked = [columns("a", 2)["run_hash"], columns("a", 0)["run_hash"]]
    assert list(store.read("runs", asked)["seed"]) == [2, 0]
    assert list(store.read("series", asked)["seed"]) == [2, 2, 0, 0]


def test_rows_of_a_set_come_as_they_lie_so_that_no_part_of_a_file_is_read_twice(tmp_path):
    store = filled(tmp_path, *(made("a", seed) for seed in range(20)))
    seeds = [seed for table in store.rows("runs", store.finished()) for seed in table["seed"].to_pylist()]
    assert seeds == list(range(20))


def test_a_merge_that_was_cut_short_is_done_again(tmp_path):
    store = killed(tmp_path / "out", *(made("a", seed) for seed in range(3)))
    shutil.copytree(store.parts, tmp_path / "parts")
    whole = contents(filled(tmp_path / "out"))
    assert len(whole["runs"]) == 3
    assert not store.parts.exists()
    shutil.copytree(tmp_path / "parts", store.parts)  # killed after the tables, before the parts were deleted
    (store.out / "runs.parquet").unlink()  # ... and before the last table
    list_files(store.out, [store.out / f"{name}.parquet" for name in ("series", "events", "places")])
    with opened(tmp_path / "out") as again:
        assert len(again.finished()) == 3
    for name, frame in contents(again).items():
        pd.testing.assert_frame_equal(frame, whole[name])


def test_no_folder_of_parts_is_left_by_a_batch_that_was_killed_after_its_last_part_was_deleted(tmp_path):
    store = filled(tmp_path, made("a", 0))
    (store.parts / ".0123.gone").mkdir(parents=True)
    with opened(tmp_path):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".lock", "checksums.json", "events.parquet", "manifest.json", "places.parquet", "runs.parquet", "series.parquet"
    ]  # fmt: skip


def test_what_was_half_written_is_swept_away_and_counts_as_nothing(tmp_path):
    store = killed(tmp_path / "out", made("a", 0))
    (store.parts / f".{'0' * 64}.123").mkdir()
    (store.out / "runs.parquet.123.unfinished").write_bytes(b"half")
    with opened(store.out) as again:
        assert again.finished() == {columns("a", 0)["run_hash"]}
        assert len(list(again.parts.iterdir())) == 1
        assert not list(store.out.glob("*.unfinished"))


def test_a_failed_run_is_a_row_and_is_not_finished(tmp_path):
    store = filled(tmp_path, failed("core_only", -1, "ValueError: seed must be 0 or more"))
    row = contents(store)["runs"].iloc[0]
    assert (row["status"], row["seed"], row["error"]) == ("failed", -1, "ValueError: seed must be 0 or more")
    assert row["repeat"] == "inkspot run synthetic_plane --policy core_only --seed -1"
    assert np.isnan(row["people_core"])
    assert store.finished() == set()
    assert store.failures() == {row["run_hash"]: (row["error"], row["repeat"])}


def test_a_run_that_failed_is_replaced_when_it_succeeds(tmp_path):
    filled(tmp_path, failed("a", 1, "killed"))
    store = filled(tmp_path, made("a", 1), made("a", 1))
    assert list(contents(store)["runs"]["status"]) == ["done"]
    assert len(contents(store)["series"]) == 2
    assert store.failures() == {}


def test_the_map_at_the_end_is_kept(tmp_path):
    control = np.array([[[0.25, np.nan], [1 / 3, 0.0]]])
    store = filled(tmp_path, made("a", 0, EndMap(control, ("core",), {"core": "The core"})))
    end = store.map(columns("a", 0)["run_hash"])
    np.testing.assert_array_equal(end.control, control)
    assert (end.names, end.titles) == (("core",), {"core": "The core"})
    assert not store.has_map(columns("a", 1)["run_hash"])


def test_the_manifest_says_what_was_run_and_with_what(tmp_path):
    content = filled(tmp_path).manifest()
    assert content["schema_version"] == 2
    assert content["command"] == "inkspot compare"
    assert content["scenario"]["title"] == "A plane with a core in the middle"
    assert content["policies"]["core_only"]["phases"]["air_campaign"]["effort"]["strike_core"] == 0.9
    assert content["seeds"] == [0, 1]
    assert {"python", "numpy", "numba", "mesa", "inkspot"} <= set(content["versions"])
    assert content["digests"]["core_only"] == load_scenario("synthetic_plane", "core_only").digest


def test_results_of_another_scenario_are_refused_unless_a_fresh_start_is_asked_for(tmp_path):
    filled(tmp_path, made("a", 0))
    (tmp_path / "notes.txt").write_text("mine")
    with (
        pytest.raises(StoreError, match=r"another scenario or other --set values: .*--fresh"),
        opened(tmp_path, weeks=9),
    ):
        pass
    with opened(tmp_path, fresh=True, weeks=9) as fresh:
        assert fresh.finished() == set()
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_more_seeds_and_policies_join_the_manifest(tmp_path):
    filled(tmp_path)
    scenarios = {"sever_links": load_scenario("synthetic_plane", "sever_links")}
    with Store(tmp_path).open(describe("batch", scenarios, [0, 5], ["inkspot"])) as store:
        content = store.manifest()
    assert sorted(content["policies"]) == ["core_only", "sever_links"]
    assert content["seeds"] == [0, 1, 5]


@pytest.mark.parametrize("text", ["{}", "not json", "[1]"])
@pytest.mark.parametrize("fresh", [False, True])
def test_a_manifest_of_another_program_is_left_alone(tmp_path, text, fresh):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(StoreError, match="was not written by inkspot"), opened(tmp_path, fresh):
        pass
    assert (tmp_path / "manifest.json").read_text() == text


def test_a_damaged_table_is_named(tmp_path):
    store = filled(tmp_path, made("a", 0))
    (tmp_path / "runs.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(StoreError, match=r"runs.parquet is damaged"):
        store.finished()
    with pytest.raises(StoreError, match=r"runs.parquet is damaged"), opened(tmp_path):
        pass


@pytest.mark.parametrize("name", ["measured.jsonl", "headline.runs.jsonl"])
def test_what_inkspot_0_2_left_is_refused_with_what_to_do_and_fresh_replaces_it(name, tmp_path):
    (tmp_path / name).write_text("{}\n")
    words = rf"results of inkspot 0.2, which cannot be read any more \({name}\): choose another --out, or add --fresh"
    with pytest.raises(StoreError, match=words), opened(tmp_path):
        pass
    with opened(tmp_path, fresh=True):
        assert not (tmp_path / name).exists()


def test_a_manifest_of_inkspot_0_2_is_refused_with_what_to_do(tmp_path):
    filled(tmp_path, made("a", 0))
    path = tmp_path / "manifest.json"
    path.write_text(path.read_text().replace('"schema_version": 2', '"schema_version": 1'))
    with pytest.raises(StoreError, match=r"inkspot 0.2, which cannot be read any more: .*--fresh"), opened(tmp_path):
        pass


def test_a_run_of_which_no_row_is_stored_is_an_error_and_not_a_shorter_table(tmp_path):
    store = filled(tmp_path, made("a", 0))
    with pytest.raises(StoreError, match=f"runs of run {columns('a', 1)['run_hash']} has 0 rows and 1 were stored"):
        store.read("runs", [columns("a", 0)["run_hash"], columns("a", 1)["run_hash"]])
