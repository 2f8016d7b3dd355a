"""What organisations hold and where they are, summed over the active cells."""

from model.kernels.compiled import compiled


@compiled
def sum_holdings(organisations, cells, ground, held):
    """Sum over cells what each organisation holds: people, km2, supporters, possible informers, people by country.

    Neighbouring cells mostly lie in one country: its sum, `here`, is put away where the next country begins.
    """
    control, support, fear, people = cells.control, cells.support, cells.fear, cells.people
    active, active_count, country, area = cells.active, cells.active_count, ground.country, ground.area
    held[:, :] = 0.0
    for g in range(control.shape[0]):
        population = surface = friends = tips = here = 0.0
        last = country[0]
        for i in active[g, : active_count[g]]:
            c = control[g, i]
            if c > 0.0:
                if country[i] != last:
                    held[g, last] = here
                    last = country[i]
                    here = held[g, last]
                ruled = c * people[i]
                population += ruled
                surface += c * area[i]
                friends += ruled * support[g, i]
                tips += ruled * (1.0 - support[g, i]) * (1.0 - fear[g, i])
                here += ruled
        held[g, last] = here
        o = organisations[g]
        o.people_held, o.area_held, o.supporters, o.informers = population, surface, friends, tips


@compiled
def locate(organisations, held, presence, stays):
    """Fill `presence`, the share of its people that each organisation holds in each country, and list what is not 0.

    An organisation that holds less than one person counts as present only in its home country; an absent one nowhere.
    Returns the length of the list.
    """
    listed = 0
    for g in range(len(organisations)):
        o = organisations[g]
        presence[g, :] = 0.0
        if not o.present:
            continue
        landless, people = o.people_held < 1.0, max(o.people_held, 1.0)  # a guard
        for n in range(held.shape[1]):
            if landless and n == o.home_country:
                presence[g, n] = 1.0
            elif held[g, n] > 0.0:
                presence[g, n] = held[g, n] / people
            else:
                continue
            stay = stays[listed]
            stay.organisation, stay.country, stay.share = g, n, presence[g, n]
            listed += 1
    return listed


@compiled
def measure_holdings(organisations, cells, ground, held, presence, stays):
    """Measure what organisations hold and where they are; returns the length of the list of stays."""
    sum_holdings(organisations, cells, ground, held)
    return locate(organisations, held, presence, stays)
