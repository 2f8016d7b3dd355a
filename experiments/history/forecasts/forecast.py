"""Runs of members of the ensemble to the end date, and what they forecast: draws of deaths, chances, series, towns.

plan = ForecastPlan(Plan(load_ensemble(), load_targets(), load_targets(), end=date(2018, 12, 31)))
found = forecast(plan, "results/forecast")          # resumable
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.batch.engine import OnProgress
from experiments.batch.errors import PlanError
from experiments.batch.manifest import about
from experiments.batch.measured import measured_layout
from experiments.batch.store import Store
from experiments.history.chances import DEATHS, chances, fit_correction, others_reports, reports
from experiments.history.forecasting import outlook, years_ahead
from experiments.history.forecasts.draws import Counts, Known, country_draws
from experiments.history.forecasts.identifiers import Grid, codes_of, month_id
from experiments.history.forecasts.kept import Kept, Runs, ended_months, take
from experiments.history.measured_runs import MeasuredRuns, run_at
from experiments.history.plan import Plan
from experiments.history.scores import Floats, interval
from experiments.history.town_chances import Origin, joined, quarter_ends, town_chances, town_facts
from model.scenario.schema import Scenario
from model.theatre import load_theatre

KIND = "forecast"
USUAL_DRAWS = 200  # the least that the field's scores are comparable with, as issue and challenge have it
YEAR_COLUMNS = (
    "iso3", "gwcode", "country_id", "year", "chance_bloc", "chance_all", "low90", "low50", "median", "high50", "high90",
)  # fmt: skip


@dataclass(frozen=True)
class ForecastPlan:
    """What is forecast: `plan` (ensemble, reports, policy, last day), and how many draws; each is a run of its own."""

    plan: Plan
    draws: int = USUAL_DRAWS
    seed: int = 0  # of the discrepancies

    @cached_property
    def months(self) -> tuple[date, ...]:
        """The first days of the months that are forecast: those after the last day known that end by the last day.

        Raises PlanError where there is none.
        """
        found = tuple(ended_months(self.plan.ensemble.known_until, self.plan.last))
        if not found:
            raise PlanError(
                f"--to must be the end of a month after {self.plan.ensemble.known_until}, or later, got {self.plan.last}"
            )
        return found

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The days on which series and towns are looked at: ends of quarters."""
        return tuple(quarter_ends(self.months[0], self.plan.last))

    @property
    def kept(self) -> Kept:
        """What is kept of a run."""
        days = (self.plan.ensemble.known_until, *self.days)
        return Kept(self.months, days, {each.measure.text: each for each in self.plan.outlooks.values()})


@dataclass(frozen=True)
class Forecast:
    """What came of it. `counts`: whole deaths (draws, months, countries); `years`: a row a country and year.

    `series`: a row a series and quarter; `towns`: a row a town and quarter; `known`: what is known of countries.
    """

    plan: ForecastPlan
    scenario: Scenario
    runs: Runs
    known: Known
    counts: Counts
    years: pd.DataFrame
    series: pd.DataFrame
    towns: pd.DataFrame
    failed: int

    @cached_property
    def grid(self) -> Grid:
        """The cells of PRIO-GRID under the map."""
        return Grid.of(load_theatre(self.scenario))

    @property
    def countries(self) -> list[str]:
        """The countries' ISO 3166 codes."""
        return list(self.scenario.governments)


def forecast(
    plan: ForecastPlan, out: str | Path, jobs: int = 1, progress: OnProgress | None = None, fresh: bool = False,
    command: Sequence[str] = (),
) -> Forecast:  # fmt: skip
    """Run what `out` does not hold yet, and forecast. Resumable; `progress` is called with how far it is.

    Raises PlanError where nothing can be forecast or run, UserError where the policy ends too early, StoreError where
    `out` holds other results, is in use or cannot be written.
    """
    kept = plan.kept
    plan.plan.check()
    members = plan.plan.ensemble.points
    points = [
        members[plan.plan.ensemble.drawn(draw)] for draw in range(plan.draws)
    ]  # the same first ones for more draws
    with Store(out, measured_layout(KIND)).open(about(KIND, command), fresh) as store:
        base, measured = plan.plan.under_policy(store.out), MeasuredRuns(store, jobs, progress)
        runs = [run_at(base, point, seed) for seed, point in enumerate(points)]
        values = measured.measure(runs, kept.texts, partial(take, kept))
    good = [each for each in values if each.keys() >= set(kept.texts)]
    if not good:
        raise PlanError(f"no run succeeded: {next(iter(measured.errors.values()), 'unknown')}")
    return told(plan, base.composed, Runs.of(kept, good, load_theatre(base.composed)), len(runs) - len(good))


def told(plan: ForecastPlan, scenario: Scenario, runs: Runs, failed: int) -> Forecast:
    """Return what runs forecast."""
    known, days = _known(plan, scenario, runs), list(plan.days)
    first = month_id(plan.months[0]) - month_id(scenario.start)
    months = slice(first, first + len(plan.months))
    bloc, everybody = runs.of_bloc[:, months], runs.deaths[:, months]
    counts = country_draws(bloc, np.maximum(everybody - bloc, 0.0), plan.months, known, plan.seed)
    until, since = plan.plan.ensemble.known_until, joined(plan.plan.reports.targets.values())
    last = town_facts(scenario, until, since)
    coming = {day: held for day, held in runs.towns.items() if day > until}
    towns = town_chances(list(scenario.towns), coming, {}, last, Origin(until, runs.towns[until], last))
    series = outlook(plan.plan.known, plan.plan.outlooks, runs.curves, days)
    return Forecast(
        plan, scenario, runs, known, counts, _years(plan, scenario, runs, known, counts), series, towns, failed
    )


def in_year(deaths: Floats, scenario: Scenario, year: int) -> Floats:
    """Return deaths in a year, (runs, countries), of those by month from the start on."""
    first = month_id(scenario.start)
    inside = [month for month in range(deaths.shape[1]) if (first + month - 1) // 12 + 1980 == year]
    return np.asarray(deaths[:, inside].sum(axis=1))


def _known(plan: ForecastPlan, scenario: Scenario, runs: Runs) -> Known:
    until, facts = plan.plan.ensemble.known_until, plan.plan.reports
    ended = {
        year: states for year, states in facts.countries.items()
        if scenario.start.year <= year and date(year, 12, 31) <= until
    }  # fmt: skip
    told = [each for each in facts.targets.values() if each.date <= until]
    reported, others_reported = reports(scenario, ended, told), others_reports(scenario, ended, told)
    of_bloc = {year: in_year(runs.of_bloc, scenario, year) for year in reported}
    of_others = {year: np.maximum(in_year(runs.deaths, scenario, year) - dead, 0.0) for year, dead in of_bloc.items()}
    return Known(of_bloc, reported, fit_correction(of_bloc, reported), until.year, of_others, others_reported)


def _years(plan: ForecastPlan, scenario: Scenario, runs: Runs, known: Known, counts: Counts) -> pd.DataFrame:
    """Return a row a country and whole year (`YEAR_COLUMNS`): chances of `DEATHS`, quantiles of deaths of all."""
    parts = []
    for year in years_ahead(plan.plan.ensemble.known_until, plan.plan.last):
        inside = [place for place, month in enumerate(plan.months) if month.year == year]
        dead, of_bloc = counts[:, inside].sum(axis=1), {**known.of_bloc, year: in_year(runs.of_bloc, scenario, year)}
        (low50, high50), (low90, high90) = (
            np.transpose([interval(each, level) for each in dead.T]) for level in (0.5, 0.9)
        )  # fmt: skip
        parts.append(codes_of(list(scenario.governments)).assign(
            year=year, chance_bloc=chances(of_bloc, year, known.reported, known.until, known.correction),
            chance_all=(dead >= DEATHS).mean(axis=0), low90=low90, low50=low50, median=np.median(dead, axis=0),
            high50=high50, high90=high90,
        ))  # fmt: skip
    return pd.concat(parts)[list(YEAR_COLUMNS)] if parts else pd.DataFrame(columns=list(YEAR_COLUMNS))
