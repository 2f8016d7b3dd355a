"""Ink spots: control grows, spreads to neighbouring cells, meets rivals, and is taken by strikes.

    dC = D sum_j m_ij (C_j - C_i) + r C (1 - T) [(1 - w)(1 - 2 theta) + w (B - theta)] - kappa C - rho C R

theta is a Tullock contest of the state's power with the group's; w is self-enforcement, how much control breeds control
(Kalyvas, The Logic of Violence in Civil War, 2006). The form with w = 1 is Nagumo's bistable front (Murray 2002, 13.5).
"""

from math import ceil
from typing import Any

import numpy as np

from model import kernels
from model.state import State
from model.state.fields import Floats


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
            state.flow, kept["unhindered"], kept["kinship"], kept["crossings"], state.ground, gate
        )
        kept["steps"] = max(1, ceil(max(most, kept["most"]) / state.parameters.territory.most_flow))
        kept["borders"] = borders
    return state.flow


def _inland(state: State) -> dict[str, Any]:
    """Fill the rates of spread that do not depend on border control; return what the others are made of."""
    p, theatre = state.parameters.territory, state.theatre
    unhindered = p.diffusion * theatre.conductance
    strange = np.abs(theatre.constituency[:, None] - theatre.constituency[theatre.neighbours])
    kinship = np.maximum(0.0, 1 - p.kinship * strange)
    crossings = np.ascontiguousarray(np.argwhere(theatre.crosses))
    inland = np.ones(len(unhindered), dtype=bool)
    inland[crossings[:, 0]] = False
    rates = unhindered * kinship
    state.flow[:] = rates
    most = float(rates[inland].sum(axis=1).max(initial=0.0))
    return {
        "borders": None, "unhindered": unhindered, "kinship": kinship, "crossings": crossings, "most": most, "steps": 1,
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
        if state.choices["territory.form"] != "diffusion":
            raise NotImplementedError("territory.form: only diffusion so far")
        p = state.parameters
        flow(state)
        kernels.advance_territory(
            state.organisation_records, state.country_records, state.cells, state.ground, state.spreading,
            state.cache["flow"]["steps"], state.switches, p.territory.record, p.government.record, p.rivalry.record,
        )  # fmt: skip


def begin(state: State) -> None:
    """Sum control over organisations and camps before the first week."""
    np.sum(state.control, axis=0, out=state.total)
    np.minimum(state.total, 1.0, out=state.total)
    for camp in range(len(state.camp_control)):
        np.sum(state.control[state.camp == camp], axis=0, out=state.camp_control[camp])
