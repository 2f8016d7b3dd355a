"""Travellers: who is drawn to the core, who is diverted to provinces, who goes home, what returnees leave behind.

Of those who cannot reach the core the share w_g / (1 + sum of w) tries province g, w being media x link x gate: a choice
among places that a traveller has heard of and none at all (the logit form).
Inflow = base rate x pull(prestige, headlines) x the most open border of the host's neighbours. The base rate is about
900 a month in mid 2014 (cumulative totals of the Soufan Group and the United Nations, 2014-2015).
"""

import numpy as np

from model import kernels
from model.state import CORE, State
from model.state.fields import Floats


def travel(state: State) -> float:
    """Move foreign fighters for a week and return how many arrived.

    Some go home each week; in proportion to constituencies within reach they become returnees and seed ties.
    """
    p, on = state.parameters.foreign_fighters, state.on
    if "foreign_fighters" not in on:
        state.arrived[:] = 0.0
        return 0.0
    news = state.headlines if "brand.headlines" in on else 0.0
    tarnish = state.tarnish if "brand.tarnish" in on else 0.0
    # 2 x prestige: `base` is stated at prestige 1/2
    pull = 2 * state.prestige * (1 + p.headlines * news) * max(0.0, 1 - p.tarnish * tarnish)
    information = max(state.doses[0].tolist(), default=0.0) if "information" in on else 0.0
    travellers = p.base * pull * (1 - p.information * information)
    welcome = state.core_alive and bool(state.people_held[CORE] > p.land_floor)
    arrived, left = kernels.travel(
        state.organisation_records, state.country_records, state.luck, state.envoys, open_gates(state), origins(state),
        travellers, welcome, state.switches, p.record,
    )  # fmt: skip
    state.account("fighters_arrived", arrived)
    state.account("fighters_returned", left)
    return float(arrived)


def open_gates(state: State) -> Floats:
    """Share of travellers who get into each country through its most open land neighbour (countries,)."""
    kept, borders = state.cache.get("gates"), state.border_control.tobytes()
    if kept is None or kept[0] != borders:
        gate = np.empty(len(state.countries))
        kernels.open_gates(state.country_records, state.theatre.border_km > 0, gate)
        kept = state.cache["gates"] = (borders, gate)
    return np.asarray(kept[1])


def founders(state: State) -> Floats:
    """People of each country who found a cell this week, (countries,): a share of many returnees where no group is.

    No group is where none has its seat, nor `cell_presence` of the people it holds (of its fighters, if it holds none).
    """
    people = np.zeros(len(state.countries))
    kernels.found_cells(
        state.organisation_records, state.country_records, state.stays, state.luck_of_countries,
        state.parameters.foreign_fighters.record, people,
    )  # fmt: skip
    return people


def origins(state: State) -> Floats:
    """Where the region's travellers come from: constituency people, discounted by distance from the core; sums to 1."""
    kept = state.cache.get("origins")
    if kept is None:
        theatre = state.theatre
        people = np.bincount(theatre.country, theatre.people * theatre.constituency, len(theatre.countries))
        far = theatre.distance_km(int(state.home[CORE]), theatre.capital_cell)
        weight = np.sqrt(people) * np.exp(-far / state.parameters.foreign_fighters.origin_km)
        kept = state.cache["origins"] = weight / max(float(weight.sum()), 1e-12)  # a guard
    return np.asarray(kept)
