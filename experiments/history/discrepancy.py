"""The model discrepancy over time: how it is carried from the last reports into a forecast, and how it grows.

The report of a curve at t is z(t) = y(t) + d(t) + e, with the run y, the report's own error e, and a discrepancy d that
is a Gaussian process of mean 0 (Kennedy and O'Hagan, Journal of the Royal Statistical Society B 63 (2001)):

    cov(d(s), d(t)) = D^2 [exp(-|s - t| / L) + R^2 T(s) T(t) + min(h(s), h(t))]

D: declared discrepancy; L: `MEMORY`; R: `DRIFT`; T(t): years of t after the runs' start, where runs and reports agree; h(t):
years after the last day known. First term: a misfit of last year is likely to last. Second: a model that grows too fast
continues to do so (a straight line of unknown slope). Third: uncertainty grows with the time ahead (a random walk that adds
D^2 a year). L is assumed. R was chosen among 0, 0.5, 0.75 and 1 by forecasts of the second half of 2015 from
an ensemble fitted to what was known by its beginning (README of this folder). A forecast of a run is its value plus
the mean of d at that date given the known reports, with the variance that remains.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from experiments.history.target import Curve, Target

Floats = npt.NDArray[np.float64]
MEMORY = 2.0  # years in which a discrepancy loses its memory (to 1/e), assumed
DRIFT = 0.75  # standard deviation of its slope, in discrepancies a year, chosen as said above
YEAR = 365.25


@dataclass(frozen=True)
class Span:
    """The first day of the runs, and the last day known."""

    start: date
    known_until: date


@dataclass(frozen=True)
class Carried:
    """A discrepancy at a date given reports: `gain` (reports,), weights of a run's misfits; the variance that remains."""

    gain: Floats
    variance: float

    def shift(self, missed: Floats) -> Floats:
        """Return the expected discrepancy of runs, (runs,), that missed the reports by `missed` (runs, reports)."""
        return np.asarray(missed @ self.gain)


def covariance(discrepancy: float, first: Sequence[date], second: Sequence[date], span: Span) -> Floats:
    """Return the covariance of discrepancies at two lists of dates, (m, n)."""
    rows, columns = (np.array([day.toordinal() for day in days], dtype=float) / YEAR for days in (first, second))
    ahead = [np.maximum(0.0, days - span.known_until.toordinal() / YEAR) for days in (rows, columns)]
    since = [days - span.start.toordinal() / YEAR for days in (rows, columns)]
    memory = np.exp(-np.abs(np.subtract.outer(rows, columns)) / MEMORY)
    return np.asarray(discrepancy**2 * (memory + DRIFT**2 * np.multiply.outer(*since) + np.minimum.outer(*ahead)))


def carried(discrepancy: float, day: date, reports: Sequence[Target], span: Span) -> Carried:
    """Return the discrepancy at `day` given `reports` of the same curve; without any, its variance is the full one."""
    own = float(covariance(discrepancy, [day], [day], span)[0, 0])
    if not reports:
        return Carried(np.zeros(0), own)
    days = [report.date for report in reports]
    among = covariance(discrepancy, days, days, span) + np.diag([each.observed_variance for each in reports])
    across = covariance(discrepancy, [day], days, span)[0]
    gain = np.linalg.solve(among, across)
    return Carried(gain, max(0.0, own - float(gain @ across)))


def known_reports(curve: Curve, day: date, reports: Sequence[Target], known_until: date) -> list[Target]:
    """Return the reports from which a forecast of a curve at `day` may start: known ones of the same curve, oldest first.

    There are none for days up to `known_until`: the ensemble was fitted there, so no misfit is carried.
    """
    if day <= known_until:
        return []
    same = {(each.date, each.observed): each for each in reports
            if each.date <= known_until and each.use != "given" and each.measure.text == curve.measure.text}  # fmt: skip
    return [same[key] for key in sorted(same)]
