"""What a comparison shows, in words computed from its numbers: nothing here knows the answer in advance.

A difference is called better or worse only where it is distinguishable from none at this number of seeds and the
outcome has a direction that is better for people at large; policies are never ranked.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from model.record import OUTCOMES

MAIN = (
    "people_core", "people_provinces", "deaths", "displaced", "attacks_state", "attacks_regional",
    "attacks_international", "attacks_unsanctioned", "pledges", "fighters_core", "fighters_provinces", "alignment",
    "silence",
)  # fmt: skip
HEADLINES = MAIN[:8]
SCALES = ((1e9, "billion"), (1e6, "million"), (1e4, "thousand"))
SCALED = {"people": "", "km2": "km²", "USD": "USD"}
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


@dataclass
class PolicyAnswer:
    """What distinguishes one policy from the baseline."""

    name: str
    title: str
    summary: str = ""
    caution: str = ""
    effects: dict[str, list[Effect]] = field(default_factory=dict)


@dataclass
class Answer:
    """The answer to the scenario's question, in sentences."""

    overview: list[str]
    outcomes: list[str]
    conflicts: list[str]
    policies: list[PolicyAnswer]
    undistinguished: str


def finished(comparison: Any) -> pd.DataFrame:
    """Return the runs that did not fail."""
    runs: pd.DataFrame = comparison.runs
    return runs[runs["status"].isin(("ok", "done", "finished"))]


def title(comparison: Any, policy: str) -> str:
    """Return the readable name of a policy."""
    return str(comparison.policies[policy].title)


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
        return 1.0, {"1": "", "attacks": "", "events": "", "messages": "", "spots": ""}.get(unit, unit)
    for size, word in SCALES:
        if largest >= size:
            return (1e3 if word == "thousand" else size), f"{word} {SCALED[unit]}".strip()
    return 1.0, SCALED[unit]


def all_effects(comparison: Any) -> dict[tuple[str, str], Effect]:
    """Return the effect of each policy other than the baseline on each outcome."""
    written = measures(comparison)
    runs = finished(comparison)
    tables = {name: runs.pivot_table(index="seed", columns="policy", values=name, dropna=False) for name in written}
    found = {}
    for row in comparison.effects.to_dict("records"):
        policy, outcome = row["policy"], row["outcome"]
        if policy == comparison.baseline or outcome not in written:
            continue
        found[policy, outcome] = _effect(row, written[outcome], tables[outcome], comparison.baseline)
    return found


def _effect(row: dict[Any, Any], measure: Measure, table: pd.DataFrame, baseline: str) -> Effect:
    difference = float(row["difference"])
    pairs = (
        (table[row["policy"]] - table[baseline]).dropna() if {row["policy"], baseline} <= set(table) else pd.Series()
    )
    agree = int((np.sign(pairs) == np.sign(difference)).sum())
    verdict, grade = "same", "no"
    if bool(row["distinguishable"]):
        verdict = {0: "changed", 1: "better", -1: "worse"}[int(np.sign(difference * measure.better))]
        strong = float(row["adjusted_p"]) < STRONG and agree >= AGREEMENT * len(pairs)
        grade = "strong" if strong else "moderate"
    return Effect(
        row["policy"], measure, float(row["mean"]), difference, float(row["low"]), float(row["high"]), verdict, grade,
        agree, len(pairs),
    )  # fmt: skip


def answer(comparison: Any) -> Answer:
    """Answer the scenario's question: what each policy changes against the baseline, and what cannot be told."""
    effects = all_effects(comparison)
    others = [policy for policy in comparison.policies if policy != comparison.baseline]
    policies = [_policy_answer(comparison, policy, effects) for policy in others]
    outcomes = [
        _outcome_sentence(comparison, name, others, effects) for name in HEADLINES if name in measures(comparison)
    ]
    same = sum(effect.verdict == "same" for effect in effects.values())
    undistinguished = (
        f"{same} of {len(effects)} differences cannot be told from nothing with {len(comparison.seeds)} paired seeds. "
        "That is not evidence of no effect: more seeds could show smaller ones."
    )
    overview = _overview(comparison, policies)
    return Answer(
        overview, [line for line in outcomes if line], _conflicts(comparison, policies), policies, undistinguished
    )


def _policy_answer(comparison: Any, policy: str, effects: dict[tuple[str, str], Effect]) -> PolicyAnswer:
    mine = [
        effects[policy, name] for name in (*MAIN, *(n for n in OUTCOMES if n not in MAIN)) if (policy, name) in effects
    ]
    found = PolicyAnswer(policy, title(comparison, policy))
    found.effects = {kind: [e for e in mine if e.verdict == kind] for kind in ("better", "worse", "changed", "same")}
    better, worse, changed = (found.effects[kind] for kind in ("better", "worse", "changed"))
    base = title(comparison, comparison.baseline)
    if better and worse:
        found.summary = f"A trade-off against “{base}”: better on {_labels(better)}; worse on {_labels(worse)}."
    elif better:
        found.summary = f"Better than “{base}” on {_labels(better)}; distinguishably worse on nothing."
    elif worse:
        found.summary = f"Worse than “{base}” on {_labels(worse)}; distinguishably better on nothing."
    elif changed:
        found.summary = (
            f"It changes {_labels(changed)}, but no outcome with a better and a worse side can be told from “{base}”."
        )
    else:
        found.summary = f"Not distinguishable from “{base}” on any outcome at this number of seeds."
    if comparison.policies[policy].falsification:
        found.caution = "This policy is there to test the model: it should not work" + (
            ", so each gain below asks for an explanation (what the baseline does may be worse)." if better
            else ", and no gain can be told." )  # fmt: skip
    return found


def _overview(comparison: Any, policies: list[PolicyAnswer]) -> list[str]:
    groups: dict[str, list[str]] = {"better only": [], "both": [], "worse only": [], "neither": []}
    for found in policies:
        better, worse = bool(found.effects["better"]), bool(found.effects["worse"])
        kind = "both" if better and worse else "better only" if better else "worse only" if worse else "neither"
        groups[kind].append(found.title)
    base = f"“{title(comparison, comparison.baseline)}”"
    words = {
        "better only": f"Better than {base} on some outcomes and distinguishably worse on none",
        "both": f"Better than {base} on some outcomes and worse on others, a trade-off",
        "worse only": f"Worse than {base} on some outcomes and distinguishably better on none",
        "neither": f"Not distinguishable from {base} on any outcome with a better and a worse side",
    }
    return [f"{words[kind]}: {_list(names)}." for kind, names in groups.items() if names]


def _outcome_sentence(comparison: Any, name: str, others: list[str], effects: dict[tuple[str, str], Effect]) -> str:
    mine = [effects[policy, name] for policy in others if (policy, name) in effects]
    if not mine:
        return ""
    parts = []
    for direction in ("lower", "higher"):
        named = [f"{title(comparison, e.policy)} ({e.measure.signed(e.difference)} {e.measure.unit}".rstrip() + ")"
                 for e in mine if e.verdict != "same" and e.direction == direction]  # fmt: skip
        if named:
            parts.append(f"{direction} under {_list(named)}")
    same = [title(comparison, effect.policy) for effect in mine if effect.verdict == "same"]
    if same:
        parts.append(f"no distinguishable difference under {_list(same) if parts else 'any other policy'}")
    label = mine[0].measure.label
    return f"{label[:1].upper()}{label[1:]}: {'; '.join(parts)}."


def _conflicts(comparison: Any, policies: list[PolicyAnswer]) -> list[str]:
    """Say where outcomes pull apart: within a policy, and between those on the frontier."""
    lines = []
    for found in policies:
        better = [e.measure.label for e in found.effects["better"] if e.measure.name in HEADLINES]
        worse = [e.measure.label for e in found.effects["worse"] if e.measure.name in HEADLINES]
        if better and worse:
            lines.append(f"{found.title} improves {_list(better)}, at the price of {_list(worse)}.")
    names = ("people_core", "people_provinces")
    both = _list([OUTCOMES[name].meaning for name in names])
    leading = [title(comparison, policy) for policy in frontier(comparison, names)]
    if len(leading) > 1:
        lines.append(
            f"On {both} together, none of these is beaten by another on both means: {_list(leading)}. "
            "To choose among them is a judgement of what matters more, not a result."
        )
    elif leading:
        lines.append(f"On {both} the means of these policies do not conflict: both are lowest under {leading[0]}.")
    return lines


def frontier(comparison: Any, names: tuple[str, str]) -> list[str]:
    """Return the policies that no other beats on the means of both outcomes, less being better."""
    means = finished(comparison).groupby("policy")[list(names)].mean().to_dict("index")
    points = {str(policy): tuple(float(row[name]) for name in names) for policy, row in means.items()}
    order = [policy for policy in comparison.policies if policy in points]

    def beats(one: str, other: str) -> bool:
        pairs = list(zip(points[one], points[other], strict=True))
        return all(a <= b for a, b in pairs) and points[one] != points[other]

    return [mine for mine in order if not any(beats(other, mine) for other in order)]


def _labels(effects: Iterable[Effect]) -> str:
    return _list([effect.measure.label for effect in effects])


def _list(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else "none"
