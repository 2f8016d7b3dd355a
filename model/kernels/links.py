"""What links carry beside messages: skill, help in hard times, orders to hold back or to press on, cohesion."""

import numpy as np

from model.kernels.compiled import CORE, PROVINCE, compiled, inlined
from model.kernels.forms import within

# columns of `carried`, model.state.CHANNELS
SKILL, COORDINATION, COHESION, MONEY, FIGHTERS, MEDIA, ORDERS, EXPOSURE, RETREAT, NAME = range(10)


@inlined
def _move(level, aim, heard, rise, fall):
    """Move a level towards an aim in a week with a message, and towards 0 in a week without one."""
    return level + rise * (aim - level) if heard else level - fall * level


@inlined
def _relieve(organisations, countries, stays, border_shares, tied):
    """Fill `relief` of the core and `distraction` of countries by what provinces do for the core's sake.

    Relief = sum of surge x fighters of provinces / (fighters of the core and all provinces). Distraction = soldiers whom
    provinces tie down in the country and across its borders, `tied` for each fighter x surge, / the state's soldiers.
    """
    head = organisations[CORE]
    helping, everybody = 0.0, head.local_fighters + head.foreign_fighters
    for state in countries:
        state.distraction = 0.0
    for o in organisations:
        if o.status == PROVINCE:
            helping += o.surge * (o.local_fighters + o.foreign_fighters)
            everybody += o.local_fighters + o.foreign_fighters
    head.relief = helping / max(everybody, 1.0) if head.present else 0.0  # a guard
    if helping == 0.0:
        return
    for stay in stays:
        o = organisations[stay.organisation]
        if o.status == PROVINCE:
            busy = tied * stay.share * o.surge * (o.local_fighters + o.foreign_fighters)
            countries[stay.country].distraction += busy
            for n in range(len(countries)):
                countries[n].distraction += busy * border_shares[stay.country, n]
    for state in countries:
        state.distraction = min(1.0, state.distraction / max(state.forces * state.effectiveness, 1.0))  # a guard


@inlined
def draw_off(organisations):
    """Whom strikes hit that are meant for the core, shares: 1 - relief it, the others provinces by surge x fighters."""
    drawn, acting = np.zeros(len(organisations)), 0.0
    for o in organisations:
        acting += o.surge * (o.local_fighters + o.foreign_fighters) if o.status == PROVINCE else 0.0
    for g in range(len(organisations)):
        o = organisations[g]
        if o.status == PROVINCE and acting > 0.0:
            drawn[g] = organisations[CORE].relief * o.surge * (o.local_fighters + o.foreign_fighters) / acting
    drawn[CORE] = 1.0 - organisations[CORE].relief
    return drawn


@compiled
def carry(organisations, countries, stays, border_shares, momentum, switches, links):
    """Let links carry skill, coordination and orders for a week. What is switched off, or has weight 0, carries nothing.

    taught -> weight x quality; surge -> weight x pressed x alignment; urged -> weight x escalation x alignment: in a
    week with a message towards that, in silence towards 0. pressed = loss / (loss + half), with loss = -`momentum` of
    the core. Of travellers bound for it 1 - min(1, weight of fighters) (1 - quality) find the way. Skill moves with
    what is taught. Orders move brutality b by urged (1 - b), or urged b if they hold back; drive = its own x (1 +
    urged + surge). Under the rival finding of nominal pledges provinces do not follow.
    """
    p, on = links[0], switches[0]
    skill = p.skill if on.links_skill else 0.0
    coordination = p.coordination if on.links_coordination else 0.0
    orders = p.orders * p.escalation if on.links_orders else 0.0
    guided = min(1.0, p.fighters) if on.links_fighters else 0.0
    loss = max(0.0, -momentum)
    pressed = loss / (loss + p.pressed)
    for g in range(len(organisations)):
        o = organisations[g]
        heard = o.status == PROVINCE and o.delivered > 0.0
        follows = 0.0 if on.rival_nominal_pledges else o.alignment
        o.guidance = 1.0 - guided * (1.0 - o.quality)
        taught = _move(o.taught, skill * o.quality, heard, p.learning, p.unlearning)
        o.skill = within(o.skill + (taught - o.taught), 0.0, 10.0)
        o.taught = taught
        o.surge = _move(o.surge, coordination * pressed * follows, heard, p.response, p.fading)
        o.urged = _move(o.urged, orders * follows, heard, p.response, p.fading)
        o.brutality += o.urged * (1.0 - o.brutality if o.urged > 0.0 else o.brutality)
        o.drive = within(o.own_drive * (1.0 + o.urged + o.surge), 0.0, 2.0)
        if o.status == PROVINCE:
            o.carried[SKILL], o.carried[COORDINATION], o.carried[ORDERS] = o.taught, o.surge, o.urged
    _relieve(organisations, countries, stays, border_shares, p.tied_soldiers)


@compiled
def draw_quarrels(organisations, luck, prestige, core_alive, switches, links, least_fighters, quarrels):
    """Fill `quarrels` (organisations,) with the provinces whose commanders split this week; return how many.

    Chance: weight x h x (1 - backing), with backing = trust x min(1, prestige / full), nil for a dead core.
    """
    p = links[0]
    weight = p.cohesion if switches[0].links_cohesion else 0.0
    standing = min(1.0, prestige / p.cohesion_prestige) if core_alive else 0.0
    count = 0
    for g in range(len(organisations)):
        o = organisations[g]
        quarrels[g] = False
        if o.status == PROVINCE and o.present:
            backing = standing * o.trust
            o.carried[COHESION] = weight * p.split_hazard * backing
            large = o.local_fighters + o.foreign_fighters >= least_fighters
            quarrels[g] = large and luck[g].quarrel < weight * p.split_hazard * (1.0 - backing)
            count += quarrels[g]
    return count
