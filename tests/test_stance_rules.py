"""The rules of stances and loyalty by themselves: terms of odds, errors, who is landless, has a turn, remembers what."""

import numpy as np
import pytest
from made_up_states import EAST, WEST, fortune, plane, switched, sworn

from model import kernels
from model.kernels.stances import landless, misjudged, odds_terms, stance_at
from model.mechanisms import stances
from model.state import CORE, Loyalty, Stance

P = plane().parameters.stances
MOMENTUM, LOSSES, MONEY, LAND, ERROR = range(5)


def term(which, held=1e6, past=1e6, peak=1e6, fighters=100.0, treasury=0.0, killed=0.0, luck=0.5, wage=10.0):
    return odds_terms((held, past, peak), fighters, treasury, wage, killed, luck, P)[which]


def test_an_error_is_even_bounded_and_nothing_in_the_middle():
    assert misjudged(0.3, 0.5) == pytest.approx(0.0)
    assert misjudged(0.3, 0.9) == pytest.approx(-misjudged(0.3, 0.1)) == pytest.approx(0.3 * np.log(9))
    assert misjudged(0.3, 1.0) == pytest.approx(-misjudged(0.3, 0.0), rel=1e-6)
    assert 0 < misjudged(0.3, 1.0) < np.inf
    assert term(ERROR, luck=0.8) == pytest.approx(misjudged(P.noise, 0.8))


def test_momentum_is_growth_against_the_most_that_was_ever_held():
    assert term(MOMENTUM) == 0
    assert term(MOMENTUM, past=0.5e6) == pytest.approx(P.momentum * 0.5e6 / (1e6 + P.settled_people))
    assert term(MOMENTUM, past=1.5e6) == pytest.approx(-term(MOMENTUM, past=0.5e6))
    assert term(MOMENTUM, past=0.5e6, peak=4e6) == pytest.approx(P.momentum * 0.5e6 / (4e6 + P.settled_people))
    assert term(MOMENTUM, held=4e6, past=3.5e6, peak=1e6) == term(MOMENTUM, held=4e6, past=3.5e6, peak=4e6)


def test_losses_speak_against_it_by_half_at_a_stated_share_and_by_no_more_than_all():
    assert term(LOSSES) == 0
    assert term(LOSSES, killed=P.half_losses) == pytest.approx(-P.losses / 2)
    assert -P.losses < term(LOSSES, killed=1.0) < term(LOSSES, killed=2 * P.half_losses) < -P.losses / 2


def test_money_is_even_where_it_pays_wages_for_the_stated_weeks():
    pays = 10.0 * 100.0 * P.reserve_weeks
    assert term(MONEY, treasury=pays) == pytest.approx(0.0)
    assert term(MONEY) == pytest.approx(-P.money / 2)
    assert term(MONEY, treasury=1e15) == pytest.approx(P.money / 2)
    assert term(MONEY, treasury=pays, fighters=300.0) == pytest.approx(P.money * (1 / 4 - 1 / 2))


def test_land_is_the_share_of_the_most_that_is_still_held():
    assert term(LAND) == pytest.approx(P.land / 2)
    assert term(LAND, held=0.0, peak=1e12) == pytest.approx(-P.land / 2, abs=1e-6)
    few = P.settled_people
    assert term(LAND, held=0.0, peak=few) == pytest.approx(0.0)


def test_who_holds_less_than_a_share_of_the_most_is_landless():
    level = P.lost_land * (1e7 + P.settled_people) - P.settled_people
    assert not landless(level, 1e7, P)
    assert landless(level - 1.0, 1e7, P)


@pytest.mark.parametrize(
    ("odds", "stance", "hides", "then"),
    [
        (P.inertia + 0.01, Stance.HOLD, False, Stance.EXPAND), (P.inertia, Stance.HOLD, False, Stance.HOLD),
        (P.inertia, Stance.EXPAND, False, Stance.EXPAND), (-P.inertia, Stance.EXPAND, False, Stance.EXPAND),
        (-P.inertia - 0.01, Stance.EXPAND, False, Stance.HOLD), (-0.01, Stance.EXPAND, True, Stance.UNDERGROUND),
        (0.0, Stance.EXPAND, True, Stance.EXPAND), (9.0, Stance.HOLD, True, Stance.EXPAND),
        (P.comeback, Stance.UNDERGROUND, True, Stance.UNDERGROUND),
        (P.comeback + 0.01, Stance.UNDERGROUND, False, Stance.EXPAND),
        (-9.0, Stance.UNDERGROUND, False, Stance.UNDERGROUND),
    ],
)  # fmt: skip
def test_a_stance_changes_beyond_inertia_and_who_is_hidden_needs_better_odds(odds, stance, hides, then):
    assert stance_at(odds, stance, hides, P) == then


def loyal(core, luck=0.5, too_little=0.0, **overrides):
    """Whether a province of 200 fighters that would rather bargain has something to decide beside a core of so many."""
    every = {"stances.turn_weeks": 1.0, "mechanisms.stances": False, "loyalty.noise": 0.0}
    state = fortune(sworn(plane(**every | overrides), EAST), loyalty=luck, stance=0.5)
    q = state.parameters.loyalty
    state.week, state.local_fighters[EAST], state.foreign_fighters[EAST] = 3, 100.0, 100.0
    state.local_fighters[CORE], state.foreign_fighters[CORE] = core
    state.discontent[EAST], state.loyalty[EAST] = (q.bargain_from + q.hedge_from) / 2, Loyalty.OBEY
    if too_little:
        state.discontent[EAST] = q.bargain_from + q.inertia - too_little
    return stances.turn(state)[EAST]


def test_a_province_bargains_only_if_it_is_strong_beside_all_fighters_of_the_core():
    assert loyal((100.0, 100.0))
    assert not loyal((1e6, 0.0))
    assert not loyal((0.0, 1e6))
    assert not loyal((1e6, 1e6))
    assert not loyal((100.0, 100.0), **switched(loyalty=False, stances=True), **{"stances.inertia": 1e6})


def test_turns_are_of_local_groups_that_are_there_after_the_first_week():
    state = plane(**{"stances.turn_weeks": 1.0})
    for week, rows in ((0, set()), (1, {EAST, WEST})):
        state.week = week
        assert stances.turn(state).keys() & {CORE, EAST, WEST} == rows
    state.present[WEST] = False
    assert WEST not in stances.turn(state)


def test_memory_moves_by_a_share_a_week_and_the_most_is_forgotten_slowly():
    state = plane()
    state.local_fighters[EAST], state.foreign_fighters[EAST], state.killed[EAST], state.loss_rate[EAST] = (
        50.0,
        30.0,
        20.0,
        0.0,
    )
    state.people_held[[EAST, WEST]], state.people_past[[EAST, WEST]], state.peak_people[[EAST, WEST]] = (
        (3e5, 9e5),
        1e5,
        8e5,
    )
    stances.remember(state)
    assert state.loss_rate[EAST] == pytest.approx(0.2 / P.memory)
    assert state.people_past[EAST] == pytest.approx(1e5 + 2e5 / P.memory)
    assert state.peak_people[[EAST, WEST]] == pytest.approx([8e5 * (1 - P.forgetting), 9e5])
    off = plane(**switched(stances=False))
    off.peak_people[:] = 5.0
    stances.remember(off)
    assert (off.peak_people == 5.0).all()


def test_only_who_is_underground_gives_up_land():
    state = plane()
    kernels.activate(state.cells, state.neighbours)
    state.stance[[CORE, EAST, WEST]] = Stance.EXPAND, Stance.UNDERGROUND, Stance.HOLD
    before = state.control.copy()
    stances.give_up(state)
    assert state.control[EAST] == pytest.approx(before[EAST] * (1 - P.fading))
    assert np.array_equal(state.control[[CORE, WEST]], before[[CORE, WEST]])


@pytest.mark.parametrize(
    ("stance", "drive", "defence", "brutality", "hiding", "attacks"),
    [
        (Stance.EXPAND, P.expand_drive, 0.0, P.expand_brutality, 1.0, 1.0),
        (Stance.HOLD, P.hold_drive, P.hold_defence, P.hold_brutality, 1.0, 1.0),
        (Stance.UNDERGROUND, 0.0, 0.0, P.underground_brutality, P.concealment, P.underground_attacks),
        (Stance.MOVE, P.hold_drive, 0.0, P.hold_brutality, 1.0, 1.0),
    ],
)
def test_what_follows_from_a_stance_is_as_the_table_says_and_for_who_takes_it_alone(
    stance, drive, defence, brutality, hiding, attacks
):
    state, untouched = plane(), plane()
    for before in (Stance.HOLD, Stance.UNDERGROUND, Stance.EXPAND):
        stances.adopt(state, EAST, before)
        stances.adopt(state, EAST, stance)
        assert (state.stance[EAST], state.drive[EAST], state.own_drive[EAST]) == (stance, drive, drive)
        assert (state.dug_in[EAST], state.harshness[EAST]) == (defence, brutality)
        assert (state.concealment[EAST], state.tempo[EAST]) == (hiding, attacks)
    for field in ("stance", "drive", "own_drive", "dug_in", "harshness", "concealment", "tempo"):
        assert np.array_equal(np.delete(getattr(state, field), EAST), np.delete(getattr(untouched, field), EAST))


def test_turns_come_once_in_their_weeks_and_not_for_all_in_the_same():
    state = plane(**{"stances.turn_weeks": 2.0})
    weeks = {EAST: [], WEST: []}
    for state.week in range(1, 5):
        for row in stances.turn(state).keys() & weeks.keys():
            weeks[row].append(state.week)
    assert weeks == {EAST: [1, 3], WEST: [2, 4]}


def test_who_lost_its_land_has_something_to_decide_at_odds_a_little_bad_only_if_it_may_hide():
    for may in (True, False):
        switches = switched(loyalty=False, stances__underground=may)
        state = plane(**{"stances.turn_weeks": 1.0, "stances.noise": 0.0, "stances.inertia": 100.0}, **switches)
        state.week, state.stance[:], state.treasury[EAST] = 3, Stance.HOLD, 0.0
        state.people_held[EAST], state.people_past[EAST], state.peak_people[EAST] = 0.0, 0.0, 1e9
        assert -100 < sum(stances.odds(state, EAST).values()) < 0
        assert stances.turn(state)[EAST] == may == stances.hides(state, EAST)


def at_odds(seed, stance, **overrides):
    """A state of one week in which a group's memory, money, men and luck are drawn."""
    draws = np.random.default_rng(seed).random(8)
    every = {"stances.turn_weeks": 1.0, "stances.inertia": 0.2, "stances.noise": 0.3}
    state = fortune(plane(**every | switched(loyalty=False) | overrides), stance=draws[0])
    state.week, state.stance[EAST], state.treasury[EAST] = 3, stance, 1e5 * draws[1]
    state.local_fighters[EAST], state.foreign_fighters[EAST] = 200.0 * draws[2], 200.0 * draws[3]
    state.people_held[EAST], state.people_past[EAST], state.peak_people[EAST] = 1e6 * draws[4:7] ** 2
    state.loss_rate[EAST] = 0.02 * draws[7]
    return state


def test_those_are_asked_whose_odds_as_they_are_told_bring_them_to_another_stance():
    asked = []
    for seed in range(60):
        state = at_odds(seed, (Stance.EXPAND, Stance.HOLD, Stance.UNDERGROUND)[seed % 3])
        told, hides, stance = sum(stances.odds(state, EAST).values()), stances.hides(state, EAST), state.stance[EAST]
        asked.append(stances.turn(state)[EAST])
        assert asked[-1] == (stance_at(told, stance, hides, state.parameters.stances) != stance)
    assert 10 < sum(asked) < 50


@pytest.mark.parametrize("seed", range(5))
def test_who_is_within_rounding_of_a_change_is_asked(seed):
    for offset, asked in ((0.0, True), (1e-6, False)):
        state = at_odds(seed, Stance.EXPAND, **switched(loyalty=False, stances__underground=False))
        state.parameters.stances.inertia = abs(sum(stances.odds(state, EAST).values())) + offset
        state.stance[EAST] = Stance.HOLD if sum(stances.odds(state, EAST).values()) > 0 else Stance.EXPAND
        assert stances.turn(state)[EAST] == asked


def test_without_stances_nobody_is_asked_for_its_odds():
    for on in (True, False):
        state = plane(**{"stances.turn_weeks": 1.0, "stances.inertia": -100.0}, **switched(stances=on))
        state.week, state.stance[EAST] = 3, Stance.HOLD
        assert stances.turn(state)[EAST] == on


def test_at_the_start_what_is_held_is_all_that_is_remembered_and_who_has_stances_sets_out_to_expand():
    for on in (True, False):
        state = plane(**switched(stances=on))
        assert np.array_equal(state.people_past, state.people_held)
        assert np.array_equal(state.peak_people, state.people_held)
        assert (state.stance[[CORE, EAST, WEST]] == Stance.EXPAND).all()
        assert (state.own_drive[[CORE, EAST, WEST]] == (P.expand_drive if on else 1.0)).all()
        state.week = 0
        assert not any(stances.due(state, row) for row in range(state.organisations))


@pytest.mark.parametrize("row", [CORE, EAST])
def test_money_is_even_by_the_wages_that_an_organisation_pays_itself(row):
    state = plane()
    wage = state.parameters.resources.core_wage if row == CORE else state.parameters.resources.province_wage
    state.treasury[row] = wage * state.fighters[row] * P.reserve_weeks
    assert stances.odds(state, row)["money"] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(("luck", "asked"), [(0.9, True), (0.1, False)])
def test_a_province_that_thinks_itself_worse_off_than_it_is_bargains(luck, asked):
    assert loyal((100.0, 100.0), luck=luck, too_little=0.1, **{"loyalty.noise": 0.2}) == asked
