"""What is compared with what: the arms, and the comparisons of two of them in the same worlds with the same seeds.

Fixed before any result was seen. The essay recommends that links are cut on top of fighting the core and its provinces;
four comparisons ask what cutting does (these make the headline), three set it beside the essay's whole advice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from experiments.claims.rules import Kind

CORE = "core_only"
# As in claim C14 of the ledger: half as much effort again, against brokers first; it begins with the campaign. The control
# arm does not aim at brokers, which changes nothing there: where nothing is severed, it does not matter at whom severing
# aims.
ON_TOP: Mapping[str, Any] = {
    "policy.targeting": "brokers",
    "policy.phases.links": {"start": date(2014, 8, 8), "effort": {"sever_links": 0.5}, "on_top": True},
}


@dataclass(frozen=True)
class Arm:
    """What is done: a policy with overrides. `plan`: whether somebody could decide on it."""

    name: str
    title: str
    policy: str
    overrides: Mapping[str, Any] = field(default_factory=dict, hash=False)
    plan: bool = True


@dataclass(frozen=True)
class Comparison:
    """A treatment held against a control. `title`: on the figure, `phrase`: in a sentence ("cutting links ...")."""

    name: str
    title: str
    phrase: str
    treatment: str
    control: str
    kind: Kind

    @property
    def label(self) -> str:
        """The title in one line."""
        return self.title.replace("\n", " ")


ARMS = {
    arm.name: arm
    for arm in (
        Arm(CORE, "strike the core", CORE),
        Arm("sever_links", "cut links with half of the effort, strike the core with the rest", "sever_links"),
        Arm("struck_and_cut", "strike the core and cut links on top", CORE, ON_TOP),
        Arm("silenced", "strike the core; all contact ends by decree", CORE, {"mechanisms.communication": False}, False),
        Arm("cut_only", "cut links and do nothing else", "cut_only"),
        Arm("no_intervention", "do nothing", "no_intervention"),
        Arm("essay", "the essay's proposal", "essay"),
        Arm(
            "essay_uncut", "the essay's proposal without cutting", "essay",
            {"policy.phases.sever_links.effort.sever_links": 0.0},
        ),
        Arm("essay_equal_cost", "the essay's proposal at equal cost", "essay_equal_cost"),
    )
}  # fmt: skip

CUTTING = (
    Comparison("instead", "Cut instead of\nhalf the strikes", "instead of half the strikes", "sever_links", CORE, "instead"),
    Comparison("on_top", "Cut on top\nof all strikes", "on top of all strikes", "struck_and_cut", CORE, "on top"),
    Comparison(
        "total", "All contact ends\n(by decree)", "in full, by decree, beside all strikes", "silenced", CORE, "total cut"
    ),
    Comparison("alone", "Cut and do\nnothing else", "alone", "cut_only", "no_intervention", "on top"),
)  # fmt: skip
ADVICE = (
    Comparison(
        "essay", "Essay's proposal\n(twice the effort)", "the essay's proposal at twice the effort", "essay", CORE, "on top"
    ),
    Comparison(
        "within", "What cutting adds\nwithin it", "cutting within the essay's proposal", "essay", "essay_uncut", "on top"
    ),
    Comparison(
        "equal_cost", "Essay's proposal\nat equal cost", "the essay's proposal at equal cost", "essay_equal_cost", CORE,
        "instead",
    ),
)  # fmt: skip
COMPARISONS = (*CUTTING, *ADVICE)
BY_NAME = {comparison.name: comparison for comparison in COMPARISONS}

EQUAL_COST = (CORE, "sever_links", "essay_equal_cost")  # plans among which regret is told first
PLANS = tuple(arm.name for arm in ARMS.values() if arm.plan)
