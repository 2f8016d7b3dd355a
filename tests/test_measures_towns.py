"""Towns as measures: who holds one, and how many are as reported."""

from datetime import date, timedelta

import numpy as np
import pytest

from experiments.measures.language import evaluate, parse_measure
from experiments.measures.towns import was_held
from model.scenario import load_scenario
from model.scenario.schema import Holder, Town
from model.simulation import Simulation
from model.state import Status

CORE_THEN_STATE = [{"date": date(2014, 1, 1), "by": "core"}, {"date": date(2014, 7, 1), "by": "state"}]
TOWNS = {
    "centre": {"place": "Centre", "lat": 0.0, "lon": 0.0, "held": CORE_THEN_STATE},
    "far": {"place": "Far", "lat": 0.0, "lon": 4.5, "held": [{"date": date(2014, 1, 1), "by": "contested"}]},
    "other": {"place": "Other", "lat": 4.5, "lon": 4.5, "held": [{"date": date(2014, 1, 1), "by": "state"}]},
}
START = date(2014, 6, 9)
GROUP = 1  # the first group


@pytest.fixture(scope="module")
def run():
    plain = load_scenario("synthetic_plane")
    country = next(iter(plain.governments))
    placed = {f"towns.{name}": town | {"country": country} for name, town in TOWNS.items()}
    scenario = load_scenario("synthetic_plane", overrides={"weeks": 8, "start": START} | placed)
    return Simulation(scenario, seed=0).run()


@pytest.fixture
def set_run(run):
    """The run with control (core, bloc, all) of the three towns in every week as given."""

    def make(*control):
        run.town_rows[:] = np.array(control)
        return run

    return make


def of(run, written, horizon=None):
    return evaluate(parse_measure(written), run, horizon)


def country(run):
    return next(iter(run.scenario.governments))


def test_who_holds_a_town_follows_from_control_by_the_bloc_and_by_all(set_run):
    run = set_run((0.6, 0.6, 0.6), (0.0, 0.0, 0.7), (0.0, 0.5, 0.5))
    assert [of(run, {"town": name}) for name in TOWNS] == [1, 0, 0]
    assert [of(run, {"town": name, "by": "state"}) for name in TOWNS] == [0, 0, 1]
    group = run.organisation_names[GROUP]
    assert [of(run, {"town": name, "by": group}) for name in TOWNS] == [0, 1, 0]


def test_a_province_holds_what_its_bloc_holds(set_run):
    run = set_run((0.0, 0.8, 0.9), (0.0, 0.0, 0.9), (0.0, 0.0, 0.0))
    group, status = run.organisation_names[GROUP], run.organisation_rows[:, 0, GROUP]
    before = status.copy()
    status[4:] = Status.PROVINCE
    try:
        assert [of(run, {"town": "centre", "by": group}, week) for week in (2, 5)] == [0, 1]
        assert [of(run, {"town": "far", "by": group}, week) for week in (2, 5)] == [1, 0]
    finally:
        status[:] = before


def test_held_is_more_than_the_declared_share(set_run):
    run = set_run((0.0, 0.5, 0.5), (0.0, 0.51, 0.51), (0.0, 0.0, 0.0))
    assert [of(run, {"town": name}) for name in ("centre", "far")] == [0, 1]


def test_a_town_has_a_value_on_each_date(run):
    run.town_rows[:, 0] = 0.0
    run.town_rows[3:, 0] = 1.0
    measure = parse_measure({"town": "centre"})
    assert not measure.is_curve
    assert [of(run, {"town": "centre", "at": START + timedelta(weeks=week)}) for week in (2, 3)] == [0, 1]
    assert [evaluate(measure, run, week) for week in range(9)] == [0, 0, 0, 1, 1, 1, 1, 1, 1]


def test_the_share_right_counts_towns_held_and_towns_not_held_and_leaves_contested_ones_out(set_run):
    run = set_run((1, 1, 1), (1, 1, 1), (0, 0, 0))  # the bloc has the first two; reported: core, contested, state
    early, late = START + timedelta(weeks=1), START + timedelta(weeks=6)
    right = {"towns_right": "all", "by": "core"}
    assert of(run, right | {"on": [early]}) == 1.0
    assert of(run, right | {"on": [late]}) == 0.5  # the first was lost in July
    assert of(run, right | {"on": [early, late]}) == 0.75
    run = set_run((0, 0, 0), (0, 0, 0), (1, 1, 1))
    assert of(run, right | {"on": [early]}) == 0.0
    assert np.isnan(of(run, right | {"on": [date(2015, 6, 1)]}))  # after the run
    assert of(run, {"towns_right": [country(run)], "on": [early]}) == 0.0


def test_nobody_knows_who_holds_a_contested_town_or_one_before_the_first_report():
    town = Town(place="T", lat=0, lon=0, country="IRQ", held=[Holder(date=date(2015, 1, 1), by="contested")])
    assert was_held(town, date(2014, 12, 1), "core") is was_held(town, date(2015, 2, 1), "core") is None
    town.held.append(Holder(date=date(2015, 3, 1), by="core"))
    assert was_held(town, date(2015, 3, 1), "core") is True
    assert was_held(town, date(2015, 3, 1), "state") is False


def test_who_held_a_town_later_than_is_known_cannot_be_asked():
    with pytest.raises(ValueError, match=r"later than 2015-12-31, until which it is known who held a town"):
        parse_measure({"towns_right": "all", "on": [date(2016, 3, 1)]})


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ({"town": "centr"}, ("town", "centr")),
        ({"town": "centre", "by": "stat"}, ("by", "stat")),
        ({"towns_right": ["XYZ"], "on": [START]}, ("towns_right", "XYZ")),
    ],
)
def test_towns_holders_and_countries_that_are_not_there_are_named(run, written, words):
    (wrong,) = parse_measure(written).names(run.scenario)
    assert (wrong.key, wrong.name) == words


def test_shipped_towns_at_the_start_are_mostly_as_reported():
    scenario = load_scenario("levant_2014", overrides={"weeks": 1, "resolution": 0.5})
    run = Simulation(scenario, seed=0).run()
    assert of(run, {"town": "mosul", "by": "core"}) == 1.0
    assert of(run, {"town": "baghdad", "by": "state"}) == 1.0
    assert of(run, {"towns_right": ["IRQ", "SYR"], "on": [scenario.start]}) > 0.8
