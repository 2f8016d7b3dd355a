"""Forecasts of the posterior ensemble held against reports: intervals, scores, and skill against null models.

A forecast of a target is a sample: every run of every member, plus what the model is not asked to hit (discrepancy, which
grows after the calibration's last day) plus the report's own error. So parameters, luck and misfit are all in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtri

from experiments.errors import PlanError
from experiments.history import nulls
from experiments.history.calibrate import SCENARIO
from experiments.history.ensemble import Ensemble
from experiments.history.measures import Measure, curve, deaths_by_country
from experiments.history.runlog import Progress, RunLog, Values, run_at
from experiments.history.scores import Floats, auc, brier, coverage, crps, crps_normal, interval
from experiments.history.target import Target, Targets
from experiments.runs import Run
from model.schema import Scenario

if TYPE_CHECKING:
    from model.record import Result

DRAWN = {"series", "cumulative", "organisations"}  # kinds of measure that are curves
NOISES = 40  # values of misfit and report error a run: the middles of as many equal parts of a normal distribution
LEVELS = (0.5, 0.9)
DEATHS = 25.0  # in a year that make a country one that sees fighting, as UCDP counts
TARGET_COLUMNS = (
    "target", "title", "date", "known", "observed", "median", "low50", "high50", "low90", "high90", "in50", "in90", "crps",
    "persistence", "trend",
)  # fmt: skip
COUNTRY_COLUMNS = (
    "year", "known", "fighting", "expected", "model", "population_stability", "last_year", "brier", "null_brier",
)  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """What is forecast. `start`: reports from this day on are scored, and null models know only those before."""

    ensemble: Ensemble
    targets: Targets
    reports: Targets  # what null models may know, beside the targets
    policy: str | None = None
    start: date | None = None
    end: date | None = None
    members: int = 100
    seeds: int = 2

    @property
    def last(self) -> date:
        """The last day that is simulated."""
        years = [date(year, 12, 31) for year in self.targets.countries]
        return self.end or max([*(each.date for each in self.targets.targets.values()), *years])

    @property
    def base(self) -> Run:
        """The run that members change. Raises PlanError where it would end before it starts, ScenarioError."""
        start = Run(str(SCENARIO)).composed.start
        weeks = ceil((self.last - start) / timedelta(weeks=1))
        if weeks < 1 or weeks > 2600:
            raise PlanError(f"--to must be a date from {start + timedelta(weeks=1)} on, got {self.last}")
        if self.start is not None and self.start > self.last:
            raise PlanError(f"--from must not be after the last day ({self.last}), got {self.start}")
        return Run(str(SCENARIO), self.policy, {"weeks": weeks})

    @property
    def scored(self) -> dict[str, Target]:
        """The targets that are scored."""
        return {
            name: target for name, target in self.targets.targets.items()
            if target.use != "given" and target.date <= self.last and (self.start is None or target.date >= self.start)
        }  # fmt: skip

    @property
    def years(self) -> list[int]:
        """The years whose countries are scored: those that begin on or after `start` and end by the last day."""
        first = self.start or date(1, 1, 1)
        return [
            year for year in self.targets.countries if date(year, 1, 1) >= first and date(year, 12, 31) <= self.last
        ]


@dataclass(frozen=True)
class Backtest:
    """What came of it. `scores`: a row a target; `countries`: a row a year; `chances`: year -> chance of each country.

    `samples`: target -> forecast on the target's scale; `curves`: measure's family -> runs x weeks, in its unit.
    """

    plan: Plan
    scenario: Scenario
    scores: pd.DataFrame
    countries: pd.DataFrame
    chances: dict[int, Floats]
    samples: dict[str, Floats]
    curves: dict[str, Floats]
    runs: int
    failed: int

    @property
    def summary(self) -> dict[str, float]:
        """Coverage of both intervals over all targets and over forecasts only, and skill against each null model."""
        found: dict[str, float] = {"targets": len(self.scores), "forecasts": int((~self.scores["known"]).sum())}
        for words, rows in (("", self.scores), ("_forecasts", self.scores[~self.scores["known"]])):
            for level in (50, 90):
                found[f"coverage{level}{words}"] = float(rows[f"in{level}"].mean()) if len(rows) else float("nan")
        for null in ("persistence", "trend"):
            rows = self.scores.dropna(subset=[null])
            found[f"skill_{null}"] = float(1 - rows["crps"].sum() / rows[null].sum()) if len(rows) else float("nan")
        return found


def backtest(
    plan: Plan, out: str | Path, jobs: int = 1, progress: Progress | None = None, fresh: bool = False
) -> Backtest:
    """Run what `out` does not hold yet and score. Resumable. Raises PlanError where nothing can be scored or run."""
    base, scored = plan.base, plan.scored
    if not scored and not plan.years:
        raise PlanError("no target lies between --from and the last day: nothing can be scored")
    points = plan.ensemble.cycled(min(plan.members, len(plan.ensemble)))
    runs = [run_at(base, point, seed) for seed in range(plan.seeds) for point in points]
    asked = _asked(plan, scored)
    log = RunLog(out, fresh)
    values = log.measure(runs, asked.texts, partial(take, asked), jobs, progress)
    good = [each for each in values if each.keys() >= set(asked.texts)]
    if not good:
        raise PlanError(f"no run succeeded: {next(iter(log.errors.values()), 'unknown')}")
    samples = {
        name: forecast(plan, target, np.array([each[target.asked.text] for each in good], dtype=float))
        for name, target in scored.items()
    }
    reached = {name: sample for name, sample in samples.items() if np.isfinite(sample).all()}
    scenario = base.composed
    chances = {year: (np.array([each[_year(year)] for each in good]) >= DEATHS).mean(axis=0) for year in plan.years}
    curves = {family: np.array([each[f"curve {family}"] for each in good]) for family in asked.curves}
    return Backtest(
        plan, scenario, _scores(plan, scored, reached), _countries(plan, scenario, chances), chances, reached, curves,
        len(runs), len(runs) - len(good),
    )  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What is kept of a run: measures at dates, curves of families, deaths by country of years."""

    measures: tuple[Measure, ...]
    curves: Mapping[str, Measure]
    years: tuple[int, ...]

    @property
    def texts(self) -> list[str]:
        """The names of all values."""
        names = [measure.text for measure in self.measures]
        return [*names, *(f"curve {family}" for family in self.curves), *(_year(year) for year in self.years)]


def take(asked: Asked, result: "Result") -> Values:
    """Return what is kept of a run by name."""
    values: Values = {measure.text: measure(result) for measure in asked.measures}
    for family, measure in asked.curves.items():
        values[f"curve {family}"] = np.asarray(curve(result, measure)).tolist()
    return values | {_year(year): deaths_by_country(result, year).tolist() for year in asked.years}


def forecast(plan: Plan, target: Target, values: Floats) -> Floats:
    """Return the sample of a target: values of runs on its scale, each with `NOISES` values of misfit and report error.

    What is counted, in its unit, is not below 0.
    """
    scaled = np.array([target.scaled(float(value)) for value in values])
    ensemble = plan.ensemble
    variance = target.misfit_variance(ensemble.known_until, ensemble.factor) + target.observed_variance
    noise = ndtri((np.arange(NOISES)[:, None] + 0.5) / NOISES) * np.sqrt(variance)
    sample = (scaled + noise).ravel()
    return np.asarray(sample if target.scale == "log" or target.asked.kind == "order" else np.maximum(sample, 0.0))


def _asked(plan: Plan, scored: Mapping[str, Target]) -> Asked:
    measures = tuple(target.asked for target in scored.values())
    drawn = [each.asked for each in plan.targets.targets.values() if each.measure.keys() & DRAWN]
    return Asked(measures, {measure.family: measure for measure in drawn}, tuple(plan.years))


def _year(year: int) -> str:
    return f"deaths by country in {year}"


def _scores(plan: Plan, scored: Mapping[str, Target], samples: Mapping[str, Floats]) -> pd.DataFrame:
    rows = []
    for name, sample in samples.items():
        target, known = scored[name], plan.ensemble.known_until
        seen = nulls.earlier(target, plan.reports.targets | plan.targets.targets, plan.start)
        deviation = float(np.sqrt(target.misfit_variance(known, plan.ensemble.factor) + target.observed_variance))
        said = {"persistence": nulls.persistence(target, seen), "trend": nulls.trend(target, seen)}
        (low50, high50), (low90, high90) = (interval(sample, level) for level in LEVELS)
        rows.append({
            "target": name, "title": target.title, "date": target.date,
            "known": target.use == "fit" and target.date <= known,
            "observed": target.observed, "median": float(np.median(sample)), "low50": low50, "high50": high50,
            "low90": low90, "high90": high90, "in50": coverage([sample], [target.observed], 0.5) == 1,
            "in90": coverage([sample], [target.observed], 0.9) == 1, "crps": crps(sample, target.observed),
            **{null: np.nan if value is None else crps_normal(value, deviation, target.observed)
               for null, value in said.items()},
        })  # fmt: skip
    return pd.DataFrame(rows, columns=list(TARGET_COLUMNS)).astype({"known": bool, "in50": bool, "in90": bool})


def _countries(plan: Plan, scenario: Scenario, chances: Mapping[int, Floats]) -> pd.DataFrame:
    codes, features, rows = list(scenario.governments), nulls.covariates(scenario), []
    lists = plan.reports.countries | plan.targets.countries
    for year, chance in chances.items():
        truth = np.isin(codes, plan.targets.countries[year])
        limit = year if plan.start is None else min(year, plan.start.year)
        before = max((each for each in lists if each < limit), default=None)
        seen = truth if before is None else np.isin(codes, lists[before])  # the first year's null is fitted to itself
        null = nulls.logistic(features, seen)
        rows.append({
            "year": year, "known": date(year, 12, 31) <= plan.ensemble.known_until, "fighting": int(truth.sum()),
            "expected": float(chance.sum()), "model": auc(chance, truth), "population_stability": auc(null, truth),
            "last_year": np.nan if before is None else auc(seen, truth), "brier": brier(chance, truth),
            "null_brier": brier(null, truth),
        })  # fmt: skip
    return pd.DataFrame(rows, columns=list(COUNTRY_COLUMNS))
