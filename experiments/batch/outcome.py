"""What a run of a sweep sends back: its outcomes and, where they are kept, its series and events as Arrow tables.

Tables are made where the run is, so that the process that stores them only puts them one after another.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from experiments.batch.run import Run, attempt
from experiments.batch.store import SCHEMAS
from model.record import SERIES

if TYPE_CHECKING:
    from model.record import Result

Tables = Mapping[str, pa.Table]


@dataclass(frozen=True)
class Answer:
    """What came of a run: outcomes in the order of `OUTCOMES`, tables of what is kept; or the error, and neither."""

    outcomes: tuple[float, ...] = ()
    error: str = ""
    seconds: float = float("nan")
    tables: Tables = field(default_factory=dict)


def answer(keep: Collection[str], run: Run) -> Answer:
    """Run to the end. `keep` names the tables that are wanted: series, events. A failed run is an answer, never an error."""
    made, error, seconds = attempt(run, partial(_answer, run, keep))
    return Answer(error=error, seconds=seconds) if made is None else Answer(made.outcomes, "", seconds, made.tables)


def _answer(run: Run, keep: Collection[str], result: "Result") -> Answer:
    tables = {"series": series_table, "events": events_table}
    outcomes = tuple(result.outcomes.values())
    return Answer(outcomes, tables={name: make(run, result) for name, make in tables.items() if name in keep})


def series_table(run: Run, result: "Result") -> pa.Table:
    """Return a row a week."""
    weeks = range(len(result.rows))
    columns = _keys(run, len(weeks)) | {
        "week": pa.array(weeks, pa.int64()),
        "date": pa.array([result.scenario.start + timedelta(weeks=week) for week in weeks], pa.date32()),
    }
    columns |= {name: pa.array(result.rows[:, position]) for position, name in enumerate(SERIES)}
    return pa.table(columns, schema=SCHEMAS["series"])


def events_table(run: Run, result: "Result") -> pa.Table:
    """Return a row an event."""
    events = result.event_list
    start = result.scenario.start
    columns = _keys(run, len(events)) | {
        "week": [event.week for event in events],
        "date": [start + timedelta(weeks=event.week) for event in events],
        **{name: [getattr(event, name) for event in events]
           for name in ("kind", "organisation", "other", "country", "amount", "cause")},
        "causes": [json.dumps(event.causes) for event in events],
    }  # fmt: skip
    return pa.table(columns, schema=SCHEMAS["events"])


def _keys(run: Run, rows: int) -> dict[str, Any]:
    keys = {"run_hash": run.run_hash, "policy": run.composed.policy.name, "seed": run.seed}
    return {name: pa.repeat(value, rows) for name, value in keys.items()}
