"""The cost of a sweep: runs, time and space, estimated from a short run or from an earlier call."""

from dataclasses import dataclass
from functools import partial
from math import inf
from pathlib import Path
from time import perf_counter

import pyarrow as pa
import pyarrow.parquet as pq

from experiments.batch.engine import Task, outcome_of
from experiments.batch.errors import UserError
from experiments.batch.manifest import read_manifest
from experiments.batch.outcome import Outcome, RunData
from experiments.batch.run import Run
from experiments.batch.tables import BY_WEEK, runs_table
from experiments.batch.take import take
from experiments.sweep.plan import Plan
from experiments.sweep.store import layout, runs_schema, tasks_of

SHORT = 26  # weeks of the run that is timed
MOST_TIMED = 3  # scenarios of which one run is timed
ROWS = 20  # of runs whose size is measured
STARTING = 3.0  # seconds until new processes are at work


@dataclass(frozen=True)
class Estimate:
    """Runs at the least and at the most, seconds a run and bytes a run; `measured`: where the seconds are from."""

    least: int
    most: int
    seconds: float
    bytes: float
    measured: str

    def time(self, runs: int, workers: int) -> float:
        """Return the seconds that so many runs take."""
        return runs * self.seconds / max(1, min(workers, runs)) + (STARTING if workers > 1 else 0.0)


def estimate(plan: Plan, out: Path) -> Estimate:
    """Return what a plan will cost; `out` is where an earlier call may have left what it measured."""
    earlier = read_manifest(out).get("summary", {}).get("seconds_a_run")
    seconds, sample = _timed(plan)
    measured = "measured on one short run here"
    if isinstance(earlier, int | float) and 0 < earlier < inf:
        seconds, measured = float(earlier), "as measured in earlier runs of this design"
    design = plan.design
    return Estimate(plan.total(design.replicates), plan.total(design.maximum), seconds, _bytes(plan, sample), measured)


def _timed(plan: Plan) -> tuple[float, RunData]:
    """Return the mean seconds of a run over the design's scenarios, and the data of the last short run."""
    firsts = {arm.scenario: place for place, arm in reversed(list(enumerate(plan.arms)))}
    chosen = sorted(firsts.values())[:MOST_TIMED]
    total, data = 0.0, RunData()
    for place in chosen:
        arm, weeks = plan.arms[place], plan.bases[place].weeks
        _run(plan, place, 1)  # imports the model and loads the map
        started = perf_counter()
        outcome = _run(plan, place, min(SHORT, weeks))
        total += (perf_counter() - started) * weeks / min(SHORT, weeks)
        if outcome.data is None:
            raise UserError(f"the short run of {arm.scenario_name} failed: {outcome.error}")
        data = outcome.data
    return total / len(chosen), data


def _run(plan: Plan, place: int, weeks: int) -> Outcome[RunData]:
    """Make a short run of what was checked at full length: a policy may well begin after these weeks."""
    arm = plan.arms[place]
    run = Run(arm.scenario, arm.policy, plan.design.overrides | {"weeks": weeks})
    vars(run)["composed"] = plan.bases[place].model_copy(update={"weeks": weeks})
    return outcome_of(Task(run, partial(take, tuple(BY_WEEK), False)))


def _bytes(plan: Plan, sample: RunData) -> float:
    """Return bytes a run in the tables that are stored; while parts are merged there is twice as much."""
    rows = []
    for task in tasks_of(plan, range(min(ROWS, plan.total(1))), ()):
        noise = 1 + task.columns["row"] / 977  # values that differ from row to row take more room than equal ones
        values = {name: value * noise for name, value in sample.values.items()}
        rows.append({**task.columns, "status": "done", "error": "", "repeat": task.run.command, **values})
    schema = runs_schema(plan.design)
    size = (_size(runs_table(schema, rows)) - _size(schema.empty_table())) / max(1, len(rows))
    weeks = max(base.weeks for base in plan.bases)
    longer = weeks / max(1, len(sample.tables["series"]) - 1)
    for name in layout(plan.design).others:
        size += (_size(sample.tables[name]) - _size(sample.tables[name].schema.empty_table())) * longer
    return size


def _size(table: pa.Table) -> int:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return int(sink.getvalue().size)
