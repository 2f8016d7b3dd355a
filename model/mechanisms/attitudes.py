"""Support, fear and grievance of the people, all updated as X += a (limit - X) - b X.

Governance and news raise support, grievance feeds it; brutality frightens at once and costs support later (its square,
so that a little goes a long way); foreigners lose it where foreigners are disliked; a capable state wins it back.
"""

from model import kernels
from model.fields import Floats, Records
from model.state import State

MONTH = 4  # weeks
AID = 2  # row of the doses


def update(state: State, provoked: Floats) -> None:
    """Advance attitudes by a week; `provoked` is the grievance that misdirected fire raises (countries,).

    What is switched off weighs nothing. Grievance is slow and a sweep over all cells: once in four weeks is enough.
    """
    p, on, countries, theatre = state.parameters.attitudes.record, state.on, state.country_records, state.theatre
    kernels.sway(
        state.organisation_records, countries, state.doses[0], state.control, state.support, state.fear,
        state.grievance, theatre.constituency, state.country, state.active_cells, state.active_count, _weights(state),
    )  # fmt: skip
    kernels.raise_grievance(countries, provoked, "government.posture" in on, "sectarian" in on, p)
    if state.week % MONTH == MONTH - 1:
        kernels.grieve(
            countries, state.doses[AID], state.country, theatre.constituency, state.grievance, state.base_grievance,
            float(MONTH), p,
        )  # fmt: skip


def _weights(state: State) -> Records:
    """The parameters of support and fear, with nothing for what is switched off."""
    on, weights = state.on, state.parameters.attitudes.record.copy()
    if "governance" not in on:
        weights["governance"] = 0.0
    if "information" not in on:
        weights["information"] = 0.0
    if "attitudes.grievance" not in on:
        weights["grievance"] = 0.0
    if "attitudes.backlash" not in on:
        weights["backlash"] = 0.0
    if "attitudes.fear" not in on:
        weights["fear"] = 0.0
    if "sectarian.defender" not in on:
        weights["defender"] = 0.0
    return weights


def legitimise(state: State) -> None:
    """Legitimacy: a threat costs it among the majority, who applaud a crackdown; minorities lose it to both of its ends.

    A crackdown alienates them, and so does sectarian violence that a tolerant state leaves unanswered; tolerance brings
    their trust back to the majority's. Without the switch `government.posture` neither threat nor posture moves either.
    """
    kernels.legitimise(
        state.country_records, state.doses, "government.posture" in state.on, state.parameters.government.record
    )
