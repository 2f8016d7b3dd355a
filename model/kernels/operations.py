"""What is at stake in each sector, where groups mass their fighters, and what armies lose with the land."""

import numpy as np

from model.kernels.compiled import compiled, inlined
from model.kernels.forms import within
from model.kernels.fronts import forces_of_week, own_power


@compiled
def measure_sectors(organisations, countries, cells, ground, sectors, luck, switches, families):
    """Measure what is at stake in each sector, and let each organisation choose its `focus`.

    held: people under armed groups; exposed: people of cells that groups do not hold, times the most that a neighbour holds;
    strength: mean power of the groups there, fighters x what support and fear make of them, by people held; air: mean of
    what strikes make of a ground force.

    An organisation masses fighters where it has most at stake, people held and exposed, counting a sector under attack
    `alert` times, with an error.
    """
    p, q = families[0][0], families[3][0]
    forces = forces_of_week(organisations, countries, ground, sectors, switches, families)
    held, exposed, strength, air = sectors.held, sectors.exposed, sectors.strength, sectors.air
    held[:], exposed[:], strength[:], air[:] = 0.0, 0.0, 0.0, 0.0
    own, stake = np.zeros(len(held)), np.zeros(len(held))
    for g in range(len(organisations)):
        listed = cells.active[g, : cells.active_count[g]]
        _weigh(g, listed, cells, ground, sectors, forces, p, own, stake)
        organisations[g].focus = _focus(listed, ground.sector, own, stake, sectors.push, luck[g].focus, q)
        for i in listed:
            s = ground.sector[i]
            held[s] += own[s]
            own[s], stake[s] = 0.0, 0.0  # for the next, and so that it counts once
    for s in range(len(held)):
        strength[s] /= max(held[s], 1.0)  # a guard
        air[s] = air[s] / held[s] if held[s] >= 1.0 else 1.0


@inlined
def _weigh(g, listed, cells, ground, sectors, forces, territory, own, stake):
    """Add what organisation g has in each sector to `own`, what it could win to `stake`, and both to the sectors' sums."""
    control, total, people, neighbours = cells.control[g], cells.total, cells.people, ground.neighbours
    for i in listed:
        s, c = ground.sector[i], control[i]
        if c > 0.0:
            ruled = c * people[i]
            power = own_power(i, g, cells, ground, forces, territory)
            own[s] += ruled
            sectors.strength[s] += ruled * power
            sectors.air[s] += ruled * forces.air[g]
        beside = 0.0
        for n in range(4):
            beside = max(beside, control[neighbours[i, n]])
        open_to = max(0.0, 1.0 - total[i]) * beside * people[i]
        stake[s] += open_to
        sectors.exposed[s] += open_to


@inlined
def _focus(listed, sector, own, stake, push, luck, operations):
    """Sector in which an organisation has most at stake, or -1; luck shifts the alert by up to `error` either way."""
    most, focus = 0.0, np.int64(-1)
    alert = operations.alert * (1.0 + operations.focus_error * (2.0 * luck - 1.0))
    for i in listed:
        s = sector[i]
        worth = (own[s] + stake[s]) * (alert if push[s] >= 1.0 else 1.0)
        if worth > most:
            most, focus = worth, np.int64(s)
    return focus


@compiled
def lose_soldiers(sectors, people, deployed, strength, readiness, training, operations):
    """Let armies lose soldiers where groups took land this week, and make up for losses.

    Of the soldiers sent to a sector a share `rout` x people taken / people not held is lost as a fighting force; readiness
    comes back at 1 / `rebuilding` of what is missing a week, faster by `training` (armies,). people (sectors,): residents;
    strength (armies,): soldiers at full readiness.
    """
    p = operations[0]
    for a in range(len(readiness)):
        readiness[a] += (1.0 - readiness[a]) * (1.0 + p.training * training[a]) / p.rebuilding
    for s in range(len(people)):
        if sectors.taken[s] > 0.0:
            share = p.rout * within(sectors.taken[s] / max(people[s] - sectors.held[s], 1.0), 0.0, 1.0)  # a guard
            for a in range(len(readiness)):
                if deployed[a, s] > 0.0:
                    lost = share * deployed[a, s] / max(strength[a], 1.0)  # a guard
                    readiness[a] = within(readiness[a] - lost, 0.0, 1.0)
                    deployed[a, s] *= 1.0 - share
