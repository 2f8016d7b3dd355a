"""In how many draws of the parameters the expected sign of an outcome shows."""

import numpy as np

from experiments.claims.claim import Claim, Outcome
from experiments.claims.judge import DrawShare, Floats, Sign, Values, direction, sides
from experiments.measures.run_view import spearman
from experiments.measures.statistics import ROUNDING


def share_of_draws(claim: Claim, outcome: Outcome, values: Values, second: Values | None = None) -> DrawShare:
    """Return in how many draws the expected sign shows; `values`: arm -> the measure in each draw, (draws,)."""
    statistics, sizes = _by_draw(claim, outcome, values, second)
    signs = tuple(_sign(outcome, float(d), float(size)) for d, size in zip(statistics, sizes, strict=True))
    return DrawShare(
        count=len(signs), holds=signs.count("holds"), reversed_=signs.count("reversed"), nothing=signs.count("nothing"),
        failed=signs.count("failed"), statistics=statistics, signs=signs,
    )  # fmt: skip


def _by_draw(claim: Claim, outcome: Outcome, values: Values, second: Values | None) -> tuple[Floats, Floats]:
    """Each draw's statistic, and the size of the values that it comes from, both (draws,)."""
    weights = claim.weights(outcome)
    table = np.array([values[arm] for arm in weights])
    size = np.abs(table).max(axis=0)
    if outcome.expected == "interior_maximum":
        return table[1:-1].max(axis=0) - np.maximum(table[0], table[-1]), size
    if outcome.expected == "trade_off":
        others = np.array([(second or {})[arm] for arm in weights])
        correlations = np.array([spearman(x, y) for x, y in zip(table.T, others.T, strict=True)])
        known = np.isfinite(table).all(axis=0) & np.isfinite(others).all(axis=0)
        return np.where(known, np.nan_to_num(correlations), np.nan), np.ones_like(size)
    plus, minus = sides(weights, values, outcome.against)
    return plus - minus, size


def _sign(outcome: Outcome, statistic: float, size: float) -> Sign:
    if not np.isfinite(statistic):
        return "failed"
    if outcome.expected == "equal":
        return "holds" if abs(statistic) <= (outcome.margin or 0.0) else "reversed"
    if abs(statistic) <= ROUNDING * size:
        return "nothing"
    return "holds" if statistic * direction(outcome) > 0 else "reversed"
