"""Links between the core and the groups, and the messages that pass through them."""

import math

import numpy as np

from model.kernels.compiled import CORE, PROVINCE, compiled, inlined
from model.kernels.forms import whole, within
from model.kernels.links import EXPOSURE

MOST_BROKERS = 5.0  # what "few" means


@compiled
def best_paths(direct, relays, source, quality):
    """Fill `quality` with the best product of link qualities over paths from `source` through relays (Bellman-Ford)."""
    nodes = direct.shape[0]
    quality[:], quality[source] = 0.0, 1.0
    improved = True
    while improved:
        improved = False
        for a in range(nodes):
            if quality[a] > 0.0 and relays[a]:
                for b in range(nodes):
                    through = quality[a] * direct[a, b]
                    if through > quality[b]:
                        quality[b] = through
                        improved = True


@inlined
def _brokers_of(envoys, communication):
    """Brokers that a link with so many envoys comes to have: one of each `envoys_per_broker`, five at most."""
    return min(MOST_BROKERS, np.floor(envoys / communication.envoys_per_broker + 0.5))


@compiled
def count_brokers(organisations, envoys, communication):
    """Fill the brokers of every link to the core with what its envoys come to have."""
    for g in range(len(organisations)):
        organisations[g].brokers = _brokers_of(envoys[CORE, g], communication[0])


@compiled
def renew_envoys(organisations, luck, envoys, prestige, gains, communication):
    """Envoys to the core decay, are cut off at the dose of severing, and come to members from its foreign fighters.

    Brokers are lost by chance at the rate 1 - (1 - loss)(1 - severing)(1 - strikes on command x accuracy), each rate times
    its dose, and are replaced one at a time, as many as there are envoys for. Returns how many were lost.
    """
    p = communication[0]
    abroad = organisations[CORE].foreign_fighters
    strength = prestige * abroad / (abroad + p.envoy_fighters) if gains else 0.0
    lost = 0.0
    for g in range(len(organisations)):
        o = organisations[g]
        member = o.status == PROVINCE or o.pledged
        envoys[CORE, g] *= 1.0 - within(p.envoy_decay + p.sever_envoys * o.sever, 0.0, 1.0)
        if member:
            envoys[CORE, g] += p.envoy_gain * strength * (1.0 - p.interdiction * o.sever)
        kept = (1.0 - p.broker_loss) * (1.0 - p.sever_brokers * o.sever)
        kept *= 1.0 - p.strike_brokers * o.command_strikes * o.accuracy
        gone = min(o.brokers, whole((1.0 - kept) * o.brokers, luck[g].brokers_lost))
        o.brokers -= gone
        lost += gone
        chance = p.broker_gain * (1.0 - o.sever)
        if member and gains and o.brokers < _brokers_of(envoys[CORE, g], p) and luck[g].brokers_found < chance:
            o.brokers += 1.0
    return lost


@inlined
def _personal(envoys, half):
    """Quality of ties by envoys: n / (n + half)."""
    return envoys / (envoys + half) if envoys > 0.0 else 0.0


@inlined
def _measure_links(organisations, envoys, nearness, direct, core_alive, communication):
    """Fill the qualities of direct links and of the best paths to the core; advance the suppression of media.

    Direct quality to the core is 1 - (1 - e)(1 - m): e = ((1 - s) n / (n + half) + s b / (b + half)) x nearness x (1 -
    interdiction x severing) by envoys n and brokers b, m = orders x media x (1 - suppression). Among groups it is n / (n +
    half) x nearness. A path worse than `least_quality` carries nothing. Takedowns add up: suppression += takedowns x the
    largest dose in the bloc x (1 - suppression) - return x suppression.
    """
    p = communication
    count = len(organisations)
    relays, quality = np.zeros(count, dtype=np.bool_), np.zeros(count)
    severed = 0.0
    envoys[CORE, CORE] = 0.0
    for g in range(count):
        o = organisations[g]
        envoys[g, CORE] = envoys[CORE, g]
        relays[g] = o.status == PROVINCE
        severed = max(severed, o.sever)
        for h in range(count):
            direct[g, h] = _personal(envoys[g, h], p.half_envoys) * nearness[g, h]
    relays[CORE] = core_alive
    for g in range(count):
        o = organisations[g]
        ties = (1.0 - p.broker_share) * direct[CORE, g] + p.broker_share * nearness[CORE, g] * (
            o.brokers / (o.brokers + p.half_brokers)
        )
        ties *= 1.0 - p.interdiction * o.sever
        channel = p.media_orders * o.media * (1.0 - o.suppression)
        direct[CORE, g] = direct[g, CORE] = 1.0 - (1.0 - ties) * (1.0 - channel)
    best_paths(direct, relays, CORE, quality)
    for g in range(count):
        o = organisations[g]
        o.quality = quality[g] if core_alive and quality[g] >= p.least_quality else 0.0
        taken = p.media_suppression * severed * (1.0 - o.suppression) if o.camp == 0 else 0.0
        o.suppression += taken - p.media_adaptation * o.suppression
    organisations[CORE].quality = 1.0


@inlined
def _deliver(organisations, core_alive, luck):
    """Send the week's messages to members; at least one of v arrives with probability 1 - (1 - q)^v; count silent weeks."""
    for g in range(len(organisations)):
        o = organisations[g]
        member = o.status == PROVINCE or o.pledged
        o.sent = np.floor(o.traffic + luck[g].communication_sent) if member and core_alive else 0.0
        reached = luck[g].communication_delivered < 1.0 - (1.0 - o.quality) ** o.sent
        o.delivered = min(o.sent, max(1.0, np.rint(o.sent * o.quality))) if reached else 0.0
        o.silence = o.silence + 1.0 if member and not reached else 0.0


@inlined
def _intercept(organisations, luck, watching, weight, communication):
    """Intercept traffic with probability 1 - exp(-eta v collection); what it gives away of both ends fades.

    `watching` is the allied effort on levers that come with intelligence, `weight` that of the channel.
    """
    p = communication
    collection = p.collection * min(1.0, watching)
    gain = min(1.0, weight * p.exposure_gain)
    caught = 0
    for g in range(len(organisations)):
        o = organisations[g]
        o.exposure *= 1.0 - p.exposure_fading
        o.intercepted = 0.0
        if luck[g].communication_intercepted < 1.0 - math.exp(-p.interception * o.sent * collection):
            o.intercepted = min(1.0, o.sent)
            o.carried[EXPOSURE] = gain * (1.0 - o.exposure)
            o.exposure += gain * (1.0 - o.exposure)
            caught += 1
    core = organisations[CORE]
    core.exposure += gain * (caught / len(organisations)) * (1.0 - core.exposure)


@compiled
def exchange(
    organisations, luck, envoys, nearness, direct, core_alive, effort, switches, communication, links
):  # fmt: skip
    """Measure links to the core, send and deliver the week's messages, intercept some of them.

    effort (1,): allied effort by lever, of which some come with intelligence.
    """
    spent = effort[0]
    watching = spent.strike_core + spent.strike_provinces + spent.sever_links + spent.train_partners
    _measure_links(organisations, envoys, nearness, direct, core_alive, communication[0])
    _deliver(organisations, core_alive, luck)
    q = links[0]
    weight = q.exposure if switches[0].links_exposure else 0.0
    watching = watching if switches[0].communication_interception else 0.0
    _intercept(organisations, luck, watching, weight, communication[0])
