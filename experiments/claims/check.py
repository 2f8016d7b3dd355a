"""What is wrong with a claim, in words: keys and values, names of other things, arms that cannot be composed."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from experiments.claims.arms import CHANNEL, STATED, base, requested
from experiments.claims.claim import Claim, Outcome
from experiments.claims.cost import TOLERANCE, effort_weeks
from experiments.measures.mistakes import measure_problems
from model.scenario import load_scenario
from model.scenario.compose import override_path
from model.scenario.declarations import declarations
from model.scenario.problems import (
    OVERRIDE,
    KeyPath,
    Problem,
    ScenarioError,
    dotted,
    few,
    missing,
    must_be,
    other,
    unknown,
)
from model.scenario.schema import Scenario, Table
from model.scenario.validation import allowed

OWN = ("id", "file", "rules", "log")  # keys of a claim that no ledger writes


def shape_problems(file: str, name: str, table: dict[str, Any], error: ValidationError) -> list[Problem]:
    """Return what the schema refuses in a claim's table."""
    problems = {}
    for detail in error.errors(include_url=False):
        problem = _translated(file, name, table, detail)
        problems[problem.message] = problem
    return list(problems.values())


@cache  # a tenth of a second, for each of thousands of mistakes
def _properties(shape: type[Table]) -> dict[str, Any]:
    return dict(shape.model_json_schema()["properties"])


def _translated(file: str, name: str, table: dict[str, Any], detail: ErrorDetails) -> Problem:
    path, met = _found(table, detail["loc"])
    place: KeyPath = (name, *path)
    kind, in_outcome = detail["type"], path[:1] == ("outcomes",) and len(path) > 1
    properties = _properties(Outcome if in_outcome else Claim)
    if kind == "missing":
        return missing(file, (name, *path), [str(detail["loc"][-1])])
    if kind == "extra_forbidden":
        return unknown(file, place, met, [key for key in properties if key not in OWN])
    if kind == "value_error":
        return other(file, place, str(detail["msg"]).removeprefix("Value error, "), met)
    key = str(path[2] if in_outcome and len(path) > 2 else path[0] if path else "")
    schema = properties.get(key, {})
    names = [str(each) for each in schema.get("enum", [])]
    if len(path) > (3 if in_outcome else 1) or "$ref" in schema:  # inside a list or a table
        message = str(detail["msg"])
        return other(file, place, f"{message[:1].lower()}{message[1:]}, got {_shown(met)}", met)
    return must_be(file, place, allowed(schema, met), met, names)


def _shown(met: object) -> str:
    text = repr(met)
    return text if len(text) < 60 else text[:57] + "..."


def _found(table: Any, location: tuple[int | str, ...]) -> tuple[KeyPath, Any]:
    """Follow an error's location as far as there is data."""
    path: KeyPath = ()
    for part in location:
        inside = isinstance(table, dict) and part in table
        if not inside and not (isinstance(table, list) and isinstance(part, int) and part < len(table)):
            break
        path, table = (*path, part), table[part]
    return path, table


def name_problems(claim: Claim) -> list[Problem]:
    """Return the problems of a claim's names: unknown mechanisms, rival findings and arms, and arms that nothing uses."""
    declared = declarations()
    problems = list(_unknown_names(claim, "mechanisms", claim.mechanisms, list(declared.switches)))
    channels = [name for name in declared.mechanisms if name.startswith(CHANNEL)]
    problems += _unknown_names(claim, "rivals", claim.rivals, [*declared.rivals, *channels])
    problems += _unknown_names(claim, "channels", claim.channels, channels)
    switches = [f"mechanisms.{name}" for name in declared.mechanisms] + [f"rivals.{name}" for name in declared.rivals]
    problems += _unknown_names(claim, "switch", [claim.switch] if claim.switch else [], switches)
    for place, overrides in {"settings": claim.settings, **claim.all_arms}.items():
        if "weeks" in overrides:
            path = (claim.id, place, "weeks")
            problems.append(
                other(claim.file, path, "all arms have the claim's horizon: write `weeks` in the claim itself")
            )
        if not isinstance(overrides.get("policy", ""), str):
            problems.append(
                must_be(claim.file, (claim.id, place, "policy"), "the name of a policy", overrides["policy"])
            )
    for position, outcome in enumerate(claim.outcomes):
        problems += _outcome_names(claim, position, outcome)
    unused = [name for name in claim.all_arms if name not in claim.used_arms and not problems]
    problems += [
        other(claim.file, (claim.id, name), "no outcome uses this arm: name it in a `contrast`") for name in unused
    ]
    return problems


def _unknown_names(claim: Claim, key: str, names: list[str], known: list[str]) -> Iterator[Problem]:
    for name in names:
        if name not in known:
            yield must_be(claim.file, (claim.id, key), f"one of {few(known)}", name, known)


def _outcome_names(claim: Claim, position: int, outcome: Outcome) -> Iterator[Problem]:
    path: KeyPath = (claim.id, "outcomes", position)
    key = "arms" if outcome.arms is not None else "contrast"
    for name in claim.weights(outcome):
        if name not in claim.all_arms:
            yield must_be(claim.file, (*path, key), f"made of arms ({few(claim.all_arms)})", name, claim.all_arms)


def arm_problems(claim: Claim) -> list[Problem]:
    """Return what is wrong with the scenarios of a claim's arms, and what its measures name that they do not have."""
    problems: dict[str, Problem] = {}
    scenario: Scenario | None = None
    costs: dict[str, dict[str, float]] = {}
    for arm in claim.all_arms:
        policy, overrides = requested(claim, arm, STATED)
        try:
            base(claim.scenario, policy)
            scenario = load_scenario(claim.scenario, policy, overrides)
            costs[arm] = effort_weeks(scenario, claim.weeks)
        except ScenarioError as error:
            for problem in error.problems:
                said = _of_arm(claim, arm, problem)
                problems[said.message] = said
    for position, outcome in enumerate(claim.outcomes):
        for which, measure in zip(("measure", "second"), outcome.measures, strict=False):
            path = (claim.id, "outcomes", position, which)
            for said in measure_problems(claim.file, path, measure, scenario, claim.weeks) if scenario else ():
                problems[said.message] = said
    return [*problems.values(), *_unequal(claim, costs)]


def _unequal(claim: Claim, costs: dict[str, dict[str, float]]) -> list[Problem]:
    """Return the problems of arms that are compared *instead* of each other but do not cost the same effort."""
    problems = {}
    for outcome in claim.outcomes:
        arms = [arm for arm in claim.weights(outcome) if arm in costs] if claim.kind(outcome) == "instead" else []
        for waits in dict.fromkeys(waits for arm in arms for waits in costs[arm]):
            spent = {arm: costs[arm].get(waits, 0.0) for arm in arms}
            least, most = (choose(spent, key=lambda arm: spent[arm]) for choose in (min, max))
            if spent[most] - spent[least] > TOLERANCE * spent[most]:
                after = f" in what waits for {waits}" if waits else ""
                message = (
                    f"arms that stand instead of each other cost the same effort, but {least} spends {spent[least]:.1f} "
                    f'and {most} {spent[most]:.1f} weeks of it{after}; make them equal, or say arms_kind = "on top"'
                )
                problems[message] = other(claim.file, (claim.id, "arms_kind"), message)
    return list(problems.values())


def _of_arm(claim: Claim, arm: str, problem: Problem) -> Problem:
    """Return a problem of a composed scenario as one of the place in the ledger that causes it."""
    own, message = claim.all_arms[arm], problem.message.removeprefix(f"{OVERRIDE} ")
    if problem.file == OVERRIDE:
        place = arm if any(problem.key.startswith(dotted(override_path(key))) for key in own) else "settings"
    elif problem.value == own.get("policy", claim.policy):
        place = arm if "policy" in own else "policy"
    else:
        place = "scenario"
    return other(claim.file, (claim.id, place), message, problem.value, problem.allowed)
