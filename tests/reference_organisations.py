"""What the compiled mechanisms of organisations do, in NumPy on the fields of a state: their reference in the tests."""

import numpy as np
from scipy.stats import poisson

from model.mechanisms.scale import hostility, logistic, whole
from model.state import CHANNELS, CORE, TERMS


def members(state):
    return state.provinces | state.pledged


def counts(uniforms, rates):
    """Poisson numbers by inversion, with the convention that 0 is expected where the rate is 0."""
    return np.where(rates > 0, poisson.ppf(uniforms, np.maximum(rates, 1e-300)), 0.0)


def there(state):
    """Fighters by where organisations are (organisations, countries)."""
    return state.presence * state.fighters[:, None]


def exchange(state):
    p, luck = state.parameters.communication, state.luck
    _renew_envoys(state)
    near = np.exp(-state.distances() / p.distance_km)
    personal = state.envoys / (state.envoys + p.half_envoys) * near
    known = state.brokers / (state.brokers + p.half_brokers) * near[CORE]
    ties = ((1 - p.broker_share) * personal[CORE] + p.broker_share * known) * (1 - p.interdiction * state.sever)
    channel = p.media_orders * state.media * (1 - state.suppression)
    state.direct[:] = personal
    state.direct[CORE] = state.direct[:, CORE] = 1 - (1 - ties) * (1 - channel)
    relays, best = state.provinces.copy(), state.direct[CORE].copy()
    relays[CORE], best[CORE] = True, 1.0
    for _ in state.names:
        best = np.maximum(best, (best[relays, None] * state.direct[relays]).max(axis=0))
    state.quality[:] = np.where(best >= p.least_quality, best, 0.0)
    taken = p.media_suppression * state.sever.max() * (1 - state.suppression) * (state.camp == 0)
    state.suppression += taken - p.media_adaptation * state.suppression
    state.sent[:] = np.where(members(state), np.floor(state.traffic + luck["communication_sent"]), 0.0)
    reached = luck["communication_delivered"] < 1 - (1 - state.quality) ** state.sent
    expected = np.maximum(1.0, np.rint(state.sent * state.quality))
    state.delivered[:] = np.where(reached, np.minimum(state.sent, expected), 0.0)
    state.silence[:] = np.where(members(state) & ~reached, state.silence + 1, 0.0)
    state.exposure *= 1 - p.exposure_fading
    watching = ("strike_core", "strike_provinces", "sever_links", "train_partners")
    collection = p.collection * min(1.0, sum(float(state.effort[lever][0]) for lever in watching))
    caught = luck["communication_intercepted"] < 1 - np.exp(-p.interception * state.sent * collection)
    state.intercepted[:] = np.where(caught, np.minimum(1.0, state.sent), 0.0)
    gain = min(1.0, state.parameters.links.exposure * p.exposure_gain)
    state.carried[:] = 0.0
    state.carried[:, CHANNELS.index("exposure")] = caught * gain * (1 - state.exposure)
    state.exposure += caught * gain * (1 - state.exposure)
    state.exposure[CORE] += gain * caught.mean() * (1 - state.exposure[CORE])


def _renew_envoys(state):
    p, luck, member = state.parameters.communication, state.luck, members(state)
    gains = "foreign_fighters.envoys" in state.on and state.core_alive
    state.envoys[CORE] *= 1 - np.minimum(1.0, p.envoy_decay + p.sever_envoys * state.sever)
    if gains:
        abroad = state.foreign_fighters[CORE]
        come = p.envoy_gain * state.prestige * abroad / (abroad + p.envoy_fighters)
        state.envoys[CORE] += come * (1 - p.interdiction * state.sever) * member
    kept = (1 - p.broker_loss) * (1 - p.sever_brokers * state.sever)
    kept *= 1 - p.strike_brokers * state.command_strikes * state.accuracy
    state.brokers -= np.minimum(state.brokers, whole((1 - kept) * state.brokers, luck["brokers_lost"]))
    wanted = np.minimum(5.0, np.floor(state.envoys[CORE] / p.envoys_per_broker + 0.5))
    found = (luck["brokers_found"] < p.broker_gain * (1 - state.sever)) & member & gains
    state.brokers += found & (state.brokers < wanted)
    state.envoys[CORE, CORE] = 0.0
    state.envoys[:, CORE] = state.envoys[CORE]


def update_alignment(state):
    p, member = state.parameters.alignment, state.provinces
    reached = state.delivered > 0
    trust = np.where(reached, p.trust_recovery * (1 - state.trust), -p.trust_loss * state.trust)
    state.trust += np.where(member, trust, 0.0)
    strength = state.fighters / (state.fighters + p.strong_fighters)
    pull = p.delivery * state.trust * (p.target - state.alignment)
    slip = p.drift * (1 + p.autonomy * strength) * (state.alignment - state.own_alignment)
    state.alignment += np.where(member, np.where(reached, pull, -slip), 0.0)
    np.clip(state.alignment, 0, 1, out=state.alignment)
    state.alignment[CORE] = 1.0
    followed = np.where(member, state.alignment, 0.0)
    brutality = (1 - followed) * state.own_brutality + followed * state.own_brutality[CORE]
    outsiders = p.outsiders * state.foreign_fighters / np.maximum(state.fighters, 1.0)
    state.brutality[:] = np.minimum(1.0, (brutality + outsiders * (1 - brutality)) * state.harshness)
    wanted = state.activity[CORE] + state.directive
    wanted = wanted / wanted.sum(axis=1, keepdims=True)
    mix = (1 - followed)[:, None] * state.own_activity + followed[:, None] * wanted
    state.activity[1:] = mix[1:]
    state.directive *= 1 - p.directive_fading


def carry(state):
    p, member, fighters = state.parameters.links, state.provinces, state.fighters
    heard, follows = member & (state.delivered > 0), state.alignment
    held, before = float(state.people_held[CORE]), state.people_before
    loss = max(0.0, -(held - before) / max(held, before, state.parameters.prestige.momentum_people))
    pressed = loss / (loss + p.pressed)
    state.guidance[:] = 1 - min(1.0, p.fighters) * (1 - state.quality)
    taught = np.where(heard, state.taught + p.learning * (p.skill * state.quality - state.taught),
                      (1 - p.unlearning) * state.taught)  # fmt: skip
    state.skill[:] = np.clip(state.skill + taught - state.taught, 0, 10)
    state.taught[:] = taught
    for field, aim in (
        (state.surge, p.coordination * pressed * follows),
        (state.urged, p.orders * p.escalation * follows),
    ):
        field[:] = np.where(heard, field + p.response * (aim - field), (1 - p.fading) * field)
    room = np.where(state.urged > 0, 1 - state.brutality, state.brutality)
    state.brutality += state.urged * room
    state.drive[:] = np.clip(state.own_drive * (1 + state.urged + state.surge), 0, 2)
    for channel, field in (("skill", state.taught), ("coordination", state.surge), ("orders", state.urged)):
        state.carried[member, CHANNELS.index(channel)] = field[member]
    helping = state.surge * fighters * member
    state.relief[CORE] = helping.sum() / (fighters[CORE] + fighters[member].sum())
    busy = p.tied_soldiers * (helping @ state.presence)
    busy = busy + busy @ state.theatre.border_shares
    state.distraction[:] = np.minimum(1.0, busy / np.maximum(state.forces * state.effectiveness, 1.0))


def quarrels(state):
    p, member = state.parameters.links, state.provinces & state.present
    backing = min(1.0, state.prestige / p.cohesion_prestige) * state.trust
    state.carried[member, CHANNELS.index("cohesion")] = p.cohesion * p.split_hazard * backing[member]
    large = state.fighters >= state.parameters.splintering.least_fighters
    return member & large & (state.luck["quarrel"] < p.cohesion * p.split_hazard * (1 - backing))


def draw_decisions(state):
    p, q, member, luck = state.parameters.pledging, state.parameters.splintering, members(state), state.luck
    near = np.exp(-state.distances() / p.contagion_km)
    near[:, ~state.present] = near[:, CORE] = 0.0
    np.fill_diagonal(near, 0.0)
    near /= np.maximum(near.sum(axis=1, keepdims=True), 1e-12)
    rich = state.treasury[CORE] / (state.treasury[CORE] + p.half_treasury)
    received = state.aid_received / (state.aid_received + p.half_aid)
    believed = np.where(member, 1 - p.silent_label * (1 - state.trust), 1.0)
    expected = state.strikes[member].mean() if member.any() else p.expected_strikes * state.strikes[CORE]
    terms = {
        "conviction": p.conviction * state.conviction * state.prestige * believed,
        "aid": p.need * state.need * np.where(state.provinces, received, rich * state.quality),
        "ambition": p.ambition * state.ambition * (1 - p.split_cost * (1 - state.prestige)),
        "contagion": p.contagion * (near @ member),
        "protection": p.protection * np.where(member, state.quality, 0.0),
        "rival_hub": -p.rival_hub * np.where(state.hub >= 0, state.hub_tie * state.hub_prestige[state.hub], 0.0),
        "strikes": -p.strikes * np.where(member, state.strikes, expected),
        "local_cost": -p.local_cost * state.anti_foreign[state.home_country],
        "refusal": -p.refusal * state.refused,
    }
    state.appeal[:] = np.stack([terms[name] for name in TERMS], axis=1)
    state.utility[:] = state.appeal.sum(axis=1)
    short = p.threshold - p.loyalty - state.utility + p.silence * (state.silence > 0)
    moved = state.discontent + (short - state.discontent) / p.patience
    state.discontent[:] = np.where(state.provinces, moved, short)
    province = state.provinces & state.present
    free = state.present & ~province & ~state.pledged
    free[CORE] = False
    lead = np.maximum(0.0, state.prestige - state.hub_prestige[state.hub])
    cheap = 1 - q.cost * (1 - state.prestige)
    leave = q.hazard * lead * cheap * (q.unambitious + (1 - q.unambitious) * state.ambition)
    refuse = p.refusal_hazard * np.where(state.hub_tie > p.firm_tie, 1.0, p.untied_refusal)
    refuse = refuse * logistic((p.threshold - state.utility) / p.steepness - p.refusal_margin)
    strength = state.fighters / np.maximum(state.fighters + state.fighters[CORE], 1.0)
    alone = p.secession_worth * 2 * strength * (1 - state.alignment)
    secede = p.secession_hazard * strength * logistic((alone + state.discontent) / p.steepness)
    chosen = np.zeros(state.organisations, dtype=int)
    chosen[free & (state.hub >= 0) & (state.fighters >= q.least_fighters) & (luck["splinter"] < leave)] = 5
    chosen[free & ~state.refused & (luck["refuse"] < refuse)] = 2
    join = p.hazard * state.success[CORE] * logistic((state.utility - p.threshold) / p.steepness)
    chosen[free & (luck["pledge"] < join)] = 1
    chosen[province & (luck["defect"] < p.hazard * logistic(state.discontent / p.steepness))] = 3
    chosen[province & (luck["secede"] < secede)] = 4
    return chosen


def attack(state):
    p, luck, presence = state.parameters.violence, state.luck, state.presence
    strength = state.fighters / 1000 * state.skill * (1 + state.surge) * state.present
    base = np.array([p.rate_state, p.rate_sectarian, p.rate_regional, p.rate_international])
    rates = strength[:, None] * base * state.activity[:, :4]
    rates[:, 0] *= state.tempo
    rates[:, 1] *= presence @ state.theatre.mixture
    around = np.maximum(there(state).sum(axis=0), 1.0)
    rates[:, 1] += p.echo * (there(state) @ (state.reprisals / around))
    rates[:, 3] += p.backfire * state.strikes * np.where(state.camp == 0, strength, 0.0)
    outsiders = state.foreign_fighters / np.maximum(state.fighters, 1.0)
    able = p.abroad_alone + (p.abroad_most - p.abroad_alone) * state.quality * state.provinces * outsiders
    able[CORE] = 1.0
    rates[:, 3] *= able
    state.attacks[:] = counts(luck["attacks"], rates)
    state.attacks[CORE, 3] += state.plots
    chance = state.parameters.diaspora.reports * state.reports
    caught = np.minimum(state.attacks[:, 3], whole(chance * state.attacks[:, 3], luck["stopped"]))
    state.attacks[:, 3] -= caught
    state.stopped = float(caught.sum())
    count = state.attacks.sum(axis=1)
    below = np.clip(luck["severity"], 1e-9, 1 - 1e-9) ** (1 / np.maximum(count, 1.0))
    largest = np.where(count > 0, np.minimum(p.least_deaths * (1 - below) ** (-1 / 1.5), p.most_deaths), 0.0)
    state.deaths[:] = np.rint(np.maximum(count - 1, 0.0) * p.least_deaths * 2 + largest)
    rogue = state.provinces & (largest >= p.large_attack) & (luck["sanction"] > state.alignment)
    state.unsanctioned[:] = rogue + state.staged
    state.staged[:] = 0.0
    bloc = state.camp == 0
    state.attacks_in[:] = ((state.attacks[:, 0] + state.attacks[:, 1]) * bloc) @ presence
    state.attacks_in += ((state.attacks[:, 2] * bloc) @ presence) @ state.theatre.border_shares
    state.sectarian_heat += state.attacks[:, 1] @ presence - p.cooling * state.sectarian_heat
    rates = p.branching * p.cooling * state.sectarian_heat
    state.reprisals[:] = counts(state.luck_of_countries["reprisals"], rates)


def fight(state):
    p, q = state.parameters.accuracy, state.parameters.attrition
    tips = np.where(state.people_held > 0, state.informers / np.maximum(state.people_held, 1.0), 1.0)
    own = state.presence @ (state.state_accuracy + state.training)
    mu = p.base + p.tips * tips + p.interception * state.exposure + p.diaspora * state.reports + own
    state.accuracy[:] = np.clip(mu, 0, 0.95)
    ready = state.forces * state.effectiveness * state.mobilisation / np.maximum(there(state).sum(axis=0), 1.0)
    state.engaged[:] = there(state) @ np.minimum(ready, q.commitment)
    fighters, people = state.fighters, state.people_held + q.crowd
    hidden = q.hidden * state.concealment * state.activity[:, 4] / 0.25
    seen = state.accuracy * fighters / np.maximum(fighters + hidden, 1e-9)
    losses = q.ground * state.engaged * (seen + (1 - state.accuracy) * fighters / people)
    by_strikes = q.strikes * state.strikes * fighters * (0.5 + state.accuracy) / state.concealment
    losses += by_strikes
    state.killed[:] = 0.0
    _kill(state, np.minimum(losses / np.maximum(fighters, 1.0), 0.5), "killed")
    state.killed_by[:, 0] = state.killed * by_strikes / np.where(losses > 0, losses, 1.0)
    state.killed_by[:, 1] = state.killed - state.killed_by[:, 0]
    lost_leaders = q.leaders * state.leader_strikes * state.accuracy
    state.skill += q.leaders_recovery * (state.full_skill + state.taught - state.skill) - lost_leaders * state.skill
    lost = np.minimum(state.forces, np.floor(q.soldiers * (state.attacks[:, 0] @ state.presence)))
    recovered = np.floor(q.rebuilding * (state.full_forces - state.forces))
    state.forces += np.maximum(recovered, 0.0) - lost
    bloc = (state.camp == 0) & state.present
    overlap = np.minimum(1.0, state.presence @ state.presence.T) * (bloc[:, None] ^ bloc[None, :])
    fire = overlap @ (state.fighters * state.skill * state.present * (1 - state.sparing))
    rate = state.parameters.rivalry.rate * hostility(state) * fire
    _kill(state, np.minimum(0.2, rate / np.maximum(state.fighters + state.parameters.rivalry.band, 1.0)), "rivals")
    state.killed_by[:, 2] = state.killed - state.killed_by[:, :2].sum(axis=1)


def _kill(state, rate, purpose):
    for field, who in ((state.local_fighters, "local"), (state.foreign_fighters, "foreign")):
        dead = np.minimum(field, whole(rate * field, state.luck[f"{purpose}_{who}"]))
        field -= dead
        state.killed += dead


def balance(state):
    p, luck = state.parameters.resources, state.luck
    rate, wages = np.full(state.organisations, p.province_tax), np.full(state.organisations, p.province_wage)
    rate[CORE], wages[CORE] = p.core_tax, p.core_wage + p.core_upkeep
    local = np.floor(p.local_income * (1 - state.need) * state.fighters)
    local[CORE] = 0.0
    state.revenue[:] = np.floor(rate * state.people_held * state.activity[:, 4] / 0.25) + local
    oil = p.oil * min(1.0, state.people_held[CORE] / p.oil_people) * (1 - p.oil_strikes * state.strikes[CORE])
    state.revenue[CORE] += np.floor(oil) + np.floor(p.donations * state.prestige * state.core_alive)
    state.treasury += state.revenue
    due = np.floor(wages * state.fighters)
    paid = np.minimum(state.treasury, due)
    state.treasury -= paid
    state.treasury -= np.minimum(state.treasury, np.floor(p.governing_cost * state.people_held * state.activity[:, 4]))
    unpaid = state.unpaid[:] = np.where(due > 0, 1 - paid / np.maximum(due, 1.0), 0.0)
    for field, who in ((state.local_fighters, "local"), (state.foreign_fighters, "foreign")):
        field -= np.minimum(field, whole(p.desertion * unpaid * field, luck[f"desert_{who}"]))
    rows = np.arange(state.organisations)
    most = p.most_fighters * state.skill * (state.people_held + p.home_people * state.people[state.home]) + 1.0
    secret = p.secret_recruiting * state.fighters * state.support[rows, state.home]
    room = np.maximum(0.0, 1 - state.local_fighters / most)
    willing = (1 + state.renown) * state.success * (1 - p.unpaid_recruits * unpaid) * state.present
    state.recruited[:] = whole((p.recruitment * state.supporters + secret) * room * willing, luck["recruits"])
    state.local_fighters += state.recruited
