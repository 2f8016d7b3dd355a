"""The headline experiment: in which worlds does cutting the links work, do nothing, or backfire?

In each of many worlds (see `worlds.py`) three policies of equal cost meet the same seeds: `sever_links`, and what
it is held against, `core_only` and `comprehensive`. What the runs say is in `verdicts.py`, the figure in
`figure.py`, the text in `words.py`.

    headline.runs.jsonl   a line a run, written when it ends: a batch that is killed loses only the runs in flight
    headline.csv          a row a world, outcome and policy held against: difference, interval, verdict
    headline.svg, .png    the figure        headline.json   the text, and how to repeat it
"""

import json
import os
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd

from experiments.batch.run import Run, failed, model_version, run_one
from experiments.batch.whole_files import write_whole
from experiments.batch.workers import supervised
from experiments.claims.headline.worlds import AXES, DECLARED, Design, World
from model.record import OUTCOMES

RUNS = "headline.runs.jsonl"
FILES = ("headline.csv", "headline.svg", "headline.png", "headline.json", RUNS)
Progress = Callable[[int, int], None]
Row = dict[str, Any]


@dataclass(frozen=True)
class Ran:
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
    design: Design, out: str | Path, jobs: int = 1, progress: Progress | None = None, fresh: bool = False
) -> Ran:
    """Run what `out` does not hold yet. `progress` is called with the numbers of finished runs and of all.

    Stopped or killed, the same call goes on from there; so does one with more points or seeds. Runs of another version
    of the model are made again; `fresh` deletes all earlier ones. Raises ScenarioError, OSError.
    """
    started, folder = perf_counter(), Path(out)
    report = progress or (lambda done, total: None)
    folder.mkdir(parents=True, exist_ok=True)
    if fresh:
        for name in FILES:
            (folder / name).unlink(missing_ok=True)
    wanted = {run.run_hash: (world, run) for world, run in design.runs}
    stored = _stored(folder / RUNS)
    rows = {key: stored[key] for key in wanted if key in stored and stored[key]["status"] == "done"}
    report(len(rows), len(wanted))
    waiting = [run for key, (_, run) in wanted.items() if key not in rows]
    with (folder / RUNS).open("a", encoding="utf-8") as file, closing(_finished(waiting, jobs)) as finished:
        for row in finished:
            file.write(json.dumps(row) + "\n")
            file.flush()
            os.fsync(file.fileno())
            rows[row["run_hash"]] = row
            report(len(rows), len(wanted))
    table = pd.DataFrame([{"world": world.number} | rows[key] for key, (world, _) in wanted.items()])
    return Ran(design, table.astype(dict.fromkeys(OUTCOMES, float)), folder, perf_counter() - started)


def measured(run: Run) -> Row:
    """Run to the end and return its row: what it was, whether it failed, its outcomes."""
    return _row(run_one(run))


def _row(outcome: Any) -> Row:
    return {
        "run_hash": outcome.run_hash, "model_version": model_version(), "policy": outcome.run.policy,
        "seed": outcome.run.seed, "status": outcome.status, "error": outcome.error, "repeat": outcome.run.command,
        **dict.fromkeys(OUTCOMES), **outcome.outcomes,
    }  # fmt: skip


def _finished(waiting: list[Run], jobs: int) -> Any:
    """Yield the row of each run as it ends."""
    if jobs == 1:
        yield from map(measured, waiting)
        return
    for run, answer in supervised(measured, waiting, jobs):
        yield answer if isinstance(answer, dict) else _row(failed(run, str(answer)))


def _stored(path: Path) -> dict[str, Row]:
    """Return the stored rows by hash, which knows the model's version; a last line cut off by a kill is taken away."""
    if not path.exists():
        return {}
    rows: dict[str, Row] = {}
    lines = path.read_bytes().splitlines(keepends=True)
    whole = [line for line in lines if line.endswith(b"\n")]
    for line in whole:
        with suppress(ValueError, KeyError, TypeError):
            row = json.loads(line)
            rows[row["run_hash"]] = row
    if len(whole) < len(lines):
        write_whole(path, b"".join(whole))
    return rows
