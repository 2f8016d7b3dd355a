"""From pydantic's errors to problems in plain words: what is allowed is read from the JSON Schema of the key."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from model.scenario.compose import Composition
from model.scenario.maps import COARSEST, FINEST, MADE_UP
from model.scenario.problems import NAMED, SCALARS, KeyPath, Problem, few, missing, must_be, nearest, other, unknown
from model.scenario.schema import Policy, Scenario
from model.scenario.shape import TABLES

type Schema = dict[str, Any]

COUNTRY = "three capital letters like IRQ (ISO 3166)"


@cache
def composed_schema() -> Schema:
    """Return the JSON Schema of a composed scenario."""
    return Scenario.model_json_schema()


def schema_problems(composition: Composition, data: dict[str, Any], alone: bool = False) -> list[Problem]:
    """Return what the schema refuses in composed `data`; `alone`: a policy without a scenario."""
    try:
        if alone:
            Policy.model_validate(data["policy"])
        else:
            Scenario.model_validate(data)
    except ValidationError as error:
        prefix: KeyPath = ("policy",) if alone else ()
        details = [(detail, (*prefix, *detail["loc"])) for detail in error.errors(include_url=False)]
        return list(_translated(composition, data, details))
    return []


def _translated(
    composition: Composition, data: dict[str, Any], details: list[tuple[ErrorDetails, KeyPath]]
) -> Iterator[Problem]:
    lost: dict[KeyPath, list[str]] = {}
    inherited: dict[tuple[str, str], list[str]] = {}
    meant: set[KeyPath] = {(*each.key.split(".")[:-1], each.nearest) for each in composition.problems}
    seen: set[KeyPath] = set()
    for detail, location in details:
        path, value = _found(data, location)
        if detail["type"] == "missing" and len(path) < len(location) and isinstance(location[-1], str):
            lost.setdefault(path, []).append(location[-1])
        elif path not in seen:
            problem = _problem(composition, path, value, detail["type"], location[-1] == "[key]")
            meant.add((*path[:-1], problem.nearest))
            yield problem
        seen.add(path)
    for path, keys in lost.items():
        unmeant = [key for key in keys if (*path, key) not in meant]
        yield from _missing(composition, data, path, unmeant, inherited)


def _found(data: Any, location: KeyPath) -> tuple[KeyPath, Any]:
    """Follow an error's location as far as there is data: pydantic adds the names of types that it tried."""
    path: KeyPath = ()
    for part in location:
        inside = isinstance(data, dict) and part in data
        if not inside and not (isinstance(data, list) and isinstance(part, int) and part < len(data)):
            break
        path, data = (*path, part), data[part]
    return path, data


def _problem(composition: Composition, path: KeyPath, value: object, kind: str, is_key: bool) -> Problem:
    file = composition.origin(path)
    if kind == "extra_forbidden":
        return unknown(file, path, value, schema_at(path[:-1]).get("properties", {}))
    if is_key:
        names = schema_at(path[:-1]).get("propertyNames", {}).get("enum", [])
        if names:
            return unknown(file, path, value, names, "unknown lever")
        return other(file, path, f"must be {COUNTRY}", path[-1], COUNTRY)
    schema = schema_at(path)
    if path == ("resolution",) and composition.merged().get("theatre") in MADE_UP:
        return must_be(file, path, f"{FINEST:g} to {COARSEST:g} degrees on a made-up map", value)
    return must_be(file, path, allowed(schema, value), value, [str(name) for name in schema.get("enum", [])])


def _missing(
    composition: Composition, data: dict[str, Any], path: KeyPath, keys: list[str],
    inherited: dict[tuple[str, str], list[str]],
) -> Iterator[Problem]:  # fmt: skip
    if composition.unread & {"scenario", "policy" if path[:1] == ("policy",) else "scenario"} or not keys:
        return
    if path:
        close = _sibling(composition, data, path, keys, inherited)
        yield missing(composition.origin(path, first=True), path, keys, close)
        return
    scalars = [key for key in keys if key in SCALARS and key != "policy"]
    if scalars:
        yield missing(composition.file, (), scalars)
    for key in keys:
        if key in TABLES:
            yield other(composition.file, (key,), "missing; a scenario needs this table", None, "a table")


def _sibling(
    composition: Composition, data: dict[str, Any], path: KeyPath, keys: list[str],
    inherited: dict[tuple[str, str], list[str]],
) -> str:  # fmt: skip
    """Return the inherited table that an incomplete one of a later file is probably meant to change.

    `inherited` keeps by table and file what other files say first: it is the same for each of thousands of mistakes.
    """
    if path[0] not in NAMED or len(path) != 2 or len(keys) < 2:
        return ""
    file = composition.origin(path, first=True)
    table = str(path[0])
    if (table, file) not in inherited:
        names = data[table]
        inherited[table, file] = [each for each in names if composition.origin((table, each), first=True) != file]
    return nearest(path[1], inherited[table, file])


def schema_at(path: KeyPath) -> Schema:
    """Return the JSON Schema of the key at a path of a composed scenario (empty where there is none)."""
    schema = composed_schema()
    for part in path:
        schema = _below(_resolved(schema), part)
    return _resolved(schema)


def _below(schema: Schema, part: str | int) -> Schema:
    for option in schema.get("anyOf", [schema]):
        inner = _resolved(option)
        if isinstance(part, int) and inner.get("type") == "array":
            tuple_items = inner.get("prefixItems", [])
            return dict(tuple_items[part] if part < len(tuple_items) else inner.get("items", {}))
        if part in inner.get("properties", {}):
            return dict(inner["properties"][part])
        for values in (*inner.get("patternProperties", {}).values(), inner.get("additionalProperties")):
            if isinstance(values, dict):
                return values
    return {}


def _resolved(schema: Schema) -> Schema:
    while "$ref" in schema:
        schema = composed_schema()["$defs"][schema["$ref"].rpartition("/")[2]]
    return schema


def allowed(schema: Schema, value: object = None) -> str:
    """Return what a schema allows in plain words; only the range where `value` is of the right kind."""
    if "anyOf" in schema:
        options = [_resolved(option) for option in schema["anyOf"]]
        if isinstance(value, int | float) and not isinstance(value, bool):  # a number where a table may stand too
            numbers = [option for option in options if option.get("type") == "number"]
            options = numbers if numbers and any(option.get("type") == "object" for option in options) else options
            if options is numbers:
                return allowed(numbers[0], value)
        return " or ".join(allowed(option) for option in options if option.get("type") != "null")
    if "enum" in schema:
        return f"one of {few(str(name) for name in schema['enum'])}"
    kind = schema.get("type")
    if kind in ("number", "integer"):
        numeric = (int,) if kind == "integer" else (int, float)
        right = isinstance(value, numeric) and not isinstance(value, bool)
        words = "a whole number" if kind == "integer" else "a number"
        span = _span(schema)
        return span if right and span else f"{words} {_from(span)}".strip()
    if kind == "string":
        text = COUNTRY if "pattern" in schema else "text"
        return "a date like 2014-06-09" if schema.get("format") == "date" else text
    if kind == "array":
        return _list(schema)
    at_least = " with at least one entry" if "minProperties" in schema else ""
    return {"boolean": "true or false", "object": f"a table{at_least}"}.get(str(kind), "something else")


def _from(span: str) -> str:
    return span if span.startswith(("over", "at")) else f"from {span}" if span else ""


def _span(schema: Schema) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if "exclusiveMinimum" in schema:
        return f"over {schema['exclusiveMinimum']:g}" + (f" and at most {high:g}" if high is not None else "")
    if low is None and high is None:
        return ""
    return f"{_plain(low)} to {_plain(high)}"


def _plain(number: float | None) -> str:
    """Return a number without an exponent where it is not too long: 10000000, not 1e+07."""
    if number is None:
        return "any number"
    return str(int(number)) if float(number).is_integer() and abs(number) < 1e9 else f"{number:g}"


def _list(schema: Schema) -> str:
    if "prefixItems" in schema:
        items = [allowed(_resolved(item)) for item in schema["prefixItems"]]
        return f"a list of {len(items)}: {', '.join(items)}"
    item = _resolved(schema.get("items", {}))
    at_least = " with at least one entry" if "minItems" in schema else ""
    return f"a list{at_least}, each {allowed(item)}"
