"""The state at week 0: published figures turned into what the model uses."""

import numpy as np

from model import kernels
from model.scenario import phase_weeks
from model.scenario.schema import HOLDING_RIM, Group, Holding, Scenario
from model.state.arrays import State
from model.state.axes import ACTIVITIES, CORE, Status
from model.state.fields import Floats
from model.theatre import Theatre


def start_state(scenario: Scenario, theatre: Theatre, seed: int) -> State:
    """Return the state of a scenario before its first week."""
    state = State(scenario, theatre, seed)
    state.hub[:] = state.parent[:] = state.camp[:] = state.accepted_week[:] = -1
    state.people_seen[:] = -1.0
    state.trust[:] = state.own_drive[:] = state.drive[:] = 1.0
    for usual in (state.concealment, state.tempo, state.harshness, state.asking):
        usual[:] = 1.0
    state.focus[:] = state.operation[:] = -1
    state.readiness[:], state.standing[:] = 1.0, True
    state.readiness[: len(state.countries)] = [scenario.governments[iso3].readiness for iso3 in state.countries]
    state.mobilisation[:] = state.parameters.government.base_mobilisation
    _countries(state)
    _cells(state)
    _core(state)
    for row, name in enumerate(state.names[1:], start=1):
        _group(state, row, scenario.groups[name])
    kernels.count_brokers(state.organisation_records, state.envoys, state.parameters.communication.record)
    for column, hub in enumerate(scenario.hubs.values()):
        state.hub_prestige[column] = hub.prestige
    for row, ally in enumerate(scenario.allies.values()):
        state.ally_threat[row] = ally.threat
        state.outside_effort[row] = ally.effort if ally.kind == "outside_power" else 0.0
        state.diaspora_trust[row] = 1.0
        state.bases[row] = [1.0 if iso3 in ally.reach else 0.0 for iso3 in state.countries]
    state.taken_on[:] = 1.0
    for k, phase in enumerate(scenario.policy.phases.values()):
        state.phase_week[k] = -1 if phase.when else phase_weeks(phase, scenario)[0]
    _territory(state)
    return state


def _countries(state: State) -> None:
    parameters = state.parameters.government
    for k, iso3 in enumerate(state.countries):
        government = state.scenario.governments[iso3]
        people = government.population * 1e6
        density = government.forces_per_1000 + parameters.police
        state.full_forces[k] = np.rint(density * people / 1000 * government.governed_share)
        state.forces[k] = state.full_forces[k]
        state.own_effectiveness[k] = np.exp(parameters.effectiveness_scale * government.government_effectiveness)
        state.effectiveness[k] = state.own_effectiveness[k]
        state.state_accuracy[k] = parameters.base_accuracy * min(1.0, max(0.0, (government.rule_of_law + 2.5) / 5))
        # (score + 2.5) / 5 brings the World Bank's scores, -2.5 to 2.5, to 0 to 1
        state.legitimacy[k] = (government.political_stability + 2.5) / 5
        unheard = government.excluded_share + parameters.discrimination * government.discriminated_share
        state.minority_legitimacy[k] = state.legitimacy[k] * (1 - parameters.exclusion_penalty * min(1.0, unheard))
        state.posture[k] = state.own_posture[k] = government.posture
        state.border_control[k] = state.own_border_control[k] = government.border_control
        state.anti_foreign[k] = government.anti_foreign
        state.coalition[k] = government.coalition
        state.travelled[k] = government.travelled
        state.displaced_before[k] = np.rint(1e6 * government.displaced)
    np.clip(state.legitimacy, parameters.least_legitimacy, 1, out=state.legitimacy)
    np.clip(state.minority_legitimacy, parameters.least_minority_legitimacy, 1, out=state.minority_legitimacy)


def _cells(state: State) -> None:
    theatre, parameters = state.theatre, state.parameters
    state.people[:] = theatre.people
    scale = parameters.territory.state_reach_km
    floor = parameters.territory.state_reach_floor
    state.reach[:] = floor + (1 - floor) * np.exp(-theatre.capital_km / scale)
    state.defence[:] = parameters.territory.local_defence * (1 - theatre.constituency) ** 2
    unheard = 1 - state.minority_legitimacy[theatre.country]
    state.base_grievance[:] = parameters.attitudes.start_grievance * unheard * theatre.constituency
    state.grievance[:] = state.base_grievance
    open_to = parameters.attitudes.start_sympathy + state.grievance
    sympathy = parameters.attitudes.start_support * open_to * theatre.constituency
    state.support[:, :] = np.minimum(sympathy, theatre.constituency)


def _core(state: State) -> None:
    core = state.scenario.core
    headquarters = core.headquarters[0]
    state.present[CORE] = True
    state.core_alive = True
    place(state, CORE, state.theatre.nearest_cell(headquarters.lat, headquarters.lon))
    state.local_fighters[CORE], state.foreign_fighters[CORE] = core.local_fighters, core.foreign_fighters
    state.treasury[CORE] = np.rint(core.treasury)
    state.prestige = core.prestige
    state.skill[CORE] = state.full_skill[CORE] = core.skill
    state.brutality[CORE] = state.own_brutality[CORE] = core.brutality
    state.conviction[CORE] = state.alignment[CORE] = state.own_alignment[CORE] = 1.0
    state.media[CORE] = 1.0
    state.camp[CORE] = 0
    parameters = state.parameters.core
    mix = np.array([getattr(parameters, f"effort_{name}") for name in ACTIVITIES])
    state.activity[CORE] = state.own_activity[CORE] = mix / mix.sum()


def _group(state: State, row: int, group: Group) -> None:
    pledging = state.parameters.pledging
    state.present[row] = True
    place(state, row, state.theatre.nearest_cell(group.lat, group.lon, group.country))
    status = {"independent": Status.INDEPENDENT, "province": Status.PROVINCE, "rival_franchise": Status.RIVAL_FRANCHISE}
    state.status[row] = status[group.status]
    state.hub[row] = state.hubs.index(group.hub) if group.hub else -1
    state.hub_tie[row] = group.hub_tie
    state.parent[row] = state.names.index(group.parent) if group.parent in state.names else -1
    foreign = np.rint(group.fighters * group.foreign_share)
    state.local_fighters[row], state.foreign_fighters[row] = group.fighters - foreign, foreign
    state.treasury[row] = np.rint(group.treasury)
    state.skill[row] = state.full_skill[row] = group.skill
    for name in ("conviction", "ambition", "need"):
        getattr(state, name)[row] = getattr(group, name)
    state.own_brutality[row] = state.brutality[row] = group.brutality
    state.own_alignment[row] = pledging.own_alignment * group.conviction
    state.media[row] = group.media
    state.envoys[row, CORE] = state.envoys[CORE, row] = group.envoys
    state.own_activity[row] = local_activity(state, row)
    state.activity[row] = state.own_activity[row]
    state.refused[row] = group.refused
    state.accepted_week[row] = 0 if group.status == "province" else -1
    if group.status == "province":
        state.alignment[row] = max(state.own_alignment[row], pledging.start_alignment)
        state.hub[row], state.hub_tie[row] = -1, 0.0
    state.camp[row] = 0 if group.status == "province" else _hub_camp(state, row)


def place(state: State, row: int, cell: int) -> None:
    """Put the headquarters of an organisation in a cell."""
    state.home[row] = cell
    state.home_country[row] = state.theatre.country[cell]


def local_activity(state: State, row: int) -> Floats:
    """Shares of effort that a group chooses of its own accord, (activity,), from its brutality and creed."""
    p, brutal, devout = state.parameters.local_groups, state.own_brutality[row], state.conviction[row]
    regional = p.effort_regional + p.effort_regional_creed * devout
    mix = np.array([
        p.effort_state, p.effort_sectarian * brutal, regional, p.effort_international * devout, p.effort_governing,
    ])  # fmt: skip
    return np.asarray(mix / mix.sum())


def _hub_camp(state: State, row: int) -> int:
    return int(state.hub[row]) + 1 if state.hub[row] >= 0 else -1


def _territory(state: State) -> None:
    scenario = state.scenario
    for holding in scenario.core.holdings:
        _hold(state, CORE, holding)
    for row, name in enumerate(state.names[1:], start=1):
        for holding in scenario.groups[name].holdings:
            _hold(state, row, holding)
    held = np.flatnonzero(state.control.any(axis=0))
    control = state.control[:, held]
    control /= np.maximum(control.sum(axis=0), 1.0)
    state.control[:, held] = control
    attitudes = state.parameters.attitudes
    rise = attitudes.fear * state.brutality[:, None] * control
    state.fear[:, held] = rise / (rise + attitudes.fear_decay)  # what long rule at this brutality leads to
    kernels.activate(state.cells, state.neighbours)
    state.camp[~state.present] = -1


def _hold(state: State, row: int, holding: Holding) -> None:
    """Full control inside the rim, falling to none at the radius; the nearest cell is held in any case."""
    cells, distance = state.theatre.disc(holding.lat, holding.lon, holding.radius_km)
    control = holding.control * np.minimum(1.0, (1.0 - distance / holding.radius_km) / HOLDING_RIM)
    state.control[row, cells] = np.maximum(state.control[row, cells], control)
    nearest = state.theatre.nearest_cell(holding.lat, holding.lon)
    state.control[row, nearest] = max(state.control[row, nearest], holding.control)
