"""The compiled loops, and nothing else compiled anywhere; `tests/test_kernels.py` holds a NumPy reference of each.

Loops over cells run over the *active* cells of an organisation: those it controls and their neighbours. Parameters come
as arguments, never as constants of another module, since Numba's cache would not notice a change there.
"""

import math

from numba import njit


@njit(cache=True, nogil=True)
def _compact(held, neighbours, cells, count, listed):
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


@njit(cache=True, nogil=True)
def activate(control, neighbours, active_cells, active_count, is_active):
    """List the active cells of every organisation anew from `control` (organisations, cells)."""
    for g in range(control.shape[0]):
        is_active[g, :] = True
        for i in range(control.shape[1]):
            active_cells[g, i] = i
        active_count[g] = _compact(control[g], neighbours, active_cells[g], control.shape[1], is_active[g])


@njit(cache=True, nogil=True)
def totals(control, active_cells, active_count, camp, total, camp_control):
    """Sum control over organisations (total) and over the members of each camp, in the listed cells only.

    A sweep over whole arrays would drive everything else out of the processor's cache.
    """
    for g in range(control.shape[0]):
        for i in active_cells[g, : active_count[g]]:
            total[i], camp_control[:, i] = 0.0, 0.0
    for g in range(control.shape[0]):
        held = control[g]
        cells = active_cells[g, : active_count[g]]
        for i in cells:
            total[i] += held[i]
        if camp[g] >= 0:
            together = camp_control[camp[g]]
            for i in cells:
                together[i] += held[i]


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def _apply(held, cells, count, listed, neighbours, change, cutoff):
    """Add the change, cut tiny values to zero, list the neighbours of held cells; return the new length of the list."""
    longer = count
    for k in range(count):
        i = cells[k]
        value = held[i] + change[k]
        if value < cutoff:
            held[i] = 0.0
            continue
        held[i] = min(value, 1.0)
        for n in range(4):
            j = neighbours[i, n]
            if not listed[j]:
                listed[j] = True
                cells[longer] = j
                longer += 1
    return longer


@njit(cache=True, nogil=True)
def spread(
    control, active_cells, active_count, is_active, camp, neighbours, flow, total, camp_control, power, compliance,
    resistance, support, fear, state_power, reach, defence, grievance, country, offensive, growth, self_enforcement, clash,
    steps, cutoff, theta, change,
):  # fmt: skip
    """Advance control by one week, in `steps` explicit sub-steps, in place.

    For organisation g in cell i, with T total control, B its bloc's, R = T - B and theta the state's share of the contest:

        dC = sum_j flow_ij (C_j - C_i) + growth C (1 - T) [(1 - w)(1 - 2 theta) + w (B - theta)] - offensive C - clash C R

    All organisations of a sub-step see the same totals. theta (organisations, cells) and change (cells,) are scratch space.
    """
    for g in range(control.shape[0]):
        contest(
            active_cells[g, : active_count[g]], power[g], compliance, resistance, support[g], fear[g], state_power, reach,
            defence, grievance, country, theta[g],
        )  # fmt: skip
    for _ in range(steps):
        totals(control, active_cells, active_count, camp, total, camp_control)
        for g in range(control.shape[0]):
            count = active_count[g]
            if count > 0:
                alone = camp[g] < 0
                bloc = control[g] if alone else camp_control[camp[g]]
                _change(
                    active_cells[g, :count], control[g], bloc, alone, total, neighbours, flow, theta[g], offensive[g],
                    country, growth, self_enforcement, clash, 1.0 / steps, change,
                )  # fmt: skip
                longer = _apply(control[g], active_cells[g], count, is_active[g], neighbours, change, cutoff)
                contest(
                    active_cells[g, count:longer], power[g], compliance, resistance, support[g], fear[g], state_power,
                    reach, defence, grievance, country, theta[g, count:],
                )  # fmt: skip
                active_count[g] = longer
    totals(control, active_cells, active_count, camp, total, camp_control)
    for g in range(control.shape[0]):
        if active_count[g] > 0:
            active_count[g] = _compact(control[g], neighbours, active_cells[g], active_count[g], is_active[g])


@njit(cache=True, nogil=True)
def attitudes(
    control, support, fear, grievance, constituency, country, active_cells, active_count,
    win, propaganda, resentment, backlash, foreignness, anti_foreign, persuasion, recovery, frighten, fear_decay, defended,
):  # fmt: skip
    """Advance support and fear by one week where organisations are present: X += a (limit - X) - b X, in place.

    win, propaganda, backlash, foreignness, frighten: per organisation; anti_foreign, persuasion, recovery, defended: per
    country; resentment: how much grievance feeds support. Support is at most the constituency share of the cell.
    """
    for g in range(control.shape[0]):
        for k in range(active_count[g]):
            i = active_cells[g, k]
            c = control[g, i]
            n = country[i]
            gain = win[g] * c + propaganda[g] + resentment * grievance[i] + defended[g, n]
            loss = backlash[g] * c + foreignness[g] * anti_foreign[n] + persuasion[n] + recovery[n] * (1.0 - c)
            value = support[g, i]
            support[g, i] = value + gain * (constituency[i] - value) - loss * value
            value = fear[g, i]
            fear[g, i] = value + frighten[g] * c * (1.0 - value) - fear_decay * value


@njit(cache=True, nogil=True)
def tally(
    control, support, fear, people, area, country, active_cells, active_count,
    people_held, area_held, supporters, informers, held,
):  # fmt: skip
    """Sum over cells what each organisation holds: people, km2, supporters, possible informers, people by country."""
    held[:, :] = 0.0
    for g in range(control.shape[0]):
        population = surface = friends = tips = 0.0
        for k in range(active_count[g]):
            i = active_cells[g, k]
            c = control[g, i]
            if c > 0.0:
                ruled = c * people[i]
                population += ruled
                surface += c * area[i]
                friends += ruled * support[g, i]
                tips += ruled * (1.0 - support[g, i]) * (1.0 - fear[g, i])
                held[g, country[i]] += ruled
        people_held[g], area_held[g] = population, surface
        supporters[g], informers[g] = friends, tips


@njit(cache=True, nogil=True)
def flee(
    control, fear, people, home_people, total, due, country, active_cells, active_count, away, away_count, is_away, rate,
    returning, quiet, fled, back,
):  # fmt: skip
    """Move whole people out of cells where they fear their rulers, and back where total control is below `quiet`, in place.

    `due` (cells,) carries the fraction of a person who is about to leave (or to return, if negative) to the next week;
    `away` lists the cells that anybody ever thought of leaving, is_away marks them. fled, back: people a country this
    week. Returns the new length of the list.
    """
    fled[:], back[:] = 0.0, 0.0
    for g in range(control.shape[0]):
        for k in range(active_count[g]):
            i = active_cells[g, k]
            due[i] += rate * control[g, i] * fear[g, i] * people[i]
            if not is_away[i] and due[i] > 0.0:
                is_away[i] = True
                away[away_count] = i
                away_count += 1
    for i in away[:away_count]:
        missing = home_people[i] - people[i]
        if missing > 0.0 and total[i] < quiet:
            due[i] -= returning * missing
        if due[i] >= 1.0:
            leaving = min(math.floor(due[i]), people[i])
            people[i] -= leaving
            due[i] -= leaving
            fled[country[i]] += leaving
        elif due[i] <= -1.0:
            coming = min(math.floor(-due[i]), missing)
            people[i] += coming
            due[i] = min(due[i] + coming, 0.0)
            back[country[i]] += coming
    return away_count


@njit(cache=True, nogil=True)
def best_paths(direct, relays, source, quality):
    """Fill `quality` with the best product of link qualities over paths from `source` through relays (Bellman-Ford)."""
    nodes = direct.shape[0]
    quality[:], quality[source] = 0.0, 1.0
    improved = True
    while improved:
        improved = False
        for a in range(nodes):
            if quality[a] > 0.0 and relays[a]:
                for b in range(nodes):
                    through = quality[a] * direct[a, b]
                    if through > quality[b]:
                        quality[b] = through
                        improved = True


@njit(cache=True, nogil=True)
def label_spots(control, level, active_cells, active_count, members, neighbours, flow, label, cells, stack):
    """Number the connected components of the cells where `control` (cells,) is over `level` into `label` (0 = none).

    Only cells on the lists of `members` (organisations,) bool are looked at; `label` must be 0 there. Fills `cells` with
    the cells that belong to a spot; returns the number of spots and of those cells.
    """
    spots = found = 0
    for g in range(active_count.shape[0]):
        for start in active_cells[g, : active_count[g] * members[g]]:
            if control[start] <= level or label[start] != 0:
                continue
            spots += 1
            label[start] = spots
            stack[0] = start
            size = 1
            while size > 0:
                size -= 1
                i = stack[size]
                cells[found] = i
                found += 1
                for n in range(4):
                    j = neighbours[i, n]
                    if control[j] > level and label[j] == 0 and flow[i, n] > 0.0:
                        label[j] = spots
                        stack[size] = j
                        size += 1
    return spots, found


@njit(cache=True, nogil=True)
def poisson_counts(uniforms, rates, counts):
    """Fill `counts` with Poisson numbers of the given rates by inversion of the distribution function (same shapes)."""
    flat_u, flat_rate, flat_count = uniforms.ravel(), rates.ravel(), counts.ravel()
    for k in range(flat_u.shape[0]):
        rate, n = flat_rate[k], 0
        sure = max(0.0, math.floor(rate - 700.0))  # exp underflows beyond: the excess is taken for certain
        rate -= sure
        if rate > 0.0:
            probability = math.exp(-rate)
            cumulative = probability
            while flat_u[k] > cumulative and n < 1000:
                n += 1
                probability *= rate / n
                cumulative += probability
        flat_count[k] = n + sure
