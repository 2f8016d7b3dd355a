"""From findings to verdicts, each with its reason: what is shown, what is too small to matter, what is open.

An outcome has a mean m with an interval (95% over all looks) and a smallest relevant effect s. It is decided in this order:
negligible    the interval lies within -s to s, even if the sign is distinguishable from luck
undetermined  the sign is not distinguishable from luck (adjusted p), or it is, and |m| < s while the interval reaches beyond
supported     m has the expected sign and |m| >= s
contradicted  m has the other sign and |m| >= s
Where no difference is expected, s is the margin: supported if the interval lies within it, contradicted if it lies outside.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from experiments.claims.judge import Finding, Verdict, direction
from experiments.measures.certainty import from_luck
from experiments.measures.numbers import amount, number
from experiments.measures.statistics import LEVEL, benjamini_hochberg

MOST_RELATIVE = 10.0  # a share beyond it says only that the control arm's mean is next to nothing


def settle(findings: Sequence[Finding]) -> list[Finding]:
    """Return findings with p-values adjusted over all of them, and the verdicts that follow."""
    adjusted = benjamini_hochberg([finding.p for finding in findings])
    return [
        replace(finding, adjusted_p=float(p), verdict=_verdict(finding, float(p)))
        for finding, p in zip(findings, adjusted, strict=True)
    ]


def overall(findings: Sequence[Finding]) -> Verdict:
    """Return a claim's verdict: contradicted if one outcome is, supported if all are, undetermined if one is; otherwise
    negligible: all that the claim expects is decided, and at least one effect is too small to matter.
    """
    verdicts = {finding.verdict for finding in findings}
    if "contradicted" in verdicts:
        return "contradicted"
    if not verdicts or "undetermined" in verdicts:
        return "undetermined"
    return "negligible" if "negligible" in verdicts else "supported"


def _verdict(finding: Finding, adjusted_p: float) -> Verdict:
    if finding.outcome.expected == "equal":
        if not from_luck(adjusted_p):
            return "undetermined"
        return "supported" if abs(finding.mean) <= finding.smallest else "contradicted"
    if within(finding):
        return "negligible"
    if not from_luck(adjusted_p) or abs(finding.mean) < finding.smallest:
        return "undetermined"
    return "supported" if finding.mean * direction(finding.outcome) > 0 else "contradicted"


def bounds(finding: Finding) -> tuple[float, float]:
    """Return the interval that says how large an effect may be.

    Whole numbers that differ by the same in all n pairs have no spread. With 95% confidence fewer than 1 - 0.05^(1/n) of
    all pairs differ by more, so that a rare event is not taken for none: this is then half the width of the interval.
    """
    statistic = finding.statistic
    if finding.pairs > 1 and np.ptp(statistic) == 0 and np.all(np.mod(statistic, 1) == 0) and _counts(finding):
        rare = 1 - (1 - LEVEL) ** (1 / finding.pairs)
        return finding.low - rare, finding.high + rare
    return finding.low, finding.high


def within(finding: Finding) -> bool:
    """Whether an effect is known to be smaller than the smallest relevant one."""
    low, high = bounds(finding)
    return bool(finding.smallest > 0 and -finding.smallest <= low and high <= finding.smallest)


def settled(finding: Finding) -> bool:
    """Whether more seeds would not matter: it is decided, and the interval is at most s wide (s / 2 to either side); or the
    sign is shown and the interval lies wholly beyond s. Where no smallest effect s is declared, the sign has to be shown.
    """
    low, high = bounds(finding)
    beyond = low >= finding.smallest or high <= -finding.smallest
    decided = finding.verdict != "undetermined"  # a narrow interval across s says less than a wider one beside it
    precise = decided and finding.smallest > 0 and high - low <= finding.smallest
    return bool(precise or (beyond and from_luck(finding.adjusted_p)))


def _counts(finding: Finding) -> bool:
    """Whether all values are whole numbers."""
    values = np.concatenate([*finding.values.values()])
    return bool(np.all(np.mod(values[np.isfinite(values)], 1) == 0))


def reason(findings: Sequence[Finding]) -> str:
    """Return in a sentence which outcome decides a claim's verdict, and by which numbers."""
    if not findings:
        return "Nothing was measured."
    finding = findings[decisive(findings)]
    which = "the weakest of its outcomes, " if len(findings) > 1 and overall(findings) == "supported" else ""
    return f"{which}{finding.name}: {outcome_reason(finding)}."


def decisive(findings: Sequence[Finding]) -> int:
    """Return which outcome decides a claim's verdict: the weakest that supports it, the surest that contradicts it, else
    the first that is negligible or undetermined.
    """
    verdict = overall(findings)
    deciding = [place for place, finding in enumerate(findings) if finding.verdict == verdict]
    if verdict == "supported":
        return min(deciding, key=lambda place: abs(findings[place].mean) / (findings[place].smallest or 1.0))
    if verdict == "contradicted":
        return min(deciding, key=lambda place: findings[place].adjusted_p)
    return deciding[0]


def outcome_reason(finding: Finding) -> str:
    """Return why an outcome has its verdict, with size, interval and smallest relevant effect."""
    if finding.pairs < 2 or not np.isfinite(finding.low):
        return f"{finding.pairs} pairs are too few for an interval"
    size = amount(finding.mean, finding.unit, signed=True)
    told = abs(finding.relative) <= MOST_RELATIVE
    share = f" ({finding.relative:+.0%})".replace("-", "−") if told else ""
    effect = f"{size}{share}, {number(finding.low)} to {number(finding.high)}"
    small = f"the smallest relevant effect, {amount(finding.smallest, finding.unit)}" if finding.smallest else ""
    return f"{effect}; {_why(finding, small)}"


def _why(finding: Finding, small: str) -> str:
    if finding.outcome.expected == "equal":
        places = {"supported": "lies within", "contradicted": "lies outside"}
        return f"the interval {places.get(finding.verdict, 'crosses')} the margin of {number(finding.smallest)}"
    if finding.verdict == "negligible":
        return f"the interval lies within {small}, to both sides"
    if finding.verdict in ("supported", "contradicted"):
        sign = "as expected" if finding.verdict == "supported" else "the opposite of what is expected"
        return f"{sign}, distinguishable from luck" + (f" and not below {small}" if small else "")
    if from_luck(finding.adjusted_p):
        return f"the sign is shown, but whether it reaches {small}, is open: more seeds"
    if finding.low > 0 or finding.high < 0:
        return (
            f"its own interval excludes 0, but its test does not hold among all (adjusted p {finding.adjusted_p:.2g})"
        )
    return "not distinguishable from luck" + (f"; it may exceed {small}: more seeds" if small else "")
