"""Control by pressure: fronts move towards who loses the contest, and control consolidates behind them."""

import math

import numpy as np

from model.kernels.active_cells import keep_active, sort_active_cells, sum_control
from model.kernels.arguments import Forces
from model.kernels.attrition import GROUND, RIVALS, kill
from model.kernels.compiled import compiled, inlined
from model.kernels.territory import (
    apply_change,
    forces_on_the_spot,
    ground_effort,
    keep_footholds,
    measure_forces,
    residents_who_resist,
    share_of_contest,
)


@inlined
def stretch_organisations(organisations, territory):
    """Move `stretch` to the people held: at once when they grow; 1 / regrouping of the difference a week when they fall."""
    for o in organisations:
        fallen = o.people_held < o.stretch
        o.stretch += (o.people_held - o.stretch) * (1.0 / territory.regrouping if fallen else 1.0)


@compiled
def power_of_groups(organisations, sectors, territory, spread_out, massed):
    """Fill the power of organisations, effective fighters per 1,000 people: spread out over their land, and at the `focus`.

    Spread out: 1000 F skill effort (1 - m) / (stretch + district); at the focus 1000 F skill effort m / (people at stake
    there + district) more. m is `mass` where there is a focus.
    """
    p, held, exposed = territory[0], sectors.held, sectors.exposed
    for g in range(len(organisations)):
        o = organisations[g]
        effective = 1000.0 * (o.local_fighters + o.foreign_fighters) * o.skill * ground_effort(o, p.usual_effort)
        share = p.mass if o.focus >= 0 else 0.0
        spread_out[g] = effective * (1.0 - share) / (o.stretch + p.district)
        at_stake = max(held[o.focus], exposed[o.focus]) if o.focus >= 0 else 0.0
        massed[g] = effective * share / (at_stake + p.district)


@compiled
def power_of_garrisons(countries, people, deployable, power):
    """Fill `power` (countries,): soldiers of average worth who stay where they are, per 1,000 people, and militias.

    1000 forces x worth x (1 - deployable x mobilisation) / people + militias.
    """
    for n in range(len(countries)):
        state = countries[n]
        staying = 1.0 - deployable * state.mobilisation
        power[n] = 1000.0 * state.forces * state.effectiveness * staying / people[n] + state.militia


@inlined
def sum_power(cells, forces, power):
    """Fill `power` (2, cells): control x power in each active cell, summed over the core's bloc and over all others."""
    control, active, active_count = cells.control, cells.active, cells.active_count
    for g in range(len(active_count)):
        for i in active[g, : active_count[g]]:
            power[0, i] = power[1, i] = 0.0
    for g in range(len(active_count)):  # along the lists: the organisations of one cell lie far apart in memory
        held, camp, each = control[g], power[0 if forces.camp[g] == 0 else 1], forces.group[g]
        for i in active[g, : active_count[g]]:
            camp[i] += held[i] * each


@inlined
def rivals_in(power, control, total, clash):
    """Power in a cell of the bloc's rivals, or of the bloc for others (`sum_power`), as far as hostility is acted on."""
    return power * clash if total - control > 1e-9 else 0.0  # a guard against rounding


@inlined
def opponents(i, g, cells, ground, sectors, forces, rivals, territory):
    """Powers against an organisation in a cell: of garrisons and militias on the spot, communities, residents, armies sent
    there, what strikes make of those, and rivals (as `rivals_in` says)."""
    garrisons = forces_on_the_spot(forces.state[ground.country[i]], cells.reach[i], cells.grievance[i], forces.drag)
    residents = residents_who_resist(cells.support[g, i], cells.fear[g, i], territory.resistance)
    armies = sectors.massed[ground.sector[i]]
    return garrisons, cells.defence[i], residents, armies, armies * (forces.air[g] - 1.0), rivals


@inlined
def own_power(i, g, cells, ground, forces, territory):
    """Power of an organisation in a cell: its fighters, spread out and massed, x what support and fear make of them."""
    power = forces.group[g] + (forces.focused[g] if np.int64(ground.sector[i]) == forces.focus[g] else 0.0)
    _, both = share_of_contest(
        0.0, power, cells.support[g, i], cells.fear[g, i], territory.neutral_support, territory.compliance
    )
    return both


@inlined
def enemies_in(total, bloc, in_bloc, clash):
    """Control in a cell of those whom an organisation fights: of all but the core's bloc, or, for others, of the bloc."""
    return max(0.0, total - bloc if in_bloc else bloc) if clash > 0.0 else 0.0


@inlined
def entrenched_in(control, enemies, dug_in, territory):
    """How much more fighters are worth in defence: 1 + (entrenched (1 + dug in) - 1) x their part of what is held there."""
    part = control / (control + enemies) if enemies > 0.0 else 1.0
    return 1.0 + (territory.entrenched * (1.0 + dug_in) - 1.0) * part


@inlined
def share_against(against, own, entrenched):
    """Share of a contest of all that is against an organisation: theta = against / (against + own).

    Where it would lose, its fighters count `entrenched` times, but theta does not fall below 1/2: there a front stands.
    """
    both = against + own
    theta = against / both if both > 0.0 else 0.5
    return theta if theta <= 0.5 else max(0.5, against / (against + entrenched * own))


@inlined
def _contest(first, cells, ground, sectors, forces, spreading, territory):
    """Fill theta, the share of the contest of all that is against a group, in its listed cells from places `first` on.

    The same powers as in `opponents` and `own_power`; arrays are taken out of their groups once, not for each cell.
    """
    active, active_count, total, bloc = cells.active, cells.active_count, cells.total, cells.camp_control[0]
    reach, grievance, defence, country = cells.reach, cells.grievance, cells.defence, ground.country
    sector, massed, power, p = ground.sector, sectors.massed, spreading.power, territory
    sum_power(cells, forces, power)
    for g in range(len(active_count)):
        listed, share = active[g], spreading.theta[g]
        control, support, fear = cells.control[g], cells.support[g], cells.fear[g]
        group, focus, focused, air = forces.group[g], forces.focus[g], forces.focused[g], forces.air[g]
        in_bloc, clash, dug_in = forces.camp[g] == 0, forces.clash[g], forces.dug_in[g]
        hostile = power[1 if in_bloc else 0]
        for k in range(first[g], active_count[g]):
            i = listed[k]
            against = forces_on_the_spot(forces.state[country[i]], reach[i], grievance[i], forces.drag) + defence[i]
            against += residents_who_resist(support[i], fear[i], p.resistance)
            against = against + massed[sector[i]] + massed[sector[i]] * (air - 1.0)
            against += rivals_in(hostile[i], control[i], total[i], clash)
            each = group + (focused if np.int64(sector[i]) == focus else 0.0)
            _, own = share_of_contest(0.0, each, support[i], fear[i], p.neutral_support, p.compliance)
            beside = enemies_in(total[i], bloc[i], in_bloc, clash)
            share[k] = share_against(against, own, entrenched_in(control[i], beside, dug_in, p))


@inlined
def steepest(i, held, neighbours, flow):
    """Rates at which control could come in from neighbours that have more, and go out to those that have less (Godunov).

    Of each pair of opposite sides only the steeper counts, and the two pairs add up as the sides of a right angle do:
    |grad C| in upwind form, the same in all directions (Rouy and Tourin 1992).
    """
    c = held[i]
    east, west = flow[i, 0] * (held[neighbours[i, 0]] - c), flow[i, 1] * (held[neighbours[i, 1]] - c)
    north, south = flow[i, 2] * (held[neighbours[i, 2]] - c), flow[i, 3] * (held[neighbours[i, 3]] - c)
    x, y = max(east, west, 0.0), max(north, south, 0.0)
    u, v = max(-east, -west, 0.0), max(-north, -south, 0.0)
    return math.sqrt(x * x + y * y), math.sqrt(u * u + v * v)


@inlined
def _press(organisations, cells, ground, sectors, forces, spreading, step, territory):
    """Changes of control in a sub-step, into `change`, by the equation of `advance_fronts`.

    Adds people lost to each organisation's `lost_people`, and people won to each sector's `taken`.
    """
    control, total, active, active_count = cells.control, cells.total, cells.active, cells.active_count
    neighbours, sector, flow, bloc = ground.neighbours, ground.sector, spreading.flow, cells.camp_control[0]
    push, growth, people, taken = sectors.push, territory.growth, cells.people, sectors.taken
    for g in range(len(active_count)):
        held, listed, lost = control[g], active[g, : active_count[g]], 0.0
        theta, change = spreading.theta[g], spreading.change[g]
        for k in range(listed.shape[0]):
            i = listed[k]
            c, edge = held[i], 1.0 - 2.0 * theta[k]
            change[k] = 0.0
            if c == 0.0 and edge <= 0.0:
                continue
            come, go = steepest(i, held, neighbours, flow)
            enemies = enemies_in(total[i], bloc[i], forces.camp[g] == 0, forces.clash[g])
            if edge > 0.0:
                room = max(0.0, 1.0 - total[i])
                rate = come * min(1.0, (room + enemies) / max(1.0 - c, 1e-9))  # a guard
                if come == 0.0:
                    rate += growth * c * room
                change[k] = step * edge * forces.drive[g] * rate
            else:
                change[k] = step * edge * (max(push[sector[i]], min(1.0, enemies)) * go + territory.clash * c * enemies)
            if change[k] < 0.0:
                lost += people[i] * min(-change[k], c)
            else:
                taken[sector[i]] += people[i] * change[k]
        organisations[g].lost_people += lost


@inlined
def _share_out(cells, camp):
    """Where organisations together have more than all of a cell, which newcomers took, divide it in proportion."""
    control, total, active, active_count = cells.control, cells.total, cells.active, cells.active_count
    over = False
    for g in range(len(active_count)):
        for i in active[g, : active_count[g]]:
            if total[i] > 1.0 and control[g, i] > 0.0:
                control[g, i] /= total[i]
                over = True
    if over:
        sum_control(cells, camp)


@inlined
def forces_of_week(organisations, countries, ground, sectors, switches, families):
    """Return the `Forces` of a week of fronts; families: territory, government, rivalry, operations."""
    territory, government, rivalry, operations = families
    p, q, count = territory[0], operations[0], len(organisations)
    forces = measure_forces(organisations, countries, ground.country_people, switches, territory, government, rivalry)
    air, drive, dug_in, focus = np.empty(count), np.empty(count), np.empty(count), np.empty(count, dtype=np.int64)
    power, focused = forces.group, np.empty(count)
    power_of_groups(organisations, sectors, territory, power, focused)
    deployable = q.deployable if switches[0].operations else 0.0  # who is not sent stays
    power_of_garrisons(countries, ground.country_people, deployable, forces.state)
    for g in range(count):
        o = organisations[g]
        forces.clash[g] = forces.clash[g] / p.clash if p.clash > 0.0 else 0.0
        air[g], drive[g], focus[g], dug_in[g] = 1.0 + q.air * o.strikes, o.drive, o.focus, o.dug_in
    return Forces(
        forces.camp, power, forces.state, forces.militia, forces.clash, forces.drag, air, drive, focus, focused, dug_in
    )  # fmt: skip


@compiled
def advance_fronts(organisations, countries, cells, ground, sectors, spreading, steps, luck, switches, families):
    """Advance control by a week, in `steps` explicit sub-steps; return the fighters who fell with the land that was lost.

    For organisation g in cell i, with theta the share of the contest of all that is against it:

        theta < 1/2: dC = (1 - 2 theta) drive [ |grad C|+ open + growth C (1 - T) where no neighbour has more ]
        theta > 1/2: dC = (1 - 2 theta) [ push |grad C|- + clash C R ]

    |grad C|+ and |grad C|- are `steepest` rates towards neighbours with more and with less control. open = (1 - T + R) /
    (1 - C) is the part of what it lacks that friends do not hold; R is what the bloc's rivals hold (for others: what the
    bloc holds), and what newcomers win of it is divided in proportion. So a front moves at speed x (1 - 2 theta) whatever
    the cells are, and stands at theta = 1/2. Losing land costs fighters: F phi x people lost / people held.
    """
    p, active_count = families[0][0], cells.active_count
    stretch_organisations(organisations, p)
    forces = forces_of_week(organisations, countries, ground, sectors, switches, families)
    sectors.taken[:] = 0.0
    for o in organisations:
        o.lost_people = 0.0
    sum_control(cells, forces.camp)
    _contest(np.zeros_like(active_count), cells, ground, sectors, forces, spreading, p)
    for step in range(steps):
        _press(organisations, cells, ground, sectors, forces, spreading, 1.0 / steps, p)
        before = active_count.copy()
        if apply_change(cells, ground.neighbours, forces.camp, spreading.change, p.cutoff):
            _share_out(cells, forces.camp)
        if step < steps - 1:
            _contest(before, cells, ground, sectors, forces, spreading, p)
    for g in range(len(active_count)):
        active_count[g] = keep_active(
            cells.control[g], ground.neighbours, cells.active[g], active_count[g], cells.is_active[g]
        )
    keep_footholds(organisations, cells, ground.neighbours, p)
    sort_active_cells(cells)
    return _fall(organisations, luck, families[3][0])


@inlined
def _fall(organisations, luck, operations):
    """Kill fighters of those who lost land at fronts: a share stand x people lost / people held; return how many.

    They count as killed by ground forces or by rivals as this week's others on the ground were.
    """
    dead = 0.0
    for g in range(len(organisations)):
        o = organisations[g]
        if o.lost_people > 0.0 and o.present and o.concealment <= 1.0:  # who hides does not stand
            share = min(1.0, o.lost_people / max(o.people_held, 1.0))  # a guard
            fallen = kill(o, operations.stand * share, luck[g].stand_local, luck[g].stand_foreign)
            fought = o.killed_by[GROUND] + o.killed_by[RIVALS]
            by_rivals = fallen * o.killed_by[RIVALS] / fought if fought > 0.0 else 0.0
            o.killed += fallen
            o.killed_by[RIVALS] += by_rivals
            o.killed_by[GROUND] += fallen - by_rivals
            dead += fallen
    return dead
