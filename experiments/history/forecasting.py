"""From runs to forecasts: of a reported figure, of curves at coming dates, of which countries will see fighting.

A forecast is a sample: every run of every member of the ensemble, shifted by what is carried of its misfit before
(`discrepancy.py`), with what that leaves open and the report's own error as an even spread of quantiles. So parameters,
chance, misfit and error are all in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr, ndtri

from experiments.history.discrepancy import YEAR, Carried, Span, carried, known_reports
from experiments.history.scores import LEVELS, interval
from experiments.history.target import Curve, Target
from experiments.points.ensemble import Ensemble

Floats = npt.NDArray[np.float64]
NOISES = 40  # values of misfit and error a run: the middles of as many equal parts of a normal distribution
DEATHS = 25.0  # in a year that make a country one that sees fighting, as UCDP counts
LASTING, YEARLY = 1.5, 1.0  # discrepancy of a country's deaths (of their logarithm): that stays, that is new each year
BIASES = 41  # values of the discrepancy that stays
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


def outlook(known: Known, curves: Mapping[str, Curve], runs: Mapping[str, Floats], last: date) -> pd.DataFrame:
    """Return a row a curve and half-year after the last day known until `last` (`FORECAST_COLUMNS`), in the curve's unit.

    `runs`: text of the measure -> (runs, weeks). Intervals are of what a report would say: its usual error is in them.
    """
    rows = []
    for name, curve in curves.items():
        own = runs[curve.measure.text]
        for day in half_years(known.ensemble.known_until, last):
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


def deaths_text(year: int) -> str:
    """Return the name under which deaths by country of a year are kept."""
    return f"deaths by country in {year}"


def chances(
    deaths: Mapping[str, Floats], year: int, reported: Mapping[int, npt.NDArray[np.bool_]], known_until: date
) -> Floats:
    """Return each country's chance to see `DEATHS` deaths or more in a year, (countries,).

        ln(1 + deaths) = ln(1 + deaths of a run) + b + e,    b ~ N(0, LASTING^2),    e ~ N(0, YEARLY^2 (1 + years ahead))

    b stays with a country: for a year that is not known yet it is weighed by what was reported (saw fighting or not) of
    each known year, together with the runs. `deaths`: `deaths_text` of a year -> (runs, countries).
    """
    ahead = max(0, year - known_until.year)
    bias = LASTING * ndtri((np.arange(BIASES) + 0.5) / BIASES)
    weight = np.ones((1, 1, BIASES))
    for before, truth in reported.items():
        if ahead and before <= known_until.year:
            above = ndtr((_margin(deaths[deaths_text(before)]) + bias) / YEARLY)
            weight = weight * np.where(truth[:, None], above, 1 - above)
    chance = ndtr((_margin(deaths[deaths_text(year)]) + bias) / (YEARLY * np.sqrt(1 + ahead)))
    weight = np.broadcast_to(weight, chance.shape)
    return np.asarray((weight * chance).sum(axis=(0, 2)) / weight.sum(axis=(0, 2)))


def _margin(deaths: Floats) -> Floats:
    """By how much the logarithm of deaths exceeds that of the threshold, (runs, countries, 1)."""
    return np.asarray(np.log1p(deaths) - np.log1p(DEATHS))[:, :, None]
