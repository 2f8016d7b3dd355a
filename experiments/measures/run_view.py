"""A run cut at a horizon, as arrays, and the ways in which measures reduce them."""

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from model.record import COUNTRY_SERIES, ORGANISATION_SERIES, SERIES
from model.state import CORE, Status

if TYPE_CHECKING:
    from model.record import Result
    from model.state import Event

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
By = Literal["end", "mean", "sum", "max", "min", "slope", "change"]
Over = Literal["sum", "mean", "max", "count"]
CLASSES = ("core", "provinces", "members", "groups", "independents", "franchises", "all")


class View:
    """The first `horizon` weeks of a run: row w of every table is the end of week w, row 0 the start.

    `last_event`: the last week whose events count, by default the last one that is simulated, `horizon` - 1. A run looked
    at on a date also has the events of that date.
    """

    def __init__(self, result: "Result", horizon: int, last_event: int | None = None) -> None:
        weeks = len(result.rows) - 1
        if not 0 <= horizon <= weeks:
            raise ValueError(f"a run of {weeks} weeks cannot be measured at week {horizon}")
        self.result, self.horizon = result, horizon
        self.last_event = horizon - 1 if last_event is None else min(last_event, horizon)
        self.whole = horizon == weeks
        self.start: date = result.scenario.start
        self.organisation_names = result.organisation_names

    def series(self, name: str) -> Floats:
        """A series, (horizon + 1,)."""
        column: Floats = self.result.rows[: self.horizon + 1, SERIES.index(name)]
        return column

    def organisations(self, name: str) -> Floats:
        """A column of the organisations' table, (horizon + 1, organisations)."""
        block = self.result.organisation_rows[: self.horizon + 1, ORGANISATION_SERIES.index(name)]
        column: Floats = block[:, : len(self.organisation_names)]
        return column

    def countries(self, name: str) -> Floats:
        """A column of the countries' table, (horizon + 1, countries)."""
        column: Floats = self.result.country_rows[: self.horizon + 1, COUNTRY_SERIES.index(name)]
        return column

    def towns(self) -> Floats:
        """Control of each town, (horizon + 1, towns, `TOWN_SERIES`)."""
        return self.result.town_rows[: self.horizon + 1]

    def members(self, group: str | Collection[str]) -> Flags:
        """Which organisations are meant in each week, (horizon + 1, organisations): a class by status, or names."""
        status = self.organisations("status")
        if not isinstance(group, str):
            named = np.array([name in group for name in self.organisation_names])
            return np.broadcast_to(named, status.shape)
        province = status == Status.PROVINCE
        core = np.zeros(status.shape, dtype=bool)
        core[:, CORE] = True
        meant: dict[str, Flags] = {
            "core": core,
            "provinces": province,
            "members": core | province,
            "groups": (status >= 0) & ~core,
            "independents": status == Status.INDEPENDENT,
            "franchises": status == Status.RIVAL_FRANCHISE,
            "all": status >= 0,
        }
        return meant[group]

    def located(self, codes: str | Collection[str]) -> Flags:
        """Which countries are meant in each week, (horizon + 1, countries)."""
        names = self.result.theatre.countries
        meant = [codes == "all" or name in codes for name in names]
        return np.broadcast_to(np.array(meant), (self.horizon + 1, len(names)))

    def events(
        self,
        kind: str,
        group: str | Collection[str] | None = None,
        countries: Collection[str] | None = None,
        first: int | None = None,
        last: int | None = None,
    ) -> list["Event"]:
        """Events of a kind up to the last that counts, in order; of organisations by their status when the week began."""
        begin, end = first or 0, self.last_event if last is None else min(last, self.last_event)
        met = [event for event in self.result.event_list if event.kind == kind and begin <= event.week <= end]
        if countries is not None:
            met = [event for event in met if event.country in countries]
        if group is None:
            return met
        members, rows = self.members(group), {name: row for row, name in enumerate(self.organisation_names)}
        return [event for event in met if event.organisation in rows and members[event.week, rows[event.organisation]]]


def over_units(values: Floats, meant: Flags, over: Over, above: float = 0.0) -> Floats:
    """Reduce (weeks + 1, units) over the units meant in each week; count: of those over `above`; mean, max of none: nan."""
    if over == "count":
        return np.asarray(np.count_nonzero(meant & (values > above), axis=1), dtype=float)
    total: Floats = np.where(meant, values, 0.0).sum(axis=1)
    if over == "sum":
        return total
    number = np.count_nonzero(meant, axis=1)
    if over == "mean":
        return np.where(number > 0, total / np.maximum(1, number), np.nan)
    largest: Floats = np.where(meant, values, -np.inf).max(axis=1, initial=-np.inf)
    return np.where(number > 0, largest, np.nan)


def over_weeks(weekly: Floats, by: By, first: int | None = None, last: int | None = None) -> float:
    """Reduce a number a week, (weeks + 1,), over the weeks from `first` to `last`, both included.

    Where `first` is not given it is the start, and for means the week after it. `end` and `change` are of the last week
    (less the first), nan where that is nan or beyond the run; the others leave nan out, and are nan where nothing is left.
    """
    begin = first if first is not None else int(by == "mean" and len(weekly) > 1)
    window = weekly[begin : None if last is None else max(0, last + 1)]
    if by in ("end", "change"):
        if not len(window) or (last is not None and last >= len(weekly)):
            return float("nan")
        return float(window[-1] - (window[0] if by == "change" else 0.0))
    weeks = np.arange(len(window), dtype=float)[~np.isnan(window)]
    known = window[~np.isnan(window)]
    if not len(known):
        return float("nan")
    if by == "slope":
        return squares_slope(weeks, known)
    if by in ("max", "min"):
        return float(known.max() if by == "max" else known.min())
    return float(known.sum() if by == "sum" else known.mean())


def running(weekly: Floats, by: By) -> Floats:
    """Return a number a week, (weeks + 1,), reduced from the start to each week, (weeks + 1,)."""
    if by == "end":
        return weekly
    return np.array([over_weeks(weekly[: week + 1], by) for week in range(len(weekly))])


def squares_slope(x: Floats, y: Floats) -> float:
    """Least squares slope of y on x, nan where x does not vary."""
    spread = x - x.mean() if len(x) else x
    scale = float(spread @ spread)
    return float(spread @ y / scale) if scale > 0 else float("nan")


def spearman(x: Floats, y: Floats) -> float:
    """Spearman's rank correlation, ties at their mean rank; nan below three pairs or where one does not vary."""
    if len(x) < 3:
        return float("nan")
    first, second = (_ranks(values) - (len(x) + 1) / 2 for values in (x, y))
    scale = float(np.sqrt((first @ first) * (second @ second)))
    return float(first @ second / scale) if scale > 0 else float("nan")


def _ranks(values: Floats) -> Floats:
    """Ranks from 1 by comparing all with all, which is fast for the few values that there are."""
    below, equal = values[:, None] > values, values[:, None] == values
    return np.asarray(below.sum(axis=1) + (equal.sum(axis=1) + 1) / 2, dtype=float)
