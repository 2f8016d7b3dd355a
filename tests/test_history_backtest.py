"""A backtest scores what it should, knows nothing that it must not, and reaches dates beyond 2015."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from made_up_history import target

from experiments.batch.errors import PlanError, UserError
from experiments.history.backtest import backtest
from experiments.history.figures import drawn_days, write_figure
from experiments.history.plan import Plan
from experiments.history.target import About, Group, Targets, load_targets
from experiments.history.words import score_lines
from experiments.points.ensemble import load_ensemble
from model.scenario import ScenarioError, load_scenario

AREA = {"series": "area_core"}
MADE = Targets(
    About(),
    {
        "area_1": target(AREA, date(2014, 8, 4), 80_000.0, title="Land, August", error=0.1, discrepancy=0.2),
        "area_2": target(AREA, date(2014, 9, 1), 81_000.0, title="Land, September", error=0.1, discrepancy=0.2),
        "absurd": target(AREA, date(2014, 9, 2), 9e9, title="Land, absurd"),
        "start": target(AREA, date(2014, 6, 9), 7e4, use="given"),
    },
    {},
)


@pytest.fixture(scope="module")
def plan():
    return Plan(load_ensemble(), MADE, MADE, members=4, seeds=1)


@pytest.fixture(scope="module")
def found(plan, tmp_path_factory):
    return backtest(plan, tmp_path_factory.mktemp("backtest"))


def test_what_is_absurd_lies_outside_and_is_named_and_what_is_given_is_not_scored(found):
    scores = found.scores.set_index("target")
    assert list(scores.index) == ["area_1", "area_2", "absurd"]
    assert not scores.loc["absurd", "in90"]
    assert any("Outside the 90% interval: absurd" in line for line in score_lines(found))
    assert found.summary["coverage90"] == pytest.approx(scores["in90"].mean())


def test_coverage_counts_targets_of_a_group_as_the_facts_that_they_are(found):
    assert found.summary["facts"] == 3
    grouped = {name: each.model_copy(update={"group": "land"}) if each.measure.text == MADE.targets["area_1"].measure.text
               and name != "absurd" else each for name, each in MADE.targets.items()}  # fmt: skip
    groups = {"land": Group(title="Land", correlation=1.0)}
    again = replace(found, plan=replace(found.plan, targets=replace(MADE, targets=grouped, groups=groups)))
    assert again.summary["facts"] == 2
    inside = found.scores.set_index("target")["in90"].astype(float)
    assert again.summary["coverage90_facts"] == pytest.approx((inside["area_1"] + inside["area_2"]) / 4)


def test_towns_are_scored_as_chances_and_not_among_curves(plan, found, tmp_path):
    assert len(found.theatres) == 0  # none is asked for
    one = target({"town": "mosul"}, date(2014, 9, 1), 1.0, unit="chance", scale="linear")
    asked = replace(plan, targets=replace(MADE, targets=MADE.targets | {"mosul": one}))
    again = backtest(asked, tmp_path)
    assert "mosul" not in set(again.scores["target"])
    (row,) = again.theatres.to_dict("records")
    assert (row["theatre"], row["towns"], row["held"]) == ("own", 1, 1)
    assert row["brier"] in [pytest.approx(((4 - k + 0.5) / 5) ** 2) for k in range(5)]  # of four runs


def test_a_forecast_holds_parameters_luck_misfit_and_the_reports_error(found):
    first = MADE.targets["area_1"]
    spread = found.samples["area_1"].std()
    assert spread > 0.9 * np.sqrt(first.error**2 + first.discrepancy**2)
    assert np.isfinite(found.samples["area_1"]).all()


def test_null_models_know_only_what_came_before(found):
    scores = found.scores.set_index("target")
    assert not np.isnan(scores.loc["area_1", "persistence"])  # what is given at the start is known
    assert np.isnan(scores.loc["area_1", "trend"])
    assert not np.isnan(scores.loc["area_2", "trend"])


def test_from_a_date_on_earlier_targets_are_known_but_not_scored(plan, tmp_path):
    later = backtest(replace(plan, start=date(2014, 8, 20)), tmp_path)
    assert list(later.scores["target"]) == ["area_2", "absurd"]


def test_the_same_backtest_again_runs_nothing_and_says_the_same(plan, found, tmp_path):
    ran = []
    backtest(plan, tmp_path)
    again = backtest(plan, tmp_path, progress=lambda each: ran.append((each.stored, each.total)))
    assert ran == [(4, 4)]
    pd.testing.assert_frame_equal(again.scores, found.scores)


def test_a_users_policy_and_targets_after_2015_are_scored_as_forecasts_and_countries_too(tmp_path):
    policy = tmp_path / "later.toml"
    policy.write_text(
        '[policy]\nname = "later"\ntitle = "later"\nmeaning = "made up"\nsource = "assumed"\n'
        "[phases.all]\nstart = 2014-08-08\neffort = { strike_core = 0.5 }\n",
        encoding="utf-8",
    )
    made = Targets(About(), {"area": target(AREA, date(2016, 3, 1), 60_000.0, error=0.1, discrepancy=0.2)},
                   {2015: ("IRQ", "SYR")})  # fmt: skip
    plan = Plan(load_ensemble(), made, load_targets(), str(policy), members=3, seeds=1)
    found = backtest(plan, tmp_path / "out")
    assert not found.scores["known"].any()
    assert found.scenario.policy.name == "policy_2014_2015-then-later"
    assert (tmp_path / "out" / "policy.toml").read_text(encoding="utf-8").count("[phases.") == 5
    assert found.scenario.policy.phases["after_all"].start == date(2016, 1, 1)
    assert found.outlook.empty  # the year's half does not end by March
    assert found.countries["forecaster"].tolist() == ["model", "runs_alone", "last_year", "base_rate", "lag_logistic"]
    assert set(found.countries["year"]) == {2015}
    assert found.countries["auc"].between(0, 1).all()
    assert set(found.town_scores["forecaster"]) == {"model", "as_last_known", "base_rate"}
    assert len(found.towns) == 7 * len(found.scenario.towns)
    assert found.chances[2015].shape == (59,)
    assert not np.isnan(found.scores["persistence"]).any()  # the shipped reports are known to null models
    svg = write_figure(found, tmp_path)
    assert svg.read_text(encoding="utf-8").startswith("<?xml")
    assert (tmp_path / "fan.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("effort", ["{ strike_core = 0.5 }", "{ strike_core = 1.0, strike_provinces.LBY = 1.0 }",
                                    "{ allies.united_states.strike_core = 1.0 }"])  # fmt: skip
def test_a_policy_may_begin_after_2015_and_bring_more_effort_than_before(tmp_path, plan, effort):
    policy = tmp_path / "later.toml"
    policy.write_text(
        '[policy]\nname = "later"\ntitle = "later"\nmeaning = "made up"\nsource = "assumed"\non_top = true\n'
        f'[phases.all]\nstart = 2016-02-01\nwhen = "lost:Mosul"\ndelay = 84\neffort = {effort}\n',
        encoding="utf-8",
    )
    later = replace(plan, policy=str(policy), end=date(2016, 6, 30))
    later.check()
    spliced = later.under_policy(tmp_path).composed.policy
    assert spliced.phases["after_all"].start == date(2016, 2, 1)
    assert spliced.phases["before_provinces_too"].end == date(2016, 1, 1)
    too_early = replace(later, end=date(2016, 1, 15))
    with pytest.raises(
        ScenarioError, match="no phase of this policy falls within the scenario, 2014-06-09 to 2016-01-17"
    ):
        too_early.check()
    early = policy.with_name("early.toml")
    early.write_text(policy.read_text().replace("start = 2016-02-01", "end = 2015-12-01").replace("84", "4"))
    with pytest.raises(UserError, match="no phase of the policy later reaches beyond 2016-01-01"):
        replace(later, policy=str(early)).under_policy(tmp_path)


def test_what_is_forecast_is_told_without_any_later_report(tmp_path):
    shipped = load_targets()
    made = Targets(About(), {}, {}, {"libya": shipped.forecasts["libya"], "area_core": shipped.forecasts["area_core"]})
    plan = Plan(load_ensemble(), made, replace(shipped, forecasts={}), end=date(2016, 12, 31), members=3, seeds=1)
    found = backtest(plan, tmp_path)
    assert found.outlook["forecast"].value_counts().to_dict() == {"libya": 2, "area_core": 2}
    assert list(found.chances) == [2016]
    assert found.scores.empty
    lines = score_lines(found)
    assert lines[-1].startswith("Chance of fighting in 2016")
    write_figure(found, tmp_path)


def test_dates_that_leave_nothing_to_score_are_refused(plan, tmp_path):
    with pytest.raises(PlanError, match="nothing can be scored"):
        backtest(replace(plan, start=date(2014, 9, 5), end=date(2014, 10, 1)), tmp_path)
    with pytest.raises(PlanError, match="--to must be a date from"):
        backtest(replace(plan, end=date(2014, 1, 1)), tmp_path)
    with pytest.raises(PlanError, match="--from must not be after"):
        backtest(replace(plan, start=date(2030, 1, 1)), tmp_path)


def test_the_shipped_reports_on_countries_are_scored_by_year():
    plan = Plan(load_ensemble(), load_targets(), load_targets())
    assert plan.years == [2014, 2015]
    assert replace(plan, start=date(2015, 1, 1)).years == [2015]
    assert replace(plan, end=date(2015, 6, 1)).years == [2014]
    assert set(load_scenario().governments) >= {code for codes in plan.targets.countries.values() for code in codes}


def test_a_fan_ends_with_the_last_day_asked_for():
    days = drawn_days(date(2014, 6, 9), date(2015, 12, 31), 83)
    assert days[0] == date(2014, 6, 9)
    assert days[-1] == date(2015, 12, 28)
