"""What people in cells think of organisations and states: support, fear, grievance, legitimacy."""

import numpy as np

from model.kernels.attrition import collateral
from model.kernels.compiled import AID, INFORMATION, compiled, inlined
from model.kernels.forms import saturate, within


@inlined
def _what_states_do(countries, messages, on, attitudes):
    """By country: support lost to messages and won back by the state, 1/week; support for defenders against reprisals."""
    p, count = attitudes, len(countries)
    persuasion, recovery, defended = np.zeros(count), np.zeros(count), np.zeros(count)
    information, defender = p.information if on.information else 0.0, p.defender if on.sectarian_defender else 0.0
    for n in range(count):
        state = countries[n]
        dislike = state.anti_foreign
        persuasion[n] = information * messages[n] * (p.information_floor + dislike) * (1.0 - p.messengers * dislike)
        recovery[n] = p.recovery * state.legitimacy * state.effectiveness
        defended[n] = defender * (state.reprisals / (state.reprisals + p.defender_reprisals))
    return persuasion, recovery, defended


@compiled
def update_support_and_fear(organisations, countries, messages, cells, ground, switches, attitudes):
    """Advance support x (at most the constituency share s) and fear y by one week where organisations are active, in place.

    With control c and grievance z of the cell, brutality b of the organisation, its activity of governing a, media m,
    foreign share of its fighters f, dislike of foreigners d, messages against it at dose u (countries,):
    dx = (governing a (1 + paid) / 2 c + propaganda m + resentment z + defender) (s - x)
         - (backlash b^2 c + foreignness f d + information u (floor + d)(1 - messengers d) + recovery (1 - c)) x
    dy = frighten b c (1 - y) - decay y
    What is switched off weighs nothing.
    """
    p, on = attitudes[0], switches[0]
    control, support, fear, grievance = cells.control, cells.support, cells.fear, cells.grievance
    active, active_count, country, constituency = cells.active, cells.active_count, ground.country, ground.constituency
    persuasion, recovery, defended = _what_states_do(countries, messages, on, p)
    disliked, nobody = np.zeros(len(countries)), np.zeros(len(countries))
    governance, resentment = p.governance if on.governance else 0.0, p.grievance if on.attitudes_grievance else 0.0
    resented, frightening = p.backlash if on.attitudes_backlash else 0.0, p.fear if on.attitudes_fear else 0.0
    decay = p.fear_decay
    for g in range(len(organisations)):
        if active_count[g] == 0:
            continue
        o = organisations[g]
        paid = o.treasury / (o.treasury + p.governing_funds)
        win = governance * (o.activity[4] / p.usual_governing) * (p.unpaid + (1.0 - p.unpaid) * paid)
        propaganda = p.propaganda * o.media * (1.0 - o.suppression)
        backlash, frighten = resented * (o.brutality * o.brutality), frightening * o.brutality
        foreignness = p.foreignness * (o.foreign_fighters / max(o.local_fighters + o.foreign_fighters, 1.0))  # a guard
        for n in range(len(countries)):
            disliked[n] = foreignness * countries[n].anti_foreign
        bonus = defended if o.camp == 0 else nobody
        for k in range(active_count[g]):
            i = active[g, k]
            c, n = control[g, i], country[i]
            gain = win * c + propaganda + resentment * grievance[i] + bonus[n]
            loss = backlash * c + disliked[n] + persuasion[n] + recovery[n] * (1.0 - c)
            value = support[g, i]
            support[g, i] = value + gain * (constituency[i] - value) - loss * value
            value = fear[g, i]
            fear[g, i] = value + frighten * c * (1.0 - value) - decay * value


@inlined
def _update_grievance(countries, aid, cells, ground, weeks, attitudes):
    """Bring the grievance z of cells up to date after some weeks, z += rise (1 - z) - calming (z - base), in place.

    rise: the grievance that is due, which is then 0; calming: faster by `inclusion` where governance aid has its dose; base
    (cells,): what follows from minorities' trust where constituencies live.
    """
    p, grievance, base, count = attitudes, cells.grievance, cells.base_grievance, len(countries)
    country, constituency = ground.country, ground.constituency
    start, calming, rise = np.empty(count), np.empty(count), np.empty(count)
    for n in range(count):
        state = countries[n]
        start[n] = p.start_grievance * (1.0 - state.minority_legitimacy)
        calming[n] = min(1.0, weeks * p.calming * (1.0 + p.inclusion * aid[n]))
        rise[n], state.grievance_due = min(p.grievance_jump, state.grievance_due), 0.0
    for i in range(len(grievance)):
        n, x = country[i], grievance[i]
        base[i] = start[n] * constituency[i]
        grievance[i] = x + (rise[n] * (1.0 - x) - calming[n] * (x - base[i]))


@inlined
def _crackdown(state):
    """Posture x unrest: a harsh state at peace has nobody to crack down on, and a tolerant one does not whatever happens."""
    return state.posture * state.unrest


@compiled
def raise_grievance(countries, provoked, switches, attitudes):
    """Add to the grievance due: misdirected fire (`provoked`), crackdowns, reprisals, militias."""
    p, on = attitudes[0], switches[0]
    for n in range(len(countries)):
        state = countries[n]
        crackdown = p.crackdown * _crackdown(state) if on.government_posture else 0.0
        revenge = p.reprisal * state.reprisals if on.sectarian else 0.0
        state.grievance_due += provoked[n] + crackdown + revenge + p.militia * state.militia


@compiled
def update_attitudes(
    organisations, countries, stays, doses, cells, ground, weeks, switches, attitudes, attrition
):  # fmt: skip
    """Advance support and fear, then add to the grievance that is due: misdirected fire, crackdowns, revenge, militias.

    Where `weeks` is not 0, grievance in cells is brought up to date after so many.
    """
    update_support_and_fear(organisations, countries, doses[INFORMATION], cells, ground, switches, attitudes)
    harm = np.empty(len(countries))
    collateral(organisations, stays, attrition, harm)
    raise_grievance(countries, harm, switches, attitudes)
    if weeks > 0:
        _update_grievance(countries, doses[AID], cells, ground, weeks, attitudes[0])


@compiled
def update_legitimacy(countries, doses, switches, government):
    """Advance legitimacy among majority L and minorities M, with aid g, posture p, threat V, unrest U, memory of attacks H.

    dL = g (1 - L) + V (r p (1 - L) - s L);  dM = g (1 - M) + f (1 - p)(L - M) - (a p U + n (1 - p)(1 - exp(-alarm H))) M.
    Without the switch `government.posture` aid alone moves them.
    """
    p, postures = government[0], switches[0].government_posture
    for n in range(len(countries)):
        state = countries[n]
        majority = state.legitimacy
        aid = p.aid_legitimacy * doses[AID, n]
        change = aid * (1.0 - majority)
        minority = state.minority_legitimacy + aid * (1.0 - state.minority_legitimacy)
        if postures:
            tolerance = 1.0 - state.posture
            change += state.threat * (p.rally * state.posture * (1.0 - majority) - p.strain * majority)
            violence = saturate(p.alarm_attacks * state.sectarian_heat)
            hurt = p.alienation * _crackdown(state) + p.unprotected * tolerance * violence
            minority += p.forgetting * tolerance * (majority - minority) - hurt * minority
        state.legitimacy = within(majority + change, 0.01, 1.0)  # guards: shares stay shares
        state.minority_legitimacy = within(minority, 0.0, 1.0)
