"""How provinces deal with the core short of leaving it: they obey, bargain for money and autonomy, or hedge."""

from model.kernels.loyalty import leverage, loyalty_at
from model.kernels.stances import misjudged
from model.state import CORE, Loyalty, State, Status


def error(state: State, row: int) -> float:
    """The logistic error with which leaders see how discontent they are."""
    return float(misjudged(state.parameters.loyalty.noise, float(state.luck["loyalty"][row])))


def choice(state: State, row: int, discontent: float) -> Loyalty:
    """How a province that is so discontent deals with the core: the rule is in `kernels/loyalty.py`."""
    fighters, core = (float(state.local_fighters[each] + state.foreign_fighters[each]) for each in (row, CORE))
    return Loyalty(loyalty_at(discontent, int(state.loyalty[row]), leverage(fighters, core), state.parameters.loyalty))


def settle(state: State, row: int, chosen: Loyalty) -> None:
    """Deal with the core in a chosen way, with what follows for the aid it asks for and the rivals it spares."""
    p = state.parameters.loyalty
    state.loyalty[row] = chosen
    state.asking[row] = p.asking if chosen == Loyalty.BARGAIN else 1.0
    state.sparing[row] = p.sparing if chosen == Loyalty.HEDGE else 0.0


def drift_away(state: State) -> None:
    """Alignment of provinces that bargain or hedge falls by a share a week; those that hedge take up their old tie to a hub.

    The old hub is the one that the scenario states; the tie grows up to what it was.
    """
    p = state.parameters.loyalty
    for row in state.loyalty.nonzero()[0].tolist():
        if not state.present[row] or int(state.status[row]) != Status.PROVINCE:
            continue
        hedges = int(state.loyalty[row]) == Loyalty.HEDGE
        state.alignment[row] *= 1 - (p.hedge_distance if hedges else p.bargain_distance)
        group = state.scenario.groups.get(state.names[row])
        if hedges and group is not None and group.hub:
            state.hub[row] = state.hubs.index(group.hub)
            state.hub_tie[row] = max(state.hub_tie[row], min(group.hub_tie, state.hub_tie[row] + p.old_tie))
