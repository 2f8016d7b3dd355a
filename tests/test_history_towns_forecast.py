"""Chances of towns: shares of runs, scored where facts are known, against who held them when last known."""

from datetime import date

import numpy as np
import pytest
from made_up_history import target

from experiments.history.target import SCENARIO
from experiments.history.town_chances import (
    Origin,
    joined,
    of_bloc,
    quarter_ends,
    score_towns,
    town_chances,
    town_facts,
    town_lines,
    towns_of,
)
from model import Simulation, load_scenario

DAY = date(2015, 6, 30)


def test_quarters_end_in_march_june_september_and_december():
    found = quarter_ends(date(2014, 6, 9), date(2015, 3, 31))
    assert found == [date(2014, 6, 30), date(2014, 9, 30), date(2014, 12, 31), date(2015, 3, 31)]


def test_a_group_belongs_to_the_bloc_from_its_acceptance_on_and_contested_is_unknown():
    since = joined([target({"events": "acceptance", "of": ["boko_haram"], "by": "first"}, date(2015, 3, 12), 39.0)])
    assert since == {"boko_haram": date(2015, 3, 12)}
    assert of_bloc("boko_haram", DAY, since) is True
    assert of_bloc("boko_haram", date(2015, 1, 1), since) is False
    assert of_bloc("state", DAY, since) is False
    assert of_bloc("contested", DAY, since) is None


def test_nothing_is_known_of_towns_after_the_scenarios_last_fact():
    scenario = load_scenario(SCENARIO)
    facts = town_facts(scenario, date(2015, 12, 31), {})
    assert facts["raqqa"]
    assert not facts["tikrit"]
    assert town_facts(scenario, date(2016, 1, 1), {}) == {}


def test_the_brier_score_is_as_by_hand_and_the_loss_is_said():
    held = {DAY: np.array([[1.0, 0.0, 1.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0]])}
    facts = {DAY: {"a": True, "b": False, "c": True}}
    table = town_chances(["a", "b", "c"], held, facts, facts[DAY])
    assert table["chance"].tolist() == [3.5 / 4, 0.5 / 4, 1.5 / 4]
    scores = score_towns(table)
    every = scores[scores["date"].isna()].set_index("forecaster")
    assert every.loc["model", "brier"] == pytest.approx((0.125**2 * 2 + 0.625**2) / 3)
    assert every.loc["as_last_known", "brier"] == 0
    assert every.loc["base_rate", "brier"] == pytest.approx(2 / 9)
    assert "It loses to as last known." in town_lines(scores)[0]


def test_towns_without_a_fact_are_forecast_and_not_scored():
    table = town_chances(["a", "b"], {DAY: np.ones((2, 2))}, {DAY: {"a": True}}, {"a": True, "b": True})
    assert len(table) == 2
    assert score_towns(table)["towns"].tolist() == [1] * 6
    assert town_lines(score_towns(table.iloc[1:])) == []


def test_who_holds_a_town_in_a_run_is_what_its_table_says():
    result = Simulation(load_scenario(SCENARIO, overrides={"weeks": 3, "resolution": 1.0}), seed=0).run()
    table = result.towns[result.towns["week"] == 2]
    assert towns_of(result, date(2014, 6, 23)) == (table["control_bloc"] > 0.5).astype(float).tolist()


def test_a_run_that_had_a_town_wrong_when_last_known_starts_from_what_was_reported():
    origin = Origin(DAY, np.array([[1.0, 0.0], [0.0, 0.0]]), {"a": True})
    runs = np.zeros((2, 2))
    soon, late = (origin.carried(["a", "b"], runs, day) for day in (date(2015, 7, 7), date(2035, 1, 1)))
    assert soon[0].tolist() == [0.0, 0.0]  # it was right, and lost the town since
    assert soon[1, 0] == pytest.approx(np.exp(-7 / 365.25 / 2))
    assert soon[1, 1] == 0  # of the other town nothing was known
    assert late[1, 0] < 0.001
