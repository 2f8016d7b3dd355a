"""Ink spots: control grows, spreads to neighbouring cells, meets rivals, and is taken by strikes.

    dC = D sum_j m_ij (C_j - C_i) + r C (1 - T) [(1 - w)(1 - 2 theta) + w (B - theta)] - kappa C - rho C R

theta is a Tullock contest of the state's power with the group's; w is self-enforcement, how much control breeds control
(Kalyvas, The Logic of Violence in Civil War, 2006). The form with w = 1 is Nagumo's bistable front (Murray 2002, 13.5).
"""

from math import ceil

import numpy as np

from model import kernels
from model.fields import Floats, Integers
from model.mechanisms.scale import hostility
from model.state import CORE, State

TIDY = 4  # weeks
MOST_FLOW = 0.8  # explicit diffusion stays monotone while D dt sum_j m_ij is below 1


def flow(state: State) -> Floats:
    """Rate of spread between neighbours, 1/week (cells, 4): D x conductance, less at borders and between communities.

    A land border lets `border_permeability` x (1 - border control) through; the difference of constituency shares takes
    `kinship` away, since control spreads along ties among people who are alike.
    """
    p = state.parameters.territory
    kept = state.cache.get("flow")
    gate = p.border_permeability * (1 - state.border_control)
    if kept is None or not np.array_equal(kept[0], gate):
        theatre = state.theatre
        rates = p.diffusion * theatre.conductance
        here = theatre.country[:, None]
        there = theatre.country[theatre.neighbours]
        rates = np.where(theatre.crosses, rates * np.minimum(gate[here], gate[there]), rates)
        strange = np.abs(theatre.constituency[:, None] - theatre.constituency[theatre.neighbours])
        rates *= np.maximum(0.0, 1 - p.kinship * strange)
        steps = max(1, ceil(float(rates.sum(axis=1).max(initial=0.0)) / MOST_FLOW))
        kept = state.cache["flow"] = (gate.copy(), rates, steps)
    return np.asarray(kept[1])


def state_power(state: State) -> Floats:
    """Power of the state, effective soldiers per 1,000 people (countries,): forces x worth x mobilisation + militias.

    Mobilised forces are concentrated where they are needed: `concentration` says by how much, full against none.
    """
    people = state.country_people()
    p = state.parameters.government
    levy = 1 + p.concentration * (state.mobilisation - p.base_mobilisation) / (1 - p.base_mobilisation)
    return np.asarray(1000.0 * state.forces * state.effectiveness * levy / people + state.militia)


def group_power(state: State) -> Floats:
    """Power of each organisation, effective fighters per 1,000 people held (organisations,)."""
    ground = (state.activity[:, 0] + state.activity[:, 4]) / 0.8
    people = state.people_held + state.parameters.territory.district
    return np.asarray(1000.0 * state.fighters * state.skill * ground / people)


def spread(state: State) -> None:
    """Advance control by a week, then measure what everybody holds."""
    p = state.parameters.territory
    rates = flow(state)
    steps = state.cache["flow"][2]
    if "territory" in state.on:
        state.offensive[:] = (p.strikes * state.strikes)[:, None]
        grievance = state.grievance if "attitudes.grievance" in state.on else np.zeros_like(state.grievance)
        kernels.spread(
            state.control, state.active_cells, state.active_count, state.is_active, state.camp, state.neighbours,
            rates, state.total, state.camp_control, group_power(state), p.compliance, p.resistance, state.support,
            state.fear, state_power(state), state.reach, state.defence, grievance, state.country, state.offensive,
            p.growth, p.self_enforcement, p.clash * hostility(state), steps, p.cutoff, state.theta, state.scratch,
        )  # fmt: skip
        _foothold(state)
        if state.week % TIDY == 0:
            _tidy(state)
    measure(state)


def _tidy(state: State) -> None:
    """Sort the lists of active cells: walking through memory in order is several times faster than jumping about."""
    for row in np.flatnonzero(state.active_count > 1):
        state.active_cells[row, : state.active_count[row]].sort()


def _foothold(state: State) -> None:
    """Fighters keep some hold on the cell they live in, the more the more of them there are for its people."""
    p = state.parameters.territory
    rows = np.flatnonzero(state.present)
    home = state.home[rows]
    fighters = 1000.0 * state.fighters[rows]
    hold = p.foothold * fighters / (fighters + p.foothold_density * (state.people[home] + p.district / 2))
    held = state.control[rows, home]
    room = np.maximum(0.0, 1 - state.total[home]) / _housemates(state)[rows]
    more = np.minimum(np.maximum(hold - held, 0.0), room)
    state.control[rows, home] = held + more
    np.add.at(state.total, home, more)
    camp = state.camp[rows]
    np.add.at(state.camp_control, (camp[camp >= 0], home[camp >= 0]), more[camp >= 0])
    for k in np.flatnonzero((held == 0) & (more > 0)):
        _enlist(state, int(rows[k]), int(home[k]))


def _housemates(state: State) -> Floats:
    """Number of organisations with the same home cell, (organisations,), kept until one moves."""
    kept = state.cache.get("housemates")
    if kept is None or not np.array_equal(kept[0], state.home):
        _, where, count = np.unique(state.home, return_inverse=True, return_counts=True)
        kept = state.cache["housemates"] = (state.home.copy(), count[where].astype(np.float64))
    return np.asarray(kept[1])


def _enlist(state: State, row: int, cell: int) -> None:
    """Put a newly held cell and its neighbours on the list of active cells."""
    for near in (cell, *state.theatre.neighbours[cell]):
        if not state.is_active[row, near]:
            state.is_active[row, near] = True
            state.active_cells[row, state.active_count[row]] = near
            state.active_count[row] += 1


def begin(state: State) -> None:
    """Measure what everybody holds before the first week."""
    np.sum(state.control, axis=0, out=state.total)
    np.minimum(state.total, 1.0, out=state.total)
    for camp in range(len(state.camp_control)):
        np.sum(state.control[state.camp == camp], axis=0, out=state.camp_control[camp])
    measure(state)
    state.people_before = float(state.people_held[CORE])
    count, areas, _ = ink_spots(state)
    state.cache["spots"] = (count, float(areas.max(initial=0.0)), float(areas.sum()))


def measure(state: State) -> None:
    """Sum what each organisation holds; where it holds nobody, it is where its headquarters are."""
    organisations = state.organisation_records
    kernels.tally(
        organisations, state.control, state.support, state.fear, state.people, state.theatre.area_km2, state.country,
        state.active_cells, state.active_count, state.held,
    )  # fmt: skip
    count = kernels.locate(organisations, state.held, state.presence, state.stay_list)
    state.stays = state.stay_list[:count]


def ink_spots(state: State) -> tuple[int, Floats, list[tuple[int, int]]]:
    """Label the spots of the core's bloc; return their number, their km2 by number, and which old spots have merged.

    A spot is a connected component of cells with the bloc's control over 1/2. A pair of last week's spots has merged
    when one of this week's covers cells of both; single cells that flicker do not count as spots of their own.
    """
    old = state.spot_cells[: state.spot_count].copy()
    before = state.spot[old]
    state.spot[old] = 0
    count, found = kernels.label_spots(
        state.camp_control[CORE], 0.5, state.active_cells, state.active_count, state.camp == 0, state.neighbours,
        flow(state), state.spot, state.spot_cells, state.scratch.view(np.int64),
    )  # fmt: skip
    state.spot_count = found
    cells = state.spot_cells[:found]
    areas = np.bincount(state.spot[cells], state.theatre.area_km2[cells], count + 1)
    return count, areas, _merges(before, state.spot[old], count)


def _merges(before: Integers, now: Integers, count: int) -> list[tuple[int, int]]:
    """Pairs of old spots of two cells or more that one new spot covers; arrays over the cells of old spots."""
    if len(before) == 0:
        return []
    size = np.bincount(before)
    overlap = np.bincount(now * len(size) + before, minlength=(count + 1) * len(size)).reshape(count + 1, len(size))
    parts = (overlap > 0) & (size > 1)
    parts[0] = parts[:, 0] = False
    merged: list[tuple[int, int]] = []
    for spot in np.flatnonzero(parts.sum(axis=1) > 1):
        first, *others = (int(part) for part in np.flatnonzero(parts[spot]))
        merged.extend((first, other) for other in others)
    return merged
