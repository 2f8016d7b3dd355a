"""What `inkspot forecast` prints and writes."""

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from rich.table import Table

from experiments.batch.manifest import read_manifest, write_manifest
from experiments.batch.spreadsheets import safe
from experiments.cli.backtest import Where, day, tell_made_with
from experiments.cli.screen import console
from experiments.cli.watch import watched
from experiments.history.forecasts.exports import write_forecast
from experiments.history.forecasts.forecast import USUAL_DRAWS, Forecast, ForecastPlan, forecast
from experiments.history.forecasts.observed import Observed
from experiments.history.forecasts.score import metrics, read_observed, score
from experiments.history.forecasts.words import WHAT_IS_COUNTED, forecast_lines
from experiments.history.plan import Plan
from experiments.history.target import load_targets
from experiments.points.ensemble import load_ensemble
from experiments.report.words import DISCLAIMER

AS_BEFORE = "as_before"  # what is done without a policy


@dataclass(frozen=True)
class Asked:
    """What was asked for: ensemble, policies (none: what was done last goes on), last day, draws."""

    ensemble: str
    policies: Sequence[str]
    end: str
    draws: int
    observed: Sequence[Path] = ()

    def plans(self) -> dict[str, ForecastPlan]:
        """Return a plan a policy by its name. Raises UserError, ScenarioError where something cannot be read."""
        members, reports, last = load_ensemble(self.ensemble), load_targets(), day(self.end, "--to")
        wanted: list[str | None] = list(self.policies) or [None]
        found: dict[str, ForecastPlan] = {}
        for policy in wanted:
            plan = ForecastPlan(Plan(members, reports, reports, policy, end=last), self.draws)
            _ = plan.months, plan.plan.base.composed  # what is wrong is said before anything is run
            name = AS_BEFORE if policy is None else plan.plan.base.composed.policy.name
            found[_free(re.sub(r"[^\w-]+", "_", name), found)] = plan
        return found


def _free(name: str, taken: dict[str, ForecastPlan]) -> str:
    """A name that no other policy has."""
    return name if name not in taken else _free(f"{name}_again", taken)


def forecast_and_print(asked: Asked, where: Where) -> int:
    """Forecast under each policy, each in a folder of its own where there are several; return how many runs failed."""
    screen, plans, failed = console(), asked.plans(), 0
    first = next(iter(plans.values()))
    observed = read_observed(first, asked.observed)
    tell_made_with(screen, first.plan.ensemble)
    if asked.draws < USUAL_DRAWS:
        screen.print(f"{asked.draws} draws are few: the field asks for {USUAL_DRAWS} or more.", style="yellow")
    for name, plan in plans.items():
        out = where.out / name if len(plans) > 1 else where.out
        with watched(screen, out, where.command) as watch:
            found = forecast(plan, out, where.jobs, watch, where.fresh, where.command)
        files = write_forecast(found, out)
        _manifest(found, out, files, name)
        _print(found, name, out)
        _score(found, observed, out)
        failed += found.failed
    screen.print(WHAT_IS_COUNTED, style="dim", soft_wrap=True)
    screen.print(DISCLAIMER, style="dim")
    return failed


def _manifest(found: Forecast, out: Path, files: Sequence[Path], name: str) -> None:
    """Say in the manifest under which policy, from which ensemble, on what knowledge this was forecast."""
    ensemble, known = found.plan.plan.ensemble, found.known
    told = {
        "policy": name, "policy_title": found.scenario.policy.title, "ensemble": ensemble.about,
        "ensemble_file": ensemble.label,
        "known_until": ensemble.known_until.isoformat(), "draws": len(found.counts),
        "months": [month.isoformat() for month in found.plan.months], "counted": WHAT_IS_COUNTED,
        "correction": vars(known.correction), "lists_of_years": sorted(known.reported), "digest": found.scenario.digest,
        "files": [str(file.relative_to(out)) for file in files],
    }  # fmt: skip
    write_manifest(out, read_manifest(out) | {"forecast": told})


def _print(found: Forecast, name: str, out: Path) -> None:
    screen = console()
    screen.print(f"\nForecast from {found.plan.months[0]:%B %Y} on, {name}", style="bold")
    table = Table("", *[f"{day:%d %b %Y}" for day in _ends(found)], box=None, pad_edge=False)
    for title, rows in found.series.groupby("title", sort=False):
        by_day = rows.set_index("date")
        cells = [_cell(by_day.loc[day].to_dict()) for day in _ends(found)]
        table.add_row(f"{title}, {rows['unit'].iloc[0]}", *cells)
    screen.print(table, "")
    for line in forecast_lines(found):
        screen.print(f"- {line}", soft_wrap=True)
    screen.print(
        f"\nFiles: {out} (views/, country_months.parquet, country_years.csv, series.csv, towns.csv)", soft_wrap=True
    )


def _score(found: Forecast, observed: Sequence[Observed], out: Path) -> None:
    """Score the forecast against what was observed; write a table each, print those of forecasters."""
    if not observed:
        return
    screen, scores = console(), score(found, observed)
    for name, table in scores.tables.items():
        safe(table).to_csv(out / f"{name}.csv", index=False)
        if "forecaster" in table and "bin" not in table:
            shown = metrics(table)
            printed = Table("", *shown, box=None, pad_edge=False, title=name.replace("_", " "), title_justify="left")
            every = table[table["date"].isna()] if "date" in table else table
            for row in every.to_dict("records"):
                label = str(row["forecaster"]).replace("_", " ")
                printed.add_row(label, *(_short(row[key]) for key in shown))
            screen.print(printed, "")
    for line in scores.lines:
        screen.print(f"- {line}", soft_wrap=True)
    screen.print(f"\nScores: {', '.join(f'{name}.csv' for name in scores.tables)} in {out}", soft_wrap=True)


def _short(value: object) -> str:
    """A number to three digits; nothing where there is none."""
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return "" if value is None else str(value)


def _ends(found: Forecast) -> list[date]:
    """The ends of years; of a shorter forecast the last quarter."""
    days = list(found.plan.days)
    return [day for day in days if day.month == 12] or days[-1:]


def _cell(row: dict[Hashable, Any]) -> str:
    median, low, high = (np.format_float_positional(row[key], 2, fractional=False, trim="-")
                         for key in ("median", "low90", "high90"))  # fmt: skip
    return f"{median} ({low} to {high})"
