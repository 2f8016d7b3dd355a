"""The core's standing."""

from model.kernels.compiled import CORE, PROVINCE, compiled, inlined
from model.kernels.forms import within
from model.kernels.links import NAME
from model.kernels.violence import INTERNATIONAL, REGIONAL, bloc_attacks


@inlined
def _claim_attacks(organisations, passing, fading, links):
    """Return regional attacks, attacks abroad, and provinces that count for the core; move provinces' renown.

    A share `name` of what a province's attacks and its label are worth needs a claim, which passes by the quality of the
    link in a week with a message. Renown follows name x claim x attacks / (attacks + half), all kinds.
    """
    weight = links.name if passing else 0.0
    regional = abroad = provinces = 0.0
    for g in range(len(organisations)):
        o = organisations[g]
        member = o.status == PROVINCE
        claim = o.quality if member and o.delivered > 0.0 else 0.0
        counts = 1.0 if g == CORE else 1.0 - weight + weight * claim
        attacks = o.attacks[0] + o.attacks[1] + o.attacks[REGIONAL] + o.attacks[INTERNATIONAL]
        if o.camp == 0:
            regional += counts * o.attacks[REGIONAL]
            abroad += counts * o.attacks[INTERNATIONAL]
        if member:
            provinces += counts
            o.carried[NAME] = weight * claim * attacks
        o.renown += fading * (weight * claim * attacks / (attacks + links.name_attacks) - o.renown)
    return regional, abroad, provinces


@compiled
def update_prestige(
    organisations, countries, level, headlines, tarnish, before, core_alive, switches, prestige, links
):  # fmt: skip
    """Return level of prestige, headlines, tarnish and the people held a quarter ago, after a week.

    News of attacks, as far as claimed, adds to headlines, large attacks against the core's wishes to tarnish; both fade.
    Prestige p gains from relative growth in people held, and, times 1 - p, from size, provinces, news and reprisals; it
    loses by tarnish and forgetting. A core that is no more has no news, and its prestige only fades. before: people held a
    quarter ago, smoothed.
    """
    p, on = prestige[0], switches[0]
    _, _, rogue, _ = bloc_attacks(organisations)
    regional, abroad, provinces = _claim_attacks(organisations, on.links_name, p.headline_fading, links[0])
    news = p.headline_attack * (abroad + p.regional_news * regional) if core_alive else 0.0
    headlines += news * (1.0 - min(1.0, headlines)) - p.headline_fading * headlines
    tarnish += p.tarnish_attack * rogue * max(0.0, 1.0 - tarnish) - p.tarnish_fading * tarnish
    held = organisations[CORE].people_held if core_alive else 0.0
    change = (held - before) / max(held, before, p.momentum_people)
    reprisals = 0.0
    for state in countries:
        reprisals += state.reprisals
    gain = p.momentum * change / p.memory + p.size * held / (held + p.size_people) * (1.0 - level)
    affiliates, headline = p.affiliates if on.brand_affiliates else 0.0, p.headlines if on.brand_headlines else 0.0
    loss, defender = p.tarnish if on.brand_tarnish else 0.0, p.defender if on.sectarian_defender else 0.0
    gain += affiliates * provinces / 8.0 * (1.0 - level)  # stated for eight provinces: a unit, not an assumption
    gain += headline * news * (1.0 - level)
    gain -= loss * rogue * level
    gain += defender * min(1.0, reprisals / p.defender_reprisals) * (1.0 - level)
    gain = gain if core_alive else min(0.0, gain)
    now = within(level * (1.0 - p.forgetting) + gain, 0.0, 1.0)
    return now, headlines, tarnish, before + (held - before) / p.memory
