"""People killed by country, as the field counts them.

    battle      state-based deaths: victims of attacks on states, at home and across a border, and fighters whom states and
                strikes killed; UCDP's battle-related deaths of a government and a group count both sides alike
    civilians   victims of sectarian attacks: UCDP's one-sided violence by the group
    all         both

Of the core's bloc, of the other groups, or of all. Fighters whom rivals killed (UCDP's non-state conflicts) and victims of
attacks abroad, beyond the map, are in none.
"""

from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from experiments.measures.dates import week_of
from experiments.measures.measure import Misnamed, Windowed, missing_countries
from experiments.measures.run_view import By, Floats, View, running
from model.scenario.problems import few
from model.scenario.schema import Scenario
from model.why.deaths import LOSSES

if TYPE_CHECKING:
    from model.record import Result

Kind = Literal["battle", "civilians", "all"]
Side = Literal["bloc", "others", "all"]
PARTS = {"battle": ("victims", "fighters"), "civilians": ("civilians",), "all": ("victims", "civilians", "fighters")}
CAMPS = {"bloc": ("bloc",), "others": ("other",), "all": ("bloc", "other")}
WORDS = {"battle": "battle deaths", "civilians": "civilians killed", "all": "people killed"}


def killed(view: View, kind: Kind = "battle", side: Side = "bloc") -> Floats:
    """Return people killed by week and country, (horizon + 1, countries)."""
    columns = [LOSSES.index(f"{camp}_{part}") for camp in CAMPS[side] for part in PARTS[kind]]
    return np.asarray(view.result.deaths.losses[: view.horizon + 1, columns].sum(axis=1))


def country_deaths(view: View, first: int | None, last: int | None) -> Floats:
    """Return battle deaths of the bloc in each country in the weeks from `first` to `last`, (countries,).

    Weeks that were not simulated do not count, and without any the result is nan.
    """
    weeks = np.arange(view.horizon + 1)
    inside = (weeks >= (first or 0)) & (weeks <= (view.horizon if last is None else last))
    dead = killed(view)[inside]
    return np.asarray(dead.sum(axis=0)) if inside.any() else np.full(dead.shape[1], np.nan)


def deaths_by_country(result: "Result", first: date, last: date) -> Floats:
    """Return battle deaths of the bloc in each country from one day to another of a run, (countries,)."""
    start = result.scenario.start
    view = View(result, len(result.rows) - 1)
    return country_deaths(view, max(0, week_of(first, start, "from")), week_of(last, start, "to"))


class Killed(Windowed):
    """People killed in countries, in fights or as civilians, by the bloc and its enemies or by others and theirs."""

    killed: Kind
    side: Side = "bloc"
    group: str | list[str] = Field("all", alias="of")
    by: By = "sum"

    @property
    def label(self) -> str:
        """What is counted, of whom, and where."""
        whose = {"bloc": " of the core's bloc", "others": " of other groups", "all": ""}[self.side]
        where = self.group if isinstance(self.group, str) else few(self.group)
        return f"{WORDS[self.killed]}{whose} in {where}{'' if self.by == 'sum' else f', {self.by}'}{self.when}"

    @property
    def unit(self) -> str:
        """People."""
        return "people/week" if self.by == "slope" else "people"

    @property
    def signed(self) -> bool:
        """Whether it is a change."""
        return self.by in ("change", "slope")

    def weekly(self, view: View) -> Floats:
        """Return those killed in each week, (horizon + 1,)."""
        dead = killed(view, self.killed, self.side)
        return np.asarray(np.where(view.located(self.group), dead, 0.0).sum(axis=1))

    def of(self, view: View) -> float:
        """Return those killed in the window."""
        return self.reduce(self.weekly(view), view, self.by)

    def curve(self, view: View) -> Floats:
        """Return those killed from the start to each week."""
        return running(self.weekly(view), self.by)

    def names(self, scenario: Scenario) -> list[Misnamed]:
        """Return the countries that are not there."""
        return missing_countries("of", self.group, scenario)
