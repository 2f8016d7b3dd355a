"""From runs to forecasts: of a reported figure, and of curves at coming dates.

A forecast is a sample: every run of every member of the ensemble, shifted by what is carried of its misfit before
(`discrepancy.py`), with what that leaves open and the report's own error as an even spread of quantiles. So parameters,
chance, misfit and error are all in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from experiments.history.discrepancy import YEAR, Carried, Span, carried, known_reports
from experiments.history.scores import LEVELS, interval
from experiments.history.target import Curve, Target
from experiments.points.ensemble import Ensemble

Floats = npt.NDArray[np.float64]
NOISES = 40  # values of misfit and error a run: the middles of as many equal parts of a normal distribution
FORECAST_COLUMNS = ("forecast", "title", "unit", "date", "low90", "low50", "median", "high50", "high90")


@dataclass(frozen=True)
class Known:
    """What is known when a forecast is made: the ensemble, with its last day, and reports up to then."""

    ensemble: Ensemble
    reports: tuple[Target, ...]
    start: date  # of the runs

    def misfit(self, curve: Curve, day: date) -> tuple[Carried, list[Target]]:
        """Return what is carried into a day, and from which reports; for a day that is known, the declared discrepancy."""
        spread, until = curve.discrepancy * self.ensemble.factor, self.ensemble.known_until
        if day <= until or not curve.measure.is_curve:
            years = max(0.0, (day - until).days / YEAR)
            return Carried(np.zeros(0), spread**2 * (1 + years)), []
        found = known_reports(curve, day, self.reports, until)
        return carried(spread, day, found, Span(self.start, until)), found

    def forecast(self, curve: Curve, day: date, values: Floats, runs: Floats | None, error: float) -> Floats:
        """Return the sample of a report at `day` whose own variance is `error`, on the curve's scale, (runs x NOISES,).

        `values` (runs,) in the unit; `runs` (runs, weeks): the curve of each, where there is one. Counts are not below 0.
        """
        misfit, reports = self.misfit(curve, day)
        scaled = np.array([curve.scaled(float(value)) for value in values])
        if reports and runs is not None:
            missed = [
                report.observed - np.array([curve.scaled(float(value)) for value in self.at(runs, report.date)])
                for report in reports
            ]
            scaled = scaled + misfit.shift(np.stack(missed, axis=1))
        noise = ndtri((np.arange(NOISES)[:, None] + 0.5) / NOISES) * np.sqrt(misfit.variance + error)
        sample = (scaled + noise).ravel()
        signed = curve.scale == "log" or curve.measure.signed
        return np.asarray(sample if signed else np.maximum(sample, 0.0))

    def at(self, runs: Floats, day: date) -> Floats:
        """Return the values of curves (runs, weeks) in the week nearest to a date, (runs,)."""
        week = round((day - self.start).days / 7)
        return np.asarray(runs[:, min(max(0, week), runs.shape[1] - 1)])


def outlook(
    known: Known, curves: Mapping[str, Curve], runs: Mapping[str, Floats], days: Sequence[date]
) -> pd.DataFrame:
    """Return a row a curve and day (`FORECAST_COLUMNS`), in the curve's unit.

    `runs`: text of the measure -> (runs, weeks). Intervals are of what a report would say: its usual error is in them.
    """
    rows = []
    for name, curve in curves.items():
        own = runs[curve.measure.text]
        for day in days:
            sample = known.forecast(curve, day, known.at(own, day), own, curve.error**2)
            unscaled = np.exp(sample) if curve.scale == "log" else sample
            (low50, high50), (low90, high90) = (interval(unscaled, level) for level in LEVELS)
            row = (name, curve.title, curve.unit, day, low90, low50, float(np.median(unscaled)), high50, high90)
            rows.append(dict(zip(FORECAST_COLUMNS, row, strict=True)))
    return pd.DataFrame(rows, columns=list(FORECAST_COLUMNS))


def half_years(after: date, last: date) -> list[date]:
    """Return the ends of half-years later than `after`, up to `last`."""
    ends = [date(year, month, day) for year in range(after.year, last.year + 1) for month, day in ((6, 30), (12, 31))]
    return [end for end in ends if after < end <= last]


def years_ahead(known_until: date, last: date) -> list[int]:
    """Return the calendar years after `known_until` that end by `last`, or within the week of it."""
    return [
        year for year in range(known_until.year + 1, last.year + 1) if date(year, 12, 31) <= last + timedelta(days=6)
    ]
