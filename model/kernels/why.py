"""For the why-log: what an organisation loses its land to, and whether a week has news to tell."""

import numpy as np

from model.kernels.attrition import hostility
from model.kernels.compiled import PROVINCE, compiled, inlined
from model.kernels.territory import group_power, state_power

LARGE = 20_000.0  # people that a province must have held for its decline to be told
STATE, MILITIAS, COMMUNITIES, RESISTANCE, STRIKES, RIVALS, RESIDENTS, OWN_HOLD, SPREAD = range(9)


@compiled
def land_terms(
    cells, held, bloc, total, support, fear, people, reach, defence, grievance, country, countries, state_power, power,
    offensive, hostile, help, neighbours, flow, territory, terms,
):  # fmt: skip
    """Fill `terms` (9,) with what takes land from one organisation in `cells`, 1/week, in the mean by people and control.

    dC / C = growth (1 - T) [(1 - w) + w B - (2 - w) theta] - offensive - clash R + spread / C, with theta divided among the
    state's forces, militias, self-defence of communities and people's resistance, and clash R into rivals and the residents
    who help (or hinder) them, by a factor `help`. power: the organisation's; hostile: its rivals' hostility; held, bloc:
    control (cells,).
    """
    p = territory[0]
    terms[:] = 0.0
    weights = 0.0
    for i in cells:
        n, c = country[i], held[i]
        weight = people[i] * c + 1e-9
        pull = reach[i] * (1.0 - 0.5 * grievance[i])
        militia = countries[n].militia * pull
        resistance = p.resistance * (1.0 - support[i]) * (1.0 - support[i]) * (1.0 - fear[i])
        against = state_power[n] * pull + defence[i] + resistance
        both = max(power * (0.5 + support[i] + p.compliance * fear[i]) + against, 1e-12)
        room = p.growth * max(0.0, 1.0 - total[i])
        contested = weight * room * (2.0 - p.self_enforcement) / both
        clash = p.clash * hostile * max(0.0, total[i] - bloc[i])
        gained = 0.0
        for k in range(4):
            gained += flow[i, k] * (held[neighbours[i, k]] - c)
        terms[STATE] += contested * (state_power[n] * pull - militia)
        terms[MILITIAS] += contested * militia
        terms[COMMUNITIES] += contested * defence[i]
        terms[RESISTANCE] += contested * resistance
        terms[STRIKES] += weight * offensive[n]
        terms[RIVALS] += weight * clash / help
        terms[RESIDENTS] += weight * (clash - clash / help)
        terms[OWN_HOLD] -= weight * room * (1.0 - p.self_enforcement + p.self_enforcement * bloc[i])
        terms[SPREAD] -= weight * gained / max(c, 1e-3)
        weights += weight
    for k in range(len(terms)):
        terms[k] /= weights


@inlined
def _held(control, cells):
    """Those of the listed cells in which an organisation has control (cells,)."""
    held, count = np.empty(len(cells), dtype=np.uint32), 0
    for i in cells:
        if control[i] > 0.0:
            held[count] = i
            count += 1
    return held[:count]


@inlined
def _declines(o, most, level):
    """Whether a large province holds less than a share, `level`, of the most people that it ever held."""
    return o.status == PROVINCE and most > LARGE and o.people_held < level * most


@compiled
def lose_land(
    organisations, countries, most, declining, expelled, control, camp_control, total, active_cells, active_count, support,
    fear, people, reach, defence, grievance, country, country_people, offensive, neighbours, flow, acted_on, keep, territory,
    government, rivalry, lost,
):  # fmt: skip
    """Add `land_terms` of this week to `lost` (organisations, terms), zero unless it is declining; count expulsions.

    A share `keep` of earlier weeks is left. Declining are large provinces that hold less than a share `declining` of their
    `most` people, expelled those that hold less than `expelled`. acted_on: see `hostility`.
    """
    count, gone = len(organisations), 0
    power, hostile, against = np.empty(count), np.empty(count), np.empty(len(countries))
    group_power(organisations, territory, power)
    hostility(organisations, acted_on, rivalry, hostile)
    state_power(countries, country_people, government, against)
    terms = np.empty(SPREAD + 1)
    for g in range(count):
        o = organisations[g]
        if not _declines(o, most[g], declining):
            lost[g, :] = 0.0
            continue
        unwilling = o.informers / max(o.people_held, 1.0)
        land_terms(
            _held(control[g], active_cells[g, : active_count[g]]), control[g],
            control[g] if o.camp < 0 else camp_control[o.camp], total, support[g], fear[g], people, reach, defence,
            grievance, country, countries, against, power[g], offensive[g], hostile[g],
            1.0 + rivalry[0].residents * (2.0 * unwilling - 1.0), neighbours, flow, territory, terms,
        )  # fmt: skip
        for k in range(lost.shape[1]):
            lost[g, k] *= keep
        for k in range(len(terms)):
            lost[g, k] += terms[k]
        gone += _declines(o, most[g], expelled)
    return gone


@compiled
def find_news(organisations, countries, most, declining):
    """Bring `most` (organisations,), the most people that each ever held, up to date; say whether there is news.

    Returns whether a large province holds less than `declining` of its most, whether there were international attacks, and
    whether there was a wave of reprisals in a country.
    """
    decline = abroad = wave = False
    for g in range(len(organisations)):
        o = organisations[g]
        most[g] = max(most[g], o.people_held)
        decline = decline or _declines(o, most[g], declining)
        abroad = abroad or o.attacks[3] > 0.0
    for state in countries:
        wave = wave or state.reprisals >= 10.0
    return decline, abroad, wave
