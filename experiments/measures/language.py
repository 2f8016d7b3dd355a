"""The language of measures: a number of a run, as it is written in ledgers, targets and lessons.

    measure = parse_measure({"log": {"events": "attack", "of": "provinces"}})
    evaluate(measure, result, horizon=60)

README.md beside this file shows every form. Here are reading and taking a measure, and the forms made of other measures;
`measure.py` says what every form has, `FORMS` below where each is.
"""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated

import numpy as np
from pydantic import BeforeValidator, Field, SerializeAsAny, ValidationError
from pydantic_core import ErrorDetails

from experiments.measures.dates import week_of
from experiments.measures.deaths import Killed
from experiments.measures.former import in_this_language
from experiments.measures.forms import Countries, CountriesWithDeaths, Events, Organisations, Series
from experiments.measures.ink_spots import Spots
from experiments.measures.measure import Measure
from experiments.measures.over_organisations import Correlation, Order, Slope
from experiments.measures.run_view import Floats, View
from experiments.measures.towns import HeldTown, TownsRight
from model.record import OUTCOMES
from model.scenario.problems import few, nearest, show

if TYPE_CHECKING:
    from model.record import Result

__all__ = ["FORMS", "Measure", "Measured", "evaluate", "parse_measure", "view_of"]


def evaluate(measure: Measure, result: "Result", horizon: int | date | None = None) -> float:
    """Return a measure of a run, of the whole of it or as far as `horizon`; nan where it is not defined.

    `horizon`: so many weeks, or a date (the nearest week, with the events of that week). Raises ValueError where the run is
    shorter, or where a measure of the map at the end is asked of an earlier week.
    """
    return measure.of(view_of(result, horizon))


def view_of(result: "Result", horizon: int | date | None = None) -> View:
    """Return a run as far as `horizon`, see `evaluate`. Raises ValueError where the run is shorter."""
    if horizon is None:
        return View(result, len(result.rows) - 1)
    if isinstance(horizon, date):
        week = max(0, week_of(horizon, result.scenario.start))
        return View(result, week, last_event=week)
    return View(result, horizon)


def parse_measure(written: object) -> Measure:
    """Return the measure that a name or a table in a file means; raises ValueError in words."""
    if isinstance(written, Measure):
        return written
    if isinstance(written, str):
        if written not in OUTCOMES:
            close = nearest(written, OUTCOMES)
            hint = f"; did you mean `{close}`?" if close else "; `inkspot list` shows the outcomes"
            raise ValueError(f"must be the name of an outcome or a table, got {show(written)}{hint}")
        written = {"series": written}
    if not isinstance(written, Mapping):
        raise ValueError(f"must be the name of an outcome or a table, got {show(written)}")
    instead = in_this_language(written)
    if instead:
        raise ValueError(instead)
    forms = [form for form in FORMS if form in written and not (form == "countries" and "events" in written)]
    if len(forms) != 1:
        raise ValueError(_which_form(written, forms))
    form = FORMS[forms[0]]
    try:
        return form.model_validate(_plain(written))
    except ValidationError as error:
        allowed = [field.alias or name for name, field in form.model_fields.items()]
        said = [_words(detail, allowed) for detail in error.errors(include_url=False)]
        raise ValueError("; ".join(dict.fromkeys(said))) from None


def _plain(written: Mapping[str, object]) -> dict[str, object]:
    """Return a table without a `by` that says what the outcome does anyway, so that the same measures have one text."""
    table, name = dict(written), written.get("series")
    if isinstance(name, str) and name in OUTCOMES and table.get("by") == OUTCOMES[name].aggregate:
        del table["by"]
    return table


def _which_form(written: Mapping[str, object], forms: list[str]) -> str:
    """Return what is wrong with a table that has no form, or several."""
    met = f"`{'`, `'.join(forms)}`" if forms else f"the keys {few(str(key) for key in written)}"
    close = "" if forms else next((name for key in written if (name := nearest(key, FORMS))), "")
    hint = f"; did you mean `{close}`?" if close else ""
    return f"must be a name or a table with exactly one of {', '.join(FORMS)}; got {met}{hint}"


def _words(detail: ErrorDetails, allowed: list[str]) -> str:
    """Return what pydantic found wrong with a measure's key, in plain words."""
    key, kind = str(detail["loc"][0]) if detail["loc"] else "", detail["type"]
    message = str(detail["msg"]).removeprefix("Value error, ")
    if kind == "extra_forbidden":
        close = nearest(key, allowed)
        return f"unknown key `{key}`; " + (f"did you mean `{close}`?" if close else f"allowed: {few(allowed)}")
    if kind == "value_error":
        return f"`{key}` {message}" if key else message
    if kind == "missing":
        return f"`{key}` is missing"
    if kind == "literal_error":
        expected = detail["ctx"]["expected"]
        close = nearest(detail["input"], str(expected).replace("'", "").replace(" or ", ", ").split(", "))
        return f"`{key}` must be {expected}, got {show(detail['input'])}" + (f"; did you mean `{close}`?" * bool(close))
    if key in ("from", "to", "at"):
        return f"`{key}` must be a week from 0 to 2600 or a date, as 2015-01-01, got {show(detail['input'])}"
    return f"`{key}`: {message[:1].lower()}{message[1:]}, got {show(detail['input'])}"


def _parse_part(written: object) -> Measure:
    """Return a part of a measure, which may also be a plain number."""
    if isinstance(written, int | float) and not isinstance(written, bool):
        return Constant(number=float(written))
    return parse_measure(written)


Measured = Annotated[SerializeAsAny[Measure], BeforeValidator(parse_measure)]  # the field of a table that is a measure
Part = Annotated[SerializeAsAny[Measure], BeforeValidator(_parse_part)]
Two = Annotated[list[Part], Field(min_length=2, max_length=2)]
Several = Annotated[list[Part], Field(min_length=2)]


class Constant(Measure):
    """A plain number, to be used in other measures."""

    number: float = Field(allow_inf_nan=False)

    @property
    def label(self) -> str:
        """The number."""
        return f"{self.number:,g}"

    @property
    def is_curve(self) -> bool:
        """It is the same in every week."""
        return True

    def of(self, view: View) -> float:
        """Return the number."""
        return self.number

    def curve(self, view: View) -> Floats:
        """Return the number in every week."""
        return np.full(view.horizon + 1, self.number)


class Sum(Measure):
    """Several measures added up, or a measure and a number."""

    sum: Several

    @property
    def parts(self) -> tuple[Measure, ...]:
        """The measures."""
        return tuple(self.sum)

    @property
    def label(self) -> str:
        """All measures."""
        return " plus ".join(each.label for each in self.sum)

    @property
    def unit(self) -> str:
        """The unit of the first that is not a plain number."""
        return next((each.unit for each in self.sum if not isinstance(each, Constant)), "1")

    def of(self, view: View) -> float:
        """Return the sum."""
        total = 0.0
        for part in self.sum:
            total += part.of(view)
        return total

    def curve(self, view: View) -> Floats:
        """Return the sum in every week."""
        total: Floats = np.zeros(view.horizon + 1)
        for part in self.sum:
            total = total + part.curve(view)
        return total


class Ratio(Measure):
    """One measure divided by another."""

    ratio: Two

    @property
    def parts(self) -> tuple[Measure, ...]:
        """Numerator and denominator."""
        return tuple(self.ratio)

    @property
    def label(self) -> str:
        """Both measures."""
        return f"{self.ratio[0].label}, divided by {self.ratio[1].label}"

    def of(self, view: View) -> float:
        """Return the ratio, nan where the second is 0."""
        first, second = (part.of(view) for part in self.ratio)
        return first / second if second else float("nan")

    def curve(self, view: View) -> Floats:
        """Return the ratio in every week, nan where the second is 0."""
        first, second = (part.curve(view) for part in self.ratio)
        return np.asarray(np.divide(first, second, out=np.full(len(first), np.nan), where=second != 0))


class Difference(Measure):
    """One measure less another."""

    difference: Two

    @property
    def parts(self) -> tuple[Measure, ...]:
        """Both measures."""
        return tuple(self.difference)

    @property
    def label(self) -> str:
        """Both measures."""
        return f"{self.difference[0].label}, less {self.difference[1].label}"

    @property
    def unit(self) -> str:
        """The unit of the first."""
        return self.difference[0].unit

    @property
    def signed(self) -> bool:
        """A difference may be below zero."""
        return True

    def of(self, view: View) -> float:
        """Return the difference."""
        first, second = (part.of(view) for part in self.difference)
        return first - second

    def curve(self, view: View) -> Floats:
        """Return the difference in every week."""
        first, second = (part.curve(view) for part in self.difference)
        return first - second


class Log(Measure):
    """The logarithm of a measure plus 1."""

    log: Part

    @property
    def parts(self) -> tuple[Measure, ...]:
        """The measure."""
        return (self.log,)

    @property
    def label(self) -> str:
        """The measure."""
        return f"log(1 + {self.log.label})"

    def of(self, view: View) -> float:
        """Return log(1 + x), nan where x is below 0."""
        value = self.log.of(view)
        return float(np.log1p(value)) if value >= 0 else float("nan")

    def curve(self, view: View) -> Floats:
        """Return log(1 + x) in every week, nan where x is below 0."""
        values = self.log.curve(view)
        return np.asarray(np.log1p(np.where(values >= 0, values, np.nan)))


FORMS: dict[str, type[Measure]] = {
    "series": Series, "organisations": Organisations, "countries": Countries, "events": Events, "killed": Killed,
    "countries_with_deaths": CountriesWithDeaths, "correlation": Correlation, "slope": Slope, "order": Order,
    "spots": Spots, "town": HeldTown, "towns_right": TownsRight, "sum": Sum, "difference": Difference, "ratio": Ratio,
    "log": Log,
}  # fmt: skip
