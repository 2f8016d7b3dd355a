"""What a measure can be at all: the least and the largest number that any run could give.

A report outside cannot be met by any run: it is a mistake in the target, not a misfit of the model. Where nothing is known
of a form the range is that of all numbers (from 0 where it cannot be negative). Sums, differences, ratios and logarithms
follow by interval arithmetic (Moore 1966), except that a part divided by its whole is at most 1.
"""

from functools import singledispatch
from itertools import product
from math import inf, isfinite, log1p, sqrt

import numpy as np

from experiments.measures.dates import week_of
from experiments.measures.forms import Countries, CountriesWithDeaths, Events, Organisations, Series
from experiments.measures.ink_spots import Spots
from experiments.measures.language import Constant, Difference, Log, Ratio, Sum
from experiments.measures.measure import Measure, Windowed
from experiments.measures.over_organisations import Correlation, Order, Slope
from experiments.measures.towns import HeldTown, TownsRight
from model.scenario.schema import Scenario

Range = tuple[float, float]
SHARES = {"alignment", "largest_share", "unpaid_core", "core_alive", "legitimacy", "prestige", "minority_legitimacy",
          "border_control", "link_quality", "unpaid", "likeness"}  # fmt: skip
SIGNED = {"treasury_core", "treasury", "utility", "link_orders", "status", "stance", "loyalty", "payoff_core",
          "payoff_provinces", "payoff_joint"}  # fmt: skip
LEVELS = ("end", "mean", "max", "min")  # what lies between the least and the largest of the weeks


@singledispatch
def attainable(measure: Measure, scenario: Scenario, horizon: int) -> Range:
    """Return the least and the largest number that a measure can be in runs of a scenario, taken in week `horizon`."""
    return (-inf, inf) if measure.signed else (0.0, inf)


def in_words(limits: Range) -> str:
    """Return a range as it stands in a sentence."""
    low, high = (f"{limit:,.4g}" for limit in limits)
    if isfinite(limits[0]) and isfinite(limits[1]):
        return f"from {low} to {high}"
    return f"{low} or more" if isfinite(limits[0]) else f"{high} or less"


@attainable.register
def _(measure: Series, scenario: Scenario, horizon: int) -> Range:
    if measure.series == "towns_core" and measure.aggregate in LEVELS:
        return 0.0, float(len(scenario.towns))
    if measure.series == "coalition" and measure.aggregate in LEVELS:
        return 0.0, float(len(scenario.governments) + len(scenario.allies))
    return _of_column(measure.series, measure.aggregate)


def _of_column(name: str, by: str) -> Range:
    low, high = (0.0, 1.0) if name in SHARES else (-inf if name in SIGNED else 0.0, inf)
    if by in LEVELS:
        return low, high
    if by == "sum":
        return low, inf
    return low - high, high - low  # a change or a slope


@attainable.register(Organisations)
@attainable.register(Countries)
def _(measure: Organisations | Countries, scenario: Scenario, horizon: int) -> Range:
    number = inf if isinstance(measure.group, str) else len(measure.group)
    if isinstance(measure, Countries) and measure.group == "all":
        number = len(scenario.governments)
    if measure.over == "count" and measure.by in LEVELS:
        return 0.0, float(number)
    if measure.over in ("mean", "max"):
        return _of_column(measure.column, measure.by)
    low, _ = _of_column(measure.column, measure.by)
    return (-inf, inf) if low < 0 else (0.0, number if measure.column in SHARES and measure.by in LEVELS else inf)


@attainable.register
def _(measure: Events, scenario: Scenario, horizon: int) -> Range:
    first, last = _window(measure, scenario)
    end = horizon if last is None else last
    if measure.by == "organisations" and not isinstance(measure.group, str | None):
        return 0.0, float(len(measure.group))
    weeks = {
        "first": (first, end + 1.0),
        "last": (first, end + 1.0),
        "mean": (first, end),
        "spread": (0.0, end - first),
    }
    if measure.by in weeks:
        low, high = weeks[measure.by]
        return float(low), float(high)
    return (-inf, inf) if measure.by == "amount" else (0.0, inf)


def _window(measure: Windowed, scenario: Scenario) -> tuple[int, int | None]:
    weeks = {moment.key: week_of(moment.when, scenario.start, moment.key) for moment in measure.moments()}
    return max(0, weeks.get("at", weeks.get("from", 0))), weeks.get("at", weeks.get("to"))


@attainable.register
def _(measure: CountriesWithDeaths, scenario: Scenario, horizon: int) -> Range:
    return 0.0, float(len(scenario.governments))


@attainable.register
def _(measure: Correlation, scenario: Scenario, horizon: int) -> Range:
    return -1.0, 1.0


@attainable.register
def _(measure: Slope, scenario: Scenario, horizon: int) -> Range:
    return -inf, inf


@attainable.register
def _(measure: Order, scenario: Scenario, horizon: int) -> Range:
    """Return +-sqrt(p / n), with p of n pairs reported in different weeks; the weeks of a run are taken as all different.

    Only a run with the very same ties, which is chance, would reach 1.
    """
    different = np.not_equal.outer(measure.reported, measure.reported)
    pairs = len(measure.reported) * (len(measure.reported) - 1)
    most = sqrt(different.sum() / pairs)
    return -most, most


@attainable.register
def _(measure: Spots, scenario: Scenario, horizon: int) -> Range:
    if measure.spots == "number":
        return (-inf, inf) if measure.against_random else (0.0, inf)
    return (-1.0 if measure.against_random else 0.0), 1.0


@attainable.register(HeldTown)
@attainable.register(TownsRight)
def _(measure: HeldTown | TownsRight, scenario: Scenario, horizon: int) -> Range:
    return 0.0, 1.0


@attainable.register
def _(measure: Constant, scenario: Scenario, horizon: int) -> Range:
    return measure.number, measure.number


@attainable.register
def _(measure: Sum, scenario: Scenario, horizon: int) -> Range:
    parts = [attainable(part, scenario, horizon) for part in measure.sum]
    return sum(low for low, _ in parts), sum(high for _, high in parts)


@attainable.register
def _(measure: Difference, scenario: Scenario, horizon: int) -> Range:
    first, second = (attainable(part, scenario, horizon) for part in measure.difference)
    return first[0] - second[1], first[1] - second[0]


@attainable.register
def _(measure: Log, scenario: Scenario, horizon: int) -> Range:
    low, high = attainable(measure.log, scenario, horizon)
    return log1p(max(0.0, low)), log1p(max(0.0, high))


@attainable.register
def _(measure: Ratio, scenario: Scenario, horizon: int) -> Range:
    first, second = (attainable(part, scenario, horizon) for part in measure.ratio)
    if first[0] >= 0 and _part_of(*measure.ratio):
        return 0.0, 1.0
    if second[0] < 0:
        return -inf, inf
    if second[0] == 0:
        return (0.0 if first[0] >= 0 else -inf), inf
    quotients = [_quotient(top, bottom) for top, bottom in product(first, second)]
    return min(quotients), max(quotients)


def _quotient(top: float, bottom: float) -> float:
    if isfinite(bottom):
        return top / bottom
    return 0.0 if isfinite(top) else top


def _part_of(first: Measure, second: Measure) -> bool:
    """Tell whether the first is the same sum as the second over some of its organisations or countries."""
    if type(first) is not type(second) or not isinstance(first, Organisations | Countries):
        return False
    assert isinstance(second, Organisations | Countries)
    same = first.model_dump(exclude={"group"}) == second.model_dump(exclude={"group"})
    sums = first.over == "sum" and first.by in ("end", "mean", "sum") and first.column not in SIGNED
    if isinstance(first.group, str) or isinstance(second.group, str):
        return same and sums and (second.group == "all" or second.group == first.group)
    return same and sums and set(first.group) <= set(second.group)
