"""Page one of a report: policies by outcomes as marks that are read by looking, drawn by the page itself, and as a chart.

What a mark says is decided in `measures`: distinguishable from luck (`evidence.py`), large enough to matter (`smallest.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.measures.evidence import COUNTED, Effect, Evidence
from experiments.measures.matrix import Verdict
from experiments.measures.numbers import NONE, share_change
from experiments.measures.smallest import Weight
from experiments.report.units import unit_words
from experiments.report.words import any_of
from model.record import OUTCOMES

LABELS = {
    "people_core": "people under the core", "people_provinces": "people under its provinces",
    "cohort_people": "people under its first provinces", "deaths": "people killed in its attacks",
    "displaced": "displaced people", "attacks_state": "attacks on states",
    "attacks_regional": "attacks on neighbours", "attacks_international": "attacks beyond the region",
}  # fmt: skip
KINDS = {  # what a mark is called, and its words
    "better": "better by an amount that matters",
    "worse": "worse by an amount that matters",
    "slightly-better": "better, but perhaps by too little to matter",
    "slightly-worse": "worse, but perhaps by too little to matter",
    "changed": "different; neither direction is better",
    "small": "no difference that matters",
    "open": "not known with this number of seeds",
}
MIDDLE, HALF = 50.0, 46.0  # of a mark's axis, in its drawing of 100 x 20
ROOM = 1.5  # smallest relevant effects that an axis shows at least


@dataclass(frozen=True)
class Mark:
    """A difference from the baseline as drawn: places on an axis from 0 to 100 (`nan`: none), its kind and its words."""

    kind: str
    low: float
    middle: float
    high: float
    band: float  # half the width of what is too small to matter
    number: str
    share: str
    title: str

    @property
    def drawn(self) -> bool:
        """Whether there is an interval to draw."""
        return bool(np.isfinite([self.low, self.high]).all())


@dataclass(frozen=True)
class Head:
    """An outcome at the head of a column: its name, unit, what it is in full, and the baseline's mean."""

    label: str
    unit: str
    meaning: str
    baseline: str
    leaders: str  # the policies with the largest gain that matters


@dataclass(frozen=True)
class PolicyRow:
    """A policy: its title, what it spends, and a mark for each outcome."""

    name: str
    title: str
    effort: str
    marks: list[Mark]


@dataclass(frozen=True)
class Glance:
    """The matrix of policies by outcomes; `effort`: what the baseline spends; `kinds`: those that occur, in words."""

    heads: list[Head]
    rows: list[PolicyRow]
    effort: str
    kinds: dict[str, str]


def kind_of(verdict: Verdict, weight: Weight) -> str:
    """Return the kind of a mark: from a verdict (told from luck or not) and whether the difference matters."""
    if verdict == "changed":
        return "changed"
    if verdict == "same":
        return "small" if weight == "small" else "open"
    return verdict if weight == "matters" else f"slightly-{verdict}"


def glance(evidence: Evidence) -> Glance:
    """Return the matrix of the outcomes counted."""
    reaches = {name: reach(evidence, name) for name in COUNTED}
    rows = [
        PolicyRow(policy, evidence.policies[policy].heading, _effort(evidence, policy),
                  [mark(evidence, policy, name, reaches[name]) for name in COUNTED])
        for policy in evidence.others
    ]  # fmt: skip
    found = {mark.kind for row in rows for mark in row.marks}
    return Glance(
        heads=[_head(evidence, name) for name in COUNTED],
        rows=rows,
        effort=_weeks(evidence.means[evidence.baseline, "effort_spent"]),
        kinds={kind: words for kind, words in KINDS.items() if kind in found},
    )


def reach(evidence: Evidence, outcome: str) -> float:
    """Return how far an outcome's axis goes to either side: all intervals and what is too small to matter fit on it."""
    ends = [abs(end) for policy in evidence.others for end in _ends(evidence.effects[policy, outcome]) if end == end]
    return max([ROOM * evidence.smallest[outcome], *ends]) or 1.0


def _ends(effect: Effect) -> tuple[float, float, float]:
    return effect.low, effect.difference, effect.high


def mark(evidence: Evidence, policy: str, outcome: str, far: float) -> Mark:
    """Return a policy's mark on an outcome whose axis goes to `far` on either side."""
    effect, written = evidence.effects[policy, outcome], evidence.formats[outcome]
    kind = kind_of(effect.verdict, evidence.weights[policy, outcome])
    low, middle, high = (MIDDLE + HALF * end / far for end in _ends(effect))
    interval = written.interval(effect.low, effect.high)
    title = (
        f"{evidence.policies[policy].heading}, {OUTCOMES[outcome].meaning}: {written.change(effect.difference)} "
        f"(95% interval {interval}), {KINDS[kind]}"
    )
    share = share_change(effect.difference, effect.baseline_mean)
    return Mark(kind, low, middle, high, HALF * evidence.smallest[outcome] / far, written.signed(effect.difference),
                share, title)  # fmt: skip


def _head(evidence: Evidence, outcome: str) -> Head:
    written = evidence.formats[outcome]
    names = [evidence.policies[policy].heading for policy in leaders(evidence, outcome)]
    return Head(LABELS[outcome], unit_words(outcome, written) or OUTCOMES[outcome].unit, OUTCOMES[outcome].meaning,
                written.number(evidence.means[evidence.baseline, outcome]),
                any_of(names) if names else NONE)  # fmt: skip


def leaders(evidence: Evidence, outcome: str) -> list[str]:
    """Return the policy with the largest gain that matters on an outcome, and those whose lead or lag on it is luck."""
    gains = [policy for policy in evidence.others if outcome in told(evidence, policy, ["better"])]
    if not gains:
        return []
    better = OUTCOMES[outcome].better
    first = max(gains, key=lambda policy: better * evidence.effects[policy, outcome].difference)
    near = [policy for policy in gains
            if policy != first and evidence.contests[first, policy, outcome].verdict == "same"]  # fmt: skip
    return [first, *near]


def _effort(evidence: Evidence, policy: str) -> str:
    base, mine = (evidence.means[each, "effort_spent"] for each in (evidence.baseline, policy))
    return f"{_weeks(mine)} ({share_change(mine - base, base)})" if base > 0 and mine == mine else _weeks(mine)


def _weeks(effort: float) -> str:
    return f"{effort:,.0f}" if effort == effort else NONE


def told(evidence: Evidence, policy: str, kinds: Sequence[str]) -> list[str]:
    """Return the outcomes counted on which a policy's mark is of one of some kinds."""
    return [name for name in COUNTED
            if kind_of(evidence.effects[policy, name].verdict, evidence.weights[policy, name]) in kinds]  # fmt: skip
