"""Ink spots: control grows, spreads to neighbouring cells, meets rivals, and is taken by strikes.

    dC = D sum_j m_ij (C_j - C_i) + r C (1 - T) [(1 - w)(1 - 2 theta) + w (B - theta)] - kappa C - rho C R

theta is a Tullock contest of the state's power with the group's; w is self-enforcement, how much control breeds control
(Kalyvas, The Logic of Violence in Civil War, 2006). The form with w = 1 is Nagumo's bistable front (Murray 2002, 13.5).
"""

from math import ceil
from typing import Any

import numpy as np

from model import kernels
from model.mechanisms.scale import acted_on
from model.state import CORE, State
from model.state.fields import Floats, Integers

MOST_FLOW = 0.8  # explicit diffusion stays monotone while D dt sum_j m_ij is below 1


def flow(state: State) -> Floats:
    """Rate of spread between neighbours, 1/week (cells, 4): D x conductance, less at borders and between communities.

    A land border lets `border_permeability` x (1 - border control) through; the difference of constituency shares takes
    `kinship` away, since control spreads along ties among people who are alike.
    """
    kept, borders = state.cache.get("flow"), state.border_control.tobytes()
    if kept is None:
        kept = state.cache["flow"] = _inland(state)
    if kept["borders"] != borders:
        gate = state.parameters.territory.border_permeability * (1 - state.border_control)
        most = kernels.open_borders(
            kept["flow"], kept["unhindered"], kept["kinship"], kept["crossings"], state.country, state.neighbours, gate
        )
        kept["steps"] = max(1, ceil(max(most, kept["most"]) / MOST_FLOW))
        kept["borders"] = borders
    return np.asarray(kept["flow"])


def _inland(state: State) -> dict[str, Any]:
    """What the rates of spread are made of, and those that do not depend on border control."""
    p, theatre = state.parameters.territory, state.theatre
    unhindered = p.diffusion * theatre.conductance
    strange = np.abs(theatre.constituency[:, None] - theatre.constituency[theatre.neighbours])
    kinship = np.maximum(0.0, 1 - p.kinship * strange)
    crossings = np.ascontiguousarray(np.argwhere(theatre.crosses))
    inland = np.ones(len(unhindered), dtype=bool)
    inland[crossings[:, 0]] = False
    rates = unhindered * kinship
    most = float(rates[inland].sum(axis=1).max(initial=0.0))
    return {
        "borders": None, "unhindered": unhindered, "kinship": kinship, "crossings": crossings, "flow": rates,
        "most": most, "steps": 1,
    }  # fmt: skip


def state_power(state: State) -> Floats:
    """Power of the state, effective soldiers per 1,000 people (countries,): forces x worth x mobilisation + militias.

    Mobilised forces are concentrated where they are needed: `concentration` says by how much, full against none.
    """
    power = np.empty(len(state.countries))
    kernels.state_power(state.country_records, state.theatre.country_people, state.parameters.government.record, power)
    return power


def group_power(state: State) -> Floats:
    """Power of each organisation, effective fighters per 1,000 people held (organisations,)."""
    power = np.empty(len(state.organisation_records))
    kernels.group_power(state.organisation_records, state.parameters.territory.record, power)
    return power


def spread(state: State) -> None:
    """Advance control by a week, keep fighters' hold on where they live, then measure what everybody holds."""
    if "territory" in state.on:
        p, theatre, rates = state.parameters, state.theatre, flow(state)
        kernels.advance(
            state.organisation_records, state.country_records, state.control, state.active_cells, state.active_count,
            state.is_active, state.neighbours, rates, state.total, state.camp_control, state.support, state.fear,
            state.reach, state.defence,
            state.grievance if "attitudes.grievance" in state.on else np.zeros_like(state.grievance),
            state.country, state.people, theatre.country_people, state.offensive, state.cache["flow"]["steps"],
            acted_on(state), state.theta, state.change, p.territory.record, p.government.record, p.rivalry.record,
        )  # fmt: skip
    measure(state)


def begin(state: State) -> None:
    """Measure what everybody holds before the first week."""
    np.sum(state.control, axis=0, out=state.total)
    np.minimum(state.total, 1.0, out=state.total)
    for camp in range(len(state.camp_control)):
        np.sum(state.control[state.camp == camp], axis=0, out=state.camp_control[camp])
    measure(state)
    state.people_before = float(state.people_held[CORE])
    ink_spots(state)


def measure(state: State) -> None:
    """Sum what each organisation holds; where it holds nobody, it is where its headquarters are."""
    count = kernels.measure(
        state.organisation_records, state.control, state.support, state.fear, state.people, state.theatre.area_km2,
        state.country, state.active_cells, state.active_count, state.held, state.presence, state.stay_list,
    )  # fmt: skip
    state.stays = state.stay_list[:count]


def ink_spots(state: State) -> list[tuple[int, int]]:
    """Label the spots of the core's bloc, keep their number, largest and total km2; return which old spots have merged.

    A spot is a connected component of cells with the bloc's control over 1/2. A pair of last week's spots has merged
    when one of this week's covers cells of both; single cells that flicker do not count as spots of their own.
    """
    size = state.spot_count
    count, state.spot_count, largest, area, met = kernels.follow_spots(
        state.organisation_records, state.camp_control[CORE], 0.5, state.active_cells, state.active_count,
        state.neighbours, flow(state), state.theatre.area_km2, state.spot, state.spot_cells, size, state.old_spot_cells,
        state.old_spots, state.stack,
    )  # fmt: skip
    state.cache["spots"] = (float(count), largest, area)
    if not met:
        return []
    old, before = state.old_spot_cells[:size], state.old_spots[:size]
    state.cache["old_spots"] = (old, before)
    return _merges(before, state.spot[old], count)


def _merges(before: Integers, now: Integers, count: int) -> list[tuple[int, int]]:
    """Pairs of old spots of two cells or more that one new spot covers; arrays over the cells of old spots."""
    size = np.bincount(before)
    overlap = np.bincount(now * len(size) + before, minlength=(count + 1) * len(size)).reshape(count + 1, len(size))
    parts = (overlap > 0) & (size > 1)
    parts[0] = parts[:, 0] = False
    merged: list[tuple[int, int]] = []
    for spot in np.flatnonzero(parts.sum(axis=1) > 1):
        first, *others = (int(part) for part in np.flatnonzero(parts[spot]))
        merged.extend((first, other) for other in others)
    return merged
