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
from experiments.history.blocks import weight
from experiments.history.chances import PRIOR, Correction, chances, fit_correction, reports
from experiments.history.country_years import Lists, score_years
from experiments.history.forecasting import half_years, outlook
from experiments.history.measured_runs import MeasuredRuns, Values, run_at
from experiments.history.plan import Plan
from experiments.history.scores import LEVELS, Floats, coverage, crps, crps_normal, interval
from experiments.history.target import Curve, Target
from experiments.history.town_chances import (
    Origin,
    joined,
    quarter_ends,
    score_towns,
    town_chances,
    town_facts,
    town_text,
    towns_of,
)
from experiments.history.towns import theatre_scores
from experiments.measures.deaths import deaths_by_country
from model.scenario.schema import Scenario

if TYPE_CHECKING:
    from model.record import Result

KIND = "backtest"
TARGET_COLUMNS = (
    "target", "title", "date", "known", "observed", "median", "low50", "high50", "low90", "high90", "in50", "in90", "crps",
    "persistence", "trend",
)  # fmt: skip


@dataclass(frozen=True)
class Backtest:
    """What came of it. `scores`: a row a target; `countries`: a row a year and forecaster; `towns`: a row a town and day.

    `chances`: year -> chance of each country, with the `correction` of deaths; `town_scores`: a row a day and forecaster;
    `theatres`: a row a theatre and day, of its own holder; `outlook`: a row a curve and half-year to come.
    `samples`: target -> forecast on the target's scale; `curves`: text of a measure -> runs x weeks, in its unit.
    """

    plan: Plan
    scenario: Scenario
    scores: pd.DataFrame
    countries: pd.DataFrame
    chances: dict[int, Floats]
    correction: Correction
    towns: pd.DataFrame
    town_scores: pd.DataFrame
    theatres: pd.DataFrame
    outlook: pd.DataFrame
    samples: dict[str, Floats]
    curves: dict[str, Floats]
    runs: int
    failed: int

    @property
    def summary(self) -> dict[str, float]:
        """Coverage of both intervals over all targets and over forecasts only, and skill against each null model.

        `coverage90_facts`: each target counts as the part of a fact that it is among those scored.
        """
        found: dict[str, float] = {"targets": len(self.scores), "forecasts": int((~self.scores["known"]).sum())}
        for words, rows in (("", self.scores), ("_forecasts", self.scores[~self.scores["known"]])):
            for level in (50, 90):
                found[f"coverage{level}{words}"] = float(rows[f"in{level}"].mean()) if len(rows) else float("nan")
        weights = self._weights()
        for level in (50, 90):
            inside = self.scores[f"in{level}"].to_numpy(dtype=float)
            found[f"coverage{level}_facts"] = float(inside @ weights / weights.sum()) if len(inside) else float("nan")
        found["facts"] = float(weights.sum())
        for null in ("persistence", "trend"):
            rows = self.scores.dropna(subset=[null])
            found[f"skill_{null}"] = float(1 - rows["crps"].sum() / rows[null].sum()) if len(rows) else float("nan")
        return found

    def _weights(self) -> Floats:
        """Each scored target as a part of a fact, (targets,)."""
        scored = {name: self.plan.targets.targets[name] for name in self.scores["target"]}
        return np.array([weight(name, scored, self.plan.targets.groups) for name in scored])


def backtest(
    plan: Plan, out: str | Path, jobs: int = 1, progress: OnProgress | None = None, fresh: bool = False,
    command: Sequence[str] = (),
) -> Backtest:  # fmt: skip
    """Run what `out` does not hold yet and score. Resumable; `progress` is called with how far it is.

    Raises PlanError where nothing can be scored, forecast or run, UserError where the policy ends too early, StoreError
    where `out` holds other results, is in use or cannot be written.
    """
    asked = (*plan.scored.values(), *plan.held.values())
    kept = Kept(asked, plan.curves, _years(plan), _days(plan))
    plan.check()
    if not asked and not plan.chance_years:
        raise PlanError("no target lies between --from and the last day: nothing can be scored")
    draws = plan.members if plan.ensemble.weighted else min(plan.members, len(plan.ensemble))
    with Store(out, measured_layout(KIND)).open(about(KIND, command), fresh) as store:
        base, measured = plan.under_policy(store.out), MeasuredRuns(store, jobs, progress)
        runs = [run_at(base, point, seed) for point, seed in plan.ensemble.runs(draws, plan.seeds)]
        values = measured.measure(runs, kept.texts, partial(take, kept))
    good = [each for each in values if each.keys() >= set(kept.texts)]
    if not good:
        raise PlanError(f"no run succeeded: {next(iter(measured.errors.values()), 'unknown')}")
    curves = {text: np.array([each[f"curve {text}"] for each in good]) for text in kept.curves}
    samples = {
        name: sample for name, target in plan.scored.items()
        if np.isfinite(sample := _sample(plan, target, good, curves)).all()
    }  # fmt: skip
    found, correction = _chances(plan, good)
    lists, until = Lists(plan.base.composed, plan.listed), plan.ensemble.known_until.year
    alone = _chances_alone(plan, good)
    countries = score_years(lists, found, alone, plan.years, until, plan.start.year if plan.start else None)
    towns, ends = _towns(plan, good), half_years(plan.ensemble.known_until, plan.last)
    return Backtest(
        plan, base.composed, _scores(plan, samples), countries, found, correction, towns, score_towns(towns),
        theatre_scores(plan.held, _held(plan, good)), outlook(plan.known, plan.outlooks, curves, ends),
        samples, curves, len(runs), len(runs) - len(good),
    )  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """What is kept of a run: targets' measures, curves by the measure's text, deaths by country of years, towns on days."""

    targets: tuple[Target, ...]
    curves: Mapping[str, Curve]
    years: tuple[int, ...]
    days: tuple[date, ...]

    @property
    def texts(self) -> list[str]:
        """The names of all values."""
        names = [target.text for target in self.targets]
        curves = (f"curve {text}" for text in self.curves)
        return [*names, *curves, *map(deaths_text, self.years), *map(town_text, self.days)]


def take(kept: Kept, result: "Result") -> Values:
    """Return what is kept of a run by name."""
    values: Values = {target.text: target.of(result) for target in kept.targets}
    values |= {f"curve {text}": curve.curve(result).tolist() for text, curve in kept.curves.items()}
    values |= {deaths_text(year): _deaths(result, year).tolist() for year in kept.years}
    return values | {town_text(day): towns_of(result, day) for day in kept.days}


def deaths_text(year: int) -> str:
    """Return the name under which deaths by country of a year are kept."""
    return f"battle deaths by country in {year}"


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


def _chances(plan: Plan, good: list[Values]) -> tuple[dict[int, Floats], Correction]:
    """Return each country's chance by year, and the correction of deaths that the lists of known years ask for."""
    deaths = {year: np.array([each[deaths_text(year)] for each in good]) for year in _years(plan)}
    until = plan.ensemble.known_until
    ended = {
        year: states for year, states in plan.listed.items() if year in deaths and date(year, 12, 31) <= until
    }  # fmt: skip
    known = [each for each in plan.reports.targets.values() if each.date <= until]
    reported = reports(plan.base.composed, ended, known)
    correction = fit_correction(deaths, reported)
    return {year: chances(deaths, year, reported, until.year, correction) for year in plan.chance_years}, correction


def _chances_alone(plan: Plan, good: list[Values]) -> dict[int, Floats]:
    """Return each country's chance by scored year from deaths of runs and nothing else."""
    deaths = {year: np.array([each[deaths_text(year)] for each in good]) for year in plan.years}
    return {year: chances(deaths, year, {}, plan.ensemble.known_until.year, PRIOR) for year in plan.years}


def _days(plan: Plan) -> tuple[date, ...]:
    """The days on which towns are looked at: quarter ends and days of reports, of the run or from a day on; the origin."""
    first, until = max(plan.start or plan.known.start, plan.known.start), plan.ensemble.known_until
    own = {day for day in plan.targets.reported if first <= day <= plan.last}
    return tuple(sorted({*quarter_ends(first, plan.last), *own, *([until] if until < plan.last else [])}))


def _towns(plan: Plan, good: list[Values]) -> pd.DataFrame:
    """Return the chance of each town on each day, with who was reported to hold it; null models know the day before."""
    scenario, since = plan.base.composed, joined([*plan.reports.targets.values(), *plan.targets.targets.values()])
    held = {day: np.array([each[town_text(day)] for each in good], dtype=float) for day in _days(plan)}
    first, until = max(plan.start or plan.known.start, plan.known.start), plan.ensemble.known_until
    origin = Origin(until, held[until], town_facts(scenario, until, since)) if until in held else None
    facts = {day: town_facts(scenario, day, since, plan.targets.reported.get(day)) for day in held}
    shown = {day: runs for day, runs in held.items() if day >= first}
    return town_chances(list(scenario.towns), shown, facts, town_facts(scenario, first, since), origin)


def _held(plan: Plan, good: list[Values]) -> dict[str, float]:
    """Return each target's chance that its holder has the town; with k of n runs, (k + 1/2) / (n + 1)."""
    runs = {name: np.array([each[target.text] for each in good], dtype=float) for name, target in plan.held.items()}
    return {name: float((held.sum() + 0.5) / (len(held) + 1)) for name, held in runs.items() if np.isfinite(held).all()}


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
