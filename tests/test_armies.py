"""What an army decides: where it attacks, when it dares, when an operation is won, lost or late; and who partners are."""

import numpy as np
import pytest
from made_up_states import plane

from model import Simulation, load_scenario
from model.agents.army import View
from model.mechanisms import operations
from model.state import Operation
from model.theatre.geography import great_circle_km, unit_vectors

ARMY = 0


def army(phase=Operation.NONE, weeks=0, people=1e6, **overrides):
    simulation = Simulation(load_scenario("synthetic_plane", overrides={"weeks": 60} | overrides), seed=1)
    state = simulation.state
    state.operation_phase[ARMY], state.operation_weeks[ARMY], state.operation_people[ARMY] = phase, weeks, people
    state.operation[ARMY] = -1 if phase == Operation.NONE else 3
    return simulation.governments[ARMY]


def view(odds=2.0, held=1e6):
    """What it sees of four sectors: its operation is in the last."""
    rest = np.zeros(3)
    return View(
        np.arange(4, dtype=np.int32), np.append(rest, held), np.append(rest, odds), np.append(rest, odds),
        np.append(rest, 0.0),
    )  # fmt: skip


P = plane().parameters.operations


@pytest.mark.parametrize(
    ("phase", "weeks", "odds", "held", "what"),
    [
        (Operation.BUILD_UP, P.build_up, P.daring, 1e6, "attack"),
        (Operation.BUILD_UP, P.build_up - 1, 9.0, 1e6, "wait"),
        (Operation.BUILD_UP, P.build_up, P.daring - 0.01, 1e6, "wait"),
        (Operation.BUILD_UP, 99, P.give_up - 0.01, 1e6, "give_up"),
        (Operation.BUILD_UP, 0, 9.0, P.least_people - 1, "give_up"),
        (Operation.ATTACK, 0, 9.0, P.won * 1e6, "won"),
        (Operation.ATTACK, 0, 0.1, P.won * 1e6, "won"),
        (Operation.ATTACK, 0, P.give_up, P.won * 1e6 + 1, "wait"),
        (Operation.ATTACK, 0, P.give_up - 0.01, 1e6, "failed"),
        (Operation.ATTACK, P.longest - 1, 9.0, 1e6, "wait"),
        (Operation.ATTACK, P.longest, 9.0, 1e6, "late"),
    ],
)
def test_an_operation_goes_on_while_the_odds_are_there_and_ends_when_it_is_won_lost_or_late(
    phase, weeks, odds, held, what
):
    assert army(phase, weeks).judge(view(odds, held), 3) == what


def test_an_attack_begins_with_who_is_there_and_one_that_is_won_leaves_a_garrison():
    attacker = army(Operation.BUILD_UP, P.build_up)
    attacker.go_on(view(held=7e5))
    state = attacker.model.state
    assert (state.operation_phase[ARMY], state.operation[ARMY], state.operation_weeks[ARMY]) == (Operation.ATTACK, 3, 0)
    assert state.operation_people[ARMY] == 7e5
    assert not state.garrison.any()
    attacker.go_on(view(held=1e4))
    assert state.garrison[ARMY].tolist() == [P.garrison_weeks if k == 3 else 0 for k in range(len(state.push))]
    assert (state.operation_phase[ARMY], state.operation[ARMY], state.operation_people[ARMY]) == (0, -1, 0)
    kinds = [event.kind for event in state.events]
    assert kinds == ["offensive", "offensive_won"]


@pytest.mark.parametrize(("phase", "told"), [(Operation.ATTACK, ["offensive_lost"]), (Operation.BUILD_UP, [])])
def test_an_operation_that_fails_ends_without_a_garrison_and_is_told_only_if_it_was_an_attack(phase, told):
    beaten = army(phase, 8)
    beaten.go_on(view(odds=0.1))
    state = beaten.model.state
    assert (state.operation_phase[ARMY], state.operation[ARMY], state.operation_weeks[ARMY]) == (0, -1, 0)
    assert not state.garrison.any()
    assert [event.kind for event in state.events] == told


def test_weeks_of_an_operation_are_counted_by_turns():
    waiting = army(Operation.BUILD_UP, 0)
    waiting.go_on(view())
    waiting.go_on(view())
    assert waiting.model.state.operation_weeks[ARMY] == 2 * P.turn_weeks


def chosen(held, odds):
    count = len(held)
    each = View(
        np.arange(10, 10 + count, dtype=np.int32), np.array(held), np.array(odds), np.ones(count), np.ones(count)
    )
    return army().choose(each)


def test_an_army_chooses_where_most_is_to_be_won_for_the_odds_and_nothing_below_its_daring():
    assert chosen([1e5, 4e5], [2.0, 2.0]) == 11  # more people
    assert chosen([1e5, 1e5], [9.0, 2.0]) == 10  # better odds
    assert chosen([1e5, 3e5], [20.0, 1.2]) == 10  # sqrt(people) x odds / (1 + odds)
    assert chosen([1e5, 9e5], [20.0, 1.2]) == 11
    assert chosen([1e5, 9e5], [2.0, P.daring - 0.01]) == 10
    assert chosen([P.least_people - 1, 9e5], [9.0, 0.5]) == -1
    assert chosen([P.least_people], [P.daring]) == 10


@pytest.fixture(scope="module")
def levant():
    return Simulation(load_scenario("levant_2014", overrides={"weeks": 104, "resolution": 1.0}), seed=1)


def test_partners_are_there_between_their_dates_and_stronger_with_support(levant):
    state, table = levant.state, operations.partner_table(levant.state)
    count = len(state.countries)
    late = np.flatnonzero((table.first > 0) & (table.first < 100))
    assert late.size
    for k in late:
        before, after = int(np.ceil(table.first[k])) - 1, int(np.ceil(table.first[k]))
        strengths = []
        for state.week in (before, after):
            strengths.append(operations.strengths(state)[count + k])
        assert strengths == [0.0, pytest.approx(table.worth[k])]
    state.doses[-1][:] = 0.5
    supported = operations.strengths(state)[count + late[0]]
    assert supported == pytest.approx(table.worth[late[0]] * (1 + state.parameters.operations.support / 2))
    state.cache["partners"] = table._replace(last=np.full(len(table.last), 50.0))
    ending = []
    for state.week in (49, 50):
        ending.append((operations.strengths(state)[count:] > 0).any())
    assert ending == [True, False]
    state.cache.pop("partners")
    state.doses[-1][:], state.week = 0.0, 0


def test_a_partner_fights_willingly_at_home_reluctantly_beside_it_and_not_in_other_countries(levant):
    state = levant.state
    p = state.parameters.operations
    for partner in state.scenario.partners.values():
        sectors, willing = operations.partner_sectors(state, partner)
        at = [state.countries[k] for k in state.theatre.sector_country[sectors]]
        assert set(at) <= set(partner.countries)
        assert (willing > p.least_willing).all()
        assert willing.max() <= 1 + 1e-12
    kurds = state.scenario.partners["peshmerga"]
    _, usual = operations.partner_sectors(state, kurds)
    state.parameters.operations.reluctance = 0.0
    sectors, at_home = operations.partner_sectors(state, kurds)
    state.parameters.operations.reluctance = 0.3
    assert len(at_home) < len(usual)
    home = [state.theatre.sector[state.theatre.nearest_cell(each.lat, each.lon)] for each in kurds.homelands]
    assert set(home) & set(sectors.tolist())


def test_a_partner_fights_wholly_in_its_homelands_and_less_with_distance_from_them(levant):
    state = levant.state
    theatre, p = state.theatre, state.parameters.operations
    cells = np.arange(len(theatre.people))
    for partner in state.scenario.partners.values():
        near = np.full(len(cells), np.inf)
        for home in partner.homelands:
            seat = theatre.nearest_cell(home.lat, home.lon)
            here = great_circle_km(unit_vectors(theatre.lat, theatre.lon), unit_vectors(home.lat, home.lon))
            near = np.where(cells == seat, 0.0, np.minimum(near, np.maximum(0.0, here - home.radius_km)))
        willing = np.where(near > 0, p.reluctance * np.exp(-near / p.reach_km), 1.0)
        willing[~np.isin(theatre.country, [state.countries.index(iso3) for iso3 in partner.countries])] = 0.0
        expected = np.bincount(theatre.sector, (theatre.people + 1) * willing) / np.bincount(
            theatre.sector, theatre.people + 1
        )
        sectors, found = operations.partner_sectors(state, partner)
        assert found == pytest.approx(expected[sectors], abs=0.01)  # beyond five times its reach it is not looked
        assert set(np.flatnonzero(expected > p.least_willing + 0.01)) <= set(sectors.tolist())
        assert found.min() > p.least_willing
