"""From a policy's shares of effort to the dose of each lever: dose = 1 - exp(-ln 2 x effort x reach / half).

The exponential form gives diminishing returns without a threshold; at effort x reach = half a lever works at half its
strength (a standard saturating dose-response, as in pharmacology's one-hit model). All constants are assumed.
"""

import numpy as np

from model import kernels
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


def spend(state: State, shares: Floats, efforts: Floats, outside: float) -> None:
    """Turn this week's shares (levers,) and efforts (allies,) into doses; an outside power's effort strikes the core."""
    total = float(efforts.sum())
    state.effort = dict(zip(LEVERS, (shares * total).tolist(), strict=True))
    state.effort_spent = sum(state.effort.values())
    _strikes(state, efforts, outside)
    _links(state)
    _countries(state, efforts)
    policing = state.effort["diaspora"] if "diaspora" in state.on else 0.0
    state.diaspora_dose = kernels.dose(policing, state.parameters.half_effort.diaspora)


def coverage(state: State, efforts: Floats, wanted: Floats | None = None) -> Floats:
    """Return how much of the effort meant for each country arrives there (countries,), by where allies have reach.

    efforts (allies,); wanted (countries,): how much of a lever's effort each country is meant to get. Responsibility is
    divided among allies or duplicated, as the policy says; without `wanted` (the core, whom all strike) it is duplicated.
    Without `allied.basing` all effort arrives.
    """
    reach = np.ones(len(state.countries))
    if "allied.basing" in state.on and efforts.any():
        divided = wanted is not None and state.scenario.policy.division == "divided"
        meant = reach if wanted is None else wanted
        kernels.spread_effort(state.bases, efforts, meant, divided, state.parameters.allied.record, reach)
    return reach


def _strikes(state: State, efforts: Floats, outside: float) -> None:
    on_provinces, on_core = state.effort["strike_provinces"], state.effort["strike_core"]
    reach = of_core = np.zeros(len(state.countries))
    if on_provinces > 0:
        meant = np.bincount(state.home_country, state.attention, len(state.countries))
        reach = coverage(state, efforts, meant)
    if on_core > 0:
        of_core = coverage(state, efforts)
    kernels.strike(
        state.organisation_records, reach, of_core, on_provinces, on_core, outside, state.parameters.half_effort.strikes,
        state.scenario.policy.strike_targeting == "leaders", state.parameters.attrition.leaders_spill,
    )  # fmt: skip


def _links(state: State) -> None:
    """Share the severing effort among links by the policy's rule: brokers, hubs, the nearest, or at random."""
    effort = state.effort["sever_links"]
    if effort == 0:
        state.sever[:] = 0.0
        return
    targeting = state.scenario.policy.targeting if "communication.brokers" in state.on else "random"
    if targeting == "brokers":
        weights = state.envoys[CORE]
    elif targeting == "hubs":
        weights = state.direct[1:].sum(axis=0) + 0.01
    elif targeting == "nearest":
        weights = np.exp(-state.distances()[CORE] / 1000.0)
    else:
        weights = state.draws("sever.random")
    most, half = state.parameters.communication.links_at_once, state.parameters.half_effort.sever_links
    kernels.sever(state.organisation_records, state.envoys, weights, effort, most, half)


def _countries(state: State, efforts: Floats) -> None:
    """Levers that work country by country: effort goes where the core's bloc is present."""
    spent = [state.effort[lever] for lever in COUNTRY_LEVERS]
    if sum(spent) == 0:
        state.doses[:] = 0.0
        return
    share = np.empty(len(state.countries))
    stakes = kernels.weigh_countries(state.organisation_records, state.held, share)
    focus = min(float(stakes), state.parameters.allied.countries_at_once)
    halves = [getattr(state.parameters.half_effort, lever) for lever in COUNTRY_LEVERS]
    reach = coverage(state, efforts, share)
    kernels.dose_countries(share, focus, reach, np.array(spent), np.array(halves), state.doses)
