"""What `inkspot sweep` and `inkspot results` do and print."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from experiments.cli.screen import console, file_name
from experiments.cli.watch import LINES, watched
from experiments.points.sampling import Floats
from experiments.report.words import DISCLAIMER
from experiments.sweep.cost import Estimate, estimate
from experiments.sweep.design import Design
from experiments.sweep.own_points import Points
from experiments.sweep.results import Results
from experiments.sweep.run import Plan, sweep
from experiments.sweep.store import done_rows, store_of
from experiments.sweep.summary import failures, show_results
from model.scenario.problems import few

VOLUMES = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"))
MOST_FACTORS = 20  # that are listed before a sweep


@dataclass(frozen=True)
class Options:
    """How a sweep is run. `dask`: an address or "local", in place of processes."""

    jobs: int
    dask: str | None = None
    out: Path | None = None
    fresh: bool = False
    reuse: bool = True


def sweep_and_print(plan: Plan, options: Options, command: Sequence[str]) -> int:
    """Run a plan, show how far it is and what came of it; return the number of runs that failed."""
    screen = console()
    folder = options.out or default_folder(plan)
    describe(screen, plan)
    results = run_sweep(screen, plan, folder, options, command, plan.own)
    return show(screen, results)


def run_sweep(
    screen: Console,
    plan: Plan,
    folder: Path,
    options: Options,
    command: Sequence[str],
    points: "Floats | Points | None" = None,
) -> Results:
    """Run a plan, whose points may be others than its design's, and show how far it is."""

    def stored() -> int:
        return int(np.count_nonzero(done_rows(store_of(plan, folder), plan)))

    with watched(screen, folder, command, stored) as watch:
        results = sweep(
            plan.design, folder, options.jobs, options.dask, points, watch, options.fresh, options.reuse, command
        )
    watch.say_reused()
    return results


def dry_run(plan: Plan, options: Options, command: Sequence[str]) -> None:
    """Say what a design would run, how long it would take and how large its results would be."""
    screen = console()
    folder = options.out or default_folder(plan)
    describe(screen, plan)
    cost = estimate(plan, folder)
    workers = options.jobs
    screen.print(f"Time: about {_span(cost, cost.least, workers)}; {cost.seconds:.2g} s a run, {cost.measured}.")
    screen.print(
        f"Size on disk: about {_volume(cost.bytes * cost.least)} in {folder}, twice that while parts are merged."
    )
    if cost.most > cost.least:
        words = (
            f"At the most {cost.most} runs: about {_span(cost, cost.most, workers)}, {_volume(cost.bytes * cost.most)}."
        )
        screen.print(words, soft_wrap=True)
    again = shlex.join(word for word in command if word != "--dry-run")
    screen.print(f"Nothing was stored. To run it: {again}", soft_wrap=True)


def results_and_print(folder: Path) -> int:
    """Print what a folder of results holds; return the number of runs that failed."""
    return show(console(), Results(folder))


def default_folder(plan: Plan) -> Path:
    """Return where a design's results go: another design, though of the same name, goes elsewhere."""
    return Path("results") / file_name("sweep", plan.design.name, plan.digest[:6])


def describe(screen: Console, plan: Plan) -> None:
    """Print what a design asks, what varies, and how many runs it has."""
    design = plan.design
    screen.print(design.head.title, style="bold")
    if design.head.question:
        screen.print(design.head.question)
    weeks = sorted({base.weeks for base in plan.bases})
    screen.print(f"{design.name}: {' or '.join(map(str, weeks))} weeks; {_count(plan)}", style="dim", soft_wrap=True)
    if design.factors or design.table:
        screen.print(f"Points: {design.sampling_words} ({len(plan.points)})", style="dim", soft_wrap=True)
        table = Table(box=None, pad_edge=False, show_header=False)
        for factor in design.factors[:MOST_FACTORS]:
            table.add_row(factor.key, factor.role, factor.words)
        screen.print(table)
        if len(design.factors) > MOST_FACTORS:
            screen.print(f"and {len(design.factors) - MOST_FACTORS} more factors")
    for words in (
        design.stop and f"A run ends early when: {' or '.join(design.stop)}",
        design.head.at and f"Outcomes also in weeks {', '.join(map(str, design.head.at))}",
        design.head.seeds and f"Seeds: {few(map(str, design.head.seeds))}",
        design.head.model and f"Model: {design.head.model}",
    ):
        if words:
            screen.print(words, style="dim", soft_wrap=True)
    if design.stopping.rule == "precision":
        screen.print(_rule(design), soft_wrap=True)


def show(screen: Console, results: Results) -> int:
    """Print a summary of results and of what failed; return the number of runs that failed."""
    show_results(screen, results)
    failed = failures(results)
    for row in failed[:LINES]:
        where = f"{row['scenario']}, {row['policy']}, point {row['point']}, seed {row['seed']}"
        screen.print(f"Failed: {where}: {row['error']}\n  again: {row['repeat']}", soft_wrap=True)
    if len(failed) > LINES:
        screen.print(f"and {len(failed) - LINES} more: the rows of runs.parquet with status failed")
    screen.print(DISCLAIMER, style="dim")
    return len(failed)


def _count(plan: Plan) -> str:
    design = plan.design
    if plan.listed:
        return f"{len(plan.points)} points in {plan.total(design.replicates)} runs, as the table says"
    parts = [(len(plan.points), "point"), (len(design.scenarios), "scenario"), (len(design.policies), "policy"),
             (design.replicates, "replicate")]  # fmt: skip
    words = [f"{count} {word if count == 1 else _plural(word)}" for count, word in parts]
    return f"{' x '.join(words)} = {plan.total(design.replicates)} runs"


def _plural(word: str) -> str:
    return f"{word.removesuffix('y')}ies" if word.endswith("y") else f"{word}s"


def _rule(design: Design) -> str:
    rule = design.stopping
    width = f"{rule.tolerance:g}" if rule.tolerance else f"{rule.relative:.1%} of it"
    against = f" against {rule.against}" if rule.against else ""
    return (
        f"Replicates are added, {rule.step} at a time, until the mean of {rule.outcome}{against} is known to +- {width}, "
        f"{design.maximum} at the most."
    )


def _span(cost: Estimate, runs: int, workers: int) -> str:
    seconds = cost.time(runs, workers)
    on = f" on {workers} {'process' if workers == 1 else 'processes'}"
    if seconds < 90:
        return f"{max(1, round(seconds))} s{on}"
    return f"{seconds / 60:.0f} minutes{on}" if seconds < 5400 else f"{seconds / 3600:.1f} hours{on}"


def _volume(size: float) -> str:
    divisor, unit = next((each for each in VOLUMES if size >= each[0]), VOLUMES[-1])
    number = size / divisor
    return f"{number:.2g} {unit}" if number < 10 else f"{number:.0f} {unit}"
