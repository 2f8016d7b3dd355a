"""A design file while it is read: its tables, and what is wrong with them in words."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from experiments.sweep.design import Head, Sampling, Stopping
from model.scenario.files import Source
from model.scenario.problems import KeyPath, Problem, missing, must_be, other, show, unknown
from model.scenario.validation import allowed

TABLES = ("design", "settings", "uncertainties", "levers", "sampling", "stopping")


class Reading:
    """A design file while it is read: its tables and what is wrong so far."""

    def __init__(self, source: Source, tables: Mapping[str, Any]) -> None:
        self.source, self.file = source, source.label
        self.problems: list[Problem] = []
        self.tables = {name: self._table(name, tables[name]) for name in TABLES if name in tables}
        for name, value in tables.items():
            if name not in TABLES:
                self.problems.append(self._stray(name, value))

    def _table(self, name: str, value: object) -> dict[str, Any]:
        if isinstance(value, dict):
            return value
        self.problems.append(other(self.file, (), f"`{name}` must be a table, got {show(value)}", value, "a table"))
        return {}

    def _stray(self, name: str, value: object) -> Problem:
        homes = {key: home for home, model in (("design", Head), ("sampling", Sampling), ("stopping", Stopping))
                 for key in model.model_fields}  # fmt: skip
        if name in homes and not isinstance(value, dict):
            words = f"`{name}` stands outside its table; write it below [{homes[name]}]"
            return Problem(self.file, name, value, f"[{homes[name]}]", "", f"{self.file}: {words}")
        kind = "unknown table" if isinstance(value, dict) else "unknown key"
        return unknown(self.file, (name,), value, TABLES, kind)

    def parsed[Shape: BaseModel](self, name: str, model: type[Shape]) -> Shape | None:
        """Return a table as what it should be, or note what is wrong with it."""
        return checked(self.file, (name,), self.tables.get(name, {}), model, self.problems)

    def must(self, path: KeyPath, allowed_words: str, value: object, names: Any = ()) -> None:
        """Note a value that is not what is allowed."""
        self.problems.append(must_be(self.file, path, allowed_words, value, names))

    def say(self, path: KeyPath, words: str, value: object = None, allowed_words: str = "", close: str = "") -> None:
        """Note a problem in words of its own."""
        self.problems.append(other(self.file, path, words, value, allowed_words, close))


def checked[Shape: BaseModel](
    file: str, path: KeyPath, table: dict[str, Any], model: type[Shape], problems: list[Problem]
) -> Shape | None:
    """Return a table as an instance of `model`, or add what is wrong with it to `problems`."""
    try:
        return model.model_validate(table)
    except ValidationError as error:
        found: dict[tuple[str, bool], Problem] = {}
        for detail in error.errors(include_url=False):
            problem = _translated(file, path, table, model, detail)
            found.setdefault((problem.key, detail["type"] == "missing"), problem)
        misspelt = {problem.nearest for problem in found.values()}
        problems += [
            each for each in found.values() if each.value is not None or each.key.split(".")[-1] not in misspelt
        ]
    return None


@cache
def _properties(shape: type[BaseModel]) -> dict[str, dict[str, Any]]:
    return dict(shape.model_json_schema()["properties"])


def _translated(
    file: str, path: KeyPath, table: dict[str, Any], model: type[BaseModel], detail: ErrorDetails
) -> Problem:
    key = str(detail["loc"][0])
    if detail["type"] == "missing":
        return missing(file, path, [key]) if len(path) > 1 else _missing(file, path, key)
    if detail["type"] == "extra_forbidden":
        return unknown(file, (*path, key), table.get(key), model.model_fields)
    schema = _properties(model)[key]
    met, place = table.get(key), (*path, key)
    items = schema.get("items", {})
    if isinstance(met, list) and len(detail["loc"]) > 1 and isinstance(detail["loc"][1], int):
        names = [str(name) for name in items.get("enum", [])]
        return must_be(file, (*place, detail["loc"][1]), allowed(items), met[detail["loc"][1]], names)
    return must_be(file, place, allowed(schema, met), met, [str(name) for name in schema.get("enum", [])])


def _missing(file: str, path: KeyPath, key: str) -> Problem:
    return Problem(file, f"{path[0]}.{key}", None, key, "", f"{file}, [{path[0]}]: missing `{key}`")
