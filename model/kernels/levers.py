"""Doses of allied effort: where it arrives, and what it is spent on."""

import math

import numpy as np

from model.kernels.arguments import Allies, Efforts, Spending
from model.kernels.compiled import CORE, PROVINCE, compiled, inlined
from model.kernels.forms import within
from model.kernels.links import draw_off
from model.kernels.violence import bloc_attacks

FIGHTERS, LEADERS, COMMAND = range(3)


# Sums and products of whole arrays are written as loops here: those of NumPy take Numba several seconds to compile.


@inlined
def summed(values):
    """Sum of a row or column of numbers, in their order."""
    total = 0.0
    for k in range(len(values)):
        total += values[k]
    return total


@compiled
def dose(effort, half):
    """Dose of an effort, 1 - exp(-effort ln 2 / half), which is 1/2 at effort = half; of single numbers."""
    return 1.0 - math.exp(-effort * (math.log(2.0) / half))


@compiled
def assign_countries(brought, wanted, owner, load):
    """Share countries out: the most wanted first, each to the ally that brings most to it given what it has taken on.

    brought (allies, countries): share of all effort x reach. Fills owner (countries,) and adds to load (allies,), from 0.
    """
    left = wanted.copy()
    for _ in range(len(wanted)):
        n = np.argmax(left)
        if left[n] <= 0.0:
            return
        left[n] = 0.0
        most = -1.0
        for a in range(len(load)):
            worth = brought[a, n] / (load[a] + wanted[n])
            if worth > most:
                most, owner[n] = worth, a
        load[owner[n]] += wanted[n]


@compiled
def share_countries(efforts, reach, wanted, taken_on, divided, choosing, portion):
    """Fill `portion` (allies, countries): how each ally shares out the effort that it may use where it likes; rows sum to 1.

    Duplicated: all by what is `wanted` (countries,). Divided: by that times what each has taken on, if allies choose, else
    each country is left to one ally; who is responsible for none helps everywhere.
    """
    total, meant = summed(efforts), max(summed(wanted), 1e-12)  # a guard
    owner, load = np.zeros(len(wanted), dtype=np.int64), np.zeros(len(efforts))
    if divided and not choosing and total > 0.0:
        for a in range(len(efforts)):  # into `portion`, which is filled below
            for n in range(len(wanted)):
                portion[a, n] = efforts[a] / total * reach[a, n]
        assign_countries(portion, wanted, owner, load)
    for a in range(len(efforts)):
        own = load[a]
        if divided and choosing:
            own = 0.0
            for n in range(len(wanted)):
                own += wanted[n] * taken_on[a, n]
        for n in range(len(wanted)):
            portion[a, n] = wanted[n] / meant
            if own > 0.0:
                mine = taken_on[a, n] if choosing else 1.0 if owner[n] == a else 0.0
                portion[a, n] = wanted[n] * mine / own


@compiled
def arrive(lever, efforts, portion, reach, kept, arrived):
    """Fill `arrived` (countries,): effort on a lever that arrives in each country, a share `kept` after coordination."""
    free, placed = efforts.free[lever], efforts.at_countries[lever]
    for n in range(len(arrived)):
        total = 0.0
        for a in range(len(free)):
            total += (free[a] * portion[a, n] + placed[a, n]) * reach[a, n]
        arrived[n] = total * kept


@inlined
def _strike(organisations, allies, efforts, outside, spending, reach, allied, halves):
    """Set doses of strikes: on provinces, by attention and by name, on the core, and from `outside` powers on the core.

    Half-effort grows with the target: half x (fighters / reference)^size_power. Strikes on leaders or command centres (a
    policy) reach other fighters by the share `spill`. Provinces that act for the core's sake draw strikes off it.
    """
    p, row = allied[0], spending.row[0]
    attention, arrived, drawn = np.zeros(reach.shape[1]), np.zeros(reach.shape[1]), draw_off(organisations)
    for o in organisations:
        attention[o.home_country] += o.attention
    portion, kept = np.empty(reach.shape), 1.0 - p.coordination_loss if spending.divided else 1.0
    if efforts.total[row.strike_provinces] > 0.0:
        share_countries(
            allies.ally_effort, reach, attention, allies.taken_on, spending.divided, spending.choosing, portion
        )
        arrive(row.strike_provinces, efforts, portion, reach, kept, arrived)
    for g in range(len(organisations)):
        o, home = organisations[g], organisations[g].home_country
        effort = arrived[home] * o.attention / attention[home] if attention[home] > 0.0 else 0.0
        for a in range(len(reach)):
            effort += efforts.at_organisations[row.strike_provinces, a, g] * reach[a, home] * kept
            effort += efforts.free[row.strike_core, a] * reach[a, home] * drawn[g]
        strikes = 0.0
        if o.present and effort > 0.0:
            fighters = max(o.local_fighters + o.foreign_fighters, p.least_fighters)
            strikes = dose(effort, halves.strikes * (fighters / p.reference_fighters) ** p.size_power)
        o.leader_strikes = strikes if spending.aim == LEADERS else 0.0
        o.command_strikes = strikes if spending.aim != FIGHTERS else 0.0
        o.strikes = strikes if spending.aim == FIGHTERS else strikes * spending.spill
    core = organisations[CORE]
    core.strikes = 1.0 - (1.0 - core.strikes) * (1.0 - dose(drawn[CORE] * outside, halves.strikes))


@inlined
def _sever(organisations, envoys, efforts, spending, half):
    """Set the doses of severing a link: its share of the free effort, by aim, of that on its country, and that on itself.

    A full effort covers `links_at_once` links.
    """
    lever, countries = spending.row[0].sever_links, efforts.at_countries.shape[2]
    free, total, in_country = summed(efforts.free[lever]), 0.0, np.zeros(countries)
    for g in range(1, len(organisations)):
        o = organisations[g]
        if o.present and envoys[CORE, g] + o.brokers > 0.0:
            total += spending.aims[g]
            in_country[o.home_country] += spending.aims[g]
    for g in range(len(organisations)):
        o = organisations[g]
        effort, home, aim, o.sever = 0.0, o.home_country, spending.aims[g], 0.0
        if efforts.total[lever] == 0.0:
            continue
        if g != CORE and o.present and envoys[CORE, g] + o.brokers > 0.0:
            placed = summed(efforts.at_countries[lever, :, home])
            effort = free * aim / max(total, 1e-12) + placed * aim / max(in_country[home], 1e-12)  # guards
            effort += summed(efforts.at_organisations[lever, :, g])
        o.sever = dose(effort * spending.links_at_once, half)


@inlined
def _weigh_countries(organisations, held, seats, least, wanted, own):
    """Fill where free effort goes: `wanted` outside the core's own countries, `own` in them (countries,), each of sum 1.

    By the bloc's stakes, sqrt(people held) + sqrt(fighters at home). Where none outside has more than the share `least` of
    all stakes, `wanted` is where they are.
    """
    share = np.zeros(len(wanted))
    for g in range(len(organisations)):
        if organisations[g].camp == 0:
            for n in range(len(share)):
                share[n] += held[g, n]
    at_home = np.zeros(len(share))
    for o in organisations:
        if o.camp == 0:
            at_home[o.home_country] += math.sqrt(o.local_fighters + o.foreign_fighters)
    for n in range(len(share)):
        share[n] = math.sqrt(share[n]) + at_home[n]
    all_stakes = max(summed(share), 1e-12)  # a guard
    for n in range(len(share)):
        share[n] /= all_stakes
        mine = seats[n] or n == organisations[CORE].home_country
        own[n] = share[n] if mine else 0.0
        wanted[n] = 0.0 if mine or share[n] <= least else share[n]
    if summed(wanted) == 0.0:
        wanted[:] = share
    outside, inside = max(summed(wanted), 1e-12), max(summed(own), 1e-12)  # guards
    for n in range(len(share)):
        wanted[n] /= outside
        own[n] /= inside


@inlined
def _help_countries(organisations, held, allies, efforts, spending, reach, allied, halves, doses):
    """Set the doses of levers that work country by country, where the policy says, else where the bloc is.

    What is meant for an organisation goes to its home country, what is meant for the core to its own countries.
    """
    row = spending.row[0]
    rows = (row.information, row.train_partners, row.governance_aid, row.border_security, row.militias)
    half = (
        halves.information, halves.train_partners, halves.governance_aid, halves.border_security, halves.militias
    )  # fmt: skip
    p, portion = allied[0], np.empty(reach.shape)
    kept = 1.0 - p.coordination_loss if spending.divided else 1.0
    wanted, own, arrived = np.empty(doses.shape[1]), np.empty(doses.shape[1]), np.empty(doses.shape[1])
    _weigh_countries(organisations, held, spending.seats, p.least_stake, wanted, own)
    share_countries(allies.ally_effort, reach, wanted, allies.taken_on, spending.divided, spending.choosing, portion)
    for lever in range(len(rows)):
        if efforts.total[rows[lever]] == 0.0:  # as without this, in less time
            doses[lever, :] = 0.0
            continue
        arrive(rows[lever], efforts, portion, reach, kept, arrived)
        aimed = efforts.at_organisations[rows[lever]]
        for a in range(len(reach)):
            for g in range(1, len(organisations)):
                if aimed[a, g] > 0.0:
                    home = organisations[g].home_country
                    arrived[home] += aimed[a, g] * reach[a, home] * kept
            for n in range(len(own) if aimed[a, CORE] > 0.0 else 0):
                arrived[n] += aimed[a, CORE] * own[n] * reach[a, n] * kept
        for n in range(len(arrived)):
            doses[lever, n] = dose(arrived[n] * p.countries_at_once, half[lever] * spending.size[n])


@compiled
def spend(organisations, countries, held, envoys, allies, efforts, spending, allied, half_effort, doses):
    """Turn the week's effort into doses of strikes, of severing, and of levers by country, after `update_threat_and_bases`.

    Outside powers, as far as provoked, and the coalition's members strike the core on their own account. Fills `doses`
    (country levers, countries); returns the dose of policing diasporas.
    """
    allies, efforts, spending = Allies(*allies), Efforts(*efforts), Spending(*spending)  # plain tuples cost less
    p, halves, row = allied[0], half_effort[0], spending.row[0]
    basing = np.zeros(len(countries))
    if efforts.total[row.basing] > 0.0:
        anywhere = summed(efforts.free[row.basing])
        for n in range(len(basing)):
            basing[n] = summed(efforts.at_countries[row.basing, :, n]) + anywhere
        for g in range(len(organisations)):
            basing[organisations[g].home_country] += summed(efforts.at_organisations[row.basing, :, g])
    update_threat_and_bases(organisations, allies, basing, halves.basing, allied)
    members = outside = 0.0
    for state in countries:
        members += state.coalition
    for a in range(len(allies.provocation)):
        outside += allies.outside_effort[a] * allies.provocation[a]
    outside += p.member_effort * members
    reach = np.ones(allies.bases.shape)
    for a in range(len(reach) if spending.based else 0):
        for n in range(reach.shape[1]):
            reach[a, n] = p.long_range + (1.0 - p.long_range) * allies.bases[a, n]
    _strike(organisations, allies, efforts, outside, spending, reach, allied, halves)
    _sever(organisations, envoys, efforts, spending, halves.sever_links)
    _help_countries(organisations, held, allies, efforts, spending, reach, allied, halves, doses)
    return dose(summed(efforts.free[row.diaspora]), halves.diaspora)


@compiled
def update_threat_and_bases(organisations, allies, basing, half, allied):
    """Move the threat that allies perceive by attacks abroad, and extend their bases to neighbours.

    Threat: x += (1 - exp(-alarm x attacks)) (1 - x) - calming x. basing (countries,): effort on it; bases take time.
    """
    p, ally_threat, bases = allied[0], allies.ally_threat, allies.bases
    _, abroad, _, _ = bloc_attacks(organisations)
    for a in range(len(ally_threat)):
        alarm = 1.0 - math.exp(-p.alarm * abroad)
        ally_threat[a] += (1.0 - ally_threat[a]) * alarm - p.calming * ally_threat[a]
        for n in range(bases.shape[1]):
            if allies.near[a, n]:
                bases[a, n] = min(1.0, bases[a, n] + dose(basing[n], half) / p.base_delay)


@compiled
def share_attention(organisations, luck, by_strength, by_growth, switches, allied):
    """Share allied attention among the core's provinces as seen from outside.

    Observed strength = (sqrt(fighters) + sqrt(people held) / people_root) (1 + growth_weight x growth) x error. Growth is
    against `people_seen` before, smoothed; the error is log-logistic with standard deviation `observation_noise`. A group
    without the label draws less attention the more the label counts (`salience`); with noise, groups that emulate the core
    draw some. by_strength, by_growth: the policy's rule.
    """
    p, on = allied[0], switches[0]
    salience = p.salience if on.targeting_salience else 0.0
    noise = p.observation_noise if on.allied_observation else 0.0
    unlabelled, total = (1.0 - salience) * min(1.0, p.confusion * noise), 0.0
    for g in range(len(organisations)):
        o = organisations[g]
        strength = math.sqrt(o.local_fighters + o.foreign_fighters) + math.sqrt(o.people_held) / p.people_root
        if by_growth:
            if o.people_seen < 0.0:  # for the first time
                o.people_seen = o.people_held
            change = o.people_held - o.people_seen
            growth = change / max(o.people_seen, p.growth_people)
            o.people_seen += change / p.growth_weeks
            strength *= max(0.0, 1.0 + p.growth_weight * within(growth, p.growth_least, p.growth_most))
        chance = within(luck[g].observation, 1e-6, 1.0 - 1e-6)  # a guard: the logit of 0 and of 1 is infinite
        spread = 0.55 * noise  # a logistic's scale is its standard deviation x sqrt(3) / pi
        observed = strength * (chance / (1.0 - chance)) ** spread if by_strength else 1.0
        emulates = not o.refused and o.conviction >= p.emulation
        candidate = g != CORE and o.present and (o.status == PROVINCE or emulates)
        label = 1.0 if o.status == PROVINCE else unlabelled
        o.attention = label * observed if candidate else 0.0
        total += o.attention
    for o in organisations:
        o.attention = o.attention / total if total > 0.0 else 0.0
