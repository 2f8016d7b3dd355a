"""Scenarios: TOML files composed (extends, policy, overrides), validated as a whole, and frozen.

    scenario = load_scenario("levant_2014", policy="sever_links", overrides={"weeks": 104, "territory.growth": 0.4})

All that is wrong is reported at once, each mistake with its file, key, value, what is allowed and the nearest valid name.
"""

from collections.abc import Mapping
from os.path import realpath
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from model.scenario.branches import Later, branch_of, split
from model.scenario.checks import cross_checks
from model.scenario.compose import Composition, add_files, compose
from model.scenario.declarations import check_declarations, declarations, defaults
from model.scenario.files import FOLDERS, Kind, Source, find, read, shipped
from model.scenario.ground import ground_checks
from model.scenario.json_schemas import json_schema, policy_schema
from model.scenario.leave_out import leave_out
from model.scenario.phases import phase_checks, phase_weeks
from model.scenario.places import place_checks, take_map
from model.scenario.plain import plain
from model.scenario.problems import Problem, ScenarioError, other
from model.scenario.room import name_checks, room_checks
from model.scenario.schema import Scenario
from model.scenario.shipped import FILE
from model.scenario.user_files import not_toml, tables_of
from model.scenario.validation import schema_problems

__all__ = [
    "Problem", "ScenarioError", "check_file", "json_schema", "list_policies", "list_scenarios", "load_scenario",
    "phase_weeks", "policy_schema",
]  # fmt: skip

BASELINE = "levant_2014"


def load_scenario(
    name_or_path: str | Path = BASELINE,
    policy: str | Path | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Scenario:
    """Return a composed, validated, frozen scenario.

    `name_or_path` and `policy` are shipped names or paths; without `policy` the scenario's own counts (without that,
    no intervention). `overrides` are dotted keys: `weeks`, `core.prestige`, `territory.growth` (a parameter),
    `mechanisms.pledging.contagion`, `rivals.lost_tips`, `groups.boko_haram.conviction`, `policy.targeting`.

    Raises ScenarioError with all problems.
    """
    composition = compose(name_or_path, policy, plain(overrides or {}))
    later = split(composition)
    scenario = _loaded(composition, str(name_or_path))
    return scenario if later is None else _branched(later, scenario)


def _loaded(composition: Composition, name: str) -> Scenario:
    """Return the scenario of a composition. Raises ScenarioError with all problems."""
    data, missing = _complete(composition)
    problems = composition.problems
    if not composition.runnable:
        words = "is a part that scenarios extend, not a scenario to run (runnable = false)"
        problems = [*problems, other(composition.file, (), words, name, "a scenario to run")]
    elif not problems and not missing:
        try:
            return _checked(composition, data)
        except ValidationError:
            pass  # said in words below
    if composition.layers:
        problems = [*problems, *_problems(composition, data, missing)]
    raise ScenarioError(_ordered(composition, problems))


def _branched(later: Later, scenario: Scenario) -> Scenario:
    """Return a scenario with its branch, which is checked as a scenario of its own. Raises ScenarioError."""
    branch = branch_of(later, scenario, _loaded(later.composition, scenario.name))
    return scenario.model_copy(update={"branch": branch})


def _checked(composition: Composition, data: dict[str, Any]) -> Scenario:
    scenario = Scenario.model_validate(data)
    problems = [*_between(composition, data), *phase_checks(composition, data)]
    if problems:
        raise ScenarioError(_ordered(composition, problems))
    return scenario


def _between(composition: Composition, data: dict[str, Any]) -> list[Problem]:
    """Return what is wrong between tables, and between tables and the map."""
    checks = (cross_checks, ground_checks, name_checks, room_checks, place_checks)
    return [problem for check in checks for problem in check(composition, data)]


def _problems(composition: Composition, data: dict[str, Any], missing: list[Problem]) -> list[Problem]:
    """Return what is wrong with composed data; a part of a scenario, or of one that cannot be read, may lack names."""
    whole = composition.runnable and "scenario" not in composition.unread
    between = [*missing, *(_between(composition, data) if whole else ())]
    if "policy" not in composition.unread:
        between += phase_checks(composition, data)
    said = {(problem.file, problem.key) for problem in between}
    single = schema_problems(composition, data)
    if not composition.runnable:
        single = [problem for problem in single if problem.value is not None]
    return [*(problem for problem in single if (problem.file, problem.key) not in said), *between]


def _complete(composition: Composition) -> tuple[dict[str, Any], list[Problem]]:
    """Return the merged data without what is left out and with all that is declared, and what is wrong with leaving out.

    Parameters are at their values, mechanisms on, choices at their defaults, rivals off.

    A mechanism's family switched off (`pledging`) takes its parts (`pledging.contagion`) with it; a choice stays.
    """
    declared, data = declarations(), composition.merged()
    written = data.get("parameters", {})
    data["parameters"] = {family: {**values, **written.get(family, {})} for family, values in defaults().items()}
    switches = {name: each.value for name, each in declared.mechanisms.items()} | data.get("mechanisms", {})
    data["mechanisms"] = {
        name: switch if isinstance(switch, str) else switch and switches.get(name.partition(".")[0], True)
        for name, switch in switches.items()
    }
    data["rivals"] = dict.fromkeys(declared.rivals, False) | data.get("rivals", {})
    return data, [*take_map(composition, data), *leave_out(composition, data)]


def _ordered(composition: Composition, problems: list[Problem]) -> list[Problem]:
    """Return problems without repetition, those of the file that was asked for first, then file by file."""
    files = [composition.file, *(layer.file for layer in reversed(composition.layers))]
    unique = {(problem.file, problem.key, problem.message): problem for problem in problems}
    return sorted(unique.values(), key=lambda each: files.index(each.file) if each.file in files else len(files))


def check_file(path: str | Path) -> list[Problem]:
    """Return what is wrong with a file: a scenario, a part of one, a policy, or the declarations of parameters.

    A scenario is checked with its parents and its policy, a policy by itself.
    """
    name = str(path)
    scenario, policy = find(path, "scenario"), find(path, "policy")
    if "\0" not in name and realpath(path) == str(FILE):  # which no circle of links breaks
        try:
            return check_declarations(tables_of(FILE), name)
        except (OSError, ValueError) as error:
            return [other(name, (), not_toml(error) if isinstance(error, ValueError) else f"cannot be read: {error}")]
    source = scenario if isinstance(scenario, Source) else policy
    if not isinstance(source, Source):
        return [source.problem(name, ())]
    tables = read(source)
    if isinstance(tables, Problem):
        return [tables]
    if "scenario" in tables or not ("policy" in tables or "phases" in tables):
        return _check_scenario(path)
    return _check_policy(source)


def _check_scenario(path: str | Path) -> list[Problem]:
    composition = compose(path)
    later = split(composition)
    data, missing = _complete(composition)
    problems = [*composition.problems, *_problems(composition, data, missing)]
    if later is not None and composition.runnable and not problems:
        try:
            _branched(later, _loaded(composition, str(path)))
        except ScenarioError as error:
            problems = list(error.problems)
    return _ordered(composition, problems)


def _check_policy(source: Source) -> list[Problem]:
    composition = Composition(source.label)
    add_files(composition, source, "policy")
    data = composition.merged()
    if not isinstance(data.get("policy"), dict):
        return composition.problems
    refused = [*leave_out(composition, data), *schema_problems(composition, data, alone=True)]
    problems = [*composition.problems, *refused, *name_checks(composition, {"policy": data["policy"]})]
    return _ordered(composition, [*problems, *phase_checks(composition, data)])


def list_scenarios(parts: bool = False) -> dict[str, str]:
    """Return the shipped scenarios, name -> title; with `parts` also the files that only others extend."""
    return _titles("scenario", parts)


def list_policies() -> dict[str, str]:
    """Return the shipped policies, name -> title."""
    return _titles("policy", True)


def _titles(kind: Kind, parts: bool) -> dict[str, str]:
    titles: dict[str, str] = {}
    for name in shipped(kind):
        tables = read(Source(name, FOLDERS[kind] / f"{name}.toml"))
        header = tables.get(kind) if isinstance(tables, Mapping) else None
        if isinstance(header, dict) and (parts or header.get("runnable", True)):
            titles[name] = str(header.get("title", name))
    return titles
