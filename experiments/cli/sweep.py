"""What `inkspot sweep` and `inkspot results` do and print."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from experiments.cli.screen import console, file_name, progress_bar
from experiments.report.words import DISCLAIMER
from experiments.sweep.cost import Estimate, estimate
from experiments.sweep.design import Design
from experiments.sweep.design_file import load_design
from experiments.sweep.results import Results
from experiments.sweep.run import Done, Plan, sweep
from experiments.sweep.store import SweepStore
from experiments.sweep.summary import failures, show_results

TENTHS = 10  # lines that a batch prints where there is no terminal
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


def sweep_and_print(design_file: str, options: Options, command: Sequence[str]) -> int:
    """Run a design, show how far it is and what came of it; return the number of runs that failed."""
    design = load_design(design_file)
    screen, plan = console(), Plan(design)
    folder = options.out or default_folder(plan)
    describe(screen, plan)
    watch = Watch(screen)
    try:
        with watch.bar:
            results = sweep(
                design, folder, options.jobs, options.dask, None, watch, options.fresh, options.reuse, command
            )
    except KeyboardInterrupt:
        stored = int(np.count_nonzero(SweepStore(folder, plan).done_rows()))
        screen.print(f"\nStopped: {stored} of {watch.total} runs are stored in {folder}.", soft_wrap=True)
        again = [word for word in command if word != "--fresh"]
        screen.print(f"To go on from there: {shlex.join(again)}", soft_wrap=True)
        raise typer.Exit(130) from None
    watch.say_reused()
    return show(screen, results)


def dry_run(design_file: str, options: Options, command: Sequence[str]) -> None:
    """Say what a design would run, how long it would take and how large its results would be."""
    screen, plan = console(), Plan(load_design(design_file))
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
    """Print what a results folder holds; return the number of runs that failed."""
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
    if design.factors:
        screen.print(f"Points: {design.sampling_words} ({len(plan.points)})", style="dim", soft_wrap=True)
        table = Table(box=None, pad_edge=False, show_header=False)
        for factor in design.factors[:MOST_FACTORS]:
            table.add_row(factor.key, factor.role, factor.words)
        screen.print(table)
        if len(design.factors) > MOST_FACTORS:
            screen.print(f"and {len(design.factors) - MOST_FACTORS} more factors")
    if design.stopping.rule == "precision":
        screen.print(_rule(design), soft_wrap=True)


def show(screen: Console, results: Results) -> int:
    """Print a summary of results and of what failed; return the number of runs that failed."""
    show_results(screen, results)
    failed = failures(results)
    for row in failed[:TENTHS]:
        where = f"{row['scenario']}, {row['policy']}, point {row['point']}, seed {row['seed']}"
        screen.print(f"Failed: {where}: {row['error']}\n  again: {row['repeat']}", soft_wrap=True)
    if len(failed) > TENTHS:
        screen.print(f"and {len(failed) - TENTHS} more: the rows of runs.parquet with status failed")
    screen.print(DISCLAIMER, style="dim")
    return len(failed)


def _count(plan: Plan) -> str:
    design = plan.design
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


class Watch:
    """Shows how far a sweep is: a bar on a terminal, a line every tenth of the runs otherwise."""

    def __init__(self, screen: Console) -> None:
        self.screen, self.bar = screen, progress_bar(screen)
        self.done = self.total = self.reused = 0
        self.task = self.bar.add_task("starting")

    def __call__(self, state: Done) -> None:
        """Show how far it is."""
        first, more = self.total == 0, 0 < self.total < state.total
        tenth = state.stored * TENTHS // max(1, state.total) > self.done * TENTHS // max(1, self.total or 1)
        if not self.screen.is_terminal and state.stored and (first or more or tenth):
            words = "stored from an earlier call" if first else "done"
            self.screen.print(f"{state.stored} of {state.total} runs {words}")
        self.done, self.total, self.reused = state.stored, state.total, state.reused
        self.bar.update(self.task, total=state.total, completed=state.stored, description="running")

    def say_reused(self) -> None:
        """Say how many runs were known already."""
        if self.reused:
            self.screen.print(
                f"{self.reused} of them were not run: the same runs are stored here or beside this folder."
            )
