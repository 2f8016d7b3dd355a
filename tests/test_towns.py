"""Towns, the cohort of first provinces, and the core's money: what a run records of them, and what it tells."""

from datetime import date

import numpy as np
import pytest

from model import Simulation, kernels, load_scenario
from model.mechanisms import resources
from model.scenario.schema import Holder, Town
from model.state import CORE, Status
from model.why import towns

HELD = [{"date": date(2014, 8, 4), "by": "core"}]
PLANE = {
    "towns.centre": {"place": "Centre", "lat": 0.0, "lon": 0.0, "held": HELD},
    "towns.far": {"place": "Far", "lat": 0.0, "lon": 4.5},
}


def plane(**overrides):
    country = next(iter(load_scenario("synthetic_plane").governments))
    placed = {name: town | {"country": country} for name, town in PLANE.items()}
    return load_scenario("synthetic_plane", overrides={"weeks": 12} | placed | overrides)


def test_a_run_records_control_of_each_town_and_counts_those_over_half():
    result = Simulation(plane(), seed=0).run()
    table = result.towns
    assert len(table) == 13 * 2
    assert set(table["town"]) == {"centre", "far"}
    assert (table["control_core"] <= table["control_bloc"] + 1e-12).all()
    assert (table["control_bloc"] <= table["control_all"] + 1e-12).all()
    held = (table["control_bloc"] > 0.5).groupby(table["week"]).sum()
    assert np.array_equal(held, result.series["towns_core"])
    assert set(table[table["town"] == "centre"]["reported"]) == {"core"}
    assert set(table[table["town"] == "far"]["reported"]) == {""}


def test_a_scenario_without_towns_has_an_empty_table_and_holds_none():
    result = Simulation(load_scenario("synthetic_plane", overrides={"weeks": 2}), seed=0).run()
    assert len(result.towns) == 0
    assert (result.series["towns_core"] == 0).all()


def moved(simulation, control):
    """Set the core's control of the first town, and tell of the week."""
    state, (cell, _) = simulation.state, towns.cells(simulation.state)
    state.control[CORE, cell] = state.camp_control[CORE, cell] = state.total[cell] = control
    before = len(state.events)
    towns.tell(state)
    return [(event.kind, event.other) for event in state.events[before:]]


def test_a_town_is_told_as_lost_or_taken_once_and_not_on_the_brink():
    simulation = Simulation(plane(), seed=0)
    assert moved(simulation, 0.48) == []
    assert moved(simulation, 0.4) == [("town_lost", "Centre")]
    assert moved(simulation, 0.3) == []
    assert moved(simulation, 0.52) == []
    assert moved(simulation, 0.6) == [("town_taken", "Centre")]
    (lost, taken) = [event for event in simulation.state.events if event.kind.startswith("town")]
    assert lost.organisation == taken.organisation == "core"
    assert lost.causes
    assert next(iter(lost.causes)).replace("_", " ") in lost.cause


def test_sides_of_towns_and_who_rules_them_are_found_as_numpy_finds_them():
    state, where, level = Simulation(plane(), seed=0).state, np.arange(40, dtype=np.int32), 0.5
    state.control[:, where] = np.round(np.random.default_rng(1).random((state.organisations, 40)), 1)  # some alike
    state.camp[:3] = 0
    state.camp_control[CORE, where] = np.linspace(0.0, 1.0, 40)
    members, bloc = np.flatnonzero(state.camp == 0), state.camp_control[CORE, where]
    sides = bloc > level
    for told in (sides, ~sides):
        for anyway in (False, True):
            held, rulers = np.empty(40), np.zeros(40, dtype=np.int32)
            turned = kernels.look_at_towns(
                state.organisation_records,
                state.cells,
                where,
                told,
                anyway,
                state.parameters.reporting.record,
                held,
                rulers,
            )
            assert np.array_equal(held, bloc)
            assert turned == (told is not sides)
            expected = np.where(bloc > 0, members[state.control[np.ix_(members, where)].argmax(axis=0)], 0)
            assert np.array_equal(rulers, expected if turned or anyway else np.zeros(40))


def test_a_town_that_comes_with_a_pledge_says_so():
    simulation = Simulation(plane(), seed=0)
    state, cell = simulation.state, towns.cells(simulation.state)[1]
    row = state.names.index("east")
    state.control[row, cell] = 0.9
    state.status[row], state.camp[row], state.accepted_week[row] = Status.PROVINCE, 0, state.week
    state.camp_control[CORE, cell] = 0.9
    towns.tell(state)
    (event,) = [event for event in state.events if event.kind == "town_taken"]
    assert (event.organisation, event.other, event.causes) == ("east", "Far", {"label": 1.0})


def test_who_was_reported_to_hold_a_town_is_the_last_fact_before_a_day():
    facts = [Holder(date=date(2014, 6, 11), by="core"), Holder(date=date(2015, 3, 31), by="state")]
    town = Town(place="Tikrit", lat=34.6, lon=43.68, country="IRQ", held=facts)
    days = (date(2014, 6, 10), date(2014, 6, 11), date(2015, 3, 30), date(2015, 3, 31))
    assert [towns.reported(town, day) for day in days] == ["", "core", "core", "state"]


def test_the_cohort_is_followed_whatever_its_members_call_themselves():
    simulation = Simulation(load_scenario("essay_2016", policy="no_intervention", overrides={"weeks": 3}), seed=0)
    state = simulation.state
    first = {name for name, in_it in zip(state.names, state.cohort, strict=False) if in_it}
    assert first == {name for name, group in simulation.config.groups.items() if group.status == "province"}
    row = state.names.index("boko_haram")
    simulation.groups[row - 1].leave("defection", "a test")
    simulation.step()
    series = simulation.record.series[state.week][0]
    assert state.cohort[row]
    assert series["cohort_people"] == pytest.approx(state.people_held[state.cohort].sum())
    assert series["cohort_people"] > series["people_provinces"] + 0.9 * state.people_held[row]
    assert series["cohort_attacks"] == state.attacks[state.cohort].sum()
    assert series["cohort_fighters"] == state.fighters[state.cohort].sum()


def test_a_faction_of_a_member_of_the_cohort_belongs_to_it():
    simulation = Simulation(load_scenario("essay_2016", overrides={"weeks": 3}), seed=0)
    state = simulation.state
    inside, outside = (simulation.groups[state.names.index(name) - 1] for name in ("boko_haram", "aqap"))
    rows = [group.faction().row for group in (inside, outside)]
    simulation.step()
    assert state.cohort[rows].tolist() == [True, False]


def test_the_cohort_is_the_same_under_all_policies_and_convinced_groups_where_there_are_few_provinces():
    states = {}
    for policy in ("no_intervention", "core_only"):
        scenario = load_scenario("levant_2014", policy=policy, overrides={"weeks": 1})
        states[policy] = Simulation(scenario, seed=0).state
    chosen = {policy: np.array(state.names)[state.cohort[: len(state.names)]] for policy, state in states.items()}
    assert set(chosen["core_only"]) == set(chosen["no_intervention"])
    assert set(chosen["core_only"]) == {name for name, group in scenario.groups.items() if group.conviction >= 0.6}


def test_the_cohort_may_be_chosen_later_and_is_empty_before():
    simulation = Simulation(load_scenario("essay_2016", overrides={"weeks": 4, "reporting.cohort_week": 3}), seed=0)
    for week in range(4):
        assert simulation.state.cohort.any() == (week == 3)
        simulation.step()
    assert simulation.record.series["cohort_people"][:, 0].astype(bool).tolist() == [False, False, False, True, True]


def test_the_cores_income_is_what_its_accounts_say_and_unpaid_wages_are_a_share():
    simulation = Simulation(plane(**{"groups.east.need": 1.0, "groups.west.need": 1.0}), seed=0)
    before = {}
    for _ in range(6):
        simulation.step()
        state = simulation.state
        booked = {name: state.accounts[f"usd_{name}"] - before.get(name, 0.0) for name in ("taxes", "oil", "gifts")}
        before = {name: state.accounts[f"usd_{name}"] for name in booked}
        assert state.revenue.sum() == pytest.approx(sum(booked.values()))
        assert simulation.record.series[state.week][0]["revenue_core"] == state.revenue[CORE]
    assert state.unpaid[CORE] == 0.0
    state.treasury[CORE] = 0.0
    state.people_held[CORE] = state.supporters[CORE] = 0.0
    state.prestige = 0.0
    resources.balance(state)
    assert state.unpaid[CORE] == 1.0


def test_no_town_that_the_state_held_all_summer_starts_under_an_armed_group():
    scenario = load_scenario("levant_2014", overrides={"weeks": 1})
    result = Simulation(scenario, seed=0).run()
    first = result.towns[result.towns["week"] == 0].set_index("town")["control_all"]
    summer = {date(2014, 6, 9), date(2014, 9, 30)}

    def held_by(town: Town, day: date) -> str:
        return next((each.by for each in reversed(town.held) if each.date <= day), "")

    kept = [name for name, town in scenario.towns.items() if {held_by(town, day) for day in summer} == {"state"}]
    assert len(kept) > 20
    assert not [name for name in kept if first[name] > 0.5]
