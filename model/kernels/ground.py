"""What a week of territory takes beside spreading: powers, open borders, footholds, and what is held in the end."""

import numpy as np

from model.kernels.attrition import hostility
from model.kernels.compiled import compiled, inlined
from model.kernels.people import locate, tally
from model.kernels.territory import list_around, spread, tidy


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
            active_count[g] = list_around(np.uint32(o.home), active_cells[g], active_count[g], is_active[g], neighbours)


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
def advance(
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
    tidy(active_cells, active_count)


@compiled
def measure(
    organisations, control, support, fear, people, area, country, active_cells, active_count, held, presence, stays
):  # fmt: skip
    """Measure what organisations hold and where they are; returns the length of the list of stays."""
    tally(organisations, control, support, fear, people, area, country, active_cells, active_count, held)
    return locate(organisations, held, presence, stays)
