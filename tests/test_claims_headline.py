"""The headline experiment: its worlds, its runs on disk, its verdicts against made-up differences, figure and text."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from experiments.batch.errors import PlanError
from experiments.batch.reader import Reader
from experiments.claims.headline.experiment import LAYOUT, WorldRuns, run_headline
from experiments.claims.headline.figure import draw, smooth
from experiments.claims.headline.files import stored_headline, write_headline
from experiments.claims.headline.verdicts import COUNTED, EQUAL, judge_headline, rank_correlation
from experiments.claims.headline.words import second, sentences, third, title
from experiments.claims.headline.worlds import AGAINST, AXES, CUT, DECLARED, POLICIES, Design, sample
from experiments.cli.main import app
from experiments.measures.evidence import ABOUT_THE_SAME
from model.record import OUTCOMES
from model.scenario import load_scenario
from model.scenario.declarations import declarations
from model.simulation import Simulation

SMALL = Design(points=4, seeds=2, weeks=10)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A real run, of few worlds, seeds and weeks."""
    return run_headline(SMALL, tmp_path_factory.mktemp("headline"))


def made_up(gains, points=32, seeds=8, noise=0.02):
    """Runs whose differences are known: `gains(levels, policy)` -> share of an outcome that cutting takes away."""
    design = Design(points=points, seeds=seeds)
    rng, rows = np.random.default_rng(3), []
    for world in design.worlds:
        levels = dict(zip((axis.name for axis in AXES), world.levels, strict=True))
        for seed in range(seeds):
            luck = 1 + 0.1 * rng.normal()
            for policy in POLICIES:
                gain = gains(levels, policy) if policy != CUT else 0.0
                value = luck * (1 + gain) + noise * rng.normal()
                rows.append({"world": world.number, "policy": policy, "seed": seed, "status": "done", "error": "",
                             "repeat": "again", "effort_spent": 100.0} | dict.fromkeys(OUTCOMES, value)
                            | {"effort_spent": 100.0})  # fmt: skip
    return rows, design


def judged(gains, tmp_path, **options):
    rows, design = made_up(gains, **options)
    return judge_headline(WorldRuns(design, pd.DataFrame(rows), tmp_path, 1.0))


def test_more_points_contain_the_fewer_and_fill_the_box_evenly():
    few, many = sample(16), sample(64)
    assert many[:16] == few
    levels = np.array([world.levels for world in many])
    assert ((levels >= 0) & (levels <= 1)).all()
    assert np.allclose((levels < 0.5).mean(axis=0), 0.5, atol=0.02)


def test_every_axis_reaches_the_ends_of_the_declared_ranges():
    scenario = load_scenario("levant_2014", policy=CUT)
    for axis in AXES:
        for level in (0.0, 1.0):
            for key, value in axis.overrides(level, scenario).items():
                family, _, name = key.partition(".")
                if family in declarations().parameters and key in axis.parameters:
                    declared = declarations().parameters[family][name]
                    assert value == pytest.approx(declared.low if (level == 0) != axis.reverse else declared.high)


def test_at_its_declared_level_an_axis_of_one_parameter_changes_nothing():
    scenario = load_scenario("levant_2014", policy=CUT)
    for axis in AXES:
        if len(axis.parameters) == 1 and not axis.switch:
            family, _, name = axis.parameters[0].partition(".")
            found = axis.overrides(axis.declared(), scenario)[axis.parameters[0]]
            assert found == pytest.approx(declarations().parameters[family][name].value, rel=1e-3)
    sentiment = next(axis for axis in AXES if axis.name == "anti_foreign")
    for key, value in sentiment.overrides(sentiment.declared(), scenario).items():
        assert value == pytest.approx(scenario.governments[key.split(".")[1]].anti_foreign, abs=1e-3)


def test_the_policies_cost_the_same_and_meet_the_same_seeds(small):
    """Allies choose how much they bring, by attacks and weariness, so that costs differ a little, within a run's course."""
    assert (small.runs["status"] == "done").all()
    spent = small.runs.groupby(["world", "seed"])["effort_spent"]
    assert (spent.max() <= (1 + ABOUT_THE_SAME) * spent.min()).all()
    assert len(small.runs) == (SMALL.points + 1) * len(POLICIES) * SMALL.seeds
    assert small.runs.groupby(["world", "policy"])["seed"].apply(sorted).map(tuple).nunique() == 1


def test_worlds_differ_and_lost_tips_are_on_in_half_of_them(small):
    scenarios = {world.number: run.composed for world, run in SMALL.runs if run.policy == CUT}
    tips = [scenarios[number].rivals["lost_tips"] for number in range(SMALL.points)]
    assert sum(tips) == SMALL.points / 2
    assert not scenarios[DECLARED].rivals["lost_tips"]
    assert not scenarios[DECLARED].rivals["network_healing"]
    assert len({scenario.digest for scenario in scenarios.values()}) == SMALL.points + 1


def test_the_same_call_again_makes_no_runs_and_gives_the_same_table(small):
    before = (small.out / "runs.parquet").read_bytes()
    calls = []
    again = run_headline(SMALL, small.out, progress=calls.append)
    assert [(each.stored, each.total) for each in calls] == [(len(small.runs), len(small.runs))]
    assert (small.out / "runs.parquet").read_bytes() == before
    pd.testing.assert_frame_equal(again.runs, small.runs)


def parts_of(out):
    return [each for each in out.glob("parts/[0-9a-f]*/runs.parquet") if each.exists()]


def test_a_batch_that_is_killed_goes_on_from_where_it_was(small, tmp_path):
    command = [sys.executable, "-m", "experiments.cli.main", "headline", "--points", "4", "--seeds", "2", "--weeks", "10",
               "--jobs", "1", "--out", str(tmp_path)]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and not parts_of(tmp_path):
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    there = len(Reader(tmp_path, LAYOUT).finished())
    calls = []
    again = run_headline(SMALL, tmp_path, progress=calls.append)
    assert calls[0].stored == there > 0
    assert calls[-1].stored == len(SMALL.runs)
    pd.testing.assert_frame_equal(again.runs, small.runs)


def test_processes_give_the_same_results_to_the_last_bit(small, tmp_path):
    again = run_headline(SMALL, tmp_path, jobs=2)
    pd.testing.assert_frame_equal(again.runs, small.runs)


def test_what_is_better_everywhere_is_called_helping_everywhere(tmp_path):
    headline = judged(lambda levels, policy: 0.5, tmp_path)
    for against in AGAINST:
        assert headline.counts(against)["helps"] == headline.points
    assert title(headline) == "Cutting the links instead of striking the core only helps in 32 of 32 worlds"


def test_what_is_worse_everywhere_is_called_backfiring_and_the_wording_flips(tmp_path):
    headline = judged(lambda levels, policy: -0.3, tmp_path)
    assert title(headline).endswith("backfires in 32 of 32 worlds, helps in none")
    assert "backfires in 32 of 32 worlds, helps in none" in second(headline)
    averages = headline.averages
    assert (averages["worse"] == 32).all()
    assert (averages["low"] > 0).all()


def test_where_nothing_happens_differences_are_equal_or_cannot_be_told(tmp_path):
    narrow = judged(lambda levels, policy: 0.0, tmp_path, noise=0.005)
    wide = judged(lambda levels, policy: 0.0, tmp_path, noise=0.3)
    count = len(narrow.table)
    assert (narrow.table["verdict"] == "equal").sum() > 0.9 * count
    assert (wide.table["verdict"] == "unclear").sum() > 0.9 * count
    assert set(narrow.table.loc[narrow.table["verdict"] == "equal", "percent"].abs() < 100 * EQUAL) == {True}
    assert "makes no detectable difference" in title(wide)


def test_the_axis_that_matters_is_found_with_its_sign_and_made_an_axis_of_the_maps(tmp_path):
    headline = judged(lambda levels, policy: 0.8 * (levels["strike_pressure"] - 0.5), tmp_path)
    influence = headline.influence.set_index("axis")
    assert (influence.loc["strike_pressure", "low"] > 0.8).all()
    assert headline.main_axes()[0] == "strike_pressure"
    assert third(headline).startswith("What tips it most is strike pressure")
    counts = headline.counts("core_only")
    assert counts["helps"] > 5
    assert counts["backfires"] > 5


def test_a_switch_that_matters_is_named_though_the_maps_have_continuous_axes(tmp_path):
    headline = judged(lambda levels, policy: 0.5 if levels["lost_tips"] else -0.3, tmp_path)
    assert headline.shares().idxmax() == "lost_tips"
    assert "lost_tips" not in headline.main_axes()


def test_rank_correlations_are_spearmans_and_nothing_where_nothing_varies():
    levels = np.arange(20.0)
    assert rank_correlation(levels, levels**3) == pytest.approx((1.0, 1.0, 1.0))
    assert rank_correlation(levels, np.ones(20))[0] == 0.0
    middle, low, high = rank_correlation(levels, np.random.default_rng(1).normal(size=20))
    assert low < middle < high


def test_failed_runs_and_their_pairs_do_not_count(tmp_path):
    rows, design = made_up(lambda levels, policy: -0.3)
    frame = pd.DataFrame(rows)
    lost = (frame["world"] == 0) & (frame["policy"] == CUT) & (frame["seed"] > 0)
    frame.loc[lost, "status"] = "failed"
    frame.loc[lost, list(OUTCOMES)] = np.nan
    headline = judge_headline(WorldRuns(design, frame, tmp_path, 1.0))
    first = headline.table[headline.table["world"] == 0]
    assert (first["pairs"] == 1).all()
    assert set(first["verdict"]) == {"unclear"}
    assert f"{lost.sum()} of {len(frame)} runs failed" in " ".join(sentences(headline))


def test_where_allies_do_not_choose_the_policies_cost_the_same_every_week():
    runs = [run for world, run in SMALL.runs if world.number == DECLARED and run.seed == 0]
    fixed = [replace(run, overrides={**run.overrides, "mechanisms.allied.choice": False}).composed for run in runs]
    spent = [Simulation(scenario, 0).run().series["effort_spent"].to_numpy() for scenario in fixed]
    assert np.allclose(spent, spent[0])


@pytest.mark.parametrize(
    ("effort", "told"), [(100, "equal cost (100"), (98, "(sever_links 98"), (50, "cost (sever_links 50")]
)
def test_cost_is_told_and_unequal_cost_is_pointed_out(effort, told, tmp_path):
    rows, design = made_up(lambda levels, policy: 0.0, points=4)
    frame = pd.DataFrame(rows)
    frame.loc[frame["policy"] == CUT, "effort_spent"] = effort
    headline = judge_headline(WorldRuns(design, frame, tmp_path, 1))
    assert told in sentences(headline)[0]
    assert ("All at the same cost." in second(headline)) == (effort > 50)


def test_a_smoothed_constant_is_that_constant_and_a_slope_keeps_its_direction():
    points = np.random.default_rng(2).random((40, 2))
    assert np.allclose(smooth(points, np.full((40, 1), 7.0)), 7.0)
    field = smooth(points, points[:, :1])[..., 0]
    assert (np.diff(field, axis=1).mean(axis=1) > 0).all(), "columns go across"


def test_numbers_in_the_text_are_those_of_the_table(small):
    headline = judge_headline(small)
    text = " ".join(sentences(headline))
    sampled = headline.table[headline.table["world"] != DECLARED]
    assert f"Of {len(sampled)} comparisons" in text
    assert f"{(sampled['verdict'] == 'unclear').sum()} are not distinguishable from luck" in text
    for counted in COUNTED:
        for against in AGAINST:
            verdicts = sampled[(sampled["outcome"] == counted.name) & (sampled["against"] == against)]["verdict"]
            told = f"worse in {(verdicts == 'worse').sum()}, better in {(verdicts == 'better').sum()}"
            assert f"{counted.title[:1].upper()}{counted.title[1:]}: {told}" in text


def test_figure_table_and_text_are_written_and_read_again(small):
    headline = judge_headline(small)
    paths = write_headline(headline, ["inkspot", "headline", "--points", "4"])
    svg = paths["svg"].read_bytes()
    assert ElementTree.fromstring(svg).tag.endswith("svg")
    assert b"http" not in svg.replace(b"http://www.w3.org", b"").replace(b"http://creativecommons", b"").replace(
        b"http://purl.org", b""
    )
    assert paths["png"].read_bytes().startswith(b"\x89PNG")
    assert len(pd.read_csv(paths["csv"])) == len(headline.table)
    told = stored_headline(small.out)
    assert told["title"] == title(headline)
    assert told["svg"] == svg
    assert json.loads(paths["json"].read_text())["command"] == "inkspot headline --points 4"
    assert stored_headline(small.out / "nowhere") is None


def test_the_figure_has_a_map_for_every_outcome_and_policy_and_counts_every_world(tmp_path):
    headline = judged(lambda levels, policy: levels["strike_pressure"] - 0.5, tmp_path)
    figure = draw(headline)
    maps = [axes for axes in figure.axes if axes.get_position().height > 0.2]
    assert len(maps) == len(AGAINST) * (1 + len(COUNTED))
    for axes in maps:
        marks = sum(len(line.get_xdata()) for line in axes.lines)
        assert marks == headline.points + 1, "every world and the declared one"
    assert title(headline) in {text.get_text() for text in figure.texts}


@pytest.mark.parametrize(("points", "seeds", "key"), [(3, 8, "--points"), (64, 1, "--seeds")])
def test_too_small_an_experiment_is_refused_with_the_reason(points, seeds, key):
    with pytest.raises(PlanError, match=f"{key} must be"):
        Design(points=points, seeds=seeds)


def test_the_command_prints_the_finding_and_says_where_the_figure_is(small):
    command = ["headline", "--points", "4", "--seeds", "2", "--weeks", "10", "--jobs", "1", "--out", str(small.out)]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    words = " ".join(done.output.split())
    assert title(judge_headline(small)) in words
    assert "headline.svg" in words
    assert "30 of 30 runs stored from an earlier call" in words


def test_a_misspelt_scenario_is_one_line(tmp_path):
    done = CliRunner().invoke(app, ["headline", "levant_2041", "--out", str(tmp_path)])
    assert done.exit_code == 2
    assert "levant_2014" in done.output


def test_levels_of_worlds_are_read_only_facts_of_the_design():
    assert replace(SMALL, points=8).worlds[:4] == SMALL.worlds[:4]
