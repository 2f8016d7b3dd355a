"""The core's standing: what raises it, what lowers it, and which switch takes which of them away."""

import numpy as np
import pytest
from made_up_states import EAST, WEST, plane, switched, sworn

from model.mechanisms import foreign_fighters, prestige
from model.state import CHANNELS, CORE, Status


def after(prepare=lambda state: None, **overrides):
    """State after a week of standing; without preparation nothing happens and nothing is held."""
    state = plane(**{"prestige.forgetting": 0.0} | overrides)
    state.prestige, state.people_held[:], state.people_before = 0.4, 0.0, 0.0
    state.attacks[:], state.unsanctioned[:], state.reprisals[:] = 0.0, 0.0, 0.0
    prepare(state)
    prestige.update(state)
    return state


def moved(prepare, **overrides):
    return after(prepare, **overrides).prestige - 0.4


def rogue(state):
    sworn(state, EAST).unsanctioned[EAST] = 1.0


def attacks(kind, row=CORE, number=3.0):
    def prepare(state):
        state.attacks[row, kind] = number

    return prepare


def test_nothing_moves_a_standing_that_nobody_forgets():
    assert after().prestige == 0.4


def test_a_standing_is_forgotten_by_a_share_a_week():
    assert after(**{"prestige.forgetting": 0.1}).prestige == pytest.approx(0.36)


def test_violence_that_nobody_ordered_tarnishes_and_costs_standing_only_with_its_switch():
    """The provinces' label itself is worth something: it is switched off."""
    quiet = switched(brand__affiliates=False)
    p = plane().parameters.prestige
    assert moved(rogue, **quiet) == pytest.approx(-p.tarnish * 0.4)
    assert moved(rogue, **quiet, **switched(brand__tarnish=False)) == 0
    assert after(rogue).tarnish == pytest.approx(p.tarnish_attack)


def test_tarnish_keeps_travellers_away_and_never_makes_their_number_negative():
    arrived = []
    for tarnish in (0.0, 0.5, 1.0, 1e6):
        state = plane(**{"foreign_fighters.tarnish": 1.0})
        state.tarnish, state.people_held[CORE] = tarnish, 1e6
        arrived.append(foreign_fighters.travel(state))
    assert arrived[0] > arrived[1] > arrived[2] == arrived[3] == 0
    state = plane(**switched(brand__tarnish=False), **{"foreign_fighters.tarnish": 1.0})
    state.tarnish, state.people_held[CORE] = 1.0, 1e6
    assert foreign_fighters.travel(state) == arrived[0]


@pytest.mark.parametrize("kind", [2, 3])
def test_attacks_beyond_the_border_are_news_that_raises_standing_only_with_its_switch(kind):
    assert moved(attacks(kind)) > 0
    assert moved(attacks(kind), **switched(brand__headlines=False)) == 0
    assert after(attacks(kind)).headlines > 0
    assert after(attacks(kind, row=WEST)).headlines == 0  # a rival's news is not the core's


def test_attacks_at_home_are_no_news_and_regional_ones_less_than_those_abroad():
    assert after(attacks(0)).headlines == after(attacks(1)).headlines == 0
    p = plane().parameters.prestige
    assert after(attacks(2)).headlines == pytest.approx(p.regional_news * after(attacks(3)).headlines)
    assert after(attacks(3, number=1.0)).headlines == pytest.approx(p.headline_attack)


def test_headlines_and_tarnish_fade_and_stay_below_one():
    def filled(state):
        state.headlines, state.tarnish = 0.6, 0.6

    state = after(filled)
    p = state.parameters.prestige
    assert state.headlines == pytest.approx(0.6 * (1 - p.headline_fading))
    assert state.tarnish == pytest.approx(0.6 * (1 - p.tarnish_fading))

    def full(state):
        filled(state)
        state.headlines = state.tarnish = 1.0
        rogue(state)
        attacks(3)(state)

    state = after(full)
    assert state.headlines <= 1
    assert state.tarnish <= 1


def test_provinces_count_by_their_number_and_only_with_their_switch():
    off = switched(links__name=False)
    one, two = (moved(lambda state, rows=rows: sworn(state, *rows), **off) for rows in ((EAST,), (EAST, WEST)))
    assert one == pytest.approx(plane().parameters.prestige.affiliates / 8 * 0.6)
    assert two == pytest.approx(2 * one)
    assert moved(lambda state: sworn(state, EAST), **switched(brand__affiliates=False)) == 0


def test_a_province_counts_for_the_core_as_far_as_its_claim_arrives():
    values = [moved(lambda state, q=q: sworn(state, EAST, quality=q), **{"links.name": 1.0}) for q in (0.0, 0.5, 1.0)]
    assert values[0] == 0
    assert values[1] == pytest.approx(values[2] / 2)
    assert values[2] > 0

    def silent(state):
        sworn(state, EAST, quality=1.0).delivered[:] = 0.0

    assert moved(silent, **{"links.name": 1.0}) == 0


def test_renown_follows_a_provinces_own_attacks_as_far_as_they_are_claimed():
    def attacking(quality):
        def prepare(state):
            sworn(state, EAST, quality=quality).attacks[EAST] = 2.0

        return prepare

    weak, strong = (after(attacking(q), **{"links.name": 1.0}).renown for q in (0.3, 0.9))
    assert 0 < weak[EAST] < strong[EAST]
    assert not strong[[CORE, WEST]].any()
    faded = after(lambda state: state.renown.fill(0.5)).renown[WEST]
    assert faded == pytest.approx(0.5 * (1 - plane().parameters.prestige.headline_fading))


@pytest.mark.parametrize("kind", range(4))
def test_every_kind_of_attack_makes_a_province_known_by_half_at_a_stated_number(kind):
    def attacking(state):
        sworn(state, EAST, quality=0.8).attacks[EAST, kind] = state.parameters.links.name_attacks
        state.renown[:] = 0.0

    state = after(attacking, **{"links.name": 1.0})
    assert state.renown[EAST] == pytest.approx(state.parameters.prestige.headline_fading * 0.8 / 2)
    assert after(attacking, **switched(links__name=False)).renown[EAST] == 0


@pytest.mark.parametrize("status", [each for each in Status if each != Status.PROVINCE])
def test_nobody_but_a_province_is_known_by_claims_and_what_is_claimed_is_booked_as_carried(status):
    def attacking(state):
        sworn(state, EAST, WEST, quality=0.5).attacks[[EAST, WEST], 0] = 2.0
        state.status[WEST], state.renown[:] = status, 0.0

    state = after(attacking, **{"links.name": 0.5})
    assert state.renown[EAST] > 0 == state.renown[WEST]
    name = CHANNELS.index("name")
    assert state.carried[[CORE, EAST, WEST], name] == pytest.approx([0, 0.5 * 0.5 * 2.0, 0])


def test_headlines_that_are_remembered_raise_standing_no_second_time():
    assert moved(lambda state: setattr(state, "headlines", 0.6)) == 0


def test_of_a_core_that_is_no_more_what_it_held_is_forgotten():
    def dead(state):
        state.core_alive, state.people_before = False, 1e6
        state.people_held[CORE] = 1e6

    assert after(dead).people_before == pytest.approx(1e6 * (1 - 1 / plane().parameters.prestige.memory))


def held(people, before):
    def prepare(state):
        state.people_held[CORE], state.people_before = people, before

    return prepare


def test_growth_raises_standing_and_loss_lowers_it_by_the_same():
    still = {"prestige.size": 0.0}
    p = plane().parameters.prestige
    assert moved(held(2e6, 1e6), **still) == pytest.approx(p.momentum / 2 / p.memory)
    assert moved(held(1e6, 2e6), **still) == pytest.approx(-p.momentum / 2 / p.memory)
    assert moved(held(1e6, 1e6), **still) == 0
    assert 0 < moved(held(1e3, 0.0), **still) < moved(held(1e5, 0.0), **still)  # a village is no conquest
    assert after(held(2e6, 1e6)).people_before == pytest.approx(1e6 + 1e6 / p.memory)


def test_size_is_worth_half_of_what_it_can_be_at_a_stated_number_of_people():
    p = plane().parameters.prestige
    assert moved(held(p.size_people, p.size_people)) == pytest.approx(p.size / 2 * 0.6)


def test_reprisals_against_its_people_make_the_core_their_defender_up_to_a_point():
    def struck(number):
        def prepare(state):
            state.reprisals[:] = number

        return prepare

    p = plane().parameters.prestige
    assert moved(struck(p.defender_reprisals / 2)) == pytest.approx(p.defender / 2 * 0.6)
    assert moved(struck(1e9)) == pytest.approx(p.defender * 0.6)
    assert moved(struck(1e9), **switched(sectarian__defender=False)) == 0


def test_a_core_that_is_no_more_has_no_news_and_only_fades():
    def dead(state):
        state.core_alive = False
        attacks(3)(state)
        state.reprisals[:] = 10.0
        state.people_held[CORE] = 1e6

    state = after(dead)
    assert state.prestige <= 0.4
    assert state.headlines == 0


def test_standing_stays_between_none_and_full_and_does_not_move_without_the_brand():
    huge = {"prestige.momentum": 1e6}
    assert after(held(2e6, 1e6), **huge).prestige == 1
    assert after(held(1e6, 2e6), **huge).prestige == 0
    state = after(held(2e6, 1e6), **huge, **switched(brand=False))
    assert state.prestige == 0.4
    assert np.isfinite(state.headlines)
