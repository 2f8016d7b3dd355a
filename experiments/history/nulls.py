"""Null models: forecasts without this model. A forecast that does not beat them has no value.

Persistence: as last reported. Trend: the straight line through the last three reports. For which countries see fighting:
those that did the year before, or a logistic regression on population and political stability.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from experiments.history.target import Target
from model.scenario.schema import Scenario

Floats = npt.NDArray[np.float64]
TREND_REPORTS = 3
RIDGE = 1.0  # of standardised coefficients: with three positives anything less runs away
LEAST_SHARE = 0.001  # of Sunnis: what a country without any counts as, so that its logarithm is finite
NEWTON_STEPS = 50


def earlier(target: Target, reports: Mapping[str, Target], origin: date | None = None) -> list[Target]:
    """Return reports of the same measure before the target and, with `origin`, before that date; oldest first."""
    measure, limit = target.measure.text, target.date if origin is None else min(origin, target.date)
    same = [each for each in reports.values() if each.date < limit and each.measure.text == measure]
    return sorted(same, key=lambda each: each.date)


def persistence(target: Target, reports: Sequence[Target]) -> float | None:
    """Return the last report on the target's scale, None where there is none."""
    return reports[-1].observed if reports else None


def trend(target: Target, reports: Sequence[Target]) -> float | None:
    """Return the least-squares line through the last three reports at the target's date; None with fewer than two."""
    last = reports[-TREND_REPORTS:]
    if len({each.date for each in last}) < 2:
        return None
    days = np.array([each.date.toordinal() for each in last], dtype=float)
    slope, level = np.polyfit(days - days[-1], [each.observed for each in last], 1)
    return float(level + slope * (target.date.toordinal() - days[-1]))


def covariates(scenario: Scenario) -> Floats:
    """Return logarithm of Sunni population and political stability of each country, standardised, (countries, 2)."""
    rows = [(np.log(each.population * max(each.sunni_share, LEAST_SHARE)), each.political_stability)
            for each in scenario.governments.values()]  # fmt: skip
    table = np.array(rows, dtype=float)
    return np.asarray((table - table.mean(axis=0)) / table.std(axis=0))


def logistic(features: Floats, truth: npt.ArrayLike) -> Floats:
    """Return fitted probabilities (n,) of a ridge-penalised logistic regression of truth (n,) on features (n, k)."""
    basis, wanted = np.column_stack([np.ones(len(features)), features]), np.asarray(truth, dtype=float)
    penalty = np.diag([0.0] + [RIDGE] * features.shape[1])
    coefficients = np.zeros(basis.shape[1])
    for _ in range(NEWTON_STEPS):
        chances = 1 / (1 + np.exp(-np.clip(basis @ coefficients, -30, 30)))
        slope = basis.T @ (wanted - chances) - penalty @ coefficients
        curvature = basis.T @ (basis * (chances * (1 - chances))[:, None]) + penalty + 1e-9 * np.eye(len(penalty))
        step = np.linalg.solve(curvature, slope)
        coefficients = coefficients + step
        if np.abs(step).max() < 1e-9:
            break
    return np.asarray(1 / (1 + np.exp(-np.clip(basis @ coefficients, -30, 30))))
