"""From a claim to runs: its arms under each condition, as scenarios with overrides, seeds and what to measure in them.

A condition is under what the experiment is done: as stated, with a rival finding switched on, at a point drawn from the
ranges of the parameters or from an ensemble, or with the claim's own mechanisms off; always the same in all arms.
"""

import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from experiments import measures
from experiments.batch.run import Run, model_version
from experiments.claims.claim import Claim
from experiments.points.draws import drawn
from model.scenario import load_scenario
from model.scenario.schema import Scenario

MEASURING = (
    "columns",
    "dates",
    "deaths",
    "forms",
    "ink_spots",
    "language",
    "measure",
    "over_organisations",
    "run_view",
    "towns",
)  # the files of `measures/` on which a measured value depends


def rival_words(name: str) -> str:
    """Return the switch of a rival finding as it stands when the finding holds."""
    switch, on = rival_override(name)
    return switch if on else f"{switch} = false"


@dataclass(frozen=True)
class Condition:
    """Under what an experiment is done."""

    rival: str = ""
    draw: int | None = None
    off: bool = False
    ensemble: str = ""  # the source of the draw, see `experiments/points/draws.py`
    corner: str = ""  # the name of a corner of the ranges, with `values`: the parameters that are moved there
    values: tuple[tuple[str, float], ...] = ()

    @property
    def label(self) -> str:
        """The condition as it stands in tables: stated, rival:NAME, draw:K, member:K, corner:NAME, off."""
        words = [f"rival:{self.rival}"] if self.rival else []
        words += [f"corner:{self.corner}"] if self.corner else []
        words += [] if self.draw is None else [f"{'member' if self.ensemble else 'draw'}:{self.draw}"]
        return " ".join([*words, *(["off"] if self.off else [])]) or "stated"


STATED = Condition()
CHANNEL = "links."  # what a channel of links is called by: as a rival finding, that the channel is worth nothing


def rival_override(name: str) -> tuple[str, bool]:
    """Return the switch that makes a rival finding so, and how it stands: one of its own on, or a channel's off."""
    return (f"mechanisms.{name}", False) if name.startswith(CHANNEL) else (f"rivals.{name}", True)


@dataclass(frozen=True)
class Recipe:
    """A run of an experiment: which arm of which claim, under what, with which seed."""

    claim: Claim
    arm: str
    condition: Condition
    seed: int

    @property
    def run(self) -> Run:
        """The run, of the claim's weeks."""
        return self.lasting(self.claim.weeks)

    def lasting(self, weeks: int) -> Run:
        """Return the run, of so many weeks."""
        policy, overrides = requested(self.claim, self.arm, self.condition)
        return Run(self.claim.scenario, policy, overrides | {"weeks": weeks}, self.seed)


def requested(claim: Claim, arm: str, condition: Condition) -> tuple[str | None, dict[str, Any]]:
    """Return policy and overrides of an arm, in the order of their keys (so that the same are one run).

    A draw or corner gives way to the claim's settings, these to the arm's own overrides; rival and `off` hold in all arms.
    """
    overrides: dict[str, Any] = {} if condition.draw is None else dict(drawn(condition.draw, condition.ensemble))
    overrides = overrides | dict(condition.values) | claim.settings | claim.all_arms[arm]
    if condition.rival:
        overrides |= dict([rival_override(condition.rival)])
    if condition.off:
        overrides |= dict.fromkeys((f"mechanisms.{name}" for name in claim.mechanisms), False)
    policy = overrides.pop("policy", claim.policy)
    return policy, {key: overrides[key] for key in sorted(overrides)}


def run_hash(recipe: Recipe) -> str:
    """What identifies a run, whatever its length: SHA-256 of scenario, overrides, seed, and versions of model and measures.

    Runs that differ in `weeks` only agree as far as they go, so that a longer one can be measured for a shorter.
    """
    policy, overrides = requested(recipe.claim, recipe.arm, recipe.condition)
    digest = base(recipe.claim.scenario, policy).digest
    text = json.dumps([digest, overrides, recipe.seed, model_version(), measuring_version()], default=str)
    return sha256(text.encode()).hexdigest()


@cache
def measuring_version() -> str:
    """Return a digest of the code that measures: other code, other values."""
    folder = Path(measures.__file__).parent
    return sha256(b"".join((folder / f"{name}.py").read_bytes() for name in MEASURING)).hexdigest()


@cache
def base(scenario: str, policy: str | None) -> Scenario:
    """Return a scenario with a policy before any overrides, composed once. Raises ScenarioError."""
    return load_scenario(scenario, policy)
