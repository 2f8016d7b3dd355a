"""Towns: the bloc's control of the cell of each, those taken and lost, and who was reported to hold them."""

from datetime import date

import numpy as np

from model import kernels
from model.scenario.schema import Town
from model.state import LAND_TERMS, State
from model.state.fields import Floats, Indices
from model.why import causes as reasons
from model.why import losses
from model.why.causes import Causes


def cells(state: State) -> Indices:
    """The cell of each town: the nearest of its own country (towns,)."""
    kept = state.cache.get("town_cells")
    if kept is None:
        places = [
            state.theatre.nearest_cell(town.lat, town.lon, town.country) for town in state.scenario.towns.values()
        ]
        kept = state.cache["town_cells"] = np.array(places, dtype=np.int32)
    return np.asarray(kept)


def begin(state: State) -> None:
    """Towns that the bloc holds at the start are not told as taken."""
    _, held, rulers = _look(state, anyway=True)
    state.town_held[:] = held > state.parameters.reporting.town_control
    state.memory["town_rulers"] = rulers


def tell(state: State) -> None:
    """Write down the towns that the bloc has taken or lost.

    A town counts as held where the bloc's control of its cell is over `town_control`; what is told waits until control is
    `town_margin` beyond, so that a town on the brink is not told again and again.
    """
    monthly, p = state.week % 4 == 0, state.parameters.reporting
    turned, held, rulers = _look(state, monthly)
    if not turned:  # those that change are held by another side than was told last
        if monthly:
            state.memory["town_rulers"] = rulers
        return
    taken = ~state.town_held & (held > p.town_control + p.town_margin)
    lost = state.town_held & (held < p.town_control - p.town_margin)
    changed = (taken | lost).nonzero()[0]
    if not len(changed) and not monthly:
        return
    for town in changed:
        row = int(rulers[town] if taken[town] else state.memory["town_rulers"][town])
        _note(state, int(town), row, bool(taken[town]), float(held[town]))
    state.town_held[changed] ^= True
    state.memory["town_rulers"] = rulers


def reported(town: Town, day: date) -> str:
    """Who was reported to hold a town on a day; an empty text where that is not known."""
    known = [fact.by for fact in town.held if fact.date <= day]
    return known[-1] if known else ""


def _look(state: State, anyway: bool) -> tuple[bool, Floats, Indices]:
    """Whether a town is held by another side than was told, the bloc's control of each, and its ruler in the bloc (towns,).

    Rulers, its members with the most control there, are only found if a side has changed, or `anyway`.
    """
    held, rulers = np.empty(len(state.town_held)), np.zeros(len(state.town_held), dtype=np.int32)
    turned = kernels.look_at_towns(
        state.organisation_records, state.cells, cells(state), state.town_held, anyway, state.parameters.reporting.record,
        held, rulers,
    )  # fmt: skip
    return bool(turned), held, rulers


def _note(state: State, index: int, row: int, taken: bool, held: float) -> None:
    """Write down one town; the cause is the largest term of the territory equation in its cell, or the change of a label."""
    town = list(state.scenario.towns.values())[index]
    causes = _causes(state, row, cells(state)[index : index + 1], taken)
    moved = "rose" if taken else "fell"
    cause = f"control of {town.place} {moved} to {held:.0%}: {reasons.words(causes)}"
    if taken:
        state.note("town_taken", row, cause, other=town.place, country=town.country, amount=held, causes=causes)
    else:
        state.note("town_lost", row, cause, other=town.place, country=town.country, amount=held, causes=causes)


def _causes(state: State, row: int, where: Indices, taken: bool) -> Causes:
    """What moved the town: a label that came or went with its ruler, or the terms that a cell is lost to (or won by)."""
    if (state.accepted_week[row] == state.week) if taken else (state.camp[row] != 0):
        return {"label": 1.0}
    terms = np.zeros(len(LAND_TERMS))
    losses.of_land(state, row, where.astype(np.uint32), terms)
    sign = -1.0 if taken else 1.0
    found = reasons.shares(dict(zip(LAND_TERMS, (sign * terms).tolist(), strict=True)))
    return found or {"holder_gone": 1.0}
