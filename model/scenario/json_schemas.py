"""JSON Schemas of scenario and policy files as they are written, for editors that complete and check TOML.

A file may hold any part of a scenario, so that nothing is required of it but its header; what a scenario must have in
the end is checked when it is composed. Draft 7, which editors' TOML extensions understand.
"""

from typing import Any

from model.scenario.declarations import Mechanism, Parameter, declarations
from model.scenario.problems import SCALARS
from model.scenario.schema import Policy, Scenario
from model.scenario.shape import TABLES

type Schema = dict[str, Any]

DRAFT = "http://json-schema.org/draft-07/schema#"
REF = "#/definitions/{model}"
START = "the week (a date, or weeks since the start) from which a run goes on otherwise"
WEEK: Schema = {"type": "integer", "minimum": 0}
EXTENDS: Schema = {
    "description": "parent files that this file changes: a shipped name or a path, or a list of them",
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
}


PRESENT: Schema = {"type": "boolean", "default": True, "description": "false: left out of what is inherited"}
LEFT_OUT = (
    "Hub",
    "Government",
    "Ally",
    "Partner",
    "Town",
    "Area",
    "TimelineEvent",
    "Phase",
)  # groups say it themselves
COUNTRIES: Schema = {
    "description": "the run is restricted to these countries (ISO 3166 codes) and what lies in them",
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
}


def json_schema() -> Schema:
    """Return the JSON Schema of a scenario file as written."""
    whole = _loose(Scenario.model_json_schema(ref_template=REF))
    composed = whole["properties"]
    for model in LEFT_OUT:
        whole["definitions"][model]["properties"]["present"] = PRESENT
    header = {name: composed[name] for name in SCALARS if name in composed} | {
        "extends": EXTENDS,
        "policy": {"type": "string", "description": "what the allies do: a shipped policy or a path"},
        "runnable": {
            "type": "boolean",
            "default": True,
            "description": "false: a part that scenarios extend, not a scenario to run",
        },
        "countries": COUNTRIES,
    }
    declared = declarations()
    tables = {name: composed[name] for name in TABLES} | {
        "mechanisms": _switches({name: _mechanism(each) for name, each in declared.mechanisms.items()}),
        "rivals": _switches({name: _switch(each.meaning, default=False) for name, each in declared.rivals.items()}),
        "parameters": _closed({family: _family(members) for family, members in declared.parameters.items()}),
    }
    policy = _closed(whole["definitions"]["Policy"]["properties"] | {"extends": EXTENDS})
    then = {name: tables[name] for name in ("mechanisms", "rivals", "parameters")} | {
        "start": {"anyOf": [WEEK, {"type": "string", "format": "date"}], "description": START},
        "policy": {"anyOf": [{"type": "string"}, policy]},
    }
    tables["branch"] = _closed(then) | {"description": composed["branch"]["description"]}
    tables["mechanisms"]["description"] = "processes: on unless switched off; `pledging` off switches its parts off too"
    tables["rivals"]["description"] = "rival findings of the literature, off unless switched on"
    return _file("Inkspot scenario", {"scenario": _closed(header), **tables}, "scenario", whole["definitions"])


def policy_schema() -> Schema:
    """Return the JSON Schema of a policy file as written."""
    whole = _loose(Policy.model_json_schema(ref_template=REF))
    whole["definitions"]["Phase"]["properties"]["present"] = PRESENT
    keys = {name: schema for name, schema in whole["properties"].items() if name != "phases"}
    tables = {"policy": _closed(keys | {"extends": EXTENDS}), "phases": whole["properties"]["phases"]}
    return _file("Inkspot policy", tables, "policy", whole["definitions"])


def _file(title: str, tables: Schema, header: str, definitions: Schema) -> Schema:
    schema = {"$schema": DRAFT, "title": title, **_closed(tables), "required": [header]}
    return schema | {
        "definitions": {name: each for name, each in definitions.items() if name not in ("Policy", "Branch")}
    }


def _closed(properties: Schema) -> Schema:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _family(members: dict[str, Parameter]) -> Schema:
    return _closed({name: _parameter(each) for name, each in members.items()})


def _parameter(each: Parameter) -> Schema:
    words = f"{each.meaning} [{each.unit}], {each.low:g} to {each.high:g}. {each.source}"
    return {
        "type": "number", "minimum": each.low, "maximum": each.high, "default": each.value, "description": words,
    }  # fmt: skip


def _switch(meaning: str, default: bool) -> Schema:
    return {"type": "boolean", "default": default, "description": meaning}


def _mechanism(each: Mechanism) -> Schema:
    if not each.options:
        return _switch(each.meaning, default=True)
    words = "; ".join(f"{name}: {meaning}" for name, meaning in each.options.items())
    return {
        "type": "string", "enum": list(each.options), "default": each.default, "description": f"{each.meaning}. {words}",
    }  # fmt: skip


def _switches(flat: dict[str, Schema]) -> Schema:
    """Return the schema of a table of switches: names with a dot may be quoted keys or tables within the table."""
    nested: dict[str, Schema] = {}
    for name, schema in flat.items():
        family, dot, part = name.partition(".")
        if dot:
            nested.setdefault(family, {})[part] = schema
    either = {
        family: {"anyOf": [flat[family], _closed(parts)]} if family in flat else _closed(parts)
        for family, parts in nested.items()
    }
    return _closed(flat | either)


def _loose(node: Any) -> Any:
    """Return a schema in which no key is required, in the words of draft 7 (definitions, lists of items, no other names)."""
    if isinstance(node, list):
        return [_loose(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "patternProperties" in node:
        node = {"additionalProperties": False, **node}
    renamed = {"$defs": "definitions", "prefixItems": "items"}
    return {
        renamed.get(key, key): _loose(value)
        for key, value in node.items()
        if not (key in ("required", "minProperties") and not isinstance(value, dict))
    }
