"""Recruits and the cost of governing: what makes room for men, what keeps them away, what each switch takes away."""

import pytest
from made_up_states import EAST, WEST, fortune, plane, switched

from model.mechanisms import resources
from model.state import CORE


def after_a_week(prepare, **overrides):
    """The plane after a week of income, wages and recruits that starts without supporters and land."""
    state = fortune(plane(**overrides), desert_local=0.5, desert_foreign=0.5, recruits=0.5)
    state.treasury[:], state.people_held[:], state.supporters[:], state.support[:] = 0.0, 0.0, 0.0, 0.0
    prepare(state)
    resources.balance(state)
    return state


AT_HOME = 1e8  # people


def recruited_in_the_east(skill=1.0, held=0.0, full=0.0, paid=True, **overrides):
    """Recruits of a group whose fighters fill a part of the room that there is at home, by its supporters alone."""
    settings = {"resources.desertion": 0.0, "resources.secret_recruiting": 0.0, "resources.recruitment": 0.1}

    def prepare(state):
        p, home = state.parameters.resources, state.home[EAST]
        state.people[home] = AT_HOME
        state.supporters[EAST], state.people_held[EAST], state.skill[EAST] = 1e6, held, skill
        state.local_fighters[EAST] = full * p.most_fighters * p.home_people * AT_HOME
        state.foreign_fighters[EAST], state.treasury[EAST], state.need[EAST] = 100.0, 1e12 * paid, 1.0
        state.renown[:], state.success[:] = 0.0, 1.0

    return after_a_week(prepare, **settings | overrides).recruited[EAST]


def test_room_for_recruits_is_among_people_held_and_at_home_and_more_for_the_skilled():
    around = plane().parameters.resources.home_people * AT_HOME
    assert recruited_in_the_east() == pytest.approx(1e5, abs=1)
    assert recruited_in_the_east(full=0.5) == pytest.approx(0.5e5, rel=0.01)
    assert recruited_in_the_east(full=0.5, skill=2.0) == pytest.approx(0.75e5, rel=0.01)
    assert recruited_in_the_east(full=0.5, held=around) == pytest.approx(0.75e5, rel=0.01)


def test_who_cannot_pay_gets_fewer_recruits_only_with_the_switch():
    usual, poor = recruited_in_the_east(), recruited_in_the_east(paid=False)
    assert poor == pytest.approx((1 - plane().parameters.resources.unpaid_recruits) * usual, abs=1)
    assert poor < usual == recruited_in_the_east(paid=False, **switched(viability__wages=False))


def test_in_secret_a_group_recruits_by_its_own_support_at_home():
    def liked(state):
        state.treasury[:], state.support[EAST] = 1e12, 0.0
        state.support[EAST, state.home[EAST]], state.people[state.home[EAST]] = 1.0, AT_HOME

    recruited = after_a_week(liked, **{"resources.secret_recruiting": 0.1}).recruited
    assert recruited[EAST] > 0 == recruited[WEST] == recruited[CORE]


def test_governing_costs_by_people_and_effort_and_nothing_without_its_switch():
    def governing(state):
        state.treasury[:], state.people_held[EAST], state.activity[:, 4] = 1e12, 1e6, 0.5

    state = after_a_week(governing)
    assert state.accounts["usd_governing"] == pytest.approx(
        state.parameters.resources.governing_cost * 1e6 * 0.5, abs=9
    )
    assert after_a_week(governing, **switched(governance=False)).accounts["usd_governing"] == 0
