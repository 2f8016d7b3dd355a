"""From a design to an answer: known functions through the pipeline of sweeps, and the commands on real runs."""

import numpy as np
import pandas as pd
import pytest
from SALib.analyze import sobol as salib_sobol
from typer.testing import CliRunner

from experiments.batch.outcome import Outcome, RunData
from experiments.cli.main import app
from experiments.cli.studies import _questions
from experiments.points.salib_blocks import MORRIS, SOBOL, sample
from experiments.studies.discovery_study import Question, discover, numeric
from experiments.studies.sensitivity_study import Quantity, analyse, sentence
from experiments.studies.tornado import stated_share, swings, tornado_points
from experiments.sweep.design_file import load_design
from experiments.sweep.plan import Plan
from experiments.sweep.results import Results
from experiments.sweep.run import describe
from experiments.sweep.store import store_of, tasks_of, write_points
from model.record import OUTCOMES

DESIGN = """
[design]
title = "Three assumptions"
question = "Which matters?"
scenarios = ["synthetic_plane"]
policies = ["core_only", "sever_links"]
weeks = {weeks}
replicates = {replicates}
outcomes = ["people_core"]

[sampling]
method = "latin_hypercube"
points = {points}

[uncertainties]
"territory.growth" = "declared"
"half_effort.strikes" = "declared"
"rivals.network_healing" = [false, true]
"""


@pytest.fixture
def design(tmp_path):
    def written(weeks=4, replicates=1, points=6):
        file = tmp_path / "three.toml"
        file.write_text(DESIGN.format(weeks=weeks, replicates=replicates, points=points))
        return load_design(file)

    return written


def filled(design, points, function, out, replicates=1):
    """Results of a sweep as the store writes them, with a known function in place of the model."""
    plan = Plan(design, points)
    with store_of(plan, out).open(describe(plan, ["test"])) as store:
        write_points(store.out, plan)
        for task in tasks_of(plan, range(plan.total(replicates)), ()):
            values = dict.fromkeys(OUTCOMES, 0.0)
            values["people_core"] = function(
                plan.points[task.columns["point"]], task.columns["policy"], task.columns["seed"]
            )
            store.add(task.columns, Outcome(task.run, "done", RunData(values), seconds=0.1))
        summary = {"replicates": replicates, "runs": plan.total(replicates)}
        store.write_manifest(store.manifest() | {"summary": summary})
    return Results(out)


def ishigami(point, policy="core_only", seed=0):
    x = -np.pi + 2 * np.pi * point
    return float(np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0]))


def test_ishigami_through_the_pipeline_has_its_published_indices(design, tmp_path):
    one = design()
    points = sample(SOBOL, [factor.key for factor in one.factors], 512, seed=1)
    results = filled(one, points, ishigami, tmp_path / "out")
    found = analyse(results, SOBOL, Quantity("people_core", "synthetic_plane", "core_only"))
    table = found.table.pivot(index="factor", columns="index", values="value").loc[results.factors]
    np.testing.assert_allclose(table["S1"], [0.314, 0.442, 0], atol=0.06)
    np.testing.assert_allclose(table["ST"], [0.558, 0.442, 0.244], atol=0.06)
    assert "territory.growth" in sentence(found, SOBOL)


def test_salibs_own_tool_reads_our_results(design, tmp_path):
    one = design()
    points = sample(SOBOL, [factor.key for factor in one.factors], 64, seed=1)
    filled(one, points, ishigami, tmp_path / "out")
    runs = pd.read_parquet(tmp_path / "out" / "runs.parquet")
    values = runs[runs["policy"] == "core_only"].sort_values("point")["people_core"].to_numpy()
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0, 1]] * 3}
    theirs = salib_sobol.analyze(problem, values, calc_second_order=False, seed=1)
    ours = analyse(Results(tmp_path / "out"), SOBOL, Quantity("people_core", "synthetic_plane", "core_only")).table
    np.testing.assert_allclose(ours.loc[ours["index"] == "ST", "value"], theirs["ST"])


def test_luck_is_told_apart_from_the_factors_by_replicates(design, tmp_path):
    one = design(replicates=4)
    rng = np.random.default_rng(5)
    points = sample(MORRIS, [factor.key for factor in one.factors], 20)
    results = filled(one, points, lambda point, policy, seed: point[0] + rng.normal(0, 0.3), tmp_path / "out", 4)
    found = analyse(results, MORRIS, Quantity("people_core", "synthetic_plane", "core_only"))
    assert 0.2 < found.luck < 0.7


def test_a_planted_backfire_is_found_with_its_box(design, tmp_path):
    one = design(replicates=3)
    points = np.random.default_rng(2).random((120, 3))

    def function(point, policy, seed):
        worse = 1.0 if point[0] > 0.6 and point[1] < 0.5 else -1.0
        return 10 + 0.1 * seed + (worse if policy == "sever_links" else 0.0)

    results = filled(one, points, function, tmp_path / "out", 3)
    found = discover(results, Question("people_core", "sever_links", "core_only", "synthetic_plane"))
    planted = (points[:, 0] > 0.6) & (points[:, 1] < 0.5)
    assert np.array_equal(found.cases, planted)
    assert {limit.factor for limit in found.box.limits} == {"territory.growth", "half_effort.strikes"}
    assert list(found.scores["factor"][:2]) != ["rivals.network_healing"]


LEVER = '[levers]\nsever_links = { low = 0.0, high = 0.3, from = "strike_core" }\n'


def one_policy(tmp_path, method):
    file = tmp_path / "one.toml"
    text = DESIGN.format(weeks=4, replicates=3, points=80).replace(', "sever_links"', "") + LEVER
    if method == "full_factorial":
        text = text.replace('"latin_hypercube"\npoints = 80', '"full_factorial"\nlevels = 5')
    file.write_text(text)
    return load_design(file)


def test_one_policy_with_a_lever_is_asked_where_more_of_it_backfires(tmp_path):
    one = one_policy(tmp_path, "full_factorial")

    def function(point, policy, seed):  # more cutting harms where growth is fast, helps elsewhere
        return 10 + 0.1 * seed + point[3] * (1.0 if point[0] > 0.6 else -1.0)

    results = filled(one, None, function, tmp_path / "out", 3)
    (question,) = _questions(results, ["people_core"], None, None, 0.0)
    assert question.words == "people held by the core worse than at the lowest sever_links under core_only"
    found = discover(results, question)
    assert (
        len(found.cases) == 4 * len(results.points) / 5
    )  # those at the lowest value are what the others are compared with
    assert found.cases.mean() == pytest.approx(2 / 5)
    assert [limit.factor for limit in found.box.limits] == ["territory.growth"]


def test_one_policy_at_sampled_points_is_asked_for_its_worst_futures(tmp_path):
    one = one_policy(tmp_path, "latin_hypercube")

    def function(point, policy, seed):
        return 10 + 0.001 * seed + point[3] + 0.01 * point[0]

    results = filled(one, None, function, tmp_path / "out", 3)
    (question,) = _questions(results, ["people_core"], None, None, 0.0)
    assert question.words == "people held by the core worse than in 75% of futures under core_only"
    found = discover(results, question)
    assert found.cases.mean() == pytest.approx(0.25, abs=0.03)
    assert "sever_links" in {limit.factor for limit in found.box.limits}
    assert found.factors["sever_links"][found.cases].min() > 0.2


def test_a_difference_within_luck_is_no_backfire(design, tmp_path):
    one = design(replicates=6)
    rng = np.random.default_rng(3)
    points = rng.random((80, 3))
    results = filled(one, points, lambda point, policy, seed: rng.normal(), tmp_path / "out", 6)
    found = discover(results, Question("people_core", "sever_links", "core_only", "synthetic_plane"))
    assert found.cases.mean() < 0.1  # 2.5% of futures by chance


def test_switches_and_words_become_numbers_and_what_stays_is_left_out():
    frame = pd.DataFrame({"on": [True, False], "rule": ["hubs", "brokers"], "same": [1.0, 1.0], "x": [0.1, 0.2]})
    assert list(numeric(frame)) == ["on", "rule is brokers", "rule is hubs", "x"]


def test_the_first_point_of_a_tornado_is_the_stated_one(design):
    one = design()
    plan = Plan(one, tornado_points(one, Plan(one).bases[0]))
    stated = plan.bases[0]
    assert plan.values(0)["territory.growth"] == pytest.approx(stated.parameters["territory"]["growth"])
    assert plan.values(0)["half_effort.strikes"] == pytest.approx(stated.parameters["half_effort"]["strikes"])
    assert plan.values(0)["rivals.network_healing"] is False
    assert [plan.values(k)["rivals.network_healing"] for k in (5, 6)] == [False, True]
    assert 0 < stated_share(one.factors[0], stated) < 1


def test_a_tornado_of_a_known_function_is_its_ends(design, tmp_path):
    one = design(replicates=3)
    points = tornado_points(one, Plan(one).bases[0])
    results = filled(one, points, lambda point, policy, seed: 10 * point[0] + point[1] + seed, tmp_path / "out", 3)
    table = swings(results, Quantity("people_core", "synthetic_plane", "core_only")).set_index("factor")
    start = points[0]
    assert table.loc["territory.growth", "low"] == pytest.approx(-10 * start[0])
    assert table.loc["territory.growth", "high"] == pytest.approx(10 * (1 - start[0]))
    assert table["told"].to_dict() == {
        "territory.growth": True, "half_effort.strikes": True, "rivals.network_healing": False,
    }  # fmt: skip


def run(*words):
    done = CliRunner().invoke(app, [str(word) for word in words])
    return done.exit_code, done.output


def test_the_commands_answer_from_real_runs_and_leave_a_page(design, tmp_path):
    design(weeks=3, replicates=2, points=12)
    file = tmp_path / "three.toml"
    code, text = run("sweep", file, "--jobs", 1, "--out", tmp_path / "swept")
    assert code == 0, text
    code, text = run("discover", tmp_path / "swept")
    assert code == 0, text
    assert "People held by the core worse under sever_links than under core_only" in text
    code, text = run(
        "sensitivity", file, "--method", "morris", "--blocks", 2, "--jobs", 1, "--out", tmp_path / "morris"
    )
    assert code == 0, text
    code, text = run("sensitivity", file, "--method", "tornado", "--jobs", 1, "--out", tmp_path / "tornado")
    assert code == 0, text
    for page in ("swept/discovery.html", "morris/sensitivity.html", "tornado/sensitivity.html"):
        html = (tmp_path / page).read_text(encoding="utf-8")
        assert "Assumptions" in html
        assert "Assumed" in html or "assumed" in html  # sources of the ranges
        assert "http" not in html.replace("http://www.w3.org", "")
    assert list((tmp_path / "tornado" / "figures").glob("*.csv"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("sensitivity", "three.toml", "--method", "sobel"), "no method sobel; did you mean sobol?"),
        (
            ("sensitivity", "three.toml", "--method", "sobol", "--blocks", "12"),
            "power of two blocks (2, 4, 8, ...), got 12",
        ),
        (("discover", "nothing-here"), "holds no results"),
    ],
)
def test_a_mistake_is_told_in_plain_words(words, message, design, tmp_path, monkeypatch):
    design()
    monkeypatch.chdir(tmp_path)
    code, text = run(*words)
    assert code == 2
    assert message in text
