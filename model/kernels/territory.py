"""Control over cells: the powers that contest it, its spread over cells and open borders, footholds."""

import numpy as np

from model.kernels.active_cells import keep_active, list_neighbours, sort_active_cells, sum_control
from model.kernels.arguments import Forces
from model.kernels.attrition import hostility
from model.kernels.compiled import compiled, inlined


@inlined
def forces_on_the_spot(strength, reach, grievance, drag):
    """Power of a state's forces in a cell: strength x reach x (1 - drag x grievance)."""
    return strength * reach * (1.0 - drag * grievance)


@inlined
def residents_who_resist(support, fear, resistance):
    """Power of people who resist by themselves: resistance x (1 - support)^2 (1 - fear)."""
    return resistance * ((1.0 - support) * (1.0 - support) * (1.0 - fear))


@inlined
def share_of_contest(against, power, support, fear, neutral, compliance):
    """The state's share of a contest (Tullock), and the sum of both sides' power: against + power (n + support + c fear).

    against: forces on the spot, self-defence of communities and residents who resist, together.
    """
    both = against + power * (neutral + support + compliance * fear)
    return against / both if both > 0.0 else 0.5, both


@inlined
def _contest(first, cells, country, forces, spreading, territory):
    """Fill theta with the state's share of the contests, in the order of the lists of cells, from places `first` on."""
    support, fear, reach, defence, grievance = cells.support, cells.fear, cells.reach, cells.defence, cells.grievance
    active, active_count, theta = cells.active, cells.active_count, spreading.theta
    strength, drag, resistance = forces.state, forces.drag, territory.resistance
    neutral, compliance = territory.neutral_support, territory.compliance
    for g in range(len(active_count)):
        power, supporting, afraid, share = forces.group[g], support[g], fear[g], theta[g]
        listed = active[g]
        for k in range(first[g], active_count[g]):
            i = listed[k]
            against = forces_on_the_spot(strength[country[i]], reach[i], grievance[i], drag) + defence[i]
            against += residents_who_resist(supporting[i], afraid[i], resistance)
            share[k], _ = share_of_contest(against, power, supporting[i], afraid[i], neutral, compliance)


@inlined
def _change(cells, ground, forces, spreading, step, territory):
    """Right-hand side of the territory equation, times the sub-step, into `change` (organisations, listed cells)."""
    control, total, camp_control, active, active_count = (
        cells.control, cells.total, cells.camp_control, cells.active, cells.active_count
    )  # fmt: skip
    country, neighbours, flow, growth, w = (
        ground.country, ground.neighbours, spreading.flow, territory.growth, territory.self_enforcement
    )  # fmt: skip
    for g in range(len(active_count)):
        held, listed, clash, alone = control[g], active[g, : active_count[g]], forces.clash[g], forces.camp[g] < 0
        theta, change, offensive = spreading.theta[g], spreading.change[g], spreading.offensive[g]
        bloc = held if alone else camp_control[forces.camp[g]]
        for k in range(listed.shape[0]):
            i = listed[k]
            c = held[i]
            spread = flow[i, 0] * (held[neighbours[i, 0]] - c) + flow[i, 1] * (held[neighbours[i, 1]] - c)
            spread += flow[i, 2] * (held[neighbours[i, 2]] - c) + flow[i, 3] * (held[neighbours[i, 3]] - c)
            friends = c if alone else bloc[i]
            net = (1.0 - w) * (1.0 - 2.0 * theta[k]) + w * (friends - theta[k])
            room = max(0.0, 1.0 - total[i])
            rate = growth * room * net - offensive[country[i]] - clash * max(0.0, total[i] - friends)
            change[k] = step * (spread + c * rate)


@inlined
def apply_change(cells, neighbours, camp, changes, cutoff):
    """Add the changes, cut tiny values to zero, bring totals along, and list the neighbours of newly held cells.

    Returns whether organisations together may have more than all of a cell.
    """
    control, total, camp_control = cells.control, cells.total, cells.camp_control
    active, active_count, is_active, over = cells.active, cells.active_count, cells.is_active, False
    for g in range(len(active_count)):
        listed, held, change, alone = active[g], control[g], changes[g], camp[g] < 0
        bloc = held if alone else camp_control[camp[g]]
        count = longer = active_count[g]
        for k in range(count):
            i = listed[k]
            before = held[i]
            value = before + change[k]
            value = 0.0 if value < cutoff else min(value, 1.0)
            held[i] = value
            total[i] += value - before
            over = over or total[i] > 1.0
            if not alone:
                bloc[i] += value - before
            if before == 0.0 and value > 0.0:
                longer = list_neighbours(i, listed, longer, is_active[g], neighbours)
        active_count[g] = longer
    return over


@compiled
def spread(cells, ground, forces, spreading, steps, territory):
    """Advance control by one week, in `steps` explicit sub-steps, in place.

    For organisation g in cell i, with T total control, B its bloc's, R = T - B and theta the state's share of the contest:

        dC = sum_j flow_ij (C_j - C_i) + growth C (1 - T) [(1 - w)(1 - 2 theta) + w (B - theta)] - offensive C - clash C R

    All organisations of a sub-step see the same totals. Totals are summed anew every week and brought along from sub-step
    to sub-step.
    """
    p, control, active, active_count = territory[0], cells.control, cells.active, cells.active_count
    country, neighbours, is_active = ground.country, ground.neighbours, cells.is_active
    _contest(np.zeros_like(active_count), cells, country, forces, spreading, p)
    sum_control(cells, forces.camp)
    for _ in range(steps):
        _change(cells, ground, forces, spreading, 1.0 / steps, p)
        listed_before = active_count.copy()
        apply_change(cells, neighbours, forces.camp, spreading.change, p.cutoff)
        _contest(listed_before, cells, country, forces, spreading, p)
    for g in range(len(active_count)):
        active_count[g] = keep_active(control[g], neighbours, active[g], active_count[g], is_active[g])


@inlined
def keep_footholds(organisations, cells, neighbours, territory):
    """Give fighters some hold on the cell where their headquarters are, as far as there is room.

    Hold = foothold F / (F + density x (people + half a district)), F in thousands; those at home in one cell share the room.
    """
    p = territory
    control, total, camp_control, people = cells.control, cells.total, cells.camp_control, cells.people
    active, active_count, is_active = cells.active, cells.active_count, cells.is_active
    room = np.empty(len(organisations))
    for g in range(len(organisations)):
        housemates = 0
        for o in organisations:
            housemates += o.home == organisations[g].home
        room[g] = max(0.0, 1.0 - total[organisations[g].home]) / housemates
    for g in range(len(organisations)):
        o = organisations[g]
        if not o.present:
            continue
        fighters, held = 1000.0 * (o.local_fighters + o.foreign_fighters), control[g, o.home]
        hold = (
            p.foothold
            * fighters
            / (fighters + p.foothold_density * (people[o.home] + p.district * p.foothold_district))
        )
        more = min(max(hold - held, 0.0), room[g])
        control[g, o.home] = held + more
        total[o.home] += more
        if o.camp >= 0:
            camp_control[o.camp, o.home] += more
        if held == 0.0 and more > 0.0:
            if not is_active[g, o.home]:
                is_active[g, o.home] = True
                active[g, active_count[g]] = o.home
                active_count[g] += 1
            active_count[g] = list_neighbours(np.uint32(o.home), active[g], active_count[g], is_active[g], neighbours)


@compiled
def open_borders(flow, crossings, rates, gate, known):
    """Fill the rates of spread across land borders, (cells, 4): unhindered x what the tighter side lets through x kinship.

    crossings (crossings, 4): cell, direction, and the countries on both sides, in the order of cells; rates (crossings, 2):
    unhindered and kinship; gate (countries,): what each lets through. Where both sides are as `known` from the last time,
    rates are as they were. Returns the largest sum of a cell's rates among them.
    """
    changed = np.empty(len(gate), dtype=np.bool_)
    for n in range(len(gate)):
        changed[n] = gate[n] != known[n]
        known[n] = gate[n]
    most, count = 0.0, len(crossings)
    for k in range(count):
        i, here, there = crossings[k, 0], crossings[k, 2], crossings[k, 3]
        if changed[here] or changed[there]:
            flow[i, crossings[k, 1]] = rates[k, 0] * min(gate[here], gate[there]) * rates[k, 1]
        if k + 1 == count or crossings[k + 1, 0] != i:  # the last crossing of this cell
            most = max(most, flow[i, 0] + flow[i, 1] + flow[i, 2] + flow[i, 3])
    return most


@inlined
def ground_effort(o, usual):
    """How much of an organisation's effort is on the ground, fighting the state and governing, against what is usual."""
    return (o.activity[0] + o.activity[4]) / usual


@compiled
def group_power(organisations, territory, power):
    """Fill `power` (organisations,): effective fighters per 1,000 people held, as far as their effort is on the ground."""
    p = territory[0]
    for g in range(len(organisations)):
        o = organisations[g]
        fighters = o.local_fighters + o.foreign_fighters
        power[g] = 1000.0 * fighters * o.skill * ground_effort(o, p.usual_effort) / (o.people_held + p.district)


@compiled
def state_power(countries, people, government, power):
    """Fill `power` (countries,): effective soldiers per 1,000 people, forces x worth x levy + militias.

    levy = 1 + concentration x (mobilisation - base) / (1 - base): forces are concentrated where they are needed.
    """
    p = government[0]
    for n in range(len(countries)):
        state = countries[n]
        levy = 1.0 + p.concentration * (state.mobilisation - p.base_mobilisation) / (1.0 - p.base_mobilisation)
        power[n] = 1000.0 * state.forces * state.effectiveness * levy / people[n] + state.militia


@inlined
def measure_forces(organisations, countries, country_people, switches, territory, government, rivalry):
    """Return the `Forces` of this week."""
    p, count = territory[0], len(organisations)
    camp, power, clash = np.empty(count, dtype=np.int64), np.empty(count), np.empty(count)
    against, militia = np.empty(len(countries)), np.empty(len(countries))
    group_power(organisations, territory, power)
    state_power(countries, country_people, government, against)
    hostility(organisations, switches, rivalry, clash)
    for g in range(count):
        camp[g] = organisations[g].camp
        clash[g] *= p.clash
    for n in range(len(countries)):
        militia[n] = countries[n].militia
    drag = p.grievance_drag if switches[0].attitudes_grievance else 0.0
    none = np.zeros(count)  # what only fronts know
    return Forces(camp, power, against, militia, clash, drag, none, none, camp, none, none)


@compiled
def advance_territory(
    organisations, countries, cells, ground, spreading, steps, switches, territory, government, rivalry
):  # fmt: skip
    """Advance control by a week: measure forces, let it spread, keep fighters' footholds, put the lists in order.

    `offensive` of `spreading` is filled with the control lost to strikes.
    """
    forces = measure_forces(organisations, countries, ground.country_people, switches, territory, government, rivalry)
    p = territory[0]
    for g in range(len(organisations)):
        spreading.offensive[g, :] = p.strikes * organisations[g].strikes
    spread(cells, ground, forces, spreading, steps, territory)
    keep_footholds(organisations, cells, ground.neighbours, p)
    sort_active_cells(cells)
