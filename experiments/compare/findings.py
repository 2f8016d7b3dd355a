"""What a comparison shows, in words computed from its numbers: nothing here knows the answer in advance.

A difference is called better or worse only where it is distinguishable from none at this number of seeds and the
outcome has a direction that is better for people at large; policies are never ranked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from experiments.measures.numbers import Effect, Measure, all_effects, finished, measures, title
from experiments.measures.statistics import paired_difference
from model.record import OUTCOMES

__all__ = ["HEADLINES", "MAIN", "Answer", "Measure", "PolicyAnswer", "answer", "frontier", "measures"]

MAIN = (
    "people_core", "people_provinces", "deaths", "displaced", "attacks_state", "attacks_regional",
    "attacks_international", "pledges", "fighters_core", "fighters_provinces", "alignment", "silence",
    "attacks_unsanctioned",
)  # fmt: skip
HEADLINES = MAIN[:7]  # what a verdict on a policy is made of; the table has all outcomes
DO_NOTHING = "no_intervention"


@dataclass
class PolicyAnswer:
    """What distinguishes one policy from the baseline."""

    name: str
    title: str
    effects: dict[str, list[Effect]]  # better, worse, changed, same
    summary: str = ""
    caution: str = ""

    def headline(self, verdict: str) -> list[Effect]:
        """Return the effects of one verdict on the outcomes that count for the overview."""
        return [effect for effect in self.effects[verdict] if effect.measure.name in HEADLINES]


@dataclass
class Answer:
    """The answer to the scenario's question, in sentences."""

    counted: str
    overview: list[str]
    outcomes: list[tuple[str, str]]  # an outcome's label, and under which policies it is lower, higher, not told apart
    conflicts: list[str]
    policies: list[PolicyAnswer]
    undistinguished: str


def answer(comparison: Any) -> Answer:
    """Answer the scenario's question: what each policy changes against the baseline, and what cannot be told."""
    effects = all_effects(comparison)
    others = [policy for policy in comparison.policies if policy != comparison.baseline]
    policies = [_policy_answer(comparison, policy, effects) for policy in others]
    counted = [_short(OUTCOMES[name].meaning) for name in HEADLINES]
    outcomes = [
        _outcome_sentence(comparison, [effects[p, name] for p in others if (p, name) in effects]) for name in HEADLINES
    ]
    same = sum(effect.verdict == "same" for effect in effects.values())
    return Answer(
        counted=f"Counted here: {_list(counted)}; of each of them less is better for people at large.",
        overview=_overview(comparison, policies),
        outcomes=[line for line in outcomes if line[0]],
        conflicts=_conflicts(comparison, policies),
        policies=policies,
        undistinguished=f"{same} of {len(effects)} differences (policies by all outcomes) cannot be told from nothing "
        f"with {len(comparison.seeds)} paired seeds. That is not evidence of no effect: more seeds could show smaller ones.",
    )


def _policy_answer(comparison: Any, policy: str, effects: dict[tuple[str, str], Effect]) -> PolicyAnswer:
    order = (*MAIN, *(name for name in OUTCOMES if name not in MAIN))
    mine = [effects[policy, name] for name in order if (policy, name) in effects]
    verdicts = ("better", "worse", "changed", "same")
    found = PolicyAnswer(
        policy, comparison.policies[policy].title, {v: [e for e in mine if e.verdict == v] for v in verdicts}
    )
    base = title(comparison, comparison.baseline)
    better, worse = found.headline("better"), found.headline("worse")
    if better and worse:
        found.summary = f"A trade-off against {base}: better on {_labels(better)}; worse on {_labels(worse)}."
    elif better:
        found.summary = f"Better than {base} on {_labels(better)}; distinguishably worse on none of the others counted."
    elif worse:
        found.summary = f"Worse than {base} on {_labels(worse)}; distinguishably better on none of the others counted."
    elif len(found.effects["same"]) < len(mine):
        told = _labels(effect for effect in mine if effect.verdict != "same")
        found.summary = f"Not distinguishable from {base} on the outcomes counted; it does change {told}."
    else:
        found.summary = f"Not distinguishable from {base} on any outcome at this number of seeds."
    if comparison.policies[policy].falsification:
        found.caution = _falsification(comparison, policy)
    return found


def _falsification(comparison: Any, policy: str) -> str:
    """Say whether a policy that should not work is better than doing nothing, by 95% intervals of paired differences."""
    words = "It is here to test the model: it should not work. "
    if DO_NOTHING not in comparison.policies or policy == DO_NOTHING:
        return (
            words + "Add the policy no_intervention to the comparison to see whether it is better than doing nothing."
        )
    wide = finished(comparison).pivot(index="seed", columns="policy", values=list(HEADLINES))
    gains = []
    for name in HEADLINES:
        if {(name, policy), (name, DO_NOTHING)} <= set(wide.columns):
            pairs = wide[name][[policy, DO_NOTHING]].dropna()
            paired = paired_difference(pairs[policy].to_numpy(), pairs[DO_NOTHING].to_numpy())
            better = OUTCOMES[name].better
            if min(better * paired.low, better * paired.high) > 0:
                gains.append(_short(OUTCOMES[name].meaning))
    base = title(comparison, DO_NOTHING)
    if gains:
        return f"{words}Against {base} it is nevertheless better on {_list(gains)}, which asks for an explanation."
    return f"{words}Against {base} no gain can be told on the outcomes counted, as it should be."


def _overview(comparison: Any, policies: list[PolicyAnswer]) -> list[str]:
    if not policies:
        return ["Only one policy was run: there is nothing to compare it with."]
    if all(effect.low != effect.low for found in policies for kind in found.effects.values() for effect in kind):
        return [
            "There are no pairs of runs to take intervals from: two seeds are the fewest that can tell a difference."
        ]
    groups: dict[str, list[str]] = {"better only": [], "both": [], "worse only": [], "neither": []}
    for found in policies:
        better, worse = bool(found.headline("better")), bool(found.headline("worse"))
        kind = "both" if better and worse else "better only" if better else "worse only" if worse else "neither"
        groups[kind].append(title(comparison, found.name))
    base = title(comparison, comparison.baseline)
    words = {
        "better only": f"Better than {base} on some outcomes and distinguishably worse on none",
        "both": f"Better than {base} on some outcomes and worse on others, a trade-off",
        "worse only": f"Worse than {base} on some outcomes and distinguishably better on none",
        "neither": f"Not distinguishable from {base} on any of these outcomes",
    }
    return [f"{words[kind]}: {_list(names)}." for kind, names in groups.items() if names]


def _outcome_sentence(comparison: Any, effects: list[Effect]) -> tuple[str, str]:
    if not effects:
        return "", ""
    parts = []
    for direction in ("lower", "higher"):
        named = [
            f"{title(comparison, e.policy)} ({f'{e.measure.signed(e.difference)} {e.measure.unit}'.rstrip()})"
            for e in effects
            if e.verdict != "same" and e.direction == direction
        ]
        if named:
            parts.append(f"{direction} under {_list(named)}")
    same = [title(comparison, effect.policy) for effect in effects if effect.verdict == "same"]
    if same:
        parts.append(f"no distinguishable difference under {_list(same) if parts else 'any other policy'}")
    label = effects[0].measure.label
    return f"{label[:1].upper()}{label[1:]}", f"{'; '.join(parts)}."


def _conflicts(comparison: Any, policies: list[PolicyAnswer]) -> list[str]:
    """Say where outcomes pull apart: within a policy, and between those on the frontier."""
    lines = [
        f"{title(comparison, found.name)} lowers {_labels(found.headline('better'))}, "
        f"but raises {_labels(found.headline('worse'))}."
        for found in policies
        if found.headline("better") and found.headline("worse")
    ]
    names = ("people_core", "people_provinces")
    both = _list([OUTCOMES[name].meaning for name in names])
    leading = [title(comparison, policy) for policy in frontier(comparison, names)]
    if len(leading) > 1:
        lines.append(
            f"On {both} together, none of these is beaten by another on both means: {_list(leading)}. "
            "To choose among them is a judgement of what matters more, not a result."
        )
    elif leading and policies:
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
    return _list([_short(effect.measure.label) for effect in effects])


def _short(label: str) -> str:
    return label.removesuffix(" by the core's bloc").removesuffix(" in attacks")


def _list(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else "none"
