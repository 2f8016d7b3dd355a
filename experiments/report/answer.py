"""The answer of a comparison in three short paragraphs: what helps, what it costs elsewhere, how sure that is.

Only differences that are distinguishable from luck and large enough to matter are named as help or harm.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from experiments.measures.evidence import COUNTED, Evidence
from experiments.measures.futures import Futures, beside
from experiments.measures.numbers import share_change
from experiments.report.glance import LABELS, kind_of, leaders, told
from experiments.report.places import where_words
from experiments.report.region import named_countries
from experiments.report.units import unit_words
from experiments.report.words import any_of, listed
from model.record import OUTCOMES

MOST = 4  # differences that a sentence names; the matrix has the others
MORE_RUNS = "--draws 20 or --ensemble shipped"


@dataclass(frozen=True)
class Answer:
    """What helps, what it costs elsewhere and where, and how sure that is: from luck, and from ignorance of parameters."""

    helps: str
    costs: str
    where: str
    luck: str
    ignorance: str


POLICIES = 3  # that a sentence of page one names; the others are in the table above it


def answer(evidence: Evidence, futures: Futures | None = None) -> Answer:
    """Return the answer; with one policy, or one seed, it says that there is nothing to tell."""
    if not evidence.others:
        only = "Only one policy was run: there is nothing to compare it with."
        return Answer(only, only, "", only, only)
    where = where_words(evidence, named_countries(evidence.scenario))
    return Answer(_helps(evidence), _costs(evidence), where, _luck(evidence), _ignorance(evidence, futures))


def amount_words(evidence: Evidence, policy: str, outcome: str) -> str:
    """Return how a policy differs on an outcome: −0.42 million people, −12%."""
    effect, written = evidence.effects[policy, outcome], evidence.formats[outcome]
    unit = unit_words(outcome, written) or OUTCOMES[outcome].unit
    share = share_change(effect.difference, effect.baseline_mean)
    return f"{written.signed(effect.difference)} {unit}, {share}"


def _helps(evidence: Evidence) -> str:
    base = evidence.title(evidence.baseline)
    by_leader: dict[str, list[str]] = {}
    for name in COUNTED:
        first = leaders(evidence, name)
        if first:
            by_leader.setdefault(any_of(evidence.title(each) for each in first), []).append(
                f"{LABELS[name]} ({amount_words(evidence, first[0], name)})"
            )
    nothing = [LABELS[name] for name in COUNTED if not leaders(evidence, name)]
    if not by_leader:
        return f"Against {base}, no policy improves a counted outcome by an amount that matters."
    parts = [f"{who} lowers {listed(what)} most" for who, what in by_leader.items()]
    rest = f" No policy clearly improves {listed(nothing, 'or')}." if nothing else ""
    return f"Against {base}, {'; '.join(parts)}.{rest}"


def _costs(evidence: Evidence) -> str:
    parts: list[tuple[int, str]] = []
    for policy in evidence.others:
        worse = told(evidence, policy, ["worse"])
        if worse:
            named = [
                f"{LABELS[name]} ({amount_words(evidence, policy, name)})" for name in _largest(evidence, policy, worse)
            ]
            more = f" and {len(worse) - len(named)} more" if len(worse) > len(named) else ""
            parts.append((len(worse), f"{evidence.title(policy)} raises {listed(named)}{more}"))
    unharmed = [evidence.title(policy) for policy in evidence.others if not told(evidence, policy, ["worse"])]
    parts.sort(key=lambda part: -part[0])
    words = [f"{'; '.join(part for _, part in parts[:POLICIES])}."] if parts else []
    if len(parts) > POLICIES:
        words.append(f"{len(parts) - POLICIES} more of the {len(evidence.others)} policies raise some: see the table.")
    if unharmed:
        who = (
            listed(unharmed) if len(unharmed) <= POLICIES else f"{len(unharmed)} of the {len(evidence.others)} policies"
        )
        words.append(f"{who} {'is' if len(unharmed) == 1 else 'are'} not clearly worse on any counted outcome.")
    return " ".join([*words, _effort(evidence)]).strip()


def _largest(evidence: Evidence, policy: str, outcomes: Iterable[str]) -> list[str]:
    """Return the outcomes whose differences are the largest multiples of what matters: a few, of many policies the first."""
    return sorted(
        outcomes, key=lambda name: -abs(evidence.effects[policy, name].difference) / (evidence.smallest[name] or 1.0)
    )[: MOST if len(evidence.others) <= POLICIES else 1]


def _effort(evidence: Evidence) -> str:
    base = evidence.means[evidence.baseline, "effort_spent"]
    dear = [policy for policy in evidence.others if evidence.cost(policy)]
    if base != base:
        return ""
    if not dear:
        return "All policies cost about the same allied effort."
    dear.sort(key=lambda policy: -evidence.means[policy, "effort_spent"])
    more = f"; the other {len(dear) - POLICIES} that differ are in the table" if len(dear) > POLICIES else ""
    told_ones = (
        f"{evidence.title(policy)} {evidence.means[policy, 'effort_spent']:,.0f}" for policy in dear[:POLICIES]
    )
    return (
        f"In allied effort, {evidence.title(evidence.baseline)} costs {base:,.0f} weeks of the leading ally's; "
        f"{listed(told_ones)}{more}."
    )


def _luck(evidence: Evidence) -> str:
    keys = [(policy, name) for policy in evidence.others for name in COUNTED]
    sure = sum(evidence.effects[key].verdict != "same" for key in keys)
    none = sum(kind_of(evidence.effects[key].verdict, evidence.weights[key]) == "small" for key in keys)
    unknown = len(keys) - sure - none
    seeds = len(evidence.seeds)
    words = f"{sure} of these {len(keys)} differences are distinguishable from luck with {seeds} paired seeds"
    if seeds < 2:
        return "With one seed nothing can be told from luck: use two or more (--seeds 8)."
    if none:
        words += f"; {none} {'is' if none == 1 else 'are'} known to be too small to matter"
    return (
        f"{words}; {unknown} {'is' if unknown == 1 else 'are'} not known, and more seeds may tell."
        if unknown
        else f"{words}."
    )


def _ignorance(evidence: Evidence, futures: Futures | None) -> str:
    if futures is None:
        return (
            "Not tested: every run uses the stated values of the parameters, most of which nobody has measured. Other "
            "values may change the size and even the sign of a difference, and more seeds cannot show that. Add "
            f"{MORE_RUNS} to the command."
        )
    found = {key: each for key, each in beside(evidence, futures).items() if key[1] in COUNTED}
    told_ones = [key for key in found if evidence.effects[key].verdict != "same"]
    holds = [
        key for key in told_ones if found[key].spread.known and _same_sign(found[key].spread.median, evidence, key)
    ]
    lost = [f"{evidence.title(policy)} on {LABELS[name]}" for policy, name in told_ones if (policy, name) not in holds]
    words = (
        f"{len(holds)} of the {len(told_ones)} differences told from luck keep their sign in 90% of "
        f"{len(futures.factors)} futures with other parameters"
    )
    if not lost:
        return f"{words}."
    named = "; ".join(lost[:MOST]) + (f"; and {len(lost) - MOST} more" if len(lost) > MOST else "")
    return f"{words}. Not sure across futures: {named}."


def _same_sign(median: float, evidence: Evidence, key: tuple[str, str]) -> bool:
    return bool(median * evidence.effects[key].difference > 0)


def meanings() -> dict[str, str]:
    """Return what the short names of the outcomes on page one mean in full."""
    return {LABELS[name]: OUTCOMES[name].meaning for name in COUNTED}
