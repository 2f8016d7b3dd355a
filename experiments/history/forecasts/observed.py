"""What was observed, from files of the user: counts by country or cell and month, years of fighting, towns, series.

The header says what a file holds; each is UTF-8 with commas:

    country,month,deaths          IRQ,2016-01,812       country-months; who is not named in a month had none
    priogrid_gid,month,deaths     180889,2016-01,12     cell-months, the same
    country,year,fighting         IRQ,2016,1            1 where the bloc's fights killed 25 or more; who is not named: 0
    town,date,holder              mosul,2016-12-31,core core, state, contested or a group of the scenario
    series,date,value             area_core,2016-06-30,71000

Months before the forecast's start are for null models only. All mistakes of all files are told at once, with line and
remedy.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.batch.errors import UserError
from experiments.history.forecasts.identifiers import month_id, month_of
from model.scenario.user_files import text_of

COUNTRY_MONTHS, CELL_MONTHS, COUNTRY_YEARS, TOWNS, SERIES = (
    ("country", "month", "deaths"), ("priogrid_gid", "month", "deaths"), ("country", "year", "fighting"),
    ("town", "date", "holder"), ("series", "date", "value"),
)  # fmt: skip
KINDS = (COUNTRY_MONTHS, CELL_MONTHS, COUNTRY_YEARS, TOWNS, SERIES)
MOST_REPORTS = 100_000_000  # bytes of a file
MOST_TOLD = 20  # mistakes of a file that are told one by one


@dataclass(frozen=True)
class Names:
    """What may be named: countries, cells of the map, towns, holders of towns, series."""

    country: Sequence[str]
    priogrid_gid: Sequence[int]
    town: Sequence[str]
    holder: Sequence[str]
    series: Sequence[str]


@dataclass(frozen=True)
class Observed:
    """One file: its kind and its rows, months as their numbers; `left_out`: rows of cells that the map does not have."""

    file: Path
    kind: tuple[str, ...]
    rows: pd.DataFrame
    left_out: int = 0

    def counts(self, units: Sequence[object]) -> pd.DataFrame:
        """Return deaths, a row a month from the first to the last and a column a unit; 0 where nothing is named."""
        wide = self.rows.pivot_table(index="month", columns=self.kind[0], values="deaths", aggfunc="sum", fill_value=0)
        months = range(int(self.rows["month"].min()), int(self.rows["month"].max()) + 1)
        return wide.reindex(index=list(months), columns=list(units), fill_value=0).astype(float)


def read_all(files: Iterable[Path], names: Names, start: int) -> list[Observed]:
    """Return what files hold. `start`: the number of the first month that is forecast.

    Raises UserError with all that is wrong with all of them.
    """
    found, wrong = [], []
    for file in files:
        mistakes: list[str] = []
        observed = _read(file, names, start, mistakes)
        more = [f"{file}: {len(mistakes) - MOST_TOLD} mistakes more"] if len(mistakes) > MOST_TOLD else []
        wrong += mistakes[:MOST_TOLD] + more
        if observed is not None:
            found.append(observed)
    kinds = [each.kind for each in found]
    wrong += [
        f"{each.file}: another file has {','.join(each.kind)} too; put both into one"
        for place, each in enumerate(found) if each.kind in kinds[:place]
    ]  # fmt: skip
    if wrong:
        raise UserError("what was observed cannot be used:\n" + "\n".join(wrong))
    return found


def _read(file: Path, names: Names, start: int, mistakes: list[str]) -> Observed | None:
    try:
        lines = list(csv.reader(text_of(file, MOST_REPORTS).splitlines()))
    except OSError as error:
        mistakes.append(f"{file}: cannot be read ({error.strerror}): give a file that exists")
        return None
    except ValueError:
        mistakes.append(f"{file}: is not UTF-8 text: save it as CSV in UTF-8")
        return None
    header = tuple(each.strip() for each in lines[0]) if lines else ()
    if header not in KINDS:
        allowed = " or ".join(",".join(kind) for kind in KINDS)
        mistakes.append(f"{file}, line 1: the header must be {allowed}, got {','.join(header) or 'nothing'}")
        return None
    rows, left_out = _rows(file, header, lines[1:], names, mistakes)
    if mistakes:
        return None
    table = pd.DataFrame(rows, columns=list(header))
    observed = Observed(file, header, table, left_out)
    mistakes += _gaps(observed, start)
    return None if mistakes else observed


def _rows(
    file: Path, kind: tuple[str, ...], lines: Sequence[list[str]], names: Names, mistakes: list[str]
) -> tuple[list[list[object]], int]:  # fmt: skip
    rows, seen, left_out = list[list[object]](), dict[tuple[object, ...], int](), 0
    cells = set(names.priogrid_gid) if kind == CELL_MONTHS else set()
    for number, line in enumerate(lines, start=2):
        if not any(each.strip() for each in line):
            continue
        if len(line) != len(kind):
            mistakes.append(f"{file}, line {number}: must have {len(kind)} values ({','.join(kind)}), got {len(line)}")
            continue
        values, wrong = [], []
        for column, text in zip(kind, line, strict=True):
            try:
                values.append(_value(column, text.strip(), names))
            except ValueError as error:
                wrong.append(f"{file}, line {number}: {column} {error}")
        mistakes += wrong
        if wrong:
            continue
        if kind == CELL_MONTHS and values[0] not in cells:
            left_out += 1
            continue
        key = tuple(values[:2])
        if key in seen:
            mistakes.append(f"{file}, line {number}: {line[0]} {line[1]} stands in line {seen[key]} too: keep one")
        seen[key] = number
        rows.append(values)
    return rows, left_out


def _value(column: str, text: str, names: Names) -> object:
    """Return a value of a column. Raises ValueError with what is allowed and what was met."""
    if column in ("country", "town", "holder", "series"):
        return _known(text, getattr(names, column))
    if column == "month":
        return _month(text)
    if column == "date":
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise ValueError(f"must be a date as 2016-12-31, got {text!r}") from None
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    whole = column in ("deaths", "year", "priogrid_gid", "fighting")
    if not np.isfinite(value) or (whole and value != int(value)):
        raise ValueError(f"must be a {'whole ' if whole else ''}number, got {text!r}")
    if value < 0 or (column == "fighting" and value > 1):
        raise ValueError(f"must be {'0 or 1' if column == 'fighting' else '0 or more'}, got {text}")
    return int(value) if whole else value


def _month(text: str) -> int:
    try:
        return month_id(date.fromisoformat(f"{text}-01"))
    except ValueError:
        raise ValueError(f"must be a month as 2016-01, got {text!r}") from None


def _known(text: str, allowed: Sequence[str]) -> str:
    if text in allowed:
        return text
    near = get_close_matches(text, allowed, 1, 0.5) or get_close_matches(text.upper(), allowed, 1, 0.5)
    hint = f"did you mean {near[0]}?" if near else f"leave the line out, or write one of {', '.join(allowed[:8])} ..."
    raise ValueError(f"{text!r} is not in the scenario: {hint}")


def _gaps(observed: Observed, start: int) -> Iterator[str]:
    """Yield months that no line names, and that nothing lies after the start."""
    if not len(observed.rows):
        rest = f" of cells of the map ({observed.left_out} lines of others)" if observed.left_out else ""
        yield f"{observed.file}: has no lines{rest}: nothing can be scored"
        return
    if observed.kind in (COUNTRY_MONTHS, CELL_MONTHS):
        months = set(observed.rows["month"])
        gaps = [each for each in range(min(months), max(months) + 1) if each not in months]
        if gaps:
            named = ", ".join(f"{month_of(each):%Y-%m}" for each in gaps[:6]) + (" ..." if len(gaps) > 6 else "")
            yield (
                f"{observed.file}: months are missing: {named}; a month without deaths needs one line of 0, so that it is "
                "not taken for one that is not known"
            )
        if max(months) < start:
            last, first = month_of(max(months)), month_of(start)
            yield f"{observed.file}: ends in {last:%Y-%m}, before the forecast begins ({first:%Y-%m}): add later months"
    elif observed.kind == COUNTRY_YEARS and observed.rows["year"].max() < month_of(start).year:
        yield f"{observed.file}: has no year from {month_of(start).year} on: nothing can be scored"
    elif observed.kind in (TOWNS, SERIES) and max(observed.rows["date"]) < month_of(start):
        yield f"{observed.file}: has no day from {month_of(start)} on: nothing can be scored"
