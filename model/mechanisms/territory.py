"""Ink spots: control grows, spreads to neighbouring cells, meets rivals and is taken by force, in one of two forms.

By pressure, as shipped: fronts move towards who loses the contest (`kernels/fronts.py`):

    dC = (1 - 2 theta) drive [|grad C| open + r C (1 - T) behind the front], or (1 - 2 theta) push |grad C| where it is lost

By diffusion (`mechanisms.territory.form = "diffusion"`), the form of 0.2:

    dC = D sum_j m_ij (C_j - C_i) + r C (1 - T) [(1 - w)(1 - 2 theta) + w (B - theta)] - kappa C - rho C R

theta is a Tullock contest of all that is against the group with the group's own power; w is self-enforcement, how much
control breeds control (Kalyvas, The Logic of Violence in Civil War, 2006). With w = 1 this is Nagumo's bistable front
(Murray 2002, 13.5). Fronts by pressure are an eikonal equation in upwind form (Osher and Sethian 1988; Rouy and Tourin
1992).
"""

from math import ceil
from typing import Any

import numpy as np

from model import kernels
from model.mechanisms.scale import fighting
from model.state import State
from model.state.fields import Floats


def pressure(state: State) -> bool:
    """Whether control moves by pressure at fronts, and not by diffusion."""
    return state.choices["territory.form"] == "pressure"


def flow(state: State) -> Floats:
    """Rates at which control passes between neighbours, 1/week (cells, 4), less at borders and between communities.

    Pressure: speed of a front x closeness; diffusion: D x conductance. A land border lets `border_permeability` x (1 -
    border control) through; the difference of constituency shares takes `kinship` away: control spreads among those alike.
    """
    kept, borders = state.cache.get("flow"), state.border_control.tobytes()
    if kept is None:
        kept = state.cache["flow"] = _inland(state)
    if kept["borders"] != borders:
        gate = state.parameters.territory.border_permeability * (1 - state.border_control)
        most = kernels.open_borders(state.flow, kept["crossings"], kept["rates"], gate, kept["gate"])
        kept["largest"] = max(most, kept["most"])
        kept["borders"] = borders
    return state.flow


def sub_steps(state: State) -> int:
    """Into how many parts a week of spreading is divided, so that no cell changes by more than `most_flow` of a difference.

    Of the sum over a cell's four sides a front can come from two at most, and at the pace of who is in the greatest hurry.
    """
    flow(state)
    largest = float(state.cache["flow"]["largest"])
    if pressure(state):
        largest *= 0.5 * max(1.0, float(state.drive.max()))
    return max(1, ceil(largest / state.parameters.territory.most_flow))


def _inland(state: State) -> dict[str, Any]:
    """Fill the rates that do not depend on border control; return what the others are made of."""
    p, theatre = state.parameters.territory, state.theatre
    unhindered = p.speed * theatre.closeness if pressure(state) else p.diffusion * theatre.conductance
    strange = np.abs(theatre.constituency[:, None] - theatre.constituency[theatre.neighbours])
    kinship = np.maximum(0.0, 1 - p.kinship * strange)
    cell, side = crossing = np.nonzero(theatre.crosses)
    countries = theatre.country[cell], theatre.country[theatre.neighbours[crossing]]
    inland = np.ones(len(unhindered), dtype=bool)
    inland[cell] = False
    rates = unhindered * kinship
    state.flow[:] = rates
    most = float(rates[inland].sum(axis=1).max(initial=0.0))
    return {
        "borders": None, "crossings": np.stack((cell, side, *countries), axis=1).astype(np.uint32),
        "rates": np.stack((unhindered[crossing], kinship[crossing]), axis=1), "gate": np.full(len(state.countries), np.nan),
        "most": most, "largest": most,
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
    """Advance control by a week, and keep fighters' hold on where they live."""
    if "territory" in state.on:
        p, steps = state.parameters, sub_steps(state)
        if pressure(state):
            fallen = kernels.advance_fronts(
                state.organisation_records, state.country_records, state.cells, state.ground, state.sectors,
                state.spreading, steps, state.luck, state.switches, fighting(state),
            )  # fmt: skip
            state.account("fighters_killed", fallen)
            return
        kernels.advance_territory(
            state.organisation_records, state.country_records, state.cells, state.ground, state.spreading,
            steps, state.switches, p.territory.record, p.government.record, p.rivalry.record,
        )  # fmt: skip


def begin(state: State) -> None:
    """Sum control over organisations and camps before the first week."""
    np.sum(state.control, axis=0, out=state.total)
    np.minimum(state.total, 1.0, out=state.total)
    for camp in range(len(state.camp_control)):
        np.sum(state.control[state.camp == camp], axis=0, out=state.camp_control[camp])
