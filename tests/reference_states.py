"""What the compiled mechanisms of states, people, allies and the record do, in NumPy: their reference in the tests."""

import numpy as np
from reference_organisations import counts, there

from model.mechanisms.scale import hostility
from model.scenario.schema import LEVERS
from model.state import CHANNELS, CORE

COUNTRY_LEVERS = ("information", "train_partners", "governance_aid", "border_security", "militias")


def saturate(x):
    return 1 - np.exp(-x)


def dose(effort, half):
    return 1 - np.exp(-np.asarray(effort) * np.log(2.0) / half)


def govern(state):
    p, people = state.parameters.government, state.theatre.country_people
    attacks = state.attacks[:, 0] @ state.presence
    for level, raids, lost in (
        (state.threat, state.attacks_in, state.held[state.camp == 0].sum(axis=0)),
        (state.unrest, attacks, state.held.sum(axis=0)),
    ):
        alarm = saturate(p.alarm_attacks * raids + p.alarm_territory * lost / people)
        speed = p.attention * np.where(alarm > level, 1.0, p.complacency)
        if level is state.threat:
            state.alarm_from_attacks += speed * (p.alarm_attacks * raids - state.alarm_from_attacks)
            state.alarm_from_land += speed * (p.alarm_territory * lost / people - state.alarm_from_land)
        level += speed * (alarm - level)
    _, training, _, borders, militias = state.doses
    state.training += p.training_gain * training * (p.training_most - state.training) - p.training_loss * state.training
    wanted = saturate(p.answer_travellers * state.passing + p.answer_attacks * state.attacks_in)
    wanted *= np.minimum(1.0, state.own_effectiveness)
    speed = p.answer_speed * np.where(wanted > state.border_answer, 1.0, p.complacency)
    state.border_answer += speed * (wanted - state.border_answer)
    open_share = (1 - state.own_border_control) * (1 - p.border_gain * borders) * (1 - state.border_answer)
    state.border_control[:] = 1 - open_share
    gap = 1 / (1 + state.effectiveness * 1000 * state.forces / people / p.militia_gap)
    state.militia += p.militia_gain * (p.militia_most * militias * gap - state.militia)
    base, turn = p.base_mobilisation, np.arange(len(people)) % 4 == state.week % 4
    busy = turn & ((state.unrest > 0.01) | (state.threat > 0.01) | (state.mobilisation > base + 0.01))
    wanted = base + (1 - base) * np.minimum(1.0, 2 * state.unrest)
    hard = state.own_posture + p.hardening * state.unrest * (1 - state.own_posture)
    chance = 1 - (1 - p.joining * state.threat) ** 4
    joining = busy & ~state.coalition & (state.luck_of_countries["coalition"] < chance)
    state.mobilisation += busy * (1 - (1 - p.mobilising) ** 4) * (wanted - state.mobilisation)
    state.posture += busy * (1 - (1 - p.posture_speed) ** 4) * (hard - state.posture)
    return joining


def portions(state, wanted, reach):
    """How each ally shares out the effort that it may use where it likes (allies, countries)."""
    efforts, equally = state.ally_effort, np.tile(wanted / max(wanted.sum(), 1e-12), (len(reach), 1))
    if state.scenario.policy.division != "divided":
        return equally
    mine = state.taken_on.copy()
    if "allied.choice" not in state.on:
        mine[:], load = 0.0, np.zeros(len(efforts))
        for country in np.argsort(-wanted, kind="stable"):
            if wanted[country] > 0:
                owner = np.argmax(efforts * reach[:, country] / (load + wanted[country]))
                load[owner] += wanted[country]
                mine[owner, country] = 1.0
    weight = wanted * mine
    total = weight.sum(axis=1, keepdims=True)
    return np.where(total > 0, weight / np.maximum(total, 1e-300), equally)


def stakes_by_country(state):
    """Where free effort goes, and what is meant for the core: (countries,) each."""
    bloc = state.camp == 0
    stakes = np.sqrt(state.held[bloc].sum(axis=0))
    stakes += np.bincount(state.home_country[bloc], np.sqrt(state.fighters[bloc]), len(stakes))
    share, theatre = stakes / stakes.sum(), state.theatre
    cells = [theatre.nearest_cell(seat.lat, seat.lon) for seat in state.scenario.core.headquarters]
    own = np.isin(np.arange(len(share)), [*theatre.country[cells], state.home_country[CORE]])
    wanted = np.where(own | (share <= state.parameters.allied.least_stake), 0.0, share)
    wanted = wanted if wanted.sum() else share
    return wanted / wanted.sum(), own * share / max((own * share).sum(), 1e-12)


def _cut(state, efforts):
    """Doses of severing: links are cut where the policy says, else by their envoys and brokers."""
    p, homes, countries = state.parameters, state.home_country, len(state.countries)
    ties = state.envoys[CORE] + p.communication.envoys_per_broker * state.brokers
    linked = state.present & (state.envoys[CORE] + state.brokers > 0) & (np.arange(state.organisations) > 0)
    weight, sever = ties * linked, LEVERS.index("sever_links")
    in_country = np.bincount(homes, weight, countries)[homes]
    effort = efforts.free[sever].sum() * weight / max(weight.sum(), 1e-12)
    effort += efforts.at_countries[sever].sum(axis=0)[homes] * weight / np.maximum(in_country, 1e-12)
    effort += efforts.at_organisations[sever].sum(axis=0) * linked
    state.sever[:] = dose(effort * p.communication.links_at_once, p.half_effort.sever_links)


def _struck(state, effort):
    """Doses of strikes from the effort that arrives at each organisation."""
    p, half = state.parameters, state.parameters.half_effort
    size = np.maximum(state.fighters, p.allied.least_fighters) / p.allied.reference_fighters
    struck = np.where(state.present, dose(effort, half.strikes * size**p.allied.size_power), 0.0)
    aim = state.scenario.policy.strike_targeting
    state.leader_strikes[:] = struck if aim == "leaders" else 0.0
    state.command_strikes[:] = struck if aim != "fighters" else 0.0
    state.strikes[:] = struck if aim == "fighters" else struck * p.attrition.leaders_spill
    outside = state.provocation @ state.outside_effort + p.allied.member_effort * state.coalition.sum()
    state.strikes[CORE] = 1 - (1 - state.strikes[CORE]) * (1 - dose((1 - state.relief[CORE]) * outside, half.strikes))


def spend(state, efforts):
    p, half, row = state.parameters, state.parameters.half_effort, LEVERS.index
    state.effort_spent = float(efforts.total.sum())
    for column, lever in enumerate(LEVERS):
        state.effort[lever] = efforts.total[column]
    abroad = state.attacks[state.camp == 0, 3].sum()
    threat = state.ally_threat.copy()
    state.ally_threat += (1 - threat) * saturate(p.allied.alarm * abroad) - p.allied.calming * threat
    near = [[iso3 in ally.neighbours for iso3 in state.countries] for ally in state.scenario.allies.values()]
    homes, countries = state.home_country, len(state.countries)

    def aimed(lever):
        """What is meant for organisations, by ally and home country, the core's left out."""
        at = efforts.at_organisations[row(lever)][:, 1:]
        return np.array([np.bincount(homes[1:], each, countries) for each in at])

    work = efforts.free[row("basing")].sum() + efforts.at_countries[row("basing")].sum(axis=0)
    built = state.bases + dose(work + aimed("basing").sum(axis=0), half.basing) / p.allied.base_delay
    state.bases[:] = np.where(near, np.minimum(1.0, built), state.bases)
    if efforts.free[row("strike_provinces")].any() or efforts.at_countries[row("strike_provinces")].any():
        _attend(state)
    reach = p.allied.long_range + (1 - p.allied.long_range) * state.bases
    kept = 1 - p.allied.coordination_loss if state.scenario.policy.division == "divided" else 1.0

    def arrived(lever, portion):
        placed = efforts.at_countries[row(lever)]
        return ((efforts.free[row(lever)][:, None] * portion + placed) * reach).sum(axis=0) * kept

    attention = np.bincount(homes, state.attention, countries)
    effort = arrived("strike_provinces", portions(state, attention, reach))[homes] * state.attention
    effort /= np.maximum(attention[homes], 1e-12)
    effort += (efforts.at_organisations[row("strike_provinces")] * reach[:, homes]).sum(axis=0) * kept
    acting = state.surge * state.fighters * state.provinces
    drawn = state.relief[CORE] * acting / max(acting.sum(), 1e-12)
    drawn[CORE] = 1 - state.relief[CORE]
    effort += drawn * (efforts.free[row("strike_core")] @ reach[:, homes])
    _struck(state, effort)
    _cut(state, efforts)
    wanted, own = stakes_by_country(state)
    size = (state.theatre.country_people / p.allied.reference_people) ** p.allied.size_power
    for rank, lever in enumerate(COUNTRY_LEVERS):
        there = arrived(lever, portions(state, wanted, reach)) + (aimed(lever) * reach).sum(axis=0) * kept
        there += (np.outer(efforts.at_organisations[row(lever)][:, CORE], own) * reach).sum(axis=0) * kept
        state.doses[rank] = dose(there * p.allied.countries_at_once / size, getattr(half, lever))
    state.diaspora_dose = float(dose(efforts.total[row("diaspora")], half.diaspora))


def _attend(state):
    p, member = state.parameters.allied, state.provinces
    candidates = state.present & (member | (~state.refused & (state.conviction >= p.emulation)))
    candidates[CORE] = False
    label = np.where(member, 1.0, (1 - p.salience) * min(1.0, p.confusion * p.observation_noise))
    luck = np.clip(state.luck["observation"], 1e-6, 1 - 1e-6)
    observed = np.sqrt(state.fighters) + np.sqrt(state.people_held) / p.people_root
    observed *= (luck / (1 - luck)) ** (0.55 * p.observation_noise)
    if state.scenario.policy.allocation == "adaptive":
        seen = np.where(state.people_seen < 0, state.people_held, state.people_seen)
        growth = (state.people_held - seen) / np.maximum(seen, p.growth_people)
        observed *= 1 + p.growth_weight * np.clip(growth, p.growth_least, p.growth_most)
        state.people_seen[:] = seen + (state.people_held - seen) / p.growth_weeks
    if state.scenario.policy.allocation == "fixed":
        observed = np.ones_like(observed)
    weight = label * candidates * observed
    state.attention[:] = weight / weight.sum()


def powers(state):
    """Power of organisations and of states, per 1,000 people."""
    p, q = state.parameters.territory, state.parameters.government
    ground = (state.activity[:, 0] + state.activity[:, 4]) / 0.8
    levy = 1 + q.concentration * (state.mobilisation - q.base_mobilisation) / (1 - q.base_mobilisation)
    soldiers = 1000 * state.forces * state.effectiveness * levy / state.theatre.country_people
    return 1000 * state.fighters * state.skill * ground / (state.people_held + p.district), soldiers + state.militia


def flow(state):
    p, theatre = state.parameters.territory, state.theatre
    gate = p.border_permeability * (1 - state.border_control)
    fronts = state.choices["territory.form"] == "pressure"
    rates = p.speed * theatre.closeness if fronts else p.diffusion * theatre.conductance
    limit = np.minimum(gate[theatre.country[:, None]], gate[theatre.country[theatre.neighbours]])
    strange = np.abs(theatre.constituency[:, None] - theatre.constituency[theatre.neighbours])
    return np.where(theatre.crosses, rates * limit, rates) * np.maximum(0.0, 1 - p.kinship * strange)


def update(state):
    p, q, theatre = state.parameters.attitudes, state.parameters.attrition, state.theatre
    country, control, dislike = theatre.country, state.control, state.anti_foreign
    paid = state.treasury / (state.treasury + p.governing_funds)
    win = p.governance * state.activity[:, 4] / 0.25 * (0.5 + 0.5 * paid)
    news = p.propaganda * state.media * (1 - state.suppression)
    foreign = p.foreignness * state.foreign_fighters / np.maximum(state.fighters, 1.0)
    bonus = p.defender * state.reprisals / (state.reprisals + p.defender_reprisals)
    persuade = p.information * state.doses[0] * (p.information_floor + dislike) * (1 - p.messengers * dislike)
    recover = p.recovery * state.legitimacy * state.effectiveness
    gain = win[:, None] * control + news[:, None] + p.grievance * state.grievance
    gain += np.outer(state.camp == 0, bonus)[:, country]
    loss = p.backlash * (state.brutality**2)[:, None] * control + np.outer(foreign, dislike)[:, country]
    loss += persuade[country] + recover[country] * (1 - control)
    support = state.support + gain * (theatre.constituency - state.support) - loss * state.support
    fright = p.fear * state.brutality[:, None] * control
    fear = state.fear + fright * (1 - state.fear) - p.fear_decay * state.fear
    state.support[:] = np.where(state.is_active, support, state.support)
    state.fear[:] = np.where(state.is_active, fear, state.fear)
    people, missed = state.people_held + q.crowd, 1 - state.accuracy
    area = state.engaged * q.ground * missed * (1 - np.minimum(1.0, state.fighters / people)) / people
    harm = q.collateral * (1000 * area + state.strikes * missed) * state.present
    due = harm @ state.presence + p.crackdown * state.posture * state.unrest
    state.grievance_due += due + p.reprisal * state.reprisals + p.militia * state.militia
    if state.week % 4 == 3:
        rise = np.minimum(0.5, state.grievance_due)[country]
        calming = np.minimum(1.0, 4 * p.calming * (1 + p.inclusion * state.doses[2]))[country]
        unheard = 1 - state.minority_legitimacy[country]
        state.base_grievance[:] = p.start_grievance * unheard * theatre.constituency
        state.grievance += rise * (1 - state.grievance) - calming * (state.grievance - state.base_grievance)
        state.grievance_due[:] = 0.0


def update_legitimacy(state):
    p, majority, minority = state.parameters.government, state.legitimacy, state.minority_legitimacy
    governed, tolerance = p.aid_legitimacy * state.doses[2], 1 - state.posture
    change = governed * (1 - majority)
    minority += governed * (1 - minority)
    change += state.threat * (p.rally * state.posture * (1 - majority) - p.strain * majority)
    hurt = p.alienation * state.posture * state.unrest
    hurt += p.unprotected * tolerance * saturate(p.alarm_attacks * state.sectarian_heat)
    minority += p.forgetting * tolerance * (majority - minority) - hurt * minority
    state.legitimacy[:] = np.clip(majority + change, 0.01, 1.0)
    state.minority_legitimacy[:] = np.clip(minority, 0.0, 1.0)


def update_diasporas(state):
    p, allies = state.parameters.diaspora, state.scenario.allies.values()
    living = np.array([[ally.diaspora.get(iso3, 0.0) for iso3 in state.countries] for ally in allies])
    policing = 1 - (1 - state.diaspora_dose) * (1 - p.vigilance * state.ally_threat)
    trust = state.diaspora_trust
    trust += p.reconciliation * (1 - trust) - p.alienation * policing**2 * trust
    reports, people, total = policing * trust, living.sum(axis=1), there(state).sum(axis=0)
    state.reports = float(reports @ people / people.sum())
    joined = there(state)[state.camp == 0].sum(axis=0) / np.maximum(total, 1.0)
    cause = p.rate * state.prestige * (living @ joined)
    others = p.rate * p.local_cause * (living @ np.where(total >= 1, 1 - joined, 0.0))
    state.diaspora_risk[:] = (cause + others) * (1 - p.reports * reports)
    state.plots = float(counts(state.draws("diaspora", len(people)), cause).sum())


def update_prestige(state):
    p, q, bloc, member = state.parameters.prestige, state.parameters.links, state.camp == 0, state.provinces
    claim = np.where(member & (state.delivered > 0), state.quality, 0.0)
    counting = np.where(np.arange(state.organisations) == CORE, 1.0, 1 - q.name + q.name * claim)
    counted, rogue = counting[:, None] * state.attacks, state.unsanctioned.sum()
    abroad, regional, attacks = counted[bloc, 3].sum(), counted[bloc, 2].sum(), state.attacks.sum(axis=1)
    state.carried[member, CHANNELS.index("name")] = (q.name * claim * attacks)[member]
    state.renown += p.headline_fading * (q.name * claim * attacks / (attacks + q.name_attacks) - state.renown)
    news = p.headline_attack * (abroad + p.regional_news * regional)
    state.headlines += news * (1 - min(1.0, state.headlines)) - p.headline_fading * state.headlines
    state.tarnish += p.tarnish_attack * rogue * max(0.0, 1 - state.tarnish) - p.tarnish_fading * state.tarnish
    held, room = float(state.people_held[CORE]), 1 - state.prestige
    change = (held - state.people_before) / max(held, state.people_before, p.momentum_people)
    state.people_before += (held - state.people_before) / p.memory
    gain = p.momentum * change / p.memory + room * p.size * held / (held + p.size_people)
    gain += room * p.affiliates * counting[member].sum() / 8 + room * p.headlines * news
    gain += (
        room * p.defender * min(1.0, state.reprisals.sum() / p.defender_reprisals) - p.tarnish * rogue * state.prestige
    )
    state.prestige = float(np.clip(state.prestige * (1 - p.forgetting) + gain, 0, 1))


def clash(state):
    """How hard rivals hit each organisation, (organisations,); checks that alliances scale it."""
    unwilling = np.where(state.people_held > 0, state.informers / np.maximum(state.people_held, 1.0), 0.5)
    openness = 0.0 if "rivalry.alliances" in state.on else state.parameters.rivalry.alliance_share
    acted_on = 1.0 - openness if "rivalry" in state.on else 0.0
    expected = acted_on * (1 + state.parameters.rivalry.residents * (2 * unwilling - 1)) * (1 - state.sparing)
    return expected, hostility(state)
