"""A forecast against what was observed: tables of model and null models, and sentences that say where the model loses."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.history import nulls
from experiments.history.chances import DEATHS
from experiments.history.country_years import Lists, score_years, year_lines
from experiments.history.forecasts.draws import place_draws
from experiments.history.forecasts.forecast import Forecast, ForecastPlan
from experiments.history.forecasts.identifiers import Grid, month_id
from experiments.history.forecasts.null_counts import YEAR, History
from experiments.history.forecasts.observed import (
    CELL_MONTHS,
    COUNTRY_MONTHS,
    COUNTRY_YEARS,
    SERIES,
    TOWNS,
    Names,
    Observed,
    read_all,
)
from experiments.history.forecasts.scoring import MODEL, Scored, loss_line, of_events, score_counts
from experiments.history.forecasts.series_scores import score_series, series_line
from experiments.history.scores import Floats
from experiments.history.town_chances import joined, of_bloc, score_towns, town_lines
from model.theatre import load_theatre

CELL_DEATHS = 1.0  # in a month that make a cell one with fighting


@dataclass
class Scores:
    """Tables by the name of their file, and sentences."""

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def add(self, name: str, table: pd.DataFrame, lines: Iterable[str]) -> None:
        """Take in a table with what is said of it."""
        self.tables[name] = table
        self.lines += lines


def read_observed(plan: ForecastPlan, files: Sequence[Path]) -> list[Observed]:
    """Return what files say was observed, before anything is run. Raises UserError with all that is wrong."""
    scenario = plan.plan.base.composed
    cells = Grid.of(load_theatre(scenario)).gids.tolist()
    holders = ("core", "state", "contested", *scenario.groups)
    names = Names(list(scenario.governments), cells, list(scenario.towns), holders, list(plan.plan.outlooks))
    return read_all(files, names, month_id(plan.months[0]))


def score(found: Forecast, files: Sequence[Observed]) -> Scores:
    """Return the scores of a forecast against what was observed."""
    scores = Scores()
    for observed in files:
        match observed.kind:
            case kind if kind == COUNTRY_MONTHS:
                counts = observed.counts(found.countries)
                _counts(scores, "country-months", score_counts(
                    "country-months", _country_months(found), counts, month_id(found.plan.months[0]), DEATHS,
                    nulls.covariates(found.scenario),
                ))  # fmt: skip
                _years(scores, found, counts)
            case kind if kind == CELL_MONTHS:
                counts, start = observed.counts(found.grid.gids.tolist()), month_id(found.plan.months[0])
                _counts(
                    scores, "cell-months", score_counts("cell-months", _cell_months(found), counts, start, CELL_DEATHS)
                )
                if observed.left_out:
                    scores.lines.append(f"cell-months: {observed.left_out} lines of cells off the map were left out.")
            case kind if kind == COUNTRY_YEARS:
                _lists(scores, found, observed)
            case kind if kind == TOWNS:
                _towns(scores, found, observed)
            case kind if kind == SERIES:
                table = score_series(found, observed.rows)
                scores.add("series_scores", table, [series_line(table)])
    return scores


def _counts(scores: Scores, name: str, scored: Scored) -> None:
    label = name.replace("-", "_")
    scores.add(f"{label}_scores", scored.scores, [loss_line(scored.scores)])
    scores.add(f"{label}_bins", scored.bins, [])


def _country_months(found: Forecast) -> Iterator[tuple[int, Floats]]:
    for place, month in enumerate(found.plan.months):
        yield month_id(month), found.counts[:, place].T.astype(float)


def _cell_months(found: Forecast) -> Iterator[tuple[int, Floats]]:
    draws = place_draws(found.counts, found.runs, found.grid, found.plan.seed)
    for month, dead in zip(found.plan.months, draws, strict=True):
        yield month_id(month), dead.T.astype(float)


def _years(scores: Scores, found: Forecast, counts: pd.DataFrame) -> None:
    """Score chances of 25 deaths a year in fights of all groups, where all twelve months were observed."""
    start, rows = month_id(found.plan.months[0]), list[dict[str, object]]()
    said = History.of(counts, start, 1).year_chances(nulls.covariates(found.scenario), DEATHS)
    for year, table in found.years.groupby("year", sort=False):
        months = [month_id(date(int(str(year)), month, 1)) for month in range(1, YEAR + 1)]
        if not set(months) <= set(counts.index):
            continue
        event = (counts.loc[months].sum(axis=0) >= DEATHS).to_numpy()
        for name, chance in ({MODEL: table["chance_all"].to_numpy(dtype=float)} | said).items():
            rows.append({"of": f"country-year {year}", "forecaster": name, **of_events(chance, event)})
    table = pd.DataFrame(rows)
    if len(table):
        lines = [loss_line(part) for _, part in table.groupby("of", sort=False)]
        lines += [
            f"{row['of']}: {row['events']} countries with {DEATHS:.0f} deaths, {row['expected']:.1f} expected."
            for row in table[table["forecaster"] == MODEL].to_dict("records")
        ]  # fmt: skip
        scores.add("country_year_scores", table, lines)


def _lists(scores: Scores, found: Forecast, observed: Observed) -> None:
    """Score chances of 25 deaths a year in the bloc's fights; earlier years of the file are known to null models."""
    rows, own = observed.rows, dict[int, tuple[str, ...]]()
    for year, part in rows.groupby("year"):
        own[int(str(year))] = tuple(part.loc[part["fighting"] == 1, "country"])
    chances = {
        int(str(year)): table["chance_bloc"].to_numpy(dtype=float) for year, table in found.years.groupby("year")
    }
    lists = Lists(found.scenario, found.plan.plan.reports.countries | own)
    origin = found.plan.months[0].year
    table = score_years(lists, chances, chances, sorted(set(own) & set(chances)), origin - 1, origin)
    scores.add("bloc_year_scores", table, year_lines(table) or ["country-years: no observed year is forecast whole."])


def _towns(scores: Scores, found: Forecast, observed: Observed) -> None:
    """Score chances of towns on the quarter ends that were observed."""
    since = joined(found.plan.plan.reports.targets.values())
    facts = {
        (row["town"], row["date"]): of_bloc(str(row["holder"]), row["date"], since)
        for row in observed.rows.to_dict("records")
    }  # fmt: skip
    table = found.towns.copy()
    table["held"] = pd.Series(
        [facts.get((town, day)) for town, day in zip(table["town"], table["date"], strict=True)],
        index=table.index, dtype=object,
    )  # fmt: skip
    scored = score_towns(table)
    others = sorted({day for _, day in facts} - set(table["date"]))
    lines = town_lines(scored) or ["towns: no observed day is the end of a forecast quarter."]
    if others:
        lines.append(
            f"towns: days that are no ends of forecast quarters were left out: {', '.join(map(str, others[:6]))}."
        )
    scores.add("town_scores", scored, lines)
    scores.tables["towns"] = table


def metrics(table: pd.DataFrame) -> list[str]:
    """Return the columns of a table that are printed: those with a number for some forecaster."""
    return [str(name) for name in table if name not in ("of", "forecaster") and np.isfinite(
        pd.to_numeric(table[name], errors="coerce")).any()]  # fmt: skip
