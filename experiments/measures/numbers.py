"""How numbers are written for readers: digits, words for large scales, signs, units, and what stands for no number.

`number` writes a number that stands alone; `NumberFormat` writes the numbers of one outcome, all at one scale and with the
same decimals, so that they can be compared in a column; `percent` writes shares; `chart_number` those beside a chart;
`difference_words` says a difference.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.record import Outcome

NONE = "–"  # stands for a number that is not known
LARGE = ((1e9, "billion"), (1e6, "million"))
SCALES = (*LARGE, (1e4, "thousand"))  # of outcomes: from so much on, they are written in this word
CHART_SCALES = ((1e9, 1e9, "bn"), (1e6, 1e6, "m"), (1e4, 1e3, "k"))  # from so much on, divided by, word
SCALED = {"people": "", "km2": "km²", "USD": "USD"}  # units of outcomes that are scaled, as they are written
NO_UNIT = ("1", "amount", "rank correlation")  # units that are not written
SAID_BY_THE_LABEL = ("1", "attacks", "events", "messages", "spots")
MOST_DECIMALS = 4
MANY_TIMES = 10.0  # a growth by so many times the base is not written in percent


def number(value: float, signed: bool = False) -> str:
    """Return a number with three significant digits: 10.7 million, 12,345, 3, 0.612.

    A number that is whole, or 100 and more, has no decimals. A minus sign is a true one. What rounds to nothing is 0,
    without a sign. What is not known is a dash.
    """
    if not np.isfinite(value):
        return NONE
    scale, word = next(((scale, f" {word}") for scale, word in LARGE if abs(value) >= scale), (1.0, ""))
    scaled = value / scale
    text = _sign(f"{scaled:,.{_decimals(scaled)}f}", signed)
    if not text.strip("0."):
        return "0"
    return (text.rstrip("0").rstrip(".") if word and "." in text else text) + word


def _decimals(value: float) -> int:
    size = abs(value)
    if size >= 100 or value == round(value):
        return 0
    return int(np.clip(2 - np.floor(np.log10(size)), 0, MOST_DECIMALS))


def _sign(text: str, signed: bool) -> str:
    """Return formatted digits with a true minus sign, with a plus sign if asked for; nothing has no sign."""
    if not text.strip("-0.,"):
        return text.lstrip("-")
    return text.replace("-", "−") if text.startswith("-") else f"+{text}" if signed else text


def amount(value: float, unit: str, signed: bool = False) -> str:
    """Return a number with its unit."""
    return f"{number(value, signed)} {'' if unit in NO_UNIT else unit}".strip()


def percent(share: float) -> str:
    """Return a share as a whole percentage."""
    return f"{share:.0%}" if np.isfinite(share) else NONE


def share_change(difference: float, base: float) -> str:
    """Return a difference as a share of what it is measured from: −12%, 15 times; a dash where that is nothing."""
    if not np.isfinite(difference) or not base > 0:
        return NONE
    share = difference / base
    if share >= MANY_TIMES:
        return f"{1 + share:,.0f} times"
    return "0%" if abs(share) < 0.005 else _sign(f"{share:.0%}", True)


def chart_number(value: float) -> str:
    """Return a number as short as a chart needs it: 1.25 bn, 58.1 m, 12.5 k, 6,103, 0.45.

    The page's charts write the same (`chartNumber` in `experiments/app/static/plot.js`).
    """
    if not np.isfinite(value):
        return NONE
    size = abs(value)
    for least, divisor, word in CHART_SCALES:
        if size >= least:
            return _sign(f"{_three_digits(value / divisor)} {word}", False)
    return _sign(f"{np.sign(value) * np.floor(size + 0.5):,.0f}" if size >= 100 else _three_digits(value), False)


def _three_digits(value: float) -> str:
    """Return a number with three significant digits, without zeros at its end; below a millionth it is 0."""
    if abs(value) < 1e-6:
        return "0"
    return np.format_float_positional(float(f"{value:.3g}"), trim="-")


@dataclass(frozen=True)
class NumberFormat:
    """How the numbers of one quantity are written: divided by `divisor`, with `decimals`, in `unit`."""

    unit: str
    divisor: float
    decimals: int

    def number(self, value: float, signed: bool = False) -> str:
        """Return a value at this scale, without its unit."""
        return _sign(f"{value / self.divisor:,.{self.decimals}f}", signed) if np.isfinite(value) else NONE

    def signed(self, value: float) -> str:
        """Return a difference with its sign, without its unit."""
        return self.number(value, signed=True)

    def amount(self, value: float) -> str:
        """Return a value with its unit."""
        return f"{self.number(value)} {self.unit}".strip()

    def change(self, value: float) -> str:
        """Return a difference with its sign and its unit."""
        return f"{self.signed(value)} {self.unit}".strip()

    def interval(self, low: float, high: float) -> str:
        """Return an interval, without its unit."""
        return f"{self.number(low)} to {self.number(high)}"


def difference_words(
    difference: float,
    low: float,
    high: float,
    written: NumberFormat | None = None,
    interval: str = "interval",
    more: str = "",
) -> str:
    """Return a difference in words: lower by 243,000 (interval −332,000 to −154,000).

    The word has the sign, so that the size has none; an interval keeps its signs, and goes from its lower end to its upper
    one. `more` follows in the brackets. The one place where differences are said.
    """
    size, ends = (written.amount, written.number) if written else (number, number)
    unit = f" {written.unit}" if written and written.unit else ""
    direction = "lower" if difference < 0 else "higher"
    return f"{direction} by {size(abs(difference))} ({interval} {ends(low)} to {ends(high)}{unit}{more})"


def format_of(outcome: Outcome, values: npt.NDArray[np.float64], half_widths: Iterable[float]) -> NumberFormat:
    """Return how an outcome is written: the scale follows from its largest value, decimals from the width of its intervals.

    `values`: of all runs, (runs,), nan where a run failed; `half_widths`: of the intervals that are shown.
    """
    largest = float(np.nanmax(np.abs(values), initial=0.0))
    divisor, unit = _scale(outcome.unit, largest)
    known = [half for half in half_widths if np.isfinite(half) and half > 0]
    spread = float(np.median(known)) if known else max(largest, 1.0) / 100
    return NumberFormat(unit, divisor, int(np.clip(1 - np.floor(np.log10(spread / divisor)), 0, 3)))


def _scale(unit: str, largest: float) -> tuple[float, str]:
    if unit not in SCALED:
        return 1.0, "" if unit in SAID_BY_THE_LABEL else unit
    for size, word in SCALES:
        if largest >= size:
            return (1e3 if word == "thousand" else size), f"{word} {SCALED[unit]}".strip()
    return 1.0, SCALED[unit]
