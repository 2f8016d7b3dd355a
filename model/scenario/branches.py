"""A branch: from a week on, a run goes on under another policy or other values; its past and its luck stay the same.

It is written as the table `[branch]` of a scenario, or as overrides: `branch.start`, `branch.policy`,
`branch.territory.growth`. Here it is taken out of the files of a composition and becomes a second composition: what the
run is from then on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from model.scenario.compose import Composition, Layer, add_files
from model.scenario.files import NotFound, Source, find
from model.scenario.phases import phase_weeks
from model.scenario.problems import OVERRIDE, KeyPath, Problem, ScenarioError, few, missing, must_be, other, unknown
from model.scenario.schema import Branch, Scenario
from model.scenario.shape import POLICY_KEYS, TABLES, Tree, adjust

CHANGED = ("policy", "parameters", "mechanisms", "rivals")  # what may change in mid-run
KEYS = ("start", *CHANGED)
OVERRIDE_BRANCH = f"{OVERRIDE} branch"
# parameters that are used once: when a run starts or, of the cohort, in a week of its own
AT_START = frozenset({
    "attitudes.start_support", "attitudes.start_sympathy", "core.effort_governing", "core.effort_international",
    "core.effort_regional", "core.effort_sectarian", "core.effort_state", "government.base_accuracy",
    "government.discrimination", "government.effectiveness_scale", "government.exclusion_penalty",
    "government.least_legitimacy", "government.least_minority_legitimacy", "reporting.cohort_week",
    "territory.local_defence", "territory.state_reach_floor", "territory.state_reach_km", "theatre.*",
})  # fmt: skip


@dataclass
class Later:
    """What a run is from a week on: its own composition, where `start` and `policy` were written, and what they say."""

    composition: Composition
    start: object
    file: str
    policy: bool


def split(composition: Composition) -> Later | None:
    """Take `[branch]` out of the layers of a composition; what is wrong with it is added to its problems."""
    parts = [(layer.file, layer.tree.pop("branch")) for layer in composition.layers if "branch" in layer.tree]
    if not parts:
        return None
    said, edits, starts = composition.problems, [], [(parts[0][0], None)]
    named: tuple[str, Any] | None = None
    for file, part in parts:
        if not isinstance(part, dict):
            said.append(must_be(file, ("branch",), "a table", part))
            continue
        said += _strangers(file, part)
        starts += [(file, part["start"])] if "start" in part else []
        policy, tree = _policy(part.get("policy")), {key: part[key] for key in CHANGED[1:] if key in part}
        named = (file, policy.pop("extends")) if "extends" in policy else named
        for key in [key for key in policy if key not in (*POLICY_KEYS, "phases")]:
            said.append(unknown(file, ("branch", "policy", key), policy.pop(key), POLICY_KEYS))
        label = OVERRIDE_BRANCH if file == OVERRIDE else f"{file}, [branch]"
        said += adjust(label, tree)
        said += _at_start(file, tree)
        edits.append(Layer(label, tree | ({"policy": policy} if policy else {})))
    file, start = starts[-1]
    later = Composition(composition.file, unread=composition.unread, runnable=composition.runnable)
    later.layers = [
        Layer(layer.file, _without_policy(layer.tree) if named else layer.tree) for layer in composition.layers
    ]
    if named:
        _add_policies(later, *named)
    said += later.problems
    later.layers += edits
    return Later(later, start, file, bool(named) or any("policy" in layer.tree for layer in edits))


def _policy(written: object) -> Tree:
    """Return a branch's policy as a table; a name alone is the policy that it extends."""
    return dict(written) if isinstance(written, dict) else {} if written is None else {"extends": written}


def _without_policy(tree: Mapping[str, Any]) -> Tree:
    return {key: value for key, value in tree.items() if key != "policy"}


def _strangers(file: str, part: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what cannot change while a run is under way."""
    for key in (key for key in part if key not in KEYS):
        path: KeyPath = ("branch", key)
        if key in TABLES or key in Scenario.model_fields:
            words = f"cannot change in mid-run: it says how the run begins. From a week on, {few(CHANGED)} can change"
            yield other(file, path, words, part[key], few(CHANGED))
        else:
            yield unknown(file, path, part[key], KEYS)


def _at_start(file: str, tree: Mapping[str, Any]) -> Iterator[Problem]:
    for family, members in tree.get("parameters", {}).items():
        for name in members:
            if f"{family}.{name}" in AT_START or f"{family}.*" in AT_START:
                words = "cannot change in mid-run: it is used only when a run starts. Set it for the whole run"
                yield other(file, ("branch", "parameters", family, name), words, members[name])


def _add_policies(later: Composition, file: str, names: object) -> None:
    path: KeyPath = ("branch", "policy")
    wanted = names if isinstance(names, list) else [names]
    beside = None if file == OVERRIDE else Source(file, Path(file))
    for name in wanted:
        if not isinstance(name, str):
            later.problems.append(must_be(file, path, "the name of a policy, or a path", name))
            continue
        found = find(name, "policy", beside=beside)
        if isinstance(found, NotFound):
            later.unread.add("policy")
            later.problems.append(found.problem(file, path))
        else:
            add_files(later, found, "policy")


def branch_of(later: Later, scenario: Scenario, goal: Scenario) -> Branch:
    """Return the branch of a scenario that is `goal` from then on. Raises ScenarioError where its week makes no sense."""
    week = week_of(later.start, scenario)
    if week is None:
        path: KeyPath = ("branch", "start")
        if later.start is None:
            raise ScenarioError([missing(later.file, path[:1], ["start"])])
        last = scenario.start + timedelta(weeks=scenario.weeks - 1)
        words = f"a date from {scenario.start} to {last}, or a week from 0 to {scenario.weeks - 1}"
        raise ScenarioError([must_be(later.file, path, words, later.start)])
    parameters = {
        family: {name: value for name, value in members.items() if value != scenario.parameters[family][name]}
        for family, members in goal.parameters.items()
    }
    if later.policy and _over(goal, week):
        day = scenario.start + timedelta(weeks=week)
        words = f"no phase of the policy {goal.policy.name} reaches beyond {day}: give one dates after that"
        raise ScenarioError([other(later.file, ("branch", "policy"), words)])
    return Branch(
        start=week, policy=goal.policy if later.policy else None,
        parameters={family: members for family, members in parameters.items() if members},
        mechanisms={name: on for name, on in goal.mechanisms.items() if on != scenario.mechanisms[name]},
        rivals={name: on for name, on in goal.rivals.items() if on != scenario.rivals[name]},
    )  # fmt: skip


def week_of(start: object, scenario: Scenario) -> int | None:
    """Return the week that a date or a number means, None where it is none of the scenario's."""
    if type(start) is date:
        start = (start - scenario.start).days // 7
    return start if type(start) is int and 0 <= start < scenario.weeks else None


def _over(goal: Scenario, week: int) -> bool:
    """Whether a policy has phases, none of which lasts beyond a week."""
    phases = goal.policy.phases.values()
    return bool(phases) and not any(phase_weeks(phase, goal)[1] > week for phase in phases)
