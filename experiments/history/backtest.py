"""Forecasts of the non-implausible ensemble compared with reports: intervals, scores, and skill against null models."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.batch.engine import OnProgress
from experiments.batch.errors import PlanError
from experiments.batch.manifest import about
from experiments.batch.measured import measured_layout
from experiments.batch.store import Store
from experiments.history import nulls
from experiments.history.forecasting import chances, deaths_text, outlook
from experiments.history.measured_runs import MeasuredRuns, Values, run_at
from experiments.history.plan import Plan
from experiments.history.scores import LEVELS, Floats, auc, brier, coverage, crps, crps_normal, interval
from experiments.history.target import Curve, Target
from experiments.measures.deaths import deaths_by_country
from model.scenario.schema import Scenario

if TYPE_CHECKING:
    from model.record import Result

KIND = "backtest"
TARGET_COLUMNS = (
    "target", "title", "date", "known", "observed", "median", "low50", "high50", "low90", "high90", "in50", "in90", "crps",
    "persistence", "trend",
)  # fmt: skip
COUNTRY_COLUMNS = (
    "year", "known", "fighting", "expected", "model", "population_stability", "last_year", "brier", "null_brier",
)  # fmt: skip


@dataclass(frozen=True)
class Backtest:
    """What came of it. `scores`: a row a target; `countries`: a row a year; `chances`: year -> chance of each country.

    `outlook`: a row a curve and half-year to come.
    `samples`: target -> forecast on the target's scale; `curves`: text of a measure -> runs x weeks, in its unit.
    """

    plan: Plan
    scenario: Scenario
    scores: pd.DataFrame
    countries: pd.DataFrame
    chances: dict[int, Floats]
    outlook: pd.DataFrame
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
    plan: Plan, out: str | Path, jobs: int = 1, progress: OnProgress | None = None, fresh: bool = False,
    command: Sequence[str] = (),
) -> Backtest:  # fmt: skip
    """Run what `out` does not hold yet and score. Resumable; `progress` is called with how far it is.

    Raises PlanError where nothing can be scored, forecast or run, UserError where the policy ends too early, StoreError
    where `out` holds other results, is in use or cannot be written.
    """
    kept = Kept(tuple(plan.scored.values()), plan.curves, _years(plan))
    plan.check()
    if not plan.scored and not plan.chance_years:
        raise PlanError("no target lies between --from and the last day: nothing can be scored")
    points = plan.ensemble.cycled(min(plan.members, len(plan.ensemble)))
    with Store(out, measured_layout(KIND)).open(about(KIND, command), fresh) as store:
        base, measured = plan.under_policy(store.out), MeasuredRuns(store, jobs, progress)
        runs = [run_at(base, point, seed) for seed in range(plan.seeds) for point in points]
        values = measured.measure(runs, kept.texts, partial(take, kept))
    good = [each for each in values if each.keys() >= set(kept.texts)]
    if not good:
        raise PlanError(f"no run succeeded: {next(iter(measured.errors.values()), 'unknown')}")
    curves = {text: np.array([each[f"curve {text}"] for each in good]) for text in kept.curves}
    samples = {
        name: sample for name, target in plan.scored.items()
        if np.isfinite(sample := _sample(plan, target, good, curves)).all()
    }  # fmt: skip
    found = _chances(plan, good)
    return Backtest(
        plan, base.composed, _scores(plan, samples), _countries(plan, found), found,
        outlook(plan.known, plan.outlooks, curves, plan.last), samples, curves, len(runs), len(runs) - len(good),
    )  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """What is kept of a run: targets' measures, curves by the text of their measure, deaths by country of years."""

    targets: tuple[Target, ...]
    curves: Mapping[str, Curve]
    years: tuple[int, ...]

    @property
    def texts(self) -> list[str]:
        """The names of all values."""
        names = [target.text for target in self.targets]
        return [*names, *(f"curve {text}" for text in self.curves), *map(deaths_text, self.years)]


def take(kept: Kept, result: "Result") -> Values:
    """Return what is kept of a run by name."""
    values: Values = {target.text: target.of(result) for target in kept.targets}
    values |= {f"curve {text}": curve.curve(result).tolist() for text, curve in kept.curves.items()}
    return values | {deaths_text(year): _deaths(result, year).tolist() for year in kept.years}


def _deaths(result: "Result", year: int) -> Floats:
    """Deaths by country in a calendar year, (countries,)."""
    return deaths_by_country(result, date(year, 1, 1), date(year, 12, 31))


def _years(plan: Plan) -> tuple[int, ...]:
    """The years whose deaths are needed: those with chances, and known ones on which these are conditioned."""
    known = [year for year in plan.listed if year <= plan.ensemble.known_until.year] if plan.chance_years else []
    return tuple(sorted({*plan.chance_years, *known}))


def _sample(plan: Plan, target: Target, good: list[Values], curves: Mapping[str, Floats]) -> Floats:
    values = np.array([each[target.text] for each in good], dtype=float)
    runs = curves.get(target.measure.text)
    return plan.known.forecast(target, target.date, values, runs, target.observed_variance)


def _chances(plan: Plan, good: list[Values]) -> dict[int, Floats]:
    deaths = {deaths_text(year): np.array([each[deaths_text(year)] for each in good]) for year in _years(plan)}
    codes, until = list(plan.base.composed.governments), plan.ensemble.known_until
    ended = {year: np.isin(codes, states) for year, states in plan.listed.items() if date(year, 12, 31) <= until}
    return {year: chances(deaths, year, ended, until) for year in plan.chance_years}


def _scores(plan: Plan, samples: Mapping[str, Floats]) -> pd.DataFrame:
    rows, known = [], plan.known
    for name, sample in samples.items():
        target, until = plan.scored[name], plan.ensemble.known_until
        seen = nulls.earlier(target, plan.reports.targets | plan.targets.targets, plan.start)
        deviation = float(np.sqrt(known.misfit(target, target.date)[0].variance + target.observed_variance))
        said = {"persistence": nulls.persistence(target, seen), "trend": nulls.trend(target, seen)}
        (low50, high50), (low90, high90) = (interval(sample, level) for level in LEVELS)
        rows.append({
            "target": name, "title": target.title, "date": target.date,
            "known": target.use == "fit" and target.date <= until,
            "observed": target.observed, "median": float(np.median(sample)), "low50": low50, "high50": high50,
            "low90": low90, "high90": high90, "in50": coverage([sample], [target.observed], 0.5) == 1,
            "in90": coverage([sample], [target.observed], 0.9) == 1, "crps": crps(sample, target.observed),
            **{null: np.nan if value is None else crps_normal(value, deviation, target.observed)
               for null, value in said.items()},
        })  # fmt: skip
    return pd.DataFrame(rows, columns=list(TARGET_COLUMNS)).astype({"known": bool, "in50": bool, "in90": bool})


def _countries(plan: Plan, chances_of: Mapping[int, Floats]) -> pd.DataFrame:
    scenario, rows = plan.base.composed, []
    codes, features = list(scenario.governments), nulls.covariates(scenario)
    for year in plan.years:
        chance, truth = chances_of[year], np.isin(codes, plan.targets.countries[year])
        limit = year if plan.start is None else min(year, plan.start.year)
        before = max((each for each in plan.listed if each < limit), default=None)
        seen = truth if before is None else np.isin(codes, plan.listed[before])  # the first year's null knows that year
        null = nulls.logistic(features, seen)
        rows.append({
            "year": year, "known": date(year, 12, 31) <= plan.ensemble.known_until, "fighting": int(truth.sum()),
            "expected": float(chance.sum()), "model": auc(chance, truth), "population_stability": auc(null, truth),
            "last_year": np.nan if before is None else auc(seen, truth), "brier": brier(chance, truth),
            "null_brier": brier(null, truth),
        })  # fmt: skip
    return pd.DataFrame(rows, columns=list(COUNTRY_COLUMNS))
