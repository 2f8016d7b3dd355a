"""What people in cells think, where they go, and how many of them an organisation holds; over active cells."""

import math

import numpy as np

from model.kernels.attrition import collateral
from model.kernels.compiled import compiled, inlined
from model.kernels.states import AID, INFORMATION, raise_grievance


@compiled
def sway(
    organisations, countries, messages, control, support, fear, grievance, constituency, country, active_cells,
    active_count, attitudes,
):  # fmt: skip
    """Advance support x (at most the constituency share s) and fear y by one week where organisations are active, in place.

    With control c and grievance z of the cell, brutality b of the organisation, its activity of governing a, media m,
    foreign share of its fighters f, dislike of foreigners d, messages against it at dose u (countries,):
    dx = (governing a (1 + paid) / 2 c + propaganda m + resentment z + defender) (s - x)
         - (backlash b^2 c + foreignness f d + information u (floor + d)(1 - messengers d) + recovery (1 - c)) x
    dy = frighten b c (1 - y) - decay y
    """
    p = attitudes[0]
    disliked, defended, nobody = np.zeros(len(countries)), np.zeros(len(countries)), np.zeros(len(countries))
    persuasion, recovery = np.zeros(len(countries)), np.zeros(len(countries))
    for n in range(len(countries)):
        state = countries[n]
        dislike = state.anti_foreign
        persuasion[n] = p.information * messages[n] * (p.information_floor + dislike) * (1.0 - p.messengers * dislike)
        recovery[n] = p.recovery * state.legitimacy * state.effectiveness
        defended[n] = p.defender * (state.reprisals / (state.reprisals + p.defender_reprisals))
    resentment, decay = p.grievance, p.fear_decay
    for g in range(len(organisations)):
        if active_count[g] == 0:
            continue
        o = organisations[g]
        paid = o.treasury / (o.treasury + p.governing_funds)
        win = p.governance * (o.activity[4] / 0.25) * (0.5 + 0.5 * paid)
        propaganda = p.propaganda * o.media * (1.0 - o.suppression)
        backlash, frighten = p.backlash * (o.brutality * o.brutality), p.fear * o.brutality
        foreignness = p.foreignness * (o.foreign_fighters / max(o.local_fighters + o.foreign_fighters, 1.0))
        for n in range(len(countries)):
            disliked[n] = foreignness * countries[n].anti_foreign
        bonus = defended if o.camp == 0 else nobody
        for k in range(active_count[g]):
            i = active_cells[g, k]
            c, n = control[g, i], country[i]
            gain = win * c + propaganda + resentment * grievance[i] + bonus[n]
            loss = backlash * c + disliked[n] + persuasion[n] + recovery[n] * (1.0 - c)
            value = support[g, i]
            support[g, i] = value + gain * (constituency[i] - value) - loss * value
            value = fear[g, i]
            fear[g, i] = value + frighten * c * (1.0 - value) - decay * value


@inlined
def _grieve(countries, aid, country, constituency, grievance, base, weeks, attitudes):
    """Bring the grievance z of cells up to date after some weeks, z += rise (1 - z) - calming (z - base), in place.

    rise: the grievance that is due, which is then 0; calming: faster by `inclusion` where governance aid has its dose; base
    (cells,): what follows from minorities' trust where constituencies live.
    """
    p = attitudes
    for i in range(len(grievance)):
        state, dose = countries[country[i]], aid[country[i]]
        base[i] = p.start_grievance * (1.0 - state.minority_legitimacy) * constituency[i]
        calming = min(1.0, weeks * p.calming * (1.0 + p.inclusion * dose))
        x = grievance[i]
        grievance[i] = x + (min(0.5, state.grievance_due) * (1.0 - x) - calming * (x - base[i]))
    for state in countries:
        state.grievance_due = 0.0


@compiled
def change_minds(
    organisations, countries, stays, doses, control, support, fear, grievance, base_grievance, constituency, country,
    active_cells, active_count, weeks, postures, revenges, weights, attitudes, attrition,
):  # fmt: skip
    """Advance support and fear, then add to the grievance that is due: misdirected fire, crackdowns, revenge, militias.

    Where `weeks` is not 0, grievance in cells is brought up to date after so many. weights: the parameters with nothing for
    what is switched off; postures, revenges: switches.
    """
    sway(
        organisations, countries, doses[INFORMATION], control, support, fear, grievance, constituency, country,
        active_cells, active_count, weights,
    )  # fmt: skip
    harm = np.empty(len(countries))
    collateral(organisations, stays, attrition, harm)
    raise_grievance(countries, harm, postures, revenges, attitudes)
    if weeks > 0:
        _grieve(countries, doses[AID], country, constituency, grievance, base_grievance, weeks, attitudes[0])


@compiled
def tally(organisations, control, support, fear, people, area, country, active_cells, active_count, held):
    """Sum over cells what each organisation holds: people, km2, supporters, possible informers, people by country.

    Neighbouring cells mostly lie in one country: its sum, `here`, is put away where the next country begins.
    """
    held[:, :] = 0.0
    for g in range(control.shape[0]):
        population = surface = friends = tips = here = 0.0
        last = country[0]
        for i in active_cells[g, : active_count[g]]:
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
