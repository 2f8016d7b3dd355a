"""What `inkspot calibrate` and `inkspot backtest` print and write."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from experiments.batch.errors import UserError
from experiments.batch.manifest import Manifest, read_manifest, write_manifest
from experiments.batch.spreadsheets import safe
from experiments.cli.screen import console
from experiments.cli.watch import watched
from experiments.history.backtest import Backtest, backtest
from experiments.history.bench import Plan
from experiments.history.calibrate import Calibrated, calibrate
from experiments.history.ensemble import checks_table, ensemble_of, waves_table
from experiments.history.plan import Plan as Forecast
from experiments.history.screening import screen
from experiments.history.target import load_targets
from experiments.history.words import calibration_lines, score_lines
from experiments.measures.statistics import LEVEL
from experiments.points.ensemble import Ensemble, load_ensemble, write_ensemble
from experiments.report.words import DISCLAIMER
from model.scenario.checks import FIRST, LAST

STRONGEST = 6  # parameters named of a target in a screening
YEAR_END = 12


@dataclass(frozen=True)
class Where:
    """Where results go, on how many processes, whether earlier ones are deleted, and the command as typed."""

    out: Path
    jobs: int
    fresh: bool
    command: Sequence[str]


def day(text: str | None, option: str) -> date | None:
    """Return a date as typed, YYYY-MM-DD, of years that a scenario may have. Raises UserError."""
    if text is None:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise UserError(f"{option} must be a date such as 2015-12-31, got {text}") from None
    if not FIRST <= found <= LAST:
        raise UserError(f"{option} must be a date from {FIRST} to {LAST}, got {found}")
    return found


def calibrate_and_print(plan: Plan, targets: Path | None, where: Where) -> int:
    """Calibrate; write ensemble.parquet, ranges.csv, emulators.csv, waves.csv and manifest.json; print what came of it.

    Return how many points failed."""
    screen, loaded = console(), load_targets(targets)
    fitted = loaded.fitted(plan.until)
    screen.print("With which parameter values does the model match the reports?", style="bold")
    words = (
        f"{len(plan.parameters)} parameters, {len(fitted)} targets; up to {plan.waves} waves of {plan.points} points x "
    )
    words += f"{plan.seeds} seeds, then {plan.final}"
    screen.print(f"{words} or more drawn by likelihood; {where.jobs} process(es)", style="dim", soft_wrap=True)
    say = partial(screen.print, style="dim", soft_wrap=True)
    with watched(screen, where.out, where.command) as watch:
        found = calibrate(plan, where.out, where.jobs, loaded, watch, where.fresh, where.command, say)
    ensemble = ensemble_of(found)
    path = write_ensemble(ensemble, where.out / "ensemble.parquet")
    safe(ensemble.check()).to_csv(where.out / "ranges.csv", index=False)
    safe(checks_table(found)).to_csv(where.out / "emulators.csv", index=False)
    safe(waves_table(found)).to_csv(where.out / "waves.csv", index=False)
    _manifest(where, ensemble.about)
    _print_calibration(screen, found, ensemble)
    screen.print(DISCLAIMER, style="dim")
    screen.print(f"\nEnsemble: {path}", style="bold", soft_wrap=True)
    return found.failed


def _print_calibration(screen: Console, found: Calibrated, ensemble: Ensemble) -> None:
    for line in calibration_lines(found):
        screen.print(line, soft_wrap=True)
    table = Table(
        "parameter", "declared", "range", "ensemble 5%", "50%", "95%", "narrowed", "note", box=None, pad_edge=False
    )
    for row in ensemble.check().to_dict("records"):
        note = "unconstrained" if row["unconstrained"] else ""
        note = f"piled up at the {row['piled_up']} end" if row["piled_up"] else note
        numbers = [f"{row[key]:.3g}" for key in ("q05", "q50", "q95")]
        span = f"{row['low']:g} to {row['high']:g}"
        table.add_row(row["parameter"], f"{row['value']:g}", span, *numbers, f"{row['narrowed']:.0%}", note)
    screen.print("", table, "")


def screen_and_print(draws: int, targets: Path | None, where: Where) -> int:
    """Screen all parameters, write screening.csv, print the strongest of each target; return 0."""
    out = console()
    out.print("Which parameters move the targets?", style="bold")
    with watched(out, where.out, where.command) as watch:
        found = screen(load_targets(targets), draws, where.out, where.jobs, watch, where.fresh, None, where.command)
    safe(found).to_csv(where.out / "screening.csv", index=False)
    _manifest(where, {"draws": draws})
    table = Table("target", "strongest parameters (rank correlation; * fitted)", box=None, pad_edge=False)
    for target, rows in found.groupby("target", sort=False):
        shown = rows[rows["adjusted_p"] < 1 - LEVEL].head(STRONGEST).to_dict("records")
        words = [f"{row['parameter']}{'*' if row['fitted'] else ''} {row['correlation']:+.2f}" for row in shown]
        table.add_row(str(target), ", ".join(words) or "none distinguishable from chance")
    out.print("", table, "")
    out.print(f"Table: {where.out / 'screening.csv'}", soft_wrap=True)
    return 0


def forecast_plan(
    ensemble: str,
    targets: Path | None,
    policy: str | None,
    dates: tuple[str | None, str | None],
    members: int,
    seeds: int,
) -> Forecast:
    """Return what `inkspot backtest` was asked for. Raises UserError, ScenarioError where that cannot be read."""
    first, last = day(dates[0], "--from"), day(dates[1], "--to")
    return Forecast(load_ensemble(ensemble), load_targets(targets), load_targets(), policy, first, last, members, seeds)


def tell_made_with(screen: Console, ensemble: Ensemble) -> None:
    """Say so where an ensemble was fitted to another version of the model."""
    if ensemble.made_with:
        screen.print(ensemble.made_with, style="yellow", soft_wrap=True)


def backtest_and_print(plan: Forecast, where: Where) -> int:
    """Score the ensemble, write scores.csv, countries.csv, fan.svg/.png, manifest.json; return how many runs failed."""
    from experiments.history.figures import write_figure

    screen = console()
    screen.print("How well does the ensemble match the reports?", style="bold")
    tell_made_with(screen, plan.ensemble)
    if plan.policy is not None:
        words = f"From {plan.turn} on: {plan.base.composed.policy.title}; before that, the policy of 2014-2015."
        also = (
            f" These settings hold for all phases, also before that date: {', '.join(plan.turned)}."
            if plan.turned
            else ""
        )
        screen.print(words + also, soft_wrap=True)
    with watched(screen, where.out, where.command) as watch:
        found = backtest(plan, where.out, where.jobs, watch, where.fresh, where.command)
    safe(found.scores).to_csv(where.out / "scores.csv", index=False)
    safe(found.countries).to_csv(where.out / "countries.csv", index=False)
    safe(_chances(found)).to_csv(where.out / "chances.csv")
    safe(found.towns).to_csv(where.out / "towns.csv", index=False)
    safe(found.town_scores).to_csv(where.out / "town_scores.csv", index=False)
    safe(found.theatres).to_csv(where.out / "theatres.csv", index=False)
    safe(found.outlook).to_csv(where.out / "outlook.csv", index=False)
    _manifest(where, {"summary": found.summary, "policy": found.scenario.policy.name,
                                  "ensemble": plan.ensemble.about, "digest": found.scenario.digest})  # fmt: skip
    figure = write_figure(found, where.out)
    _print_scores(screen, found)
    _print_outlook(screen, found)
    for line in score_lines(found):
        screen.print(f"- {line}", soft_wrap=True)
    screen.print(DISCLAIMER, style="dim")
    tables = "scores.csv, countries.csv, chances.csv, towns.csv, town_scores.csv, theatres.csv, outlook.csv"
    screen.print(f"\nFigure: {figure} (also .png); tables: {tables}", soft_wrap=True)
    return found.failed


def _chances(found: Backtest) -> pd.DataFrame:
    return pd.DataFrame(found.chances, index=pd.Index(list(found.scenario.governments), name="country"))


def _print_scores(screen: Console, found: Backtest) -> None:
    table = Table("target", "date", "reported", "median", "90% interval", "inside", "", box=None, pad_edge=False)
    for row in found.scores.to_dict("records"):
        log = found.plan.targets.targets[str(row["target"])].scale == "log"
        numbers = [f"{np.exp(row[key]) if log else row[key]:,.4g}" for key in ("observed", "median", "low90", "high90")]
        inside = "50%" if row["in50"] else "90%" if row["in90"] else "outside"
        ahead = row["date"] > found.plan.ensemble.known_until
        known = "fitted" if row["known"] else "forecast" if ahead else "not fitted"
        table.add_row(str(row["target"]), str(row["date"]), *numbers[:2], " to ".join(numbers[2:]), inside, known)
    screen.print("", table, "")


def _print_outlook(screen: Console, found: Backtest) -> None:
    """Print the forecasts for the ends of coming years, from the last reports on."""
    if not len(found.outlook):
        return
    screen.print(f"Forecast, {found.scenario.policy.title}: median and 90% interval", style="bold", soft_wrap=True)
    ends = sorted({day for day in found.outlook["date"] if day.month == YEAR_END})
    table = Table("", *[f"{day:%d %b %Y}" for day in ends], box=None, pad_edge=False)
    for title, rows in found.outlook.groupby("title", sort=False):
        by_day = rows.set_index("date")
        cells = [f"{_short(by_day.loc[day, 'median'])} ({_short(by_day.loc[day, 'low90'])} to "
                 f"{_short(by_day.loc[day, 'high90'])})" for day in ends]  # fmt: skip
        table.add_row(f"{title}, {rows['unit'].iloc[0]}", *cells)
    screen.print(table, "")


def _short(value: float) -> str:
    """Two significant digits: more would suggest false precision."""
    return f"{float(f'{value:.2g}'):,.10g}"


def _manifest(where: Where, more: Manifest) -> None:
    """Add what came of a batch to the manifest of its folder."""
    write_manifest(where.out, read_manifest(where.out) | more)
