"""From a policy's shares of effort to the dose of each lever: dose = 1 - exp(-ln 2 x effort x reach / half).

The exponential form gives diminishing returns without a threshold; at effort x reach = half a lever works at half its
strength (a standard saturating dose-response, as in pharmacology's one-hit model). All constants are assumed.
"""

import numpy as np

from model.fields import Floats, Integers
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
    _strikes(state, efforts, outside)
    _links(state)
    _countries(state, efforts)
    half = state.parameters.half_effort
    state.diaspora_dose = float(dose(state.effort["diaspora"], half.diaspora)) if "diaspora" in state.on else 0.0


def coverage(state: State, efforts: Floats, wanted: Floats | None = None) -> Floats:
    """Return how much of the effort meant for each country arrives there (countries,), by where allies have reach.

    efforts (allies,); wanted (countries,): how much of a lever's effort each country is meant to get. Duplicated
    responsibility spreads every ally over all of them: the mean reach. Divided responsibility leaves each country to one
    ally, whose share of the effort is then all that goes to its countries; some is lost to coordination. Without `wanted`
    (the core, whom all strike) it is duplicated. Without `allied.basing` all effort arrives.
    """
    if "allied.basing" not in state.on or efforts.sum() == 0:
        return np.ones(len(state.countries))
    allied = state.parameters.allied
    weight = (efforts / efforts.sum())[:, None]
    brought = weight * (allied.long_range + (1 - allied.long_range) * state.bases)
    if wanted is None or state.scenario.policy.division == "duplicated":
        return np.asarray(brought.sum(axis=0))
    owner, load = divide(brought, wanted)
    alone = brought[owner, np.arange(len(owner))] * wanted.sum() / np.maximum(load[owner], 1e-12)
    idle = brought[load == 0].sum(axis=0)  # who is responsible for no country helps everywhere
    return np.asarray((alone + idle) * (1 - allied.coordination_loss))


def divide(brought: Floats, wanted: Floats) -> tuple[Integers, Floats]:
    """Share countries out: the most wanted first, each to the ally that brings most to it given what it has taken on.

    brought (allies, countries): share of all effort x reach. Returns owners (countries,) and their loads (allies,). Plain
    numbers: for so few, arrays take ten times as long.
    """
    owner, load = np.zeros(len(wanted), dtype=np.int64), [0.0] * len(brought)
    some = np.flatnonzero(wanted > 0)
    some = some[np.argsort(-wanted[some], kind="stable")]
    for country, share, offers in zip(some, wanted[some].tolist(), brought[:, some].T.tolist(), strict=True):
        worth = [offer / (taken + share) for offer, taken in zip(offers, load, strict=True)]
        best = worth.index(max(worth))
        owner[country] = best
        load[best] += share
    return owner, np.array(load)


def _strikes(state: State, efforts: Floats, outside: float) -> None:
    half = state.parameters.half_effort
    arrived = np.zeros(state.organisations)
    if state.effort["strike_provinces"] > 0:
        meant = np.bincount(state.home_country, state.attention, len(state.countries))
        reach = coverage(state, efforts, meant)
        arrived = state.effort["strike_provinces"] * state.attention * reach[state.home_country]
    if state.effort["strike_core"] > 0:
        arrived[CORE] = state.effort["strike_core"] * coverage(state, efforts)[state.home_country[CORE]]
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


def _countries(state: State, efforts: Floats) -> None:
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
    arrived = share * focus * coverage(state, efforts, share)
    for row, lever in enumerate(COUNTRY_LEVERS):
        effort = state.effort[lever]
        half = getattr(state.parameters.half_effort, lever)
        state.doses[row] = dose(effort * arrived, half) if effort > 0 else 0.0
