"""How provinces deal with the core, by their discontent."""

from model.kernels.compiled import shared

OBEY, BARGAIN, HEDGE = 0, 1, 2  # Loyalty of model/state/axes.py


@shared
def leverage(fighters, core):
    """Strength of a province against the core: F / (F + the core's fighters)."""
    return fighters / max(fighters + core, 1.0)  # a guard


@shared
def loyalty_at(discontent, now, strength, loyalty):
    """Obey while staying is worth enough; bargain, if strong enough, then hedge, as it gets worth less.

    A level is harder to come to, and to come back from, by `inertia`. strength: see `leverage`.
    """
    if discontent >= loyalty.hedge_from + (-loyalty.inertia if now >= HEDGE else loyalty.inertia):
        return HEDGE
    if discontent >= loyalty.bargain_from + (-loyalty.inertia if now >= BARGAIN else loyalty.inertia):
        return BARGAIN if strength >= loyalty.leverage else OBEY
    return OBEY
