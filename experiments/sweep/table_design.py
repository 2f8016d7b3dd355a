"""A design whose points are a table: with a design file that says what varies, or with nothing but the table."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from experiments.points.factors import Factor
from experiments.sweep.check import composed, point_overrides
from experiments.sweep.design import Design
from experiments.sweep.design_file import design_of, try_design
from experiments.sweep.own_points import WHO, Points, points_of
from experiments.sweep.plan import with_parameters
from experiments.sweep.sheet import Sheet, Table, read_sheet
from model.scenario.files import Kind, NotFound, Source, find
from model.scenario.load import BASELINE
from model.scenario.problems import OVERRIDE, Problem, ScenarioError, few, nearest
from model.scenario.schema import LEVERS, Scenario

MOST_TRIED = 200  # compositions of points that are tried before anything runs


def load_points(
    table: Table, design: str | Path | Design | None = None, changes: Mapping[str, Any] | None = None
) -> tuple[Design, Points]:
    """Return a design and the points of a table, checked together.

    Without `design` the table says it all: its columns, and `changes`, keys of the table [design] such as `scenarios`,
    `policies`, `weeks`, `seeds`, `outcomes`. Raises ScenarioError with all problems, UserError where
    the table cannot be read.
    """
    sheet = read_sheet(table)
    given, problems = (design, []) if isinstance(design, Design) else (None, list[Problem]())
    if isinstance(design, str | Path):
        given, problems = try_design(design, changes)
    points, wrong = points_of(sheet, given.factors or None if given else None)
    problems = [*problems, *wrong]
    if points is None or (design is not None and given is None):
        raise ScenarioError(problems)
    if given is None:
        given, more = _design_alone(sheet, points, changes or {})
        problems += more
    else:
        problems += _strangers(sheet, points, given)
    if given is not None and not problems:
        given = _with_points(given, points)
        problems += _refused(sheet, points, given)
    if given is None or problems:
        raise ScenarioError(problems)
    return given, points


def _with_points(design: Design, points: Points) -> Design:
    """Return a design whose factors and seeds are those of the table."""
    head = design.head.model_copy(update={"seeds": points.seeds} if points.seeds else {})
    return replace(design, head=head, factors=points.factors, table=points.label)


def _design_alone(sheet: Sheet, points: Points, changes: Mapping[str, Any]) -> tuple[Design | None, list[Problem]]:
    """Return the design that a table and options make, and what is wrong with its names."""
    problems = [*_not_found(sheet, "scenario"), *_not_found(sheet, "policy")]
    given = {"scenarios": points.scenarios, "policies": points.policies, "seeds": points.seeds}
    for (key, named), column in zip(given.items(), WHO, strict=True):
        if named and changes.get(key):
            problems.append(_of_sheet(sheet, f"has a column {column}, and {key} are given beside it: leave one out"))
    if problems:
        return None, problems
    scenarios = points.scenarios or list(changes.get("scenarios") or [BASELINE])
    policies = points.policies or list(changes.get("policies") or _own_policies(scenarios))
    head: dict[str, Any] = {"title": f"Points of {Path(sheet.label).name}"} | dict(changes)
    head |= {"scenarios": scenarios, "policies": policies}
    path = Path(sheet.label)
    design, found = design_of(Source(sheet.label, path), {"design": {k: v for k, v in head.items() if v is not None}})
    return design, found


def _own_policies(scenarios: Sequence[str]) -> list[str]:
    """Return the policies that scenarios name themselves."""
    found = [composed(scenario, None, {}) for scenario in scenarios]
    return list(dict.fromkeys(each.policy.name for each in found if isinstance(each, Scenario))) or ["no_intervention"]


def _not_found(sheet: Sheet, kind: Kind) -> list[Problem]:
    """Return the cells of a column whose scenario or policy is nowhere, each name once."""
    if kind not in sheet.names:
        return []
    position, seen = sheet.names.index(kind), dict[str, Problem]()
    for row, number in zip(sheet.rows, sheet.numbers, strict=True):
        name = str(row[position])
        if name not in seen:
            source = find(name, kind, beside=Source(sheet.label, Path(sheet.label)))
            if isinstance(source, NotFound):
                place = f"{sheet.label}, row {number}, column {kind}"
                seen[name] = replace(source.problem(place, ()), file=sheet.label)
    return list(seen.values())


def _strangers(sheet: Sheet, points: Points, design: Design) -> list[Problem]:
    """Return what a table says that its design does not have: scenarios, policies; or what both say: seeds."""
    problems = []
    for kind, named, known in (
        ("scenario", points.scenarios, design.scenarios), ("policy", points.policies, design.policies),
    ):  # fmt: skip
        for name in named:
            if name not in known and name not in known.values():
                close = nearest(name, [*known.values()])
                hint = f"did you mean {close}?" if close else f"it has {few(known.values())}"
                problems.append(_of_sheet(sheet, f"{name} is no {kind} of the design; {hint}", kind))
    if points.seeds and design.head.seeds:
        problems.append(_of_sheet(sheet, "has a column seed, and `seeds` are given beside it: leave one out"))
    if points.seeds and design.stopping.rule == "precision":
        problems.append(_of_sheet(sheet, 'has a column seed; `rule = "precision"` chooses seeds itself: leave one out'))
    return problems


def _refused(sheet: Sheet, points: Points, design: Design) -> list[Problem]:
    """Return what the model refuses of the points, each mistake once, at its row and column."""
    problems: dict[str, Problem] = {}
    tried: set[tuple[Any, ...]] = set()
    for scenario in design.scenarios:
        for policy in design.policies:
            base = composed(scenario, policy, design.overrides)
            if not isinstance(base, Scenario):
                continue
            for values, line in zip(points.values, points.lines, strict=True):
                overrides = point_overrides(design, base, values)
                slow = {key: value for key, value in overrides.items() if with_parameters(base, {key: value}) is None}
                key = (scenario, policy, *((name, str(value)) for name, value in slow.items()))
                if not slow or key in tried or len(tried) >= MOST_TRIED:
                    continue
                tried.add(key)
                whole = composed(scenario, policy, design.overrides | slow)
                if not isinstance(whole, Scenario):
                    for problem in whole:
                        placed = _placed(sheet, line, problem, design.factors)
                        problems.setdefault(placed.message, placed)
    return list(problems.values())


def _placed(sheet: Sheet, line: int, problem: Problem, factors: Sequence[Factor]) -> Problem:
    """Return a problem of a composed point as one of its row, and of its column where one is to blame."""
    if problem.file != OVERRIDE:
        return problem
    ends = problem.key.split(".")
    keys = [factor.key for factor in factors]
    close = [key for key in keys if problem.key.endswith(key)] + [key for key in keys if key.startswith(problem.key)]
    column = next(
        iter(close or [factor.key for factor in factors if factor.role == "lever" and ends[0] == "policy"]), ""
    )
    place = f"{sheet.label}, row {line}" + (f", column {column}" if column else "")
    words = problem.message.split(": ", 1)[-1]
    if "add up" in words and column in LEVERS:
        words += (
            "; give a column for what is taken less of, too, or a design in which [levers] says where it is taken from"
        )
    return replace(problem, file=sheet.label, message=f"{place}: {words}")


def _of_sheet(sheet: Sheet, words: str, column: str = "") -> Problem:
    place = f"{sheet.label}, column {column}: " if column else f"{sheet.label} "
    return Problem(sheet.label, column, None, "", "", place + words)
