"""Support, fear and grievance of the people, all updated as X += a (limit - X) - b X.

Governance and news raise support, grievance feeds it; brutality frightens at once and costs support later (its square,
so that a little goes a long way); foreigners lose it where foreigners are disliked; a capable state wins it back.
"""

import numpy as np

from model import kernels
from model.fields import Floats
from model.mechanisms.scale import saturate, within
from model.state import State

MONTH = 4  # weeks


def update(state: State, provoked: Floats) -> None:
    """Advance attitudes by a week; `provoked` is the grievance that misdirected fire raises (countries,)."""
    p, on, theatre = state.parameters.attitudes, state.on, state.theatre
    governing = state.activity[:, 4] / 0.25 if "governance" in on else np.zeros(state.organisations)
    paid = state.treasury / (state.treasury + p.governing_funds)
    cruel = state.brutality**2
    foreign = state.foreign_fighters / np.maximum(state.fighters, 1.0)
    bonus = state.reprisals / (state.reprisals + p.defender_reprisals) if "sectarian.defender" in on else 0.0
    defended = p.defender * np.multiply.outer(state.camp == 0, bonus * np.ones(len(state.countries)))
    persuasion = persuaded(state) if "information" in on else 0 * state.threat
    kernels.attitudes(
        state.control, state.support, state.fear, state.grievance, theatre.constituency, state.country,
        state.active_cells, state.active_count,
        p.governance * governing * (0.5 + 0.5 * paid),
        p.propaganda * state.media * (1 - state.suppression),
        p.grievance if "attitudes.grievance" in on else 0.0,
        p.backlash * cruel if "attitudes.backlash" in on else 0.0 * cruel,
        p.foreignness * foreign,
        state.anti_foreign,
        persuasion,
        p.recovery * state.legitimacy * state.effectiveness,
        p.fear * state.brutality if "attitudes.fear" in on else 0.0 * cruel,
        p.fear_decay,
        defended,
    )  # fmt: skip
    _grieve(state, provoked)


def persuaded(state: State) -> Floats:
    """Support lost a week to counter-messaging (countries,), dose x (floor + f) x (1 - messengers f).

    Dislike of foreigners f works against a core that is out of touch, and against messengers from abroad.
    """
    p, dislike = state.parameters.attitudes, state.anti_foreign
    return np.asarray(p.information * state.doses[0] * (p.information_floor + dislike) * (1 - p.messengers * dislike))


def crackdown(state: State) -> Floats:
    """How hard states crack down this week, posture x unrest, 0 where the switch is off (countries,).

    A harsh state at peace has nobody to crack down on, and a tolerant one does not whatever happens.
    """
    return state.posture * state.unrest if "government.posture" in state.on else np.zeros(len(state.countries))


def _grieve(state: State, provoked: Floats) -> None:
    p = state.parameters.attitudes
    dilemma = p.crackdown * crackdown(state)
    revenge = p.reprisal * state.reprisals if "sectarian" in state.on else 0.0
    state.grievance_due += provoked + dilemma + revenge + p.militia * state.militia
    if state.week % MONTH == MONTH - 1:  # slow, and a sweep over all cells: once in four weeks is enough
        rise = np.minimum(0.5, state.grievance_due)[state.country]
        calming = np.minimum(1.0, MONTH * p.calming * (1 + p.inclusion * state.doses[2]))[state.country]
        unheard = 1 - state.minority_legitimacy[state.country]
        state.base_grievance[:] = p.start_grievance * unheard * state.theatre.constituency
        x = state.grievance
        x += rise * (1 - x) - calming * (x - state.base_grievance)
        state.grievance_due[:] = 0.0


def legitimise(state: State) -> None:
    """Legitimacy: a threat costs it among the majority, who applaud a crackdown; minorities lose it to both of its ends.

    A crackdown alienates them, and so does sectarian violence that a tolerant state leaves unanswered; tolerance brings
    their trust back to the majority's. Without the switch `government.posture` neither threat nor posture moves either.
    """
    p = state.parameters.government
    governed = np.where(state.doses[2] > 0, p.aid_legitimacy * state.doses[2], 0.0)
    majority, minority = state.legitimacy, state.minority_legitimacy
    change = governed * (1 - majority)
    minority += governed * (1 - minority)
    if "government.posture" in state.on:
        tolerance = 1 - state.posture
        change += state.threat * (p.rally * state.posture * (1 - majority) - p.strain * majority)
        violence = saturate(p.alarm_attacks * state.sectarian_heat)
        hurt = p.alienation * crackdown(state) + p.unprotected * tolerance * violence
        minority += p.forgetting * tolerance * (majority - minority) - hurt * minority
    majority += change
    within(majority, 0.01, 1.0)
    within(minority, 0.0, 1.0)
