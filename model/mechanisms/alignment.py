"""How far a province's conduct follows the core's, and what that does to its brutality and targets.

Delivered: a += eta (a_core - a); silent: a -= drift (a - a_own), faster for groups that are strong by themselves
(principal-agent drift: Byman 2016; Shapiro 2013).
"""

from model import kernels
from model.state import State


def update(state: State) -> None:
    """Move alignment, and with it brutality and the mix of effort, by one week.

    Foreign fighters show less restraint and add brutality; a rival finding: only under central command.
    """
    kernels.update_alignment(state.organisation_records, state.switches, state.parameters.alignment.record)
