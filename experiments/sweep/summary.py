"""A summary of a folder of results: runs, factors with their ranges, outcomes with mean and spread."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

from experiments.batch.tables import at_week, declared_outcome
from experiments.measures.numbers import number
from experiments.sweep.results import Results
from model.record import OUTCOMES

MOST_OUTCOMES = 12  # that are shown where a design names none
FAILED = ("row", "point", "scenario", "policy", "seed", "error", "repeat")


@dataclass
class Moments:
    """Number, mean, standard deviation, least and greatest of values that come a few at a time."""

    count: int = 0
    mean: float = 0.0
    squares: float = 0.0
    low: float = float("inf")
    high: float = float("-inf")

    def add(self, values: npt.NDArray[np.float64]) -> None:
        """Take values in; nan does not count. Source: Chan, Golub and LeVeque, The American Statistician 37 (1983)."""
        known = values[~np.isnan(values)]
        if not len(known):
            return
        count, mean = len(known), float(known.mean())
        both = self.count + count
        self.squares += float(((known - mean) ** 2).sum()) + (mean - self.mean) ** 2 * self.count * count / both
        self.mean += (mean - self.mean) * count / both
        self.count = both
        self.low = min(self.low, float(known.min()))
        self.high = max(self.high, float(known.max()))

    @property
    def spread(self) -> float:
        """The standard deviation; nan for fewer than two values."""
        return float(np.sqrt(self.squares / (self.count - 1))) if self.count > 1 else float("nan")


def failures(results: Results) -> list[dict[str, Any]]:
    """Return the rows of runs that failed."""
    found: list[dict[str, Any]] = []
    for table in results.groups((*FAILED, "status")):
        found += [row for row in table.to_pylist() if row["status"] == "failed"]
    return found


def moments(results: Results, names: list[str]) -> dict[tuple[str, str, str], Moments]:
    """Return (scenario, policy, column) -> moments of that column over points and replicates."""
    found: dict[tuple[str, str, str], Moments] = {}
    for table in results.groups(["scenario", "policy", "status", *names]):
        frame = table.to_pandas()
        for (scenario, policy), rows in frame[frame["status"] == "done"].groupby(["scenario", "policy"]):
            for name in names:
                each = found.setdefault((str(scenario), str(policy), name), Moments())
                each.add(rows[name].to_numpy(dtype=float))
    return found


def show_results(screen: Console, results: Results) -> None:
    """Print what a results folder holds and how to open it."""
    design, summary = results.manifest["design"], results.summary
    counts = dict.fromkeys(("done", "failed"), 0)
    for table in results.groups(["status"]):
        for status in table["status"].to_pylist():
            counts[status] += 1
    screen.print(f"\n{design['title']}", style="bold")
    made = f"{counts['done'] + counts['failed']} runs, {counts['failed']} failed"
    arms = f"{len(design['scenarios'])} x {len(design['policies'])} scenarios and policies"
    screen.print(f"{made}: {results.manifest['points']} points, {arms}, {summary.get('replicates', '?')} replicates")
    _show_precision(screen, summary)
    _show_stopped(screen, results)
    _show_factors(screen, results)
    _show_outcomes(screen, results)
    _show_files(screen, results)


def _show_precision(screen: Console, summary: dict[str, Any]) -> None:
    for each in summary.get("precision", []):
        verdict = "precise enough" if each["enough"] else "not yet as precise as wanted"
        words = f"{each['mean']:.4g} +- {each['half_width']:.2g}, wanted +- {each['wanted']:.2g}: {verdict}"
        screen.print(f"Mean under {each['policy']} in {each['scenario']}: {words}", soft_wrap=True)


def _show_factors(screen: Console, results: Results) -> None:
    factors = results.manifest["design"]["factors"]
    if not factors:
        return
    table = Table("\nfactor", "\nrole", "\nvaries over", box=None, pad_edge=False)
    for name, each in factors.items():
        table.add_row(name, each["role"], each["values"])
    screen.print(table)


def _show_outcomes(screen: Console, results: Results) -> None:
    design = results.manifest["design"]
    names = design["outcomes"] or list(OUTCOMES)[:MOST_OUTCOMES]
    names = [*names, *(at_week(name, week) for week in design.get("at") or () for name in names)]
    names += ["weeks_run"] if design.get("stop") else []
    found = moments(results, names)
    several = len(design["scenarios"]) > 1
    table = Table("\noutcome", "\npolicy", *(["\nscenario"] if several else []), box=None, pad_edge=False)
    for heading in ("mean", "spread", "least", "greatest"):
        table.add_column(f"\n{heading}", justify="right")
    table.add_column("")
    for name in names:
        for scenario, policy in results.arms:
            each = found.get((scenario, policy, name))
            if each is None or not each.count:
                continue
            numbers = [number(value) for value in (each.mean, each.spread, each.low, each.high)]
            table.add_row(name, policy, *([scenario] if several else []), *numbers, _unit(name))
    screen.print(table)
    if design["outcomes"] is None:
        screen.print(f"All {len(OUTCOMES)} outcomes are columns of runs.parquet.", style="dim")


def _unit(name: str) -> str:
    declared = declared_outcome(name)
    return "weeks" if declared is None else declared.unit


def _show_stopped(screen: Console, results: Results) -> None:
    stopped = results.stopped
    if stopped:
        conditions = "; ".join(f"{count} by {words}" for words, count in stopped.items())
        screen.print(
            f"Stopped early: {conditions}. Outcomes of a run that stopped cover its weeks only (column weeks_run): compare "
            "weeks_run, or outcomes in a week that all runs reached (--at), not sums and ends of unlike spans.",
            soft_wrap=True,
        )


def _show_files(screen: Console, results: Results) -> None:
    if results.reader.unchecked:
        screen.print("These results are of an earlier version: whether files were damaged cannot be told.", style="dim")
    kept = ", ".join(f"{name}.parquet" for name in results.manifest["keep"] if name != "runs")
    screen.print(
        f"\nResults: {results.out / 'runs.parquet'} (a row a run)" + (f", {kept}" if kept else ""), soft_wrap=True
    )
    screen.print(f'  pandas   pd.read_parquet("{results.out}/runs.parquet")', style="dim", soft_wrap=True)
    screen.print(f'  Polars   pl.read_parquet("{results.out}/runs.parquet")', style="dim", soft_wrap=True)
    screen.print(f"  DuckDB   SELECT * FROM '{results.out}/runs.parquet'", style="dim", soft_wrap=True)
