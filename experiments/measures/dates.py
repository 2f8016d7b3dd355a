"""Dates as weeks of a run: row w of a run's tables is dated `start` + 7 w days."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from model.scenario.table import Week

When = Annotated[Week | date, Field(description="a week of the run (0 is the start), or a date as 2015-01-01")]
Edge = Literal["from", "to", "at"]


def week_of(when: int | date, start: date, edge: Edge = "at") -> int:
    """Return the week that a week or a date means in a run that begins at `start`; below 0 where it lies before it.

    A date `at` which something is measured is the nearest week. A period has the weeks that are dated in it: `from` is the
    first week on or after the date, `to` the last one on or before it.
    """
    if not isinstance(when, date):
        return when
    days = (when - start).days
    if edge == "from":
        return -(-days // 7)
    return days // 7 if edge == "to" else round(days / 7)


def in_words(when: int | date) -> str:
    """Return a week or a date as it stands in a sentence."""
    return when.isoformat() if isinstance(when, date) else f"week {when}"
