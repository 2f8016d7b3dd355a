"""Losses of fighters and soldiers, and the harm that misdirected fire does."""

import numpy as np

from model.kernels.compiled import CORE, compiled, inlined
from model.kernels.forms import whole, within

STRIKES, GROUND, RIVALS = range(3)  # columns of `killed_by`, model.state.KILLERS


@compiled
def aimed_and_area_losses(force, fighters, people, accuracy, rate, hidden):
    """Expected losses a week, gamma G (mu F / (F + hidden) + (1 - mu) F / P), of single numbers (Kress and Szechtman)."""
    aimed = accuracy * fighters / max(fighters + hidden, 1e-9)  # a guard
    area = (1.0 - accuracy) * fighters / max(people, 1.0)  # a guard
    return rate * force * (aimed + area)


@compiled
def cover(hidden, quiet_effort, usual):
    """Size of a band at which half of the aimed fire finds it: `hidden` x the share of its effort that is no violence x 4.

    Who strikes more shows itself more (the trade-off of operations and security, Shapiro, The Terrorist's Dilemma, 2013).
    """
    return hidden * quiet_effort / usual


@inlined
def _estimate_accuracy(organisations, countries, stays, reports, on, accuracy):
    """mu = base + tips + interceptions + diaspora reports + what states where it is can do, trained for it, at most 0.95."""
    p, training_aim = accuracy, 1.0 if on.policy_trains_accuracy else 0.0
    for o in organisations:
        tips = o.informers / max(o.people_held, 1.0) if o.people_held > 0.0 else 1.0
        if on.rival_lost_tips:
            tips *= 1.0 - o.suppression
        o.accuracy = p.base + p.tips * tips + p.interception * o.exposure + p.diaspora * reports
    for stay in stays:
        state = countries[stay.country]
        organisations[stay.organisation].accuracy += stay.share * (state.state_accuracy + training_aim * state.training)
    for o in organisations:
        o.accuracy = within(o.accuracy, 0.0, p.most)


@inlined
def _engage(organisations, countries, stays, commitment):
    """Share each state's mobilised forces among the fighters in it, at most `commitment` soldiers to a fighter."""
    around = np.zeros(len(countries))
    for stay in stays:
        o = organisations[stay.organisation]
        around[stay.country] += stay.share * (o.local_fighters + o.foreign_fighters)
    for o in organisations:
        o.engaged = 0.0
    for stay in stays:
        o, state = organisations[stay.organisation], countries[stay.country]
        ready = state.forces * state.effectiveness * state.mobilisation / max(around[stay.country], 1.0)  # a guard
        o.engaged += stay.share * (o.local_fighters + o.foreign_fighters) * min(ready, commitment)


@inlined
def kill(o, rate, luck_of_locals, luck_of_foreigners):
    """Take whole fighters from an organisation at a rate; return how many."""
    local = min(o.local_fighters, whole(rate * o.local_fighters, luck_of_locals))
    foreign = min(o.foreign_fighters, whole(rate * o.foreign_fighters, luck_of_foreigners))
    o.local_fighters -= local
    o.foreign_fighters -= foreign
    return local + foreign


@inlined
def _kill_fighters(organisations, countries, stays, luck, attrition):
    """Kill fighters and leaders, by states and by strikes; return the number of dead.

    Expected losses = `aimed_and_area_losses` by the soldiers engaged + strikes x dose x fighters x (1/2 + mu) /
    concealment, at most half; who hides is harder to find, too: hidden x concealment.
    The dead are divided among ground forces and strikes as the expected losses are. Leadership recovers towards its full
    skill and what the core taught, and is lost at leaders x dose of strikes on leaders x mu.
    """
    p = attrition
    killed = 0.0
    _engage(organisations, countries, stays, p.commitment)
    for g in range(len(organisations)):
        o = organisations[g]
        fighters = o.local_fighters + o.foreign_fighters
        people, unseen = o.people_held + p.crowd, cover(p.hidden * o.concealment, o.activity[4], p.usual_governing)
        losses = aimed_and_area_losses(o.engaged, fighters, people, o.accuracy, p.ground, unseen)
        by_strikes = p.strikes * o.strikes * fighters * (p.strikes_unaimed + o.accuracy) / o.concealment
        losses += by_strikes
        rate = min(losses / max(fighters, 1.0), p.most_lost)  # a guard
        o.killed = kill(o, rate, luck[g].killed_local, luck[g].killed_foreign)
        o.killed_by[STRIKES] = o.killed * by_strikes / losses if losses > 0.0 else 0.0
        o.killed_by[GROUND], o.killed_by[RIVALS] = o.killed - o.killed_by[STRIKES], 0.0
        killed += o.killed
        lost_leaders = p.leaders * o.leader_strikes * o.accuracy
        o.skill += p.leaders_recovery * (o.full_skill + o.taught - o.skill) - lost_leaders * o.skill
    return killed


@inlined
def _lose_soldiers(organisations, countries, stays, attrition):
    """Soldiers killed by attacks on the state where organisations are; states make up for a share of what they lack."""
    p = attrition
    hit = np.zeros(len(countries))
    for stay in stays:
        hit[stay.country] += stay.share * organisations[stay.organisation].attacks[0]
    for n in range(len(countries)):
        state = countries[n]
        lost = min(state.forces, np.floor(p.soldiers * hit[n]))
        recovered = np.floor(p.rebuilding * (state.full_forces - state.forces))
        state.forces += max(recovered, 0.0) - lost


@compiled
def collateral(organisations, stays, attrition, harm):
    """Fill `harm` (countries,) with the grievance that fire which misses provokes: the state's own and allied strikes.

    Of an organisation: collateral (1000 gamma G (1 - mu)(1 - F / P) / P + strikes (1 - mu)), where it is.
    """
    p = attrition[0]
    harm[:] = 0.0
    for stay in stays:
        o = organisations[stay.organisation]
        if o.present:
            people = o.people_held + p.crowd
            missed = 1.0 - o.accuracy
            crowded = 1.0 - min(1.0, (o.local_fighters + o.foreign_fighters) / people)
            area = 1000.0 * o.engaged * p.ground * missed * crowded / people
            harm[stay.country] += stay.share * p.collateral * (area + o.strikes * missed)


@inlined
def hostility_acted_on(switches, rivalry):
    """Share of hostility that is acted on: none without `rivalry`, less where alliances are made."""
    on, p = switches[0], rivalry[0]
    openness = 0.0 if on.rivalry_alliances else p.alliance_share
    return 1.0 - openness if on.rivalry else 0.0


@inlined
def help_of_residents(o, rivalry):
    """What the residents of an organisation's land make of its rivals' force: 1 + residents (2 unwilling - 1).

    Unwilling are people who neither support nor fear whom they live under; half are, where it holds nobody.
    """
    unwilling = o.informers / max(o.people_held, 1.0) if o.people_held > 0.0 else 0.5
    return 1.0 + rivalry.residents * (2.0 * unwilling - 1.0)


@compiled
def hostility(organisations, switches, rivalry, hostile):
    """Fill `hostile` (organisations,) with how hard rivals hit: hostility acted on x `help_of_residents` x (1 - sparing).

    An organisation that spares its rivals is spared by them.
    """
    acted_on = hostility_acted_on(switches, rivalry)
    for g in range(len(organisations)):
        hostile[g] = acted_on * help_of_residents(organisations[g], rivalry[0]) * (1.0 - organisations[g].sparing)


@inlined
def _fight_rivals(organisations, presence, stays, luck, hostile, rivalry):
    """Kill fighters where the core's bloc and others share countries (multilateral Lanchester); return the number of dead.

    Loss of g = rate x `hostile`_g x sum over hostile h of fighters_h x skill_h x overlap_gh, times F / (F + band), at most
    a fifth of F; overlap_gh = sum over countries of presence_g x presence_h, at most 1.
    """
    p = rivalry
    count = len(organisations)
    overlap = np.zeros((count, count))
    for stay in stays:
        for h in range(count):
            overlap[stay.organisation, h] += stay.share * presence[h, stay.country]
    fire, strength, in_bloc = np.zeros(count), np.zeros(count), np.zeros(count, dtype=np.bool_)
    for h in range(count):
        other = organisations[h]
        strength[h] = (other.local_fighters + other.foreign_fighters) * other.skill * (1.0 - other.sparing)
        in_bloc[h] = other.present and other.camp == 0
    for g in range(count):
        for h in range(count):
            if organisations[h].present and in_bloc[h] != in_bloc[g]:
                fire[g] += min(1.0, overlap[g, h]) * strength[h]
    killed = 0.0
    for g in range(count):
        o = organisations[g]
        fighters = o.local_fighters + o.foreign_fighters
        rate = min(p.most_lost, p.rate * hostile[g] * fire[g] / max(fighters + p.band, 1.0))  # a guard
        dead = kill(o, rate, luck[g].rivals_local, luck[g].rivals_foreign)
        o.killed += dead
        o.killed_by[RIVALS] = dead
        killed += dead
    return killed


@compiled
def fight(organisations, countries, stays, presence, luck, reports, switches, accuracy, attrition, rivalry):
    """Estimate accuracy, then let states, strikes and rivals kill fighters, and attacks soldiers; return fighters killed.

    reports: what diasporas tell.
    """
    _estimate_accuracy(organisations, countries, stays, reports, switches[0], accuracy[0])
    killed = _kill_fighters(organisations, countries, stays, luck, attrition[0])
    _lose_soldiers(organisations, countries, stays, attrition[0])
    if hostility_acted_on(switches, rivalry) > 0.0:
        hostile = np.empty(len(organisations))
        hostility(organisations, switches, rivalry, hostile)
        killed += _fight_rivals(organisations, presence, stays, luck, hostile, rivalry[0])
    return killed


@compiled
def any_extinct(organisations):
    """Whether an organisation other than the core has no fighters left."""
    for g in range(len(organisations)):
        o = organisations[g]
        if g != CORE and o.present and o.local_fighters + o.foreign_fighters < 1.0:
            return True
    return False
