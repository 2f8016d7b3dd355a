"""What a run records: one row of series per week, one row per organisation and week, events, and the outcomes of a run."""

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from model import kernels
from model.aggregates import aggregated
from model.scenario.schema import Scenario
from model.state import CORE, Event, Loyalty, Stance, State, Status
from model.state.fields import Flags, Floats, Records, interned
from model.why import towns
from model.why.armies import Deployment, Seat
from model.why.deaths import Deaths
from model.why.deployments import deployment, seats
from model.why.kinds import EVENT_KINDS

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Outcome:
    """A scalar result of a run: how it is computed from its series, and which direction is better for the population."""

    unit: str
    meaning: str
    aggregate: Literal["end", "sum", "mean", "max"]
    better: Literal[-1, 0, 1] = 0


OUTCOMES: dict[str, Outcome] = {
    "people_core": Outcome("people", "people held by the core", "end", -1),
    "people_provinces": Outcome("people", "people held by provinces", "end", -1),
    "area_core": Outcome("km2", "land held by the core", "end", -1),
    "area_provinces": Outcome("km2", "land held by provinces", "end", -1),
    "cohort_people": Outcome(
        "people",
        "people held by the groups that were provinces when the comparison began, whatever they call themselves",
        "end",
        -1,
    ),
    "cohort_area": Outcome("km2", "land held by the same groups", "end", -1),
    "cohort_fighters": Outcome("people", "fighters of the same groups", "end", -1),
    "cohort_attacks": Outcome("attacks", "attacks by the same groups", "sum", -1),
    "offensives": Outcome("offensives", "offensives that armies and partners began", "sum"),
    "offensives_won": Outcome("offensives", "offensives that were won", "sum", 1),
    "offensives_lost": Outcome("offensives", "offensives that failed", "sum", -1),
    "towns_core": Outcome("towns", "towns under control of the core's bloc", "end", -1),
    "ink_spots": Outcome("spots", "connected areas under control of the core's bloc", "end"),
    "largest_share": Outcome("1", "share of the largest ink spot in the area of all", "end"),
    "merges": Outcome("events", "mergers of ink spots", "sum"),
    "pledges": Outcome("events", "pledges made", "sum", -1),
    "acceptances": Outcome("events", "pledges accepted", "sum"),
    "refusals": Outcome("events", "public refusals", "sum"),
    "defections": Outcome("events", "provinces that left", "sum"),
    "secessions": Outcome("events", "provinces that broke away because they outgrew the core", "sum"),
    "splinters": Outcome("events", "factions that left rival franchises for the core", "sum"),
    "foundings": Outcome("events", "cells founded by returnees", "sum", -1),
    "alignment": Outcome("1", "mean alignment of provinces", "mean"),
    "silence": Outcome("weeks", "mean weeks since a province's last delivered message", "mean"),
    "messages_sent": Outcome("messages", "messages sent between core and provinces", "sum"),
    "messages_delivered": Outcome("messages", "messages delivered", "sum"),
    "messages_intercepted": Outcome("messages", "messages intercepted", "sum"),
    "link_skill": Outcome("1", "skill that the core's know-how adds to provinces, summed over them", "mean"),
    "link_coordination": Outcome("1", "share of strikes on the core that provinces draw off", "mean"),
    "link_cohesion": Outcome("events", "splits within provinces that the core's backing prevented (expected)", "sum"),
    "link_money": Outcome("USD", "money sent over links", "sum"),
    "link_fighters": Outcome("people", "fighters sent over links", "sum"),
    "link_media": Outcome("1", "capacity of media channels given over links", "sum"),
    "link_orders": Outcome("1", "what orders do to provinces, summed: above 0 urge on, below 0 hold back", "mean"),
    "link_exposure": Outcome("1", "exposure of provinces by intercepted traffic", "sum"),
    "link_retreat": Outcome("people", "people whom a losing core sent ahead to a refuge", "sum"),
    "link_name": Outcome("attacks", "attacks by provinces that links let the core claim", "sum"),
    "splits": Outcome("events", "factions that split off within provinces", "sum"),
    "attacks_state": Outcome("attacks", "attacks on states by the core's bloc", "sum", -1),
    "attacks_sectarian": Outcome("attacks", "sectarian attacks by the core's bloc", "sum", -1),
    "attacks_regional": Outcome("attacks", "attacks on neighbouring countries by the core's bloc", "sum", -1),
    "attacks_international": Outcome("attacks", "attacks beyond the region by the core's bloc", "sum", -1),
    "attacks_stopped": Outcome("attacks", "attacks abroad stopped by reports from diasporas", "sum", 1),
    "attacks_unsanctioned": Outcome("attacks", "large attacks against the core's wishes", "sum"),
    "reprisals": Outcome("attacks", "sectarian reprisals", "sum", -1),
    "diaspora_risk": Outcome("attacks", "expected attacks from diasporas", "sum", -1),
    "deaths": Outcome("people", "people killed in attacks by the core's bloc", "sum", -1),
    "prestige": Outcome("1", "prestige of the core", "end"),
    "fighters_core": Outcome("people", "fighters of the core", "end", -1),
    "fighters_provinces": Outcome("people", "fighters of provinces", "end", -1),
    "foreign_inflow": Outcome("people", "foreign fighters who arrived", "sum", -1),
    "payoff_core": Outcome("1", "payoff of the core (people held and fighters relative to its start)", "mean", -1),
    "payoff_provinces": Outcome(
        "1", "payoff of provinces (people held and fighters relative to the core's start)", "mean", -1
    ),
    "payoff_joint": Outcome("1", "joint payoff of core and provinces", "mean", -1),
    "provinces": Outcome("provinces", "provinces of the core", "mean"),
    "treasury_core": Outcome("USD", "money of the core", "end"),
    "revenue_core": Outcome("USD", "income of the core from taxes, oil and gifts", "sum", -1),
    "unpaid_core": Outcome("1", "share of its fighters' wages that the core could not pay", "mean"),
    "displaced": Outcome("people", "displaced people", "end", -1),
    "coalition": Outcome("countries", "members of the coalition", "end"),
    "legitimacy": Outcome("1", "mean legitimacy of the states that the core's bloc threatens", "mean", 1),
    "outside_pressure": Outcome("effort", "effort of provoked outside powers against the core", "mean"),
    "effort_spent": Outcome("effort weeks", "allied effort spent; the leading ally's is 1 a week", "sum"),
    "core_alive": Outcome("1", "whether the core exists", "end"),
}
SERIES = tuple(OUTCOMES)
ORGANISATION_SERIES = (
    "status", "fighters", "people", "area_km2", "alignment", "silence", "link_quality", "treasury", "prestige",
    "brutality", "attacks", "foreign_fighters", "supporters", "strikes", "attacks_state", "attacks_sectarian",
    "attacks_regional", "attacks_international", "unsanctioned", "envoys", "aid_received", "utility", "accuracy",
    "arrivals", "recruits", "likeness", "shift", "revenue", "unpaid", "stance", "loyalty",
)  # fmt: skip
COUNTRY_SERIES = (
    "people_bloc", "attacks", "threat", "legitimacy", "minority_legitimacy", "forces", "reprisals", "displaced",
    "displaced_total", "travelled", "border_control",
)  # fmt: skip
EVENT_COLUMNS = "week", "date", "kind", "organisation", "other", "country", "amount", "cause", "causes"
TOWN_SERIES = ("control_core", "control_bloc", "control_all")


def cohort(state: State) -> Flags:
    """The provinces of now; with fewer than `cohort_least`, also the groups of conviction `cohort_conviction` or more."""
    groups = state.present & (np.arange(len(state.present)) != CORE)
    provinces = groups & state.provinces
    convinced = state.conviction >= state.parameters.reporting.cohort_conviction
    few = provinces.sum() < state.parameters.reporting.cohort_least
    return np.asarray(provinces | (groups & convinced & few))


def _columns(names: tuple[str, ...]) -> "np.dtype[np.void]":
    return interned(np.dtype([(name, np.float64) for name in names]))


class Record:
    """The tables that a run fills week by week; row 0 is the start. Kernels fill their columns by name."""

    def __init__(self, state: State) -> None:
        self.scenario = state.scenario  # as it starts: a branch is part of it
        weeks = state.scenario.weeks
        self.series = np.zeros((weeks + 1, 1), _columns(SERIES))
        self.organisations = np.zeros((weeks + 1, len(state.present)), _columns(ORGANISATION_SERIES))
        self.countries = np.zeros((weeks + 1, len(state.countries)), _columns(COUNTRY_SERIES))
        self.towns = np.zeros((weeks + 1, len(state.town_held), len(TOWN_SERIES)))
        self.deaths = Deaths(state)
        self.known = len(state.names)
        self.start = max(1.0, float(state.people_held[CORE])), max(1.0, float(state.fighters[CORE]))
        self.counted = 0
        self.write(state, 0.0)

    def write(self, state: State, arrived: float) -> None:
        """Write the rows of the week that the state has reached."""
        week, row = state.week, self.series[state.week]
        self._follow(state)
        kernels.write_rows(
            state.organisation_records, state.country_records, state.cells, state.recorded,
            (  # `Sums`
                state.prestige, state.core_alive, arrived, state.stopped, state.effort_spent if week else 0.0,
                state.ink_spots, state.largest_spot, state.spot_area,
            ),
            self.start, row, self.organisations[week], self.countries[week],
            (towns.cells(state), state.parameters.reporting.town_control, self.towns[week]),
        )  # fmt: skip
        self.deaths.write(state)
        for event in state.events[self.counted :]:
            counted = EVENT_KINDS[event.kind].outcome
            if counted:
                row[counted] += 1
        self.counted = len(state.events)

    def _follow(self, state: State) -> None:
        """Choose the cohort in its week; later, factions follow the group that they left."""
        if state.week == state.parameters.reporting.cohort_week:
            state.cohort[:] = cohort(state)
        for row in range(self.known, len(state.names)):
            state.cohort[row] |= state.parent[row] >= 0 and state.cohort[state.parent[row]]
        self.known = len(state.names)

    def result(self, state: State, seed: int) -> "Result":
        """Everything a finished run tells."""
        return Result(
            self.scenario, seed, _numbers(self.series[: state.week + 1])[:, :, 0],
            _numbers(self.organisations[: state.week + 1]), _numbers(self.countries[: state.week + 1]),
            self.towns[: state.week + 1], tuple(state.events), tuple(state.names), dict(state.titles),
            state.control[: len(state.names)], state.theatre, deployment(state), tuple(seats(state)), self.deaths,
        )  # fmt: skip


def _numbers(table: Records) -> Floats:
    """A table (weeks, members) of named columns as plain numbers, (weeks, columns, members)."""
    return np.moveaxis(table.view(np.float64).reshape(*table.shape, -1), 2, 1)


@dataclass(frozen=True, repr=False)
class Result:
    """A finished run: tables are made when asked for, so that a batch that wants none pays for none."""

    scenario: Scenario
    seed: int
    rows: Floats
    organisation_rows: Floats
    country_rows: Floats
    town_rows: Floats
    event_list: tuple[Event, ...]
    organisation_names: tuple[str, ...]
    organisation_titles: dict[str, str]
    cell_control: Floats
    theatre: Any
    deployment: Deployment  # at the end
    armies: tuple[Seat, ...]
    deaths: Deaths

    @cached_property
    def series(self) -> "pd.DataFrame":
        """One row a week: week, date, and the series of `OUTCOMES` (sums are this week's)."""
        return self._table(self.rows, SERIES, 1)

    @cached_property
    def organisations(self) -> "pd.DataFrame":
        """One row an organisation and week."""
        weeks, fields, _ = self.organisation_rows.shape
        names = self.organisation_names
        block = self.organisation_rows[:, :, : len(names)].transpose(0, 2, 1).reshape(-1, fields)
        frame = self._table(block, ORGANISATION_SERIES, len(names))
        coded = (("status", Status, "absent"), ("stance", Stance, "absent"), ("loyalty", Loyalty, "none"))
        for name, codes, otherwise in coded:
            words = {int(code): code.name.lower() for code in codes} | {-1: otherwise}
            frame[name] = frame[name].astype(int).map(words)
        frame.insert(2, "organisation", list(names) * weeks)
        return frame

    @cached_property
    def countries(self) -> "pd.DataFrame":
        """One row a country and week."""
        weeks, fields, count = self.country_rows.shape
        frame = self._table(self.country_rows.transpose(0, 2, 1).reshape(-1, fields), COUNTRY_SERIES, count)
        frame.insert(2, "country", list(self.theatre.countries) * weeks)
        return frame

    @cached_property
    def towns(self) -> "pd.DataFrame":
        """One row a town and week: control by the core, by its bloc and by all groups; and who was reported to hold it."""
        weeks, count, _ = self.town_rows.shape
        frame = self._table(self.town_rows.reshape(-1, len(TOWN_SERIES)), TOWN_SERIES, count)
        frame.insert(2, "town", list(self.scenario.towns) * weeks)
        days = [self._date(week) for week in range(weeks)]
        frame["reported"] = [towns.reported(town, day) for day in days for town in self.scenario.towns.values()]
        return frame

    @cached_property
    def events(self) -> "pd.DataFrame":
        """One row an event: what happened, to whom, where, how much, and why."""
        import pandas as pd  # half a second, and only tables need it

        return pd.DataFrame(self.event_rows(), columns=list(EVENT_COLUMNS))

    def event_rows(self) -> list[tuple[Any, ...]]:
        """Return the rows of `events` as they are without pandas."""
        return [
            (e.week, self._date(e.week), e.kind, e.organisation, e.other, e.country, e.amount, e.cause, json.dumps(e.causes))
            for e in self.event_list
        ]  # fmt: skip

    def series_rows(self) -> list[tuple[Any, ...]]:
        """Return the rows of `series` as they are without pandas."""
        return [(week, self._date(week), *row) for week, row in enumerate(self.rows.tolist())]

    @cached_property
    def outcomes(self) -> dict[str, float]:
        """The scalar of each outcome."""
        return self.outcomes_at(len(self.rows) - 1)

    def outcomes_at(self, week: int) -> dict[str, float]:
        """Return the outcomes as if the run had ended after so many weeks."""
        return aggregated(self.rows[: week + 1], {name: outcome.aggregate for name, outcome in OUTCOMES.items()})

    def __repr__(self) -> str:
        return f"Result({self.scenario.name}, {self.scenario.plan}, seed {self.seed}, {len(self.rows) - 1} weeks)"

    @cached_property
    def control(self) -> Floats:
        """Control at the end, (organisations, rows, columns), nan outside the map."""
        return np.stack([self.theatre.raster(row) for row in self.cell_control])

    def _table(self, rows: Floats, columns: tuple[str, ...], count: int) -> "pd.DataFrame":
        """Return `count` rows a week as a table, with week and date before them."""
        import pandas as pd  # half a second, and only tables need it

        frame, weeks = pd.DataFrame(rows, columns=list(columns)), len(self.rows)
        frame.insert(0, "date", np.repeat([self._date(week) for week in range(weeks)], count))
        frame.insert(0, "week", np.repeat(np.arange(weeks), count))
        return frame

    def _date(self, week: int) -> Any:
        return self.scenario.start + timedelta(weeks=week)
