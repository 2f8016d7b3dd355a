"""Whether a design can be run: its scenarios composed with its policies, settings and the ends of all its factors."""

from collections.abc import Iterable, Mapping
from typing import Any

from experiments.points.factors import Value
from experiments.points.policies import moved, phases_of, short
from experiments.sweep.design import Design
from model.scenario import load_scenario
from model.scenario.compose import override_path
from model.scenario.problems import OVERRIDE, KeyPath, Problem, ScenarioError, few, must_be, nearest, other, where
from model.scenario.schema import Scenario


def model_problems(file: str, design: Design) -> list[Problem]:
    """Return what the model refuses, each problem laid to the place in the design that causes it."""
    found: dict[str, Problem] = {}
    for scenario in design.scenarios:
        for policy in design.policies:
            for problem in _of_pair(file, design, scenario, policy):
                found.setdefault(problem.message, problem)
    return list(found.values())


def _of_pair(file: str, design: Design, scenario: str, policy: str) -> list[Problem]:
    base = composed(scenario, policy, design.overrides)
    if not isinstance(base, Scenario):
        return [_placed(file, problem, design.overrides, {}) for problem in base]
    problems = [*_lever_problems(file, design, base), *_weeks_problems(file, design, base)]
    deepest = max((len(factor.ends) for factor in design.factors), default=0)
    for position in range(deepest if not problems else 0):
        values = {factor.key: factor.ends[position % len(factor.ends)] for factor in design.factors}
        overrides = design.overrides | point_overrides(design, base, values)
        refused = composed(scenario, policy, overrides)
        if not isinstance(refused, Scenario):
            problems += [_placed(file, problem, design.overrides, values) for problem in refused]
    return problems


def _weeks_problems(file: str, design: Design, base: Scenario) -> list[Problem]:
    """Return the weeks in which outcomes are asked for that runs do not reach."""
    late = [(place, week) for place, week in enumerate(design.head.at or ()) if week > base.weeks]
    if any(factor.key == "weeks" for factor in design.factors):
        return []
    allowed = f"a week from 1 to {base.weeks}, the last of {base.name}"
    return [must_be(file, ("design", "at", place), allowed, week) for place, week in late]


def composed(scenario: str, policy: str | None, overrides: Mapping[str, Any]) -> Scenario | Iterable[Problem]:
    """Return a scenario as composed, or what is wrong with it."""
    try:
        return load_scenario(scenario, policy, overrides)
    except ScenarioError as error:
        return error.problems


def point_overrides(design: Design, base: Scenario, values: Mapping[str, Value]) -> dict[str, Any]:
    """Return the overrides of a point, values of factors by key, in a scenario composed with the design's settings."""
    uncertain = {key: values[key] for key in design.uncertainties}
    levers = [factor for factor in design.factors if factor.role == "lever"]
    return uncertain | moved(base.policy, levers, values)


def _lever_problems(file: str, design: Design, base: Scenario) -> list[Problem]:
    policy = base.policy
    problems = []
    for factor, phase, wanted, there in short(policy, design.factors):
        words = (
            f"needs up to {wanted:g} of the effort on {factor.taken_from}, which has {there:g} in the phase {phase} of "
            f"{policy.name}: lower `high`, or name other `phases`"
        )
        problems.append(other(file, ("levers", factor.key), words, wanted, f"at most {there:g}"))
    for factor in design.factors:
        for position, name in enumerate(factor.phases):
            if name not in policy.phases and not _elsewhere(design, name):
                known = _phases(design)
                path: KeyPath = ("levers", factor.key, "phases", position)
                problems.append(must_be(file, path, f"a phase of the design's policies ({few(known)})", name, known))
        if factor.taken_from and policy.phases and len(design.policies) == 1 and not phases_of(policy, factor):
            words = f"is moved in no phase of {policy.name}, which has {few(policy.phases)}"
            problems.append(other(file, ("levers", factor.key), words))
    return problems


def _phases(design: Design) -> list[str]:
    names: dict[str, None] = {}
    for scenario in design.scenarios:
        for policy in design.policies:
            base = composed(scenario, policy, design.overrides)
            names |= dict.fromkeys(base.policy.phases) if isinstance(base, Scenario) else {}
    return list(names)


def _elsewhere(design: Design, phase: str) -> bool:
    return phase in _phases(design)


def _placed(file: str, problem: Problem, settings: Mapping[str, Any], values: Mapping[str, Value]) -> Problem:
    """Return a problem of a composed scenario as one of the place in the design that causes it."""
    if problem.file != OVERRIDE:
        return problem
    keys = {_dotted(key): ("uncertainties", key) for key in values} | {
        _dotted(key): ("design" if key == "weeks" else "settings", key) for key in settings if key not in values
    }
    place = next((keys[key] for key in sorted(keys, key=len, reverse=True) if _within(problem.key, key)), ("levers",))
    message = problem.message.split(": ", 1)[-1]
    if place == ("levers",):
        return other(file, place, f"{problem.key}: {message}", problem.value, problem.allowed)
    close = problem.nearest and nearest(problem.nearest, [problem.nearest])
    return Problem(file, ".".join(place), problem.value, problem.allowed, close, f"{where(file, place)}: {message}")


def _dotted(key: str) -> str:
    return ".".join(str(part) for part in override_path(key))


def _within(key: str, above: str) -> bool:
    """Whether one dotted key is the other, or a part of it or of its table."""
    return key == above or key.startswith(f"{above}.") or above.startswith(f"{key}.")
