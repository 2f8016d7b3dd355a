"""What is wrong with a policy's names: allies, levers, places and organisations of its effort, and what phases wait for."""

from collections.abc import Iterator, Mapping
from typing import Any

from model.scenario.checks import left_out
from model.scenario.compose import Composition
from model.scenario.declarations import declarations
from model.scenario.efforts import ALLIES, CORE, Part, efforts_of, parts
from model.scenario.problems import KeyPath, Problem, few, must_be, other, unknown
from model.scenario.triggers import TRIGGERS, places

NEEDED = {"pledge": ("pledging",), "lost": ("territory",), "taken": ("territory",)}  # mechanisms, by kind of trigger


def name_checks(composition: Composition, data: Mapping[str, Any], phase: str, effort: object) -> Iterator[Problem]:
    """Yield names in a phase's effort that nobody has: allies, levers below them, countries and organisations."""
    levers, table = declarations().levers, effort if isinstance(effort, dict) else {}
    above: KeyPath = ("policy", "phases", phase, "effort")
    own = table.get(ALLIES, {})
    if not isinstance(own, dict):
        words = "must be a table of allies, each with a table of levers"
        yield other(composition.origin((*above, ALLIES)), (*above, ALLIES), words, own)
        own = {}
    for ally, inner in own.items():
        yield from _ally(composition, data, (*above, ALLIES, ally), inner, list(levers))
    for key in (part for part in parts(table) if part.target and part.lever in levers):
        path, lever = (*above, *key.path), levers[key.lever]
        if not (lever.by_country or lever.aimed):
            words = f"takes a plain number: effort on {key.lever} has no place of its own"
            yield other(composition.origin(path), path[:-1], words, key.target)
        elif "governments" in data:
            yield from _target(composition, data, path, key, lever.by_country)


def _ally(
    composition: Composition, data: Mapping[str, Any], path: KeyPath, inner: object, levers: list[str]
) -> Iterator[Problem]:
    allies = data.get(ALLIES)
    file, ally = composition.origin(path), str(path[-1])
    if gone := composition.gone(ALLIES, ally):
        yield left_out(composition, path, gone)
    elif "governments" in data and (not isinstance(allies, dict) or ally not in allies):
        yield unknown(file, path, inner, allies or (), "unknown ally")
    elif isinstance(allies, dict) and ally in allies and ally not in efforts_of(data):
        yield other(file, path, "is an outside power, which acts on its own account", inner, few(efforts_of(data)))
    if not isinstance(inner, dict):
        yield other(file, path, "must be a table of levers", inner)
        return
    for lever in inner:
        if lever not in levers:
            yield unknown(file, (*path, lever), inner[lever], levers, "unknown lever")


def _target(
    composition: Composition, data: Mapping[str, Any], path: KeyPath, part: Part, by_country: bool
) -> Iterator[Problem]:
    """The core's countries can be meant by its name; strikes on it, and its links to itself, are not meant by that."""
    file = composition.origin(path)
    if part.target == CORE:
        if not by_country:
            yield other(file, path, f"the core is no target of {part.lever}", part.share, "a province or a country")
        return
    if gone := composition.gone("governments", part.target) or composition.gone("groups", part.target):
        yield left_out(composition, path, gone)
        return
    countries, groups = (list(data.get(table) or ()) for table in ("governments", "groups"))
    if part.target not in (*countries, *groups):
        near = countries if part.target.isupper() else groups
        found = unknown(file, path, part.share, near, "unknown country or organisation")
        yield found if found.nearest else unknown(file, path, part.share, [*groups, *countries, CORE],
                                                  "unknown country or organisation")  # fmt: skip


def trigger_checks(composition: Composition, data: Mapping[str, Any], phase: str, table: Any) -> Iterator[Problem]:
    """Yield what is wrong with a phase's `when` and `delay`: unknown kinds and names, and what can never happen."""
    when, path = table.get("when", ""), ("policy", "phases", phase, "when")
    if not when and table.get("delay"):
        place = (*path[:-1], "delay")
        yield other(
            composition.origin(place), place, "has no effect without `when`: give the start as a date", table["delay"]
        )
    if not when or not isinstance(when, str):
        return
    file = composition.origin(path)
    kind, colon, name = when.partition(":")
    if kind not in TRIGGERS:
        yield must_be(file, path, f'one of {", ".join(TRIGGERS)}, with a name as in "lost:Mosul"', when, TRIGGERS)
    elif (colon or TRIGGERS[kind][1]) and not name:
        yield other(file, path, f"needs a name: {kind}:NAME", when)
    elif "governments" in data:
        yield from _unknown(file, path, kind, name, data)
        yield from _never(composition, path, kind, name, table)


def _unknown(file: str, path: KeyPath, kind: str, name: str, data: Mapping[str, Any]) -> Iterator[Problem]:
    known = list(places(data)) if TRIGGERS[kind][1] else list(data.get("groups") or ())
    known += ["core"] if kind == "attack_abroad" else []
    if name and name not in known:
        what = "place" if TRIGGERS[kind][1] else "organisation"
        found = unknown(file, (*path, name), name, known, f"unknown {what}")
        key = ".".join(map(str, path))
        yield Problem(file, key, f"{kind}:{name}", found.allowed, found.nearest, found.message)


def _never(composition: Composition, path: KeyPath, kind: str, name: str, table: Any) -> Iterator[Problem]:
    """What can happen neither by the files alone nor with the overrides.

    An override that switches off or shortens may well keep a phase from ever starting; one that switches on or prolongs
    lets it start.
    """
    trees = [composition.merged(overridden=over) for over in (True, False)]
    file, delay, words = composition.origin(path), table.get("delay", 0), "can never happen"
    weeks = [tree["weeks"] for tree in trees if isinstance(tree.get("weeks"), int)]
    if weeks and isinstance(delay, int) and delay >= max(weeks):
        yield other(file, (*path[:-1], "delay"), f"the phase {words}: the scenario has {max(weeks)} weeks", delay)
    for mechanism in NEEDED.get(kind, ()):
        if all((tree.get("mechanisms") or {}).get(mechanism) is False for tree in trees):
            yield other(file, path, f"{words}: `mechanisms.{mechanism}` is off", f"{kind}:{name}" if name else kind)
    groups = [(tree.get("groups") or {}).get(name) for tree in trees]
    if all(isinstance(group, dict) and group.get("present") is False for group in groups):
        yield other(file, path, f"{words}: {name} is not there (present = false)", f"{kind}:{name}")
