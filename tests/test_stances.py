"""Stances: odds decide whether an organisation expands, holds, hides or moves, and what each means for its war."""

import numpy as np
import pytest
from made_up_states import EAST, WEST, plane

from model import Simulation, load_scenario
from model.mechanisms import stances
from model.state import CORE, Stance

OFF = {"mechanisms.stances": False}
CERTAIN = {"stances.noise": 0.0}
GROUP = 1


def world(name="levant_2014", **overrides):
    return Simulation(load_scenario(name, overrides={"weeks": 30, "resolution": 1.0} | overrides), seed=1)


@pytest.fixture
def simulation():
    """A world after its first week, in which nobody is mistaken."""
    simulation = world(**CERTAIN)
    simulation.step()
    return simulation


def odds(state, row=CORE):
    return sum(stances.odds(state, row).values())


@pytest.mark.parametrize(
    ("field", "better"), [("people_past", 0.5), ("loss_rate", 0.0), ("treasury", 10.0), ("peak_people", 0.5)]
)
@pytest.mark.parametrize("row", [CORE, GROUP])
def test_growth_few_losses_money_and_land_make_odds_better(simulation, field, better, row):
    state = simulation.state
    state.loss_rate[row], state.treasury[row] = 0.01, 1e6
    state.people_held[row] = state.people_past[row] = 1e6
    state.peak_people[row] = 4e6
    before = odds(state, row)
    getattr(state, field)[row] *= better
    assert odds(state, row) > before


def test_odds_are_even_where_nothing_speaks_for_either_side(simulation):
    state, p = simulation.state, simulation.state.parameters
    state.loss_rate[CORE] = 0.0
    state.people_held[CORE] = state.people_past[CORE] = 1e6
    state.peak_people[CORE] = 2e6 + p.stances.settled_people
    state.treasury[CORE] = p.resources.core_wage * state.fighters[CORE] * p.stances.reserve_weeks
    assert odds(state) == pytest.approx(0.0, abs=1e-3)


def test_an_error_in_seeing_the_odds_is_drawn_by_seed_and_week_and_has_no_bias(simulation):
    state = simulation.state
    state.parameters.stances.noise = 0.25
    errors = []
    for week in range(64):
        state.week = week
        errors += [stances.odds(state, row)["misjudgement"] for row in range(20)]
    assert abs(np.mean(errors)) < 4 * np.std(errors) / np.sqrt(len(errors))
    assert np.std(errors) == pytest.approx(0.25 * np.pi / np.sqrt(3), rel=0.15)


@pytest.mark.parametrize("start", [Stance.EXPAND, Stance.HOLD])
@pytest.mark.parametrize(("seen", "stance"), [(0.9, Stance.EXPAND), (-0.9, Stance.HOLD)])
def test_good_odds_mean_expansion_and_bad_odds_holding(simulation, start, seen, stance):
    core = simulation.core
    stances.adopt(simulation.state, CORE, start)
    core.choose_stance(seen, {"momentum": seen})
    assert core.stance == stance


@pytest.mark.parametrize("start", [Stance.EXPAND, Stance.HOLD])
def test_odds_that_are_nearly_even_change_no_stance(simulation, start):
    stances.adopt(simulation.state, CORE, start)
    for seen in (0.2, -0.2):
        simulation.core.choose_stance(seen, {"momentum": seen})
        assert simulation.core.stance == start


def landless(simulation, row):
    simulation.state.peak_people[row] = 1e7
    simulation.state.people_held[row] = 1e5


def test_who_has_lost_its_land_goes_underground_at_bad_odds_and_comes_back_at_good_ones(simulation):
    group = simulation.groups[GROUP - 1]
    landless(simulation, GROUP)
    group.choose_stance(-0.5, {"land": -0.5})
    assert group.stance == Stance.UNDERGROUND
    group.choose_stance(0.4, {"money": 0.4})
    assert group.stance == Stance.UNDERGROUND
    group.choose_stance(0.6, {"money": 0.6})
    assert group.stance == Stance.EXPAND
    assert [event.kind for event in simulation.state.events if event.organisation == group.name] == [
        "underground", "comeback",
    ]  # fmt: skip


def test_without_its_switch_nobody_goes_underground():
    simulation = world(**{"mechanisms.stances.underground": False})
    landless(simulation, GROUP)
    simulation.groups[GROUP - 1].choose_stance(-2.0, {"land": -2.0})
    assert simulation.groups[GROUP - 1].stance == Stance.HOLD


def test_a_core_without_land_moves_to_a_province_that_holds_more_and_otherwise_hides(simulation):
    state, core = simulation.state, simulation.core
    home = core.home
    landless(simulation, CORE)
    core.choose_stance(-1.0, {"land": -1.0})
    assert (core.stance, core.home) == (Stance.UNDERGROUND, home)
    stances.adopt(state, CORE, Stance.HOLD)
    host = next(group for group in simulation.groups if group.name == "boko_haram")
    state.status[host.row], state.quality[host.row], state.people_held[host.row] = 2, 0.8, 5e6
    core.choose_stance(-1.0, {"land": -1.0})
    assert (core.stance, core.home) == (Stance.MOVE, host.home)
    assert state.events[-1].kind == "relocation"


def test_each_stance_has_its_consequences(simulation):
    state, seen = simulation.state, {}
    for stance in Stance:
        stances.adopt(state, CORE, stance)
        fields = ("drive", "dug_in", "concealment", "tempo", "harshness")
        seen[stance] = {field: getattr(state, field)[CORE] for field in fields}
    expand, hold, hidden = seen[Stance.EXPAND], seen[Stance.HOLD], seen[Stance.UNDERGROUND]
    assert expand["drive"] > hold["drive"] > hidden["drive"] == 0
    assert hold["dug_in"] > expand["dug_in"] == hidden["dug_in"] == 0
    assert hidden["concealment"] > expand["concealment"] == hold["concealment"] == 1
    assert hidden["tempo"] < expand["tempo"] == hold["tempo"] == 1
    assert expand["harshness"] > hold["harshness"] > hidden["harshness"]


def course(stance, **overrides):
    """The core's attacks on states, dead and people after a quarter in which it keeps one stance."""
    simulation = world("levant_2014", **{"stances.turn_weeks": 13, "weeks": 13}, **overrides)
    state = simulation.state
    stances.adopt(state, CORE, stance)
    attacks = killed = 0.0
    for _ in range(12):
        simulation.step()
        attacks, killed = attacks + state.attacks[CORE, 0], killed + state.killed[CORE]
    return attacks, killed, state.people_held[CORE], state.brutality[CORE]


def test_an_organisation_underground_attacks_less_loses_fewer_and_gives_up_its_land():
    attacks, killed, people, brutality = course(Stance.UNDERGROUND)
    usual = course(Stance.EXPAND)
    assert attacks < usual[0]
    assert killed < usual[1]
    assert people < 0.1 * usual[2]
    assert brutality < usual[3]


def test_a_run_without_the_switch_has_no_stances_and_nothing_of_theirs():
    simulation = world(**OFF)
    simulation.run()
    state = simulation.state
    assert (state.stance == Stance.EXPAND).all()
    for field in ("own_drive", "concealment", "tempo", "harshness"):
        assert (getattr(state, field) == 1).all(), field
    kinds = {event.kind for event in state.events}
    assert not kinds & {"underground", "comeback", "offensive_stance", "defensive_stance"}


def test_stances_are_chosen_by_turns_and_every_change_says_why():
    simulation = world(weeks=60)
    simulation.run()
    kinds = {"underground", "comeback", "offensive_stance", "defensive_stance"}
    changes = [event for event in simulation.state.events if event.kind in kinds]
    assert {"offensive_stance", "defensive_stance"} <= {event.kind for event in changes}
    for event in changes:
        row = simulation.state.names.index(event.organisation)
        assert (event.week + row) % 4 == 0
        assert max(event.causes.values()) > 0
        assert set(event.causes) <= {"momentum", "losses", "money", "land", "misjudgement"}


def test_the_table_of_organisations_tells_stances_and_dealings_in_words():
    simulation = world(weeks=60)
    rows = simulation.run().organisations
    last = rows[rows["week"] == 60].set_index("organisation")
    for agent in (simulation.core, *simulation.groups):
        assert last.loc[agent.name, "stance"] == (agent.stance.name.lower() if agent.present else "absent")
        assert last.loc[agent.name, "loyalty"] == (agent.loyalty.name.lower() if agent.status == 2 else "none")
    assert {"expand", "hold"} <= set(rows["stance"])


def test_a_beaten_organisation_turns_to_holding_by_itself():
    """Nobody tells it: a core that loses half of its land and fighters holds within two months."""
    simulation = world(**CERTAIN)
    for _ in range(5):
        simulation.step()
    assert simulation.core.stance == Stance.EXPAND
    core = simulation.core
    core.control = core.control * 0.5
    core.fighters = core.fighters / 2
    for _ in range(8):
        simulation.step()
    assert core.stance == Stance.HOLD


def after_a_fall(**overrides):
    """The core a year after it has lost nearly all land and most fighters in its first weeks, with nowhere to go."""
    simulation = world(weeks=60, **CERTAIN, **{"mechanisms.core.relocation": False}, **overrides)
    for _ in range(3):
        simulation.step()
    core = simulation.core
    core.control, core.fighters = core.control * 0.03, core.fighters * 0.1
    for _ in range(52):
        simulation.step()
    return core


def test_who_has_lost_its_land_lasts_longer_in_hiding_and_holds_less_meanwhile():
    hides, stands = after_a_fall(), after_a_fall(**{"mechanisms.stances.underground": False})
    assert hides.stance == Stance.UNDERGROUND
    assert hides.fighters > stands.fighters
    assert hides.people_held < stands.people_held


def people_after(policy, stance):
    """People of a core that keeps one stance for 40 weeks, with consequences at the ends of their ranges."""
    ends = {"stances.expand_drive": 2.0, "stances.hold_drive": 0.2, "stances.hold_defence": 1.5}
    scenario = load_scenario("levant_2014", policy, {"weeks": 40, "resolution": 1.0, **OFF} | ends)
    simulation = Simulation(scenario, seed=1)
    stances.adopt(simulation.state, CORE, stance)
    simulation.run()
    return simulation.core.people_held


def test_expansion_wins_more_where_the_core_is_left_alone_and_holding_keeps_more_under_strikes():
    assert people_after("no_intervention", Stance.EXPAND) > people_after("no_intervention", Stance.HOLD)
    assert people_after("core_only", Stance.HOLD) > people_after("core_only", Stance.EXPAND)


def test_everybody_has_a_turn_once_in_its_weeks_and_not_all_in_the_same_and_nobody_before_the_first_week(simulation):
    state, every = simulation.state, int(simulation.state.parameters.stances.turn_weeks)
    rows = np.flatnonzero(state.present[: len(state.names)])
    turns = {int(row): [] for row in rows}
    for state.week in range(2 * every + 1):
        for row in turns:
            if stances.due(state, row):
                turns[row].append(state.week)
        groups = [row for row, weeks in turns.items() if row != CORE and state.week in weeks]
        assert list(stances.turn(state)) == groups
    assert all(0 not in weeks and len(weeks) == 2 and weeks[1] - weeks[0] == every for weeks in turns.values())
    assert {weeks[0] for weeks in turns.values()} == set(range(1, every + 1))


def test_who_waits_in_its_turn_is_told_from_who_changes():
    state = plane(**CERTAIN, **{"stances.turn_weeks": 4.0, "mechanisms.loyalty": False})
    for state.week in (4, 5, 6, 7, 8):
        for row, odds_are in ((EAST, 1e9), (WEST, 0.0)):
            state.stance[row] = Stance.HOLD
            state.people_held[row] = state.people_past[row] = state.peak_people[row] = 1e6
            state.people_past[row] -= min(odds_are, 1e6)  # has grown out of nothing, or stays as it is
            state.loss_rate[row] = 0.0 if odds_are else 0.002
            state.treasury[row] = odds_are
        found = stances.turn(state)
        assert found.get(EAST, True)
        assert not found.get(WEST, False)
        assert found.keys() == {row for row in (EAST, WEST) if (state.week + row) % 4 == 0}


def test_who_moves_house_does_not_hide():
    state = plane()
    stances.adopt(state, EAST, Stance.MOVE)
    p = state.parameters.stances
    assert (state.drive[EAST], state.concealment[EAST], state.tempo[EAST]) == (p.hold_drive, 1.0, 1.0)
    assert (state.harshness[EAST], state.dug_in[EAST]) == (p.hold_brutality, 0.0)
