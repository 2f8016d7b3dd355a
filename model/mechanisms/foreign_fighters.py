"""Travellers: who is drawn to the core, who is diverted to provinces, who goes home, what returnees leave behind.

Of those who cannot reach the core the share w_g / (1 + sum of w) tries province g, w being media x link x gate: a choice
among places that a traveller has heard of and none at all (the logit form).
Inflow = base rate x pull(prestige, headlines) x the most open border of the host's neighbours. The base rate is about
900 a month in mid 2014 (cumulative totals of the Soufan Group and the United Nations, 2014-2015).
"""

import numpy as np

from model import kernels
from model.fields import Floats
from model.mechanisms.scale import whole
from model.state import CORE, State


def travel(state: State) -> float:
    """Move foreign fighters for a week and return how many arrived."""
    state.arrived[:] = 0.0
    if "foreign_fighters" not in state.on:
        return 0.0
    arrived = _arrive(state)
    if "foreign_fighters.return" in state.on:
        _go_home(state)
    return arrived


def _arrive(state: State) -> float:
    p, on = state.parameters.foreign_fighters, state.on
    news = state.headlines if "brand.headlines" in on else 0.0
    tarnish = state.tarnish if "brand.tarnish" in on else 0.0
    pull = 2 * state.prestige * (1 + p.headlines * news) * max(0.0, 1 - p.tarnish * tarnish)
    information = float(state.doses[0].max(initial=0.0)) if "information" in on else 0.0
    travellers = p.base * pull * (1 - p.information * information)
    gate = open_gate(state)[state.home_country]
    holds_land = state.core_alive and state.people_held[CORE] > p.land_floor
    to_core = travellers * gate[CORE] * holds_land
    rates = np.zeros(state.organisations)
    rates[CORE] = to_core
    if "foreign_fighters.diversion" in on:
        weight = np.where(state.provinces, (0.2 + 0.8 * state.media) * state.quality * gate, 0.0)
        rates += p.diversion * max(0.0, travellers - to_core) * weight / (1 + float(weight.sum()))
    kernels.poisson_counts(state.draws("travellers"), rates, state.arrived)
    state.foreign_fighters += state.arrived
    state.account("fighters_arrived", float(state.arrived.sum()))
    return float(state.arrived.sum())


def open_gate(state: State) -> Floats:
    """Share of travellers who get into each country through its most open land neighbour (countries,)."""
    open_border = 1 - state.border_control
    neighbours = state.theatre.border_km > 0
    through = np.where(neighbours, open_border[None, :], 0.0).max(axis=1, initial=0.0)
    return np.asarray(np.where(neighbours.any(axis=1), through, open_border))


def _go_home(state: State) -> None:
    """Some leave each week; in proportion to constituencies within reach they become returnees and seed ties."""
    p = state.parameters.foreign_fighters
    rate = p.return_rate * (1 + p.return_pressure * state.strikes)
    leaving = np.minimum(state.foreign_fighters, whole(rate * state.foreign_fighters, state.draws("return")))
    state.foreign_fighters -= leaving
    total = float(leaving.sum())
    state.account("fighters_returned", total)
    origin = origins(state)
    state.returnees += total * p.regional_share * origin - p.returnee_fading * state.returnees
    if "foreign_fighters.envoys" in state.on:
        ties = p.returnee_envoys * state.returnees[state.home_country]
        state.envoys[CORE, 1:] += np.where(state.present[1:], ties[1:], 0.0)
        state.envoys[1:, CORE] = state.envoys[CORE, 1:]


def founders(state: State) -> Floats:
    """People of each country who found a cell this week, (countries,): a share of many returnees where no group is.

    No group is where none has its seat, nor a tenth of the people it holds (of its fighters, if it holds none).
    """
    p = state.parameters.foreign_fighters
    seats = np.bincount(state.home_country[state.present], minlength=len(state.countries))
    alone = (seats == 0) & (state.presence.max(axis=0) < 0.1)
    ready = alone & (state.returnees >= p.cell_returnees)
    chosen = ready & (state.draws("cells", len(state.countries)) < p.cell_hazard)
    return np.where(chosen, np.floor(p.cell_share * state.returnees), 0.0)


def origins(state: State) -> Floats:
    """Where the region's travellers come from: constituency people, discounted by distance from the core; sums to 1."""
    kept = state.cache.get("origins")
    if kept is None:
        theatre = state.theatre
        people = np.bincount(theatre.country, theatre.people * theatre.constituency, len(theatre.countries))
        far = theatre.distance_km(int(state.home[CORE]), theatre.capital_cell)
        weight = np.sqrt(people) * np.exp(-far / state.parameters.foreign_fighters.origin_km)
        kept = state.cache["origins"] = weight / max(float(weight.sum()), 1e-12)
    return np.asarray(kept)
