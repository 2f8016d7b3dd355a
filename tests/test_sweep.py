"""Sweeps: every row of a design, the same to the last byte however it is run, stopped or resumed, and never run twice."""

import json
import shlex
from contextlib import suppress
from dataclasses import replace

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
from scipy import stats

from experiments.compare import compare, plan
from experiments.design import Stopping, load_design
from experiments.errors import PlanError, StoreError, UserError
from experiments.results import Results
from experiments.runs import Run
from experiments.settings import parse_settings
from experiments.sweep import Plan, sweep
from experiments.sweep_plan import with_parameters
from model import Simulation, load_scenario
from model.record import OUTCOMES
from model.schema import LEVERS

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
        "pledge", "refusal", "attack", "policy", "merge", "acceptance", "governed",
        *(event.kind for event in Simulation(run.composed, 0).run().event_list),
    }  # fmt: skip


def test_levers_move_effort_at_the_same_cost(small):
    base = load_scenario("synthetic_plane", "core_only").policy
    for row in Plan(small).rows(range(0, 6, 2)):
        policy, share = row.run.composed.policy, Plan(small).values(row.point)["sever_links"]
        for name, phase in policy.phases.items():
            before = base.phases[name].effort
            assert phase.effort["sever_links"] == share
            assert phase.effort["strike_core"] == pytest.approx(before["strike_core"] - share)
            assert sum(phase.effort.values()) == pytest.approx(sum(before.values()))
            assert set(phase.effort) <= set(LEVERS)


@pytest.mark.parametrize(
    "overrides",
    [
        {"territory.growth": 0.3125, "pledging.threshold": 0.5},
        {"rivals.lost_tips": True, "territory.growth": 0.7},
        {"communication.healing": 0.1, "rivals.network_healing": True, "territory.district": 20000},
    ],
)
def test_parameters_and_rivals_can_be_put_into_a_composed_scenario(overrides):
    base = load_scenario("levant_2014", "core_only", {"weeks": 9})
    assert base.digest  # what the base knows of itself must not be copied
    quick, composed = with_parameters(base, overrides), load_scenario("levant_2014", "core_only", {"weeks": 9} | overrides)
    assert quick == composed
    assert quick.digest == composed.digest != base.digest


@pytest.mark.parametrize("key", ["mechanisms.pledging", "core.prestige", "policy.targeting", "weeks"])
def test_anything_else_is_composed_anew(key):
    assert with_parameters(load_scenario("levant_2014"), {"territory.growth": 0.3, key: 1}) is None


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
    manifest = json.loads((first.out / "manifest.json").read_text())
    (first.out / "manifest.json").write_text(json.dumps(manifest | {"model_version": "0.0.1+other"}))
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


FAILING = """
[scenario]
name = "elsewhere"
extends = "synthetic_plane"
theatre = "region"
[governments.DZA]
name = "Algeria"
capital = [36.8, 3.1]
population = 39.0
forces_per_1000 = 8.0
government_effectiveness = -0.5
political_stability = -1.2
rule_of_law = -0.7
control_of_corruption = -0.5
sunni_share = 0.97
"""


def test_failed_runs_are_rows_and_stop_no_other(tmp_path):
    (tmp_path / "elsewhere.toml").write_text(FAILING)  # the plane's government is nowhere on the real map
    text = HEAD.replace('"synthetic_plane"', '"synthetic_plane", "elsewhere"')
    results = sweep(design_of(tmp_path, text), tmp_path / "out", jobs=2)
    runs = results.runs()
    assert list(runs.groupby("scenario")["status"].unique().map(list)) == [["failed"], ["done"]]
    failed = runs[runs["status"] == "failed"].iloc[0]
    assert "governments without a cell" in failed["error"]
    assert failed["repeat"].startswith(f"inkspot run {tmp_path / 'elsewhere.toml'} --policy core_only --seed 0")
    assert np.isnan(failed["people_core"])
    assert results.summary["failed"] == 4


def test_a_matrix_of_points_takes_the_place_of_the_sampling(small, tmp_path):
    points = np.array([[0.0, 0.1, 0.9, 0.5, 0.0, 0.2], [1.0, 0.9, 0.1, 0.0, 1.0, 0.8], [0.5] * 6])
    results = sweep(small, tmp_path / "out", points=points)
    np.testing.assert_array_equal(results.points, points)
    assert results.factors == [factor.key for factor in small.factors]
    table = results.table("people_core", "sever_links", against="core_only")
    runs = results.runs().set_index(["point", "policy", "seed"])["people_core"]
    assert table.shape == (3, 2)
    assert table[1, 1] == runs[1, "sever_links", 1] - runs[1, "core_only", 1]
    growth = [factor.at(share) for factor, share in zip([small.factors[0]] * 3, points[:, 0], strict=True)]
    assert list(results.runs().groupby("point")["territory.growth"].first()) == growth


@pytest.mark.parametrize("points", [np.zeros((2, 5)), np.zeros(6), np.full((2, 6), 1.5), np.zeros((0, 6))])
def test_a_matrix_that_does_not_fit_is_refused(small, points):
    with pytest.raises(PlanError, match=r"points must"):
        Plan(small, points)


def test_names_that_results_do_not_have_are_told(swept):
    with pytest.raises(UserError, match="say which policy: the results have core_only, sever_links"):
        swept.table("people_core")
    with pytest.raises(UserError, match="did you mean people_core"):
        swept.table("people_cor", "core_only")
    with pytest.raises(StoreError, match="holds no results"):
        Results(swept.out.parent)


def stopping(small, **keys):
    head = small.head.model_copy(update={"keep": ["runs"]})
    rule = Stopping(rule="precision", outcome="people_core", step=2, maximum=9, **keys)
    return replace(small, head=head, stopping=rule)


def half_width(means):
    return stats.t.ppf(0.975, len(means) - 1) * means.std(ddof=1) / np.sqrt(len(means))


def test_replicates_are_added_until_the_mean_is_known_well_enough(small, tmp_path):
    loose = sweep(stopping(small, tolerance=1e12), tmp_path / "loose")
    assert loose.summary["replicates"] == 2
    assert all(each["enough"] for each in loose.summary["precision"])
    tight = sweep(stopping(small, tolerance=1e-6), tmp_path / "tight")
    assert tight.summary["replicates"] == 9
    means = tight.table("people_core", "core_only").mean(axis=0)
    (known,) = [each for each in tight.summary["precision"] if each["policy"] == "core_only"]
    assert known["mean"] == pytest.approx(means.mean())
    looked = (2, 4, 6, 8, 9)
    first = next(k for k in looked if half_width(means[:k]) <= known["half_width"] * 2)
    middle = sweep(stopping(small, tolerance=known["half_width"] * 2, policies=["core_only"]), tmp_path / "middle")
    assert middle.summary["replicates"] == first


def test_the_rule_may_ask_for_a_paired_difference_and_stops_alike_when_resumed(small, tmp_path):
    rule = stopping(small, tolerance=1.0, against="core_only")

    def stop(done):
        if done.stored == 14:
            raise KeyboardInterrupt

    whole = sweep(rule, tmp_path / "whole", reuse=False)
    assert [each["policy"] for each in whole.summary["precision"]] == ["sever_links"]
    with suppress(KeyboardInterrupt):
        sweep(rule, tmp_path / "stopped", progress=stop, reuse=False)
    resumed = sweep(rule, tmp_path / "stopped", reuse=False)
    assert contents(resumed.out) == contents(whole.out)


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
