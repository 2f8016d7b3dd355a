"""What belonging to the core is worth to each group: the terms of its utility, and the hazards of its decisions.

U = conviction x prestige + need x aid (received, or the core's wealth x link) + ambition + contagion (pledged peers, by
distance) + protection - rival hub - expected strikes - local cost - a refusal made in public. Hazard of pledging:
h x logistic((U - U0) / s). The terms follow Byman (2016) and, for contagion, Granovetter's threshold model (1978).
"""

from enum import IntEnum

import numpy as np

from model import kernels
from model.state import CORE, State
from model.state.fields import Floats, Integers


class Decision(IntEnum):
    """What a group may decide in a week."""

    NONE = 0
    PLEDGE = 1
    REFUSE = 2
    DEFECT = 3
    SECEDE = 4
    SPLIT = 5


def draw_decisions(state: State) -> Integers:
    """Appraise belonging to the core; return the decision drawn for each group this week (organisations,), mostly none.

    Discontent, how far staying falls short of what an oath binds to, is smoothed over months: x += (U0 - loyalty - U +
    silence [no message this week] - x) / patience. Independents start from this week's shortfall, as do all in week 0.
    Independents pledge, or refuse in public when the label is worth too little. Provinces secede when standing alone is
    worth more than staying, or defect, h x logistic(discontent / s). A faction may walk out of a hub's franchise.
    """
    on, own = state.on, state.scenario.core.prestige
    brand = state.prestige if "brand" in on else own
    of_members = own if "sovereign_subordinates" in state.rivals else brand
    chosen = np.zeros(len(state.present), dtype=np.int64)
    standing = (state.prestige, brand, of_members, label(state), state.hub_prestige, state.core_alive)  # `Standing`
    kernels.draw_decisions(
        state.organisation_records, state.country_records, state.luck, standing, peers(state), state.week == 0,
        state.switches, state.parameters.pledging.record, state.parameters.splintering.record, chosen,
    )  # fmt: skip
    return chosen


def label(state: State) -> float:
    """Prestige that makes splitting from an old allegiance cheap: the core's now, or at the start without the switch."""
    moves = "brand" in state.on and "splintering.label" in state.on
    return state.prestige if moves else state.scenario.core.prestige


def peers(state: State) -> Floats:
    """Weight of each organisation in another's contagion (organisations, organisations): exp(-distance / scale), sum 1.

    With one weight for all this is the linear threshold model of Granovetter (1978).
    """
    distances, present = state.distances(), state.present.tobytes()
    kept = state.cache.get("peers")
    if kept is None or kept[0] is not distances or kept[1] != present:
        near = np.exp(-distances / state.parameters.pledging.contagion_km)
        near[:, ~state.present] = 0.0
        near[:, CORE] = 0.0
        np.fill_diagonal(near, 0.0)
        near /= np.maximum(near.sum(axis=1, keepdims=True), 1e-12)  # a guard
        kept = state.cache["peers"] = (distances, present, near)
    return np.asarray(kept[2])
