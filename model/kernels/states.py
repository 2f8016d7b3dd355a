"""What states see, get and lose: threat, help from outside, trust of majority and minorities, grievance that is due."""

import numpy as np

from model.kernels.compiled import compiled, inlined
from model.kernels.forms import saturate, within

INFORMATION, TRAINING, AID, BORDERS, MILITIAS = range(5)  # rows of doses, model.state.arrays.COUNTRY_LEVERS


@inlined
def _perceive(organisations, countries, stays, held, people, known, government):
    """Advance threat (from the bloc) and unrest (from all groups) by alarms from attacks and from the share of people lost.

    Alarm = 1 - exp(-alarm_attacks x attacks - alarm_territory x people held / people). The two parts of the alarm at the
    bloc are smoothed like threat into `known` (2, countries): what it came from.
    """
    p = government
    attacks, lost, lost_to_bloc = np.zeros(len(countries)), np.zeros(len(countries)), np.zeros(len(countries))
    for stay in stays:
        o = organisations[stay.organisation]
        attacks[stay.country] += stay.share * o.attacks[0]
    for g in range(len(organisations)):
        for n in range(len(countries)):
            lost[n] += held[g, n]
            if organisations[g].camp == 0:
                lost_to_bloc[n] += held[g, n]
    for n in range(len(countries)):
        state = countries[n]
        violence, land = p.alarm_attacks * state.attacks_in, p.alarm_territory * (lost_to_bloc[n] / people[n])
        alarm = saturate(violence + land)
        speed = p.attention * (1.0 if alarm > state.threat else p.complacency)
        known[0, n] += speed * (violence - known[0, n])
        known[1, n] += speed * (land - known[1, n])
        state.threat += speed * (alarm - state.threat)
        alarm = saturate(p.alarm_attacks * attacks[n] + p.alarm_territory * (lost[n] / people[n]))
        speed = p.attention * (1.0 if alarm > state.unrest else p.complacency)
        state.unrest += speed * (alarm - state.unrest)


@inlined
def _assist(countries, doses, people, trains, strengthens, arms_militias, government):
    """Apply training, border posts and militias at their doses; training fades without them.

    Training counts in accuracy, or, where it `strengthens`, in effectiveness by the same step; militias grow where states
    are weaker than `militia_gap` soldiers of average worth per 1,000 people. `trains`, `arms_militias`: switches.
    """
    p = government
    for n in range(len(countries)):
        state = countries[n]
        if trains:
            gain = p.training_gain * doses[TRAINING, n] * (p.training_most - state.training)
            state.training += gain - p.training_loss * state.training
            if strengthens:
                state.effectiveness = state.own_effectiveness + state.training
        own = state.own_border_control
        state.border_control = own + (1.0 - own) * p.border_gain * doses[BORDERS, n]
        if arms_militias:
            gap = 1.0 / (1.0 + state.effectiveness * 1000.0 * state.forces / people[n] / p.militia_gap)
            state.militia += p.militia_gain * (p.militia_most * doses[MILITIAS, n] * gap - state.militia)


@inlined
def _month(rate):
    """Share that a weekly rate moves in four weeks: 1 - (1 - rate)^4."""
    return 1.0 - (1.0 - rate) ** 4


@inlined
def _mobilise(countries, luck, week, postures, coalitions, government, joining):
    """A quarter of the governments have their monthly decision, unless they are at peace; mark those that join.

    Mobilisation moves towards base + (1 - base) 2 unrest (at most 1), posture towards own + hardening x unrest (1 - own); a
    chance of joining x threat to enter the coalition. postures, coalitions: switches.
    """
    p, base = government, government.base_mobilisation
    found = 0
    for n in range(week % 4, len(countries), 4):
        state = countries[n]
        if state.unrest <= 0.01 and state.threat <= 0.01 and state.mobilisation <= base + 0.01:
            continue
        wanted = base + (1.0 - base) * min(1.0, 2.0 * state.unrest)
        state.mobilisation += _month(p.mobilising) * (wanted - state.mobilisation)
        if postures:
            hard = state.own_posture + p.hardening * state.unrest * (1.0 - state.own_posture)
            state.posture += _month(p.posture_speed) * (hard - state.posture)
        joining[n] = coalitions and not state.coalition and luck[n].coalition < _month(p.joining * state.threat)
        found += joining[n]
    return found


@compiled
def govern(
    organisations, countries, stays, luck, held, people, doses, known, week, trains, strengthens, arms_militias, postures,
    coalitions, government, joining,
):  # fmt: skip
    """Perceive threats, get help, mobilise; mark in `joining` (countries,) who joins the coalition, return how many do."""
    p = government[0]
    _perceive(organisations, countries, stays, held, people, known, p)
    _assist(countries, doses, people, trains, strengthens, arms_militias, p)
    return _mobilise(countries, luck, week, postures, coalitions, p, joining)


@inlined
def _crackdown(state):
    """Posture x unrest: a harsh state at peace has nobody to crack down on, and a tolerant one does not whatever happens."""
    return state.posture * state.unrest


@compiled
def raise_grievance(countries, provoked, postures, revenges, attitudes):
    """Add to the grievance due: misdirected fire (`provoked`), crackdowns, reprisals, militias. The others: switches."""
    p = attitudes[0]
    for n in range(len(countries)):
        state = countries[n]
        crackdown = p.crackdown * _crackdown(state) if postures else 0.0
        revenge = p.reprisal * state.reprisals if revenges else 0.0
        state.grievance_due += provoked[n] + crackdown + revenge + p.militia * state.militia


@compiled
def legitimise(countries, doses, postures, government):
    """Advance legitimacy among majority L and minorities M, with aid g, posture p, threat V, unrest U, memory of attacks H.

    dL = g (1 - L) + V (r p (1 - L) - s L);  dM = g (1 - M) + f (1 - p)(L - M) - (a p U + n (1 - p)(1 - exp(-alarm H))) M.
    Without `postures`, a switch, aid alone moves them.
    """
    p = government[0]
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
        state.legitimacy = within(majority + change, 0.01, 1.0)
        state.minority_legitimacy = within(minority, 0.0, 1.0)
