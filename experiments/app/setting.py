"""The settings of the page and their link: scenario, seed, and one or two arms (policy and overrides).

    ?scenario=levant_2014&seed=7&week=40&policy=core_only&set=territory.growth%3D0.4&policy_b=sever_links

A link names shipped scenarios and policies only: a path in it would have the server read a file for a stranger.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlencode

from experiments.batch.errors import UserError
from experiments.batch.run import Run
from experiments.batch.settings import parse_settings, write_value
from model.scenario import list_policies, list_scenarios
from model.scenario.problems import few, nearest

BASELINE = "levant_2014"
MOST_SEED, MOST_WEEK, MOST_TEXT, MOST_PLANS = 2**31 - 1, 2600, 20_000, 4
KEYS = (
    "scenario",
    "seed",
    "week",
    "policy",
    "set",
    "edited",
    "then",
    "plan",
    "policy_b",
    "set_b",
    "edited_b",
    "then_b",
)


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


def link(setting: Setting, week: int = 0) -> str:
    """Return the query of a link that `read_link` reads back to the same setting and week."""
    pairs = [("scenario", setting.scenario), ("seed", str(setting.seed)), ("week", str(week))]
    for suffix, arm in zip(("", "_b"), setting.arms, strict=False):
        pairs += _pairs(arm, suffix)
    pairs += [("plan", urlencode(_pairs(arm, ""))) for arm in setting.plans]
    return urlencode(pairs)


def _pairs(arm: Arm, suffix: str) -> list[tuple[str, str]]:
    """Return an arm as keys and values of a link."""
    pairs = [(f"policy{suffix}", arm.policy or "")] if arm.policy is not None or suffix else []
    pairs += [(f"edited{suffix}", arm.origin)] if arm.origin else []
    pairs += [(f"then{suffix}", arm.later)] if arm.later else []
    return pairs + [(f"set{suffix}", f"{key}={write_value(value)}") for key, value in arm.overrides.items()]


def read_link(query: str) -> tuple[Setting, int]:
    """Return the setting and week of a link's query; an empty one is the baseline in week 0.

    Raises UserError that says what is wrong with it.
    """
    if len(query) > MOST_TEXT:
        raise UserError(f"the link is too long: {len(query):,} characters, at most {MOST_TEXT:,} are read")
    try:
        found = parse_qs(query.lstrip("?"), keep_blank_values=True, errors="strict", max_num_fields=500)
    except ValueError as error:
        raise UserError("the link is damaged: it cannot be read as key=value pairs") from error
    for key in found:
        if key not in KEYS:
            close = nearest(key, KEYS)
            hint = f"did you mean `{close}`?" if close else f"known: {few(KEYS)}"
            raise UserError(f"the link has an unknown key `{key[:40]}`; {hint}")
    one = {key: values[0] for key, values in found.items()}
    scenario = _name("scenario", one.get("scenario", BASELINE), list_scenarios())
    seed, week = _number("seed", one.get("seed", "0"), MOST_SEED), _number("week", one.get("week", "0"), MOST_WEEK)
    arms = [_arm(one.get("policy", ""), found.get("set", []), one.get("edited", ""), one.get("then", ""))]
    if "policy_b" in found or "set_b" in found:
        arms.append(
            _arm(one.get("policy_b", ""), found.get("set_b", []), one.get("edited_b", ""), one.get("then_b", ""))
        )
    plans = tuple(_plan(text) for text in found.get("plan", [])[:MOST_PLANS])
    return Setting(scenario, seed, tuple(arms), plans), week


def _plan(text: str) -> Arm:
    """Return a plan of the page Compare, which a link holds as a link of its own."""
    found = parse_qs(text, keep_blank_values=True, max_num_fields=500)
    one = {key: values[0] for key, values in found.items()}
    return _arm(one.get("policy", ""), found.get("set", []), one.get("edited", ""), one.get("then", ""))


def _arm(policy: str, settings: list[str], origin: str, later: str) -> Arm:
    name = _name("policy", policy, list_policies()) if policy else None
    origin, later = (_name("policy", each, list_policies()) if each else "" for each in (origin, later))
    try:
        overrides = parse_settings(settings)
    except UserError as error:
        raise UserError(f"the link is damaged: {str(error).replace('--set', '`set`')}") from error
    for key in ("branch.policy", "branch.policy.extends"):
        names = overrides.get(key, [])
        for each in names if isinstance(names, list) else [names]:
            _name("policy", str(each), list_policies())
    if isinstance(overrides.get("branch"), dict) or isinstance(overrides.get("branch.policy"), dict):
        raise UserError("the link is damaged: it names a branch as a whole; write `set=branch.start=30`")
    return Arm(name, overrides, origin, later)


def _name(key: str, name: str, names: Mapping[str, str]) -> str:
    if name in names:
        return name
    close = nearest(name, names)
    hint = f"did you mean `{close}`?" if close else f"there are {few(names)}"
    raise UserError(f"the link names a {key} that is not shipped, `{name[:60]}`; {hint}")


def _number(key: str, text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 12 and int(text) <= most):
        raise UserError(f"the link's `{key}` must be a whole number from 0 to {most}, got {text[:40]!r}")
    return int(text)
