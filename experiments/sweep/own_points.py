"""Points that a user gives as a table: columns are matched by name, every cell is checked, all mistakes are told at once.

Columns: parameters, switches, levers, keys of a scenario (`core.prestige`, `groups.east.fighters`), `weeks`, and
`scenario`, `policy`, `seed`. Rows that differ in the last three only are the same point, so that they can be compared.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from experiments.points.factors import Choices, Factor, Range, Value
from experiments.points.sampling import Floats
from experiments.sweep.cells import Cells, column_factor
from experiments.sweep.sheet import Sheet
from model.scenario.problems import Problem, few, nearest

WHO = ("scenario", "policy", "seed")  # columns that say under what a point is run


@dataclass(frozen=True)
class Points:
    """Points of a table. `rows`: (point, scenario, policy, seed) of each, None where the table does not say."""

    label: str
    factors: tuple[Factor, ...]
    values: tuple[dict[str, Value], ...]
    rows: tuple[tuple[int, str | None, str | None, int | None], ...]
    lines: tuple[int, ...]  # number of the first row of each point, as a reader counts them

    @property
    def scenarios(self) -> list[str]:
        """The scenarios that the table names, in order."""
        return list(dict.fromkeys(scenario for _, scenario, _, _ in self.rows if scenario is not None))

    @property
    def policies(self) -> list[str]:
        """The policies that the table names, in order."""
        return list(dict.fromkeys(policy for _, _, policy, _ in self.rows if policy is not None))

    @property
    def seeds(self) -> list[int]:
        """The seeds that the table names, in order."""
        return list(dict.fromkeys(seed for _, _, _, seed in self.rows if seed is not None))

    @cached_property
    def shares(self) -> Floats:
        """Where each point lies between the least and the greatest values of the table, (points, factors) in 0..1."""
        return np.array([[_share(factor, point[factor.key]) for factor in self.factors] for point in self.values])


def _share(factor: Factor, value: Value) -> float:
    if isinstance(factor.spread, Choices):
        return (factor.spread.values.index(value) + 0.5) / len(factor.spread.values)
    low, high = factor.spread.low, factor.spread.high
    return float(min(1.0, max(0.0, (float(value) - low) / (high - low))))


def points_of(sheet: Sheet, asked: Sequence[Factor] | None = None) -> tuple[Points | None, list[Problem]]:
    """Return the points of a sheet and all that is wrong with it; None where there is anything wrong.

    `asked`: the factors of a design, each of which must be a column, and beside which none may vary.
    """
    cells = Cells(sheet)
    if not sheet.rows:
        cells.say("has no rows; it needs a header with names and a row a point")
    columns = dict(_columns(cells, asked))
    if cells.problems:
        return None, cells.problems
    columns = {position: _spread(factor, cells.column(position)) for position, factor in columns.items()}
    who = [sheet.names.index(name) if name in sheet.names else None for name in WHO]
    points: dict[tuple[Any, ...], int] = {}
    rows: dict[tuple[Any, ...], int] = {}
    lines: list[int] = []
    for row, number in enumerate(sheet.numbers):
        key = tuple((type(value), value) for value in (cells.value(row, position) for position in columns))
        if key not in points:
            points[key] = len(points)
            lines.append(number)
        full = (points[key], *(None if place is None else cells.value(row, place) for place in who))
        if full in rows:
            cells.say(f"is the same as row {rows[full]}: for more luck give more seeds", number)
        rows.setdefault(full, number)
    names = [factor.key for factor in columns.values()]
    values = tuple(dict(zip(names, (value for _, value in key), strict=True)) for key in points)
    found = Points(sheet.label, tuple(columns.values()), values, tuple(rows), tuple(lines))
    return (None if cells.problems else found), cells.problems


def _columns(cells: Cells, asked: Sequence[Factor] | None) -> Iterator[tuple[int, Factor]]:
    """Yield position and factor of columns that are factors; names that mean nothing, are missing or come twice are told."""
    names = cells.sheet.names
    known = {factor.key: factor for factor in asked or ()}
    seen: set[str] = set()
    for position, name in enumerate(names):
        if name in WHO:
            key, factor = name, None
            cells.check_who(position, name)
        else:
            factor = column_factor(name) if name else None
            key = factor.key if factor else name
            if factor is None or (asked is not None and key not in known and key != "weeks"):
                cells.unknown(name, position, None if asked is None else [*known, "weeks", *WHO], list(names))
                continue
        if key in seen:
            cells.say(f"column {name} stands there twice")
            continue
        seen.add(key)
        if factor is not None:
            factor = known.get(key, factor)
            cells.check(position, factor, within=key in known)
            yield position, factor
    for key in known:
        if key not in seen:
            close = nearest(key, [name for name in names if name not in seen])
            hint = f"is {close} meant for it?" if close else f"its factors: {few(known)}"
            cells.say(f"has no column {key}, which the design varies; {hint}")


def _spread(factor: Factor, column: Sequence[Value]) -> Factor:
    """Return a factor over the values that its column has."""
    unique = list(dict.fromkeys(column))
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in unique)
    spread: Range | Choices = Choices(tuple(unique))
    if numbers and len(unique) > 1:
        spread = Range(low=float(min(unique)), high=float(max(unique)))
    return Factor(factor.key, factor.role, spread, factor.whole, factor.taken_from, factor.phases)
