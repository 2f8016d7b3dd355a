"""Support, fear and grievance of the people, all updated as X += a (limit - X) - b X.

Governance and news raise support, grievance feeds it; brutality frightens at once and costs support later (its square,
so that a little goes a long way); foreigners lose it where foreigners are disliked; a capable state wins it back.
"""

from model import kernels
from model.state import State


def update(state: State) -> None:
    """Advance attitudes by a week, and the grievance that misdirected fire, crackdowns, revenge and militias raise.

    Grievance is slow and a sweep over all cells: once in `turn_weeks` is enough.
    """
    p, turn = state.parameters, int(state.parameters.attitudes.turn_weeks)
    kernels.update_attitudes(
        state.organisation_records, state.country_records, state.stays, state.doses, state.cells, state.ground,
        turn if state.week % turn == turn - 1 else 0, state.switches, p.attitudes.record, p.attrition.record,
    )  # fmt: skip


def update_legitimacy(state: State) -> None:
    """Legitimacy: a threat costs it among the majority, who applaud a crackdown; minorities lose it to both of its ends.

    A crackdown alienates them, and so does sectarian violence that a tolerant state leaves unanswered; tolerance brings
    their trust back to the majority's. Without the switch `government.posture` neither threat nor posture moves either.
    """
    kernels.update_legitimacy(state.country_records, state.doses, state.switches, state.parameters.government.record)
