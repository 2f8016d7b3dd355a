"""What a comparison shows, in words computed from its numbers: nothing here knows the answer in advance.

A difference is called better or worse only where its verdict says so (`measures/evidence.py`); policies are never ranked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from experiments.measures.evidence import COUNTED, MAIN, VERDICTS, Effect, Evidence
from experiments.measures.matrix import Verdict
from experiments.measures.numbers import difference_words
from experiments.report.words import listed
from model.record import OUTCOMES

DO_NOTHING = "no_intervention"


@dataclass
class PolicyFindings:
    """What distinguishes one policy from the baseline, in sentences."""

    name: str
    title: str
    effects: dict[Verdict, list[Effect]]
    words: dict[
        Verdict, list[str]
    ]  # each effect as a phrase; of those that are not distinguishable from luck, the outcome's name
    summary: str = ""
    caution: str = ""

    def counted(self, verdict: Verdict) -> list[Effect]:
        """Return the effects of one verdict on the outcomes that count for the overview."""
        return [effect for effect in self.effects[verdict] if effect.outcome in COUNTED]


@dataclass
class Findings:
    """What a comparison shows, in sentences."""

    counted: str
    overview: list[str]
    outcomes: list[tuple[str, str]]  # an outcome's name, and under which policies it is lower, higher, or neither
    conflicts: list[str]
    policies: list[PolicyFindings]
    undistinguished: str


def findings(evidence: Evidence) -> Findings:
    """Answer the scenario's question: what each policy changes against the baseline, and what cannot be said."""
    policies = [_policy_findings(evidence, policy) for policy in evidence.others]
    counted = [_short(OUTCOMES[name].meaning) for name in COUNTED]
    same = sum(effect.verdict == "same" for effect in evidence.effects.values())
    return Findings(
        counted=f"Counted outcomes: {listed(counted)}. Less of each is better for people at large.",
        overview=_overview(evidence, policies),
        outcomes=[_outcome_sentence(evidence, name) for name in COUNTED] if policies else [],
        conflicts=_conflicts(evidence, policies),
        policies=policies,
        undistinguished=f"{same} of {len(evidence.effects)} differences (policies by all outcomes) are not distinguishable "
        f"from luck with {len(evidence.seeds)} paired seeds. More seeds could show smaller differences: this is not "
        "evidence of no effect.",
    )


def phrase(evidence: Evidence, effect: Effect) -> str:
    """Return an effect as a phrase: amount, interval, and how strong the evidence is."""
    written = evidence.formats[effect.outcome]
    grade = f"; {effect.grade} evidence: {effect.agree} of {effect.pairs} pairs of runs agree"
    words = difference_words(effect.difference, effect.low, effect.high, written, "95% interval", grade)
    return f"{OUTCOMES[effect.outcome].meaning} {words}"


def _policy_findings(evidence: Evidence, policy: str) -> PolicyFindings:
    mine = _in_order(evidence, policy)
    effects: dict[Verdict, list[Effect]] = {v: [e for e in mine if e.verdict == v] for v in VERDICTS}
    words = {v: [phrase(evidence, e) for e in found] for v, found in effects.items()}
    words["same"] = [OUTCOMES[e.outcome].meaning for e in effects["same"]]
    found = PolicyFindings(policy, evidence.policies[policy].heading, effects, words)
    found.summary = " ".join(words for words in (_summary(evidence, found), evidence.cost(policy)) if words)
    if evidence.policies[policy].falsification:
        found.caution = _falsification(evidence, policy)
    return found


def _in_order(evidence: Evidence, policy: str) -> list[Effect]:
    """Return the effects of a policy, main outcomes first."""
    return [evidence.effects[policy, name] for name in (*MAIN, *(name for name in OUTCOMES if name not in MAIN))]


def _summary(evidence: Evidence, found: PolicyFindings) -> str:
    base = evidence.title(evidence.baseline)
    better, worse = _labels(found.counted("better")), _labels(found.counted("worse"))
    if better and worse:
        return f"A trade-off against {base}: better on {better}; worse on {worse}."
    if better:
        return f"Better than {base} on {better}; not distinguishably worse on any other counted outcome."
    if worse:
        return f"Worse than {base} on {worse}; not distinguishably better on any other counted outcome."
    told = _labels(effect for effect in _in_order(evidence, found.name) if effect.verdict != "same")
    if told:
        return f"No difference from {base} on the counted outcomes is distinguishable from luck. It does change {told}."
    return f"No difference from {base} is distinguishable from luck at this number of seeds, on any outcome."


def _falsification(evidence: Evidence, policy: str) -> str:
    """Say whether a policy that should not work is better than doing nothing, by 95% intervals of paired differences."""
    words = "This policy tests the model: it should not work. "
    if DO_NOTHING not in evidence.policies or policy == DO_NOTHING:
        return (
            words + "To see whether it is better than doing nothing, add the policy no_intervention to the comparison."
        )
    gains = []
    for name in COUNTED:
        contest, better = evidence.contests[policy, DO_NOTHING, name], OUTCOMES[name].better
        if min(better * contest.low, better * contest.high) > 0:
            gains.append(_short(OUTCOMES[name].meaning))
    base = evidence.title(DO_NOTHING)
    if gains:
        return f"{words}Unexpected: it is better than {base} on {listed(gains)}. This needs an explanation."
    return f"{words}As expected: no detectable improvement over {base} on the counted outcomes."


def _overview(evidence: Evidence, policies: Sequence[PolicyFindings]) -> list[str]:
    if not policies:
        return ["Only one policy was run: there is nothing to compare it with."]
    if all(effect.low != effect.low for effect in evidence.effects.values()):
        return ["There are no intervals: a policy and the baseline need at least two seeds that both finished."]
    groups: dict[tuple[bool, bool], list[str]] = {}  # (better on some, worse on some) -> titles of policies
    for found in policies:
        kind = bool(found.counted("better")), bool(found.counted("worse"))
        groups.setdefault(kind, []).append(evidence.title(found.name))
    base = evidence.title(evidence.baseline)
    words = {
        (True, False): f"Better than {base} on some outcomes, distinguishably worse on none",
        (True, True): f"Better than {base} on some outcomes, worse on others (a trade-off)",
        (False, True): f"Worse than {base} on some outcomes, distinguishably better on none",
        (False, False): f"No difference from {base} distinguishable from luck on any of these outcomes",
    }
    return [f"{said}: {listed(groups[kind])}." for kind, said in words.items() if kind in groups]


def _outcome_sentence(evidence: Evidence, name: str) -> tuple[str, str]:
    effects = [evidence.effects[policy, name] for policy in evidence.others]
    parts = []
    for direction in ("lower", "higher"):
        named = [
            f"{evidence.title(effect.policy)} ({evidence.formats[name].change(effect.difference)})"
            for effect in effects
            if effect.verdict != "same" and effect.direction == direction
        ]
        if named:
            parts.append(f"{direction} under {listed(named)}")
    same = [evidence.title(effect.policy) for effect in effects if effect.verdict == "same"]
    if same:
        parts.append(f"no difference distinguishable from luck under {listed(same) if parts else 'any other policy'}")
    label = OUTCOMES[name].meaning
    return f"{label[:1].upper()}{label[1:]}", f"{'; '.join(parts)}."


def _conflicts(evidence: Evidence, policies: Sequence[PolicyFindings]) -> list[str]:
    """Say where outcomes pull apart: within a policy, and between those on the frontier."""
    lines = [
        f"{evidence.title(found.name)} lowers {_labels(found.counted('better'))}, "
        f"but raises {_labels(found.counted('worse'))}."
        for found in policies
        if found.counted("better") and found.counted("worse")
    ]
    names = ("people_core", "people_provinces")
    both = listed(OUTCOMES[name].meaning for name in names)
    leading = [evidence.title(policy) for policy in evidence.frontier(names)]
    if len(leading) > 1:
        lines.append(
            f"No policy has lower means than these on both {both}: {listed(leading)}. "
            "Choosing among them is a judgement about what matters more, not a result."
        )
    elif leading and policies:
        lines.append(f"There is no conflict between {both}: the means of both are lowest under {leading[0]}.")
    return lines


def _labels(effects: Iterable[Effect]) -> str:
    names = [_short(OUTCOMES[effect.outcome].meaning) for effect in effects]
    return listed(names) if names else ""


def _short(label: str) -> str:
    return label.removesuffix(" by the core's bloc").removesuffix(" in attacks")
