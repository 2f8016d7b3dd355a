"""By what odds organisations choose their stances, what they remember for it, and the land that the hidden give up."""

import math

from model.kernels.compiled import ACTS, CORE, IDLE, PROVINCE, UNDERGROUND, WAITS, compiled, inlined, shared
from model.kernels.loyalty import leverage, loyalty_at

EXPAND, HOLD = 0, 1  # Stance of model/state/axes.py
NEAR = 1e-9  # who is so near to a change is asked: agents add up terms more exactly than loops


@shared
def misjudged(noise, luck):
    """A logistic error of scale `noise`, from a uniform number."""
    luck = min(max(luck, 1e-9), 1 - 1e-9)  # a guard
    return noise * math.log(luck / (1 - luck))


@shared
def odds_terms(people, fighters, treasury, wage, killed, luck, stances):
    """Terms of an organisation's odds as it sees them: momentum, losses, money, land, misjudgement; see the mechanism.

    people: held now, a quarter ago, and the most; wage: USD a week of a fighter; killed: the share of them a week.
    """
    held, past, peak = people
    most, wages = max(held, peak), wage * fighters * stances.reserve_weeks
    covered = treasury / max(treasury + wages, 1.0)  # a guard
    return (
        stances.momentum * (held - past) / (most + stances.settled_people),
        -stances.losses * killed / (killed + stances.half_losses),
        stances.money * (covered - 0.5),
        stances.land * ((held + stances.settled_people) / (most + stances.settled_people) - 0.5),
        misjudged(stances.noise, luck),
    )


@shared
def landless(held, peak, stances):
    """Whether an organisation has lost its land: it holds less than `lost_land` of the most people it ever held."""
    return held + stances.settled_people < stances.lost_land * (peak + stances.settled_people)


@shared
def stance_at(odds, stance, hides, stances):
    """Expand above even odds, hold below; without land, go underground at bad odds and come back at good ones.

    hides: whether it has no land and may go underground.
    """
    if stance == UNDERGROUND:
        return EXPAND if odds > stances.comeback else UNDERGROUND
    if odds < 0 and hides:
        return UNDERGROUND
    if odds > stances.inertia:
        return EXPAND
    return HOLD if odds < -stances.inertia else stance


@inlined
def _changes_stance(o, luck, hiding, stances, resources):
    """Whether the odds of a local group may bring it to another stance; hiding: whether groups may go underground."""
    people = (o.people_held, o.people_past, o.peak_people)
    fighters = o.local_fighters + o.foreign_fighters
    terms = odds_terms(people, fighters, o.treasury, resources.province_wage, o.loss_rate, luck, stances)
    odds = terms[0] + terms[1] + terms[2] + terms[3] + terms[4]
    hides = hiding and landless(o.people_held, o.peak_people, stances)
    worse, better = stance_at(odds - NEAR, o.stance, hides, stances), stance_at(odds + NEAR, o.stance, hides, stances)
    return worse != o.stance or better != o.stance


@compiled
def take_turns(organisations, week, luck, switches, stances, resources, loyalty, turns):
    """Fill `turns` (organisations,): whether it is a local group's, and whether it then changes its stance or loyalty.

    It is once in `turn_weeks`, not for all in the same week, and not in week 0.
    """
    on, p, q, every = switches[0], stances[0], loyalty[0], int(stances[0].turn_weeks)
    core = organisations[CORE].local_fighters + organisations[CORE].foreign_fighters
    for row in range(len(organisations)):
        o = organisations[row]
        turns[row] = IDLE
        if row == CORE or week == 0 or not o.present or (week + row) % every != 0:
            continue
        changes = on.stances and _changes_stance(o, luck[row].stance, on.stances_underground, p, resources[0])
        if on.loyalty and o.status == PROVINCE:
            discontent = o.discontent + misjudged(q.noise, luck[row].loyalty)
            strength = leverage(o.local_fighters + o.foreign_fighters, core)
            changes = changes or loyalty_at(discontent, o.loyalty, strength, q) != o.loyalty
        turns[row] = ACTS if changes else WAITS


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
