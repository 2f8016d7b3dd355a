"""What allies see of provinces, learn from it, and how far they take countries on; belongs to `agents/ally.py`."""

import math

from model.kernels.compiled import CORE, compiled


@compiled
def strength_of_provinces(organisations, people_root, strength):
    """Fill `strength` (countries,): sums over provinces of sqrt(fighters) + sqrt(people held) / people_root."""
    strength[:] = 0.0
    for g in range(len(organisations)):
        o = organisations[g]
        if g != CORE and o.present and o.camp == 0:
            fighters = o.local_fighters + o.foreign_fighters
            strength[o.home_country] += math.sqrt(fighters) + math.sqrt(o.people_held) / people_root


@compiled
def learn(there, error, rows, belief, allied, expected):
    """Let allies see `there` (countries,) times an `error` (looking, countries); fill `expected`, the same, from belief.

    belief x += learning (seen - x); expected = belief x (1 + growth_weight x growth), growth = (seen - x) / x within limits.
    rows (looking,): of those allies in `belief` (allies, countries).
    """
    p = allied[0]
    for k in range(len(rows)):
        for n in range(len(there)):
            seen, before = there[n] * error[k, n], belief[rows[k], n]
            growth = (seen - before) / max(before, 1.0)
            growth = min(max(growth, p.growth_least), p.growth_most)
            now = before + p.learning * (seen - before)
            belief[rows[k], n] = now
            expected[k, n] = now * max(0.0, 1.0 + p.growth_weight * growth)


@compiled
def weigh_countries(expected, kin, covered, rows, bases, taken_on, based, allied, chosen):
    """Fill `chosen` (looking, countries): how far allies take countries on, by what each is worth to them.

    Worth = expected x reach x (1 + kinship x kin) x (1 + persistence x taken on) x (1 - yielding x covered by others). The
    best counts as 1, and those under `least_worth` of it as 0; what is taken on moves there by `shift`. expected, kin,
    covered are (looking, countries); rows (looking,): of those allies in `bases`, `taken_on` (allies, countries).
    """
    p = allied[0]
    for k in range(len(rows)):
        best = 0.0
        for n in range(chosen.shape[1]):
            reach = p.long_range + (1.0 - p.long_range) * bases[rows[k], n] if based else 1.0
            before = taken_on[rows[k], n]
            worth = expected[k, n] * reach * (1.0 + p.kinship * kin[k, n]) * (1.0 + p.persistence * before)
            chosen[k, n] = worth * (1.0 - p.yielding * covered[k, n])
            best = max(best, chosen[k, n])
        for n in range(chosen.shape[1]):
            worth, before = chosen[k, n], taken_on[rows[k], n]
            wanted = worth / best if best > 0.0 and worth >= p.least_worth * best else 0.0
            chosen[k, n] = before + p.shift * (wanted - before) if best > 0.0 else before
