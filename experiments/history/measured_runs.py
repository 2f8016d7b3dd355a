"""Runs of which a few numbers are stored: those of points of an ensemble, measured at the dates of targets.

Tables of sweeps hold neither organisations nor countries, which the targets need, so that values are measured where the
run is made (see `batch/measured.py`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import nan
from typing import TYPE_CHECKING

from experiments.batch.engine import OnProgress, run_all
from experiments.batch.measured import Value, measured_task, measured_values
from experiments.batch.run import Run
from experiments.batch.store import Store
from experiments.sweep.plan import with_parameters

if TYPE_CHECKING:
    from model.record import Result

Values = dict[str, Value]
Take = Callable[["Result"], Mapping[str, Value]]  # what is measured of a run; importable, since processes call it


class MeasuredRuns:
    """The measured runs of an open store. `errors`: why runs failed, by run hash."""

    def __init__(self, store: Store, jobs: int = 1, progress: OnProgress | None = None) -> None:
        self.store, self.jobs, self.progress = store, jobs, progress
        self.errors: dict[str, str] = {}
        self._known = self._stored()

    def measure(self, runs: Sequence[Run], wanted: Iterable[str], take: Take) -> list[Values]:
        """Return the values of each run by name.

        Runs of which one of `wanted` is not stored are made, and `take` measures them. A run that fails has no values,
        and its error is in `errors`. Raises StoreError as `Store` does.
        """
        names = sorted(wanted)
        tasks = {run.run_hash: measured_task(run, names, take) for run in runs if not self._holds(run, names)}
        there = len({run.run_hash for run in runs}) - len(tasks)
        run_all(list(tasks.values()), self.store, self.jobs, self.progress, there)
        if tasks:
            self._known = self._stored()
            failures = self.store.failures()
            self.errors |= {
                run_hash: failures[task.columns["task"]][0]
                for run_hash, task in tasks.items() if task.columns["task"] in failures
            }  # fmt: skip
        return [self._known.get(run.run_hash, {}) for run in runs]

    def _holds(self, run: Run, names: Iterable[str]) -> bool:
        return set(names) <= self._known.get(run.run_hash, {}).keys()

    def _stored(self) -> dict[str, Values]:
        known: dict[str, Values] = {}
        for (run_hash, measure, _), value in measured_values(self.store).items():
            known.setdefault(run_hash, {})[measure] = value
        return known


def number(values: Values, name: str) -> float:
    """Return a value that is one number, nan where it is not there."""
    value = values.get(name, nan)
    return nan if isinstance(value, list) else value


def run_at(base: Run, overrides: Mapping[str, object], seed: int) -> Run:
    """Return a run of a scenario at other parameters; composed by copying where only parameters and rivals differ."""
    run = Run(base.scenario, base.policy, {**base.overrides, **overrides}, seed)
    composed = with_parameters(base.composed, overrides)
    if composed is not None:
        vars(run)["composed"] = composed
    return run
