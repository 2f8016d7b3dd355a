"""How outcomes are written and what each policy changes against the baseline: numbers with their units and evidence."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from model.record import OUTCOMES

SCALES = ((1e9, "billion"), (1e6, "million"), (1e4, "thousand"))
SCALED = {"people": "", "km2": "km²", "USD": "USD"}
SAID_BY_THE_LABEL = ("1", "attacks", "events", "messages", "spots")
STRONG = 0.001  # adjusted p below which evidence is called strong, if nine pairs in ten agree
AGREEMENT = 0.9


@dataclass(frozen=True)
class Measure:
    """How an outcome is written: a number is divided by `divisor` and shown with `decimals`."""

    name: str
    label: str
    unit: str
    divisor: float
    decimals: int
    better: int

    def number(self, value: float) -> str:
        """Return a value in this measure's scale, with a true minus sign; a dash for none."""
        if not np.isfinite(value):
            return "–"
        text = f"{value / self.divisor:,.{self.decimals}f}"
        return text.lstrip("-") if float(text.replace(",", "")) == 0 else text.replace("-", "−")

    def signed(self, value: float) -> str:
        """Return a difference with its sign."""
        text = self.number(value)
        return f"+{text}" if np.isfinite(value) and value > 0 and float(text.replace(",", "")) > 0 else text

    def amount(self, value: float) -> str:
        """Return the size of a difference with its unit."""
        return f"{self.number(abs(value))} {self.unit}".strip()


@dataclass(frozen=True)
class Effect:
    """A policy's difference from the baseline on one outcome, and what may be said of it."""

    policy: str
    measure: Measure
    mean: float
    difference: float
    low: float
    high: float
    verdict: str  # better, worse, changed (no direction is better), same (not distinguishable)
    grade: str
    agree: int
    pairs: int

    @property
    def direction(self) -> str:
        """Lower or higher than under the baseline."""
        return "lower" if self.difference < 0 else "higher"

    @property
    def words(self) -> str:
        """The difference as a phrase."""
        near, far = sorted((abs(self.low), abs(self.high)))
        interval = f"95% interval {self.measure.number(near)} to {self.measure.amount(far)}"
        evidence = f"{self.grade} evidence: {self.agree} of {self.pairs} pairs of runs agree"
        return (
            f"{self.measure.label} {self.direction} by {self.measure.amount(self.difference)} ({interval}; {evidence})"
        )


def finished(comparison: Any) -> pd.DataFrame:
    """Return the runs that did not fail."""
    runs: pd.DataFrame = comparison.runs
    return runs[runs["status"] == "done"]


def title(comparison: Any, policy: str) -> str:
    """Return the readable name of a policy, in quotation marks: it may hold commas."""
    return f"“{comparison.policies[policy].title}”"


def measures(comparison: Any) -> dict[str, Measure]:
    """Return how each outcome of a comparison is written; decimals follow from the width of its intervals."""
    effects, runs = comparison.effects, finished(comparison)
    found = {}
    for name, outcome in OUTCOMES.items():
        if name not in runs:
            continue
        rows = effects[effects["outcome"] == name]
        largest = float(np.nanmax(np.abs(runs[name].to_numpy(dtype=float)), initial=0.0))
        divisor, unit = _scale(outcome.unit, largest)
        half = (rows["high"] - rows["low"]).to_numpy(dtype=float) / 2
        half = half[np.isfinite(half) & (half > 0)]
        spread = float(np.median(half)) if len(half) else max(largest, 1.0) / 100
        decimals = int(np.clip(1 - np.floor(np.log10(spread / divisor)), 0, 3))
        found[name] = Measure(name, outcome.meaning, unit, divisor, decimals, outcome.better)
    return found


def _scale(unit: str, largest: float) -> tuple[float, str]:
    if unit not in SCALED:
        return 1.0, "" if unit in SAID_BY_THE_LABEL else unit
    for size, word in SCALES:
        if largest >= size:
            return (1e3 if word == "thousand" else size), f"{word} {SCALED[unit]}".strip()
    return 1.0, SCALED[unit]


def all_effects(comparison: Any) -> dict[tuple[str, str], Effect]:
    """Return the effect of each policy other than the baseline on each outcome, keyed by both."""
    written, baseline = measures(comparison), comparison.baseline
    wide = finished(comparison).pivot(index="seed", columns="policy", values=list(written))
    found = {}
    for row in comparison.effects.to_dict("records"):
        policy, outcome = str(row["policy"]), str(row["outcome"])
        if policy == baseline or outcome not in written:
            continue
        there = {(outcome, policy), (outcome, baseline)} <= set(wide.columns)
        pairs = wide[outcome, policy] - wide[outcome, baseline] if there else pd.Series(dtype=float)
        found[policy, outcome] = _effect(row, written[outcome], pairs.dropna().to_numpy(dtype=float))
    return found


def _effect(row: dict[Any, Any], measure: Measure, pairs: npt.NDArray[np.float64]) -> Effect:
    difference = float(row["difference"])
    agree = int((np.sign(pairs) == np.sign(difference)).sum())
    verdict, grade = "same", "no"
    if bool(row["distinguishable"]):
        verdict = {0: "changed", 1: "better", -1: "worse"}[int(np.sign(difference * measure.better))]
        strong = float(row["adjusted_p"]) < STRONG and agree >= AGREEMENT * len(pairs)
        grade = "strong" if strong else "moderate"
    return Effect(
        policy=str(row["policy"]),
        measure=measure,
        mean=float(row["mean"]),
        difference=difference,
        low=float(row["low"]),
        high=float(row["high"]),
        verdict=verdict,
        grade=grade,
        agree=agree,
        pairs=len(pairs),
    )
