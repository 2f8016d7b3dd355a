"""Travellers: who is drawn to the core, who is diverted to provinces, who goes home, what returnees leave behind.

Of those who cannot reach the core the share w_g / (1 + sum of w) tries province g, w being media x guidance by the link x
gate: a choice among places that a traveller has heard of and none at all (the logit form).
Inflow = base rate x pull(prestige, headlines) x the most open border of the host's neighbours. The base rate is about
900 a month in mid 2014 (cumulative totals of the Soufan Group and the United Nations, 2014-2015).
"""

import numpy as np

from model import kernels
from model.state import CORE, State
from model.state.fields import Flags, Floats, Integers


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
    information = float(state.doses[0].max(initial=0.0)) if "information" in on else 0.0
    travellers = p.base * pull * (1 - p.information * information) * float(state.success[CORE])
    welcome = state.core_alive and bool(state.people_held[CORE] > p.land_floor)
    drawn = (travellers, welcome, _friends(state))
    arrived, left = kernels.travel(
        state.organisation_records, state.country_records, state.luck, state.envoys, state.ground, state.presence, drawn,
        _weights(state), state.switches, p.record,
    )  # fmt: skip
    state.account("fighters_arrived", arrived)
    state.account("fighters_returned", left)
    return float(arrived)


def open_gates(state: State) -> tuple[Floats, Integers]:
    """Share of travellers who get into each country through its most open land neighbour, and which that is (countries,)."""
    gate, way_in = np.empty(len(state.countries)), np.empty(len(state.countries), dtype=np.int64)
    kernels.open_gates(state.country_records, state.ground.border_shares, embattled(state), gate, way_in)
    return gate, way_in


def embattled(state: State) -> Flags:
    """Countries with a share `cell_presence` of the core's people (countries,): who is there need not go on to another."""
    if "foreign_fighters.origins" not in state.on:
        return np.zeros(len(state.countries), dtype=np.bool_)
    return np.asarray(state.presence[CORE] >= state.parameters.foreign_fighters.cell_presence)


def gateways(state: State) -> Integers:
    """The country through which travellers come to each organisation (organisations,): the most open way, or its own."""
    return np.asarray(open_gates(state)[1][state.home_country])


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
    """Where the region's travellers come from, shares of countries: (1 - t) x that by weight + t x that of earlier ones.

    Weight = sqrt(constituency people) x exp(-distance from the core / scale) x (1 - own border control). People follow
    friends: t, `origin_ties`, by those who have `travelled` before. Who fights the core's war at home does not travel.
    """
    weights, ties, earlier = _weights(state), state.parameters.foreign_fighters.origin_ties, _friends(state)
    return np.asarray((1 - ties) * weights + ties * state.travelled / earlier) if earlier > 0 else weights


def _friends(state: State) -> float:
    """How many earlier travellers draw others after them: all that the region has seen, or 0 without the switch."""
    return float(state.travelled.sum()) if "foreign_fighters.origins" in state.on else 0.0


def _weights(state: State) -> Floats:
    """Shares of countries by people, distance and borders (countries,), anew once the core has moved; they sum to 1."""
    kept, home = state.cache.get("origins"), int(state.home[CORE])
    if kept is None or kept[0] != home:
        kept = state.cache["origins"] = (home, _weigh_origins(state))
    return np.asarray(kept[1])


def _weigh_origins(state: State) -> Floats:
    theatre = state.theatre
    people = np.bincount(theatre.country, theatre.people * theatre.constituency, len(theatre.countries))
    far = theatre.distance_km(int(state.home[CORE]), theatre.capital_cell)
    weight = np.sqrt(people) * np.exp(-far / state.parameters.foreign_fighters.origin_km)
    if "foreign_fighters.origins" in state.on:
        weight *= 1 - state.own_border_control
        core = state.scenario.core
        seats = [theatre.nearest_cell(place.lat, place.lon) for place in (*core.headquarters, *core.holdings)]
        abroad = weight.copy()
        abroad[theatre.country[seats]] = 0.0
        weight = abroad if abroad.sum() > 0 else weight
    return np.asarray(weight / max(float(weight.sum()), 1e-12))  # a guard
