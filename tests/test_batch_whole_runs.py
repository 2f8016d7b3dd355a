"""No run loses weeks or events, wherever the row groups of a file end: a first sweep, more replicates, reuse, a report."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from experiments.batch import row_index
from experiments.batch.checksums import list_files
from experiments.batch.errors import StoreError
from experiments.batch.manifest import describe
from experiments.batch.outcome import Outcome, RunData
from experiments.batch.run import Run
from experiments.batch.store import Store
from experiments.batch.tables import SERIES_TABLE
from experiments.compare.comparison import compare
from experiments.compare.planning import plan
from experiments.report.comparison import write_report
from experiments.sweep.design_file import load_design
from experiments.sweep.results import Results
from experiments.sweep.run import sweep
from model import Simulation, load_scenario
from model.record import OUTCOMES, SERIES

WEEKS = 12
DESIGN = """
[design]
title = "Whole runs"
scenarios = ["synthetic_plane"]
policies = ["core_only", "sever_links"]
weeks = 12
replicates = {replicates}
keep = ["runs", "series", "events"]
[uncertainties]
territory.growth = "declared"
[sampling]
method = "latin_hypercube"
points = 3
"""


@pytest.fixture
def small_groups(monkeypatch):
    """Row groups of three weeks or some twelve events, so that every run's weeks and many runs' events lie in several."""
    monkeypatch.setattr(row_index, "GROUP_CELLS", 3 * len(SERIES_TABLE))


def designed(folder, replicates):
    folder.mkdir(exist_ok=True)
    path = folder / "whole.toml"
    path.write_text(DESIGN.format(replicates=replicates))
    return load_design(path)


def check_whole(out):
    """Every run has its weeks and as many events as are counted, and there is more than one row group of each."""
    runs, series, events = (pd.read_parquet(out / f"{name}.parquet") for name in ("runs", "series", "events"))
    for name in ("series", "events"):
        assert pq.ParquetFile(out / f"{name}.parquet").num_row_groups > 1
    assert (runs["status"] == "done").all()
    assert (runs["series_rows"] == WEEKS + 1).all()
    weeks = series.groupby("run_hash")["week"].apply(list)
    assert all(weeks[each] == list(range(WEEKS + 1)) for each in runs["run_hash"])
    counted = events.groupby("run_hash").size()
    assert {each: counted.get(each, 0) for each in runs["run_hash"]} == dict(
        zip(runs["run_hash"], runs["events_rows"], strict=True)
    )
    assert len(events) == runs.drop_duplicates("run_hash")["events_rows"].sum() > 0


def test_a_first_sweep_keeps_every_week(small_groups, tmp_path):
    check_whole(sweep(designed(tmp_path, 2), tmp_path / "out", reuse=False).out)


def test_more_replicates_shorten_no_run(small_groups, tmp_path):
    for replicates in (1, 3, 4):
        out = sweep(designed(tmp_path, replicates), tmp_path / "out", reuse=False).out
        check_whole(out)
    fresh = sweep(designed(tmp_path, 4), tmp_path / "other", reuse=False).out
    for name in ("runs", "series", "events"):
        assert (out / f"{name}.parquet").read_bytes() == (fresh / f"{name}.parquet").read_bytes()


def test_runs_that_are_reused_are_whole(small_groups, tmp_path):
    sweep(designed(tmp_path, 2), tmp_path / "one" / "out")
    again = sweep(designed(tmp_path, 3), tmp_path / "one" / "next")
    assert again.summary["reused"] == 12
    check_whole(again.out)


def test_more_seeds_of_a_comparison_shorten_no_run_and_its_report_shows_them_whole(small_groups, tmp_path):
    for seeds in (1, 3):
        batch = plan("synthetic_plane", ["core_only", "sever_links"], seeds, {"weeks": WEEKS})
        compared = compare(batch, tmp_path)
    check_whole(tmp_path)
    course = compared.series[(compared.series["policy"] == "sever_links") & (compared.series["seed"] == 1)]
    scenario = load_scenario("synthetic_plane", "sever_links", {"weeks": WEEKS})
    whole = Simulation(scenario, seed=1).run().series
    np.testing.assert_array_equal(course[list(SERIES)].to_numpy(), whole[list(SERIES)].to_numpy())
    assert (compared.series.groupby(["policy", "seed"]).size() == WEEKS + 1).all()
    assert write_report(compared, tmp_path / "report.html").stat().st_size > 100_000


def long_outcome(seed, weeks):
    dates = [date(2014, 6, 9) + timedelta(weeks=week) for week in range(weeks)]
    series = pd.DataFrame({"week": range(weeks), "date": dates}).assign(**dict.fromkeys(SERIES, 0.5))
    event = {"kind": "pledge", "organisation": "east", "other": "core", "country": "AAA", "amount": 1.0, "cause": "",
             "causes": "{}"}  # fmt: skip
    tables = {"series": series, "events": series[["week", "date"]].assign(**event)}
    data = RunData(dict.fromkeys(OUTCOMES, 1.0), {
        name: pa.Table.from_pandas(frame, preserve_index=False) for name, frame in tables.items()
    })  # fmt: skip
    columns = {"scenario": "synthetic_plane", "policy": "core_only", "seed": seed, "run_hash": f"{seed:064x}"}
    return columns, Outcome(Run("synthetic_plane", "core_only", seed=seed), "done", data)


@pytest.fixture
def filled(tmp_path):
    """An open store of so many runs of so many weeks."""
    scenario = load_scenario("synthetic_plane", "core_only")
    manifest = describe("batch", {"core_only": scenario}, [0], ["inkspot", "compare"])
    with Store(tmp_path).open(manifest) as store:

        def fill(runs, weeks):
            for seed in range(runs):
                store.add(*long_outcome(seed, weeks))
                store.flush()
            return store

        yield fill


def test_a_batch_above_the_shipped_size_of_a_row_group_is_read_back_whole(filled):
    runs, weeks = 24, 521  # 12,504 rows of series, where a row group has some ten thousand
    store = filled(runs, weeks)
    assert runs * weeks > row_index.GROUP_CELLS // len(SERIES_TABLE)
    for _ in range(3):  # a table that was read and written again once too often shows it here
        store.combine()
        for name in ("series", "events"):
            read = store.read(name, [f"{seed:064x}" for seed in range(runs)])
            assert list(read.groupby("seed").size()) == [weeks] * runs
        store.add(*long_outcome(0, weeks))


@pytest.mark.parametrize("name", ["series", "events"])
def test_a_run_with_fewer_rows_than_were_stored_is_an_error_and_not_a_short_run(name, filled, tmp_path):
    store = filled(3, 6)
    store.combine()
    path = tmp_path / f"{name}.parquet"
    whole = path.read_bytes()
    pq.write_table(pq.read_table(path).slice(0, 15), path)
    list_files(tmp_path, tmp_path.glob("*.parquet"))  # so that only the number of rows can tell
    with pytest.raises(StoreError, match=f"{name} of run 0+2 has 3 rows and 6 were stored"):
        store.read(name, [f"{seed:064x}" for seed in range(3)])
    store.add(*long_outcome(3, 6))
    with pytest.raises(StoreError, match="damaged"):
        store.combine()
    path.write_bytes(whole)
    list_files(tmp_path, tmp_path.glob("*.parquet"))


def test_a_short_run_is_not_reused_but_made_again(tmp_path):
    first = sweep(designed(tmp_path, 1), tmp_path / "one" / "out").out
    path = first / "series.parquet"
    pq.write_table(pq.read_table(path).slice(0, 20), path)
    list_files(first, first.glob("*.parquet"))  # so that only the number of rows can tell
    again = sweep(designed(tmp_path, 2), tmp_path / "one" / "next")
    assert again.summary["reused"] == 1
    assert (again.runs()["series_rows"] == WEEKS + 1).all()


def test_results_of_an_older_format_are_refused_with_what_to_do(tmp_path):
    out = sweep(designed(tmp_path, 1), tmp_path / "out").out
    manifest = out / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"schema_version": 2', '"schema_version": 1'))
    with pytest.raises(StoreError, match="another version of inkspot: run the sweep again with --fresh"):
        Results(out)
    with pytest.raises(StoreError, match=r"inkspot 0.2, which cannot be read any more.*--fresh"):
        sweep(designed(tmp_path, 1), out)
