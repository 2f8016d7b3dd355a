"""What `inkspot compare` does and prints, for one scenario or for several side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from rich.console import Console

from experiments.batch.guard import writing
from experiments.batch.spreadsheets import safe
from experiments.cli.compare_plan import announce
from experiments.cli.screen import console, file_name
from experiments.cli.watch import watched
from experiments.compare import terminal as tables
from experiments.compare.comparison import compare
from experiments.compare.futures import explore
from experiments.compare.planning import Plan
from experiments.measures.evidence import Evidence
from experiments.measures.futures import Futures, beside, beside_table
from experiments.report.pdf import browser, write_pdf
from experiments.report.words import DISCLAIMER
from model.scenario.schema import Scenario


@dataclass(frozen=True)
class Options:
    """The options of a comparison: folder, processes, parameter draws, and the command as typed."""

    out: Path | None
    jobs: int
    draws: int = 0
    draw_seeds: int = 1  # runs of each policy in each draw
    ensemble: str = ""  # that futures are drawn from instead of from the ranges
    fresh: bool = False
    command: Sequence[str] = ()
    pdf: bool = False
    chart: str = ""  # the only picture that is wanted


def compare_and_report(batches: Sequence[Plan], options: Options) -> int:
    """Compare policies in each scenario, print the tables, write the reports; return the number of runs that failed.

    Several scenarios have a folder each, and one page over all of them. The first is announced already.
    """
    screen = console()
    if options.pdf:
        browser()  # told before hours of runs, not after them
    folder = options.out or Path("results") / file_name("compare", *dict.fromkeys(_words(batches)))
    folders = [folder] if len(batches) == 1 else [folder / _scenario(batch).name for batch in batches]
    compared = []
    for batch, place in zip(batches, folders, strict=True):
        if batch is not batches[0]:
            announce(screen, batch, options.jobs, options.draws, options.draw_seeds)
        compared.append(_compare_one(screen, batch, place, options))
    if len(batches) > 1:
        from experiments.report.overview import write_overview

        page = write_overview([each for each, _ in compared], folder / "report.html")
        _print(screen, page, options)
        screen.print(f"All scenarios on one page: {page}", style="bold", soft_wrap=True)
    return sum(failures for _, failures in compared)


def _compare_one(screen: Console, batch: Plan, folder: Path, options: Options) -> tuple[Evidence, int]:
    futures = None
    with watched(screen, folder, options.command) as watch:
        evidence = compare(batch, folder, options.jobs, watch, options.fresh, options.command)
        if options.draws:
            place = folder / ("ensemble" if options.ensemble else "futures")
            futures = explore(
                batch, options.draws, place, options.jobs, watch, options.fresh, options.command, options.ensemble,
                options.draw_seeds,
            )  # fmt: skip
    with writing(folder):
        if options.chart:
            from experiments.report.drawing import write_chart  # matplotlib takes a second before the first line

            picture = write_chart(evidence, options.chart, folder / "figures")
            screen.print(f"Chart: {picture}", style="bold", soft_wrap=True)
            return evidence, 0
        failures = _report(screen, evidence, futures, folder)
    if len(evidence.finished):
        _print(screen, folder / "report.html", options)
    return evidence, failures


def _print(screen: Console, page: Path, options: Options) -> None:
    """Print a page as PDF where that is asked for."""
    if options.pdf:
        screen.print(f"PDF: {write_pdf(page)}", style="bold", soft_wrap=True)


def _report(screen: Console, evidence: Evidence, futures: Futures | None, folder: Path) -> int:
    from experiments.report.comparison import reproduction, write_report
    from experiments.report.export import wide, write_csv, write_workbook

    safe(evidence.effects_table()).to_csv(folder / "effects.csv", index=False)
    safe(evidence.regrets_table()).to_csv(folder / "regrets.csv", index=False)
    runs = evidence.runs if futures is None else pd.concat([evidence.runs, futures.all_runs])
    failures = runs[runs["status"] == "failed"]
    if len(evidence.finished):
        tables.show(screen, evidence)
        if futures is not None:
            tables.show_futures(screen, evidence, futures)
            safe(beside_table(beside(evidence, futures).values())).to_csv(folder / "futures.csv", index=False)
        write_report(evidence, folder / "report.html", futures)
        write_csv(wide(evidence), folder / "results.csv")
        write_workbook(evidence, folder / "results.xlsx", reproduction(evidence).command)
    for row in failures.itertuples():
        screen.print(f"Failed: {row.policy}, seed {row.seed}: {row.error}\n  again: {row.repeat}", soft_wrap=True)
    screen.print(DISCLAIMER, style="dim")
    if len(evidence.finished):
        screen.print(f"\nFor R and Excel: {folder / 'results.csv'}, {folder / 'results.xlsx'}", soft_wrap=True)
        screen.print(f"Report: {folder / 'report.html'}", style="bold", soft_wrap=True)
    return len(failures)


def _scenario(batch: Plan) -> Scenario:
    return next(iter(batch.runs.values()))[0].composed


def _words(batches: Sequence[Plan]) -> list[str]:
    """Scenario names, and digests of those with changed settings: results of other settings get another folder."""
    words = []
    for batch in batches:
        run = next(iter(batch.runs.values()))[0]
        words += [run.composed.name, *([run.composed.digest[:6]] if run.overrides else [])]
    return words
