"""What a week's rows of a run's tables say of organisations and countries; columns by the names in `model/record.py`."""

from model.kernels.arguments import Sums
from model.kernels.attrition import RIVALS
from model.kernels.compiled import CORE, PROVINCE, compiled, inlined
from model.kernels.links import COHESION, EXPOSURE, FIGHTERS, MEDIA, MONEY, NAME, ORDERS, RETREAT, SKILL


@inlined
def _sum_up_states(countries, rows, r):
    """Fill the columns of states: reprisals, those that joined the coalition, displaced people (of `rows`), mean legitimacy.

    Legitimacy is weighted by the threat that they perceive if there is any.
    """
    threat = threatened = everywhere = displaced = 0.0
    for n in range(len(countries)):
        state = countries[n]
        threat += state.threat
        threatened += state.legitimacy * state.threat
        everywhere += state.legitimacy
        r.reprisals += state.reprisals
        r.coalition += state.coalition
        displaced += rows[n].displaced
    r.displaced = displaced
    r.legitimacy = threatened / threat if threat > 0.0 else everywhere / len(countries)


@inlined
def _sum_up(organisations, row):
    """Fill the columns of the week's `row` that are sums or means over organisations.

    The bloc's attacks, deaths; what provinces hold, their mean alignment and silence.
    """
    r, core = row, organisations[CORE]
    r.people_core, r.area_core, r.treasury_core = core.people_held, core.area_held, core.treasury
    r.fighters_core = core.local_fighters + core.foreign_fighters
    for o in organisations:
        r.messages_sent += o.sent
        r.messages_delivered += o.delivered
        r.messages_intercepted += o.intercepted
        r.attacks_unsanctioned += o.unsanctioned
        if o.camp == 0:
            r.attacks_state += o.attacks[0]
            r.attacks_sectarian += o.attacks[1]
            r.attacks_regional += o.attacks[2]
            r.attacks_international += o.attacks[3]
            r.deaths += o.deaths
        if o.status == PROVINCE and o.present:
            r.provinces += 1.0
            r.people_provinces += o.people_held
            r.area_provinces += o.area_held
            r.fighters_provinces += o.local_fighters + o.foreign_fighters
            r.alignment += o.alignment
            r.silence += o.silence
    r.alignment /= max(1.0, r.provinces)  # a guard
    r.silence /= max(1.0, r.provinces)  # a guard


@inlined
def _sum_cohort(organisations, row):
    """Fill the columns of the cohort, whatever its members are to the core now, and of the core's money."""
    for o in organisations:
        if o.cohort:
            row.cohort_people += o.people_held
            row.cohort_area += o.area_held
            row.cohort_fighters += o.local_fighters + o.foreign_fighters
            row.cohort_attacks += o.attacks[0] + o.attacks[1] + o.attacks[2] + o.attacks[3]
    row.revenue_core, row.unpaid_core = organisations[CORE].revenue, organisations[CORE].unpaid


@inlined
def _sum_links(organisations, row):
    """Fill the columns of the week's `row` that say what links carried."""
    row.link_coordination = organisations[CORE].relief
    for o in organisations:
        row.link_skill += o.carried[SKILL]
        row.link_cohesion += o.carried[COHESION]
        row.link_money += o.carried[MONEY]
        row.link_fighters += o.carried[FIGHTERS]
        row.link_media += o.carried[MEDIA]
        row.link_orders += o.carried[ORDERS]
        row.link_exposure += o.carried[EXPOSURE]
        row.link_retreat += o.carried[RETREAT]
        row.link_name += o.carried[NAME]


@inlined
def _describe_organisations(organisations, envoys, rows):
    """Fill the week's rows (organisations,): each organisation's fields, its likeness to the core and its shift of effort.

    Status, stance and, of provinces, loyalty are codes; -1 is none.
    Over activities: likeness = 1 - the sum of |effort - the core's| / 2, shift = that of |effort - of its own accord| / 2.
    """
    core = organisations[CORE]
    for g in range(len(organisations)):
        o, r = organisations[g], rows[g]
        r.status, r.stance = o.status if o.present else -1.0, o.stance if o.present else -1.0
        r.loyalty = o.loyalty if o.present and o.status == PROVINCE else -1.0
        r.fighters, r.foreign_fighters = o.local_fighters + o.foreign_fighters, o.foreign_fighters
        r.people, r.area_km2, r.supporters = o.people_held, o.area_held, o.supporters
        r.alignment, r.brutality, r.utility, r.accuracy = o.alignment, o.brutality, o.utility, o.accuracy
        r.silence, r.link_quality, r.envoys = o.silence, o.quality, envoys[CORE, g]
        r.treasury, r.aid_received, r.strikes = o.treasury, o.aid_received, o.strikes
        r.arrivals, r.recruits, r.unsanctioned = o.arrived, o.recruited, o.unsanctioned
        r.revenue, r.unpaid = o.revenue, o.unpaid
        r.attacks_state, r.attacks_sectarian = o.attacks[0], o.attacks[1]
        r.attacks_regional, r.attacks_international = o.attacks[2], o.attacks[3]
        r.attacks = o.attacks[0] + o.attacks[1] + o.attacks[2] + o.attacks[3]
        unlike = shift = 0.0
        for k in range(len(o.activity)):
            unlike += abs(o.activity[k] - core.activity[k])
            shift += abs(o.activity[k] - o.own_activity[k])
        r.likeness, r.shift = 1.0 - unlike / 2.0, shift / 2.0


@inlined
def _sum_of_whole(numbers):
    """Sum of whole numbers, which is exact in any order: in four parts that a processor adds up side by side."""
    a = b = c = d = 0.0
    for k in range(0, len(numbers) - 3, 4):
        a += numbers[k]
        b += numbers[k + 1]
        c += numbers[k + 2]
        d += numbers[k + 3]
    for k in range(len(numbers) // 4 * 4, len(numbers)):
        a += numbers[k]
    return a + b + c + d


@inlined
def _describe_countries(organisations, countries, held, hosted, rows):
    """Fill the week's rows (countries,): people held by the bloc, and each country's fields.

    hosted (origin, host): displaced people.
    """
    for n in range(len(countries)):
        state, r = countries[n], rows[n]
        r.attacks, r.threat, r.reprisals, r.forces = state.attacks_in, state.threat, state.reprisals, state.forces
        r.legitimacy, r.minority_legitimacy = state.legitimacy, state.minority_legitimacy
        r.displaced, r.displaced_total = _sum_of_whole(hosted[n]), hosted[n, n] + state.displaced_before
        r.travelled, r.border_control = state.travelled, state.border_control
    for g in range(len(organisations)):
        if organisations[g].camp == 0:
            for n in range(len(countries)):
                rows[n].people_bloc += held[g, n]


@compiled
def count_dead(organisations, dead, in_bloc, waiting):
    """Fill the week's `dead` (4, organisations): victims of attacks on states, of sectarian and of regional ones, fighters.

    Victims = deaths x share of its attacks of a kind (attacks abroad are off the map); fighters killed, but by rivals.
    Fills `in_bloc` (organisations,), and adds victims of attacks on states and fighters to `waiting` (organisations,).
    """
    for g in range(len(organisations)):
        o = organisations[g]
        attacks = o.attacks[0] + o.attacks[1] + o.attacks[2] + o.attacks[3]
        for kind in range(3):
            dead[kind, g] = o.deaths / max(attacks, 1.0) * o.attacks[kind]  # a guard
        dead[3, g] = o.killed - o.killed_by[RIVALS]
        in_bloc[g] = o.camp == 0
        waiting[g] += dead[0, g] + dead[3, g]


@inlined
def _payoff(people, fighters, start):
    """(people / the core's at the start + fighters / the core's at the start) / 2: 1 is what the core began with."""
    return (people / start[0] + fighters / start[1]) / 2.0


@inlined
def _describe_towns(cells, where, level, rows):
    """Fill the week's rows (towns, 3): control by the core, by its bloc, by all groups; return how many the bloc holds."""
    control, bloc, total, held = cells.control[CORE], cells.camp_control[0], cells.total, 0
    for k in range(len(where)):
        i = where[k]
        rows[k, 0], rows[k, 1], rows[k, 2] = control[i], bloc[i], total[i]
        held += bloc[i] > level
    return held


@compiled
def write_rows(
    organisations, countries, cells, recorded, sums, start, row, organisation_rows, country_rows, towns
):  # fmt: skip
    """Write the week's `row` (1,) of series, and those of organisations, countries and towns, which must be 0 before.

    start: people and fighters of the core at the start; towns: their cells, the control at which one is held, their rows.
    """
    sums, r = Sums(*sums), row[0]  # a plain tuple is handed over faster
    where, level, town_rows = towns
    r.towns_core = _describe_towns(cells, where, level, town_rows)
    _sum_up(organisations, r)
    _sum_cohort(organisations, r)
    _sum_links(organisations, r)
    _describe_organisations(organisations, recorded.envoys, organisation_rows)
    _describe_countries(organisations, countries, recorded.held, recorded.hosted, country_rows)
    _sum_up_states(countries, country_rows, r)
    organisation_rows[CORE].prestige = sums.prestige
    r.prestige, r.core_alive, r.foreign_inflow = sums.prestige, sums.core_alive, sums.arrived
    r.attacks_stopped, r.effort_spent = sums.stopped, sums.effort_spent
    diaspora_risk, provocation, outside_effort = recorded.diaspora_risk, recorded.provocation, recorded.outside_effort
    for a in range(len(provocation)):
        r.diaspora_risk += diaspora_risk[a]
        r.outside_pressure += provocation[a] * outside_effort[a]
    r.ink_spots = sums.ink_spots
    r.largest_share = sums.largest_spot / sums.spot_area if sums.spot_area > 0.0 else 0.0
    r.payoff_core = _payoff(r.people_core, r.fighters_core, start)
    r.payoff_provinces = _payoff(r.people_provinces, r.fighters_provinces, start)
    r.payoff_joint = r.payoff_core + r.payoff_provinces
