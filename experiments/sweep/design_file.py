"""Reading a design file: its tables, its factors, and what is wrong with them in words."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from experiments.points.factors import Factor
from experiments.points.sampling import METHODS, MOST_POINTS
from experiments.sweep.check import model_problems
from experiments.sweep.design import FOLDER, LABEL, Design, Head, Sampling, Stopping, shipped_designs
from experiments.sweep.design_factors import factors_of
from experiments.sweep.design_head import check_head
from experiments.sweep.design_names import names_of
from experiments.sweep.reading import TABLES, Reading
from model.record import OUTCOMES
from model.scenario.files import Source, read
from model.scenario.problems import (
    Problem,
    ScenarioError,
    crowded,
    few,
    nearest,
    other,
)
from model.scenario.user_files import tables_or_none

MOST_VALUES = 10_000  # of a factor


def load_design(name_or_path: str | Path, changes: Mapping[str, Any] | None = None) -> Design:
    """Return a shipped design by its name, or that of a file, checked. Raises ScenarioError with all problems.

    `changes`: keys of its table [design] in place of what the file says.
    """
    design, problems = try_design(name_or_path, changes)
    if design is None or problems:
        raise ScenarioError(problems)
    return design


def try_design(
    name_or_path: str | Path, changes: Mapping[str, Any] | None = None
) -> tuple[Design | None, list[Problem]]:
    """Return the design of a file, None where it has none, and all that is wrong with it.

    `changes`: keys of its table [design] in place of what the file says.
    """
    source = _found(name_or_path)
    tables = source if isinstance(source, Problem) else read(source)
    if isinstance(source, Problem) or isinstance(tables, Problem):
        return None, [_as_design(problem) for problem in (source, tables) if isinstance(problem, Problem)][:1]
    if "design" not in tables and ("scenario" in tables or "policy" in tables):
        kind = "scenario" if "scenario" in tables else "policy"
        return None, [other(source.label, (), f"is a {kind}, not a design; a design has a table [design]")]
    if too_many := crowded(source.label, tables, MOST_VALUES):
        return None, too_many
    if changes and isinstance(tables.get("design"), dict):
        tables = {**tables, "design": _changed(tables["design"], changes)}
    return design_of(source, tables)


def _changed(head: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the table [design] with changes: a number of replicates replaces a list of seeds, and the other way round."""
    rivals = {"replicates": "seeds", "seeds": "replicates"}
    dropped = {rivals[key] for key in changes if key in rivals}
    return {key: value for key, value in head.items() if key not in dropped} | dict(changes)


def design_of(source: Source, tables: Mapping[str, Any]) -> tuple[Design | None, list[Problem]]:
    """Return the design that tables make, and all that is wrong with it."""
    reading = Reading(source, tables)
    design = _design(reading)
    return design, reading.problems


def design_problems(path: str | Path) -> list[Problem]:
    """Return all that is wrong with a design file; nothing: an empty list."""
    return try_design(path)[1]


def is_design(path: str | Path) -> bool:
    """Tell whether a file is a design, sound or not: it has a table [design]."""
    return "design" in tables_or_none(path)


def _as_design(problem: Problem) -> Problem:
    """Return the problem of a file that cannot be read, in the words of designs."""
    if "is empty" not in problem.message:
        return problem
    return other(problem.file, (), "is empty; a design starts with [design]")


def _found(name_or_path: str | Path) -> Source | Problem:
    designs, text = shipped_designs(), str(name_or_path)
    if not isinstance(name_or_path, Path) and text in designs:
        return Source(f"{LABEL}/{text}.toml", designs[text])
    path = Path(text)
    try:
        if path.exists():
            shipped = path.resolve().parent == FOLDER
            return Source(f"{LABEL}/{path.name}" if shipped else text, path)
    except (OSError, ValueError):  # a name too long for the file system, or with a null byte
        pass
    close = nearest(path.stem, designs)
    words = "no such file, nor a shipped design" + ("" if close else f"; shipped: {few(designs)}")
    return other(text, (), words, text, "a shipped name or a path", close)


def _design(reading: Reading) -> Design | None:
    if "design" not in reading.tables:
        reading.say((), f"has no table [design]; its tables are {few(TABLES)}")
    head = reading.parsed("design", Head) if "design" in reading.tables else None
    sampling, stopping = reading.parsed("sampling", Sampling), reading.parsed("stopping", Stopping)
    factors = factors_of(reading)
    if sampling:
        _check_sampling(reading, sampling, factors)
    if head is None:
        return None
    scenarios, policies = names_of(reading, head)
    _check_outcomes(reading, head)
    check_head(reading, head, stopping)
    if stopping:
        _check_stopping(reading, head, stopping, list(policies.values()))
    settings = reading.tables.get("settings", {})
    name = reading.source.path.stem
    design = Design(name, head, scenarios, policies, flat(settings), tuple(factors), sampling or Sampling(),
                    stopping or Stopping())  # fmt: skip
    reading.problems += model_problems(reading.file, design)
    return design


def flat(table: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Return nested tables as one with dotted keys: `territory.growth = 0.4` and `"territory.growth" = 0.4` are the same."""
    values: dict[str, Any] = {}
    for key, value in table.items():
        name = f"{above}{key}"
        values |= flat(value, f"{name}.") if isinstance(value, dict) else {name: value}
    return values


def _check_sampling(reading: Reading, sampling: Sampling, factors: list[Factor]) -> None:
    method = METHODS.get(sampling.method)
    path = ("sampling", "points")
    if method is None:
        reading.must(("sampling", "method"), f"one of {few(METHODS)}", sampling.method, METHODS)
    elif method.points and sampling.points is None and factors:
        reading.say(path, f"missing; {sampling.method} needs a number of {method.points}", None, "a whole number")
    elif not method.points and sampling.points is not None:
        words = f"{sampling.method} takes every combination of `levels`; leave `points` out"
        reading.say(path, words, sampling.points)
    elif method.power and sampling.points and sampling.points & (sampling.points - 1):
        below = 1 << (sampling.points.bit_length() - 1)
        reading.must(path, f"a power of 2 for {sampling.method}, as {below} or {2 * below}", sampling.points)
    elif sampling.method == "saltelli" and sampling.points == 1:
        reading.must(path, "2 or more for saltelli", 1)
    elif sampling.method == "full_factorial":
        size = 1
        for factor in factors:
            size *= len(factor.shares(sampling.levels))
        if size > MOST_POINTS:
            words = f"{len(factors)} factors have {size:.0e} combinations; sample them, as by latin_hypercube"
            reading.say(("sampling", "method"), words, sampling.method)


def _check_outcomes(reading: Reading, head: Head) -> None:
    for position, name in enumerate(head.outcomes or []):
        if name not in OUTCOMES:
            reading.must(("design", "outcomes", position), f"one of {few(OUTCOMES)}", name, OUTCOMES)


def _check_stopping(reading: Reading, head: Head, stopping: Stopping, policies: list[str]) -> None:
    given = {key: getattr(stopping, key) for key in Stopping.model_fields if key != "rule"}
    if stopping.rule == "fixed":
        for key in reading.tables.get("stopping", {}):
            if key in given:
                reading.say(("stopping", key), 'goes with `rule = "precision"` only', given[key])
        return
    for key in ("outcome", "maximum"):
        if given[key] is None:
            reading.say(("stopping", key), 'missing; `rule = "precision"` needs it')
    if (stopping.tolerance is None) == (stopping.relative is None):
        reading.say(
            ("stopping", "tolerance"), "give either `tolerance` (in the outcome's unit) or `relative` (a share)"
        )
    if stopping.outcome is not None and stopping.outcome not in OUTCOMES:
        reading.must(("stopping", "outcome"), f"one of {few(OUTCOMES)}", stopping.outcome, OUTCOMES)
    if stopping.maximum is not None and stopping.maximum < head.replicates:
        reading.must(("stopping", "maximum"), f"at least `replicates`, {head.replicates}", stopping.maximum)
    if stopping.against is not None and stopping.against not in policies:
        reading.must(
            ("stopping", "against"), f"one of the design's policies ({few(policies)})", stopping.against, policies
        )
    for position, name in enumerate(stopping.policies or []):
        if name not in policies:
            path = ("stopping", "policies", position)
            reading.must(path, f"one of the design's policies ({few(policies)})", name, policies)
