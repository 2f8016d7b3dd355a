"""The plain forms of measures: series, organisations, countries, events, countries with deaths."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from experiments.measures.deaths import country_deaths
from experiments.measures.measure import Misnamed, Windowed, missing_countries, missing_organisations, one_of
from experiments.measures.run_view import By, Floats, Over, View, over_units, running
from model.record import COUNTRY_SERIES, ORGANISATION_SERIES, OUTCOMES
from model.scenario.problems import few
from model.scenario.schema import Scenario
from model.why.kinds import EVENT_KINDS

CHANGES = ("change", "slope")  # what may be below zero
EVENT_WORDS = {
    "count": "number of", "organisations": "number of organisations with", "first": "week of the first of",
    "last": "week of the last of", "mean": "mean week of", "spread": "spread of the weeks of",
    "amount": "sum of the amounts of",
}  # fmt: skip
UNITS = {
    "fighters": "people", "people": "people", "area_km2": "km2", "silence": "weeks", "treasury": "USD",
    "attacks": "attacks", "foreign_fighters": "people", "supporters": "people", "attacks_state": "attacks",
    "attacks_sectarian": "attacks", "attacks_regional": "attacks", "attacks_international": "attacks",
    "unsanctioned": "attacks", "envoys": "people", "aid_received": "USD/week", "people_bloc": "people",
    "reprisals": "attacks", "displaced": "people",
    "arrivals": "people", "recruits": "people",
}  # fmt: skip


class Series(Windowed):
    """A weekly series of the model's outcomes."""

    series: Annotated[str, one_of(OUTCOMES)]
    by: By | None = None

    @property
    def label(self) -> str:
        """The outcome's meaning, and what is taken of it."""
        meaning = OUTCOMES[self.series].meaning
        return meaning + ("" if self.by is None else f", {self.by}") + self.when

    @property
    def unit(self) -> str:
        """The outcome's unit."""
        unit = OUTCOMES[self.series].unit
        return f"{unit}/week" if self.by == "slope" else unit

    @property
    def signed(self) -> bool:
        """Whether it is a change."""
        return self.by in CHANGES

    @property
    def aggregate(self) -> By:
        """How weeks are taken together: as written, by default as the outcome is."""
        return self.by or OUTCOMES[self.series].aggregate

    def of(self, view: View) -> float:
        """Return the series reduced over the window."""
        return self.reduce(view.series(self.series), view, self.aggregate)

    def curve(self, view: View) -> Floats:
        """Return the series reduced from the start to each week."""
        return running(view.series(self.series), self.aggregate)


class _OverUnits(Windowed):
    """A column of a table: over the units that are meant in each week, then over weeks."""

    group: str | list[str] = Field("all", alias="of")
    over: Over = "sum"
    above: float = 0.0
    by: By = "end"

    @property
    def column(self) -> str:
        """The column of the table."""
        raise NotImplementedError

    def weekly(self, view: View) -> Floats:
        """Return the column over the units that are meant in each week, (weeks + 1,)."""
        raise NotImplementedError

    def _unit(self, counted: str) -> str:
        """The column's unit, or what is counted; of a slope by week."""
        unit = counted if self.over == "count" else UNITS.get(self.column, "1")
        return f"{unit}/week" if self.by == "slope" else unit

    def _label(self, where: str) -> str:
        """Column, units, and how they are taken together."""
        whose = self.group if isinstance(self.group, str) else few(self.group)
        over = f"{self.over} over {self.above:g}" if self.over == "count" and self.above else self.over
        return f"{self.column.replace('_', ' ')} {where} {whose}, {over}, {self.by}{self.when}"

    @property
    def signed(self) -> bool:
        """Whether it is a change."""
        return self.by in CHANGES

    def of(self, view: View) -> float:
        """Return the column over those units, nan in weeks without any (but for sum and count)."""
        return self.reduce(self.weekly(view), view, self.by)

    def curve(self, view: View) -> Floats:
        """Return the column reduced from the start to each week."""
        return running(self.weekly(view), self.by)


class Organisations(_OverUnits):
    """A column of the organisations' table: over organisations in each week, then over weeks."""

    organisations: Annotated[str, one_of(ORGANISATION_SERIES)]

    @property
    def column(self) -> str:
        """The column of the organisations' table."""
        return self.organisations

    @property
    def label(self) -> str:
        """Column and organisations."""
        return self._label("of")

    @property
    def unit(self) -> str:
        """The column's unit."""
        return self._unit("organisations")

    def weekly(self, view: View) -> Floats:
        """Return the column over those organisations in each week, (weeks + 1,)."""
        return over_units(view.organisations(self.organisations), view.members(self.group), self.over, self.above)

    def names(self, scenario: Scenario) -> list[Misnamed]:
        """Return the organisations that are not there."""
        return missing_organisations(self.group, scenario)


class Countries(_OverUnits):
    """A column of the countries' table: over countries in each week, then over weeks."""

    countries: Annotated[str, one_of(COUNTRY_SERIES)]
    over: Over = "mean"

    @property
    def column(self) -> str:
        """The column of the countries' table."""
        return self.countries

    @property
    def label(self) -> str:
        """Column and countries."""
        return self._label("in")

    @property
    def unit(self) -> str:
        """The column's unit."""
        return self._unit("countries")

    def weekly(self, view: View) -> Floats:
        """Return the column over those countries in each week, (weeks + 1,)."""
        return over_units(view.countries(self.countries), view.located(self.group), self.over, self.above)

    def names(self, scenario: Scenario) -> list[Misnamed]:
        """Return the countries that are not there."""
        return missing_countries("of", self.group, scenario)


class Events(Windowed):
    """Events of a kind: their number, how many organisations had one, the week of the first ..."""

    events: Annotated[str, one_of(EVENT_KINDS)]
    group: str | list[str] | None = Field(None, alias="of")
    places: list[str] | None = Field(None, alias="countries")
    by: Literal["count", "organisations", "first", "last", "mean", "spread", "amount"] = "count"

    @property
    def label(self) -> str:
        """Kind and what is taken of it."""
        words = EVENT_WORDS[self.by]
        whose = "" if self.group is None else f" of {self.group if isinstance(self.group, str) else few(self.group)}"
        place = "" if self.places is None else f" in {few(self.places)}"
        return f"{words} {self.events.replace('_', ' ')} events{whose}{place}{self.when}"

    @property
    def unit(self) -> str:
        """Events, organisations, weeks, or the unit of their amounts."""
        return {"count": "events", "organisations": "organisations", "amount": "amount"}.get(self.by, "weeks")

    @property
    def is_curve(self) -> bool:
        """Never: events are counted over a period."""
        return False

    def of(self, view: View) -> float:
        """Return the number, the amount or a week.

        The first and the last of none are a week after the window (without `to`: after the horizon), other weeks nan.
        """
        first, last = self.window(view)
        met = view.events(self.events, self.group, self.places, first, last)
        weeks = np.array([event.week for event in met], dtype=float)
        if self.by == "count":
            return float(len(met))
        if self.by == "organisations":
            return float(len({event.organisation for event in met}))
        if self.by == "amount":
            return float(sum(event.amount for event in met))
        if self.by in ("first", "last"):
            never = (view.horizon if last is None else last) + 1
            return float((weeks[0] if self.by == "first" else weeks[-1]) if len(weeks) else never)
        if self.by == "mean":
            return float(weeks.mean()) if len(weeks) else np.nan
        return float(weeks.std(ddof=1)) if len(weeks) > 1 else np.nan

    def names(self, scenario: Scenario) -> list[Misnamed]:
        """Return the organisations and countries that are not there."""
        wrong = [] if self.group is None else missing_organisations(self.group, scenario)
        return wrong + ([] if self.places is None else missing_countries("countries", self.places, scenario))


class CountriesWithDeaths(Windowed):
    """Countries in which at least so many people were killed in fights of the bloc with states in a period."""

    countries_with_deaths: float = Field(ge=1, allow_inf_nan=False)

    @property
    def label(self) -> str:
        """The threshold and the period."""
        return f"countries with {self.countries_with_deaths:g} battle deaths or more{self.when}"

    @property
    def unit(self) -> str:
        """Countries."""
        return "countries"

    @property
    def is_curve(self) -> bool:
        """Never: deaths are counted over a period."""
        return False

    def of(self, view: View) -> float:
        """Return the number of countries, nan where no week of the period was simulated."""
        deaths = country_deaths(view, *self.window(view))
        return float("nan") if np.isnan(deaths).any() else float((deaths >= self.countries_with_deaths).sum())
