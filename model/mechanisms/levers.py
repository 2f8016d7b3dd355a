"""From a policy's shares of effort to the dose of each lever: dose = 1 - exp(-ln 2 x effort x reach / half).

The exponential form gives diminishing returns without a threshold; at effort x reach = half a lever works at half its
strength (a standard saturating dose-response, as in pharmacology's one-hit model). All constants are assumed.
"""

from typing import Any

import numpy as np

from model import kernels
from model.kernels.arguments import Allies, Efforts
from model.scenario.schema import LEVERS
from model.state import CORE, State
from model.state.fields import Flags, Floats, interned

AIMS = ("fighters", "leaders", "command")  # in the order of `kernels.levers`


def spend(state: State, effort: Efforts) -> None:
    """Turn this week's effort of allies into doses.

    Outside powers and the coalition's members strike the core on their own account, beside the policy's effort.
    Responsibility for countries is divided among allies or duplicated, as the policy says.
    """
    p, kept = state.parameters, state.cache.get("effort")
    if kept is None or kept[0] is not effort:
        attended = bool(effort.free[PROVINCES].any() or effort.at_countries[PROVINCES].any())
        kept = state.cache["effort"] = (effort, tuple(effort), float(effort.total.sum()), attended)
        state.effort.view(np.float64)[:] = effort.total
    _, plain, state.effort_spent, attended = kept
    if attended:
        _share_attention(state)
    policing = kernels.spend(
        state.organisation_records, state.country_records, state.held, state.envoys, _allies(state), plain,
        _spending(state), p.allied.record, p.half_effort.record, state.doses,
    )  # fmt: skip
    state.diaspora_dose = policing if "diaspora" in state.on else 0.0


PROVINCES = LEVERS.index("strike_provinces")


def _spending(state: State) -> tuple[Any, ...]:
    """How it is spent: `Spending` as a plain tuple."""
    policy, p, kept = state.scenario.policy, state.parameters, state.cache.get("spending")
    if kept is None:
        row = np.zeros(1, interned(np.dtype([(lever, np.int64) for lever in LEVERS])))
        row.view(np.int64)[:] = range(len(LEVERS))
        seats = np.zeros(len(state.countries), dtype=bool)
        for seat in state.scenario.core.headquarters:
            seats[state.theatre.country[state.theatre.nearest_cell(seat.lat, seat.lon)]] = True
        size = (state.theatre.country_people / p.allied.reference_people) ** p.allied.size_power
        kept = state.cache["spending"] = (row, seats, size)
    row, seats, size = kept
    return (
        row, policy.division == "divided", "allied.choice" in state.on, "allied.basing" in state.on,
        AIMS.index(policy.strike_targeting), _aim(state), seats, size, p.communication.links_at_once,
        p.attrition.leaders_spill,
    )  # fmt: skip


def _allies(state: State) -> tuple[Any, ...]:
    """The fields of allies for compiled loops: `Allies` as a plain tuple."""
    kept = state.cache.get("allies")
    if kept is None:
        near = _near(state)
        allies = Allies(
            state.ally_threat,
            state.ally_effort,
            state.provocation,
            state.outside_effort,
            state.bases,
            near,
            state.taken_on,
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


def _aim(state: State) -> Floats:
    """How much each link is aimed at by the policy's rule (organisations,): brokers, hubs, the nearest, or at random.

    Where no effort goes into severing, it does not matter.
    """
    if not state.effort["sever_links"][0]:
        return np.asarray(state.envoys[CORE])
    links = state.parameters.communication
    targeting = state.scenario.policy.targeting if "communication.brokers" in state.on else "random"
    if targeting == "brokers":
        return np.asarray(state.envoys[CORE] + links.envoys_per_broker * state.brokers)
    if targeting == "hubs":
        return np.asarray(state.direct[1:].sum(axis=0) + links.aim_unknown)
    if targeting == "nearest":
        return np.asarray(np.exp(-state.distances()[CORE] / links.aim_km))
    return np.asarray(state.draws("sever.random"))
