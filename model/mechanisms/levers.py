"""From a policy's shares of effort to the dose of each lever: dose = 1 - exp(-ln 2 x effort x reach / half).

The exponential form gives diminishing returns without a threshold; at effort x reach = half a lever works at half its
strength (a standard saturating dose-response, as in pharmacology's one-hit model). All constants are assumed.
"""

from typing import Any

import numpy as np

from model import kernels
from model.kernels.levers import Allies
from model.scenario import phase_weeks
from model.scenario.schema import LEVERS, Scenario
from model.state import CORE, State
from model.state.fields import Flags, Floats


def weekly_shares(scenario: Scenario) -> Floats:
    """Return the policy's shares of effort, (weeks, levers in the order of schema.LEVERS)."""
    shares = np.zeros((scenario.weeks, len(LEVERS)))
    for phase in scenario.policy.phases.values():
        first, last = phase_weeks(phase, scenario)
        for lever, share in phase.effort.items():
            shares[max(0, first) : max(0, last), LEVERS.index(lever)] += share
    return shares


def spend(state: State, shares: Floats) -> None:
    """Turn this week's shares (levers,) of allies' efforts into doses.

    Outside powers and the coalition's members strike the core on their own account, beside the policy's effort.
    Responsibility for countries is divided among allies or duplicated, as the policy says.
    """
    p, policy, spent = state.parameters, state.scenario.policy, _spent(state, shares)
    state.effort_spent = sum(spent.values())
    if spent["strike_provinces"] > 0:
        _share_attention(state)
    spending = (  # `Spending`
        policy.division == "divided", "allied.basing" in state.on, policy.strike_targeting == "leaders",
        p.attrition.leaders_spill, p.communication.links_at_once, _aim(state, spent),
    )  # fmt: skip
    policing = kernels.spend(
        state.organisation_records, state.country_records, state.held, state.envoys, _allies(state), state.effort,
        spending, p.allied.record, p.half_effort.record, state.doses,
    )  # fmt: skip
    state.diaspora_dose = policing if "diaspora" in state.on else 0.0


def _spent(state: State, shares: Floats) -> dict[str, float]:
    """All allies' effort on each lever, brought into `state.effort`; worked out anew when shares or efforts change."""
    now, known = (shares.tobytes(), state.ally_effort.tobytes()), state.cache.get("spent")
    if known is None or known[0] != now:
        effort = shares * state.ally_effort.sum()
        state.effort.view(np.float64)[:] = effort
        known = state.cache["spent"] = (now, dict(zip(LEVERS, effort.tolist(), strict=True)))
    spent: dict[str, float] = known[1]
    return spent


def _allies(state: State) -> tuple[Any, ...]:
    """The fields of allies for compiled loops: `Allies` as a plain tuple."""
    kept = state.cache.get("allies")
    if kept is None:
        near = _near(state)
        allies = Allies(
            state.ally_threat, state.ally_effort, state.provocation, state.outside_effort, state.bases, near
        )
        kept = state.cache["allies"] = tuple(allies)
    return tuple(kept)


def _near(state: State) -> Flags:
    """Countries to which an ally may extend its bases: its neighbours, (allies, countries)."""
    based = "allied.basing" in state.on
    near = [[based and iso3 in ally.neighbours for iso3 in state.countries] for ally in state.scenario.allies.values()]
    return np.array(near, dtype=bool).reshape(state.bases.shape)


def _share_attention(state: State) -> None:
    """Share attention among the core's provinces as seen from outside, by the policy's rule, into `attention`.

    Observed strength is strength times an error. A group without the label draws less attention the more the label counts;
    with noise, groups that merely emulate the core draw some.
    """
    allocation = state.scenario.policy.allocation
    by_strength = "allied.allocation" in state.on and allocation != "fixed"
    kernels.share_attention(
        state.organisation_records, state.luck, by_strength, allocation == "adaptive", state.switches,
        state.parameters.allied.record,
    )  # fmt: skip


def _aim(state: State, spent: dict[str, float]) -> Floats:
    """How much each link is aimed at by the policy's rule (organisations,): brokers, hubs, the nearest, or at random."""
    links = state.parameters.communication
    targeting = state.scenario.policy.targeting if "communication.brokers" in state.on else "random"
    if targeting == "brokers" or not spent["sever_links"]:
        return np.asarray(state.envoys[CORE] + links.envoys_per_broker * state.brokers)
    if targeting == "hubs":
        return np.asarray(state.direct[1:].sum(axis=0) + links.aim_unknown)
    if targeting == "nearest":
        return np.asarray(np.exp(-state.distances()[CORE] / links.aim_km))
    return np.asarray(state.draws("sever.random"))
