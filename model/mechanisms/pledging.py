"""What belonging to the core is worth to each group: the terms of its utility, and the hazards of its decisions.

U = conviction x prestige + need x aid (received, or the core's wealth x link) + ambition + contagion (pledged peers, by
distance) + protection - rival hub - expected strikes - local cost - a refusal made in public. Hazard of pledging:
h x logistic((U - U0) / s). The terms follow Byman (2016) and, for contagion, Granovetter's threshold model (1978).
"""

from enum import IntEnum

import numpy as np

from model.fields import Flags, Floats, Integers
from model.mechanisms.scale import logistic
from model.state import CORE, State


def appraise(state: State) -> None:
    """Fill `appeal` (organisations, terms) and its sum `utility` for all groups."""
    p, on, appeal = state.parameters.pledging, state.on, state.appeal
    appeal[:] = 0.0
    if "pledging" not in on:
        state.utility[:] = 0.0
        return
    member = state.provinces | state.pledged
    brand = state.prestige if "brand" in on else state.scenario.core.prestige
    creed = state.conviction if "pledging.conviction" in on else 0.5
    appeal[:, 0] = p.conviction * creed * brand
    if "aid" in on:
        rich = state.treasury[CORE] / (state.treasury[CORE] + p.half_treasury)
        received = state.aid_received / (state.aid_received + p.half_aid)
        appeal[:, 1] = p.need * state.need * np.where(state.provinces, received, rich * state.quality)
    if "pledging.ambition" in on:
        appeal[:, 2] = p.ambition * state.ambition * (1 - p.split_cost * (1 - label(state)))
    if "pledging.contagion" in on:
        appeal[:, 3] = p.contagion * contagion(state, member)
    appeal[:, 4] = p.protection * np.where(member, state.quality, 0.0)
    if "pledging.rival_hub" in on and state.hubs:
        tied = np.where(state.hub >= 0, state.hub_tie * state.hub_prestige[state.hub], 0.0)
        appeal[:, 5] = -p.rival_hub * tied
    appeal[:, 6] = -p.strikes * np.where(member, state.strikes, expected_strikes(state, member))
    foreign = state.anti_foreign[state.home_country]
    appeal[:, 7] = -p.local_cost * foreign
    appeal[:, 8] = -p.refusal * state.refused
    if "sovereign_subordinates" in state.rivals:
        appeal[:, 0] = np.where(member, p.conviction * creed * state.scenario.core.prestige, appeal[:, 0])
    if "strong_pledge_first" in state.rivals:
        appeal[:, 2] += p.territory_bonus * (state.people_held / (state.people_held + p.territory_people) - 0.5)
    np.sum(appeal, axis=1, out=state.utility)


def label(state: State) -> float:
    """Prestige that makes splitting from an old allegiance cheap: the core's now, or at the start without the switch."""
    moves = "brand" in state.on and "splintering.label" in state.on
    return state.prestige if moves else state.scenario.core.prestige


def contagion(state: State, member: Flags) -> Floats:
    """Share of peers who have pledged, weighted by exp(-distance / scale), (organisations,).

    With one weight for all this is the linear threshold model of Granovetter (1978).
    """
    distances = state.distances()
    kept = state.cache.get("peers")
    if kept is None or kept[0] is not distances or not np.array_equal(kept[1], state.present):
        near = np.exp(-distances / state.parameters.pledging.contagion_km)
        near[:, ~state.present] = 0.0
        near[:, CORE] = 0.0
        np.fill_diagonal(near, 0.0)
        near /= np.maximum(near.sum(axis=1, keepdims=True), 1e-12)
        kept = state.cache["peers"] = (distances, state.present.copy(), near)
    return np.asarray(kept[2] @ member)


def expected_strikes(state: State, member: Flags) -> float:
    """What a group that pledges now must reckon with: the mean dose of strikes on present provinces."""
    if "targeting.salience" not in state.on:
        return 0.0
    count = np.count_nonzero(member)
    return float(state.strikes[member].sum() / count) if count else 0.5 * float(state.strikes[CORE])


class Decision(IntEnum):
    """What a group may decide in a week."""

    NONE = 0
    PLEDGE = 1
    REFUSE = 2
    DEFECT = 3
    SECEDE = 4
    SPLIT = 5


def pledge_hazard(state: State) -> Floats:
    """Weekly probability that a group pledges, h x logistic((U - U0) / s), (organisations,)."""
    p = state.parameters.pledging
    return p.hazard * logistic((state.utility - p.threshold) / p.steepness)


def decisions(state: State) -> Integers:
    """Which decision chance puts before each group this week (organisations,), most often none.

    Independents: pledge, or refuse in public when the label is worth too little. Provinces: secede when standing alone is
    worth more than staying, or defect, h x logistic(discontent / s). Franchises of a hub: a faction walks out.
    """
    p = state.parameters.pledging
    chosen = np.zeros(state.organisations, dtype=np.int64)
    if not state.core_alive or "pledging" not in state.on:
        return chosen
    short = (p.threshold - state.utility) / p.steepness
    province = state.provinces & state.present
    free = state.present & ~province & ~state.pledged
    free[CORE] = False
    chosen[_splits(state, free)] = Decision.SPLIT
    tied = np.where(state.hub_tie > 0.5, 1.0, 0.3)
    refuse = p.refusal_hazard * tied * logistic(short - p.refusal_margin)
    chosen[free & ~state.refused & (state.draws("refuse") < refuse)] = Decision.REFUSE
    chosen[free & (state.draws("pledge") < pledge_hazard(state))] = Decision.PLEDGE
    leaving = p.hazard * logistic(state.discontent / p.steepness)
    chosen[province & (state.draws("defect") < leaving)] = Decision.DEFECT
    if "secession" in state.on:
        chosen[province & (state.draws("secede") < secession_hazard(state))] = Decision.SECEDE
    return chosen


def secession_hazard(state: State) -> Floats:
    """Weekly probability that a province breaks away on its own strength, h f logistic((A - S) / s), (organisations,).

    f = F / (F + the core's) is its strength beside the core's, A = worth x 2 f x (1 - alignment) what standing alone is
    worth to a group that does not follow the core's line, S = -discontent the surplus of staying.
    """
    p = state.parameters.pledging
    fighters = state.fighters
    strength = fighters / np.maximum(fighters + fighters[CORE], 1.0)
    alone = p.secession_worth * 2 * strength * (1 - state.alignment)
    return np.asarray(p.secession_hazard * strength * logistic((alone + state.discontent) / p.steepness))


def _splits(state: State, free: Flags) -> Flags:
    """Franchises that a faction leaves this week: the likelier the more the core's prestige is past the hub's."""
    if "splintering" not in state.on:
        return np.zeros(state.organisations, dtype=np.bool_)
    p = state.parameters.splintering
    franchise = free & (state.hub >= 0) & (state.fighters >= p.least_fighters)
    if not franchise.any():
        return franchise
    lead = np.maximum(0.0, state.prestige - state.hub_prestige[state.hub])
    hazard = p.hazard * lead * (1 - p.cost * (1 - label(state))) * (0.5 + 0.5 * state.ambition)
    return np.asarray(franchise & (state.draws("splinter") < hazard))


def dissatisfy(state: State) -> None:
    """Move members' discontent by a week: how far staying falls short of what an oath binds to, smoothed over months.

    x += (U0 - loyalty - U + silence [no message this week] - x) / patience; for others x is what it would begin with.
    """
    p = state.parameters.pledging
    short = p.threshold - p.loyalty - state.utility + p.silence * (state.silence > 0)
    state.discontent[:] = np.where(state.provinces, state.discontent + (short - state.discontent) / p.patience, short)
