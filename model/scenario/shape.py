"""From the tables of one file as written to the tree of the composed scenario, and the keys that do not belong there.

The keys of `[scenario]` become top-level keys; `[mechanisms]` and `[rivals]` become flat, dotted names; a policy's
`[policy]` and `[phases]` become the table `policy`. Names and ranges of switches and parameters are those of
`scenarios/parameters.toml`; all other values are checked when everything is composed.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from model.scenario.declarations import declarations
from model.scenario.files import Kind, Source
from model.scenario.maps import is_map_file
from model.scenario.problems import SCALARS, KeyPath, Problem, crowded, few, must_be, other, show, unknown
from model.scenario.schema import Policy, Scenario

type Tree = dict[str, Any]

COMPOSING = ("extends", "policy", "runnable")
DERIVED = ("left_out", "map_digest")  # what composing adds
TABLES = tuple(name for name in Scenario.model_fields if name not in (*SCALARS, *DERIVED))
POLICY_KEYS = (*(name for name in Policy.model_fields if name != "phases"), "extends")


@dataclass(frozen=True)
class Written:
    """The content of one file: its part of the tree, and how it is composed with others."""

    source: Source
    tree: Tree
    extends: tuple[str, ...] = ()
    policy: str | None = None
    runnable: bool = True


def scenario_tree(source: Source, tables: Mapping[str, Any], problems: list[Problem]) -> Written | None:
    """Return what a scenario file says; adds to `problems`; None if it is no scenario at all."""
    file = source.label
    if not _has_header(file, tables, "scenario", ("scenario", *TABLES), problems):
        return None
    header: Tree = dict(tables["scenario"])
    tree: Tree = {name: header.pop(name) for name in SCALARS if name in header and name not in COMPOSING}
    extends = _extends(file, ("extends",), header.pop("extends", []), problems)
    policy = header.pop("policy", None)
    if policy is not None and not isinstance(policy, str):
        problems.append(must_be(file, ("policy",), "the name of a policy, or a path", policy))
        policy = None
    runnable = header.pop("runnable", True)
    if not isinstance(runnable, bool):
        problems.append(must_be(file, ("runnable",), "true or false", runnable))
    problems += [_stray(file, name, value) for name, value in header.items()]
    if is_map_file(tree.get("theatre")):
        tree["theatre"] = str(source.path.parent / tree["theatre"])
    tree |= {name: tables[name] for name in TABLES if name in tables}
    problems += adjust(file, tree)
    tree.setdefault("name", source.path.stem)
    return Written(source, tree, extends, policy, runnable is not False)


def policy_tree(source: Source, tables: Mapping[str, Any], problems: list[Problem]) -> Written | None:
    """Return what a policy file says as `{"policy": ...}`; adds to `problems`; None if it is no policy at all."""
    file = source.label
    if not _has_header(file, tables, "policy", ("policy", "phases"), problems):
        return None
    header: Tree = dict(tables["policy"])
    extends = _extends(file, ("policy", "extends"), header.pop("extends", []), problems)
    for name in [name for name in header if name not in POLICY_KEYS]:
        problems.append(unknown(file, ("policy", name), header.pop(name), POLICY_KEYS))
    if "phases" in tables:
        header["phases"] = tables["phases"]
    header.setdefault("name", source.path.stem)
    return Written(source, {"policy": header}, extends)


def _has_header(
    file: str, tables: Mapping[str, Any], kind: Kind, names: Iterable[str], problems: list[Problem]
) -> bool:
    """Tell whether a file has the table of its kind; report tables that have no business in it."""
    names = tuple(names)
    if too_many := crowded(file, tables):
        problems += too_many
        return False
    contrary: Kind = "policy" if kind == "scenario" else "scenario"
    if isinstance(tables.get(contrary), dict) and kind not in tables:
        problems.append(other(file, (), f"is a {contrary}, not a {kind}"))
        return False
    strays = [_misplaced(file, name, value, names) for name, value in tables.items() if name not in names]
    problems += strays
    if kind not in tables:
        if not any(problem.nearest == kind for problem in strays):
            problems.append(other(file, (), f"has no table [{kind}]"))
        return False
    if not isinstance(tables[kind], dict):
        problems.append(other(file, (), f"`{kind}` must be a table, got {show(tables[kind])}"))
        return False
    return True


def _misplaced(file: str, name: str, value: object, names: tuple[str, ...]) -> Problem:
    home = "scenario" if name in SCALARS and "scenario" in names else ""
    home = "policy" if name in POLICY_KEYS and "phases" in names else home
    if home and not isinstance(value, dict):
        path: KeyPath = (name,) if home == "scenario" else ("policy", name)
        return other(file, path, f"stands outside its table; write it below [{home}]", value, f"[{home}]")
    problem = unknown(file, (name,), value, names, "unknown table" if isinstance(value, dict) else "unknown key")
    return problem


def _stray(file: str, name: str, value: object) -> Problem:
    if name in TABLES:
        return other(file, ("scenario", name), f"is a table of its own: write [{name}]", value, f"[{name}]")
    found = unknown(file, ("scenario", name), value, SCALARS)
    return Problem(file, name, value, found.allowed, found.nearest, found.message)


def _extends(file: str, path: KeyPath, value: object, problems: list[Problem]) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if isinstance(names, list) and all(isinstance(name, str) for name in names):
        return tuple(names)
    problems.append(must_be(file, path, "a name, or a list of names", value))
    return ()


def adjust(file: str, tree: Tree) -> Iterator[Problem]:
    """Make switches flat and drop what is wrong among switches and parameters, yielding a problem for each."""
    declared = declarations()
    for table, names in (("mechanisms", declared.mechanisms), ("rivals", declared.rivals)):
        if table in tree:
            tree[table], problems = _switches(file, table, tree[table], names)
            yield from problems
    if "parameters" in tree:
        tree["parameters"], problems = _families(file, tree["parameters"])
        yield from problems


def _switches(file: str, table: str, value: object, names: Mapping[str, Any]) -> tuple[Tree, list[Problem]]:
    if not isinstance(value, dict):
        return {}, [must_be(file, (table,), "a table", value)]
    good: Tree = {}
    problems: list[Problem] = []
    for name, switch in _flat(value):
        if name not in names:
            problems.append(unknown(file, (table, name), switch, names, f"unknown switch in [{table}]"))
        elif options := getattr(names[name], "options", None):
            if isinstance(switch, str) and switch in options:
                good[name] = switch
            else:
                problems.append(must_be(file, (table, name), f"one of {few(options)}", switch, options))
        elif not isinstance(switch, bool):
            problems.append(must_be(file, (table, name), "true or false", switch))
        else:
            good[name] = switch
    return good, problems


def _flat(table: Mapping[Any, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _families(file: str, value: object) -> tuple[Tree, list[Problem]]:
    if not isinstance(value, dict):
        return {}, [must_be(file, ("parameters",), "a table", value)]
    good: Tree = {}
    problems: list[Problem] = []
    families = declarations().parameters
    for family, members in value.items():
        path: KeyPath = ("parameters", family)
        if family not in families:
            problems.append(unknown(file, path, members, families, "unknown family of parameters"))
        elif not isinstance(members, dict):
            problems.append(must_be(file, path, f"a table of numbers: {few(families[family])}", members))
        else:
            wrong = {name: _parameter(file, family, name, number) for name, number in members.items()}
            problems += [problem for problem in wrong.values() if problem]
            good[family] = {name: float(members[name]) for name, problem in wrong.items() if not problem}
    return good, problems


def _parameter(file: str, family: str, name: str, value: object) -> Problem | None:
    path: KeyPath = ("parameters", family, name)
    declared = declarations().parameters[family].get(name)
    if declared is None:
        return unknown(file, path, value, declarations().parameters[family], f"unknown parameter of `{family}`")
    span = f"{declared.low:g} to {declared.high:g}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return must_be(file, path, f"a number from {span}", value)
    if (isinstance(value, float) and not math.isfinite(value)) or not declared.low <= value <= declared.high:
        return must_be(file, path, span + (f" ({declared.unit})" if declared.unit != "1" else ""), value)
    return None
