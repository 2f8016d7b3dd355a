"""Doses of allied effort: where it arrives, and what it is spent on."""

import math

import numpy as np

from model.kernels.compiled import CORE, PROVINCE, compiled, inlined
from model.kernels.forms import within


@compiled
def dose(effort, half):
    """Dose of an effort, 1 - exp(-effort ln 2 / half), which is 1/2 at effort = half; of single numbers."""
    return 1.0 - math.exp(-effort * (math.log(2.0) / half))


@inlined
def _divide(brought, wanted, owner, load):
    """Share countries out: the most wanted first, each to the ally that brings most to it given what it has taken on."""
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
def spread_effort(bases, efforts, wanted, divided, allied, reach):
    """Fill `reach` (countries,): how much of the effort meant for each country arrives there, by where allies have bases.

    efforts (allies,); wanted (countries,): how much of a lever's effort each country is meant to get. Duplicated
    responsibility spreads every ally over all of them: the mean reach. Divided responsibility leaves each country to one
    ally, whose share of the effort is then all that goes to its countries; some is lost to coordination.
    """
    p = allied[0]
    brought = np.empty(bases.shape)
    total = efforts.sum()
    for a in range(bases.shape[0]):
        for n in range(bases.shape[1]):
            brought[a, n] = efforts[a] / total * (p.long_range + (1.0 - p.long_range) * bases[a, n])
    owner, load = np.zeros(bases.shape[1], dtype=np.int64), np.zeros(bases.shape[0])
    if divided:
        _divide(brought, wanted, owner, load)
    meant = wanted.sum()
    for n in range(bases.shape[1]):
        idle = 0.0  # who is responsible for no country helps everywhere
        for a in range(bases.shape[0]):
            if load[a] == 0.0:
                idle += brought[a, n]
        alone = brought[owner[n], n] * meant / max(load[owner[n]], 1e-12)
        reach[n] = (alone + idle) * (1.0 - p.coordination_loss) if divided else idle


@compiled
def strike(organisations, reach, reach_of_core, on_provinces, on_core, outside, half, leaders, spill):
    """Set doses of strikes from efforts on provinces (shared by attention) and on the core, and from outside powers.

    Strikes on leaders (a policy) reach other fighters by the share `spill`. reach, reach_of_core: (countries,).
    """
    for g in range(len(organisations)):
        o = organisations[g]
        arrived = on_provinces * o.attention * reach[o.home_country]
        if g == CORE and on_core > 0.0:
            arrived = on_core * reach_of_core[o.home_country]
        strikes = dose(arrived, half) if o.present else 0.0
        o.leader_strikes = strikes if leaders else 0.0
        o.strikes = strikes * spill if leaders else strikes
    core = organisations[CORE]
    core.strikes = 1.0 - (1.0 - core.strikes) * (1.0 - dose(outside, half))


@compiled
def sever(organisations, envoys, weights, effort, links_at_once, half):
    """Set the doses of severing: the effort is shared among links to the core by weight (organisations,).

    Not more than `links_at_once` links get a full effort each.
    """
    total, links = 0.0, 0
    for g in range(1, len(organisations)):
        if organisations[g].present and envoys[CORE, g] > 0.0:
            total += weights[g]
            links += 1
    focus = min(max(1.0, float(links)), links_at_once)
    for g in range(len(organisations)):
        o = organisations[g]
        linked = g != CORE and o.present and envoys[CORE, g] > 0.0
        share = weights[g] / max(total, 1e-12) if linked else 0.0
        o.sever = dose(effort * share * focus, half)


@compiled
def weigh_countries(organisations, held, share):
    """Fill `share` (countries,) with the bloc's stakes, sqrt(people held) + sqrt(fighters at home), scaled to sum 1.

    Returns the number of countries with more than a fiftieth.
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
        share[n] /= max(total, 1e-12)
        count += share[n] > 0.02
    return count


@compiled
def dose_countries(share, focus, reach, efforts, halves, doses):
    """Fill `doses` (levers, countries) of efforts (levers,) that go where the bloc is: effort x share x focus x reach."""
    for lever in range(len(efforts)):
        for n in range(len(share)):
            arrived = share[n] * focus * reach[n]
            doses[lever, n] = dose(efforts[lever] * arrived, halves[lever]) if efforts[lever] > 0.0 else 0.0


@compiled
def attend(organisations, seen, luck, salience, noise, by_strength, by_growth):
    """Share allied attention among the core's provinces as seen from outside.

    Observed strength = (sqrt(fighters) + sqrt(people held) / 10) (1 + 2 growth) x error, where growth is against people
    `seen` a quarter ago, smoothed, and the error is log-logistic with scale `noise`. A group without the label draws less
    attention the more the label counts (`salience`); with noise, groups that merely emulate the core draw some.
    """
    unlabelled, total = (1.0 - salience) * min(1.0, 2.0 * noise), 0.0
    for g in range(len(organisations)):
        o = organisations[g]
        strength = math.sqrt(o.local_fighters + o.foreign_fighters) + math.sqrt(o.people_held) / 10.0
        if by_growth:
            growth = within((o.people_held - seen[g]) / max(seen[g], 1e4), -0.5, 2.0)
            seen[g] += (o.people_held - seen[g]) / 13.0
            strength *= 1.0 + 2.0 * growth
        chance = within(luck[g], 1e-6, 1.0 - 1e-6)
        observed = strength * (chance / (1.0 - chance)) ** (0.55 * noise) if by_strength else 1.0
        emulates = not o.refused and o.conviction >= 0.5
        candidate = g != CORE and o.present and (o.status == PROVINCE or emulates)
        label = 1.0 if o.status == PROVINCE else unlabelled
        o.attention = label * observed if candidate else 0.0
        total += o.attention
    for o in organisations:
        o.attention = o.attention / total if total > 0.0 else 0.0
