"""The settings of the page: scenario, seed, and one or two arms (policy and overrides)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from experiments.batch.run import Run
from model.scenario import list_scenarios

BASELINE = "levant_2014"
MOST_PLANS = 4  # of the page Compare


@dataclass(frozen=True)
class Arm:
    """What is done in one world: a policy (None: the scenario's own) and overrides, dotted keys.

    `origin`: the shipped policy that a plan of the policy desk was edited from; the plan is laid on an empty policy.
    `later`: the same of the policy that a branch goes on under.
    """

    policy: str | None = None
    overrides: Mapping[str, Any] = field(default_factory=dict, hash=False)
    origin: str = ""
    later: str = ""


@dataclass(frozen=True)
class Setting:
    """All that is set: scenario (a shipped name, or a path of this session's upload), seed, one or two arms.

    `plans`: what is compared on the page Compare, which changes no world; none: the arms.
    """

    scenario: str = BASELINE
    seed: int = 0
    arms: tuple[Arm, ...] = (Arm(),)
    plans: tuple[Arm, ...] = field(default=(), compare=False)

    @property
    def runs(self) -> list[Run]:
        """The run of each arm."""
        return [Run(self.scenario, arm.policy, dict(arm.overrides), self.seed) for arm in self.arms]

    @property
    def shared(self) -> bool:
        """Whether a link can say it: an uploaded scenario is not in a link."""
        return self.scenario in list_scenarios()

    def with_arm(self, index: int, arm: Arm) -> "Setting":
        """Return it with another arm, or with one more."""
        return replace(self, arms=(*self.arms[:index], arm, *self.arms[index + 1 :]))

    def override(self, index: int, key: str, value: Any) -> "Setting":
        """Return it with a value of one arm changed; None takes the change back."""
        arm = self.arms[index]
        overrides = {name: old for name, old in arm.overrides.items() if name != key}
        if value is not None:
            overrides[key] = value
        return self.with_arm(index, replace(arm, overrides=overrides))
