"""Columns over organisations, for correlations and slopes: what a group is, what it did and when."""

from collections.abc import Collection, Sequence
from typing import Annotated

import numpy as np
from pydantic import AfterValidator

from experiments.measures.run_view import Floats, View
from model.record import ORGANISATION_SERIES
from model.scenario.problems import few, nearest

ATTRIBUTES = ("conviction", "ambition", "need", "hub_tie", "brutality", "fighters", "skill", "foreign_share", "envoys",
              "media", "treasury")  # fmt: skip
WEEKS = {"pledge_week": "pledge", "accepted_week": "acceptance"}
WHENS = ("start", "end", "mean", "change")
AMBIGUOUS = set(ATTRIBUTES) & set(ORGANISATION_SERIES)


def _known(name: str) -> str:
    """Return the name of a column; raises ValueError for one that is none, or that may mean two things."""
    when, _, series = name.rpartition(" ")
    if name in AMBIGUOUS:
        words = ", ".join(f'"{each} {name}"' for each in WHENS)
        raise ValueError(f'"{name}" changes during a run: write {words} (over its weeks)')
    if name in (*ATTRIBUTES, *WEEKS, *ORGANISATION_SERIES) or (when in WHENS and series in ORGANISATION_SERIES):
        return name
    columns = [*WEEKS, *(each for each in ATTRIBUTES if each not in AMBIGUOUS), *ORGANISATION_SERIES]
    close = nearest(series, columns)
    hint = f"; did you mean `{close}`?" if close else f"; allowed: {', '.join(WEEKS)}, {few(columns[2:])}"
    raise ValueError(f'"{name}" is no column of organisations' + hint)


Column = Annotated[str, AfterValidator(_known)]


def column_of(view: View, name: str) -> Floats:
    """Return a column, (organisations,): an attribute in the scenario, the week of a first event, or a weekly series.

    Weekly series are at the end unless `start`, `mean` (over the weeks after the start) or `change` (end less start) stands
    before the name. What
    an organisation does not have (factions have no attributes, those that never pledged no week) is nan.
    """
    names = view.organisation_names
    if name in WEEKS:
        first: dict[str, float] = {}
        for event in view.events(WEEKS[name]):
            first.setdefault(event.organisation, float(event.week))
        return np.array([first.get(each, np.nan) for each in names])
    when, _, series = name.rpartition(" ")
    if series in ORGANISATION_SERIES:
        weekly = view.organisations(series)
        if when in ("mean", "change"):
            return np.asarray(weekly[1:].mean(axis=0) if when == "mean" else weekly[-1] - weekly[0])
        return np.asarray(weekly[0 if when == "start" else -1])
    groups = view.result.scenario.groups
    return np.array([float(getattr(groups[each], name)) if each in groups else np.nan for each in names])


def paired(view: View, columns: Sequence[str], group: str | Collection[str]) -> tuple[Floats, Floats]:
    """Return two columns over the organisations that are meant at the end and have both."""
    first, second = (column_of(view, name) for name in columns)
    known = view.members(group)[-1] & np.isfinite(first) & np.isfinite(second)
    return first[known], second[known]
