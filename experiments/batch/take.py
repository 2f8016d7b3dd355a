"""What is taken of a result to be stored: outcomes, and where they are wanted series, events and the last map.

Tables are made where the run is, so that the process that stores them only puts them one after another.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from experiments.batch.columns import table
from experiments.batch.ends import stopped_by
from experiments.batch.outcome import EndMap, RunData
from experiments.batch.places import places_table
from experiments.batch.tables import AT, EVENTS_TABLE, IDENTITY, SERIES_TABLE
from model.record import SERIES

if TYPE_CHECKING:
    from model.record import Result

EVENT_FIELDS = ("kind", "organisation", "other", "country", "amount", "cause")


def take(tables: Collection[str], with_map: bool, result: "Result") -> RunData:
    """Return the outcomes of a result, of `tables` those named (series, events, places), and the map at the end."""
    makers = {"series": series_table, "events": events_table, "places": places_table}
    return RunData(
        dict(result.outcomes),
        {name: make(result) for name, make in makers.items() if name in tables},
        EndMap(result.control, tuple(result.organisation_names), dict(result.organisation_titles))
        if with_map
        else None,
    )


def take_of_sweep(
    tables: Collection[str], at: Mapping[str, int], stop: Sequence[str], ended: bool, result: "Result"
) -> RunData:
    """Return what `take` does, outcomes in weeks before the end, and, where runs may end early, how far this one came.

    `at`: names of outcomes in a week -> that week. A week that the run did not reach has no value.
    """
    data, last = take(tables, False, result), len(result.rows) - 1
    weeks = {week: result.outcomes_at(week) for week in set(at.values()) if week <= last}
    more: dict[str, Any] = {name: weeks[week][name.rpartition(AT)[0]] for name, week in at.items() if week in weeks}
    if ended:
        more |= {"weeks_run": float(last), "stopped_by": stopped_by(result, stop)}
    return replace(data, values={**data.values, **more})


def series_table(result: "Result") -> pa.Table:
    """Return a row a week, without the columns that say which run it is."""
    weeks = range(len(result.rows))
    columns: dict[str, Any] = {"week": weeks, "date": [result.scenario.start + timedelta(weeks=week) for week in weeks]}
    columns |= {name: result.rows[:, position] for position, name in enumerate(SERIES)}
    return table(columns, _anonymous(SERIES_TABLE))


def events_table(result: "Result") -> pa.Table:
    """Return a row an event, without the columns that say which run it is."""
    events, start = result.event_list, result.scenario.start
    columns = {
        "week": [event.week for event in events],
        "date": [start + timedelta(weeks=event.week) for event in events],
        **{name: [getattr(event, name) for event in events] for name in EVENT_FIELDS},
        "causes": [json.dumps(event.causes) for event in events],
    }
    return table(columns, _anonymous(EVENTS_TABLE))


def _anonymous(schema: pa.Schema) -> pa.Schema:
    known = {name for name, _ in IDENTITY}
    return pa.schema([each for each in schema if each.name not in known])
