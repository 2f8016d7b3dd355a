"""What states see and get: threat and unrest, help from outside, mobilisation, posture, the coalition."""

import numpy as np

from model.kernels.compiled import BORDERS, MILITIAS, TRAINING, compiled, inlined
from model.kernels.forms import saturate


@inlined
def _perceive_threats(organisations, countries, stays, held, people, government):
    """Advance threat (from the bloc) and unrest (from all groups) by alarms from attacks and from the share of people lost.

    Alarm = 1 - exp(-alarm_attacks x attacks - alarm_territory x people held / people). The two parts of the alarm at the
    bloc are smoothed like threat into `alarm_from_attacks` and `alarm_from_land`: what it came from.
    """
    p = government
    attacks, lost, lost_to_bloc = np.zeros(len(countries)), np.zeros(len(countries)), np.zeros(len(countries))
    for stay in stays:
        o = organisations[stay.organisation]
        attacks[stay.country] += stay.share * o.attacks[0]
    for g in range(len(organisations)):
        o = organisations[g]
        for n in range(len(countries) if o.people_held > 0.0 else 0):
            lost[n] += held[g, n]
            if o.camp == 0:
                lost_to_bloc[n] += held[g, n]
    for n in range(len(countries)):
        state = countries[n]
        violence, land = p.alarm_attacks * state.attacks_in, p.alarm_territory * (lost_to_bloc[n] / people[n])
        alarm = saturate(violence + land)
        speed = p.attention * (1.0 if alarm > state.threat else p.complacency)
        state.alarm_from_attacks += speed * (violence - state.alarm_from_attacks)
        state.alarm_from_land += speed * (land - state.alarm_from_land)
        state.threat += speed * (alarm - state.threat)
        alarm = saturate(p.alarm_attacks * attacks[n] + p.alarm_territory * (lost[n] / people[n]))
        speed = p.attention * (1.0 if alarm > state.unrest else p.complacency)
        state.unrest += speed * (alarm - state.unrest)


@inlined
def _apply_help(countries, doses, people, on, government):
    """Apply training, border posts and militias at their doses; training fades without them.

    Training counts in accuracy or in effectiveness, by the same step; militias grow where states are weaker than
    `militia_gap` soldiers of average worth per 1,000 people. on: switches.
    """
    p = government
    for n in range(len(countries)):
        state = countries[n]
        if on.partner_aid:
            gain = p.training_gain * doses[TRAINING, n] * (p.training_most - state.training)
            state.training += gain - p.training_loss * state.training
            if not on.policy_trains_accuracy:
                state.effectiveness = state.own_effectiveness + state.training
        own = state.own_border_control
        left = (1.0 - p.border_gain * doses[BORDERS, n]) * (1.0 - state.border_answer)
        state.border_control = 1.0 - (1.0 - own) * left
        if on.militia:
            gap = 1.0 / (1.0 + state.effectiveness * 1000.0 * state.forces / people[n] / p.militia_gap)
            state.militia += p.militia_gain * (p.militia_most * doses[MILITIAS, n] * gap - state.militia)


@inlined
def _answer_at_borders(countries, government):
    """Move what borders close in answer to travellers who pass and attacks: towards w (1 - exp(-a N - b K)), slowly back.

    w is what a state can do of it, the worth of its forces, at most 1.
    """
    p = government
    for state in countries:
        able = min(1.0, state.own_effectiveness)
        wanted = able * saturate(p.answer_travellers * state.passing + p.answer_attacks * state.attacks_in)
        speed = p.answer_speed * (1.0 if wanted > state.border_answer else p.complacency)
        state.border_answer += speed * (wanted - state.border_answer)


@inlined
def _over_weeks(rate, weeks):
    """Share that a weekly rate moves in some weeks: 1 - (1 - rate)^weeks."""
    left, factor = 1.0, 1.0 - rate
    while weeks > 0:  # by squaring: exact to the last bit on every machine, as a library's power is not
        if weeks % 2 == 1:
            left *= factor
        factor *= factor
        weeks //= 2
    return 1.0 - left


@inlined
def _mobilise(countries, luck, week, on, government, joining):
    """Every government decides once in `turn_weeks`, unless it is at peace; mark those that join.

    Each week another part of them has its turn.

    Mobilisation moves towards base + (1 - base) 2 unrest (at most 1), posture towards own + hardening x unrest (1 - own); a
    chance of joining x threat to enter the coalition. on: switches.
    """
    p, base, turn = government, government.base_mobilisation, int(government.turn_weeks)
    for n in range(week % turn, len(countries), turn):
        state = countries[n]
        if state.unrest <= p.peace and state.threat <= p.peace and state.mobilisation <= base + p.peace:
            continue
        wanted = base + (1.0 - base) * min(1.0, p.urgency * state.unrest)
        state.mobilisation += _over_weeks(p.mobilising, turn) * (wanted - state.mobilisation)
        if on.government_posture:
            hard = state.own_posture + p.hardening * state.unrest * (1.0 - state.own_posture)
            state.posture += _over_weeks(p.posture_speed, turn) * (hard - state.posture)
        joining[n] = (
            on.government_coalition
            and not state.coalition
            and luck[n].coalition < _over_weeks(p.joining * state.threat, turn)
        )


@compiled
def govern(organisations, countries, stays, luck, held, ground, doses, week, switches, government):
    """Perceive threats, get help, mobilise; return which join the coalition, marked (countries,)."""
    p, people = government[0], ground.country_people
    joining = np.zeros(len(countries), dtype=np.bool_)
    _perceive_threats(organisations, countries, stays, held, people, p)
    if switches[0].borders_answer:
        _answer_at_borders(countries, p)
    _apply_help(countries, doses, people, switches[0], p)
    _mobilise(countries, luck, week, switches[0], p, joining)
    return joining
