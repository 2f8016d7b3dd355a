"""A date is a form of a week, a period is a pair; what happens in time, and what has a value in every week."""

from datetime import date, timedelta

import numpy as np
import pytest
from scipy.stats import kendalltau

from experiments.measures.dates import week_of
from experiments.measures.deaths import deaths_by_country
from experiments.measures.language import evaluate, parse_measure, view_of
from model import Simulation, load_scenario
from model.why.deaths import LOSSES

LONG, SHORT = 104, 60


@pytest.fixture(scope="module")
def long():
    return Simulation(load_scenario("levant_2014", overrides={"weeks": LONG}), seed=3).run()


def measured(result, written, weeks=None):
    return evaluate(parse_measure(written), result, weeks)


def test_a_date_is_the_nearest_week_and_a_period_the_weeks_that_are_dated_in_it(long):
    start = long.scenario.start
    rows = long.series.set_index("date")
    assert week_of(start + timedelta(days=10), start) == week_of(start + timedelta(days=10), start, "to") == 1
    assert week_of(start + timedelta(days=10), start, "from") == 2
    assert week_of(start - timedelta(days=1), start, "to") == -1
    assert measured(long, {"series": "prestige", "at": date(2014, 12, 31)}) == rows["prestige"].iloc[29]
    dated = rows[(rows.index >= date(2014, 9, 1)) & (rows.index <= date(2014, 12, 31))]
    assert (
        measured(long, {"series": "pledges", "from": date(2014, 9, 1), "to": date(2014, 12, 31)})
        == dated["pledges"].sum()
        > 0
    )
    week = 30
    on_a_date = evaluate(parse_measure("prestige"), long, start + timedelta(weeks=week, days=-2))
    assert on_a_date == measured(long, "prestige", week)
    attacks = [event for event in long.event_list if event.kind == "attack"]
    on_a_date = evaluate(parse_measure({"events": "attack"}), long, start + timedelta(weeks=week))
    assert on_a_date == sum(event.week <= week for event in attacks)  # those of the date itself too
    assert measured(long, {"events": "attack"}, week) == sum(event.week < week for event in attacks)
    with pytest.raises(ValueError, match="cannot be measured at week"):
        evaluate(parse_measure("prestige"), long, date(2040, 1, 1))


def test_weeks_beyond_a_run_are_not_a_number(long):
    assert np.isnan(measured(long, {"series": "prestige", "at": 200}))
    assert np.isnan(measured(long, {"series": "people_core", "by": "change", "to": 200}))
    assert np.isnan(measured(long, {"series": "prestige", "to": date(2013, 1, 1)}))
    assert np.isnan(measured(long, {"countries_with_deaths": 3, "from": date(2040, 1, 1)}))


def test_a_period_of_its_own_decides_the_week_of_what_never_happens(long):
    never = {"events": "pledge", "of": ["core"], "by": "first"}
    assert measured(long, never | {"to": 30}) == 31
    assert measured(long, never | {"to": 30}, SHORT) == 31
    assert measured(long, never | {"to": LONG + 9}) == LONG + 10


def test_orders_are_those_of_kendall_and_what_did_not_happen_comes_last(long):
    first = long.events[long.events["kind"] == "pledge"].groupby("organisation")["week"].min()
    known = list(first.index)
    reported = [float(place) for place in range(len(known))]
    value = measured(long, {"order": "pledge", "of": known, "reported": reported})
    assert value == pytest.approx(kendalltau(first[known], reported).statistic)
    value = measured(long, {"order": "pledge", "of": ["core", known[0]], "reported": [1, 0]})
    assert value == 1
    assert measured(long, {"order": "core_dead", "of": known, "reported": reported}) == 0


def test_battle_deaths_count_both_sides_of_fights_with_states_and_no_civilians(long):
    start = long.scenario.start
    losses = dict(zip(LOSSES, long.deaths.losses.sum(axis=0), strict=True))
    deaths = deaths_by_country(long, start, start + timedelta(weeks=LONG))
    np.testing.assert_allclose(deaths, losses["bloc_victims"] + losses["bloc_fighters"])
    assert measured(long, {"countries_with_deaths": 25}) == (deaths >= 25).sum() > 0
    assert measured(long, {"killed": "battle"}) == pytest.approx(deaths.sum())
    assert measured(long, {"killed": "civilians", "side": "all"}) == pytest.approx(
        losses["bloc_civilians"].sum() + losses["other_civilians"].sum()
    )
    country = next(iter(long.scenario.governments))
    assert measured(long, {"killed": "battle", "of": [country]}) == pytest.approx(deaths[0])
    both = measured(long, {"killed": "battle"}) + measured(long, {"killed": "civilians"})
    assert measured(long, {"killed": "all"}) == pytest.approx(both)
    early, late = measured(long, {"killed": "all", "to": 5}), measured(long, {"killed": "all", "from": 6})
    assert early + late == pytest.approx(both)


CURVES = [
    "people_core", "alignment", "pledges", {"series": "ink_spots", "by": "max"},
    {"organisations": "alignment", "of": "provinces", "over": "mean", "by": "mean"},
    {"countries": "people_bloc", "over": "sum", "by": "max"}, {"sum": ["foreign_inflow", 12000]},
    {"log": {"ratio": ["deaths", "attacks_state"]}}, {"difference": ["people_core", "people_provinces"]},
]  # fmt: skip
NO_CURVES = [
    {"series": "prestige", "at": 3}, {"events": "pledge"}, {"correlation": ["conviction", "pledge_week"]},
    {"countries_with_deaths": 25}, {"ratio": ["area_core", {"series": "area_core", "at": date(2015, 1, 1)}]},
]  # fmt: skip


@pytest.mark.parametrize("written", CURVES, ids=str)
def test_a_curve_has_the_measure_of_every_week(long, written):
    measure = parse_measure(written)
    assert measure.is_curve
    weeks = [measured(long, written, week) for week in range(LONG + 1)]
    np.testing.assert_array_equal(measure.curve(view_of(long)), weeks)


@pytest.mark.parametrize("written", NO_CURVES, ids=str)
def test_what_names_weeks_or_counts_events_is_no_curve(written):
    assert not parse_measure(written).is_curve
