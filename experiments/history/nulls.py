"""Null models: forecasts without this model. A forecast that does not beat them has no value.

Persistence: as last reported. Trend: the straight line through the last three reports. For which countries see fighting:
those that did the year before, all with the base rate, or a logistic regression on population, political stability and the
year before (`lag_features`).
"""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from experiments.history.target import Target
from model.scenario.schema import Scenario

Floats = npt.NDArray[np.float64]
TREND_REPORTS = 3
RIDGE = 1.0  # of standardised coefficients: with three positives anything less runs away
LEAST_SHARE = 0.001  # of Sunnis: what a country without any counts as, so that its logarithm is finite


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
    return standardised(np.array(rows, dtype=float))


def standardised(table: Floats) -> Floats:
    """Return columns less their mean over their standard deviation; a column of one value is 0."""
    return np.asarray((table - table.mean(axis=0)) / np.where(table.std(axis=0) > 0, table.std(axis=0), 1.0))


def logistic(features: Floats, truth: npt.ArrayLike, ahead: Floats | None = None) -> Floats:
    """Return probabilities (m,) of a ridge-penalised logistic regression of truth (n,) on features (n, k).

    Of the same features, or of those `ahead` (m, k). Where all are true or none, it is the share with one of each added.
    """
    wanted, asked = np.asarray(truth, dtype=bool), features if ahead is None else ahead
    if wanted.all() or not wanted.any():
        return np.full(len(asked), (wanted.sum() + 1) / (len(wanted) + 2))
    fitted = LogisticRegression(C=1 / RIDGE, tol=1e-9, max_iter=1000).fit(features, wanted)
    return np.asarray(fitted.predict_proba(asked)[:, 1])


def lag_features(scenario: Scenario, fought: npt.ArrayLike) -> Floats:
    """Return `covariates` and whether each country saw fighting the year before, (countries, 3)."""
    return np.column_stack([covariates(scenario), np.asarray(fought, dtype=float)])
