"""What is kept of a run that forecasts: deaths by country and cell each month, series, towns, each under a name.

Deaths are those of fights of the scenario's organisations with states (`chances.fight_deaths`), not of all conflict. By cell
only what is over `LEAST` of a person is kept, which leaves out about half a percent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from experiments.history.chances import BLOC, fight_deaths
from experiments.history.forecasts.identifiers import Grid, month_id
from experiments.history.measured_runs import Values
from experiments.history.scores import Floats
from experiments.history.target import Curve
from experiments.history.town_chances import town_text, towns_of
from model.theatre import Theatre

if TYPE_CHECKING:
    from model.record import Result

LEAST = 0.05  # deaths a month
DEATHS, OF_BLOC = "all deaths by month and country", "deaths of the bloc by month and country"
PLACES, IN_PLACES = "months and places of deaths", "deaths in places"


def ended_months(after: date, last: date) -> list[date]:
    """Return the first days of the months after the month of `after` that end by `last`."""
    numbers = range(month_id(after) + 1, month_id(last + timedelta(days=1)))
    return [date(1980 + (number - 1) // 12, (number - 1) % 12 + 1, 1) for number in numbers]


@dataclass(frozen=True)
class Kept:
    """What is kept. `months`: those that are forecast; `days`: on which towns are looked at; `curves`: by measure's text."""

    months: tuple[date, ...]
    days: tuple[date, ...]
    curves: Mapping[str, Curve]

    @property
    def texts(self) -> list[str]:
        """The names of all values."""
        return [DEATHS, OF_BLOC, PLACES, IN_PLACES, *map(town_text, self.days), *map(curve_text, self.curves)]


def curve_text(text: str) -> str:
    """Return the name under which a curve is kept."""
    return f"curve {text}"


def take(kept: Kept, result: "Result") -> Values:
    """Return what is kept of a run by name."""
    first = month_id(kept.months[0]) - month_id(result.scenario.start)
    months = slice(first, first + len(kept.months))
    values: Values = {
        DEATHS: _rounded(fight_deaths(result)), OF_BLOC: _rounded(fight_deaths(result, BLOC)),
    }  # fmt: skip
    dead = Grid.of(result.theatre).divided(result.deaths.by_cell[months])
    found = np.nonzero(dead >= LEAST)
    values[PLACES] = (found[0] * dead.shape[1] + found[1]).astype(float).tolist()
    values[IN_PLACES] = _rounded(dead[found])
    values |= {town_text(day): towns_of(result, day) for day in kept.days}
    return values | {curve_text(text): curve.curve(result).tolist() for text, curve in kept.curves.items()}


def _rounded(values: Floats) -> list[float]:
    """Return values to two decimals in one list: they compress to a third."""
    return [float(each) for each in np.round(values, 2).ravel()]


@dataclass(frozen=True)
class Runs:
    """What the good runs of a forecast say. `places`: of each run, where and how many people died, months x places."""

    deaths: Floats  # (runs, months, countries) of all organisations, from the first month of the runs on
    of_bloc: Floats  # (runs, months, countries) of the core's bloc
    places: tuple[tuple[npt.NDArray[np.int64], Floats], ...]
    towns: dict[date, Floats]  # (runs, towns)
    curves: dict[str, Floats]  # (runs, weeks)

    @classmethod
    def of(cls, kept: Kept, good: Sequence[Values], theatre: Theatre) -> "Runs":
        """Return the values of runs as arrays."""
        size = len(theatre.countries)
        return cls(
            np.array([each[DEATHS] for each in good]).reshape(len(good), -1, size),
            np.array([each[OF_BLOC] for each in good]).reshape(len(good), -1, size),
            tuple((np.array(each[PLACES], dtype=np.int64), np.array(each[IN_PLACES], dtype=float)) for each in good),
            {day: np.array([each[town_text(day)] for each in good], dtype=float) for day in kept.days},
            {text: np.array([each[curve_text(text)] for each in good]) for text in kept.curves},
        )

    def in_places(self, run: int, month: int, places: int) -> Floats:
        """Return a run's deaths of a month by place of the grid, (places,)."""
        where, dead = self.places[run]
        found: Floats = np.zeros(places)
        inside = where // places == month
        found[where[inside] % places] = dead[inside]
        return found
