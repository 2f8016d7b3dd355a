"""Flows of money and men, and attacks: what comes in, what goes out, to the last unit, and what each switch takes away."""

import numpy as np
import pytest
from made_up_states import EAST, WEST, fortune, plane, switched, sworn

from model.mechanisms import foreign_fighters, resources, violence
from model.state import CHANNELS, CORE, Status

ALL = [CORE, EAST, WEST]


def balanced(prepare=lambda state: None, **overrides):
    """The plane after a week of income, wages and recruits that starts without land or money; and fighters before."""
    state = fortune(plane(**overrides), desert_local=0.5, desert_foreign=0.5, recruits=0.5)
    state.treasury[:], state.people_held[:], state.supporters[:], state.support[:] = 0.0, 0.0, 0.0, 0.0
    state.prestige = 0.0
    prepare(state)
    before = state.fighters.copy(), state.treasury.copy()
    resources.balance(state)
    return state, *before


@pytest.mark.parametrize("people", [0.0, 1e6])
def test_every_dollar_and_every_man_is_booked(people):
    def prepare(state):
        state.people_held[:], state.supporters[:], state.treasury[:], state.prestige = people, people / 4, 1e5, 0.5

    state, men, money = balanced(prepare)
    book = state.accounts
    income = sum(book[f"usd_{name}"] for name in ("taxes", "oil", "gifts", "local"))
    assert state.treasury.sum() == money.sum() + income - book["usd_wages"] - book["usd_governing"]
    assert state.fighters.sum() == men.sum() + book["fighters_recruited"] - book["fighters_deserted"]
    assert state.revenue.sum() == income
    assert all(each >= 0 for each in book.values())
    assert (state.treasury >= 0).all()
    assert (state.treasury == np.floor(state.treasury)).all()


def test_taxes_follow_people_and_governing_and_need_the_switch():
    def holding(people, governing=0.25):
        def prepare(state):
            state.people_held[:], state.activity[:, 4] = people, governing

        return prepare

    one, two, busy = (
        balanced(each)[0].accounts["usd_taxes"] for each in (holding(1e6), holding(2e6), holding(1e6, 0.5))
    )
    assert two == pytest.approx(2 * one, rel=1e-5)
    assert busy == pytest.approx(2 * one, rel=1e-5)
    p = plane().parameters.resources
    assert one == pytest.approx(1e6 * (p.core_tax + 8 * p.province_tax), abs=9)
    assert balanced(holding(1e6), **switched(governance=False))[0].accounts["usd_taxes"] == 0


def test_oil_is_for_the_core_up_to_a_number_of_people_and_strikes_stop_a_share():
    def holding(people, strikes=0.0):
        def prepare(state):
            state.people_held[CORE], state.strikes[CORE] = people, strikes

        return prepare

    p = plane().parameters.resources
    oil = [balanced(holding(people))[0].accounts["usd_oil"] for people in (0.0, p.oil_people / 2, p.oil_people, 1e12)]
    assert oil == pytest.approx([0, p.oil / 2, p.oil, p.oil], abs=1)
    struck = balanced(holding(1e12, 1.0))[0].accounts["usd_oil"]
    assert struck == pytest.approx(p.oil * (1 - p.oil_strikes), abs=1)


def test_gifts_follow_standing_and_end_with_the_core():
    def standing(prestige, alive=True):
        def prepare(state):
            state.prestige, state.core_alive = prestige, alive

        return prepare

    gifts = [balanced(standing(*each))[0].accounts["usd_gifts"] for each in ((0.0,), (0.5,), (1.0,), (1.0, False))]
    donations = plane().parameters.resources.donations
    assert gifts == pytest.approx([0, donations / 2, donations, 0], abs=1)


def test_local_income_is_for_groups_and_less_for_those_in_need():
    def needy(need):
        def prepare(state):
            state.need[:] = need

        return prepare

    rich, half, poor = (balanced(needy(need))[0].accounts["usd_local"] for need in (0.0, 0.5, 1.0))
    assert rich == pytest.approx(plane().parameters.resources.local_income * plane().fighters[1:].sum(), abs=2)
    assert half == pytest.approx(rich / 2, abs=2)
    assert poor == 0


def test_men_who_are_not_paid_leave_and_men_who_are_do_not():
    p = plane().parameters.resources
    state, men, _ = balanced(lambda state: state.need.fill(1.0))
    assert state.unpaid[ALL] == pytest.approx(1.0)
    assert (men - state.fighters + state.recruited)[CORE] == pytest.approx(p.desertion * men[CORE], abs=1)
    state, men, _ = balanced(lambda state: state.treasury.fill(1e12))
    assert not state.unpaid.any()
    assert state.accounts["fighters_deserted"] == 0
    due = (p.core_wage + p.core_upkeep) * men[CORE] + p.province_wage * men[1:].sum()
    assert state.accounts["usd_wages"] == pytest.approx(due, abs=3)
    bare = balanced(lambda state: state.treasury.fill(1e12), **switched(viability__wages=False))[0]
    assert bare.accounts["usd_wages"] == pytest.approx(due - p.core_upkeep * men[CORE], abs=3)


def recruits(**fields):
    def prepare(state):
        state.treasury[:], state.people_held[:], state.supporters[:] = 1e12, 1e6, 1e6
        for name, value in fields.items():
            getattr(state, name)[...] = value

    return balanced(prepare)[0].recruited


def test_recruits_follow_supporters_success_and_renown_until_there_is_no_room():
    base = recruits()
    assert (base[[EAST, WEST]] > 0).all()
    assert base[CORE] == 0  # it has more men than so few people can give
    assert recruits(renown=1.0)[EAST] == pytest.approx(2 * base[EAST], abs=1)
    assert recruits(success=0.5)[EAST] == pytest.approx(base[EAST] / 2, abs=1)
    assert recruits(supporters=5e5)[EAST] == pytest.approx(base[EAST] / 2, abs=1)
    assert recruits(local_fighters=1e9)[EAST] == 0
    assert recruits(present=False)[EAST] == 0
    assert recruits(support=0.5)[EAST] > base[EAST]  # in secret, by its fighters


def test_aid_goes_to_provinces_that_heard_by_link_and_asking_and_nothing_is_lost():
    settings = {"links.money": 1.0, "links.fighters": 1.0, "resources.aid_weeks": 10.0}
    state = sworn(plane(**settings), EAST, WEST, quality=0.5)
    state.asking[WEST], state.aid_received[:], state.treasury[:] = 3.0, 0.0, 1e6
    men, media = state.foreign_fighters.copy(), state.media.copy()
    resources.send_aid(state, 1000.0, 100.0)
    assert state.treasury[ALL].tolist() == [1e6 - 1000, 1e6 + 250, 1e6 + 750]
    assert state.aid_received[ALL] == pytest.approx([0, 25, 75])
    assert state.carried[ALL, CHANNELS.index("money")].tolist() == [0, 250, 750]
    assert state.foreign_fighters.sum() == men.sum()
    assert (state.foreign_fighters - men)[[EAST, WEST]] == pytest.approx([25, 75], abs=1)
    assert (state.media > media)[[EAST, WEST]].all()
    resources.send_aid(state, 0.0, 0.0)
    assert state.aid_received[ALL] == pytest.approx([0, 22.5, 67.5])


@pytest.mark.parametrize("switch", ["aid", "links__money"])
def test_no_money_is_sent_without_its_switch(switch):
    state = sworn(plane(**{"links.money": 1.0}, **switched(**{switch: False})), EAST)
    money, received = state.treasury.copy(), state.aid_received[EAST]
    resources.send_aid(state, 1000.0, 100.0)
    assert (state.treasury == money).all()
    assert state.aid_received[EAST] <= received


def test_no_men_are_sent_without_their_switch_nor_anything_in_silence_nor_more_than_there_is():
    for overrides in (switched(aid=False), switched(aid__fighters=False), switched(links__fighters=False)):
        state = sworn(plane(**overrides), EAST)
        men = state.foreign_fighters.copy()
        resources.send_aid(state, 0.0, 100.0)
        assert (state.foreign_fighters == men).all()
    state = sworn(plane(), EAST)
    state.delivered[:], money = 0.0, state.treasury.copy()
    resources.send_aid(state, 1000.0, 100.0)
    assert (state.treasury == money).all()
    state = sworn(plane(**{"links.money": 1.0}), EAST)
    state.treasury[CORE] = 300.0
    resources.send_aid(state, 1000.0, 0.0)
    assert state.treasury[CORE] == 0


@pytest.mark.parametrize(("men", "draw", "each"), [(3.0, 0.99, 0), (3.0, 0.1, 1), (4.0, 0.99, 2), (5.0, 0.4, 2)])
def test_men_stay_where_rounding_would_send_more_than_the_core_has(men, draw, each):
    state = fortune(sworn(plane(**{"links.fighters": 1.0}), EAST, WEST), aid_fighters=draw)
    state.foreign_fighters[ALL] = men, 0.0, 0.0
    resources.send_aid(state, 0.0, 1e6)
    assert state.foreign_fighters[ALL].tolist() == [men - 2 * each, each, each]


@pytest.mark.parametrize("status", [each for each in Status if each != Status.PROVINCE])
def test_aid_is_for_provinces_whoever_else_hears(status):
    state = sworn(plane(**{"links.money": 1.0, "links.fighters": 1.0}), EAST, WEST)
    state.status[WEST], state.treasury[:] = status, 1e6
    men, media = state.foreign_fighters[WEST], state.media[WEST]
    resources.send_aid(state, 1000.0, 100.0)
    assert state.treasury[ALL].tolist() == [1e6 - 1000, 1e6 + 1000, 1e6]
    assert (state.foreign_fighters[WEST], state.media[WEST]) == (men, media)
    assert not state.carried[WEST].any()


@pytest.mark.parametrize("switch", ["aid__media", "links__media", "aid"])
def test_help_with_media_mends_a_share_of_what_is_missing_and_only_with_its_switches(switch):
    for on in (True, False):
        help_with = {"links.media": 1.0, "resources.media_aid": 0.5}
        state = sworn(plane(**help_with, **switched(**{switch: on})), EAST, WEST, quality=0.6)
        for before in (0.0, 0.5, 1.0):
            state.media[ALL] = before
            resources.send_aid(state, 0.0, 0.0)
            assert state.media[ALL] == pytest.approx([before] + [before + on * 0.3 * (1 - before)] * 2)


def attacked(row=CORE, draw=0.5, **fields):
    """The plane after a week of attacks by one organisation alone."""
    state = fortune(plane(), attacks=draw, reprisals=0.5, severity=0.5, stopped=0.5, sanction=0.5)
    state.plots = state.reports = 0.0
    state.present[:], state.activity[:], state.strikes[:] = False, 0.0, 0.0
    state.present[row], state.activity[row] = True, 0.25
    for name, value in fields.items():
        field = getattr(state, name)
        if isinstance(field, np.ndarray):
            field[...] = value
        else:
            setattr(state, name, value)
    violence.attack(state)
    return state


def test_more_men_more_skill_and_more_effort_make_more_attacks():
    few = attacked(local_fighters=2e4, foreign_fighters=0.0).attacks[CORE, 0]
    assert attacked(local_fighters=4e4, foreign_fighters=0.0).attacks[CORE, 0] == pytest.approx(2 * few, abs=2)
    base = attacked(local_fighters=4e4, skill=1.0).attacks[CORE, 0]
    assert attacked(local_fighters=4e4, skill=2.0).attacks[CORE, 0] == pytest.approx(2 * base, abs=2)
    assert attacked(local_fighters=4e4, skill=1.0, surge=1.0).attacks[CORE, 0] == pytest.approx(2 * base, abs=2)
    assert attacked(local_fighters=4e4, skill=1.0, tempo=0.5).attacks[CORE, 0] == pytest.approx(base / 2, abs=2)
    assert base > 5


def test_who_is_not_there_attacks_nobody_and_nobody_dies():
    state = attacked()
    assert not state.attacks[[EAST, WEST]].any()
    assert not state.deaths[[EAST, WEST]].any()
    assert state.deaths[CORE] > 0


def test_plots_of_diasporas_are_the_cores_and_what_is_reported_is_stopped_one_by_one():
    free = attacked(activity=0.0, plots=4.0)
    assert free.attacks[CORE, 3] == 4
    assert free.stopped == 0
    state = attacked(activity=0.0, plots=4.0, reports=1.0)
    assert state.attacks[CORE, 3] + state.stopped == 4
    assert state.stopped == np.floor(4 * state.parameters.diaspora.reports + 0.5)


def test_sectarian_attacks_heat_a_country_and_it_cools():
    hot = attacked(activity=0.0, sectarian_heat=50.0)
    p = hot.parameters.violence
    assert hot.sectarian_heat == pytest.approx(50 * (1 - p.cooling))
    assert hot.reprisals[0] == pytest.approx(p.branching * p.cooling * hot.sectarian_heat[0], abs=1.5)
    assert attacked(activity=0.0, sectarian_heat=0.0).reprisals[0] == 0


def provoked(before, abroad, international=0.2):
    """The plane after attacks abroad, where all allies are outside powers whose anger does not fade."""
    state = plane(**{"provocation.fading": 0.0, "provocation.international": international, "reporting.drawn_in": 0.7})
    state.cache["outside_powers"] = np.ones(len(state.allies), dtype=bool)
    state.provocation[:], state.attacks[:], state.attacks[CORE, 3] = before, 0.0, abroad
    violence.provoke(state)
    return state


def test_attacks_abroad_anger_outside_powers_as_far_as_they_are_not_yet_or_cow_them():
    assert provoked(0.6, 2.0).provocation == pytest.approx(0.6 + 0.4 * (1 - np.exp(-0.4)))
    assert provoked(0.6, 2.0, -0.2).provocation == pytest.approx(0.6 * np.exp(-0.4))
    assert provoked(0.6, 0.0).provocation == pytest.approx(0.6)


def test_an_outside_power_is_told_once_when_it_is_drawn_in():
    assert [event.kind for event in provoked(0.6, 3.0).events] == ["outside_power"]
    for before, abroad in ((0.6, 0.5), (0.8, 3.0), (0.7, 3.0)):
        assert not provoked(before, abroad).events


def test_an_attack_that_nobody_ordered_is_told_with_how_far_it_had_drifted_and_how_long_no_word_came():
    for weeks, heard in ((0, "word had come that week"), (1, "for 1 week"), (2, "for 2 weeks")):
        state = plane()
        state.alignment[EAST], state.silence[EAST] = 0.6789, weeks
        violence._note_rogues(state, np.eye(len(state.alignment))[EAST])
        (event,) = state.events
        assert event.causes == {"drift": 0.321, "chance": 0.679}
        assert event.cause.endswith(heard)


def test_nobody_is_booked_as_gone_home_without_the_switch():
    for on in (True, False):
        state = fortune(plane(**switched(foreign_fighters__return=on), **{"foreign_fighters.return_rate": 0.5}))
        state.foreign_fighters[CORE] = 1000.0
        foreign_fighters.travel(state)
        assert (state.accounts.get("fighters_returned", 0) > 0) == on
        assert on or state.accounts.get("fighters_returned", 0) == 0
