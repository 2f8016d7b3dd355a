"""From a policy's shares of effort to the dose of each lever: dose = 1 - exp(-ln 2 x effort x reach / half).

The exponential form gives diminishing returns without a threshold; at effort x reach = half a lever works at half its
strength (a standard saturating dose-response, as in pharmacology's one-hit model). All constants are assumed.
"""

import numpy as np

from model.fields import Floats
from model.scenario import phase_weeks
from model.schema import LEVERS, Scenario
from model.state import CORE, COUNTRY_LEVERS, State


def plan(scenario: Scenario) -> Floats:
    """Return the policy's shares of effort, (weeks, levers in the order of schema.LEVERS)."""
    shares = np.zeros((scenario.weeks, len(LEVERS)))
    for phase in scenario.policy.phases.values():
        first, last = phase_weeks(phase, scenario)
        for lever, share in phase.effort.items():
            shares[max(0, first) : max(0, last), LEVERS.index(lever)] += share
    return shares


def dose(effort: Floats | float, half: float) -> Floats:
    """Dose of an effort (any shape): 1 - exp(-effort ln 2 / half), which is 1/2 at effort = half."""
    return np.asarray(1.0 - np.exp(-np.asarray(effort) * (np.log(2.0) / half)))


def spend(state: State, shares: Floats, efforts: Floats, outside: float) -> None:
    """Turn this week's shares (levers,) and efforts (allies,) into doses; an outside power's effort strikes the core."""
    total = float(efforts.sum())
    state.effort = {lever: float(share) * total for lever, share in zip(LEVERS, shares, strict=True)}
    state.effort_spent = sum(state.effort.values())
    reach = coverage(state, efforts)
    _strikes(state, reach, outside)
    _links(state)
    _countries(state, reach)
    half = state.parameters.half_effort
    state.diaspora_dose = float(dose(state.effort["diaspora"], half.diaspora)) if "diaspora" in state.on else 0.0


def coverage(state: State, efforts: Floats) -> Floats:
    """Return how much of an effort arrives in each country (countries,), by where allies have reach.

    Divided responsibility leaves each country to the ally best placed there, less a loss to coordination; duplicated
    responsibility spreads every ally everywhere. Without `allied.basing` all effort arrives.
    """
    if "allied.basing" not in state.on or efforts.sum() == 0:
        return np.ones(len(state.countries))
    long_range = state.parameters.allied.long_range
    reach = long_range + (1 - long_range) * state.bases
    active = efforts > 0
    if state.scenario.policy.division == "divided":
        return np.asarray(reach[active].max(axis=0) * (1 - state.parameters.allied.coordination_loss))
    return np.asarray((efforts[:, None] * reach).sum(axis=0) / efforts.sum())


def _strikes(state: State, reach: Floats, outside: float) -> None:
    half = state.parameters.half_effort
    effort = state.effort["strike_provinces"] * state.attention
    effort[CORE] = state.effort["strike_core"]
    arrived = effort * reach[state.home_country]
    strikes = np.where(state.present, dose(arrived, half.strikes), 0.0)
    leaders = state.scenario.policy.strike_targeting == "leaders"
    pressure = float(dose(outside, half.strikes))
    state.leader_strikes[:] = strikes if leaders else 0.0
    state.strikes[:] = strikes * (state.parameters.attrition.leaders_spill if leaders else 1.0)
    state.strikes[CORE] = 1 - (1 - state.strikes[CORE]) * (1 - pressure)


def _links(state: State) -> None:
    """Share the severing effort among links by the policy's rule: brokers, hubs, the nearest, or at random."""
    effort = state.effort["sever_links"]
    if effort == 0:
        state.sever[:] = 0.0
        return
    linked = state.present & (state.envoys[CORE] > 0)
    linked[CORE] = False
    targeting = state.scenario.policy.targeting if "communication.brokers" in state.on else "random"
    if targeting == "brokers":
        weight = state.envoys[CORE].copy()
    elif targeting == "hubs":
        weight = state.direct[1:].sum(axis=0) + 0.01
    elif targeting == "nearest":
        weight = np.exp(-state.distances()[CORE] / 1000.0)
    else:
        weight = state.draws("sever.random").copy()
    weight *= linked
    share = weight / max(weight.sum(), 1e-12)
    links = max(1, int(linked.sum()))
    state.sever[:] = dose(
        effort * share * min(float(links), state.parameters.communication.links_at_once),
        state.parameters.half_effort.sever_links,
    )


def _countries(state: State, reach: Floats) -> None:
    """Levers that work country by country: effort goes where the core's bloc is present."""
    wanted = sum(state.effort[lever] for lever in COUNTRY_LEVERS)
    if wanted == 0:
        state.doses[:] = 0.0
        return
    bloc = state.camp == 0
    stakes = np.sqrt(state.held[bloc].sum(axis=0))
    stakes += np.bincount(state.home_country[bloc], np.sqrt(state.fighters[bloc]), len(stakes))
    share = stakes / max(stakes.sum(), 1e-12)
    focus = min(1.0 * np.count_nonzero(share > 0.02), state.parameters.allied.countries_at_once)
    arrived = share * focus * reach
    for row, lever in enumerate(COUNTRY_LEVERS):
        effort = state.effort[lever]
        half = getattr(state.parameters.half_effort, lever)
        state.doses[row] = dose(effort * arrived, half) if effort > 0 else 0.0
