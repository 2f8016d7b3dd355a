"""The equations of travellers in NumPy, as a reader would write them down."""

import numpy as np
from reference_organisations import counts

from model.mechanisms.scale import whole
from model.state import CORE


def travel(state):
    p, luck = state.parameters.foreign_fighters, state.luck
    pull = 2 * state.prestige * (1 + p.headlines * state.headlines) * max(0.0, 1 - p.tarnish * state.tarnish)
    travellers = p.base * pull * (1 - p.information * state.doses[0].max()) * state.success[CORE]
    at_war = state.presence[CORE] >= p.cell_presence
    openness, neighbours = 1 - state.border_control, (state.theatre.border_km > 0) & ~at_war
    gates = np.where(neighbours.any(axis=1), np.where(neighbours, openness, 0.0).max(axis=1), openness)
    gate = gates[state.home_country]
    rates = np.zeros(state.organisations)
    rates[CORE] = travellers * gate[CORE] * (state.people_held[CORE] > p.land_floor)
    weight = np.where(
        state.provinces, (p.unknown_places + (1 - p.unknown_places) * state.media) * state.guidance * gate, 0.0
    )
    rates += p.diversion * max(0.0, travellers - rates[CORE]) * weight / (1 + weight.sum())
    state.arrived[:] = counts(luck["travellers"], rates)
    state.foreign_fighters += state.arrived
    rate = p.return_rate * (1 + p.return_pressure * state.strikes)
    leaving = np.minimum(state.foreign_fighters, whole(rate * state.foreign_fighters, luck["return"]))
    state.foreign_fighters -= leaving
    theatre = state.theatre
    people = np.bincount(theatre.country, theatre.people * theatre.constituency, len(theatre.countries))
    far = theatre.distance_km(int(state.home[CORE]), theatre.capital_cell)
    origin = np.sqrt(people) * np.exp(-far / p.origin_km) * (1 - state.own_border_control)
    origin[[state.countries.index(iso3) for iso3 in ("IRQ", "SYR")]] = 0.0
    origin = (1 - p.origin_ties) * origin / origin.sum() + p.origin_ties * state.travelled / state.travelled.sum()
    state.returnees += leaving.sum() * p.regional_share * origin - p.returnee_fading * state.returnees
    state.travelled += state.arrived.sum() * p.regional_share * origin
    state.passing[:] = 0.0
    for row, country in enumerate(state.home_country):
        ways = np.flatnonzero(neighbours[country])
        state.passing[ways[np.argmax(openness[ways])] if len(ways) else country] += state.arrived[row]
    ties = p.returnee_envoys * state.returnees[state.home_country]
    state.envoys[CORE, 1:] += np.where(state.present[1:], ties[1:], 0.0)
    state.envoys[1:, CORE] = state.envoys[CORE, 1:]
