"""The factors of a design: what varies, over what, and how a share of the way (0 to 1) becomes a value.

Points of a sample lie in the unit cube, a column a factor; `Factor.at` is the inverse of the factor's distribution
function. Uncertainties are what nobody decides; levers are what the allies decide.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from experiments.points.ranges import LOG_RATIO
from model.scenario.schema import Table

Value = float | int | bool | str
Role = Literal["uncertainty", "lever"]
Distribution = Literal["uniform", "loguniform", "triangular", "normal"]
Number = Annotated[float, Field(allow_inf_nan=False)]
Spread = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Levels = Annotated[int, Field(ge=2, le=10_000)]


class Range(Table):
    """Values from `low` to `high`, evenly unless another distribution is named."""

    distribution: Distribution = "uniform"
    low: Number
    high: Number
    mode: Annotated[Number | None, Field(description="most likely value, of a triangular distribution")] = None
    mean: Annotated[Number | None, Field(description="of a normal distribution, before it is cut off at the ends")] = (
        None
    )
    sd: Annotated[Spread | None, Field(description="its standard deviation, before the cut")] = None
    levels: Annotated[Levels | None, Field(description="values in a full factorial design")] = None

    def at(self, share: float) -> float:
        """Return the value below which a share of the distribution lies, within low and high."""
        if share in (0.0, 1.0):
            return self.high if share else self.low
        value = getattr(self, f"_{self.distribution}")(share)
        return float(min(max(value, self.low), self.high))

    def _uniform(self, share: float) -> float:
        return self.low + share * (self.high - self.low)

    def _loguniform(self, share: float) -> float:
        """low (high / low)^share: every doubling is as likely."""
        return float(self.low * (self.high / self.low) ** share)

    def _triangular(self, share: float) -> float:
        """Rise from low to the mode, fall to high; the mode divides the area as it divides the range."""
        mode = self.low if self.mode is None else self.mode
        width = self.high - self.low
        if share * width < mode - self.low:
            return float(self.low + np.sqrt(share * width * (mode - self.low)))
        return float(self.high - np.sqrt((1 - share) * width * (self.high - mode)))

    def _normal(self, share: float) -> float:
        from scipy.special import ndtr, ndtri  # half a second, and seldom asked for

        mean, sd = self.mean or 0.0, self.sd or 1.0
        below, above = ndtr((self.low - mean) / sd), ndtr((self.high - mean) / sd)
        return float(mean + sd * ndtri(below + share * (above - below)))

    @property
    def words(self) -> str:
        """The range as a phrase."""
        kind = "" if self.distribution == "uniform" else f" ({self.distribution})"
        return f"{self.low:g} to {self.high:g}{kind}"


@dataclass(frozen=True)
class Choices:
    """One of several values, each as likely."""

    values: tuple[Value, ...]

    def at(self, share: float) -> Value:
        """Return the value whose part of 0..1 the share lies in."""
        return self.values[min(int(share * len(self.values)), len(self.values) - 1)]

    @property
    def words(self) -> str:
        """The values as a phrase."""
        return ", ".join(_text(value) for value in self.values)


@dataclass(frozen=True)
class Factor:
    """Something that varies: its key as written, which is its column in the results, and over what it varies.

    `whole`: only whole numbers. A lever that is a share of effort takes it from another one, `taken_from`, in the phases
    named (in all where none is).
    """

    key: str
    role: Role
    spread: Range | Choices
    whole: bool = False
    taken_from: str = ""
    phases: tuple[str, ...] = ()

    def at(self, share: float) -> Value:
        """Return the value at a share, 0 to 1, of the way."""
        if isinstance(self.spread, Choices):
            return self.spread.at(share)
        if not self.whole:
            return self.spread.at(share)
        low, high = int(np.ceil(self.spread.low)), int(np.floor(self.spread.high))
        if self.spread.distribution == "uniform":  # every whole number as likely, the ends too
            return min(low + int(share * (high - low + 1)), high)
        return min(max(round(self.spread.at(share)), low), high)

    @cached_property
    def ends(self) -> tuple[Value, ...]:
        """The values that must all be allowed: the ends of a range, or every choice."""
        return self.spread.values if isinstance(self.spread, Choices) else (self.at(0.0), self.at(1.0))

    def shares(self, levels: int) -> list[float]:
        """Return the places in 0..1 of the levels of a full factorial design: every choice, or `levels` from end to end."""
        if isinstance(self.spread, Choices):
            count = len(self.spread.values)
            return [(position + 0.5) / count for position in range(count)]
        return [float(share) for share in np.linspace(0.0, 1.0, self.spread.levels or levels)]

    @property
    def words(self) -> str:
        """The factor's values as a phrase."""
        return self.spread.words + (f", taken from {self.taken_from}" if self.taken_from else "")

    @property
    def kind(self) -> Literal["switch", "text", "number"]:
        """Of which kind its values are."""
        if isinstance(self.spread, Range):
            return "number"
        if all(isinstance(value, bool) for value in self.spread.values):
            return "switch"
        return "text" if any(isinstance(value, str | bool) for value in self.spread.values) else "number"


def declared_range(low: float, high: float) -> Range:
    """Return a declared range as it is drawn from: by its logarithm where it is positive and ten times as high as low."""
    wide = low > 0 and high >= LOG_RATIO * low
    return Range(distribution="loguniform" if wide else "uniform", low=low, high=high)


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
