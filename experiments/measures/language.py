"""Measures: one number a run, written in the ledger as the name of an outcome or as an inline table.

    measure = parse_measure({"log": {"events": "attack", "of": "provinces"}})
    evaluate(measure, result, weeks=60)

The plain forms are in `forms.py`; here are those made of others, and those over organisations and over the map.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from pydantic import BeforeValidator, Field, SerializeAsAny, ValidationError

from experiments.measures.columns import Column, paired
from experiments.measures.forms import Countries, Events, Measure, Organisations, Series, missing_organisations
from experiments.measures.ink_spots import spots, spots_at_random
from experiments.measures.run_view import View, spearman, squares_slope
from model.scenario.problems import few, nearest, show
from model.scenario.schema import Scenario

if TYPE_CHECKING:
    from model.record import Result

__all__ = ["Measure", "evaluate", "parse_measure"]


def evaluate(measure: Measure, result: "Result", weeks: int | None = None) -> float:
    """Return a measure of a run, of its first `weeks` weeks if that is given; nan where it is not defined.

    Raises ValueError where the run is shorter, or where a measure of the map at the end is asked of an earlier week.
    """
    return measure.of(View(result, len(result.rows) - 1 if weeks is None else weeks))


def parse_measure(written: object) -> Measure:
    """Return the measure that a name or a table in the ledger means; raises ValueError in words."""
    if isinstance(written, Measure):
        return written
    if isinstance(written, str):
        written = {"series": written}
    if not isinstance(written, Mapping):
        raise ValueError(f"must be the name of an outcome or a table, got {show(written)}")
    forms = [form for form in FORMS if form in written and not (form == "countries" and "events" in written)]
    if len(forms) != 1:
        met = f"`{'`, `'.join(forms)}`" if forms else f"the keys {few(str(key) for key in written)}"
        raise ValueError(f"must be a name or a table with exactly one of {few(FORMS)}; got {met}")
    form = FORMS[forms[0]]
    try:
        return form.model_validate(dict(written))
    except ValidationError as error:
        allowed = [field.alias or name for name, field in form.model_fields.items()]
        said = [_words(detail, allowed) for detail in error.errors(include_url=False)]
        raise ValueError("; ".join(dict.fromkeys(said))) from None


def _words(detail: Any, allowed: list[str]) -> str:
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
        return f"`{key}` must be {detail['ctx']['expected']}, got {show(detail['input'])}"
    return f"`{key}`: {message[:1].lower()}{message[1:]}, got {show(detail['input'])}"


Nested = Annotated[SerializeAsAny[Measure], BeforeValidator(parse_measure)]
Columns = Annotated[list[Column], Field(min_length=2, max_length=2)]
Two = Annotated[list[Nested], Field(min_length=2, max_length=2)]


class _OverOrganisations(Measure):
    """Two columns over organisations; those that lack one of them do not count."""

    group: str | list[str] = Field("groups", alias="of")

    def columns(self) -> list[str]:
        """The two columns."""
        raise NotImplementedError

    def names(self, scenario: Scenario) -> list[tuple[str, str, list[str]]]:
        """Organisations that are not there."""
        return missing_organisations(self.group, scenario)


class Correlation(_OverOrganisations):
    """Spearman's rank correlation of two columns over organisations."""

    correlation: Columns

    def columns(self) -> list[str]:
        """The two columns."""
        return self.correlation

    @property
    def label(self) -> str:
        """The two columns."""
        return f"rank correlation of {' and '.join(self.correlation)} over organisations".replace("_", " ")

    def of(self, view: View) -> float:
        """The correlation, nan below three organisations or where one column does not vary."""
        return spearman(*paired(view, self.correlation, self.group))


class Slope(_OverOrganisations):
    """Least squares slope of the second column on the first over organisations."""

    slope: Columns

    def columns(self) -> list[str]:
        """The two columns."""
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
        """The slope, nan below three organisations or where the first column does not vary."""
        x, y = paired(view, self.slope, self.group)
        return squares_slope(x, y) if len(x) >= 3 else float("nan")


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
        """The ratio, nan where the second is 0."""
        first, second = (part.of(view) for part in self.ratio)
        return first / second if second else float("nan")


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

    def of(self, view: View) -> float:
        """The difference."""
        first, second = (part.of(view) for part in self.difference)
        return first - second


class Log(Measure):
    """The logarithm of a measure plus 1."""

    log: Nested

    @property
    def parts(self) -> tuple[Measure, ...]:
        """The measure."""
        return (self.log,)

    @property
    def label(self) -> str:
        """The measure."""
        return f"log(1 + {self.log.label})"

    def of(self, view: View) -> float:
        """log(1 + x), nan where x is below 0."""
        value = self.log.of(view)
        return float(np.log1p(value)) if value >= 0 else float("nan")


class Spots(Measure):
    """Ink spots at the end: connected areas in which the core and its provinces hold over half."""

    spots: Literal["number", "largest_share"]
    against_random: bool = False

    @property
    def label(self) -> str:
        """What is taken of the spots."""
        words = "number of ink spots" if self.spots == "number" else "share of the largest ink spot"
        return words + (", less that of random maps" if self.against_random else "")

    @property
    def unit(self) -> str:
        """Spots, or a share."""
        return "spots" if self.spots == "number" else "1"

    @property
    def needs_map(self) -> bool:
        """It reads the map."""
        return True

    def of(self, view: View) -> float:
        """The number (or the share), less its mean over random maps of the same density; nan without spots."""
        if not view.whole:
            raise ValueError(
                "the map is kept of the last week only: a measure of ink spots cannot be of an earlier one"
            )
        number, share = spots(view.result)
        if number == 0:
            return float("nan") if self.against_random or self.spots == "largest_share" else 0.0
        chance = spots_at_random(view.result) if self.against_random else (0.0, 0.0)
        return number - chance[0] if self.spots == "number" else share - chance[1]


FORMS: dict[str, type[Measure]] = {
    "series": Series, "organisations": Organisations, "countries": Countries, "events": Events,
    "correlation": Correlation, "slope": Slope, "ratio": Ratio, "difference": Difference, "log": Log, "spots": Spots,
}  # fmt: skip
