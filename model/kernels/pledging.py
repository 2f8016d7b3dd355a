"""What belonging to the core is worth to each group, and which decisions chance puts before it."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from model.kernels.compiled import CORE, PROVINCE, compiled, inlined
from model.kernels.forms import logistic

NONE, PLEDGE, REFUSE, DEFECT, SECEDE, SPLIT = range(6)  # model.mechanisms.pledging.Decision


class Standing(NamedTuple):
    """The prestige that groups look at."""

    prestige: float  # of the core
    for_others: float  # what counts of it for those who are no members
    for_members: float  # for provinces and those that have pledged
    label: float  # what makes splitting from an old allegiance cheap
    hubs: npt.NDArray[np.float64]  # of rival hubs
    core_alive: bool


@inlined
def _member(o):
    """Whether an organisation is a province or has pledged."""
    return o.status == PROVINCE or o.pledged


@inlined
def _expected_strikes(organisations, pledging):
    """What a group that pledges now must reckon with: the mean dose of strikes on members, or a share of the core's."""
    count = doses = 0.0
    for o in organisations:
        if _member(o):
            count += 1.0
            doses += o.strikes
    return doses / count if count > 0.0 else pledging.expected_strikes * organisations[CORE].strikes


@inlined
def _members(organisations):
    """Whether each organisation is a province or has pledged (organisations,)."""
    members = np.zeros(len(organisations), dtype=np.bool_)
    for h in range(len(organisations)):
        members[h] = _member(organisations[h])
    return members


@inlined
def _pledged_peers(members, peers):
    """Return the weight of those that belong to the core among an organisation's peers (organisations,)."""
    pledged = 0.0
    for h in range(len(members)):
        if members[h]:
            pledged += peers[h]
    return pledged


@compiled
def appraise_membership(organisations, countries, standing, peers, switches, pledging):
    """Fill `appeal`, the terms in the order of model.state.arrays.TERMS, and their sum `utility`.

    standing: `Standing`; peers (organisations, organisations): weight of each in another's contagion. What is switched off
    weighs nothing, nor do contagion and the prospect of aid once the core is dead.
    """
    p, on = pledging[0], switches[0]
    need = p.need if on.aid and on.pledging else 0.0
    ambition = p.ambition if on.pledging_ambition else 0.0
    contagion = p.contagion if on.pledging_contagion and standing.core_alive else 0.0
    fading = 0.0 if on.rival_sovereign_subordinates else p.silent_label
    rival_hub = p.rival_hub if on.pledging_rival_hub else 0.0
    bonus = p.territory_bonus if on.rival_strong_pledge_first and on.pledging else 0.0
    core = organisations[CORE]
    rich = core.treasury / (core.treasury + p.half_treasury)
    expected = _expected_strikes(organisations, p) if on.targeting_salience else 0.0
    members = _members(organisations)
    for g in range(len(organisations)):
        o, member = organisations[g], members[g]
        received = o.aid_received / (o.aid_received + p.half_aid)
        aid = received if o.status == PROVINCE else rich * o.quality
        land = o.people_held / (o.people_held + p.territory_people) - 0.5  # nil at territory_people, by its definition
        conviction = o.conviction if on.pledging_conviction else p.middling_conviction
        prestige = standing.for_members * (1.0 - fading * (1.0 - o.trust)) if member else standing.for_others
        splitting = 1.0 - p.split_cost * (1.0 - standing.label)
        terms = o.appeal
        terms[0] = p.conviction * conviction * prestige if on.pledging else 0.0
        terms[1] = need * o.need * aid
        terms[2] = ambition * o.ambition * splitting + bonus * land
        terms[3] = contagion * _pledged_peers(members, peers[g])
        terms[4] = p.protection * o.quality if member and on.pledging else 0.0
        terms[5] = -rival_hub * o.hub_tie * standing.hubs[o.hub] if o.hub >= 0 else 0.0
        terms[6] = -p.strikes * (o.strikes if member else expected) if on.pledging else 0.0
        terms[7] = -p.local_cost * countries[o.home_country].anti_foreign if on.pledging else 0.0
        terms[8] = -p.refusal * o.refused if on.pledging else 0.0
        o.utility = 0.0
        for k in range(len(terms)):
            o.utility += terms[k]


@compiled
def update_discontent(organisations, first_week, pledging):
    """Move discontent: x += (U0 - loyalty - U + silence [no message] - x) / patience.

    Only provinces carry discontent over from week to week; in the `first_week` they too begin with what utility gives.
    """
    p = pledging[0]
    for o in organisations:
        short = p.threshold - p.loyalty - o.utility + (p.silence if o.silence > 0.0 else 0.0)
        past = o.status == PROVINCE and not first_week
        o.discontent = o.discontent + (short - o.discontent) / p.patience if past else short


@inlined
def _pledge_hazard(o, success, pledging):
    """Weekly chance that an independent group pledges: h logistic((U - U0) / s) x success of the core."""
    return pledging.hazard * success * logistic((o.utility - pledging.threshold) / pledging.steepness)


@inlined
def _refusal_hazard(o, pledging):
    """Weekly chance that an independent group refuses in public: h_r logistic((U0 - U) / s - margin), less without a hub."""
    short = (pledging.threshold - o.utility) / pledging.steepness
    tied = 1.0 if o.hub_tie > pledging.firm_tie else pledging.untied_refusal
    return pledging.refusal_hazard * tied * logistic(short - pledging.refusal_margin)


@inlined
def _defection_hazard(o, pledging):
    """Weekly chance that a province defects: h logistic(discontent / s)."""
    return pledging.hazard * logistic(o.discontent / pledging.steepness)


@inlined
def _orphan_hazard(o, pledging):
    """Weekly chance that a province leaves a core that is no more: (silent weeks / `orphan_weeks`)^2, at most 1."""
    return min(1.0, (o.silence / pledging.orphan_weeks) * (o.silence / pledging.orphan_weeks))


@inlined
def _secession_hazard(o, rivals, pledging):
    """Weekly chance that a province secedes: h f logistic((A - S) / s).

    f = F / (F + the core's fighters, `rivals`), A = worth 2 f (1 - alignment), S = -discontent.
    """
    fighters = o.local_fighters + o.foreign_fighters
    strength = fighters / max(fighters + rivals, 1.0)  # a guard
    alone = pledging.secession_worth * 2.0 * strength * (1.0 - o.alignment)  # 2 f = 1 for one as strong as the core
    return pledging.secession_hazard * strength * logistic((alone + o.discontent) / pledging.steepness)


@inlined
def _split_hazard(o, standing, splintering):
    """Weekly chance that a faction leaves: h (core's lead over its hub) (1 - cost (1 - label)) (u + (1 - u) ambition)."""
    lead = max(0.0, standing.prestige - standing.hubs[o.hub])
    ease = 1.0 - splintering.cost * (1.0 - standing.label)
    return splintering.hazard * lead * ease * (splintering.unambitious + (1.0 - splintering.unambitious) * o.ambition)


@inlined
def _choose(organisations, luck, standing, switches, pledging, splintering, chosen):
    """Fill `chosen` (organisations,) with the decision that this week's draws bring about; return how many there are.

    A decision is drawn with its hazard, the functions above. Of several the last one drawn counts: secession over
    defection; a pledge over a refusal over a split.
    """
    p, q, on = pledging, splintering, switches
    rivals = organisations[CORE].local_fighters + organisations[CORE].foreign_fighters
    count = 0
    for g in range(1, len(organisations)):
        o = organisations[g]
        chosen[g] = NONE
        if not o.present:
            continue
        if o.status == PROVINCE:
            leaving = _defection_hazard(o, p)
            if not standing.core_alive:
                leaving = max(leaving, _orphan_hazard(o, p))
            if luck[g].defect < leaving:
                chosen[g] = DEFECT
            if on.secession and luck[g].secede < _secession_hazard(o, rivals, p):
                chosen[g] = SECEDE
        elif standing.core_alive and not o.pledged:
            franchise = on.splintering and o.hub >= 0 and o.local_fighters + o.foreign_fighters >= q.least_fighters
            if franchise and luck[g].splinter < _split_hazard(o, standing, q):
                chosen[g] = SPLIT
            if not o.refused and luck[g].refuse < _refusal_hazard(o, p):
                chosen[g] = REFUSE
            if luck[g].pledge < _pledge_hazard(o, organisations[CORE].success, p):
                chosen[g] = PLEDGE
        count += chosen[g] != NONE
    return count


@compiled
def draw_decisions(
    organisations, countries, luck, standing, peers, first_week, switches, pledging, splintering, chosen
):  # fmt: skip
    """Appraise what the core's label is worth, move discontent, and fill `chosen` with decisions; return how many there are.

    Without the switch `pledging` nobody decides; once the core is dead, only provinces do, and they leave.
    """
    standing = Standing(*standing)  # a plain tuple is handed over faster
    appraise_membership(organisations, countries, standing, peers, switches, pledging)
    update_discontent(organisations, first_week, pledging)
    if not switches[0].pledging:
        return 0
    return _choose(organisations, luck, standing, switches[0], pledging[0], splintering[0], chosen)
