"""A claim as two worlds: its scenario with two of its arms, in words what the claim is and what to look at."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from experiments.app.plan_names import named
from experiments.app.setting import Arm, Setting
from experiments.batch.errors import UserError
from experiments.claims.arms import STATED, requested
from experiments.claims.claim import Claim
from experiments.claims.page_words import EXPECTED, override
from model.scenario import ScenarioError

PAIR = 2


@dataclass(frozen=True)
class Staged:
    """A claim whose worlds are shown: with which setting, and the words for it."""

    claim: Claim
    setting: Setting
    arms: tuple[str, str]


def staged(claim: Claim) -> Staged | str:
    """Return a claim's two worlds, the one that it is held against first; or why two runs cannot show it, in words."""
    if len(claim.used_arms) < PAIR:
        return "It is a relation within the runs as they are: there are no two worlds to show side by side."
    names = next(filter(None, (_pair(claim.weights(outcome)) for outcome in claim.outcomes)), None)
    if names is None:
        return (
            f"It compares {len(claim.used_arms)} arms at once: {', '.join(claim.used_arms)}. Two runs cannot show that."
        )
    arms = []
    for name in names:
        policy, overrides = requested(claim, name, STATED)
        arms.append(Arm(policy, overrides | {"weeks": claim.weeks}))
    try:
        return Staged(claim, named(Setting(claim.scenario, 0, tuple(arms))), names)
    except (UserError, ScenarioError) as error:
        return f"Its worlds cannot be shown here: {error}"


def _pair(weights: Mapping[str, float]) -> tuple[str, str] | None:
    """Return the two arms that an outcome sets against each other, the one that counts against first; None for others."""
    plus = [name for name, weight in weights.items() if weight > 0]
    minus = [name for name, weight in weights.items() if weight < 0] or plus[:-1]
    return (minus[0], plus[-1]) if len(weights) == PAIR and len(minus) == 1 else None


def differs(found: Staged, arm: str) -> str:
    """Return what an arm changes, in words."""
    claim = found.claim
    told = (override(key, value, claim) for key, value in claim.all_arms[arm].items())
    return "; ".join(words or written for words, written in told) or "as the scenario is"


def line_html(found: Staged) -> str:
    """Return which claim is on the stage, which world is which, and what to look at."""
    claim = found.claim
    look = "; ".join(f"{each.title} (expected: {EXPECTED[each.expected]})" for each in claim.outcomes)
    worlds = "; ".join(
        f"{which} world: {arm.replace('_', ' ')} ({differs(found, arm)})"
        for which, arm in zip(("first", "second"), found.arms, strict=True)
    )
    return (
        f"<p><b>Claim {claim.id}: {escape(claim.title)}</b> {escape(claim.statement)}</p>"
        f"<p>{escape(worlds[:1].upper() + worlds[1:])}. <b>Look at:</b> {escape(look)}. This is one run with one seed; "
        "the verdict comes from many.</p>"
    )
