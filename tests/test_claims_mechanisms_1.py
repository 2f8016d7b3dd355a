"""What the claims C01 to C19 rest on: cells of returnees, diversion, discontent and leaving, the label's worth to splits."""

from datetime import date

import numpy as np
import pytest

from model import Simulation, kernels, load_scenario
from model.mechanisms import foreign_fighters, pledging
from model.record import ORGANISATION_SERIES
from model.state import CORE

BORN_EARLY = {"foreign_fighters.cell_returnees": 10, "foreign_fighters.cell_hazard": 0.05}
FLOWS = {"recruited": 1, "arrived": 1, "founding": 1, "killed": -1, "deserted": -1, "returned": -1}


def simulated(weeks, scenario="levant_2014", seed=3, **overrides):
    simulation = Simulation(load_scenario(scenario, overrides={"weeks": weeks} | overrides), seed=seed)
    simulation.run()
    return simulation


@pytest.fixture(scope="module")
def seeded():
    return simulated(60, **BORN_EARLY)


def foundings(simulation):
    return [event for event in simulation.state.events if event.kind == "founding"]


def test_returnees_found_cells_where_no_group_is(seeded):
    homes = {group.country for group in seeded.config.groups.values() if group.present} | {"SYR", "IRQ"}
    assert foundings(seeded)
    assert not homes & {event.country for event in foundings(seeded)}
    assert len({event.country for event in foundings(seeded)}) == len(foundings(seeded))
    assert all(event.organisation in seeded.state.names and event.amount >= 1 for event in foundings(seeded))
    assert len(seeded.groups) == len(seeded.state.names) - 1


def test_founders_are_returnees_and_no_fighter_is_made_from_nothing(seeded):
    state, config = seeded.state, seeded.config
    start = config.core.local_fighters + config.core.foreign_fighters
    start += sum(group.fighters for group in config.groups.values() if group.present)
    flows = sum(sign * state.accounts.get(f"fighters_{how}", 0.0) for how, sign in FLOWS.items())
    assert state.accounts["fighters_founding"] == sum(event.amount for event in foundings(seeded))
    assert start + flows == state.fighters.sum()
    assert (state.returnees >= 0).all()


def test_where_nobody_goes_home_nobody_founds_a_cell():
    assert not foundings(simulated(60, **BORN_EARLY, **{"mechanisms.foreign_fighters.return": False}))


def test_no_more_cells_are_founded_than_there_are_spare_rows():
    simulation = simulated(60, **BORN_EARLY, **{"foreign_fighters.return_rate": 0.01})
    assert len(simulation.state.names) == simulation.state.organisations


def test_more_known_provinces_draw_more_of_those_who_cannot_reach_the_core_up_to_a_share():
    arrived = []
    for media in (0.1, 0.5, 1.0):
        simulation = simulated(40)
        state = simulation.state
        state.media[1:] = media
        state.border_control[:] = 0.9
        state.quality[1:] = 0.9
        arrived.append(np.mean([_diverted(state) for _ in range(40)]))
    assert arrived[0] < arrived[1] < arrived[2]
    most = state.parameters.foreign_fighters
    assert arrived[2] < most.diversion * most.base * 2 * 1.5


def _diverted(state):
    state.week += 1
    foreign_fighters.travel(state)
    return state.arrived[1:].sum()


def test_tarnish_keeps_travellers_away_only_with_its_mechanism():
    arrived = {}
    for switch in (True, False):
        state = simulated(10, **{"mechanisms.brand.tarnish": switch}).state
        for tarnish in (0.0, 1.0):
            state.tarnish, state.week = tarnish, 20
            foreign_fighters.travel(state)
            arrived[switch, tarnish] = state.arrived[CORE]
    assert arrived[True, 1.0] < arrived[True, 0.0]
    assert arrived[False, 1.0] == arrived[False, 0.0]


def test_silence_and_a_worthless_label_make_members_discontent_within_months():
    state = simulated(40).state
    rows = np.flatnonzero(state.provinces)
    before = state.discontent.copy()
    state.silence[rows[0]] = 5.0
    state.utility[rows[1]] -= 1.0
    for _ in range(40):
        kernels.update_discontent(state.organisation_records, False, state.parameters.pledging.record)
    p = state.parameters.pledging
    assert state.discontent[rows[0]] == pytest.approx(
        p.threshold - p.loyalty - state.utility[rows[0]] + p.silence, abs=0.02
    )
    assert state.discontent[rows[1]] > before[rows[1]] + 0.5


def test_members_without_loyalty_to_a_core_without_a_name_leave_and_do_not_swear_again_at_once():
    overrides = {"pledging.loyalty": 0.05, "core.prestige": 0.2, "prestige.momentum": 0.1, "prestige.size": 0.005}
    sworn = {f"groups.{name}.status": "province" for name in ("boko_haram", "libya_10nov")}
    simulation = simulated(80, **overrides, **sworn)
    left = [event for event in simulation.state.events if event.kind == "defection"]
    assert left
    assert simulation.state.refused[[simulation.state.names.index(event.organisation) for event in left]].any()


def test_the_price_of_splitting_follows_prestige_only_with_its_mechanism():
    state = simulated(2, **{"mechanisms.splintering.label": False}).state
    state.prestige = 0.9
    assert pledging.label(state) == state.scenario.core.prestige
    state = simulated(2).state
    state.prestige = 0.9
    assert pledging.label(state) == 0.9


def test_outside_powers_bring_no_pressure_unless_they_are_provoked():
    event = {"kind": "attack", "target": "libya_10nov", "amount": 1.0, "meaning": "a test", "source": "a test"}
    shock = {"timeline.massacre": event | {"date": date(2014, 7, 7)}}
    sworn = {"groups.libya_10nov.status": "province", "alignment.drift": 0.005, "violence.large_attack": 100.0}
    calm = sworn | {"provocation.international": 0.0, "mechanisms.pledging": False}

    def pressure(**overrides):
        scenario = load_scenario("levant_2014", overrides={"weeks": 12} | overrides)
        return Simulation(scenario, seed=3).run().outcomes["outside_pressure"]

    assert pressure(**calm) == 0
    assert pressure(**calm, **shock) > 0
    assert pressure(**calm, **shock, **{"mechanisms.provocation": False}) == 0


def test_effort_shifts_only_in_provinces_and_likeness_is_a_share():
    result = Simulation(load_scenario("levant_2014", overrides={"weeks": 52}), seed=3).run()
    rows = result.organisation_rows
    columns = {name: rows[:, ORGANISATION_SERIES.index(name)] for name in ("shift", "likeness", "status")}
    assert columns["shift"][columns["status"] == 1].max() == pytest.approx(0)
    assert columns["shift"][columns["status"] == 2].max() > 0.05
    assert 0 <= columns["likeness"].min() <= columns["likeness"].max() <= 1
    assert columns["likeness"][:, CORE] == pytest.approx(1)
