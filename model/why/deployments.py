"""Where armies and partners stand: what maps, cards and accounts of campaigns show of a week."""

import numpy as np

from model.mechanisms import operations
from model.state import Operation, State
from model.why.armies import Deployment, Force, Seat

LEAST_SOLDIERS = 100.0  # smaller garrisons are not told


def deployment(state: State) -> Deployment:
    """Return where armies stand; nothing where the switch `operations` is off."""
    if "operations" not in state.on:
        return Deployment((), (), ())
    soldiers = operations.strengths(state) * state.readiness
    forces = []
    shown = state.deployed >= LEAST_SOLDIERS
    acting = np.flatnonzero(state.operation_phase != Operation.NONE)
    shown[acting, state.operation[acting]] = True
    for army, sector in np.argwhere(shown):
        here = state.operation[army] == sector
        phase, weeks = (state.operation_phase[army], state.operation_weeks[army]) if here else (0, 0)
        sent, garrison = float(state.deployed[army, sector]), bool(state.garrison[army, sector] > 0)
        forces.append(Force(int(army), int(sector), sent, int(phase), int(weeks), garrison))
    return Deployment(tuple(state.readiness.tolist()), tuple(soldiers.tolist()), tuple(forces))


def seats(state: State) -> list[Seat]:
    """Return who the armies are: those of countries first, then partners."""
    scenario, figures = state.scenario, state.theatre
    found = []
    for index, iso3 in enumerate(state.countries):
        cells = np.flatnonzero(figures.country == index)
        cell = cells[np.argmax(state.reach[cells])]  # the state reaches its capital best
        title = f"The army of {scenario.governments[iso3].name}"
        found.append(Seat(iso3, title, float(figures.lat[cell]), float(figures.lon[cell]), False))
    for name, partner in scenario.partners.items():
        home = partner.homelands[0]
        found.append(Seat(name, partner.name, home.lat, home.lon, True))
    return found
