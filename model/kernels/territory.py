"""Control over cells: contest, spread, open borders, footholds, and the lists of cells that they go over.

Loops over cells run over the *active* cells of an organisation: those it controls and their neighbours.
"""

import numpy as np

from model.kernels.attrition import hostility
from model.kernels.compiled import compiled, inlined


@inlined
def _keep_active(held, neighbours, cells, count, listed):
    """Drop the cells that an organisation neither controls nor borders from its list; return the length left."""
    kept = 0
    for k in range(count):
        i = cells[k]
        wanted = held[i] > 0.0
        for n in range(4):
            wanted = wanted or held[neighbours[i, n]] > 0.0
        if wanted:
            cells[kept] = i
            kept += 1
        else:
            listed[i] = False
    return kept


@compiled
def activate(control, neighbours, active_cells, active_count, is_active):
    """List the active cells of every organisation anew from `control` (organisations, cells)."""
    for g in range(control.shape[0]):
        is_active[g, :] = True
        for i in range(control.shape[1]):
            active_cells[g, i] = i
        active_count[g] = _keep_active(control[g], neighbours, active_cells[g], control.shape[1], is_active[g])


@compiled
def sum_control(control, active_cells, active_count, camp, total, camp_control):
    """Sum control over organisations (total) and over the members of each camp, in the listed cells only.

    A sweep over whole arrays would drive everything else out of the processor's cache.
    """
    for g in range(control.shape[0]):
        for i in active_cells[g, : active_count[g]]:
            total[i] = 0.0
        for members in range(camp_control.shape[0]):
            together = camp_control[members]
            for i in active_cells[g, : active_count[g]]:
                together[i] = 0.0
    for g in range(control.shape[0]):
        held = control[g]
        cells = active_cells[g, : active_count[g]]
        for i in cells:
            total[i] += held[i]
        if camp[g] >= 0:
            together = camp_control[camp[g]]
            for i in cells:
                together[i] += held[i]


@compiled
def contest(
    cells, power, compliance, resistance, support, fear, state_power, reach, defence, grievance, country, theta
):
    """Fill theta with the state's share of the contest, state / (state + group), in the order of the listed cells.

    group = power x (1/2 + support + compliance x fear); state = power of the state x reach x (1 - grievance / 2) +
    self-defence + resistance x (1 - support)^2 (1 - fear), the last being people who resist by themselves.
    """
    for k in range(cells.shape[0]):
        i = cells[k]
        unwilling = (1.0 - support[i]) * (1.0 - support[i]) * (1.0 - fear[i])
        state = state_power[country[i]] * reach[i] * (1.0 - 0.5 * grievance[i]) + defence[i] + resistance * unwilling
        both = state + power * (0.5 + support[i] + compliance * fear[i])
        theta[k] = state / both if both > 0.0 else 0.5


@inlined
def _change(
    cells, held, bloc, alone, total, neighbours, flow, theta, offensive, country, growth, w, clash, step, change
):  # fmt: skip
    """Right-hand side of the territory equation for one organisation, times the step, into `change` (listed cells)."""
    for k in range(cells.shape[0]):
        i = cells[k]
        c = held[i]
        spread = flow[i, 0] * (held[neighbours[i, 0]] - c) + flow[i, 1] * (held[neighbours[i, 1]] - c)
        spread += flow[i, 2] * (held[neighbours[i, 2]] - c) + flow[i, 3] * (held[neighbours[i, 3]] - c)
        friends = c if alone else bloc[i]
        net = (1.0 - w) * (1.0 - 2.0 * theta[k]) + w * (friends - theta[k])
        room = max(0.0, 1.0 - total[i])
        rate = growth * room * net - offensive[country[i]] - clash * max(0.0, total[i] - friends)
        change[k] = step * (spread + c * rate)


@inlined
def _apply_change(held, cells, count, listed, neighbours, change, cutoff, alone, total, bloc):
    """Add the change, cut tiny values to zero, bring totals along, and list the neighbours of newly held cells.

    Returns the new length of the list. bloc: control of its camp, left alone if it is `alone`.
    """
    longer = count
    for k in range(count):
        i = cells[k]
        before = held[i]
        value = before + change[k]
        value = 0.0 if value < cutoff else min(value, 1.0)
        held[i] = value
        total[i] += value - before
        if not alone:
            bloc[i] += value - before
        if before == 0.0 and value > 0.0:
            longer = list_neighbours(i, cells, longer, listed, neighbours)
    return longer


@inlined
def list_neighbours(cell, cells, count, listed, neighbours):
    """List the neighbours of a cell as active; return the new length of the list."""
    for n in range(4):
        j = neighbours[cell, n]
        if not listed[j]:
            listed[j] = True
            cells[count] = j
            count += 1
    return count


@compiled
def spread(
    control, active_cells, active_count, is_active, camp, neighbours, flow, total, camp_control, power, compliance,
    resistance, support, fear, state_power, reach, defence, grievance, country, offensive, growth, self_enforcement, clash,
    steps, cutoff, theta, change,
):  # fmt: skip
    """Advance control by one week, in `steps` explicit sub-steps, in place.

    For organisation g in cell i, with T total control, B its bloc's, R = T - B and theta the state's share of the contest:

        dC = sum_j flow_ij (C_j - C_i) + growth C (1 - T) [(1 - w)(1 - 2 theta) + w (B - theta)] - offensive C - clash C R

    All organisations of a sub-step see the same totals. clash: (organisations,). theta and change (organisations, cells) are
    scratch space. Totals are summed anew every week and brought along from sub-step to sub-step.
    """
    everybody = range(control.shape[0])
    for g in everybody:
        contest(
            active_cells[g, : active_count[g]], power[g], compliance, resistance, support[g], fear[g], state_power, reach,
            defence, grievance, country, theta[g],
        )  # fmt: skip
    sum_control(control, active_cells, active_count, camp, total, camp_control)
    for _ in range(steps):
        for g in everybody:
            alone = camp[g] < 0
            bloc = control[g] if alone else camp_control[camp[g]]
            _change(
                active_cells[g, : active_count[g]], control[g], bloc, alone, total, neighbours, flow, theta[g],
                offensive[g], country, growth, self_enforcement, clash[g], 1.0 / steps, change[g],
            )  # fmt: skip
        for g in everybody:
            count, alone = active_count[g], camp[g] < 0
            bloc = control[g] if alone else camp_control[camp[g]]
            active_count[g] = _apply_change(
                control[g], active_cells[g], count, is_active[g], neighbours, change[g], cutoff, alone, total, bloc
            )
            contest(
                active_cells[g, count : active_count[g]], power[g], compliance, resistance, support[g], fear[g],
                state_power, reach, defence, grievance, country, theta[g, count:],
            )  # fmt: skip
    for g in everybody:
        active_count[g] = _keep_active(control[g], neighbours, active_cells[g], active_count[g], is_active[g])


@inlined
def sort_active_cells(active_cells, active_count):
    """Sort the lists of active cells, which are in order but for the latest: walking in order through memory is faster."""
    for g in range(len(active_count)):
        cells = active_cells[g]
        for k in range(1, active_count[g]):
            cell, m = cells[k], k
            while m > 0 and cells[m - 1] > cell:
                cells[m] = cells[m - 1]
                m -= 1
            cells[m] = cell


@inlined
def _foothold(
    organisations, control, active_cells, active_count, is_active, neighbours, people, total, camp_control, territory
):  # fmt: skip
    """Give fighters some hold on the cell where their headquarters are, as far as there is room.

    Hold = foothold F / (F + density x (people + half a district)), F in thousands; those at home in one cell share the room.
    """
    p = territory
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
        hold = p.foothold * fighters / (fighters + p.foothold_density * (people[o.home] + p.district / 2.0))
        more = min(max(hold - held, 0.0), room[g])
        control[g, o.home] = held + more
        total[o.home] += more
        if o.camp >= 0:
            camp_control[o.camp, o.home] += more
        if held == 0.0 and more > 0.0:
            if not is_active[g, o.home]:
                is_active[g, o.home] = True
                active_cells[g, active_count[g]] = o.home
                active_count[g] += 1
            active_count[g] = list_neighbours(
                np.uint32(o.home), active_cells[g], active_count[g], is_active[g], neighbours
            )


@compiled
def open_borders(flow, unhindered, kinship, crossings, country, neighbours, gate):
    """Fill the rates of spread across land borders, (cells, 4): unhindered x what the tighter side lets through x kinship.

    crossings (crossings, 2): cell and direction; gate (countries,). Returns the largest sum of a cell's rates among them.
    """
    most = 0.0
    for k in range(len(crossings)):
        i, n = crossings[k, 0], crossings[k, 1]
        open_to = min(gate[country[i]], gate[country[neighbours[i, n]]])
        flow[i, n] = unhindered[i, n] * open_to * kinship[i, n]
    for k in range(len(crossings)):
        i = crossings[k, 0]
        most = max(most, flow[i, 0] + flow[i, 1] + flow[i, 2] + flow[i, 3])
    return most


@compiled
def group_power(organisations, territory, power):
    """Fill `power` (organisations,): effective fighters per 1,000 people held, as far as their effort is on the ground."""
    p = territory[0]
    for g in range(len(organisations)):
        o = organisations[g]
        ground = (o.activity[0] + o.activity[4]) / 0.8
        fighters = o.local_fighters + o.foreign_fighters
        power[g] = 1000.0 * fighters * o.skill * ground / (o.people_held + p.district)


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


@compiled
def advance_territory(
    organisations, countries, control, active_cells, active_count, is_active, neighbours, flow, total, camp_control, support,
    fear, reach, defence, grievance, country, people, country_people, offensive, steps, acted_on, theta, change, territory,
    government, rivalry,
):  # fmt: skip
    """Advance control by a week: measure powers, let it spread, keep fighters' footholds, put the lists in order.

    `offensive` (organisations, countries) is filled with the control lost to strikes; acted_on: see `hostility`.
    """
    p = territory[0]
    count = len(organisations)
    camp, power, clash = np.empty(count, dtype=np.int64), np.empty(count), np.empty(count)
    against = np.empty(len(countries))
    group_power(organisations, territory, power)
    state_power(countries, country_people, government, against)
    hostility(organisations, acted_on, rivalry, clash)
    for g in range(count):
        camp[g] = organisations[g].camp
        clash[g] *= p.clash
        offensive[g, :] = p.strikes * organisations[g].strikes
    spread(
        control, active_cells, active_count, is_active, camp, neighbours, flow, total, camp_control, power, p.compliance,
        p.resistance, support, fear, against, reach, defence, grievance, country, offensive, p.growth, p.self_enforcement,
        clash, steps, p.cutoff, theta, change,
    )  # fmt: skip
    _foothold(organisations, control, active_cells, active_count, is_active, neighbours, people, total, camp_control, p)
    sort_active_cells(active_cells, active_count)
