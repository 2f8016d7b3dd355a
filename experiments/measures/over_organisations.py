"""Measures over organisations: correlations and slopes of two columns, and the order in which something happened to them."""

from typing import Annotated, Self

import numpy as np
from pydantic import Field, model_validator

from experiments.measures.columns import Column, paired
from experiments.measures.measure import Measure, Misnamed, Windowed, missing_organisations, one_of
from experiments.measures.run_view import View, spearman, squares_slope
from model.scenario.schema import Scenario
from model.why.kinds import EVENT_KINDS

Columns = Annotated[list[Column], Field(min_length=2, max_length=2)]


class _OverOrganisations(Measure):
    """Two columns over organisations; those that lack one of them do not count."""

    group: str | list[str] = Field("groups", alias="of")

    def columns(self) -> list[str]:
        """Return the two columns."""
        raise NotImplementedError

    @property
    def signed(self) -> bool:
        """Correlations and slopes may be below zero."""
        return True

    def names(self, scenario: Scenario) -> list[Misnamed]:
        """Return the organisations that are not there."""
        return missing_organisations(self.group, scenario)


class Correlation(_OverOrganisations):
    """Spearman's rank correlation of two columns over organisations."""

    correlation: Columns

    def columns(self) -> list[str]:
        """Return the two columns."""
        return self.correlation

    @property
    def label(self) -> str:
        """The two columns."""
        return f"rank correlation of {' and '.join(self.correlation)} over organisations".replace("_", " ")

    def of(self, view: View) -> float:
        """Return the correlation, nan below three organisations or where one column does not vary."""
        return spearman(*paired(view, self.correlation, self.group))


class Slope(_OverOrganisations):
    """Least squares slope of the second column on the first over organisations."""

    slope: Columns

    def columns(self) -> list[str]:
        """Return the two columns."""
        return self.slope

    @property
    def label(self) -> str:
        """The two columns."""
        return f"slope of {self.slope[1]} on {self.slope[0]} over organisations".replace("_", " ")

    @property
    def unit(self) -> str:
        """The unit of the second per unit of the first."""
        return f"per unit of {self.slope[0]}".replace("_", " ")

    def of(self, view: View) -> float:
        """Return the slope, nan below three organisations or where the first column does not vary."""
        x, y = paired(view, self.slope, self.group)
        return squares_slope(x, y) if len(x) >= 3 else float("nan")


class Order(Windowed):
    """Whether something happened to organisations in the reported order: Kendall's tau-b of simulated and reported weeks."""

    order: Annotated[str, one_of(EVENT_KINDS)]
    group: list[str] = Field(alias="of", min_length=2)
    reported: list[float] = Field(description="the week reported of each organisation")

    @model_validator(mode="after")
    def _a_week_each(self) -> Self:
        if len(self.reported) != len(self.group):
            raise ValueError(
                f"`reported` must have a week for each of `of` ({len(self.group)}), got {len(self.reported)}"
            )
        return self

    @property
    def label(self) -> str:
        """The kind of event."""
        return f"order of the first {self.order} events{self.when}, against that reported"

    @property
    def unit(self) -> str:
        """The coefficient."""
        return "tau-b"

    @property
    def signed(self) -> bool:
        """The coefficient lies between -1 and 1."""
        return True

    @property
    def is_curve(self) -> bool:
        """Never: events are counted over a period."""
        return False

    def of(self, view: View) -> float:
        """Return the coefficient, 0 where all weeks are the same. What did not happen counts as a week after the window."""
        start, last = self.window(view)
        never = float(view.horizon if last is None else last) + 1
        first: dict[str, float] = {}
        for event in view.events(self.order, self.group, None, start, last):
            first.setdefault(event.organisation, float(event.week))
        weeks, reported = np.array([first.get(name, never) for name in self.group]), np.array(self.reported)
        made, said = (np.sign(np.subtract.outer(each, each)) for each in (weeks, reported))
        norm = np.sqrt((made**2).sum() * (said**2).sum())
        return float((made * said).sum() / norm) if norm else 0.0

    def names(self, scenario: Scenario) -> list[Misnamed]:
        """Return the organisations that are not there."""
        return missing_organisations(self.group, scenario)
