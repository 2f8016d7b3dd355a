"""What must not matter does not, and what should matters in the direction that it should: whole runs, side by side."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

import scenarios
from model import Simulation, load_scenario
from model.mechanisms import operations
from model.state import CORE, Operation

PLANE = tomllib.loads((Path(scenarios.__file__).parent / "synthetic_plane.toml").read_text(encoding="utf-8"))
SEEDS, WEEKS = range(4), 60


def run(scenario, overrides, seed, weeks=WEEKS):
    simulation = Simulation(load_scenario(scenario, overrides={"weeks": weeks} | overrides), seed)
    simulation.run()
    return simulation.state


ODD = {"theatre.plane_rows": 31, "theatre.plane_columns": 31}  # places lie in the middle of cells, not between two


def mirrored():
    """Overrides that turn the plane's west into its east: every longitude with the other sign."""
    over = {"core.holdings": [holding | {"lon": -holding["lon"]} for holding in PLANE["core"]["holdings"]]}
    for iso3, government in PLANE["governments"].items():
        lat, lon = government["capital"]
        over[f"governments.{iso3}.capital"] = (lat, -lon)
    for name, group in PLANE["groups"].items():
        over[f"groups.{name}.lon"] = -group["lon"]
        over[f"groups.{name}.holdings"] = [each | {"lon": -each["lon"]} for each in group["holdings"]]
    return over


def test_a_mirrored_map_gives_the_mirrored_war():
    for seed in SEEDS:
        one, other = run("synthetic_plane", ODD, seed), run("synthetic_plane", ODD | mirrored(), seed)
        ours, theirs = one.theatre.raster(one.control, 0.0), other.theatre.raster(other.control, 0.0)[:, :, ::-1]
        assert one.people_held == pytest.approx(other.people_held, rel=1e-6)
        assert np.allclose(ours, theirs, atol=1e-6)


def permuted(order):
    """The plane with its groups in another order: who is who does not change, only the row."""
    base = load_scenario("synthetic_plane", overrides={"weeks": WEEKS})
    return base.model_copy(update={"groups": {name: base.groups[name] for name in order}})


def test_the_order_of_groups_makes_no_difference_but_luck():
    """Luck goes by row: the means over seeds agree within their errors."""
    held = {}
    for order in (("east", "west"), ("west", "east")):
        runs = []
        for seed in range(12):
            simulation = Simulation(permuted(order), seed)
            simulation.run()
            state = simulation.state
            runs.append([state.people_held[state.names.index(name)] for name in ("core", "east", "west")])
        held[order] = np.array(runs)
    one, other = held.values()
    error = np.sqrt((one.var(axis=0, ddof=1) + other.var(axis=0, ddof=1)) / 12)
    assert (np.abs(one.mean(axis=0) - other.mean(axis=0)) <= 3.5 * error + 0.01 * one.mean(axis=0)).all()


CAMPAIGN = "levant_2014"
COARSE = {"resolution": 1.0}


def campaign(effort):
    """Overrides in which all allies bring a multiple of what they bring in the scenario."""
    allies = load_scenario(CAMPAIGN).allies
    return COARSE | {f"allies.{name}.effort": min(10.0, effort * ally.effort) for name, ally in allies.items()}


def test_a_stronger_campaign_never_helps_the_core():
    held = np.array(
        [[run(CAMPAIGN, campaign(e), s).people_held[CORE] for s in SEEDS] for e in (0.0, 0.5, 1.0, 2.0, 3.0)]
    )
    mean = held.mean(axis=1)
    assert (np.diff(mean) <= 0.01 * mean[0]).all()
    assert mean[-1] < 0.9 * mean[0]


FORCES = {  # what of the state's side, against the share that it takes away from the core's people
    "deployable": ("operations.deployable", (0.15, 0.35, 0.6)), "air": ("operations.air", (0.0, 1.5, 5.0)),
    "readiness": ("governments.IRQ.readiness", (0.0, 0.4, 1.0)),
}  # fmt: skip


@pytest.mark.parametrize("force", FORCES)
def test_a_stronger_state_never_helps_the_core(force):
    key, values = FORCES[force]
    held = [np.mean([run(CAMPAIGN, COARSE | {key: value}, s).people_held[CORE] for s in SEEDS]) for value in values]
    assert held[0] > held[-1]
    assert (np.diff(held) <= 0.01 * held[0]).all()


def test_without_travellers_none_arrive_and_the_core_has_fewer_fighters():
    for seed in SEEDS:
        usual = run(CAMPAIGN, COARSE, seed)
        alone = run(CAMPAIGN, COARSE | {"mechanisms.foreign_fighters": False}, seed)
        assert alone.accounts.get("fighters_arrived", 0.0) == 0.0
        assert alone.fighters[CORE] < usual.fighters[CORE]


def test_without_links_no_message_passes_and_no_group_is_accepted_sooner():
    usual, cut = (run("essay_2016", COARSE | {"mechanisms.communication": on}, 1) for on in (True, False))
    assert cut.delivered.sum() == 0.0
    assert usual.delivered.sum() > 0.0
    assert not cut.quality[1:].any()


def test_a_core_without_money_shrinks():
    """Whatever it earns is taken away every week: fighters leave, and land goes with them."""
    for seed in SEEDS:
        usual = Simulation(load_scenario(CAMPAIGN, overrides=COARSE | {"weeks": 80}), seed)
        poor = Simulation(load_scenario(CAMPAIGN, overrides=COARSE | {"weeks": 80}), seed)
        for _ in range(80):
            poor.state.treasury[CORE] = 0.0
            poor.state.parameters.resources.record["oil"] = 0.0
            poor.state.parameters.resources.record["core_tax"] = 0.0
            usual.step()
            poor.step()
        assert poor.state.fighters[CORE] < 0.8 * usual.state.fighters[CORE]
        assert poor.state.people_held[CORE] < usual.state.people_held[CORE]


def test_a_core_that_loses_nine_tenths_of_its_people_gets_weaker_not_stronger():
    """WORLD 1: taking people away must not raise what its fighters are worth on what is left."""
    simulation = Simulation(load_scenario(CAMPAIGN, overrides=COARSE | {"weeks": 160}), seed=1)
    for _ in range(80):
        simulation.step()
    state = simulation.state
    before = float(state.people_held[CORE])
    state.control[CORE] *= 0.1
    for _ in range(78):
        simulation.step()
    assert state.people_held[CORE] < 0.5 * before


def test_armies_send_no_more_than_they_have_and_only_where_they_may_go():
    simulation = Simulation(load_scenario(CAMPAIGN, overrides=COARSE | {"weeks": 60}), seed=2)
    for _ in range(WEEKS):
        simulation.step()
        state = simulation.state
        if operations.turn(state):
            continue
        lists = operations.lists(state)
        for army in range(len(state.readiness)):
            own = lists.sectors[lists.starts[army] : lists.starts[army + 1]]
            assert not np.delete(state.deployed[army], own).any()
    assert (state.readiness >= 0).all()
    assert (state.readiness <= 1).all()
    kinds = {event.kind for event in state.events}
    assert {"offensive", "offensive_won"} <= kinds


def test_an_attack_follows_a_build_up_and_odds_that_are_dared():
    simulation = Simulation(load_scenario(CAMPAIGN, overrides=COARSE | {"weeks": 100}), seed=2)
    state, p = simulation.state, simulation.state.parameters.operations
    waiting = {}
    for _ in range(100):
        before = state.operation_phase.copy()
        simulation.step()
        for army in np.flatnonzero(state.operation_phase != before):
            if state.operation_phase[army] == Operation.BUILD_UP:
                waiting[army] = state.week
            if state.operation_phase[army] == Operation.ATTACK:
                assert state.week - waiting[army] >= p.build_up
    assert any(event.kind == "offensive" for event in state.events)


def test_a_disbanded_partner_sends_nobody():
    simulation = Simulation(load_scenario(CAMPAIGN, overrides=COARSE | {"weeks": 60}), seed=2)
    partner = next(each for each in simulation.partners if each.name == "peshmerga")
    for _ in range(10):
        simulation.step()
    assert simulation.state.deployed[partner.row].sum() > 0
    partner.remove()
    for _ in range(6):
        simulation.step()
    assert simulation.state.deployed[partner.row].sum() == 0


def test_without_operations_nobody_is_sent():
    state = run(CAMPAIGN, COARSE | {"mechanisms.operations": False}, 1)
    assert not state.deployed.any()
    assert not state.massed.any()
