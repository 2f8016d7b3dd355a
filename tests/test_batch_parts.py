"""What a store takes in before it writes: one row a run, parts that hold what is new, and a fresh start that forgets."""

import errno
import os
from pathlib import Path

import pandas as pd
import pytest
from test_batch_store import columns, failed, made, manifest, opened

from experiments.batch import store as store_module
from experiments.batch.errors import StoreError
from experiments.batch.manifest import write_manifest
from experiments.batch.take import take_of_sweep
from experiments.batch.whole_files import all_below, entries
from model import Simulation, load_scenario


@pytest.mark.parametrize("failed_first", [True, False])
def test_a_run_that_failed_and_was_done_before_anything_was_written_is_done(failed_first, tmp_path):
    with opened(tmp_path) as store:
        for each in (
            (failed("a", 1, "it broke"), made("a", 1)) if failed_first else (made("a", 1), failed("a", 1, "it broke"))
        ):
            store.add(*each)
        store.flush()
        assert store.finished() == {columns("a", 1)["run_hash"]}
        assert list(store.read("runs", store.finished())["error"]) == [""]
        assert len(store.read("series", store.finished())) == 2


def test_a_part_holds_the_runs_since_the_part_before_and_nothing_twice(tmp_path):
    with opened(tmp_path) as store:
        for seed in range(3):
            store.add(*made("a", seed))
            store.flush()
        assert not store.flush()
        parts = [pd.read_parquet(part / "runs.parquet")["seed"].tolist() for part in store.part_folders()]
        assert sorted(parts) == [[0], [1], [2]]
        assert {len(pd.read_parquet(part / "series.parquet")) for part in store.part_folders()} == {2}


def test_a_fresh_start_forgets_results_of_every_kind_and_who_began_the_earlier_ones(tmp_path):
    for name in ("measured", "points", "places", "series", "events"):
        (tmp_path / f"{name}.parquet").write_bytes(b"of other results")
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "0.npz").write_bytes(b"of other results")
    old = manifest() | {"versions": {"numpy": "0.1"}, "written": "2001-01-01T00:00:00+00:00"}
    write_manifest(tmp_path, old)
    with opened(tmp_path, fresh=True) as store:
        content = store.manifest()
        assert not list(tmp_path.glob("*.parquet"))
        assert not (tmp_path / "maps").exists()
    assert content["written"] > old["written"]
    assert [entry["versions"] for entry in content["history"]] == [content["versions"]] == [manifest()["versions"]]


def test_a_batch_that_is_stopped_leaves_what_it_took_in_merged(tmp_path):
    def stop():
        with opened(tmp_path) as store:
            store.add(*made("a", 0))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop()
    assert pd.read_parquet(tmp_path / "runs.parquet")["seed"].tolist() == [0]
    assert not (tmp_path / "parts").exists()


def test_results_whose_manifest_is_gone_are_joined_by_nothing_and_left_as_they_are(tmp_path):
    with opened(tmp_path) as store:
        store.add(*made("a", 0))
    (tmp_path / "manifest.json").unlink()
    with pytest.raises(StoreError, match=r"holds results but no manifest\.json"), opened(tmp_path):
        pass
    assert pd.read_parquet(tmp_path / "runs.parquet")["seed"].tolist() == [0]


@pytest.mark.parametrize(
    ("limit", "value", "parts"),
    [("ROWS_A_PART", 2, [False, True]), ("BYTES_A_PART", 0, [True, True]), ("SECONDS_A_PART", -1, [True, True]),
     ("ROWS_A_PART", 9, [False, False])],
)  # fmt: skip
def test_a_part_is_written_when_one_of_its_limits_is_reached(limit, value, parts, tmp_path, monkeypatch):
    monkeypatch.setattr(store_module, limit, value)
    with opened(tmp_path) as store:
        assert [bool(store.add(*made("a", seed))) for seed in range(2)] == parts


def test_a_part_that_cannot_be_written_leaves_nothing_of_it(tmp_path, monkeypatch):
    def full(*_):
        raise OSError("no space left")

    with opened(tmp_path) as store:
        store.add(*made("a", 0))
        with monkeypatch.context() as broken:
            broken.setattr(store_module, "list_files", full)
            with pytest.raises(StoreError, match="no space left"):
                store.flush()
        assert not (tmp_path / "parts").exists()
        assert store.flush()  # nothing that was computed is lost
        assert store.finished() == {columns("a", 0)["run_hash"]}


def test_a_sweep_takes_outcomes_in_weeks_that_a_run_reached_and_how_far_it_came():
    result = Simulation(load_scenario("synthetic_plane", overrides={"weeks": 4}), seed=1).run()
    last = len(result.rows) - 1
    at = {"people_core_at_2": 2, f"people_core_at_{last}": last, "people_core_at_9": 9}
    values = take_of_sweep((), at, (), True, result).values
    assert values["people_core_at_2"] == result.outcomes_at(2)["people_core"]
    assert values[f"people_core_at_{last}"] == result.outcomes["people_core"]
    assert "people_core_at_9" not in values
    assert values["weeks_run"] == last
    assert "weeks_run" not in take_of_sweep((), at, (), False, result).values


@pytest.mark.parametrize("nth", range(4))
def test_a_folder_that_cannot_be_read_is_never_taken_for_an_empty_one(nth, tmp_path, monkeypatch):
    """One look into a folder fails, as on a disk that is going: what is stored stays, and nothing is merged in part."""
    looks = []

    def failing(folder, look=os.listdir):
        looks.append(folder)
        if len(looks) == nth + 1:
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(folder))
        return look(folder)

    with opened(tmp_path) as store:
        for seed in range(3):
            store.add(*made("a", seed))
            store.flush()
        with monkeypatch.context() as patch:
            patch.setattr(os, "listdir", failing)
            with pytest.raises((StoreError, OSError), match=r"Input/output error"):
                store.combine()
        store.combine()
        assert len(store.finished()) == 3
        assert len(store.read("series", store.finished())) == 6
    assert len(pd.read_parquet(tmp_path / "runs.parquet")) == 3


def test_what_lies_below_a_folder_is_not_listed_without_what_cannot_be_read(tmp_path, monkeypatch):
    (tmp_path / "below").mkdir()

    def failing(folder, look=os.scandir):
        if Path(folder).name == "below":
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(folder))
        return look(folder)

    assert all_below(tmp_path) == [tmp_path / "below"]
    monkeypatch.setattr(os, "scandir", failing)
    with pytest.raises(OSError, match=r"Input/output error: .*below"):
        all_below(tmp_path)
    assert all_below(tmp_path / "none") == entries(tmp_path / "none", "*") == []
