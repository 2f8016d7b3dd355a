"""Which countries will see fighting: from deaths of runs to chances, corrected by what was reported of known years.

    ln(1 + deaths) = ln(1 + deaths of a run) + level + b + e,   b ~ N(0, lasting^2),   e ~ N(0, yearly^2 (1 + years ahead))

`level` is the same for all countries and years, b stays with a country, e is new each year: so a draw is the model's count
times a lasting and a yearly log-normal discrepancy. The three numbers are those that make the reported lists of known years
(25 deaths or more, or fewer) most likely, times an assumed prior that keeps them where lists say little. Where the number of
deaths was reported, it counts in place of the list. b of a country is then weighed by its own known years, together with the
runs. For a known year its own list is used too: that is a check of
the fit, and no forecast.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import ndtr, ndtri

from experiments.history.schema import Target
from experiments.history.scores import Floats
from experiments.measures.deaths import Killed
from model.scenario.schema import Scenario
from model.why.deaths import LOSSES

if TYPE_CHECKING:
    from model.record import Result

Flags = npt.NDArray[np.bool_]
DEATHS = 25.0  # in a year that make a country one that sees fighting, as UCDP counts
BIASES = 41  # values of the discrepancy that stays
BLOC, ALL = ("bloc_victims", "bloc_fighters"), ("bloc_victims", "bloc_fighters", "other_victims", "other_fighters")
COUNT_ERROR = 0.15  # of a reported number of deaths, of its logarithm: assumed, as of the targets
LEAST = 1e-30  # a guard: no report rules all values of b out
SURE = 1e-6  # no chance is nearer to 0 or 1 when correction is fitted


@dataclass(frozen=True)
class Correction:
    """The discrepancy of a country's deaths, of their logarithm: common level, what stays, what is new each year."""

    level: float = 0.0
    lasting: float = 1.5
    yearly: float = 1.0

    @property
    def biases(self) -> Floats:
        """Values of b of the same prior chance, (BIASES,)."""
        return np.asarray(self.lasting * ndtri((np.arange(BIASES) + 0.5) / BIASES))

    def above(self, deaths: Floats, ahead: float = 0.0) -> Floats:
        """Return the chance of `DEATHS` or more given each value of b, (runs, countries, BIASES)."""
        margin = np.log1p(deaths) - np.log1p(DEATHS) + self.level
        return np.asarray(ndtr((margin[:, :, None] + self.biases) / (self.yearly * np.sqrt(1 + ahead))))

    def likelihood(self, deaths: Mapping[int, Floats], reported: Mapping[int, "Reported"]) -> Floats:
        """Return the chance of what was reported given each run and b, (runs, countries, BIASES); 1 without reports."""
        found: Floats = np.ones((1, 1, BIASES))
        for year, report in reported.items():
            above = self.above(deaths[year])
            chance = (
                np.ones_like(above) if report.fought is None else np.where(report.fought[:, None], above, 1 - above)
            )
            if report.deaths is not None:
                counted = ~np.isnan(report.deaths)
                chance[:, counted] = self._density(deaths[year][:, counted], report.deaths[counted])
            found = found * chance
        return found

    def _density(self, deaths: Floats, reported: Floats) -> Floats:
        """Return the density of the logarithm of reported numbers given runs and b, (runs, countries, BIASES)."""
        missed = (np.log1p(reported) - np.log1p(deaths) - self.level)[:, :, None] - self.biases
        spread = np.hypot(self.yearly, COUNT_ERROR)
        return np.asarray(np.exp(-((missed / spread) ** 2) / 2) / spread + LEAST)


@dataclass(frozen=True)
class Reported:
    """What was reported of a year: which countries saw fighting, and deaths where their number is known, else nan."""

    fought: Flags | None  # None: no list tells of all countries
    deaths: Floats | None = None


PRIOR, PRIOR_SPREAD = Correction(), (1.0, 0.5, 0.5)  # of the level, and of the logarithms of both others: assumed


def fight_deaths(result: "Result", losses: tuple[str, ...] = ALL) -> Floats:
    """Return people killed in fights with states by month and country, (months, countries): victims and fighters.

    `BLOC`: in those of the core and its provinces; `ALL`: of all organisations of the scenario, not of all conflict.
    """
    record = result.deaths
    found = np.zeros((record.months[-1] + 1, record.losses.shape[2]))
    weeks = len(record.losses)
    np.add.at(found, record.months[:weeks], record.losses[:, [LOSSES.index(name) for name in losses]].sum(axis=1))
    return found


def reports(scenario: Scenario, lists: Mapping[int, Sequence[str]], targets: Iterable[Target]) -> dict[int, Reported]:
    """Return what was reported of the bloc by year: lists of countries, and targets of battle deaths in one country."""
    counts = battle_deaths(scenario, lists, targets, "bloc")
    return {year: Reported(np.isin(list(scenario.governments), states), counts[year]) for year, states in lists.items()}


def others_reports(scenario: Scenario, years: Iterable[int], targets: Iterable[Target]) -> dict[int, Reported]:
    """Return what was reported of the other groups by year: targets of their battle deaths in one country."""
    return {year: Reported(None, dead) for year, dead in battle_deaths(scenario, years, targets, "others").items()}


def battle_deaths(scenario: Scenario, years: Iterable[int], targets: Iterable[Target], side: str) -> dict[int, Floats]:
    """Return battle deaths by year and country that targets of one country and a whole year tell, else nan."""
    codes = list(scenario.governments)
    counts = {year: np.full(len(codes), np.nan) for year in years}
    for target in targets:
        measure = target.measure
        if not isinstance(measure, Killed) or (measure.killed, measure.side) != ("battle", side):
            continue
        whole = [date(target.date.year, 1, 1), date(target.date.year, 12, 31)] == [measure.first, measure.last]
        if whole and isinstance(measure.group, list) and len(measure.group) == 1 and target.date.year in counts:
            counts[target.date.year][codes.index(measure.group[0])] = np.sqrt(target.low * target.high)
    return counts


def fit_correction(deaths: Mapping[int, Floats], reported: Mapping[int, Reported]) -> Correction:
    """Return the correction that makes the reported lists of known years most likely, times its prior.

    deaths: year -> (runs, countries). The chance of a country's lists is the mean over runs and b. Without lists, the prior.
    """
    if not reported:
        return PRIOR

    def misfit(place: Floats) -> float:
        chance = _at(place).likelihood(deaths, reported).mean(axis=(0, 2))
        return float(-np.log(np.maximum(chance, SURE)).sum() + (place**2).sum() / 2)

    found = minimize(misfit, np.zeros(3), method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-4, "maxiter": 400})
    return _at(found.x)


def _at(place: Floats) -> Correction:
    """The correction so many standard deviations of the prior away from its middle."""
    level, lasting, yearly = np.asarray(place) * PRIOR_SPREAD
    return Correction(float(level), float(PRIOR.lasting * np.exp(lasting)), float(PRIOR.yearly * np.exp(yearly)))


def chances(
    deaths: Mapping[int, Floats], year: int, reported: Mapping[int, Reported], known_until: int, correction: Correction
) -> Floats:
    """Return each country's chance of `DEATHS` deaths or more in a year, (countries,).

    deaths: year -> (runs, countries); reported: year -> saw fighting, of which those up to the year `known_until` count.
    """
    known = {each: report for each, report in reported.items() if each <= known_until}
    weight = correction.likelihood(deaths, known)
    chance = correction.above(deaths[year], max(0, year - known_until))
    weight = np.broadcast_to(weight, chance.shape)
    return np.asarray((weight * chance).sum(axis=(0, 2)) / weight.sum(axis=(0, 2)))
