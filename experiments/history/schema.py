"""What a file of targets holds: what it says of itself, groups, targets, towns, and curves that are forecast."""

import math
from datetime import date as Day
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from experiments.measures.dates import week_of
from experiments.measures.language import Measured, view_of
from experiments.measures.run_view import Floats, View
from model.scenario.schema import Table

if TYPE_CHECKING:
    from model.record import Result

Key = Annotated[Day, Field(strict=False)]  # a date as the name of a table
NINETY = 1.645  # standard deviations on each side of a 90% interval


class About(Table):
    """What a file of targets says of itself. `fitted_until`: the last day known to the calibration."""

    title: str = ""
    fitted_until: Day = Day(2015, 12, 31)


class Group(Table):
    """Targets that tell of one thing. `correlation` of any two members' errors, of model and report, over all runs."""

    title: str
    correlation: float = Field(ge=0, le=1, allow_inf_nan=False)
    meaning: str = ""


class Curve(Table):
    """What may be forecast. `error` of a report and `discrepancy` of the model are standard deviations on its scale."""

    title: str
    measure: Measured
    unit: str
    scale: Literal["log", "linear"] = "linear"
    error: float = Field(gt=0, allow_inf_nan=False)
    discrepancy: float = Field(gt=0, allow_inf_nan=False)

    def curve(self, result: "Result") -> Floats:
        """Return the measure of a run in every week, (weeks + 1,), where it is one that has a value in every week."""
        return self.measure.curve(view_of(result))

    def scaled(self, value: float) -> float:
        """Return a value on the scale: its logarithm (of at least 1; a ratio's of at least 0.01), or itself."""
        if self.scale == "linear" or math.isnan(value):
            return value
        return math.log(max(value, 0.01 if self.unit == "ratio" else 1.0))


class Target(Curve):
    """A reported figure. `group`: the name of the facts that it belongs to; without one it is a fact of its own."""

    date: Day
    low: float = Field(allow_inf_nan=False)
    high: float = Field(allow_inf_nan=False)
    use: Literal["fit", "score", "given"] = "fit"
    group: str = ""
    confidence: Literal["A", "B", "C"] = "B"
    source: str

    @property
    def text(self) -> str:
        """What identifies measure and date among stored values."""
        return f"{self.measure.text} at {self.date}"

    def of(self, result: "Result") -> float:
        """Return the measure of a run on the date, nan where the run ends half a week or more before it.

        Later weeks of the run count only as far as the measure names them (an event may come later than reported).
        """
        start, weeks = result.scenario.start, len(result.rows) - 1
        week = max(0, week_of(self.date, start))
        if week > weeks:
            return float("nan")
        last = min(weeks, max(week, self.measure.last_week(start)))
        return self.measure.of(View(result, last, last_event=last))

    @property
    def observed(self) -> float:
        """The middle of the interval on the target's scale."""
        return (self.scaled(self.low) + self.scaled(self.high)) / 2

    @property
    def observed_variance(self) -> float:
        """Variance of the report: error^2 + (high - low)^2 / 12, an even chance within the interval."""
        return self.error**2 + (self.scaled(self.high) - self.scaled(self.low)) ** 2 / 12

    @property
    def hit(self) -> tuple[float, float]:
        """What is a hit: the 90% interval of the report, in its unit. A run outside misses by more than the report may."""
        low, high = (self.observed + side * NINETY * math.sqrt(self.observed_variance) for side in (-1, 1))
        return (math.exp(low), math.exp(high)) if self.scale == "log" else (low, high)


class Theatre(Table):
    """Towns of some countries that are judged together: whether `by` holds them.

    `error` and `discrepancy` are of the share of towns that are right; `correlation`: how far the errors of two towns, or of
    two days, agree.
    """

    title: str
    countries: list[str] = Field(min_length=1)
    by: str = "core"
    use: Literal["fit", "score"] = "fit"
    error: float = Field(0.05, gt=0, allow_inf_nan=False)
    discrepancy: float = Field(gt=0, allow_inf_nan=False)
    correlation: float = Field(ge=0, le=1, allow_inf_nan=False)


class Towns(Table):
    """Who held which town: days to judge on, theatres, and, for days after 2015, who had which (`held`: holder -> towns).

    Until the end of 2015 the scenario's towns say who held them.
    """

    dates: list[Day] = Field(default_factory=list)
    theatres: dict[str, Theatre] = Field(default_factory=dict)
    held: dict[Key, dict[str, list[str]]] = Field(default_factory=dict)
    source: str = "scenarios/towns_2014.toml"
