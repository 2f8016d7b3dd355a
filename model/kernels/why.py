"""For the why-log: what an organisation loses its land to, and whether a week has news to tell."""

import numpy as np

from model.kernels.attrition import help_of_residents
from model.kernels.compiled import PROVINCE, compiled, inlined
from model.kernels.fronts import (
    enemies_in,
    entrenched_in,
    forces_of_week,
    opponents,
    own_power,
    rivals_in,
    share_against,
    steepest,
    sum_power,
)
from model.kernels.territory import (
    forces_on_the_spot,
    measure_forces,
    residents_who_resist,
    share_of_contest,
)

STATE, MILITIAS, COMMUNITIES, RESISTANCE, STRIKES, RIVALS, RESIDENTS, OWN_HOLD, SPREAD, ARMIES = range(10)  # LAND_TERMS


@inlined
def _opponents(i, g, cells, country, forces, territory):
    """Return what opposes organisation g in cell i: state's forces, militias among them, residents; and both sides' sum."""
    p, reach, grievance = territory, cells.reach[i], cells.grievance[i]
    support, fear = cells.support[g, i], cells.fear[g, i]
    state = forces_on_the_spot(forces.state[country], reach, grievance, forces.drag)
    militia = forces_on_the_spot(forces.militia[country], reach, grievance, forces.drag)
    residents = residents_who_resist(support, fear, p.resistance)
    against = state + cells.defence[i] + residents
    _, both = share_of_contest(against, forces.group[g], support, fear, p.neutral_support, p.compliance)
    return state, militia, residents, max(both, 1e-12)  # a guard: with nobody there is nothing to divide


@compiled
def land_terms(g, listed, cells, ground, forces, spreading, residents, territory, terms):
    """Fill `terms` (10,) with what takes land by diffusion from organisation g in the listed cells, 1/week.

    Means by people and control:

    dC / C = growth (1 - T) [(1 - w) + w B - (2 - w) theta] - offensive - clash R + spread / C, with theta divided among the
    state's forces, militias, self-defence of communities and people's resistance, and clash R into rivals and the residents
    who help (or hinder) them, by a factor `residents`.
    """
    p = territory[0]
    w = p.self_enforcement
    held, bloc = cells.control[g], cells.control[g] if forces.camp[g] < 0 else cells.camp_control[forces.camp[g]]
    country, neighbours, flow = ground.country, ground.neighbours, spreading.flow
    total, people, defence = cells.total, cells.people, cells.defence
    terms[:], weights = 0.0, 0.0
    for i in listed:
        c = held[i]
        weight = people[i] * c + 1e-9  # a guard: cells without people have some weight
        state, militia, resistance, both = _opponents(i, g, cells, country[i], forces, p)
        room = p.growth * max(0.0, 1.0 - total[i])
        contested = weight * room * (2.0 - w) / both
        clash = forces.clash[g] * max(0.0, total[i] - bloc[i])
        gained = 0.0
        for k in range(4):
            gained += flow[i, k] * (held[neighbours[i, k]] - c)
        terms[STATE] += contested * (state - militia)
        terms[MILITIAS] += contested * militia
        terms[COMMUNITIES] += contested * defence[i]
        terms[RESISTANCE] += contested * resistance
        terms[STRIKES] += weight * spreading.offensive[g, country[i]]
        terms[RIVALS] += weight * clash / residents
        terms[RESIDENTS] += weight * (clash - clash / residents)
        terms[OWN_HOLD] -= weight * room * (1.0 - w + w * bloc[i])
        terms[SPREAD] -= weight * gained / max(c, 1e-3)  # a guard: a rate of nearly nothing
        weights += weight
    for k in range(len(terms)):
        terms[k] /= max(weights, 1e-9)  # a guard: it may hold nothing at all


@inlined
def _blame(part, sides, militia, hold, terms):
    """Add to `terms` what each of the sides against an organisation (see `opponents`) takes, and what its hold keeps.

    part: what it loses over the sum of both sides' power; militia: the militias among the garrisons.
    """
    garrisons, communities, residents, armies, air, rivals = sides
    terms[STATE] += part * (garrisons - militia)
    terms[MILITIAS] += part * militia
    terms[COMMUNITIES] += part * communities
    terms[RESISTANCE] += part * residents
    terms[ARMIES] += part * armies
    terms[STRIKES] += part * air
    terms[RIVALS] += part * rivals
    terms[OWN_HOLD] -= part * hold


@inlined
def front_terms(g, listed, cells, ground, sectors, forces, spreading, territory, terms):
    """Fill `terms` (10,) with what takes land at fronts from organisation g in the listed cells, 1/week: means by people.

    Where it loses, -dC / C = (2 theta - 1) (push |grad C|- / C + clash R), which is divided among what is against it,
    a / (A + e W) of each, and its own hold, -e W / (A + e W). Where it wins, what spreads in and grows counts against loss,
    as `spread`.
    """
    p, held, people, total, in_bloc = territory, cells.control[g], cells.people, cells.total, forces.camp[g] == 0
    hostile = spreading.power[1 if in_bloc else 0]
    terms[:], weights = 0.0, 0.0
    for i in listed:
        c = held[i]
        weight = people[i] * c + 1e-9  # a guard: cells without people have some weight
        rivals = rivals_in(hostile[i], c, total[i], forces.clash[g])
        sides = opponents(i, g, cells, ground, sectors, forces, rivals, p)
        garrisons, communities, residents, armies, air, rivals = sides
        against = garrisons + communities + residents + armies + air + rivals
        own = own_power(i, g, cells, ground, forces, p)
        enemies = enemies_in(total[i], cells.camp_control[0, i], in_bloc, forces.clash[g])
        entrenched = entrenched_in(c, enemies, forces.dug_in[g], p)
        theta = share_against(against, own, entrenched)
        come, go = steepest(i, held, ground.neighbours, spreading.flow)
        weights += weight
        if theta > 0.5:
            push = max(sectors.push[ground.sector[i]], min(1.0, enemies))
            lost = push * go / max(c, 1e-3) + p.clash * enemies  # a guard: a rate of nearly nothing
            part = weight * lost / (against + entrenched * own)
            militia = forces.militia[ground.country[i]]
            militia = forces_on_the_spot(militia, cells.reach[i], cells.grievance[i], forces.drag)
            _blame(part, sides, militia, entrenched * own, terms)
        elif theta < 0.5:
            room = max(0.0, 1.0 - cells.total[i])
            rate = come * min(1.0, (room + enemies) / max(1.0 - c, 1e-9))  # a guard
            rate += p.growth * c * room if come == 0.0 else 0.0
            terms[SPREAD] -= weight * (1.0 - 2.0 * theta) * forces.drive[g] * rate / max(c, 1e-3)  # a guard
    for k in range(len(terms)):
        terms[k] /= max(weights, 1e-9)  # a guard: it may hold nothing at all


@inlined
def _forces(organisations, countries, cells, ground, sectors, spreading, switches, families):
    """Return the `Forces` of the form of the territory equation that is on; of fronts, fill `spreading.power`."""
    territory, government, rivalry, _ = families
    if switches[0].territory_form_diffusion:
        people = ground.country_people
        return measure_forces(organisations, countries, people, switches, territory, government, rivalry)
    forces = forces_of_week(organisations, countries, ground, sectors, switches, families)
    sum_power(cells, forces, spreading.power)
    return forces


@inlined
def _terms(g, listed, residents, cells, ground, sectors, forces, spreading, form, terms):
    """Fill `terms` by the form of the territory equation that is on: `form` is whether diffusion is, and its parameters.

    residents: factor by which people help rivals of organisation g.
    """
    diffusion, territory = form
    if diffusion:
        land_terms(g, listed, cells, ground, forces, spreading, residents, territory, terms)
    else:
        front_terms(g, listed, cells, ground, sectors, forces, spreading, territory[0], terms)


@inlined
def _held(control, cells):
    """Those of the listed cells in which an organisation has control (cells,)."""
    held, count = np.empty(len(cells), dtype=np.uint32), 0
    for i in cells:
        if control[i] > 0.0:
            held[count] = i
            count += 1
    return held[:count]


@inlined
def _declines(o, level, reporting):
    """Whether a large province holds less than a share, `level`, of the most people that it held."""
    return o.status == PROVINCE and o.most_people > reporting.large_people and o.people_held < level * o.most_people


@compiled
def lose_land(organisations, countries, cells, ground, sectors, spreading, switches, families, reporting):
    """Add this week's terms to `land_lost` of provinces that decline, which fades; return how many are expelled.

    Declining are large provinces that hold less than a share `declining` of the most people that they held, expelled those
    that hold less than `expelled`. families: territory, government, rivalry, operations.
    """
    p, gone = reporting[0], 0
    terms = np.empty(ARMIES + 1)
    forces = _forces(organisations, countries, cells, ground, sectors, spreading, switches, families)
    form = (switches[0].territory_form_diffusion, families[0])
    for g in range(len(organisations)):
        o = organisations[g]
        if not _declines(o, p.declining, p):
            continue
        listed = _held(cells.control[g], cells.active[g, : cells.active_count[g]])
        residents = help_of_residents(o, families[2][0])
        _terms(g, listed, residents, cells, ground, sectors, forces, spreading, form, terms)
        for k in range(len(o.land_lost)):
            o.land_lost[k] *= 1.0 - 1.0 / p.quarter_weeks
        for k in range(len(terms)):
            o.land_lost[k] += terms[k]
        gone += _declines(o, p.expelled, p)
    return gone


@compiled
def lose_cells(g, listed, members, cells, ground, sectors, spreading, switches, families, terms):
    """Fill `terms` with this week's terms of organisation g in the listed cells; members: organisations, countries."""
    organisations, countries = members
    forces = _forces(organisations, countries, cells, ground, sectors, spreading, switches, families)
    form = (switches[0].territory_form_diffusion, families[0])
    residents = help_of_residents(organisations[g], families[2][0])
    _terms(g, listed, residents, cells, ground, sectors, forces, spreading, form, terms)


@compiled
def look_at_towns(organisations, cells, where, told, anyway, reporting, held, rulers):
    """Fill `held` (towns,), the bloc's control of each; return whether one has another side than was `told` (towns,).

    where (towns,): their cells. Where that is so, or `anyway`, fill `rulers` (towns,): of towns of which the bloc controls
    something, its member with the most control, the first of several.
    """
    bloc, turned = cells.camp_control[0], False
    for k in range(len(where)):
        held[k] = bloc[where[k]]
        turned = turned or (held[k] > reporting[0].town_control) != told[k]
    if turned or anyway:
        most = np.full(len(where), -1.0)
        for g in range(len(organisations)):
            if organisations[g].camp == 0:
                control = cells.control[g]
                for k in range(len(where)):
                    if held[k] != 0.0 and control[where[k]] > most[k]:
                        most[k], rulers[k] = control[where[k]], g
    return turned


@compiled
def find_news(organisations, countries, reporting):
    """Bring the most people that each organisation held up to date; say whether there is news.

    Of others than provinces it is what they hold: land that a group lost before it joined is no province's. Forgets what
    provinces lost land to that do not decline. Returns whether a large province holds less than `declining` of
    its most, whether there were international attacks, and whether there was a wave of reprisals in a country.
    """
    p = reporting[0]
    decline = abroad = wave = False
    for o in organisations:
        o.most_people = max(o.most_people, o.people_held) if o.status == PROVINCE else o.people_held
        abroad = abroad or o.attacks[3] > 0.0
        if _declines(o, p.declining, p):
            decline = True
            continue
        for k in range(len(o.land_lost)):
            o.land_lost[k] = 0.0
    for state in countries:
        wave = wave or state.reprisals >= p.reprisal_wave
    return decline, abroad, wave
