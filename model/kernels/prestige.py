"""The core's standing."""

from model.kernels.compiled import CORE, PROVINCE, compiled
from model.kernels.forms import within
from model.kernels.violence import bloc_attacks


@compiled
def update_prestige(organisations, countries, level, headlines, tarnish, before, core_alive, switches, prestige):
    """Return level of prestige, headlines, tarnish and the people held a quarter ago, after a week.

    News of attacks adds to headlines, large attacks against the core's wishes to tarnish; both fade. Prestige p gains from
    relative growth in people held, and, times 1 - p, from size, provinces, news and reprisals; it loses by tarnish and
    forgetting. A core that is no more has no news, and its prestige only fades. before: people held a quarter ago, smoothed.
    """
    p, on = prestige[0], switches[0]
    regional, abroad, _, rogue = bloc_attacks(organisations)
    news = p.headline_attack * (abroad + p.regional_news * regional) if core_alive else 0.0
    headlines += news * (1.0 - min(1.0, headlines)) - p.headline_fading * headlines
    tarnish += p.tarnish_attack * rogue * max(0.0, 1.0 - tarnish) - p.tarnish_fading * tarnish
    held = organisations[CORE].people_held if core_alive else 0.0
    change = (held - before) / max(held, before, p.momentum_people)
    provinces = reprisals = 0.0
    for o in organisations:
        provinces += o.status == PROVINCE
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
