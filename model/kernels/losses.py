"""What an organisation loses its land to: the terms of the territory equation, for the events that tell of it."""

from model.kernels.compiled import CORE, PROVINCE, compiled

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


@compiled
def notice(organisations, countries, most, declining):
    """Bring `most` (organisations,), the most people that each ever held, up to date; say whether there is news.

    Returns whether a large province holds less than `declining` of its most, whether there were international attacks, and
    whether there was a wave of reprisals in a country.
    """
    decline = abroad = wave = False
    for g in range(len(organisations)):
        o = organisations[g]
        most[g] = max(most[g], o.people_held)
        large = o.status == PROVINCE and most[g] > 20_000.0
        decline = decline or (large and o.people_held < declining * most[g])
        abroad = abroad or o.attacks[3] > 0.0
    for state in countries:
        wave = wave or state.reprisals >= 10.0
    return decline, abroad, wave


@compiled
def extinct(organisations):
    """Whether an organisation other than the core has no fighters left."""
    for g in range(len(organisations)):
        o = organisations[g]
        if g != CORE and o.present and o.local_fighters + o.foreign_fighters < 1.0:
            return True
    return False
