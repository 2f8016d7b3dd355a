"""The scenarios and policies that a design names: found, and under which names they stand in the results."""

from collections.abc import Mapping

from experiments.sweep.design import Head
from experiments.sweep.reading import Reading
from model.scenario.files import Kind, NotFound, find, read
from model.scenario.problems import Problem, other, show


def names_of(reading: Reading, head: Head) -> tuple[dict[str, str], dict[str, str]]:
    """Return scenarios and policies, what to load -> the name in results; what is wrong with them is noted."""
    return _names(reading, "scenario", head.scenarios), _names(reading, "policy", head.policies)


def _names(reading: Reading, kind: Kind, written: list[str]) -> dict[str, str]:
    key = "scenarios" if kind == "scenario" else "policies"
    names: dict[str, str] = {}
    for position, text in enumerate(written):
        source = find(text, kind, beside=reading.source)
        if isinstance(source, NotFound):
            reading.problems.append(source.problem(reading.file, ("design", key, position)))
            continue
        tables = read(source)
        if isinstance(tables, Problem):
            reading.problems.append(tables)
            continue
        name = _name(tables, kind, source.path.stem)
        if name in names.values():
            words = f"there is a {kind} called {show(name)} already: results could not tell them apart"
            reading.problems.append(other(reading.file, ("design", key, position), words, text))
            continue
        names[text if source.label.startswith("scenarios/") else str(source.path)] = name
    return names


def _name(tables: Mapping[str, object], kind: Kind, stem: str) -> str:
    header = tables.get(kind)
    return str(header.get("name", stem)) if isinstance(header, dict) else stem
