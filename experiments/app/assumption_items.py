"""The assumptions as data for the page: each parameter, mechanism and rival finding once, and what differs now."""

from functools import lru_cache
from typing import Any

from experiments.app.branching import BRANCH, is_branch
from experiments.app.session import Session
from experiments.app.texts import sentence
from experiments.batch.run import Run
from experiments.points.ranges import is_wide
from model.scenario.declarations import declarations
from model.scenario.schema import Scenario

RIVALS, MECHANISMS = "rival findings", "mechanisms"
HEADS = {"rivals": RIVALS, "mechanisms": MECHANISMS}


@lru_cache(maxsize=1)
def items() -> list[dict[str, Any]]:
    """Return all assumptions, ready for JSON; `kind`: parameter, switch or choice."""
    found: list[dict[str, Any]] = []
    for family, members in declarations().parameters.items():
        for name, each in members.items():
            found.append({
                "key": f"{family}.{name}", "kind": "parameter", "family": family, "title": name.replace("_", " "),
                "meaning": sentence(each.meaning), "source": each.source, "unit": "" if each.unit == "1" else each.unit,
                "value": each.value, "low": each.low, "high": each.high, "wide": is_wide(each.low, each.high),
                "said": said(each.value, each.value),
            })  # fmt: skip
    for head, family in HEADS.items():
        for name, one in getattr(declarations(), head).items():
            options, usual = getattr(one, "options", {}), getattr(one, "value", head == "mechanisms")
            found.append({
                "key": f"{head}.{name}", "kind": "choice" if options else "switch", "family": family,
                "title": name.replace("_", " ").replace(".", ": "), "meaning": sentence(one.meaning),
                "source": getattr(one, "source", ""),
                "value": usual, "options": options, "said": said(usual, usual),
            })  # fmt: skip
    return found


@lru_cache(maxsize=32)
def unchanged(scenario: str) -> Scenario:
    """Return a scenario as it is without any change on the page."""
    own: Scenario = Run(scenario, None, {}, 0).composed.later
    return own


def value_in(scenario: Scenario, key: str) -> Any:
    """Return the value of a parameter or switch."""
    head, _, name = key.partition(".")
    return getattr(scenario, head)[name] if head in HEADS else scenario.parameters[head][name]


def value_of(session: Session, key: str, indices: list[int]) -> Any:
    """Return a parameter's or switch's value in the first of some worlds."""
    return value_in(_world(session, indices[0]), key)


def usual_of(session: Session, key: str, indices: list[int]) -> Any:
    """Return the value that is no change: the scenario's own; in a branch alone, that of the first world."""
    return value_in(_usual(session, indices), key)


def put(session: Session, key: str, value: Any, indices: list[int]) -> bool:
    """Change a value in some worlds; the usual one takes the change back."""
    return session.override(key, None if value == usual_of(session, key, indices) else value, indices)


def take_back(session: Session, key: str, indices: list[int]) -> bool:
    """Take back all changes of a value in some worlds, also those of a branch; this is one step of undo."""
    setting = session.setting
    for index in indices:
        for name in (key, BRANCH + key):
            setting = setting.override(index, name, None)
    return session.apply(setting)


def differing(session: Session, indices: list[int]) -> dict[str, dict[str, Any]]:
    """Return what is not as in `items`, ready for JSON, by key: value, usual value, what it is called, other worlds' values.

    `changed`: in one of the worlds chosen; `somewhere`: in any world.
    """
    declared, usual = {each["key"]: each["value"] for each in items()}, _usual(session, indices)
    worlds = [_world(session, index) for index in range(len(session.pair.worlds))]
    alone, found = _alone(session, indices), {}
    own = unchanged(session.setting.scenario)
    for key, plain in declared.items():
        values, standing = [value_in(world, key) for world in worlds], value_in(usual, key)
        if all(each == plain for each in (*values, standing)):
            continue
        found[key] = {
            "value": values[indices[0]], "usual": standing, "said": said(standing, plain, alone),
            "changed": any(values[index] != standing for index in indices),
            "somewhere": any(each != value_in(own, key) for each in values),
            "worlds": [words(each) for each in values] if len(set(values)) > 1 else [],
        }  # fmt: skip
    return found


def said(usual: Any, declared: Any, alone: bool = False) -> str:
    """Return what the usual value is called, with the declared default where that is another."""
    if usual == declared:
        return f"default {words(declared)}"
    return f"{'first world' if alone else 'this scenario'} {words(usual)}, default {words(declared)}"


def plans(session: Session) -> list[dict[str, Any]]:
    """Return the branch and the edited policies, ready for JSON: what they are and the world's index."""
    found = []
    for index, arm in enumerate(session.setting.arms):
        branch = is_branch(arm)
        if branch or any(key.startswith("policy.") for key in arm.overrides):
            title = f"the {'branch' if branch else 'policy'}: {session.policy_title(index)}"
            found.append({"index": index, "words": title})
    return found


def words(value: Any) -> str:
    """Return a value as the page writes it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _alone(session: Session, indices: list[int]) -> bool:
    arms = session.setting.arms
    return indices == [1] and len(arms) > 1 and is_branch(arms[1])


def _usual(session: Session, indices: list[int]) -> Scenario:
    return _world(session, 0) if _alone(session, indices) else unchanged(session.setting.scenario)


def _world(session: Session, index: int) -> Scenario:
    worlds = session.pair.worlds
    later: Scenario = worlds[min(index, len(worlds) - 1)].scenario.later
    return later
