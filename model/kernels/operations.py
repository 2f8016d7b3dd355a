"""What is at stake in each sector, where groups mass their fighters, and what armies lose with the land."""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from model.kernels.compiled import ACTS, IDLE, MILITIAS, WAITS, compiled, inlined, shared
from model.kernels.forms import within
from model.kernels.fronts import forces_of_week, own_power

BUILD_UP, ATTACK = 1, 2  # Operation of model/state/axes.py


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
        if held[s] > 0.0:  # few sectors
            strength[s] /= max(held[s], 1.0)  # a guard
        air[s] = air[s] / held[s] if held[s] >= 1.0 else 1.0


@inlined
def _weigh(g, listed, cells, ground, sectors, forces, territory, own, stake):
    """Add what organisation g has in each sector to `own`, what it could win to `stake`, and both to the sectors' sums."""
    control, total, people, neighbours = cells.control[g], cells.total, cells.people, ground.neighbours
    sector, strength, air, exposed, struck = (
        ground.sector,
        sectors.strength,
        sectors.air,
        sectors.exposed,
        forces.air[g],
    )
    for i in listed:
        s, c = sector[i], control[i]
        if c > 0.0:
            ruled = c * people[i]
            power = own_power(i, g, cells, ground, forces, territory)
            own[s] += ruled
            strength[s] += ruled * power
            air[s] += ruled * struck
        beside = 0.0
        for n in range(4):
            beside = max(beside, control[neighbours[i, n]])
        open_to = max(0.0, 1.0 - total[i]) * beside * people[i]
        stake[s] += open_to
        exposed[s] += open_to


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


class Marching(NamedTuple):
    """Armies, the sectors to which each may go, and what it sees there: lists one after the other, from `starts` on."""

    starts: npt.NDArray[np.int64]  # (armies + 1,)
    sectors: npt.NDArray[np.uint32]  # (listed sectors,)
    willing: npt.NDArray[np.float64]  # (listed sectors,): how willingly each army goes there
    odds: npt.NDArray[np.float64]  # (listed sectors,)
    own: npt.NDArray[np.float64]  # (listed sectors,): power of its main effort there
    others: npt.NDArray[np.float64]  # (listed sectors,): power of what others have sent there
    open_to: npt.NDArray[np.int64]  # (armies,): sectors that it would dare to attack
    stake: npt.NDArray[np.float64]  # (armies,): people held by armed groups and exposed in its sectors
    turns: npt.NDArray[np.int64]  # (armies,): IDLE, WAITS (goes on with its operation) or ACTS


class Campaigns(NamedTuple):
    """The operation of each army (armies,)."""

    phase: npt.NDArray[np.int64]
    sector: npt.NDArray[np.int64]
    weeks: npt.NDArray[np.int64]  # since it began the phase
    people: npt.NDArray[np.float64]  # under armed groups there when the attack began


VERDICTS = ("wait", "attack", "give_up", "won", "failed", "late")
WAIT, BEGIN, GIVE_UP, WON, FAILED, LATE = range(len(VERDICTS))


@shared
def verdict(phase, weeks, odds, held, before, operations):
    """What becomes of an operation after so many weeks, of `VERDICTS`.

    held: people under armed groups there; before: when the attack began.
    """
    if phase == BUILD_UP:
        if odds < operations.give_up or held < operations.least_people:
            return GIVE_UP
        return BEGIN if weeks >= operations.build_up and odds >= operations.daring else WAIT
    if held <= operations.won * before:
        return WON
    if odds < operations.give_up:
        return FAILED
    return LATE if weeks >= operations.longest else WAIT


@inlined
def _turn(a, m, campaigns, held, operations):
    """Whether army a has something to decide now that it has looked: the next operation, or what becomes of its own."""
    c = campaigns
    if c.phase[a] == 0:
        return ACTS if m.open_to[a] > 0 else IDLE
    for k in range(m.starts[a], m.starts[a + 1]):
        if m.sectors[k] == c.sector[a]:
            weeks = c.weeks[a] + int(operations.turn_weeks)
            found = verdict(c.phase[a], weeks, m.odds[k], held[m.sectors[k]], c.people[a], operations)
            return WAITS if found == WAIT else ACTS
    return ACTS


@compiled
def measure_armies(countries, partners, standing, doses, week, switches, operations, strength):
    """Fill `strength` (armies,): soldiers of average worth that each could send at full readiness; 0 of who has disbanded.

    Countries: forces x worth x deployable share x mobilisation x what provinces do not tie down for the core. Partners:
    soldiers x skill, more with allied support of militias, while they exist.
    """
    p, (home, worth, first, last) = operations[0], partners
    for a in range(len(strength)):
        if a < len(countries):
            state = countries[a]
            able = state.forces * state.effectiveness * p.deployable * state.mobilisation * (1.0 - state.distraction)
        else:
            k = a - len(countries)
            support = p.support * doses[MILITIAS, home[k]] if switches[0].militia else 0.0
            able = worth[k] * (1.0 + support) if first[k] <= week < last[k] else 0.0
        strength[a] = able if standing[a] else 0.0


@compiled
def survey(marching, soldiers, error, deployed, sectors, campaigns, territory, operations):
    """Let every army look at its sectors: fill odds, own and others' power, those it would dare to attack, people at stake.

    And `turns`, whether it has something to decide.

    Odds = (own + others) x what strikes make of them / (entrenched x strength of the groups) x error. soldiers (armies,): of
    average worth, that each can send; error (armies,): a factor.
    """
    m, p, q = Marching(*marching), territory[0], operations[0]
    held, exposed, strength, air, massed = sectors.held, sectors.exposed, sectors.strength, sectors.air, sectors.massed
    for a in range(len(soldiers)):
        m.open_to[a], m.stake[a] = 0, 0.0
        for k in range(m.starts[a], m.starts[a + 1]):
            s = m.sectors[k]
            people = max(held[s], exposed[s]) + p.district
            m.own[k] = 1000.0 * soldiers[a] * q.main_effort * m.willing[k] / people
            m.others[k] = max(0.0, massed[s] - 1000.0 * deployed[a, s] / people)
            against = p.entrenched * max(strength[s], 1e-6)  # a guard
            m.odds[k] = (m.own[k] + m.others[k]) * air[s] / against * error[a]
            m.open_to[a] += held[s] >= q.least_people and m.odds[k] >= q.daring
            m.stake[a] += held[s] + exposed[s]
        m.turns[a] = _turn(a, m, Campaigns(*campaigns), held, q)


@compiled
def send_forces(marching, soldiers, phase, operation, weeks, garrison, deployed, sectors, operations):
    """Fill `deployed`: the main effort (growing through the build-up), garrisons, and the rest by people exposed.

    The rest goes by willingness x sqrt(people exposed). Armies without people at stake stay at home. phase, operation, weeks
    (armies,): of the main effort; garrison (armies, sectors): weeks for which each stays.
    """
    m, p, exposed = Marching(*marching), operations[0], sectors.exposed
    for a in range(len(soldiers)):
        first, last = m.starts[a], m.starts[a + 1]
        kept, weight = 0.0, 0.0
        for k in range(first, last):
            s = m.sectors[k]
            deployed[a, s] = 0.0
            kept += garrison[a, s] > 0.0
            if exposed[s] > 0.0:  # few sectors
                weight += m.willing[k] * math.sqrt(exposed[s])
        if m.stake[a] < p.least_people or soldiers[a] < 1.0:
            continue
        main = (
            p.main_effort
            if phase[a] == ATTACK
            else p.main_effort * min(1.0, weeks[a] / p.build_up)
            if phase[a] == BUILD_UP
            else 0.0
        )
        each = min(p.garrison_share, p.most_garrisons / max(kept, 1.0))
        rest = max(0.0, 1.0 - main - each * kept)
        for k in range(first, last):
            s = m.sectors[k]
            share = rest * m.willing[k] * math.sqrt(exposed[s]) / weight if exposed[s] > 0.0 and weight > 0.0 else 0.0
            if garrison[a, s] > 0.0:
                share += each
                garrison[a, s] = max(0.0, garrison[a, s] - p.turn_weeks)
            if s == operation[a]:
                share += main
            deployed[a, s] = soldiers[a] * m.willing[k] * share


@compiled
def press(marching, phase, operation, deployed, sectors, territory, operations):
    """Let what was sent to each sector become power and pressure.

    massed = 1000 soldiers / (people at stake + district); push is 1 under an attack, else `passive`.
    """
    m, p, q, massed, push = Marching(*marching), territory[0], operations[0], sectors.massed, sectors.push
    massed[:], push[:] = 0.0, q.passive
    for a in range(len(phase)):
        for k in range(m.starts[a], m.starts[a + 1]):
            massed[m.sectors[k]] += deployed[a, m.sectors[k]]
        if phase[a] == ATTACK:
            push[operation[a]] = 1.0
    for s in range(len(massed)):
        if massed[s] > 0.0:
            massed[s] = 1000.0 * massed[s] / (max(sectors.held[s], sectors.exposed[s]) + p.district)


@compiled
def lose_soldiers(countries, marching, home, sectors, people, deployed, strength, readiness, operations):
    """Let armies lose soldiers where groups took land this week, and make up for losses.

    Of the soldiers sent to a sector a share `rout` x people taken / people not held is lost as a fighting force; readiness
    comes back at 1 / `rebuilding` of what is missing a week, faster by the training of its country, `home` (partners,) of a
    partner. people (sectors,): residents; strength (armies,): soldiers at full readiness.
    """
    m, p, taken, held = Marching(*marching), operations[0], sectors.taken, sectors.held
    for a in range(len(readiness)):
        training = countries[a if a < len(countries) else home[a - len(countries)]].training
        readiness[a] += (1.0 - readiness[a]) * (1.0 + p.training * training) / p.rebuilding
        for k in range(m.starts[a], m.starts[a + 1]):
            s = m.sectors[k]
            if taken[s] > 0.0 and deployed[a, s] > 0.0:
                share = p.rout * within(taken[s] / max(people[s] - held[s], 1.0), 0.0, 1.0)  # a guard
                lost = share * deployed[a, s] / max(strength[a], 1.0)  # a guard
                readiness[a] = within(readiness[a] - lost, 0.0, 1.0)
                deployed[a, s] *= 1.0 - share
