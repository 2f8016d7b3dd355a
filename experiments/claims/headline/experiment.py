"""The headline experiment: in which worlds does cutting the links work, do nothing, or backfire?

In each of many worlds (see `worlds.py`) three policies of equal cost meet the same seeds: `sever_links`, and what
it is held against, `core_only` and `comprehensive`. What the runs say is in `verdicts.py`, the figure in
`figure.py`, the text in `words.py`.

    runs.parquet   a row a run, stored as any batch is: stopped or killed, the same call resumes
    headline.csv   a row a world, outcome and policy held against: difference, interval, verdict
    headline.svg, .png    the figure        headline.json   the text, and how to repeat it
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter

import pandas as pd

from experiments.batch.engine import OnProgress, run_all, task_of
from experiments.batch.manifest import about
from experiments.batch.store import Store
from experiments.batch.tables import COMPARED, RUNS, Layout
from experiments.batch.take import take
from experiments.claims.headline.worlds import AXES, DECLARED, Design, World
from model.record import OUTCOMES

FILES = ("headline.csv", "headline.svg", "headline.png", "headline.json")
LAYOUT = Layout(kind="headline", tables={"runs": RUNS}, order=COMPARED.order, other_files=FILES)
COLUMNS = ("policy", "seed", "status", "error", "repeat", "run_hash", *OUTCOMES)


@dataclass(frozen=True)
class WorldRuns:
    """What was run: a row a run (world, policy, seed, status, error, repeat, effort_spent and other outcomes)."""

    design: Design
    runs: pd.DataFrame
    out: Path
    seconds: float

    @property
    def worlds(self) -> pd.DataFrame:
        """The levels of each sampled world, (worlds, axes), without the declared one; indexed by number."""
        return levels([world for world in self.design.worlds if world.number != DECLARED])

    @property
    def failures(self) -> pd.DataFrame:
        """The runs that failed."""
        return self.runs[self.runs["status"] == "failed"]


def levels(worlds: Sequence[World]) -> pd.DataFrame:
    """Return worlds as a table: number -> level on each axis."""
    index = pd.Index([world.number for world in worlds], name="world")
    return pd.DataFrame([world.levels for world in worlds], index=index, columns=[axis.name for axis in AXES])


def run_headline(
    design: Design, out: str | Path, jobs: int = 1, progress: OnProgress | None = None, fresh: bool = False,
    command: Sequence[str] = (),
) -> WorldRuns:  # fmt: skip
    """Run what `out` does not hold yet; `progress` is called with how far it is.

    Stopped or killed, the same call resumes; so does one with more points or seeds. `fresh` deletes earlier results.
    Raises ScenarioError, StoreError where `out` holds other results, is in use or cannot be written.
    """
    started = perf_counter()
    worlds = [world.number for world, _ in design.runs]
    tasks = [task_of(run, partial(take, (), False)) for _, run in design.runs]
    with Store(out, LAYOUT).open(about(LAYOUT.kind, command), fresh) as store:
        run_all(tasks, store, jobs, progress)
    runs = store.read("runs", [task.columns["run_hash"] for task in tasks])[list(COLUMNS)]
    runs.insert(0, "world", worlds)
    return WorldRuns(design, runs, store.out, perf_counter() - started)
