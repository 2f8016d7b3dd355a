"""When a province declines, what it loses its land to is added up, and forgotten when it recovers; news are noticed."""

import numpy as np
import pytest
from made_up_states import EAST, WEST, plane, switched, sworn

from model import kernels
from model.mechanisms import territory
from model.mechanisms.scale import fighting
from model.state import CORE, LAND_TERMS, Status

LARGE, DECLINING, EXPELLED = 1000.0, 0.5, 0.1
NEWS = {"reporting.large_people": LARGE, "reporting.declining": DECLINING, "reporting.expelled": EXPELLED}


def province(held, most, row=EAST, **overrides):
    """The plane with one province that holds as many people, and once held the most."""
    state = sworn(plane(**NEWS | overrides), row)
    state.attacks[:], state.reprisals[:], state.land_lost[:] = 0.0, 0.0, 0.0
    state.most_people[:] = state.people_held
    state.people_held[row], state.most_people[row] = held, most
    return state


def news(state):
    return kernels.find_news(state.organisation_records, state.country_records, state.parameters.reporting.record)


def lose_land(state):
    kernels.sum_control(state.cells, state.camp.copy())
    territory.flow(state)
    return kernels.lose_land(
        state.organisation_records, state.country_records, state.cells, state.ground, state.sectors, state.spreading,
        state.switches, fighting(state), state.parameters.reporting.record,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("held", "most", "declines"),
    [
        (2000.0, 5000.0, True),
        (2500.0, 5000.0, False),
        (4000.0, 5000.0, False),
        (100.0, LARGE, False),
        (1.0, 1001.0, True),
    ],
)
def test_a_province_that_was_large_declines_below_a_share_of_the_most_that_it_held(held, most, declines):
    assert news(province(held, most)) == (declines, False, False)


def test_the_most_of_a_province_only_grows_and_that_of_a_group_follows_what_it_holds():
    state = province(2000.0, 5000.0)
    state.people_held[WEST], state.most_people[WEST] = 10.0, 9000.0
    assert news(state)[0]
    assert state.most_people[[EAST, WEST]].tolist() == [5000.0, 10.0]
    state.people_held[EAST] = 6000.0
    assert not news(state)[0]
    assert state.most_people[EAST] == 6000.0


def test_what_a_province_lost_land_to_is_forgotten_when_it_declines_no_more():
    state = province(2000.0, 5000.0)
    state.land_lost[:] = 1.0
    news(state)
    assert (state.land_lost[EAST] == 1.0).all()
    assert not np.delete(state.land_lost, EAST, axis=0).any()
    state.people_held[EAST] = 4000.0
    news(state)
    assert not state.land_lost.any()


@pytest.mark.parametrize("row", [CORE, EAST, WEST])
def test_attacks_abroad_of_anybody_are_news_and_others_are_not(row):
    state = province(5000.0, 5000.0)
    state.attacks[row, :3] = 4.0
    assert news(state) == (False, False, False)
    state.attacks[row, 3] = 1.0
    assert news(state) == (False, True, False)


def test_reprisals_are_a_wave_from_a_number_on_in_any_country():
    for country in range(len(province(1.0, 1.0).countries)):
        state = province(5000.0, 5000.0)
        state.reprisals[country] = state.parameters.reporting.reprisal_wave * 0.99
        assert news(state) == (False, False, False)
        state.reprisals[country] = state.parameters.reporting.reprisal_wave
        assert news(state) == (False, False, True)


@pytest.mark.parametrize(("held", "expelled"), [(2000.0, 0), (500.0, 0), (499.0, 1)])
def test_only_a_province_in_decline_books_what_takes_its_land_and_who_holds_next_to_nothing_is_expelled(held, expelled):
    state = province(held, 5000.0)
    assert lose_land(state) == expelled
    assert state.land_lost[EAST].any()
    assert not np.delete(state.land_lost, EAST, axis=0).any()
    for calm in (province(3000.0, 5000.0), province(held, LARGE)):
        assert lose_land(calm) == 0
        assert not calm.land_lost.any()


@pytest.mark.parametrize("status", [each for each in Status if each != Status.PROVINCE])
def test_what_others_than_provinces_lose_is_not_booked(status):
    state = province(10.0, 5000.0)
    state.status[EAST] = status
    assert lose_land(state) == 0
    assert not state.land_lost.any()


def test_a_week_adds_to_what_was_lost_before_which_fades_over_a_quarter():
    once, twice = province(2000.0, 5000.0), province(2000.0, 5000.0)
    lose_land(once)
    twice.land_lost[EAST] = 1.0
    lose_land(twice)
    kept = 1 - 1 / once.parameters.reporting.quarter_weeks
    assert twice.land_lost[EAST] == pytest.approx(once.land_lost[EAST] + kept)


def test_what_nobody_holds_is_taken_by_nobody():
    """Cells without control do not count: who has land in no cell loses none."""
    state = province(0.0, 5000.0)
    state.control[WEST], state.local_fighters[[EAST, WEST]] = state.control[EAST], (1.0, 1e5)  # a strong rival is there
    kernels.activate(state.cells, state.neighbours)
    state.control[EAST] = 0.0
    assert lose_land(state) == 1
    assert not state.land_lost[EAST].any()


@pytest.mark.parametrize(
    ("who", "term", "form"),
    [
        ("militia", "militias", "pressure"), ("defence", "communities", "pressure"), ("massed", "armies", "pressure"),
        ("militia", "militias", "diffusion"), ("defence", "communities", "diffusion"),
    ],
)  # fmt: skip
def test_each_force_takes_land_under_its_own_name_and_the_more_of_it_the_more(who, term, form):
    shares = []
    for strength in (0.0, 30.0, 90.0):
        state = province(2000.0, 5000.0, **{"mechanisms.territory.form": form})
        state.people_held[:] = np.maximum(state.people_held, 1000.0)
        state.militia[:] = state.defence[:] = state.massed[:] = 0.0
        state.local_fighters[EAST], state.push[:], state.reach[:] = 1.0, 1.0, 1.0
        getattr(state, who)[:] = strength
        lose_land(state)
        shares.append(state.land_lost[EAST, LAND_TERMS.index(term)])
    assert shares[0] == 0
    assert 0 < shares[1] <= shares[2]


def contested(informers=0.5, rivals=100.0, **overrides):
    """What a province in decline loses its land to where a rival holds as much of each of its cells as it does."""
    state = province(2000.0, 5000.0, **overrides)
    state.control[[EAST, WEST]] = state.control[EAST] / 2
    kernels.activate(state.cells, state.neighbours)
    state.informers[EAST], state.local_fighters[[EAST, WEST]] = informers * state.people_held[EAST], (1.0, rivals)
    lose_land(state)
    return dict(zip(LAND_TERMS, state.land_lost[EAST].tolist(), strict=True))


def test_by_diffusion_rivals_take_the_same_and_residents_add_or_keep_as_they_want_them_or_not():
    diffusion = {"mechanisms.territory.form": "diffusion", "rivalry.residents": 0.5}
    willing, even, unwilling = (contested(share, **diffusion) for share in (0.0, 0.5, 1.0))
    assert willing["rivals"] == pytest.approx(even["rivals"]) == pytest.approx(unwilling["rivals"])
    assert even["rivals"] > 0
    assert even["residents"] == pytest.approx(0.0)
    assert unwilling["residents"] == pytest.approx(-willing["residents"]) == pytest.approx(even["rivals"] / 2)


def test_at_fronts_the_stronger_rivals_are_the_more_they_take_under_their_own_name():
    few, many = contested(rivals=100.0), contested(rivals=1000.0)
    assert 0 < few["rivals"] < many["rivals"]
    assert few["residents"] == many["residents"] == 0
    assert contested(**switched(rivalry=False))["rivals"] == 0
