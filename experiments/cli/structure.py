"""What `inkspot structure` prints and writes."""

from time import perf_counter

import pandas as pd
from rich.console import Console
from rich.table import Table

from experiments.batch.manifest import read_manifest, write_manifest
from experiments.batch.run import Run
from experiments.batch.spreadsheets import safe
from experiments.batch.whole_files import write_whole
from experiments.cli.backtest import Where, tell_made_with
from experiments.cli.screen import console
from experiments.cli.watch import watched
from experiments.history.measured_runs import run_at
from experiments.history.narrowing import narrowing, orders
from experiments.history.structure import POLICIES, REFERENCE, SCENARIO, Extent, conditions, measure
from experiments.history.structure_page import page
from experiments.history.structure_words import (
    NARROWED,
    Lines,
    kinds_table,
    markdown,
    narrowed_table,
    narrowing_lines,
    survival_lines,
)
from experiments.history.survival import survival
from experiments.points.ensemble import Ensemble, load_ensemble
from experiments.report.words import DISCLAIMER

HEADING = "Which conclusion survives what, and how much the fit narrows it"
TIMED = 26  # weeks of the run that is timed
LEGEND = (
    "Cells: how many conditions of a kind a conclusion survives (same sign, distinguishable). sign: that of the policy less "
    "what it is compared with in the reference; .: not distinguishable there, so that there is no conclusion to survive. "
    "(x 0.5): the effect there is half of that in the reference."
)


def structure_and_print(ensemble: str, extent: Extent, where: Where) -> int:
    """Run all conditions and draws; write structure.csv, narrowing.csv, orders.csv, structure.md and structure.html.

    Print what survives what and what the fit narrows; return the number of runs that failed.
    """
    screen, members = console(), load_ensemble(ensemble)
    screen.print(f"{HEADING}?", style="bold")
    tell_made_with(screen, members)
    about = about_lines(members, extent)
    for line in about:
        screen.print(line, style="dim", soft_wrap=True)
    screen.print(f"About {minutes(members, extent, where.jobs)} on {where.jobs} process(es), if nothing is stored yet.")
    with watched(screen, where.out, where.command) as watch:
        measured = measure(members, extent, where.out, where.jobs, watch, where.fresh, where.command)
    table, narrowed, ordered = survival(measured), narrowing(measured), orders(measured)
    for name, each in (("structure", table), ("narrowing", narrowed), ("orders", ordered)):
        safe(each).to_csv(where.out / f"{name}.csv", index=False)
    lines = survival_lines(table), narrowing_lines(narrowed, ordered)
    write_whole(where.out / "structure.md", markdown(HEADING, about, table, narrowed, lines).encode())
    write_whole(where.out / "structure.html", page(HEADING, about, table, [*lines[0], *lines[1]]).encode())
    write_manifest(where.out, read_manifest(where.out) | {"extent": vars(extent), "ensemble": members.about})
    _print(screen, table, narrowed, lines)
    screen.print(DISCLAIMER, style="dim")
    words = "Tables: structure.csv, narrowing.csv, orders.csv; all of it: structure.md, structure.html"
    screen.print(f"\n{words} in {where.out}", soft_wrap=True)
    return watch.progress.failed


def about_lines(members: Ensemble, extent: Extent) -> list[str]:
    """Say what is run."""
    return [
        f"Scenario {SCENARIO}, {extent.weeks} weeks; {len(POLICIES)} policies. {len(conditions())} conditions, one of them "
        f"the reference, with {extent.members} members of {members.label} (the same in all), one seed each; and "
        f"{extent.draws} draws x {extent.seeds} seeds of the ensemble and of the prior, the declared ranges of its "
        f"{len(members.parameters)} fitted parameters. {extent.runs} runs.",
        "By their shares essay brings twice the effort of core_only; sever_links and essay_equal_cost bring as much as it.",
        "Cohort: the groups that are provinces at the start, whatever they call themselves later. Area in km2; attacks and "
        "deaths are sums over all weeks, the other outcomes are those of the last week.",
    ]


def minutes(members: Ensemble, extent: Extent, jobs: int) -> str:
    """Return in words how long all runs take, from a short run with the settings of each condition."""
    weeks, known = min(TIMED, extent.weeks), {}
    points, total = members.cycled(2), 0.0
    for name, condition in conditions().items():
        key = str(condition.settings)
        if key not in known:
            base = Run(SCENARIO, POLICIES[0], {"weeks": weeks, **condition.settings})
            for seed, point in enumerate(points):  # the first loads the map
                run = run_at(base, point, seed)
                started = perf_counter()
                _simulate(run)
                known[key] = (perf_counter() - started) * extent.weeks / weeks
        total += known[key] * len(POLICIES) * (extent.members + (2 * extent.draws * extent.seeds) * (name == REFERENCE))
    return f"{total / jobs:.0f} s" if total < 60 * jobs else f"{total / jobs / 60:.0f} minutes"


def _simulate(run: Run) -> None:
    from model.simulation import Simulation  # not at the top: the command line would load the model at its start

    Simulation(run.composed, seed=run.seed).run()


def _print(screen: Console, table: pd.DataFrame, narrowed: pd.DataFrame, lines: Lines) -> None:
    _print_by_pair(screen, kinds_table(table))
    screen.print(LEGEND, "", style="dim")
    for line in lines[0]:
        screen.print(f"- {line}", soft_wrap=True)
    screen.print(f"\n{NARROWED}", style="dim")
    _print_by_pair(screen, narrowed_table(narrowed))
    for line in lines[1]:
        screen.print(f"- {line}", soft_wrap=True)


def _print_by_pair(screen: Console, table: pd.DataFrame) -> None:
    for pair, rows in table.groupby("pair", sort=False):
        shown = rows.drop(columns="pair")
        printed = Table(*map(str, shown.columns), title=str(pair), title_justify="left", box=None, pad_edge=False)
        for row in shown.to_numpy():
            printed.add_row(*map(str, row))
        screen.print("", printed)
    screen.print("")
