"""What there is, by name: for `inkspot list` and `inkspot describe`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, partial
from typing import Any

from pydantic import BaseModel

from experiments.batch.errors import UserError
from experiments.sweep.design import design_title, shipped_designs
from model.record import OUTCOMES
from model.scenario import list_policies, list_scenarios, load_scenario
from model.scenario.declarations import declarations
from model.scenario.schema import Scenario

BETTER = {-1: "less is better for people at large", 1: "more is better for people at large", 0: "not a goal"}


@dataclass(frozen=True)
class Entry:
    """Something that has a name: what kind of thing, its title, and its account as (word, text) rows."""

    kind: str
    name: str
    title: str
    rows: list[tuple[str, str]]


def overview() -> dict[str, dict[str, str]]:
    """Return what `inkspot list` shows: section -> name -> meaning."""
    declared = declarations()
    return {
        "scenarios": list_scenarios(),
        "policies": list_policies(),
        "designs (inkspot sweep)": {name: design_title(path) for name, path in shipped_designs().items()},
        "levers": {name: lever.meaning for name, lever in declared.levers.items()},
        "mechanisms (on unless switched off)": {name: each.meaning for name, each in declared.mechanisms.items()},
        "rival findings (off unless switched on)": {name: each.meaning for name, each in declared.rivals.items()},
        "outcomes": {name: f"{outcome.meaning} ({_unit(outcome.unit)})" for name, outcome in OUTCOMES.items()},
        "parameter families": {name: ", ".join(members) for name, members in declared.parameters.items()},
    }


def describe(what: str) -> list[Entry]:
    """Return everything that is called `what`. Raises UserError, with the nearest names, where nothing is."""
    wanted = what.strip().removeprefix("parameters.").removeprefix("mechanisms.").removeprefix("rivals.")
    builders = _names()
    found = [build() for name, build in builders if name == wanted]
    if not found and "." not in wanted:  # a parameter without its family
        found = [build() for name, build in builders if name.rpartition(".")[2] == wanted]
    if not found:
        names = sorted({name for name, _ in builders})
        close = (
            get_close_matches(wanted.lower(), names, n=3, cutoff=0.6) or [name for name in names if wanted in name][:3]
        )
        hint = f"did you mean {' or '.join(close)}?" if close and wanted else "`inkspot list` shows what there is"
        raise UserError(f'nothing is called "{what}": {hint}')
    return found


def _names() -> list[tuple[str, Callable[[], Entry]]]:
    """Return every name with what builds its entry."""
    declared = declarations()
    named: list[tuple[str, Callable[[], Entry]]] = []
    named += [(name, partial(_scenario, name)) for name in list_scenarios(parts=True)]
    named += [(name, partial(_policy, name)) for name in list_policies()]
    for family, members in declared.parameters.items():
        named.append((family, partial(_family, family, members)))
        keys = {f"{family}.{name}": each for name, each in members.items()}
        named += [(key, partial(_parameter, key, each)) for key, each in keys.items()]
    named += [(name, partial(_mechanism, name, each)) for name, each in declared.mechanisms.items()]
    named += [
        (name, partial(_declared, "rival finding", f"rivals.{name}=true", name, each))
        for name, each in declared.rivals.items()
    ]
    named += [(name, partial(_declared, "lever", "", name, each)) for name, each in declared.levers.items()]
    named += [(name, partial(_outcome, name)) for name in OUTCOMES]
    return named + _people_and_places()


def _people_and_places() -> list[tuple[str, Callable[[], Entry]]]:
    """Return groups, hubs, governments and allies of the shipped scenarios, the baseline's first."""
    named: dict[tuple[str, str], Callable[[], Entry]] = {}
    for scenario in _scenarios():
        for kind in ("groups", "hubs", "governments", "allies"):
            for name, table in getattr(scenario, kind).items():
                named.setdefault((kind, name), partial(_table, kind, name, table, scenario.name))
    return [(name, build) for (_, name), build in named.items()]


@cache
def _scenarios() -> list[Scenario]:
    names = list(list_scenarios())
    names.sort(key=lambda name: name != "levant_2014")
    return [load_scenario(name) for name in names]


def _scenario(name: str) -> Entry:
    if name not in list_scenarios():
        title = list_scenarios(parts=True)[name]
        return Entry("part of scenarios", name, title, [("use", f'extends = ["{name}"] in a scenario file')])
    scenario = load_scenario(name)
    groups = scenario.groups
    rows = [
        ("question", scenario.question),
        ("from", f"{scenario.start}, {scenario.weeks} weeks"),
        ("map", f"{scenario.theatre}, {scenario.resolution:g} degrees"),
        ("core", scenario.core.name),
        ("groups", f"{len(groups)}: {', '.join(groups)}"),
        ("governments", f"{len(scenario.governments)}: {', '.join(scenario.governments)}"),
        ("allies", ", ".join(scenario.allies) or "none"),
        ("policy", f"{scenario.policy.name} ({scenario.policy.title})"),
        ("run it", f"inkspot run {name}"),
    ]
    return Entry("scenario", name, scenario.title, rows)


def _policy(name: str) -> Entry:
    policy = load_scenario(policy=name).policy
    rows = [
        ("meaning", policy.meaning),
        ("targeting", f"{policy.targeting}; strikes look for {policy.strike_targeting}"),
    ]
    rows += [("allocation", f"{policy.allocation}; responsibility {policy.division}; training for {policy.training}")]
    for key, phase in policy.phases.items():
        shares = ", ".join(f"{lever} {share:.0%}" for lever, share in phase.effort.items())
        until = f" until {phase.end}" if phase.end is not None else ""
        rows.append((f"phase {key}", f"from {phase.start}{until}: {shares}. {phase.meaning}"))
    rows += [("falsification", "it should not work: it is there to test the model")] if policy.falsification else []
    rows += [("source", policy.source), ("run it", f"inkspot run --policy {name}")]
    return Entry("policy", name, policy.title, rows)


def _family(family: str, members: Mapping[str, Any]) -> Entry:
    rows = [(name, f"{each.value:g} {_unit(each.unit)}: {each.meaning}") for name, each in members.items()]
    return Entry("parameter family", family, f"{len(rows)} parameters", rows)


def _parameter(key: str, each: Any) -> Entry:
    rows = [
        ("value", f"{each.value:g}"),
        ("range", f"{each.low:g} to {each.high:g}"),
        ("unit", _unit(each.unit)),
        ("source", each.source),
        ("change it", f"--set {key}={each.value:g}"),
    ]
    return Entry("parameter", key, each.meaning, rows)


def _mechanism(name: str, each: Any) -> Entry:
    claims = [("claims", ", ".join(each.claims))] if each.claims else []
    return Entry("mechanism", name, each.meaning, [*claims, ("switch it off", f"--set mechanisms.{name}=false")])


def _declared(kind: str, setting: str, name: str, each: Any) -> Entry:
    rows = [("unit", _unit(each.unit))] if hasattr(each, "unit") else []
    rows += [("source", each.source)] + ([("switch it on", f"--set {setting}")] if setting else [])
    return Entry(kind, name, each.meaning, rows)


def _outcome(name: str) -> Entry:
    outcome = OUTCOMES[name]
    how = {"end": "its value in the last week", "sum": "its sum over the run", "mean": "its mean over the run"}
    rows = [
        ("unit", _unit(outcome.unit)),
        ("of a run", how.get(outcome.aggregate, "its largest value in the run")),
        ("direction", BETTER[outcome.better]),
    ]
    return Entry("outcome", name, outcome.meaning, rows)


def _table(kind: str, name: str, table: BaseModel, scenario: str) -> Entry:
    """Return the entry of a table of a scenario file: every value, with what its schema says about it."""
    meanings = {key: each.description for key, each in type(table).model_fields.items()}
    rows = [(key, _text(value) + (f"  ({meanings[key]})" if meanings[key] else ""))
            for key, value in table.model_dump(mode="json").items() if value not in ("", [], {}, None)]  # fmt: skip
    singular = {"groups": "local group", "hubs": "hub", "governments": "government", "allies": "ally"}[kind]
    rows.append(("change it", f"--set {kind}.{name}.KEY=VALUE"))
    return Entry(f"{singular} in {scenario}", name, str(getattr(table, "name", name)), rows)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(_text(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {_text(item)}" for key, item in value.items() if item != "")
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _unit(unit: str) -> str:
    return "no unit" if unit == "1" else unit
