"""Doses of allied effort: where it arrives, and what it is spent on."""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from model.kernels.compiled import CORE, PROVINCE, compiled, inlined
from model.kernels.forms import within
from model.kernels.violence import bloc_attacks


class Allies(NamedTuple):
    """The fields of allies."""

    ally_threat: npt.NDArray[np.float64]  # (allies,): perceived
    ally_effort: npt.NDArray[np.float64]  # (allies,): at the policy's disposal
    provocation: npt.NDArray[np.float64]  # (allies,)
    outside_effort: npt.NDArray[np.float64]  # (allies,): against the core, once provoked
    bases: npt.NDArray[np.float64]  # (allies, countries)
    near: npt.NDArray[np.bool_]  # (allies, countries): where an ally may extend its bases


class Spending(NamedTuple):
    """How effort is spent."""

    divided: bool  # allies divide countries among them
    based: bool  # how much arrives depends on bases
    leaders: bool  # strikes look for leaders
    leaders_spill: float  # effect of those on other fighters
    links_at_once: float  # links that a full severing effort covers
    aims: npt.NDArray[np.float64]  # (organisations,): how much each link to the core is aimed at


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
def spread_effort(bases, efforts, wanted, divided, based, allied, arriving):
    """Fill `arriving` (countries,): how much of the effort meant for each country arrives there, by where allies have bases.

    Without any effort, or without `based`, a switch, all of it does.

    efforts (allies,); wanted (countries,): how much of a lever's effort each country is meant to get. Duplicated
    responsibility spreads every ally over all of them: the mean reach. Divided responsibility leaves each country to one
    ally, whose share of the effort is then all that goes to its countries; some is lost to coordination.
    """
    p = allied[0]
    brought = np.empty(bases.shape)
    total = efforts.sum()
    if total == 0.0 or not based:
        arriving[:] = 1.0
        return
    for a in range(bases.shape[0]):
        for n in range(bases.shape[1]):
            brought[a, n] = efforts[a] / total * (p.long_range + (1.0 - p.long_range) * bases[a, n])
    owner, load = np.zeros(bases.shape[1], dtype=np.int64), np.zeros(bases.shape[0])
    if divided:
        assign_countries(brought, wanted, owner, load)
    meant = wanted.sum()
    for n in range(bases.shape[1]):
        idle = 0.0  # who is responsible for no country helps everywhere
        for a in range(bases.shape[0]):
            if load[a] == 0.0:
                idle += brought[a, n]
        alone = brought[owner[n], n] * meant / max(load[owner[n]], 1e-12)  # a guard
        arriving[n] = (alone + idle) * (1.0 - p.coordination_loss) if divided else idle


@inlined
def _strike(organisations, allies, effort, outside, spending, allied, halves):
    """Set doses of strikes: from effort on provinces, by attention, on the core, and from `outside` powers on the core.

    Strikes on leaders (a policy) reach other fighters by the share `leaders_spill`.
    """
    bases, efforts, based = allies.bases, allies.ally_effort, spending.based
    meant, reach, of_core = np.zeros(bases.shape[1]), np.ones(bases.shape[1]), np.ones(bases.shape[1])
    if effort.strike_provinces > 0.0:
        for o in organisations:
            meant[o.home_country] += o.attention
        spread_effort(bases, efforts, meant, spending.divided, based, allied, reach)
    if effort.strike_core > 0.0:
        spread_effort(bases, efforts, meant, np.bool_(False), based, allied, of_core)  # a plain False compiles it twice
    for g in range(len(organisations)):
        o = organisations[g]
        arrived = effort.strike_provinces * o.attention * reach[o.home_country]
        if g == CORE and effort.strike_core > 0.0:
            arrived = effort.strike_core * of_core[o.home_country]
        strikes = dose(arrived, halves.strikes) if o.present else 0.0
        o.leader_strikes = strikes if spending.leaders else 0.0
        o.strikes = strikes * spending.leaders_spill if spending.leaders else strikes
    core = organisations[CORE]
    core.strikes = 1.0 - (1.0 - core.strikes) * (1.0 - dose(outside, halves.strikes))


@inlined
def _sever(organisations, envoys, effort, spending, half):
    """Set the doses of severing: the effort is shared among links to the core by how much each is aimed at.

    Not more than `links_at_once` links get a full effort each.
    """
    weights = spending.aims
    total, links = 0.0, 0
    for g in range(1, len(organisations)):
        if organisations[g].present and envoys[CORE, g] + organisations[g].brokers > 0.0:
            total += weights[g]
            links += 1
    focus = min(max(1.0, float(links)), spending.links_at_once)
    for g in range(len(organisations)):
        o = organisations[g]
        linked = g != CORE and o.present and envoys[CORE, g] + o.brokers > 0.0
        share = weights[g] / max(total, 1e-12) if linked else 0.0  # a guard
        o.sever = dose(effort * share * focus, half) if effort > 0.0 else 0.0


@inlined
def _weigh_countries(organisations, held, least, share):
    """Fill `share` (countries,) with the bloc's stakes, sqrt(people held) + sqrt(fighters at home), scaled to sum 1.

    Returns the number of countries with more than the share `least`.
    """
    share[:] = 0.0
    for g in range(len(organisations)):
        if organisations[g].camp == 0:
            for n in range(len(share)):
                share[n] += held[g, n]
    for n in range(len(share)):
        share[n] = math.sqrt(share[n])
    at_home = np.zeros(len(share))
    for o in organisations:
        if o.camp == 0:
            at_home[o.home_country] += math.sqrt(o.local_fighters + o.foreign_fighters)
    for n in range(len(share)):
        share[n] += at_home[n]
    total, count = share.sum(), 0
    for n in range(len(share)):
        share[n] /= max(total, 1e-12)  # a guard
        count += share[n] > least
    return count


@inlined
def _help_countries(organisations, held, allies, effort, spending, allied, halves, doses):
    """Set the doses of levers that work country by country: effort goes where the bloc is present."""
    spent = (
        effort.information, effort.train_partners, effort.governance_aid, effort.border_security, effort.militias
    )  # fmt: skip
    half = (
        halves.information, halves.train_partners, halves.governance_aid, halves.border_security, halves.militias
    )  # fmt: skip
    p = allied[0]
    doses[:, :] = 0.0
    if spent[0] + spent[1] + spent[2] + spent[3] + spent[4] == 0.0:
        return
    share, reach = np.empty(doses.shape[1]), np.empty(doses.shape[1])
    focus = min(float(_weigh_countries(organisations, held, p.least_stake, share)), p.countries_at_once)
    spread_effort(allies.bases, allies.ally_effort, share, spending.divided, spending.based, allied, reach)
    for lever in range(len(spent)):
        if spent[lever] > 0.0:
            for n in range(doses.shape[1]):
                doses[lever, n] = dose(spent[lever] * (share[n] * focus * reach[n]), half[lever])


@compiled
def spend(organisations, countries, held, envoys, allies, effort, spending, allied, half_effort, doses):
    """Turn the week's effort into doses of strikes, of severing, and of levers by country, after `update_threat_and_bases`.

    effort (1,): of all allies, by lever. Outside powers, as far as provoked, and the coalition's members strike the core on
    their own account. Fills `doses` (country levers, countries); returns the dose of policing diasporas.
    """
    allies, spending = Allies(*allies), Spending(*spending)  # plain tuples are handed over faster
    p, halves, spent = allied[0], half_effort[0], effort[0]
    update_threat_and_bases(organisations, allies, spent.basing, halves.basing, allied)
    members = outside = 0.0
    for state in countries:
        members += state.coalition
    for a in range(len(allies.provocation)):
        outside += allies.outside_effort[a] * allies.provocation[a]
    outside += p.member_effort * members
    _strike(organisations, allies, spent, outside, spending, allied, halves)
    _sever(organisations, envoys, spent.sever_links, spending, halves.sever_links)
    _help_countries(organisations, held, allies, spent, spending, allied, halves, doses)
    return dose(spent.diaspora, halves.diaspora)


@compiled
def update_threat_and_bases(organisations, allies, basing, half, allied):
    """Move the threat that allies perceive by attacks abroad, and extend their bases to neighbours.

    Threat: x += (1 - exp(-alarm x attacks)) (1 - x) - calming x. basing: effort on it; bases take time to build.
    """
    p, ally_threat, bases = allied[0], allies.ally_threat, allies.bases
    _, abroad, _, _ = bloc_attacks(organisations)
    extension = dose(basing, half) / p.base_delay
    for a in range(len(ally_threat)):
        alarm = 1.0 - math.exp(-p.alarm * abroad)
        ally_threat[a] += (1.0 - ally_threat[a]) * alarm - p.calming * ally_threat[a]
        for n in range(bases.shape[1]):
            if allies.near[a, n]:
                bases[a, n] = min(1.0, bases[a, n] + extension)


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
