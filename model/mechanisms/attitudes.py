"""Support, fear and grievance of the people, all updated as X += a (limit - X) - b X.

Governance and news raise support, grievance feeds it; brutality frightens at once and costs support later (its square,
so that a little goes a long way); foreigners lose it where foreigners are disliked; a capable state wins it back.
"""

from model import kernels
from model.mechanisms.scale import adjusted_parameters
from model.state import State
from model.state.fields import Records

MONTH = 4  # weeks


def update(state: State) -> None:
    """Advance attitudes by a week, and the grievance that misdirected fire, crackdowns, revenge and militias raise.

    What is switched off weighs nothing. Grievance is slow and a sweep over all cells: once in four weeks is enough.
    """
    p, on = state.parameters, state.on
    kernels.update_attitudes(
        state.organisation_records, state.country_records, state.stays, state.doses, state.control, state.support,
        state.fear, state.grievance, state.base_grievance, state.theatre.constituency, state.country, state.active_cells,
        state.active_count, MONTH if state.week % MONTH == MONTH - 1 else 0, "government.posture" in on, "sectarian" in on,
        adjusted_parameters(state, "attitudes", _weights), p.attitudes.record, p.attrition.record,
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


def update_legitimacy(state: State) -> None:
    """Legitimacy: a threat costs it among the majority, who applaud a crackdown; minorities lose it to both of its ends.

    A crackdown alienates them, and so does sectarian violence that a tolerant state leaves unanswered; tolerance brings
    their trust back to the majority's. Without the switch `government.posture` neither threat nor posture moves either.
    """
    kernels.update_legitimacy(
        state.country_records, state.doses, "government.posture" in state.on, state.parameters.government.record
    )
