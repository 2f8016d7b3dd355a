"""Null models of deaths by unit and month: forecasts without any model, from months before the start only.

    conflictology     the unit's last twelve months, each as often (resampled)
    last_observation  the unit's last month
    zero              none
    base_rate         the last twelve months of all units: the same for each
    trend             the straight line through the unit's last twelve months, at least 0
    lag_logistic      chance of an event by logistic regression on deaths of the year before, population, stability

The first five give draws, as many as the model's, so that the ignorance score compares like with like. The last one gives
chances only. What needs twelve months (`lag_logistic`: twice as many) is left out where there are fewer.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.history import nulls
from experiments.history.scores import Floats

YEAR = 12


@dataclass(frozen=True)
class History:
    """Deaths before the start, oldest first, (months, units)."""

    before: Floats
    draws: int

    @classmethod
    def of(cls, counts: pd.DataFrame, start: int, draws: int) -> "History":
        """Return months before `start` of a table of counts, with months as index."""
        return cls(counts[counts.index < start].to_numpy(dtype=float), draws)

    @property
    def last(self) -> Floats:
        """The last twelve months, (12, units)."""
        return np.asarray(self.before[-YEAR:])

    def samples(self, ahead: int) -> dict[str, Floats]:
        """Return draws of each null model for the month so many after the last known, (units, draws)."""
        units, size = self.before.shape[1], self.draws
        found = {"zero": np.zeros((units, size))}
        if len(self.before):
            found["last_observation"] = np.repeat(self.before[-1][:, None], size, axis=1)
        if len(self.before) < YEAR:
            return found
        turns = np.resize(np.arange(YEAR), size)
        pooled = np.quantile(self.last.ravel(), (np.arange(size) + 0.5) / size, method="nearest")
        found["conflictology"] = self.last[turns].T
        found["base_rate"] = np.repeat(pooled[None, :], units, axis=0)
        found["trend"] = np.repeat(self._line(ahead)[:, None], size, axis=1)
        return found

    def _line(self, ahead: int) -> Floats:
        slope, level = np.polyfit(np.arange(YEAR), self.last, 1)
        return np.asarray(np.maximum(0.0, np.rint(level + slope * (YEAR - 1 + ahead))))

    def month_chances(self, covariates: Floats, least: float) -> Floats | None:
        """Return each unit's chance of `least` deaths or more in a month by `lag_logistic`; None with too few months.

        Learnt from each of the last twelve months, given deaths in the year before that month.
        """
        if len(self.before) < 2 * YEAR:
            return None
        months = range(len(self.before) - YEAR, len(self.before))
        lags = [np.log1p(self.before[month - YEAR : month].sum(axis=0)) for month in months]
        features = np.concatenate([np.column_stack([covariates, lag]) for lag in lags])
        truth = np.concatenate([self.before[month] >= least for month in months])
        now = np.column_stack([covariates, np.log1p(self.last.sum(axis=0))])
        return nulls.logistic(features, truth, now)

    def year_chances(self, covariates: Floats, least: float) -> dict[str, Floats]:
        """Return each unit's chance of `least` deaths or more in a year: as in the last, base rate, `lag_logistic`."""
        if len(self.before) < YEAR:
            return {}
        fought = self.last.sum(axis=0) >= least
        found = {"last_year": fought.astype(float), "base_rate": np.full(len(fought), fought.mean())}
        ends = range(len(self.before), YEAR, -YEAR)
        pairs = [
            (self.before[end - 2 * YEAR : end - YEAR], self.before[end - YEAR : end]) for end in ends if end >= 2 * YEAR
        ]
        if pairs:
            features = np.concatenate([np.column_stack([covariates, np.log1p(each.sum(axis=0))]) for each, _ in pairs])
            truth = np.concatenate([each.sum(axis=0) >= least for _, each in pairs])
            now = np.column_stack([covariates, np.log1p(self.last.sum(axis=0))])
            found["lag_logistic"] = nulls.logistic(features, truth, now)
        return found
