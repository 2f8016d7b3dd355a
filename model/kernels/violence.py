"""Attacks by kind, their victims, where they take place, and reprisals."""

import numpy as np

from model.kernels.chance import poisson
from model.kernels.compiled import CORE, PROVINCE, compiled, inlined
from model.kernels.forms import whole, within

STATE, SECTARIAN, REGIONAL, INTERNATIONAL = range(4)


@inlined
def _capability(o, is_core, counts, violence):
    """What a group can do abroad, against the core's 1: a + (m - a) x link x share of foreigners, who can travel.

    Without the switch (`counts`) all can do what the core can.
    """
    if is_core or not counts:
        return 1.0
    fighters = o.local_fighters + o.foreign_fighters
    outsiders = o.foreign_fighters / max(fighters, 1.0)  # a guard
    alone = violence.abroad_alone
    return alone + (violence.abroad_most - alone) * o.quality * (o.status == PROVINCE) * outsiders


@inlined
def _attack_rates(organisations, countries, stays, mixed, on, violence, rates):
    """Fill `rates` (organisations, kinds) with expected attacks a week.

    Base rate x thousand fighters x skill x (1 + surge) x share of effort; those on states x tempo; sectarian ones x how
    `mixed` creeds are where it is, and more of them as an echo of reprisals; international ones more under strikes. on:
    switches.
    """
    p = violence
    around, mixture, echo = np.zeros(len(countries)), np.zeros(len(organisations)), np.zeros(len(organisations))
    for stay in stays:
        o = organisations[stay.organisation]
        around[stay.country] += stay.share * (o.local_fighters + o.foreign_fighters)
        mixture[stay.organisation] += stay.share * mixed[stay.country]
    for stay in stays:
        o, calls = organisations[stay.organisation], countries[stay.country].reprisals
        there = stay.share * (o.local_fighters + o.foreign_fighters)
        echo[stay.organisation] += there * (calls / max(around[stay.country], 1.0))  # a guard
    for g in range(len(organisations)):
        o = organisations[g]
        abroad = _capability(o, g == CORE, on.reach_capability, p)
        strength = (o.local_fighters + o.foreign_fighters) / 1000.0 * o.skill * (1.0 + o.surge) * o.present
        rates[g, STATE] = strength * p.rate_state * o.activity[STATE] * o.tempo
        rates[g, SECTARIAN] = strength * p.rate_sectarian * o.activity[SECTARIAN] * mixture[g]
        if on.sectarian:
            rates[g, SECTARIAN] += p.echo * echo[g]
        rates[g, REGIONAL] = strength * p.rate_regional * o.activity[REGIONAL] if on.reach else 0.0
        rates[g, INTERNATIONAL] = strength * abroad * p.rate_international * o.activity[INTERNATIONAL]
        if on.provocation_backfire and o.camp == 0:
            rates[g, INTERNATIONAL] += p.backfire * o.strikes * strength * abroad


@inlined
def _draw_attacks(organisations, rates, luck):
    """Draw the numbers of attacks by organisation and kind."""
    for g in range(rates.shape[0]):
        attacks = organisations[g].attacks
        for kind in range(rates.shape[1]):
            attacks[kind] = poisson(luck[g].attacks[kind], rates[g, kind])


@inlined
def _stop_reported(organisations, luck, chance):
    """Stop international attacks that diasporas report, each with probability `chance`; return how many."""
    stopped = 0.0
    for g in range(len(organisations)):
        attacks = organisations[g].attacks
        caught = min(attacks[INTERNATIONAL], whole(chance * attacks[INTERNATIONAL], luck[g].stopped))
        attacks[INTERNATIONAL] -= caught
        stopped += caught
    return stopped


@compiled
def largest_attack(count, luck, least, most, tail):
    """Deaths in the largest of `count` attacks: least (1 - u^(1/count))^(-1/1.5), at most `most`; 0 if there are none."""
    below = within(luck, 1e-9, 1.0 - 1e-9) ** (1.0 / max(count, 1.0))  # a guard
    return min(least * (1.0 - below) ** (-1.0 / tail), most) if count > 0.0 else 0.0


@inlined
def _count_deaths(organisations, luck, violence, rogue):
    """Count the dead; a province's large attack was against the core's wishes with probability 1 - alignment.

    Fills `rogue` (organisations,) with the dead of such attacks, 0 for none; returns their number.
    """
    p = violence
    found = 0
    for g in range(len(organisations)):
        o = organisations[g]
        count = o.attacks[STATE] + o.attacks[SECTARIAN] + o.attacks[REGIONAL] + o.attacks[INTERNATIONAL]
        largest = largest_attack(count, luck[g].severity, p.least_deaths, p.most_deaths, p.tail)
        o.deaths = np.rint(max(count - 1.0, 0.0) * p.least_deaths * p.other_deaths + largest)
        unwanted = o.status == PROVINCE and largest >= p.large_attack and luck[g].sanction > o.alignment
        rogue[g] = largest if unwanted else 0.0
        o.unsanctioned = unwanted + o.staged
        o.staged = 0.0
        found += unwanted
    return found


@inlined
def _locate_attacks(organisations, countries, stays, border_shares):
    """Count the bloc's attacks in each country: at home, and regional ones at the land neighbours' by share of border."""
    exported = np.zeros(len(countries))
    for state in countries:
        state.attacks_in = 0.0
    for stay in stays:
        o = organisations[stay.organisation]
        if o.camp == 0:
            countries[stay.country].attacks_in += stay.share * (o.attacks[STATE] + o.attacks[SECTARIAN])
            exported[stay.country] += stay.share * o.attacks[REGIONAL]
    for n in range(len(countries)):
        if exported[n] > 0.0:
            for m in range(len(countries)):
                countries[m].attacks_in += exported[n] * border_shares[n, m]


@inlined
def _draw_reprisals(organisations, countries, stays, luck, sectarian, violence):
    """Advance the memory of sectarian attacks, and draw reprisals: branching x cooling x memory are expected."""
    p = violence
    attacks = np.zeros(len(countries))
    for stay in stays:
        attacks[stay.country] += stay.share * organisations[stay.organisation].attacks[SECTARIAN]
    for n in range(len(countries)):
        state = countries[n]
        state.sectarian_heat += attacks[n] - p.cooling * state.sectarian_heat
        rate = p.branching * p.cooling * state.sectarian_heat if sectarian else 0.0
        state.reprisals = poisson(luck[n].reprisals, rate)


@compiled
def attack(
    organisations, countries, stays, luck, luck_of_countries, ground, plots, reported, switches, violence
):  # fmt: skip
    """Draw the week's attacks, what is stopped of them, their deaths, where they took place, and reprisals.

    plots: attacks that diasporas carry out in the core's name; reported: chance that an international attack is stopped.
    Returns how many large attacks were against the core's wishes, their dead (organisations,), and how many attacks were
    stopped.
    """
    p, on, rogue = violence[0], switches[0], np.empty(len(organisations))
    rates = np.empty((len(organisations), 4))
    _attack_rates(organisations, countries, stays, ground.mixture, on, p, rates)
    _draw_attacks(organisations, rates, luck)
    organisations[CORE].attacks[INTERNATIONAL] += plots
    stopped = _stop_reported(organisations, luck, reported)
    found = _count_deaths(organisations, luck, p, rogue)
    _locate_attacks(organisations, countries, stays, ground.border_shares)
    _draw_reprisals(organisations, countries, stays, luck_of_countries, on.sectarian, p)
    return found, rogue, stopped


@compiled
def bloc_attacks(organisations):
    """Sum over the core's bloc: regional and international attacks, large ones against the core's wishes; those of all."""
    regional = abroad = rogue = everybody = 0.0
    for o in organisations:
        everybody += o.unsanctioned
        if o.camp == 0:
            regional += o.attacks[REGIONAL]
            abroad += o.attacks[INTERNATIONAL]
            rogue += o.unsanctioned
    return regional, abroad, rogue, everybody
