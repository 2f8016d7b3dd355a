"""Where people are killed: victims of attacks, and fighters, by country each week and by cell each month.

The model counts the dead of each organisation; where they fall follows from its own rules. Attacks and fights take place
where an organisation holds people (`presence`), attacks across a border in the neighbours by their shares of the border,
and attacks abroad off the map. Within a country the dead lie where the organisation holds people at the month's end, cell by
cell; those of attacks across a border where the neighbour's people live.
"""

from datetime import date, timedelta
from functools import cached_property

import numpy as np

from model import kernels
from model.state import State
from model.state.fields import Floats, Records

LOSSES = (
    "bloc_victims", "bloc_civilians", "bloc_fighters", "other_victims", "other_civilians", "other_fighters", "across",
)  # fmt: skip
VICTIMS, CIVILIANS, ACROSS, FIGHTERS = range(4)  # the dead of an organisation: by its attacks' kinds, and its own


class Deaths:
    """What a run writes down of its dead: by organisation and week, with where it is; by month and cell."""

    def __init__(self, state: State) -> None:
        weeks, size = state.scenario.weeks, len(state.present)
        self.months = month_of_weeks(state.scenario.start, weeks)
        self.theatre = state.theatre
        self.dead = np.zeros((weeks + 1, 4, size))
        self.bloc = np.zeros((weeks + 1, size), dtype=bool)
        self.shape = state.presence.shape
        self.stays: list[Records] = [state.stays[:0]] * (weeks + 1)  # where `presence` is not 0, of each week
        self.in_fights = np.zeros((self.months[-1] + 1, len(state.people)), dtype=np.float32)
        self.waiting = np.zeros(size)  # the month's dead, which have no place yet

    def write(self, state: State) -> None:
        """Write down the dead of the week that the state has reached; at the end of a month give them their cells."""
        week = state.week
        kernels.count_dead(state.organisation_records, self.dead[week], self.bloc[week], self.waiting)
        self.stays[week] = state.stays.copy()
        if week == state.scenario.weeks or self.months[week + 1] != self.months[week]:
            self.in_fights[self.months[week]] = by_cell(state, self.waiting)
            self.waiting[:] = 0.0

    @property
    def presence(self) -> Floats:
        """Where each organisation was: its share of people (fighters) by country (weeks + 1, organisations, countries)."""
        found = np.zeros((len(self.stays), *self.shape))
        for week, stays in enumerate(self.stays):
            found[week, stays["organisation"], stays["country"]] = stays["share"]
        return found

    @cached_property
    def losses(self) -> Floats:
        """People killed by week and country, (weeks + 1, `LOSSES`, countries).

        `victims`: of attacks on states; `civilians`: of sectarian attacks; `fighters`: killed by states and strikes;
        `across`: those of `victims` beyond a border.
        """
        presence = self.presence
        found = np.zeros((len(self.dead), len(LOSSES), presence.shape[2]))
        for place, members in ((0, self.bloc), (3, ~self.bloc)):
            by_country = (self.dead * members[:, None, :]) @ presence  # (weeks, 4, countries)
            beyond = by_country[:, ACROSS] @ self.theatre.border_shares
            found[:, place] = by_country[:, VICTIMS] + beyond
            found[:, place + 1], found[:, place + 2] = by_country[:, CIVILIANS], by_country[:, FIGHTERS]
            found[:, -1] += beyond
        return found

    @cached_property
    def by_cell(self) -> Floats:
        """People killed in fights with states by month and cell, (months, cells): both sides, all organisations."""
        across = np.zeros((len(self.in_fights), self.shape[1]))
        np.add.at(across, self.months, self.losses[:, -1])
        theatre = self.theatre
        share = theatre.people / theatre.country_people[theatre.country]
        return np.asarray(self.in_fights + across[:, theatre.country] * share)


def month_of_weeks(start: date, weeks: int) -> list[int]:
    """The month of each week 0..weeks, counted from that of the start: where the middle of the seven days lies.

    Row w of a run's tables is the week that ends w weeks after the start.
    """
    middles = [start + timedelta(weeks=week) - timedelta(days=4 if week else 0) for week in range(weeks + 1)]
    return [(day.year - start.year) * 12 + day.month - start.month for day in middles]


def calendar_months(start: date, count: int) -> list[date]:
    """The first days of so many months, from that of the start."""
    first = start.year * 12 + start.month - 1
    return [date((first + month) // 12, (first + month) % 12 + 1, 1) for month in range(count)]


def by_cell(state: State, dead: Floats) -> Floats:
    """Return the dead of organisations by cell (cells,): in proportion to control x people.

    Of an organisation that is gone or holds nobody they lie in the cell of its home.
    """
    holds = (state.people_held > 0) & state.present
    rows = ((dead > 0) & holds).nonzero()[0]
    per_control, found = np.zeros(len(dead)), np.zeros(len(state.people))
    per_control[rows] = dead[rows] / state.people_held[rows]
    kernels.lay_out(state.cells, per_control, found)
    found *= state.people
    found *= dead[rows].sum() / max(found.sum(), 1e-9)  # people have moved since they were counted
    homeless = ((dead > 0) & ~holds).nonzero()[0]
    if len(homeless):
        np.add.at(found, state.home[homeless], dead[homeless])
    return found
