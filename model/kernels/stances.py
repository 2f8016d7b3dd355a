"""What organisations remember to choose their stances by, and the land that those underground give up."""

from model.kernels.compiled import UNDERGROUND, compiled


@compiled
def give_up(organisations, cells, stances):
    """Control of organisations underground falls by a share `fading` a week; they have some in active cells only."""
    p = stances[0]
    for g in range(len(organisations)):
        if organisations[g].stance == UNDERGROUND:
            held = cells.control[g]
            for i in cells.active[g, : cells.active_count[g]]:
                held[i] *= 1.0 - p.fading


@compiled
def remember(organisations, stances):
    """Move what organisations remember: the share of fighters lost, people held, the most people held.

    Losses and people held: x += (now - x) / memory; the most: max(held, most x (1 - forgetting)).
    """
    p = stances[0]
    for o in organisations:
        before = o.local_fighters + o.foreign_fighters + o.killed
        o.loss_rate += (o.killed / max(before, 1.0) - o.loss_rate) / p.memory  # a guard
        o.people_past += (o.people_held - o.people_past) / p.memory
        o.peak_people = max(o.people_held, o.peak_people * (1.0 - p.forgetting))
