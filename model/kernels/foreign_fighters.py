"""Foreign fighters: arrivals, returns, and the cells that returnees found."""

import numpy as np

from model.kernels.chance import poisson
from model.kernels.compiled import CORE, PROVINCE, compiled, inlined
from model.kernels.forms import whole


@compiled
def open_gates(countries, border_shares, embattled, gate, way_in):
    """Fill, (countries,): `gate`, the share of travellers who get into a country by its most open land neighbour or itself,
    and `way_in`, which country that is.

    `border_shares` (countries, countries) says who shares a land border; a country without one is entered directly. Nobody
    goes through a country that is `embattled` (countries,).
    """
    for n in range(len(countries)):
        way, widest = n, -1.0
        for m in range(len(countries)):
            if border_shares[n, m] > 0.0 and not embattled[m] and 1.0 - countries[m].border_control > widest:
                way, widest = m, 1.0 - countries[m].border_control
        way_in[n] = way
        gate[n] = 1.0 - countries[way].border_control


@inlined
def _arrive(organisations, gate, travellers, welcome, divert, luck, foreign_fighters):
    """Draw the foreign fighters who arrive, a Poisson number each; return how many.

    To the core, if it can receive them (`welcome`): travellers x gate. To provinces, if there is diversion: a share of the
    others x w / (1 + the sum of all w), with w = (u + (1 - u) media) x guidance x gate.
    """
    p = foreign_fighters
    to_core = travellers * gate[organisations[CORE].home_country] if welcome else 0.0
    weights = np.zeros(len(organisations))
    if divert:
        for g in range(len(organisations)):
            o = organisations[g]
            if o.status == PROVINCE:
                weights[g] = (p.unknown_places + (1.0 - p.unknown_places) * o.media) * o.guidance * gate[o.home_country]
    weight = weights.sum()
    diverted = p.diversion * max(0.0, travellers - to_core)
    total = 0.0
    for g in range(len(organisations)):
        o = organisations[g]
        rate = diverted * weights[g] / (1.0 + weight) + (to_core if g == CORE else 0.0)
        o.arrived = poisson(luck[g].travellers, rate)
        o.foreign_fighters += o.arrived
        total += o.arrived
    return total


@inlined
def _go_home(organisations, countries, envoys, origins, luck, ties, foreign_fighters):
    """Some foreign fighters leave, the more the harder they are struck; return how many.

    A share become returnees in the countries that they came from (`origins`, shares), and returnees where a group is at
    home are its `ties` (a switch) to the core.
    """
    p = foreign_fighters
    total = 0.0
    for g in range(len(organisations)):
        o = organisations[g]
        rate = p.return_rate * (1.0 + p.return_pressure * o.strikes)
        leaving = min(o.foreign_fighters, whole(rate * o.foreign_fighters, luck[g]["return"]))
        o.foreign_fighters -= leaving
        total += leaving
    for n in range(len(countries)):
        returnees = countries[n].returnees
        countries[n].returnees += total * p.regional_share * origins[n] - p.returnee_fading * returnees
    for g in range(1, len(organisations)):
        o = organisations[g]
        if ties and o.present:
            envoys[CORE, g] += p.returnee_envoys * countries[o.home_country].returnees
        envoys[g, CORE] = envoys[CORE, g]
    return total


@inlined
def _find_origins(countries, weights, earlier, foreign_fighters, origins):
    """Fill where travellers come from, shares of countries: (1 - t) x `weights` + t x travelled / all earlier ones."""
    ties = foreign_fighters.origin_ties
    for n in range(len(countries)):
        origins[n] = weights[n]
        if earlier > 0.0:
            origins[n] = (1.0 - ties) * weights[n] + ties * countries[n].travelled / earlier


@inlined
def _count_travellers(organisations, countries, arrived, origins, way_in, foreign_fighters):
    """Count those who have travelled in the countries of their origin, and those who pass in the country they come by."""
    for n in range(len(countries)):
        countries[n].travelled += arrived * foreign_fighters.regional_share * origins[n]
        countries[n].passing = 0.0
    for o in organisations:
        countries[way_in[o.home_country]].passing += o.arrived


@compiled
def travel(
    organisations, countries, luck, envoys, ground, presence, drawn, weights, switches, foreign_fighters
):  # fmt: skip
    """Move foreign fighters for a week; return how many arrived and how many left.

    drawn: travellers this week, whether the core can receive them, and all earlier ones who count as friends. weights
    (countries,): where they come from without those. Nobody goes through one with `cell_presence` of the core's people.
    """
    p, on, count = foreign_fighters[0], switches[0], len(countries)
    travellers, welcome, earlier = drawn
    gate, way_in, origins = np.empty(count), np.empty(count, dtype=np.int64), np.empty(count)
    embattled = np.zeros(count, dtype=np.bool_)
    for n in range(count):
        embattled[n] = on.foreign_fighters_origins and presence[CORE, n] >= p.cell_presence
    open_gates(countries, ground.border_shares, embattled, gate, way_in)
    _find_origins(countries, weights, earlier, p, origins)
    arrived = _arrive(organisations, gate, travellers, welcome, on.foreign_fighters_diversion, luck, p)
    left = 0.0
    if on.foreign_fighters_return:
        left = _go_home(organisations, countries, envoys, origins, luck, on.foreign_fighters_envoys, p)
    _count_travellers(organisations, countries, arrived, origins, way_in, p)
    return arrived, left


@compiled
def found_cells(organisations, countries, stays, luck, foreign_fighters, founders):
    """Fill `founders` (countries,) with the returnees who found a cell this week, 0 for none; return how many cells.

    By chance, where `cell_returnees` or more live and no organisation has its seat or `cell_presence` of its people.
    """
    p = foreign_fighters[0]
    alone = np.ones(len(countries), dtype=np.bool_)
    for o in organisations:
        if o.present:
            alone[o.home_country] = False
    for stay in stays:
        if stay.share >= p.cell_presence:
            alone[stay.country] = False
    count = 0
    for n in range(len(countries)):
        returnees = countries[n].returnees
        founding = alone[n] and returnees >= p.cell_returnees and luck[n].cells < p.cell_hazard
        founders[n] = np.floor(p.cell_share * returnees) if founding else 0.0
        count += founding
    return count
