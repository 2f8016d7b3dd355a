"""Every switch takes away what it names, at each place where it acts, and nothing else; none is without effect on a run."""

import numpy as np
import pytest
from made_up_states import EAST, WEST, fortune, plane, sworn

from model import Simulation, kernels, load_scenario
from model.mechanisms import (
    alignment,
    attitudes,
    attrition,
    communication,
    diaspora,
    displacement,
    foreign_fighters,
    governance,
    levers,
    links,
    pledging,
    policy,
    territory,
    violence,
)  # fmt: skip
from model.scenario.declarations import declarations
from model.scenario.schema import Phase
from model.state import CORE

INFORMATION, TRAINING, _, _, MILITIAS = range(5)
MANY = {"local_fighters": 2e5, "foreign_fighters": 2e5}  # so that expected numbers show in counts
EVENTS = {"attacks": 0.5, "travellers": 0.5, "reprisals": 0.5, "return": 0.5, "coalition": 0.0, "severity": 0.5}


def busy(**overrides):
    """The plane with a province in the east, in which all that switches are about goes on at once."""
    state = sworn(fortune(plane(**overrides), **EVENTS), EAST)
    state.week = 4  # the turn of the plane's government
    state.doses[:] = 0.5
    for field, value in {
        "brutality": 0.5, "own_brutality": 0.3, "grievance": 0.5, "reprisals": 50.0, "posture": 0.6, "unrest": 0.9,
        "threat": 0.9, "suppression": 0.5, "exposure": 0.5, "sectarian_heat": 50.0, "strikes": 0.3, "alignment": 0.5,
        "mobilisation": 0.1, "returnees": 100.0, "border_control": 0.5, "diaspora_trust": 0.8, "surge": 0.2, "treasury": 1e7,
    }.items():  # fmt: skip
        getattr(state, field)[:] = value
    state.own_brutality[CORE], state.own_alignment[:] = 0.9, 0.1
    state.headlines, state.tarnish, state.people_before = 0.5, 0.2, 3.0 * float(state.people_held[CORE])
    state.prestige = 0.8  # half at the start
    return state


def read(mechanism, reading, key, on, prepare=lambda state: None):
    state = busy(**{key: on})
    prepare(state)
    found = mechanism(state)
    return np.asarray(reading(state) if reading else found, dtype=float)


def of(field, *place):
    return lambda state: getattr(state, field)[place] if place else getattr(state, field)


def many(state):
    for field, value in MANY.items():
        getattr(state, field)[:] = value
    state.parameters.violence.backfire, state.parameters.violence.abroad_alone = 1.0, 0.5


def silent(state):
    state.delivered[:] = 0.0


def doubting(state):
    state.prestige, state.trust[:] = state.scenario.core.prestige, 0.0


def divert(state):
    state.people_held[CORE], state.guidance[:] = 0.0, 1.0  # nobody can reach the core
    state.parameters.foreign_fighters.base = 1e5


def attentive(state):
    policy_of = [Phase(effort={"strike_provinces": 0.5, "diaspora": 0.3, "sever_links": 0.2})]
    state.ally_effort[:] = 1.0
    levers.spend(state, policy.spent(state, policy_of))


def emulating(state):
    state.conviction[WEST], state.refused[:], state.bases[:] = 1.0, False, 0.3
    state.local_fighters[[EAST, WEST]] = 900.0, 300.0


CASES = [
    (attitudes.update, of("support", CORE), "information", -1, None),
    (attitudes.update, of("support", CORE), "sectarian.defender", 1, None),
    (attitudes.update, of("support", EAST), "sectarian.defender", 1, None),
    (attitudes.update, of("support", WEST), "sectarian.defender", 0, None),
    (attitudes.update, of("support", CORE), "governance", 1, None),
    (attitudes.update, of("support", CORE), "attitudes.grievance", 1, None),
    (attitudes.update, of("support", CORE), "attitudes.backlash", -1, None),
    (attitudes.update, of("fear", CORE), "attitudes.fear", 1, None),
    (attitudes.update, of("support", CORE), "attitudes.fear", 0, None),
    (attitudes.update, of("grievance_due"), "government.posture", 1, None),
    (attitudes.update, of("grievance_due"), "sectarian", 1, None),
    (alignment.update, of("alignment", EAST), "alignment.autonomy", -1, silent),
    (alignment.update, of("alignment", EAST), "alignment.autonomy", 0, None),
    (alignment.update, of("brutality", CORE), "brutality.foreign", 1, None),
    (alignment.update, of("brutality", EAST), "rivals.central_command", -1, lambda state: state.foreign_fighters.fill(500)),
    (alignment.update, of("brutality", EAST), "rivals.nominal_pledges", -1, None),
    (alignment.update, of("brutality", WEST), "rivals.nominal_pledges", 0, None),
    (links.carry, of("surge", EAST), "rivals.nominal_pledges", -1, None),
    (attrition.fight, of("accuracy", CORE), "rivals.lost_tips", -1, None),
    (violence.attack, of("attacks", EAST, 1), "sectarian", 1, None),
    (violence.attack, of("reprisals"), "sectarian", 1, None),
    (violence.attack, of("attacks", EAST, 2), "reach", 1, many),
    (violence.attack, of("attacks", EAST, 0), "reach", 0, many),
    (violence.attack, of("attacks", CORE, 3), "provocation.backfire", 1, many),
    (violence.attack, of("attacks", WEST, 3), "provocation.backfire", 0, many),
    (violence.attack, of("stopped"), "diaspora", 1, lambda state: (many(state), setattr(state, "reports", 1.0))),
    (governance.govern, of("training"), "partner_aid", 1, None),
    (governance.govern, of("militia"), "militia", 1, None),
    (governance.govern, of("posture"), "government.posture", 1, None),
    (governance.govern, of("mobilisation"), "government.posture", 0, None),
    (governance.govern, None, "government.coalition", 1, lambda state: state.coalition.fill(False)),
    (foreign_fighters.travel, of("arrived", CORE), "brand.headlines", 1, None),
    (foreign_fighters.travel, of("arrived", CORE), "brand.tarnish", -1, None),
    (foreign_fighters.travel, of("arrived", CORE), "information", -1, None),
    (foreign_fighters.travel, of("arrived", EAST), "foreign_fighters.diversion", 1, divert),
    (foreign_fighters.travel, of("foreign_fighters", CORE), "foreign_fighters.return", -1, None),
    (foreign_fighters.travel, of("envoys", CORE, EAST), "foreign_fighters.envoys", 1, None),
    (foreign_fighters.travel, of("arrived"), "foreign_fighters", 1, None),
    (communication.exchange, of("envoys", CORE, EAST), "foreign_fighters.envoys", 1, None),
    (communication.exchange, of("quality", EAST), "communication", 1, None),
    (communication.exchange, of("silence", WEST), "communication", -1, None),
    (communication.exchange, of("envoys", CORE, WEST), "rivals.network_healing", 1, lambda state: sworn(state, WEST)),
    (pledging.draw_decisions, of("appeal", WEST, 0), "brand", 1, None),
    (pledging.draw_decisions, of("appeal", EAST, 0), "brand", 1, None),
    (pledging.draw_decisions, of("appeal", EAST, 0), "rivals.sovereign_subordinates", -1, None),
    (pledging.draw_decisions, of("appeal", WEST, 0), "rivals.sovereign_subordinates", 0, None),
    (pledging.draw_decisions, of("appeal", EAST, 0), "rivals.sovereign_subordinates", 1, doubting),
    (attentive, of("attention", WEST), "targeting.salience", -1, emulating),
    (attentive, of("attention", WEST), "allied.observation", 1, emulating),
    (attentive, of("strikes", EAST), "allied.basing", -1, emulating),
    (attentive, of("diaspora_dose"), "diaspora", 1, None),
    (diaspora.update, of("diaspora_risk"), "diaspora", 1, None),
    (displacement.move, of("people"), "displacement", -1, lambda state: state.fear.fill(0.9)),
    (displacement.move, of("people"), "displacement.fronts", -1, lambda state: state.total_before.fill(0.0)),
    (territory.spread, of("control", CORE), "territory", 1, None),
]  # fmt: skip


@pytest.mark.parametrize(("mechanism", "reading", "switch", "sign", "prepare"), CASES)
def test_a_switch_takes_away_what_it_names_where_it_acts_and_nothing_else(mechanism, reading, switch, sign, prepare):
    key = switch if switch.startswith("rivals.") else f"mechanisms.{switch}"
    on, off = (read(mechanism, reading, key, each, prepare or (lambda state: None)) for each in (True, False))
    if sign == 0:
        assert np.array_equal(on, off)
    else:
        assert sign * (on.sum() - off.sum()) > 0


def test_without_the_sectarian_switch_nobody_takes_revenge():
    state = busy(**{"mechanisms.sectarian": False})
    violence.attack(state)
    assert not state.reprisals.any()


def test_provocation_draws_outside_powers_in_only_with_its_switch():
    scenario = {"weeks": 4, "resolution": 1.0}
    level = {}
    for on in (True, False):
        overrides = scenario | {"mechanisms.provocation": on}
        state = Simulation(load_scenario("levant_2014", overrides=overrides), seed=1).state
        state.attacks[CORE, 3] = 5.0
        violence.provoke(state)
        level[on] = state.provocation.copy()
    assert not level[False].any()
    outside = np.array([ally.kind == "outside_power" for ally in state.scenario.allies.values()])
    assert (level[True] > 0).tolist() == outside.tolist()


def test_allies_divide_attention_equally_without_allocation_and_links_are_cut_at_random_without_brokers():
    state = sworn(plane(**{"mechanisms.allied.allocation": False, "mechanisms.allied.observation": False}), EAST, WEST)
    state.local_fighters[[EAST, WEST]] = 900.0, 100.0
    attentive(state)
    assert state.attention[[EAST, WEST]].tolist() == [0.5, 0.5]
    state = sworn(plane(**{"mechanisms.allied.observation": False}), EAST, WEST)
    state.local_fighters[[EAST, WEST]], state.people_held[[EAST, WEST]] = (900.0, 100.0), 0.0
    state.foreign_fighters[:] = 0.0
    attentive(state)
    assert state.attention[[EAST, WEST]] == pytest.approx([0.75, 0.25])  # by the root of their fighters


def growing(held, seen, **overrides):
    """Two provinces of the same fighters, the western one as it was, under a policy that adapts to growth."""
    state = sworn(plane(**{"mechanisms.allied.observation": False, "allied.people_root": 1e12} | overrides), EAST, WEST)
    state.local_fighters[[EAST, WEST]], state.foreign_fighters[:] = 400.0, 0.0
    state.people_held[[EAST, WEST]], state.people_seen[[EAST, WEST]] = (held, 1e6), (seen, 1e6)
    p = state.parameters.allied
    kernels.share_attention(state.organisation_records, state.luck, True, True, state.switches, p.record)
    return state.attention[EAST] / state.attention[WEST], state.people_seen[EAST], p


def test_attention_goes_to_growth_against_what_was_seen_before_within_limits():
    more, seen, p = growing(1.2e6, 1e6)
    assert more == pytest.approx(1 + p.growth_weight * min(0.2, p.growth_most))
    assert seen == pytest.approx(1e6 + 2e5 / p.growth_weeks)
    assert growing(5e6, -1.0)[:2] == pytest.approx((1.0, 5e6))  # seen for the first time
    assert growing(1e9, 1e6)[0] == pytest.approx(1 + p.growth_weight * p.growth_most)
    assert growing(0.0, 1e9)[0] == pytest.approx(max(0.0, 1 + p.growth_weight * p.growth_least))
    assert growing(0.0, 1e9, **{"allied.growth_weight": 1e3})[0] == 0
    few = growing(p.growth_people / 10, 0.0)[0]
    assert few == pytest.approx(1 + p.growth_weight * min(0.1, p.growth_most))  # a village is no growth


LATE = ("links.retreat", "aid.media")  # of their own: `test_core.py`, `test_link_channels.py`
RARE = {
    "splintering.hazard": 0.05, "pledging.secession_hazard": 0.2, "pledging.secession_worth": 1.5, "links.escalation": 0.5,
    "core.last_stand": 5e5, "timeline.collapse_control.amount": 1.0, "timeline.collapse_fighters.amount": 0.99,
}  # fmt: skip


def eventful(**overrides):
    """A run in which what is rare happens."""
    given = {"resolution": 1.0} | RARE | overrides
    return Simulation(load_scenario("core_collapse", "comprehensive", overrides=given), seed=35)


def bits(simulation):
    state = simulation.state
    parts = (
        state.organisation_records,
        state.country_records,
        state.control,
        state.people,
        state.ally_effort,
        state.envoys,
    )
    return hash(b"".join(part.tobytes() for part in parts)), state.prestige, state.headlines


@pytest.fixture(scope="module")
def course():
    simulation = eventful()
    weeks = [bits(simulation)]
    while simulation.running:
        simulation.step()
        weeks.append(bits(simulation))
    return weeks


@pytest.mark.parametrize("switch", [*declarations().switches, *(f"rivals.{name}" for name in declarations().rivals)])
def test_no_switch_is_without_effect_on_a_run(switch, course):
    if switch in LATE:
        assert switch in declarations().switches
        return
    turned = {switch: True} if switch.startswith("rivals.") else {f"mechanisms.{switch}": False}
    simulation, week = eventful(**turned), 0
    while bits(simulation) == course[week] and simulation.running:
        simulation.step()
        week += 1
    assert bits(simulation) != course[week]
