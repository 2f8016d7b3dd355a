"""Towns: the bloc's control of the cell of each, those taken and lost, and who was reported to hold them."""

from datetime import date

import numpy as np

from model.scenario.schema import Town
from model.state import CORE, LAND_TERMS, State
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


def control(state: State) -> Floats:
    """Control of each town by the core, by its bloc, by all groups (towns, 3)."""
    where, found = cells(state), np.empty((len(state.town_held), 3))
    for column, field in enumerate((state.control[CORE], state.camp_control[CORE], state.total)):
        found[:, column] = field.take(where)
    return found


def begin(state: State) -> None:
    """Towns that the bloc holds at the start are not told as taken."""
    state.town_held[:] = state.camp_control[CORE, cells(state)] > state.parameters.reporting.town_control
    state.memory["town_rulers"] = _rulers(state, state.camp_control[CORE].take(cells(state)))


def tell(state: State) -> None:
    """Write down the towns that the bloc has taken or lost.

    A town counts as held where the bloc's control of its cell is over `town_control`; what is told waits until control is
    `town_margin` beyond, so that a town on the brink is not told again and again.
    """
    p, where = state.parameters.reporting, cells(state)
    if not len(where):
        return
    held = state.camp_control[CORE].take(where)
    if state.week % 4 and not ((held > p.town_control) != state.town_held).any():
        return  # those that change are held by another side than was told last
    taken = ~state.town_held & (held > p.town_control + p.town_margin)
    lost = state.town_held & (held < p.town_control - p.town_margin)
    changed = (taken | lost).nonzero()[0]
    if not len(changed) and state.week % 4:
        return
    rulers = _rulers(state, held)
    for town in changed:
        row = int(rulers[town] if taken[town] else state.memory["town_rulers"][town])
        _note(state, int(town), row, bool(taken[town]), float(held[town]))
    state.town_held[changed] ^= True
    state.memory["town_rulers"] = rulers


def reported(town: Town, day: date) -> str:
    """Who was reported to hold a town on a day; an empty text where that is not known."""
    known = [fact.by for fact in town.held if fact.date <= day]
    return known[-1] if known else ""


def _rulers(state: State, held: Floats) -> Indices:
    """The member of the bloc with the most control of each town of which the bloc controls something, `held` (towns,)."""
    rulers, some, rows = np.zeros(len(held), dtype=np.int32), held.nonzero()[0], (state.camp == 0).nonzero()[0]
    if len(rows):
        rulers[some] = rows[state.control[np.ix_(rows, cells(state)[some])].argmax(axis=0)]
    return rulers


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
