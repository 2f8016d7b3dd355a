"""The headline experiment: the runs, of each of which the four outcomes that count are stored.

runs.parquet, measured.parquet    a row a run, and a row an outcome; stopped or killed, the same call resumes
headline.csv    a row a world, comparison and outcome: difference, interval, verdict
headline.md     the page of text        headline.svg, .png    the figure
headline.json   title and text, and how to repeat it
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import pandas as pd

from experiments.batch.engine import OnProgress, run_all
from experiments.batch.manifest import about
from experiments.batch.measured import measured_layout, measured_task, measured_values
from experiments.batch.store import Store
from experiments.claims.headline.axes import AXES
from experiments.claims.headline.design import Design
from model.record import ORGANISATION_SERIES
from model.why.deaths import FIGHTERS

if TYPE_CHECKING:
    from model.record import Result

KIND = "headline_runs"
FILES = ("headline.csv", "headline.md", "headline.svg", "headline.png", "headline.json")
LAYOUT = replace(measured_layout(KIND), other_files=FILES)
# No outcome gains from a label alone: what provinces hold is counted of the groups that were provinces at the start,
# whatever they call themselves later; attacks abroad and deaths are those of all armed groups, whoever they belong to.
OUTCOMES = ("people_core", "cohort_people", "attacks_abroad", "deaths_of_all")
EFFORT = "effort_spent"  # stored beside them: what an arm cost
STORED = (*OUTCOMES, EFFORT)


@dataclass(frozen=True)
class WorldRuns:
    """What was run: a row each: scenario, check, source, world, arm, seed, status, error, repeat, outcomes, effort_spent."""

    design: Design
    runs: pd.DataFrame
    out: Path
    seconds: float

    @property
    def levels(self) -> pd.DataFrame:
        """The level of each world of the box on each axis, (worlds, axes), by number."""
        index = pd.Index([world.number for world in self.design.box], name="world")
        levels = [world.levels for world in self.design.box]
        return pd.DataFrame(levels, index=index, columns=[axis.name for axis in AXES])

    @property
    def failures(self) -> pd.DataFrame:
        """The runs that failed."""
        return self.runs[self.runs["status"] != "done"]


def take(result: "Result") -> Mapping[str, float]:
    """Return the outcomes that count, and the effort spent.

    attacks_abroad: attacks beyond the region by all groups, over all weeks. deaths_of_all: the victims of all groups'
    attacks in the region (on states, sectarian, across borders), over all weeks.
    """
    found = {name: result.outcomes[name] for name in ("people_core", "cohort_people", EFFORT)}
    abroad = result.organisation_rows[:, ORGANISATION_SERIES.index("attacks_international")].sum()
    return found | {"attacks_abroad": float(abroad), "deaths_of_all": float(result.deaths.dead[:, :FIGHTERS].sum())}


def run_headline(
    design: Design, out: str | Path, jobs: int = 1, progress: OnProgress | None = None, fresh: bool = False,
    command: Sequence[str] = (),
) -> WorldRuns:  # fmt: skip
    """Run what `out` does not hold yet; `progress` is called with how far it is.

    Stopped or killed, the same call resumes; so does one with more points or seeds. `fresh` deletes earlier results.
    Raises ScenarioError, StoreError where `out` holds other results, is in use or cannot be written.
    """
    started = perf_counter()
    planned = design.runs
    tasks = [measured_task(each.run, STORED, take) for each in planned]
    with Store(out, LAYOUT).open(about(KIND, command), fresh) as store:
        run_all(tasks, store, jobs, progress)
        values, failures = measured_values(store), store.failures()
    rows = []
    for each, task in zip(planned, tasks, strict=True):
        error, repeat = failures.get(task.columns["task"], ("", ""))
        found = {name: values.get((each.run.run_hash, name, None)) for name in STORED}
        rows.append({
            "scenario": each.scenario, "check": each.check, "source": each.world.source, "world": each.world.number,
            "arm": each.arm, "seed": each.seed, "status": "failed" if None in found.values() else "done", "error": error,
            "repeat": repeat, **found,
        })  # fmt: skip
    runs = pd.DataFrame(rows).astype(dict.fromkeys(STORED, float))
    return WorldRuns(design, runs, store.out, perf_counter() - started)
