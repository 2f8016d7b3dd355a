"""Sweeps: every row of a design, the same to the last byte however it is run, stopped or resumed, and never run twice."""

import json
import shlex
from dataclasses import replace

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

from experiments.batch.errors import StoreError, UserError
from experiments.batch.manifest import write_manifest
from experiments.batch.run import Run
from experiments.batch.settings import parse_settings
from experiments.compare.comparison import compare
from experiments.compare.planning import plan
from experiments.sweep.design_file import load_design
from experiments.sweep.results import Results
from experiments.sweep.run import Plan, sweep
from model import Simulation
from model.record import OUTCOMES
from model.theatre import load_theatre

HEAD = """
[design]
title = "A small sweep"
scenarios = ["synthetic_plane"]
policies = ["core_only", "sever_links"]
weeks = 5
replicates = 2
"""
FACTORS = """
[uncertainties]
territory.growth = "declared"
core.prestige = [0.3, 0.5]
rivals.network_healing = "declared"
groups.east.fighters = { low = 100, high = 900 }
[levers]
sever_links = { low = 0.0, high = 0.3, from = "strike_core" }
targeting = ["brokers", "hubs"]
[sampling]
method = "latin_hypercube"
points = 3
"""


def design_of(folder, text, name="small"):
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.toml"
    path.write_text(text)
    return load_design(path)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return design_of(tmp_path_factory.mktemp("design"), HEAD + 'keep = ["runs", "series", "events"]\n' + FACTORS)


@pytest.fixture(scope="module")
def swept(small, tmp_path_factory):
    """The small design on one process."""
    return sweep(small, tmp_path_factory.mktemp("swept") / "out", reuse=False)


def contents(out):
    return {path.name: path.read_bytes() for path in sorted(out.glob("*.parquet"))}


def test_a_sweep_on_two_processes_gives_the_same_bytes(small, swept, tmp_path):
    parallel = sweep(small, tmp_path / "out", jobs=2, reuse=False)
    assert set(contents(swept.out)) == {"points.parquet", "runs.parquet", "series.parquet", "events.parquet"}
    assert contents(parallel.out) == contents(swept.out)


def test_every_row_is_what_its_command_runs(swept):
    runs = swept.runs()
    assert list(runs["row"]) == list(range(12))
    assert list(runs.columns[:5]) == ["row", "point", "scenario", "policy", "seed"]
    assert (runs["status"] == "done").all()
    for row in runs.sample(3, random_state=1).to_dict("records"):
        words = shlex.split(row["repeat"])
        settings = parse_settings([words[place + 1] for place, word in enumerate(words) if word == "--set"])
        run = Run(words[2], words[words.index("--policy") + 1], settings, int(words[words.index("--seed") + 1]))
        assert run.run_hash == row["run_hash"]
        assert Simulation(run.composed, run.seed).run().outcomes == {name: row[name] for name in OUTCOMES}
        assert run.composed.parameters["territory"]["growth"] == row["territory.growth"]
        assert run.composed.groups["east"].fighters == row["groups.east.fighters"]
        assert run.composed.policy.targeting == row["targeting"]


def test_series_and_events_are_those_of_the_runs(swept):
    series, runs = pd.read_parquet(swept.out / "series.parquet"), swept.runs()
    assert len(series) == 12 * 6
    assert set(series["run_hash"]) == set(runs["run_hash"])
    last = series[series["week"] == 5].set_index("run_hash")["people_core"]
    assert dict(last) == dict(zip(runs["run_hash"], runs["people_core"], strict=True))
    run = Run("synthetic_plane", "core_only", {"weeks": 5}, 0)
    assert set(pd.read_parquet(swept.out / "events.parquet")["kind"]) <= {
        "pledge", "refusal", "attack", "policy", "merge", "acceptance", "governed", "broker_lost",
        *(event.kind for event in Simulation(run.composed, 0).run().event_list),
    }  # fmt: skip


def test_what_is_the_same_run_is_run_once(tmp_path):
    text = HEAD.replace('"core_only", "sever_links"', '"core_only", "no_intervention"')
    text += '[levers]\nsever_links = { values = [0.0, 0.1, 0.2], from = "strike_core" }\n'
    results = sweep(design_of(tmp_path, text), tmp_path / "out")
    runs = results.runs()
    assert (len(runs), results.summary["made"], results.summary["reused"]) == (12, 8, 4)
    idle = runs[runs["policy"] == "no_intervention"]
    assert len(idle) == 6
    assert idle["run_hash"].nunique() == 2
    assert sorted(idle["sever_links"].unique()) == [0.0, 0.1, 0.2]


def test_what_another_experiment_has_run_is_not_run_again(small, swept, tmp_path):
    first = sweep(small, tmp_path / "first")
    again = sweep(small, tmp_path / "again")
    assert (first.summary["made"], again.summary["made"], again.summary["reused"]) == (12, 0, 12)
    assert contents(first.out) == contents(again.out) == contents(swept.out)
    assert sweep(small, tmp_path / "anew", reuse=False).summary["made"] == 12


@pytest.mark.parametrize("kept", [["runs"], ["runs", "series", "events"]], ids=len)
def test_a_comparison_spares_a_sweep_its_runs(kept, tmp_path):
    compare(plan("synthetic_plane", ["core_only"], 2, {"weeks": 5}), tmp_path / "compared")
    results = sweep(design_of(tmp_path, f"{HEAD}keep = {kept}\n"), tmp_path / "out")
    assert (results.summary["made"], results.summary["reused"]) == (2, 2)
    for name in kept[1:]:
        compared, mine = (pd.read_parquet(tmp_path / out / f"{name}.parquet") for out in ("compared", "out"))
        both = mine[mine["policy"] == "core_only"].reset_index(drop=True)
        pd.testing.assert_frame_equal(both, compared, check_exact=True)


def test_a_run_whose_series_are_wanted_and_were_not_kept_is_run_again(small, tmp_path):
    sweep(replace(small, head=small.head.model_copy(update={"keep": ["runs"]})), tmp_path / "first")
    assert sweep(small, tmp_path / "again").summary["reused"] == 0


def test_results_of_another_version_of_the_model_are_passed_over(small, tmp_path):
    first = sweep(small, tmp_path / "first")
    write_manifest(first.out, first.manifest | {"model_version": "0.0.1+other"})
    assert sweep(small, tmp_path / "again").summary["reused"] == 0


def test_a_sweep_that_is_stopped_goes_on_to_the_same_bytes(small, swept, tmp_path):
    def stop(done):
        if done.stored == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(small, tmp_path / "out", progress=stop, reuse=False)
    assert len(Results(tmp_path / "out").runs()) == 5
    seen = []
    results = sweep(small, tmp_path / "out", progress=seen.append, reuse=False)
    assert (seen[0].stored, seen[-1].stored, results.summary["made"]) == (5, 12, 12)
    assert contents(results.out) == contents(swept.out)


def test_more_replicates_are_added_and_other_designs_refused(small, swept, tmp_path):
    out = tmp_path / "out"
    sweep(small, out, reuse=False)
    more = replace(small, head=small.head.model_copy(update={"replicates": 3}))
    runs = sweep(more, out, reuse=False).runs()
    assert (len(runs), sorted(runs["seed"].unique())) == (18, [0, 1, 2])
    pd.testing.assert_frame_equal(runs.head(12), swept.runs(), check_exact=True)
    longer = replace(small, head=small.head.model_copy(update={"weeks": 6}))
    with pytest.raises(StoreError, match="holds results of another design: choose another --out"):
        sweep(longer, out)
    assert len(sweep(longer, out, fresh=True).runs()) == 12


def test_failed_runs_are_rows_and_stop_no_other(tmp_path, monkeypatch):
    def load(scenario):
        if scenario.name == "elsewhere":
            raise ValueError("governments without a cell")
        return load_theatre(scenario)

    monkeypatch.setattr("model.simulation.load_theatre", load)
    (tmp_path / "elsewhere.toml").write_text('[scenario]\nname = "elsewhere"\nextends = "synthetic_plane"\n')
    text = HEAD.replace('"synthetic_plane"', '"synthetic_plane", "elsewhere"')
    results = sweep(design_of(tmp_path, text), tmp_path / "out")
    runs = results.runs()
    assert list(runs.groupby("scenario")["status"].unique().map(list)) == [["failed"], ["done"]]
    failed = runs[runs["status"] == "failed"].iloc[0]
    assert "governments without a cell" in failed["error"]
    assert failed["repeat"].startswith(f"inkspot run {tmp_path / 'elsewhere.toml'} --policy core_only --seed 0")
    assert np.isnan(failed["people_core"])
    assert results.summary["failed"] == 4


def test_names_that_results_do_not_have_are_told(swept):
    with pytest.raises(UserError, match="say which policy: the results have core_only, sever_links"):
        swept.table("people_core")
    with pytest.raises(UserError, match="did you mean people_core"):
        swept.table("people_cor", "core_only")
    with pytest.raises(StoreError, match="holds no results"):
        Results(swept.out.parent)


def test_tables_say_the_version_of_their_schema(swept):
    for name in ("runs", "series", "events", "points"):
        metadata = pq.read_schema(swept.out / f"{name}.parquet").metadata
        assert json.loads(metadata[b"inkspot"]) == {"schema_version": swept.manifest["schema_version"]}


def test_pandas_polars_and_duckdb_read_the_results_as_they_are(swept):
    path = swept.out / "runs.parquet"
    mean = pd.read_parquet(path).groupby("policy")["people_core"].mean()
    by_polars = pl.read_parquet(path).group_by("policy").agg(pl.col("people_core").mean()).sort("policy")
    by_duckdb = duckdb.sql(f"SELECT policy, avg(people_core) FROM '{path}' GROUP BY policy ORDER BY policy").fetchall()
    np.testing.assert_allclose(by_polars["people_core"].to_numpy(), mean.to_numpy())
    np.testing.assert_allclose([value for _, value in by_duckdb], mean.to_numpy())


def test_the_manifest_says_what_was_run(swept, small):
    manifest = swept.manifest
    assert manifest["kind"] == "sweep"
    assert manifest["design"]["factors"]["sever_links"] == {
        "role": "lever", "values": "0 to 0.3, taken from strike_core", "kind": "number",
    }  # fmt: skip
    assert set(manifest["policies"]) == {"core_only", "sever_links"}
    assert manifest["scenarios"]["synthetic_plane"]["weeks"] == 5
    assert manifest["summary"]["runs"] == 12
    assert manifest["identity"] == Plan(small).digest
