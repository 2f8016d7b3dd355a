"""The smallest effect that matters: one rule for each unit, fixed before any run; claims, headline and comparisons share it.

The rules stand in the head of the shipped ledger (`experiments/claims/ledger.toml`, `[rules.smallest]`) and nowhere else.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from model.record import OUTCOMES
from model.scenario.schema import Table

LEDGER = Path(__file__).resolve().parent.parent / "claims" / "ledger.toml"  # data: nothing is imported from above
Weight = Literal["matters", "small", "open"]


class Smallest(Table):
    """The smallest effect that matters: a share of the control arms' mean, an absolute size, or the larger of both."""

    relative: float | None = Field(None, gt=0, le=1)
    absolute: float | None = Field(None, gt=0, allow_inf_nan=False)
    reason: str = Field(min_length=1)

    @model_validator(mode="after")
    def _given(self) -> Self:
        if self.relative is None and self.absolute is None:
            raise ValueError("write `relative` (a share of the control arms' mean), `absolute` (in the unit), or both")
        return self

    def size(self, reference: float) -> float:
        """The size in the outcome's unit; `reference`: mean of the control arms, see `claims/judge.py`."""
        share = abs(reference) * (self.relative or 0.0)
        return max(share if share == share else 0.0, self.absolute or 0.0)


@cache
def shipped_smallest() -> dict[str, Smallest]:
    """Return the shipped rules by unit."""
    written = tomllib.loads(LEDGER.read_text(encoding="utf-8"))["rules"]["smallest"]
    return {unit: Smallest.model_validate(rule) for unit, rule in written.items()}


def smallest_in(unit: str, baseline_mean: float) -> float:
    """Return the smallest difference in a unit that matters, from a baseline's mean; 0 where no rule is declared."""
    rule = shipped_smallest().get(unit)
    return rule.size(baseline_mean) if rule else 0.0


def smallest_of(outcome: str, baseline_mean: float) -> float:
    """Return the smallest difference of an outcome that matters, from the baseline's mean; 0 where no rule is declared."""
    return smallest_in(OUTCOMES[outcome].unit, baseline_mean)


def weight(difference: float, low: float, high: float, told: bool, smallest: float) -> Weight:
    """Return whether a difference d with its 95% interval matters; s is the smallest that does, `told`: from luck.

    small: the interval lies within -s to s; matters: told from luck, and |d| >= s; open: anything else.
    """
    if smallest > 0 and -smallest <= low and high <= smallest:
        return "small"
    return "matters" if told and abs(difference) >= smallest else "open"
