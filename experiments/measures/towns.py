"""Towns: whether a holder has one, and the share of them that a run has as reported."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import AfterValidator, Field

from experiments.measures.dates import week_of
from experiments.measures.measure import Measure, Misnamed, Moment, Windowed, missing_countries
from experiments.measures.run_view import Floats, View
from model.record import TOWN_SERIES
from model.scenario.schema import Scenario
from model.state import Status
from model.why.towns import reported

if TYPE_CHECKING:
    from model.scenario.schema import Town

KNOWN_UNTIL = date(2015, 12, 31)  # the last day of which the scenarios say who held a town
HOLDERS = ("core", "state")
UNKNOWN = ("", "contested")


def held(view: View, by: str) -> Floats:
    """Return 1 where a holder has a town and 0 where not, in every week, (horizon + 1, towns).

    With L, `reporting.town_control`: the core holds what its bloc controls to more than L, the state what all groups
    together control to at most L, and a group what its camp controls to more than L: the bloc in weeks in which it is a
    province, the groups outside the bloc in others. Of each town only these three numbers are recorded.
    """
    bloc, everybody = (view.towns()[:, :, TOWN_SERIES.index(name)] for name in ("control_bloc", "control_all"))
    limit = view.result.scenario.parameters["reporting"]["town_control"]
    if by == "core":
        return np.asarray(bloc > limit, dtype=float)
    if by == "state":
        return np.asarray(everybody <= limit, dtype=float)
    row = view.organisation_names.index(by)
    province = view.organisations("status")[:, row] == Status.PROVINCE
    return np.asarray(np.where(province[:, None], bloc, everybody - bloc) > limit, dtype=float)


def was_held(town: "Town", day: date, by: str) -> bool | None:
    """Tell whether a holder was reported to have a town on a day; None where it was contested, or nobody knows."""
    holder = reported(town, day)
    return None if holder in UNKNOWN else holder == by


def known_towns(scenario: Scenario, countries: str | list[str], day: date, by: str) -> dict[str, bool]:
    """Return whether a holder was reported to have each town of some countries on a day, of those where that is known."""
    inside = {
        name: was_held(town, day, by)
        for name, town in scenario.towns.items() if countries == "all" or town.country in countries
    }  # fmt: skip
    return {name: had for name, had in inside.items() if had is not None}


class HeldTown(Windowed):
    """Whether a holder has a town at the end, or in one week."""

    town: str
    by: str = Field("core", description="core (or one of its provinces), a group of the scenario, or state")

    @property
    def label(self) -> str:
        """Town and holder."""
        whose = {"core": "the core or a province", "state": "the state or its partners"}.get(self.by, self.by)
        return f"{self.town.replace('_', ' ')} is held by {whose}{self.when}"

    @property
    def unit(self) -> str:
        """Yes or no: over runs, a chance."""
        return "chance"

    @property
    def is_curve(self) -> bool:
        """Never: to a yes or no no misfit of earlier weeks can be added."""
        return False

    def of(self, view: View) -> float:
        """Return 1 or 0; over a window, whether it is held in its last week."""
        place = list(view.result.scenario.towns).index(self.town)
        return self.reduce(held(view, self.by)[:, place], view, "end")

    def names(self, scenario: Scenario) -> list[Misnamed]:
        """Return the town or the holder that is not there."""
        wrong = [] if self.town in scenario.towns else [Misnamed("town", self.town, tuple(scenario.towns))]
        return [*wrong, *missing_holder(self.by, scenario)]


def missing_holder(by: str, scenario: Scenario) -> list[Misnamed]:
    """Return a holder that the scenario does not have."""
    allowed = (*HOLDERS, *scenario.groups)
    return [] if by in allowed else [Misnamed("by", by, allowed)]


def _known(day: date) -> date:
    if day > KNOWN_UNTIL:
        raise ValueError(f"must not be later than {KNOWN_UNTIL}, until which it is known who held a town; got {day}")
    return day


class TownsRight(Measure):
    """The share of towns of some countries, over days, that are held by a holder, or not, as was reported."""

    towns_right: str | list[str] = Field(description="countries, or all")
    by: str = "core"
    on: list[Annotated[date, AfterValidator(_known)]] = Field(min_length=1)

    @property
    def label(self) -> str:
        """Countries, holder and days."""
        where = self.towns_right if isinstance(self.towns_right, str) else ", ".join(self.towns_right)
        return f"share of towns of {where} held by {self.by} or not as reported, on {', '.join(map(str, self.on))}"

    @property
    def unit(self) -> str:
        """A share."""
        return "share"

    def moments(self) -> list[Moment]:
        """Return the days."""
        return [Moment("at", day) for day in self.on]

    def of(self, view: View) -> float:
        """Return the share over days and towns; contested and unknown ones do not count.

        It is nan where none counts, or the run ends before a day.
        """
        scenario, hits = view.result.scenario, list[float]()
        weekly, rows = held(view, self.by), {name: row for row, name in enumerate(scenario.towns)}
        for day in self.on:
            week = max(0, week_of(day, view.start))
            if week > view.horizon:
                return float("nan")
            for name, had in known_towns(scenario, self.towns_right, day, self.by).items():
                hits.append(float(weekly[week, rows[name]] == had))
        return float(np.mean(hits)) if hits else float("nan")

    def names(self, scenario: Scenario) -> list[Misnamed]:
        """Return the countries or the holder that are not there."""
        return [*missing_countries("towns_right", self.towns_right, scenario), *missing_holder(self.by, scenario)]
