"""Results on disk: whole at any moment, resumable, readable by anyone."""

import shutil
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.batch.errors import StoreError
from experiments.batch.manifest import describe
from experiments.batch.run import EndMap, Run, RunOutcome, failed
from experiments.batch.store import Store
from model.record import OUTCOMES, SERIES
from model.scenario import load_scenario

EVENT = {
    "week": 1, "date": date(2014, 8, 11), "kind": "pledge", "organisation": "east", "other": "core", "country": "AAA",
    "amount": 0.5, "cause": "it paid", "causes": "{}",
}  # fmt: skip


def outcome(policy: str, seed: int, end: EndMap | None = None) -> RunOutcome:
    series = pd.DataFrame({"week": [0, 1], "date": [date(2014, 8, 4), date(2014, 8, 11)]})
    for number, name in enumerate(SERIES):
        series[name] = [number + seed / 3, number * np.pi]
    return RunOutcome(
        run=Run("synthetic_plane", policy, seed=seed),
        run_hash=sha256(f"{policy} {seed}".encode()).hexdigest(),
        scenario="synthetic_plane",
        policy=policy,
        status="done",
        wall_seconds=0.25,
        outcomes={name: number + seed / 7 for number, name in enumerate(OUTCOMES)},
        series=series,
        events=pd.DataFrame([EVENT] if seed else [], columns=list(EVENT)),
        end=end,
    )


def manifest(**overrides: object) -> dict[str, object]:
    scenarios = {"core_only": load_scenario("synthetic_plane", "core_only", overrides)}
    return describe("batch", scenarios, [0, 1], ["inkspot", "compare"])


def opened(out: Path, fresh: bool = False, **overrides: object) -> Store:
    store = Store(out)
    store.begin(manifest(**overrides), fresh)
    return store


def contents(store: Store) -> dict[str, pd.DataFrame]:
    return {path.stem: pd.read_parquet(path) for path in sorted(store.out.glob("*.parquet"))}


def test_what_is_stored_is_read_back_to_the_last_bit(tmp_path):
    store, stored = opened(tmp_path), outcome("core_only", 1)
    store.add(stored)
    for _ in ("from parts", "from tables"):
        row = store.read("runs", [stored.run_hash]).iloc[0]
        assert {name: row[name] for name in OUTCOMES} == stored.outcomes
        assert row["repeat"] == stored.run.command
        assert (row["scenario"], row["policy"], row["seed"], row["status"]) == (
            "synthetic_plane",
            "core_only",
            1,
            "done",
        )
        series = store.read("series", [stored.run_hash])
        pd.testing.assert_frame_equal(series[stored.series.columns], stored.series, check_exact=True)
        assert store.read("events", [stored.run_hash])[list(EVENT)].to_dict("records") == [EVENT]
        store.combine()


def test_tables_do_not_depend_on_the_order_in_which_runs_finish(tmp_path):
    outcomes = [outcome(policy, seed) for policy in ("b", "a") for seed in (2, 0, 1)]
    one, other = opened(tmp_path / "one"), opened(tmp_path / "other")
    for each in outcomes:
        one.add(each)
    one.combine()
    for number, each in enumerate(reversed(outcomes)):
        other.add(each)
        if number == 2:
            other.combine()
    other.combine()
    for name, frame in contents(one).items():
        pd.testing.assert_frame_equal(frame, contents(other)[name])
    runs = contents(one)["runs"]
    assert list(zip(runs["policy"], runs["seed"], strict=True)) == [(p, s) for p in "ab" for s in range(3)]


def test_rows_come_in_the_order_that_is_asked_for(tmp_path):
    store, stored = opened(tmp_path), [outcome("a", seed) for seed in range(3)]
    for each in stored:
        store.add(each)
    asked = [stored[2].run_hash, stored[0].run_hash]
    assert list(store.read("runs", asked)["seed"]) == [2, 0]
    assert list(store.read("series", asked)["seed"]) == [2, 2, 0, 0]


def test_a_merge_that_was_cut_short_is_done_again(tmp_path):
    store = opened(tmp_path / "out")
    for seed in range(3):
        store.add(outcome("a", seed))
    shutil.copytree(store.parts, tmp_path / "parts")
    store.combine()
    whole = contents(store)
    assert not store.parts.exists()
    shutil.copytree(tmp_path / "parts", store.parts)  # killed after the tables, before the parts were deleted
    (store.out / "runs.parquet").unlink()  # ... and before the last table
    again = opened(tmp_path / "out")
    assert len(again.finished()) == 3
    again.combine()
    for name, frame in contents(again).items():
        pd.testing.assert_frame_equal(frame, whole[name])


def test_what_was_half_written_is_swept_away_and_counts_as_nothing(tmp_path):
    store = opened(tmp_path)
    store.add(outcome("a", 0))
    (store.parts / f".{'0' * 64}.123").mkdir()
    (tmp_path / "runs.parquet.123.unfinished").write_bytes(b"half")
    again = opened(tmp_path)
    assert again.finished() == {outcome("a", 0).run_hash}
    assert [path.name for path in again.parts.iterdir()] == [outcome("a", 0).run_hash]
    assert not list(tmp_path.glob("*.unfinished"))


def test_a_failed_run_is_a_row_and_is_not_finished(tmp_path):
    store = opened(tmp_path)
    bad = failed(Run("synthetic_plane", "core_only", seed=-1), "ValueError: seed must be 0 or more")
    store.add(bad)
    store.combine()
    row = contents(store)["runs"].iloc[0]
    assert (row["status"], row["seed"], row["error"]) == ("failed", -1, "ValueError: seed must be 0 or more")
    assert row["repeat"] == "inkspot run synthetic_plane --policy core_only --seed -1"
    assert np.isnan(row["people_core"])
    assert store.finished() == set()


def test_a_run_that_failed_is_replaced_when_it_succeeds(tmp_path):
    store, good = opened(tmp_path), outcome("a", 1)
    store.add(replace(good, status="failed", error="killed", outcomes={}, series=None, events=None))
    store.combine()
    store.add(good)
    store.add(good)
    store.combine()
    assert list(contents(store)["runs"]["status"]) == ["done"]
    assert len(contents(store)["series"]) == 2


def test_the_map_at_the_end_is_kept(tmp_path):
    control = np.array([[[0.25, np.nan], [1 / 3, 0.0]]])
    store, stored = opened(tmp_path), outcome("a", 0, EndMap(control, ("core",), {"core": "The core"}))
    store.add(stored)
    store.combine()
    end = store.map(stored.run_hash)
    np.testing.assert_array_equal(end.control, control)
    assert (end.names, end.titles) == (("core",), {"core": "The core"})
    assert not store.has_map(outcome("a", 1).run_hash)


def test_the_manifest_says_what_was_run_and_with_what(tmp_path):
    content = opened(tmp_path).manifest()
    assert content["schema_version"] == 2
    assert content["command"] == "inkspot compare"
    assert content["scenario"]["title"] == "A plane with a core in the middle"
    assert content["policies"]["core_only"]["phases"]["air_campaign"]["effort"]["strike_core"] == 0.9
    assert content["seeds"] == [0, 1]
    assert {"python", "numpy", "numba", "mesa", "inkspot"} <= set(content["versions"])
    assert content["digests"]["core_only"] == load_scenario("synthetic_plane", "core_only").digest


def test_results_of_another_scenario_are_refused_unless_a_fresh_start_is_asked_for(tmp_path):
    opened(tmp_path).add(outcome("a", 0))
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(StoreError, match="another scenario or other --set values"):
        opened(tmp_path, weeks=9)
    fresh = opened(tmp_path, fresh=True, weeks=9)
    assert fresh.finished() == set()
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_more_seeds_and_policies_join_the_manifest(tmp_path):
    opened(tmp_path)
    scenarios = {"sever_links": load_scenario("synthetic_plane", "sever_links")}
    Store(tmp_path).begin(describe("batch", scenarios, [0, 5], ["inkspot"]))
    content = Store(tmp_path).manifest()
    assert sorted(content["policies"]) == ["core_only", "sever_links"]
    assert content["seeds"] == [0, 1, 5]


@pytest.mark.parametrize("text", ["{}", "not json", "[1]"])
@pytest.mark.parametrize("fresh", [False, True])
def test_a_manifest_of_another_program_is_left_alone(tmp_path, text, fresh):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(StoreError, match="was not written by inkspot"):
        opened(tmp_path, fresh)
    assert (tmp_path / "manifest.json").read_text() == text


def test_a_damaged_table_is_named(tmp_path):
    store = opened(tmp_path)
    store.add(outcome("a", 0))
    store.combine()
    (tmp_path / "runs.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(StoreError, match="is damaged"):
        opened(tmp_path).finished()
