"""The headline experiment: worlds and arms, runs on disk, files and the command."""

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
from experiments.claims.headline.arms import ARMS, BY_NAME, COMPARISONS, CORE, EQUAL_COST
from experiments.claims.headline.axes import AXES
from experiments.claims.headline.design import BOX, CHECKS, DECLARED, ENSEMBLE, GRID, SEEDS, STATED, Design, sample
from experiments.claims.headline.experiment import EFFORT, LAYOUT, run_headline, take
from experiments.claims.headline.files import answer, stored_headline, write_headline
from experiments.claims.headline.verdicts import judge_headline
from experiments.claims.headline.words import title
from experiments.cli.main import app
from experiments.measures.evidence import ABOUT_THE_SAME
from model.scenario import load_scenario
from model.scenario.declarations import declarations
from model.simulation import Simulation
from model.state import CHANNELS

SMALL = Design(points=4, seeds=2, weeks=10, scenarios=("essay_2016",), members=2, checked=2)
COMMAND = ["headline", "--points", "4", "--seeds", "2", "--weeks", "10", "--scenario", "essay_2016", "--members", "2",
           "--checked", "2", "--jobs", "1"]  # fmt: skip
FEWER = replace(SMALL, members=0, checked=0)  # a part of the same runs


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A real run, of few worlds, seeds and weeks."""
    return run_headline(SMALL, tmp_path_factory.mktemp("headline"))


def test_more_points_contain_the_fewer_and_fill_the_box_evenly():
    few, many = sample(16), sample(64)
    assert many[:16] == few
    levels = np.array([world.levels for world in many])
    assert ((levels >= 0) & (levels <= 1)).all()
    assert np.allclose((levels < 0.5).mean(axis=0), 0.5, atol=0.02)


def test_every_channel_of_the_links_is_an_axis_from_nothing_to_its_high_end():
    scenario = load_scenario("essay_2016")
    for channel in CHANNELS:
        axis = next(each for each in AXES if each.parameters == (f"links.{channel}",))
        assert axis.overrides(0.0, scenario) == {f"links.{channel}": 0.0}
        high = declarations().parameters["links"][channel].high
        assert axis.overrides(1.0, scenario) == {f"links.{channel}": high}


def test_every_axis_reaches_the_ends_of_the_declared_ranges():
    scenario = load_scenario("levant_2014")
    for axis in AXES:
        for level in (axis.off, 1.0):
            for key, value in axis.overrides(level, scenario).items():
                if key in axis.parameters:
                    family, _, name = key.partition(".")
                    declared = declarations().parameters[family][name]
                    assert value == pytest.approx(declared.high if (level == 1) != axis.reverse else declared.low)


def test_at_its_declared_level_an_axis_of_one_parameter_changes_nothing():
    scenario = load_scenario("levant_2014")
    for axis in AXES:
        if len(axis.parameters) == 1 and not axis.switch:
            family, _, name = axis.parameters[0].partition(".")
            found = axis.overrides(axis.declared(), scenario)[axis.parameters[0]]
            assert found == pytest.approx(declarations().parameters[family][name].value, rel=1e-3)
    sentiment = next(axis for axis in AXES if axis.name == "anti_foreign")
    for key, value in sentiment.overrides(sentiment.declared(), scenario).items():
        assert value == pytest.approx(scenario.governments[key.split(".")[1]].anti_foreign, abs=1e-3)


def test_healing_is_off_at_its_low_end_and_lost_tips_in_half_of_the_worlds():
    scenario, axes = load_scenario("levant_2014"), {axis.name: axis for axis in AXES}
    assert axes["healing"].overrides(0.1, scenario) == {"rivals.network_healing": False}
    assert axes["healing"].overrides(0.9, scenario)["rivals.network_healing"] is True
    tips = [axes["lost_tips"].overrides(world.levels[list(axes).index("lost_tips")], scenario) for world in sample(64)]
    assert sum(each["rivals.lost_tips"] for each in tips) == 32


def test_runs_are_composed_as_a_scenario_with_their_overrides_is():
    runs = SMALL.runs
    for each in [*runs[::37], *(planned for planned in runs if planned.check == GRID)][:20]:
        assert (
            load_scenario(each.run.scenario, each.run.policy, dict(each.run.overrides)).digest
            == each.run.composed.digest
        )


def test_every_arm_meets_the_same_worlds_with_the_same_seeds():
    runs = pd.DataFrame(
        [(each.check, each.world.source, each.world.number, each.arm, each.run.seed) for each in SMALL.runs],
        columns=["check", "source", "world", "arm", "seed"],
    )
    seeds = runs.groupby(["check", "source", "world", "arm"])["seed"].apply(lambda each: tuple(sorted(each)))
    assert (seeds.groupby(level=["check", "source", "world"]).nunique() == 1).all()
    assert not set(runs[runs["check"] == SEEDS]["seed"]) & set(runs[runs["check"] == STATED]["seed"])
    worlds = runs.groupby(["check", "source"])["world"].nunique()
    assert worlds[STATED, BOX] == 4
    assert worlds[STATED, ENSEMBLE] == 2
    assert worlds[STATED, DECLARED] == 1
    assert all(worlds[check, BOX] == 2 for check in CHECKS)


def test_a_member_that_is_drawn_twice_has_other_seeds_the_second_time():
    worlds = [world for world in Design(points=4, members=400).worlds if world.source == ENSEMBLE]
    drawn = [(world.parameters, world.first_seed) for world in worlds]
    assert len({parameters for parameters, _ in drawn}) < len(drawn) == len(set(drawn))


def effort(arm, lever):
    base = ARMS[arm]
    phases = load_scenario("essay_2016", base.policy, dict(base.overrides)).policy.phases.values()
    return sum(part.share for phase in phases for part in phase.parts if part.lever == lever and phase.end is None)


def test_the_arms_are_what_they_say():
    assert effort("struck_and_cut", "strike_core") == effort(CORE, "strike_core")
    assert effort("struck_and_cut", "sever_links") == 0.5
    assert effort("essay", "sever_links") > 0
    assert effort("essay_uncut", "sever_links") == 0
    assert effort("essay_uncut", "strike_provinces") == effort("essay", "strike_provinces") > 0
    assert effort("essay_uncut", "diaspora") == effort("essay", "diaspora") > 0


def test_whom_severing_aims_at_does_not_matter_where_nothing_is_severed():
    one, other = (
        Simulation(load_scenario("essay_2016", CORE, {"weeks": 30, "policy.targeting": aim}), 1).run().rows
        for aim in ("hubs", "brokers")
    )
    assert np.array_equal(one, other, equal_nan=True)


def test_plans_of_equal_cost_cost_the_same(small):
    """Allies choose how much they bring, by attacks and weariness, so that costs differ a little, within a run's course."""
    assert (small.runs["status"] == "done").all()
    runs = small.runs[small.runs["arm"].isin(EQUAL_COST)]
    spent = runs.groupby(["check", "source", "world", "seed"])[EFFORT]
    assert (spent.max() <= (1 + ABOUT_THE_SAME) * spent.min()).all()


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
    process = subprocess.Popen(
        [sys.executable, "-m", "experiments.cli.main", *COMMAND, "--members", "0", "--checked", "0", "--out", str(tmp_path)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while process.poll() is None and not parts_of(tmp_path):
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    there = len(Reader(tmp_path, LAYOUT).finished())
    calls = []
    again = run_headline(FEWER, tmp_path, progress=calls.append)
    assert calls[0].stored == there > 0
    assert calls[-1].stored == len(FEWER.runs)
    pd.testing.assert_frame_equal(again.runs, fewer(small))


def fewer(small):
    mine = (small.runs["check"] == STATED) & (small.runs["source"] != ENSEMBLE)
    return small.runs[mine].reset_index(drop=True)


def test_processes_give_the_same_results_to_the_last_bit(small, tmp_path):
    again = run_headline(FEWER, tmp_path, jobs=2)
    pd.testing.assert_frame_equal(again.runs, fewer(small))


def test_figure_table_and_text_are_written_and_read_again(small):
    found = answer(small)
    paths = write_headline(found, ["inkspot", "headline", "--points", "4"])
    svg = paths["svg"].read_bytes()
    assert ElementTree.fromstring(svg).tag.endswith("svg")
    assert b"http" not in svg.replace(b"http://www.w3.org", b"").replace(b"http://creativecommons", b"").replace(
        b"http://purl.org", b""
    )
    assert paths["png"].read_bytes().startswith(b"\x89PNG")
    assert len(pd.read_csv(paths["csv"])) == len(found.headline.table)
    told = stored_headline(small.out)
    assert told["title"] == title(found.headline)
    assert told["svg"] == svg
    assert json.loads(paths["json"].read_text())["command"] == "inkspot headline --points 4"
    assert paths["md"].read_text(encoding="utf-8").startswith(f"# {title(found.headline)}\n")
    assert stored_headline(small.out / "nowhere") is None


@pytest.mark.parametrize(
    ("change", "key"), [({"points": 3}, "--points"), ({"seeds": 1}, "--seeds"), ({"members": 1}, "--members")]
)
def test_too_small_an_experiment_is_refused_with_the_reason(change, key):
    with pytest.raises(PlanError, match=f"{key} must be"):
        replace(SMALL, **change)


def test_the_command_prints_the_page_and_says_where_the_figure_is(small):
    done = CliRunner().invoke(app, [*COMMAND, "--out", str(small.out)])
    assert done.exit_code == 0, done.output
    words = " ".join(done.output.split())
    assert title(judge_headline(small)) in words
    assert "headline.svg" in words
    assert f"{len(small.runs)} of {len(small.runs)} runs stored from an earlier call" in words


def test_a_misspelt_scenario_is_one_line(tmp_path):
    done = CliRunner().invoke(app, ["headline", "--scenario", "levant_2041", "--out", str(tmp_path)])
    assert done.exit_code == 2
    assert "levant_2014" in done.output


def test_every_comparison_has_arms_and_a_title_of_two_lines_at_most():
    for comparison in COMPARISONS:
        assert {comparison.treatment, comparison.control} <= set(ARMS)
        assert comparison.title.count("\n") <= 1
    assert len(BY_NAME) == len(COMPARISONS)


def test_no_outcome_depends_on_a_label():
    result = Simulation(load_scenario("essay_2016", policy="core_only", overrides={"weeks": 30}), seed=1).run()
    found = take(result)
    assert found["attacks_abroad"] >= result.outcomes["attacks_international"]
    assert found["deaths_of_all"] > result.outcomes["deaths"], "the attacks of other groups count too"
    result.deaths.bloc[:] = False
    assert take(result) == found
