"""The ledger page's words: experiments, effects and what is repeated how, as text computed from the judgements."""

import re
from typing import Any

import numpy as np

from experiments.batch.settings import write_value
from experiments.claims.arms import base
from experiments.claims.claim import Claim, Outcome
from experiments.claims.judge import DrawShare, Finding, Judgement
from experiments.measures.numbers import amount, number
from experiments.measures.smallest import Smallest
from model.scenario.compose import override_path
from model.scenario.declarations import declarations
from model.scenario.schema import Scenario

EXPECTED = {
    "lower": "lower", "higher": "higher", "equal": "no difference", "interior_maximum": "highest in between",
    "trade_off": "one falls as the other rises",
}  # fmt: skip
SYMBOLS = {"contradicted": "✗", "negligible": "≈", "undetermined": "?", "supported": "✓"}
FULL_DRAWS = 40


def effect(finding: Finding) -> str:
    """Return a finding's effect with its interval."""
    if not np.isfinite(finding.mean):
        return "not measured"
    if finding.pairs and not np.any(finding.statistic):
        return f"the same in all {finding.pairs} pairs"
    words = amount(finding.mean, finding.unit, signed=True)
    return f"{words} ({number(finding.low)} to {number(finding.high)})" if np.isfinite(finding.low) else words


def evidence(finding: Finding) -> str:
    """Return on what a finding rests: pairs, p adjusted for the number of tests."""
    if not np.isfinite(finding.adjusted_p):
        return f"{finding.pairs} pairs, too few for a test"
    return f"{finding.pairs} pairs, adjusted p {probability(finding.adjusted_p)}"


def smallest(rule: Smallest) -> str:
    """Return a smallest relevant effect in words."""
    parts = [] if rule.relative is None else [f"{rule.relative:.0%} of the control arms' mean"]
    parts += [] if rule.absolute is None else [f"{rule.absolute:g}"]
    return ", at least ".join(parts)


def probability(p: float) -> str:
    """Return a p-value, to two digits."""
    return "below 0.001" if p < 0.001 else f"{p:.2g}"


def statistic(claim: Claim, outcome: Outcome) -> str:
    """Return what is compared, as a formula over the arms."""
    weights = claim.weights(outcome)
    if outcome.expected == "interior_maximum":
        return f"the highest inner arm less the higher end, over {', '.join(weights)}"
    if outcome.expected == "trade_off":
        second = outcome.second.label if outcome.second else ""
        return f"rank correlation of {outcome.measure.label} with {second} over {', '.join(weights)}, seed by seed"
    terms = [f"{'+' if w > 0 else '−'} {'' if abs(w) == 1 else f'{abs(w):g} × '}{arm}" for arm, w in weights.items()]
    words = " ".join(terms).removeprefix("+ ")
    if len(weights) == 1:
        return f"{words}, within runs, compared with {number(outcome.against)}"
    return words + (f", compared with {number(outcome.against)}" if outcome.against else "")


def share(draws: DrawShare) -> str:
    """Return in how many parameter draws the expected sign shows."""
    measured = draws.count - draws.failed
    parts = [f"the sign holds in {draws.holds} of {measured} draws"]
    parts += [f"is reversed in {draws.reversed_}"] if draws.reversed_ else []
    parts += [f"nothing happens in {draws.nothing}"] if draws.nothing else []
    parts += [f"{draws.failed} more could not be measured"] if draws.failed else []
    return ", ".join(parts)


def override(key: str, value: Any, claim: Claim) -> tuple[str, str]:
    """Return an override in words, and as it is written in the ledger."""
    written = f"{key} = {write_value(value)}"
    declared, path = declarations(), override_path(key) if key != "policy" else ("policy",)
    name = str(path[-1])
    if path[0] == "mechanisms" and name in declared.mechanisms:
        mechanism = declared.mechanisms[name]
        if mechanism.options:
            return f"{mechanism.meaning}: {mechanism.options.get(value, value)}", written
        return f"{'with' if value else 'without'} the mechanism: {mechanism.meaning}", written
    if path[0] == "rivals" and name in declared.rivals:
        return f"rival finding {'on' if value else 'off'}: {declared.rivals[name].meaning}", written
    if path[0] == "parameters" and len(path) == 3:
        family = str(path[1])
        parameter, usual = (
            declared.parameters[family][name],
            base(claim.scenario, claim.policy).parameters[family][name],
        )
        unit = "" if parameter.unit == "1" else f" {parameter.unit}"
        return f"{parameter.meaning}: {value:g}{unit} instead of {usual:g}", written
    if path == ("policy",) and isinstance(value, str):
        return f"policy “{base(claim.scenario, value).policy.title}”", written
    return _of_whom(path, value, base(claim.scenario, claim.policy)), written


def _of_whom(path: tuple[Any, ...], value: Any, scenario: Scenario) -> str:
    """Return what an override of the core, a group, a hub, a government or the timeline says; nothing where it is long."""
    table, field = str(path[0]), str(path[-1]).replace("_", " ")
    if table == "timeline" and len(path) == 1 and isinstance(value, dict):
        return "; ".join(
            str(event["meaning"]) for event in value.values() if isinstance(event, dict) and "meaning" in event
        )
    if isinstance(value, dict | list | tuple):
        return ""
    if path[:1] == ("core",) and len(path) == 2:
        return f"the core's {field}: {write_value(value)}"
    members = getattr(scenario, table, {}) if table in ("groups", "hubs", "governments", "timeline") else {}
    member = members.get(path[1]) if len(path) == 3 else None
    if member is None:
        return ""
    name = getattr(member, "name", "") or getattr(member, "meaning", "")
    return f"{name}: {field} {write_value(value)}"


def setting(claim: Claim) -> str:
    """Return where and for how long the experiment runs."""
    scenario = base(claim.scenario, claim.policy)
    return (
        f"{claim.weeks} weeks of “{scenario.title}” ({scenario.name}) under the policy “{scenario.policy.title}” "
        f"({scenario.policy.name})"
    )


def runs(judgement: Judgement) -> str:
    """Return how many pairs were asked for, and of what."""
    finding = judgement.findings[0]
    asked = max((len(values) for values in finding.values.values()), default=0)
    kinds = {each.outcome.across for each in judgement.findings}
    what = (
        "parameter draws" if kinds == {"draws"} else "paired seeds" if kinds == {"seeds"} else "paired seeds or draws"
    )
    arms = len(judgement.claim.used_arms)
    return f"{asked} {what}, {arms} {'arm' if arms == 1 else 'arms'}"


def command(judgement: Judgement, extent: dict[str, Any]) -> str:
    """Return the command that repeats what the manifest says was done, for one claim."""
    claim, words = judgement.claim, ["inkspot", "claims", judgement.claim.id]
    seeds, draws = extent.get("seeds"), extent.get("draws", 0)
    if seeds is None:
        words += [] if draws == FULL_DRAWS else ["--draws", str(draws)]
    else:
        words += ["--seeds", str(seeds), "--draws", str(draws)]
    words += [] if extent.get("rivals", True) else ["--no-rivals"]
    words += [] if extent.get("off", True) else ["--quick"]
    words += ["--ensemble", extent["ensemble"]] if extent.get("ensemble") else []
    shipped = claim.file.startswith("experiments/claims/")
    return " ".join([*words, *([] if shipped else ["--ledger", claim.file])])


def in_order(ids: list[str]) -> list[str]:
    """Return ids by their letters, then their numbers."""
    return sorted(ids, key=lambda name: (re.sub(r"\d", "", name), int(re.sub(r"\D", "", name) or 0)))
