"""What a sweep will cost: runs, time and space, from a short run made here or from what an earlier call measured."""

from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import pyarrow as pa
import pyarrow.parquet as pq

from experiments.batch.errors import UserError
from experiments.batch.outcome import Answer, answer
from experiments.batch.run import Run
from experiments.batch.store import SCHEMAS
from experiments.sweep.plan import Plan
from experiments.sweep.store import SweepStore

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
    store = SweepStore(out, plan)
    earlier = store.manifest().get("summary", {}).get("seconds_a_run")
    seconds, sample = _timed(plan)
    measured = "measured on one short run here"
    if earlier:
        seconds, measured = float(earlier), "as measured in earlier runs of this design"
    design = plan.design
    return Estimate(
        plan.total(design.replicates), plan.total(design.maximum), seconds, _bytes(plan, store, sample), measured
    )


def _timed(plan: Plan) -> tuple[float, Answer]:
    """Return the mean seconds of a run over the design's scenarios, and what the last short run answered."""
    firsts = {arm.scenario: place for place, arm in reversed(list(enumerate(plan.arms)))}
    chosen = sorted(firsts.values())[:MOST_TIMED]
    total, found = 0.0, Answer()
    for place in chosen:
        arm, weeks = plan.arms[place], plan.bases[place].weeks
        _run(plan, place, 1)  # imports the model and loads the map
        started = perf_counter()
        found = _run(plan, place, min(SHORT, weeks))
        total += (perf_counter() - started) * weeks / min(SHORT, weeks)
        if found.error:
            raise UserError(f"the short run of {arm.scenario_name} failed: {found.error}")
    return total / len(chosen), found


def _run(plan: Plan, place: int, weeks: int) -> Answer:
    arm = plan.arms[place]
    run = Run(arm.scenario, arm.policy, plan.design.overrides | {"weeks": weeks})
    return answer({"series", "events"}, run)


def _bytes(plan: Plan, store: SweepStore, sample: Answer) -> float:
    """Return bytes a run in the tables that are kept; while parts are merged there is twice as much."""
    for row in plan.rows(range(min(ROWS, plan.total(1)))):
        noise = 1 + row.number / 977  # values that differ from row to row take more room than equal ones
        store.hold(row, Answer(tuple(value * noise for value in sample.outcomes)))
    runs = store.held()
    size = (_size(runs) - _size(runs.schema.empty_table())) / max(1, len(runs))
    weeks = max(base.weeks for base in plan.bases)
    longer = weeks / max(1, len(sample.tables["series"]) - 1)
    for name in store.kept:
        size += (_size(sample.tables[name]) - _size(SCHEMAS[name].empty_table())) * longer
    return size


def _size(table: pa.Table) -> int:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return int(sink.getvalue().size)
