"""The rows of a design: levers at equal cost, scenarios composed in short, points of one's own."""

import numpy as np
import pytest

from experiments.batch.errors import PlanError
from experiments.sweep.cost import estimate
from experiments.sweep.design_file import load_design
from experiments.sweep.plan import with_parameters
from experiments.sweep.run import Plan, sweep
from model import load_scenario
from model.scenario.schema import LEVERS

DESIGN = """
[design]
title = "A small sweep"
scenarios = ["synthetic_plane"]
policies = ["core_only", "sever_links"]
weeks = 5
replicates = 2
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


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    path = tmp_path_factory.mktemp("design") / "small.toml"
    path.write_text(DESIGN)
    return load_design(path)


def test_a_policy_may_begin_in_weeks_that_the_design_adds_and_after_the_short_run_that_is_timed(tmp_path):
    (tmp_path / "short.toml").write_text('[scenario]\nextends = "synthetic_plane"\nweeks = 20\n')
    (tmp_path / "late.toml").write_text(
        '[policy]\ntitle = "Late"\nmeaning = "m"\n[phases.late]\nstart = 40\neffort = { strike_core = 0.5 }\n'
    )
    text = (
        DESIGN.replace("synthetic_plane", "short.toml")
        .replace("core_only", "late.toml")
        .replace("weeks = 5", "weeks = 60")
    )
    text = text.replace(', "sever_links"]\nweeks', "]\nweeks").partition("[levers]")[0]
    (tmp_path / "design.toml").write_text(text + '[sampling]\nmethod = "latin_hypercube"\npoints = 3\n')
    plan = Plan(load_design(tmp_path / "design.toml"))
    assert plan.bases[0].weeks == 60
    assert estimate(plan, tmp_path / "out").seconds > 0


def test_levers_move_effort_at_the_same_cost(small):
    base = load_scenario("synthetic_plane", "core_only").policy
    for row in Plan(small).rows(range(0, 6, 2)):
        policy, share = row.run.composed.policy, Plan(small).values(row.point)["sever_links"]
        for name, phase in policy.phases.items():
            before = base.phases[name].effort
            assert phase.effort["sever_links"] == share
            assert phase.effort["strike_core"] == pytest.approx(before["strike_core"] - share)
            shares = [sum(part.share for part in each.parts) for each in (phase, base.phases[name])]
            assert shares[0] == pytest.approx(shares[1])
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
    quick, composed = (
        with_parameters(base, overrides),
        load_scenario("levant_2014", "core_only", {"weeks": 9} | overrides),
    )
    assert quick == composed
    assert quick.digest == composed.digest != base.digest


@pytest.mark.parametrize("key", ["mechanisms.pledging", "core.prestige", "policy.targeting", "weeks"])
def test_anything_else_is_composed_anew(key):
    assert with_parameters(load_scenario("levant_2014"), {"territory.growth": 0.3, key: 1}) is None


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
