"""What a store takes in before it writes: one row a run, parts that hold what is new, and a fresh start that forgets."""

import pandas as pd
import pytest
from test_batch_store import columns, failed, made, manifest, opened

from experiments.batch.errors import StoreError
from experiments.batch.manifest import write_manifest


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
