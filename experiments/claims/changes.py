"""What would change a verdict: rival findings, parameters that separate draws by their sign, draws with the other sign."""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import stdtr

from experiments.claims.arms import rival_words
from experiments.claims.claim import Claim
from experiments.claims.judge import DrawShare, Finding, Verdict
from experiments.claims.verdicts import overall
from experiments.measures.run_view import Floats, spearman
from experiments.measures.statistics import LEVEL, benjamini_hochberg
from experiments.points.draws import drawn, drawn_parameters
from experiments.points.ranges import LOG_RATIO

NAMED = 3  # parameters that are named at most
LEAST_DRAWS = 10  # with fewer, no parameter is named


def what_would_change(
    claim: Claim, findings: Sequence[Finding], rival_verdicts: Mapping[str, Verdict], draws: Sequence[DrawShare],
    source: str = "",
) -> list[str]:  # fmt: skip
    """Return sentences: under which conditions the verdict differs, or that none was found among those examined.

    `source`: what the draws are of, see `experiments/points/draws.py`.
    """
    stated = overall(findings)
    sentences = [
        f"With {name.replace('_', ' ')} ({rival_words(name)}) it is {verdict}."
        for name, verdict in rival_verdicts.items() if verdict != stated
    ]  # fmt: skip
    for finding, share in zip(findings, draws, strict=False):
        sentences += _of_draws(finding, share, len(findings) > 1, source)
    if sentences:
        return sentences
    count = len(rival_verdicts)
    looked = [f"{count} rival {'finding' if count == 1 else 'findings'}"] if count else []
    looked += (
        [f"{draws[0].count} {'members of the ensemble' if source else 'draws of the parameters'}"] if draws else []
    )
    return [f"None was found among {' and '.join(looked)}." if looked else
            "Neither rival findings nor draws were looked at: leave out --quick."]  # fmt: skip


def _of_draws(finding: Finding, share: DrawShare, several: bool, source: str) -> list[str]:
    """Sentences on the draws of one outcome in which the sign does not hold."""
    measured = share.count - share.failed
    if not measured or share.holds == measured:
        return []
    of_what = f" ({finding.name})" if several else ""
    sentences = [
        f"{name} counts{of_what}: the sign holds in {low[0]} of {low[1]} draws in the lower half of its range, "
        f"in {high[0]} of {high[1]} in the upper."
        for name, low, high in separating(share, source)
    ]
    if sentences or not share.reversed_:
        return sentences
    return [f"The sign is reversed in {share.reversed_} of {measured} draws{of_what}; no single parameter explains it."]


def separating(share: DrawShare, source: str = "") -> list[tuple[str, tuple[int, int], tuple[int, int]]]:
    """Return the parameters that separate draws by their statistic: name, (holds, draws) in either half of the range.

    Spearman's correlation of each parameter with the statistic over the draws, tested by Student's t and adjusted for the
    number of parameters (Benjamini and Hochberg), so that noise is not named; the three strongest at most.
    """
    known = np.isfinite(share.statistics)
    if known.sum() < LEAST_DRAWS:
        return []
    points = [drawn(draw, source) for draw in np.flatnonzero(known)]
    names = list(drawn_parameters(source))
    columns = {name: np.array([point[name] for point in points]) for name in names}
    statistic, holds = share.statistics[known], np.array([sign == "holds" for sign in share.signs])[known]
    correlations = np.array([spearman(columns[name], statistic) for name in names])
    adjusted = benjamini_hochberg(_p_of(correlations, len(points)))
    order = np.argsort(-np.abs(np.nan_to_num(correlations)), kind="stable")
    found = []
    for position in order[:NAMED]:
        if adjusted[position] < 1 - LEVEL:
            upper = columns[names[position]] > _middle(names[position])
            halves = [(int(holds[half].sum()), int(half.sum())) for half in (~upper, upper)]
            found.append((names[position], halves[0], halves[1]))
    return [each for each in found if _differ(*each[1:])]


def _p_of(correlations: Floats, n: int) -> Floats:
    """Two-sided p-values of rank correlations by Student's t with n - 2 degrees of freedom."""
    t = correlations * np.sqrt((n - 2) / np.maximum(1e-12, 1 - correlations**2))
    p: Floats = 2 * stdtr(n - 2, -np.abs(t))
    return p


def _middle(name: str) -> float:
    low, high = drawn_parameters()[name]
    return float(np.sqrt(low * high)) if low > 0 and high >= LOG_RATIO * low else (low + high) / 2


def _differ(low: tuple[int, int], high: tuple[int, int]) -> bool:
    """Whether the sign holds in clearly different shares of both halves, by a fifth or more."""
    shares = [holds / count if count else float("nan") for holds, count in (low, high)]
    return bool(abs(shares[0] - shares[1]) >= 0.2)
