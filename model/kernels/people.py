"""What people in cells think, where they go, and how many of them an organisation holds; over active cells."""

import math

from model.kernels.compiled import compiled


@compiled
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


@compiled
def tally(organisations, control, support, fear, people, area, country, active_cells, active_count, held):
    """Sum over cells what each organisation holds: people, km2, supporters, possible informers, people by country."""
    held[:, :] = 0.0
    for g in range(control.shape[0]):
        population = surface = friends = tips = 0.0
        for i in active_cells[g, : active_count[g]]:
            c = control[g, i]
            if c > 0.0:
                ruled = c * people[i]
                population += ruled
                surface += c * area[i]
                friends += ruled * support[g, i]
                tips += ruled * (1.0 - support[g, i]) * (1.0 - fear[g, i])
                held[g, country[i]] += ruled
        o = organisations[g]
        o.people_held, o.area_held, o.supporters, o.informers = population, surface, friends, tips


@compiled
def locate(organisations, held, presence, stays):
    """Fill `presence`, the share of its people that each organisation holds in each country, and list what is not 0.

    Who holds fewer than one person is at home; who does not exist is nowhere. Returns the length of the list.
    """
    listed = 0
    for g in range(len(organisations)):
        o = organisations[g]
        for n in range(held.shape[1]):
            presence[g, n] = held[g, n] / max(o.people_held, 1.0) if o.present else 0.0
        if o.present and o.people_held < 1.0:
            presence[g, o.home_country] = 1.0
        for n in range(held.shape[1]):
            if presence[g, n] > 0.0:
                stay = stays[listed]
                stay.organisation, stay.country, stay.share = g, n, presence[g, n]
                listed += 1
    return listed


@compiled
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
