"""What armies see in sectors, whom they send where, how hard they press, what they lose and rebuild."""

import numpy as np
import pytest
from made_up_states import EAST, WEST, fortune, plane, switched

from model import kernels
from model.kernels.compiled import ACTS, IDLE, WAITS
from model.kernels.operations import Marching
from model.mechanisms import operations
from model.state import CORE, Operation

ARMY = 0


def measured(prepare=lambda state: None, **overrides):
    state = fortune(plane(**overrides), focus=0.5)
    prepare(state)
    operations.measure(state)
    return state


def test_what_is_at_stake_in_a_sector_is_who_is_held_there_and_who_could_be_next():
    state = measured()
    sector, people = state.theatre.sector, state.people
    held = np.bincount(sector, (state.control * people).sum(axis=0), len(state.sector_held))
    assert state.sector_held == pytest.approx(held)
    beside = state.control[:, state.theatre.neighbours].max(axis=2)
    free = np.maximum(0.0, 1 - state.control.sum(axis=0))
    assert state.sector_exposed == pytest.approx(np.bincount(sector, (free * beside * people).sum(axis=0), len(held)))
    assert state.sector_exposed[held == 0].max() > 0  # next to what they hold
    again = state.sector_held.copy()
    operations.measure(state)
    assert state.sector_held == pytest.approx(again)


def test_the_strength_of_groups_is_the_mean_over_people_of_fighters_and_what_people_make_of_them():
    base = measured().sector_strength
    double = measured(lambda state: (state.local_fighters.__imul__(2), state.foreign_fighters.__imul__(2)))
    there = base > 0
    assert there.any()
    assert double.sector_strength[there] == pytest.approx(2 * base[there])
    supported = measured(lambda state: state.support.__iadd__(0.1)).sector_strength
    assert (supported[there] > base[there]).all()
    assert (base[measured().sector_held == 0] == 0).all()


def test_strikes_on_groups_add_to_a_ground_force_only_where_those_are():
    p = plane().parameters.operations
    assert (measured().sector_air == 1).all()
    state = measured(lambda state: state.strikes.__setitem__(EAST, 0.5))
    core, east = (state.theatre.sector[state.home[row]] for row in (CORE, EAST))
    assert state.sector_air[east] == pytest.approx(1 + p.air / 2)
    assert state.sector_air[core] == 1
    assert state.sector_air.max() <= 1 + p.air / 2 + 1e-9


def focus(push=0.0, draw=0.5, **overrides):
    """The sector in which the core masses fighters, with its second best under attack, or nothing."""
    state = measured(**overrides)
    first = state.focus[CORE]
    theatre, mine = state.theatre, state.control[CORE]
    beside = mine[theatre.neighbours].max(axis=1)
    free = np.maximum(0.0, 1 - state.control.sum(axis=0))
    worth = np.bincount(theatre.sector, (mine + free * beside) * state.people, len(state.push))
    assert worth[first] == pytest.approx(worth.max())
    order = np.argsort(-worth, kind="stable")
    other = order[np.searchsorted(-worth[order], -0.5 * worth.max())]  # worth no more than half of the best
    assert 0.3 * worth.max() < worth[other] <= 0.5 * worth.max()
    state.push[:] = 0.0
    state.push[other] = push
    operations.measure(fortune(state, focus=draw))
    return state.focus[CORE] == other


def test_fighters_mass_where_most_is_at_stake_and_an_attack_counts_more_than_people():
    assert not focus()
    assert focus(1.0, **{"operations.alert": 5.0})
    assert not focus(0.9, **{"operations.alert": 5.0})  # pressed, but under no attack
    assert not focus(1.0, **{"operations.alert": 1.0})
    assert not focus(1.0, draw=0.0, **{"operations.alert": 5.0, "operations.focus_error": 0.9})
    assert focus(1.0, draw=0.999, **{"operations.alert": 3.0, "operations.focus_error": 0.9})


def test_who_holds_and_borders_nothing_has_no_focus():
    assert (measured().focus[3:] == -1).all()
    assert (measured().focus[[CORE, EAST, WEST]] >= 0).all()


def seen(prepare=lambda state: None, soldiers=1.0, **overrides):
    """What the plane's army sees without an error, of so many times its soldiers."""
    state = measured(**overrides)
    state.forces *= soldiers
    prepare(state)
    state.draws = lambda purpose, size=None: np.full(size or state.organisations, 0.5)
    return operations.look(state), state


def test_odds_follow_soldiers_and_strikes_against_groups_in_defence():
    base, state = seen()
    held = state.sector_held[base.sectors] > 0
    assert seen(soldiers=2.0)[0].odds[held] == pytest.approx(2 * base.odds[held])
    struck, _ = seen(lambda state: state.sector_air.fill(3.0))
    assert struck.odds[held] == pytest.approx(3 * base.odds[held])
    dug_in, _ = seen(lambda state: setattr(state.parameters.territory, "entrenched", 2 * entrenched(state)))
    assert dug_in.odds[held] == pytest.approx(base.odds[held] / 2)
    main, _ = seen(**{"operations.main_effort": 2 * state.parameters.operations.main_effort})
    assert main.odds[held] == pytest.approx(2 * base.odds[held])
    strong, _ = seen(lambda state: state.sector_strength.__imul__(2.0))
    assert strong.odds[held] == pytest.approx(base.odds[held] / 2)


def entrenched(state):
    return state.parameters.territory.entrenched


def test_what_others_have_sent_counts_and_what_it_has_sent_itself_does_not_count_twice():
    base, state = seen()
    alone = base.odds.copy()
    operations.send(state)
    assert state.massed.max() > 0
    again = operations.look(state)
    assert again.others == pytest.approx(np.zeros(len(again.others)), abs=1e-9)
    state.massed += 5.0
    again = operations.look(state)
    assert again.others == pytest.approx(np.full(len(again.others), 5.0))
    people = np.maximum(state.sector_held, state.sector_exposed) + state.parameters.territory.district
    main = 1000 * state.army_strength[ARMY] * state.parameters.operations.main_effort * base.willing
    assert again.own == pytest.approx(main / people[again.sectors])
    held = state.sector_held[again.sectors] > 0
    assert again.odds[held] == pytest.approx(alone[held] * (1 + 5.0 / again.own[held]))


def test_an_army_dares_to_attack_where_enough_people_are_and_the_odds_are_good_enough():
    at_ease = {"operations.daring": 1.0, "operations.least_people": 2e4}
    many, state = seen(soldiers=1e4, **at_ease)
    assert many.open_to[ARMY] == (state.sector_held >= 2e4).sum() > 0
    few, _ = seen(soldiers=1e-4, **at_ease)
    assert few.open_to[ARMY] == 0
    assert many.stake[ARMY] == pytest.approx((state.sector_held + state.sector_exposed).sum())


def turns(soldiers, phase=Operation.NONE, weeks=0, sector=None):
    """Whether the army has nothing to decide, goes on as before, or decides; its operation is where most are held."""

    def prepare(state):
        state.operation_phase[ARMY], state.operation_weeks[ARMY] = phase, weeks
        state.operation[ARMY] = int(np.argmax(state.sector_held)) if sector is None else sector
        state.operation_people[ARMY] = state.sector_held.max()

    easy = {"operations.daring": 1.0, "operations.least_people": 2e4, "operations.build_up": 9.0}
    return seen(prepare, soldiers, **easy, **{"operations.turn_weeks": 4.0})[0].turns[ARMY]


def test_an_army_decides_where_an_attack_is_open_to_it_or_its_own_comes_to_a_point():
    assert turns(1e-4) == IDLE
    assert turns(1e4) == ACTS
    assert [turns(1e4, Operation.BUILD_UP, weeks) for weeks in (0, 4, 5)] == [WAITS, WAITS, ACTS]
    assert turns(1e-4, Operation.BUILD_UP) == ACTS  # gives up
    assert turns(1e4, Operation.ATTACK) == WAITS
    assert turns(1e4, Operation.BUILD_UP, sector=10**6) == ACTS  # no sector of its own


def test_the_error_of_odds_is_bounded_and_even():
    state = measured(**{"operations.odds_error": 0.4})
    ratio = []
    for draw in (0.0, 0.5, 1.0):
        state.draws = lambda purpose, size=None, draw=draw: np.full(size or state.organisations, draw)
        ratio.append(operations.look(state).odds.max())
    assert np.log(ratio[2] / ratio[1]) == pytest.approx(0.4)
    assert np.log(ratio[0] / ratio[1]) == pytest.approx(-0.4)


def sent(phase=Operation.NONE, weeks=0, garrisons=0, **overrides):
    """Shares of a force that is willing everywhere, by sector; its operation is in the best sector, garrisons in others."""
    state = measured(**overrides)
    lists = operations.lists(state)
    lists.willing[:] = 1.0
    operations.look(state)
    aim = int(np.argmax(state.sector_held))
    state.operation[ARMY], state.operation_phase[ARMY], state.operation_weeks[ARMY] = aim, phase, weeks
    empty = np.flatnonzero(state.sector_exposed == 0)[:garrisons]
    state.garrison[ARMY, empty] = 10.0
    operations.send(state)
    shares = state.deployed[ARMY] / (state.army_strength * state.readiness)[ARMY]
    return shares, aim, empty, state


def test_a_force_is_sent_whole_to_where_people_are_exposed_by_the_root_of_their_number():
    shares, _, _, state = sent()
    assert shares.sum() == pytest.approx(1.0)
    root = np.sqrt(state.sector_exposed)
    assert shares == pytest.approx(root / root.sum())


def test_the_main_effort_goes_to_the_operation_and_grows_through_the_build_up():
    p = plane().parameters.operations
    build_up = int(p.build_up)
    usual, aim, _, _ = sent()
    for phase, weeks, part in (
        (Operation.ATTACK, 0, 1.0), (Operation.BUILD_UP, 0, 0.0), (Operation.BUILD_UP, build_up // 2, 0.5),
        (Operation.BUILD_UP, 3 * build_up, 1.0),
    ):  # fmt: skip
        shares, _, _, _ = sent(phase, weeks)
        assert shares.sum() == pytest.approx(1.0)
        main = part * p.main_effort
        assert shares[aim] == pytest.approx(main + (1 - main) * usual[aim])


def test_garrisons_stay_for_their_weeks_and_take_a_share_each_and_together_no_more_than_stated():
    settings = {"operations.garrison_share": 0.1, "operations.most_garrisons": 0.3}
    for count, each in ((1, 0.1), (3, 0.1), (6, 0.05)):
        shares, _, where, state = sent(garrisons=count, **settings)
        assert shares[where] == pytest.approx(each)
        assert shares.sum() == pytest.approx(1.0)
        assert (state.garrison[ARMY, where] == 10 - state.parameters.operations.turn_weeks).all()
    for _ in range(3):
        operations.send(state)
    assert (state.garrison >= 0).all()
    assert not state.garrison.any()


def test_an_army_without_people_at_stake_or_soldiers_stays_at_home():
    assert not sent(**{"operations.least_people": 1e12})[0].any()
    state = measured()
    state.forces[:] = 0.0
    operations.look(state)
    operations.send(state)
    assert not state.deployed.any()


def test_how_hard_it_presses_depends_on_whether_it_attacks():
    _, aim, _, state = sent(Operation.ATTACK)
    others = np.arange(len(state.push)) != aim
    assert state.push[aim] == 1
    assert (state.push[others] == state.parameters.operations.passive).all()
    _, aim, _, state = sent(Operation.BUILD_UP)
    assert (state.push == state.parameters.operations.passive).all()


def test_an_army_has_what_is_mobilised_can_be_sent_and_is_not_tied_down():
    def strength(**fields):
        state = plane(**{"operations.deployable": 0.4})
        state.forces[:], state.effectiveness[:], state.mobilisation[:], state.distraction[:] = 1e5, 0.5, 0.8, 0.0
        for name, value in fields.items():
            getattr(state, name)[:] = value
        return operations.strengths(state)[ARMY]

    assert strength() == pytest.approx(1e5 * 0.5 * 0.4 * 0.8)
    assert strength(distraction=0.25) == pytest.approx(0.75 * strength())
    assert strength(distraction=1.0) == strength(mobilisation=0.0) == strength(standing=False) == 0


def test_armies_decide_once_in_their_turn_and_only_with_the_switch():
    state = plane(**{"operations.turn_weeks": 4.0})
    weeks = []
    for state.week in range(9):
        if operations.turn(state):
            weeks.append(state.week)
    assert weeks == [0, 4, 8]
    assert not operations.turn(plane(**switched(operations=False)))


def lost(taken=0.0, training=0.0, readiness=1.0):
    """The plane after a week in which groups took a share of what they did not hold of the best defended sector."""
    _, _, _, state = sent(**{"operations.rout": 0.5, "operations.rebuilding": 50.0, "operations.training": 2.0})
    sector = int(np.argmax(state.deployed[ARMY]))
    free = operations.residents(state)[sector] - state.sector_held[sector]
    state.taken[:] = 0.0
    state.taken[sector], state.readiness[:], state.training[:] = taken * free, readiness, training
    before = state.deployed[ARMY, sector]
    operations.lose(state)
    return before - state.deployed[ARMY, sector], before, state


def test_armies_lose_a_share_of_who_was_sent_where_land_was_taken_and_rebuild():
    gone, there, state = lost(taken=0.4)
    assert gone == pytest.approx(0.5 * 0.4 * there)
    assert state.readiness[ARMY] == pytest.approx(1 - gone / state.army_strength[ARMY])
    assert lost(taken=9.0)[0] == pytest.approx(0.5 * there)  # no more than all of it is taken
    assert lost(readiness=0.5)[2].readiness[ARMY] == pytest.approx(0.5 + 0.5 / 50)
    assert lost(readiness=0.5, training=0.5)[2].readiness[ARMY] == pytest.approx(0.5 + 0.5 * 2 / 50)
    assert lost()[2].readiness[ARMY] == 1


def test_partners_are_rebuilt_by_the_training_of_the_country_where_each_is_at_home():
    state = plane(**{"operations.rebuilding": 50.0, "operations.training": 2.0})
    countries, armies, none = np.repeat(state.country_records, 2), 4, np.zeros((4, 0))
    countries["training"], readiness = [0.0, 0.5], np.full(armies, 0.5)
    marching = Marching(
        np.zeros(armies + 1, dtype=np.int64), np.zeros(0, dtype=np.int32), *none, np.zeros(armies, dtype=np.int64),
        np.zeros(armies), np.zeros(armies, dtype=np.int64),
    )  # fmt: skip
    kernels.lose_soldiers(
        countries, tuple(marching), np.array([1, 0], dtype=np.int32), state.sectors,
        operations.residents(state), np.zeros((armies, len(state.sector_held))), np.ones(armies), readiness,
        state.parameters.operations.record,
    )  # fmt: skip
    slowly, faster = 0.5 + 0.5 / 50, 0.5 + 0.5 * 2 / 50
    assert readiness == pytest.approx([slowly, faster, faster, slowly])  # two countries, then a partner of each
