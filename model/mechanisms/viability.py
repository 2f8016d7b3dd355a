"""Nobody joins a loser: how many travel, enlist and pledge follows what an organisation holds against its best days."""

import numpy as np

from model.state import State


def measure(state: State) -> None:
    """Set success = ((people held + s) / (most people ever held + s))^eta, which is 1 without the switch.

    s, `settled`, people: a band that never held more is judged by nothing.
    """
    p = state.parameters.viability
    best = state.best_people[:] = np.maximum(state.best_people, state.people_held)
    if "viability" in state.on:
        state.success[:] = ((state.people_held + p.settled) / (best + p.settled)) ** p.eta
    else:
        state.success[:] = 1.0
