"""Runs, many of them: on one process, on several, or on a cluster; stored, resumable, never made twice."""

from typing import TYPE_CHECKING

from experiments import exported

if TYPE_CHECKING:
    from experiments.batch.engine import Task, engine_of, run_all, task_of
    from experiments.batch.outcome import Outcome, RunData
    from experiments.batch.run import Run
    from experiments.batch.store import Store

__all__ = ["Outcome", "Run", "RunData", "Store", "Task", "engine_of", "run_all", "task_of"]

__getattr__ = exported(
    __name__,
    {
        "Outcome": "outcome",
        "Run": "run",
        "RunData": "outcome",
        "Store": "store",
        "Task": "engine",
        "engine_of": "engine",
        "run_all": "engine",
        "task_of": "engine",
    },
)
