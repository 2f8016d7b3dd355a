"""The cells of a table of points: which column means what, which values it may have, and what is said of a wrong one."""

import math
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from experiments.points.factors import Choices, Factor, Value
from experiments.sweep.design_factors import POLICY_CHOICES, parameter_names, parameter_of, switch_names
from experiments.sweep.sheet import Sheet
from model.scenario.compose import override_path
from model.scenario.declarations import declarations
from model.scenario.problems import KeyPath, Problem, few, nearest, show
from model.scenario.schema import LEVERS
from model.scenario.shape import TABLES
from model.scenario.validation import allowed, schema_at

SCALARS = ("weeks", "start", "resolution", "theatre")
WHO = ("scenario", "policy", "seed")
MOST = 5  # wrong cells of a column that are told one by one
ANY = Choices(())  # the spread of a factor before its column is read


def column_factor(name: str) -> Factor | None:
    """Return what a column of this name varies; None where it is the name of nothing."""
    key = name.removeprefix("parameters.").removeprefix("scenario.")
    if key in LEVERS or key in POLICY_CHOICES:
        return Factor(key, "lever", ANY)
    head, dot, _ = key.partition(".")
    families = (*declarations().parameters, "mechanisms", "rivals")
    inside = dot and head in (*TABLES, "policy", "branch") and head not in families
    in_core = key.count(".") == 1 and head == "core" and override_path(key)[0] == "core"
    if key in (*parameter_names(), *switch_names(), *SCALARS) or inside or in_core:
        return Factor(key, "uncertainty", ANY, whole=schema_at(override_path(key)).get("type") == "integer")
    return None


def path_of(factor: Factor) -> KeyPath:
    """Return where a factor's value stands in a composed scenario; a lever's share in any phase."""
    if factor.key in LEVERS:
        return ("policy", "phases", "any", "effort", factor.key)
    return ("policy", factor.key) if factor.role == "lever" else override_path(factor.key)


class Cells:
    """A sheet whose cells are checked and put right (26.0 weeks are 26), and what is wrong with it so far."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.problems: list[Problem] = []
        self._values = [list(row) for row in sheet.rows]

    def value(self, row: int, position: int) -> Any:
        """Return the value of a cell."""
        return self._values[row][position]

    def column(self, position: int) -> list[Any]:
        """Return the values of a column."""
        return [row[position] for row in self._values]

    def say(self, words: str, row: int | None = None, column: str = "", value: object = None, close: str = "") -> None:
        """Note a problem of the table, of a row, of a column, or of a cell."""
        place = (
            self.sheet.label + (f", row {row}" if row is not None else "") + (f", column {column}" if column else "")
        )
        joint = " " if row is None and not column else ": "
        if row is not None and not column:
            joint = " "
        self.problems.append(Problem(self.sheet.label, column, value, "", close, f"{place}{joint}{words}"))

    def unknown(self, name: str, position: int, design: Sequence[str] | None, names: list[str]) -> None:
        """Note a column that means nothing, with the nearest name that does."""
        if not name:
            self.say(f"has a column without a name: the {position + 1}. of {len(names)}")
            return
        known = list(design or (*WHO, *SCALARS, *parameter_names(), *switch_names(), *LEVERS, *POLICY_CHOICES))
        close = nearest(name, [each for each in known if each not in names])
        hint = f"did you mean {close}?" if close else "drop it if it is a label; `inkspot list` shows all names"
        what = "is no factor of the design" if design else "is no parameter, switch, lever or key of a scenario"
        if design:
            hint = hint if close else f"the design varies {few(design)}"
        self.say(f"{what}; {hint}", None, name, close=close)

    def check_who(self, position: int, name: str) -> None:
        """Check the columns scenario, policy (names), and seed (a whole number of 0 or more)."""
        if name == "seed":
            self._put_right(position, {"type": "integer", "minimum": 0}, "a whole number of 0 or more")
        else:
            self._put_right(position, {"type": "string"}, f"the name or the path of a {name}")

    def check(self, position: int, factor: Factor, within: bool) -> None:
        """Check a factor's column; `within`: also that it stays in what a design says."""
        schema, words = schema_at(path_of(factor)), ""
        parameter = parameter_of(factor.key)
        if parameter is not None:
            schema = {"type": "number", "minimum": parameter.low, "maximum": parameter.high}
            words = f"{parameter.low:g} to {parameter.high:g} ({parameter.unit})"
        elif factor.key in LEVERS:
            schema, words = {"type": "number", "minimum": 0, "maximum": 1}, "a share of effort, 0 to 1"
        self._put_right(position, schema, words or allowed(schema), factor if within else None)

    def _put_right(self, position: int, schema: dict[str, Any], words: str, factor: Factor | None = None) -> None:
        name, wrong = self.sheet.names[position], 0
        for row, number in zip(self._values, self.sheet.numbers, strict=True):
            problem = ""
            try:
                if row[position] is None:
                    raise ValueError
                row[position] = fitted(row[position], schema)
                if factor is not None:
                    problem = _outside(factor, row[position])
            except ValueError:
                met = "nothing: the cell is empty" if row[position] is None else show(row[position])
                close = (
                    nearest(row[position], map(str, schema.get("enum", []))) if isinstance(row[position], str) else ""
                )
                problem = f"must be {words}, got {met}" + (f"; did you mean {close}?" if close else "")
            wrong += bool(problem)
            if problem and wrong <= MOST:
                self.say(problem, number, name, row[position])
        if wrong > MOST:
            self.say(f"and {wrong - MOST} more cells are wrong", None, name)


def _outside(factor: Factor, value: Value) -> str:
    spread = factor.spread
    if isinstance(spread, Choices):
        return "" if value in spread.values else f"must be one that the design has ({spread.words}), got {show(value)}"
    inside = isinstance(value, int | float) and spread.low <= value <= spread.high
    return "" if inside else f"must be within the design's range, {spread.words}, got {show(value)}"


def fitted(value: Any, schema: dict[str, Any]) -> Value:
    """Return a cell's value as a schema wants it: 26.0 as a whole number, "TRUE" or 1 as a switch. Raises ValueError."""
    options = schema.get("anyOf", [])
    if options:
        return _any(value, options)
    kind = schema.get("type")
    if kind == "boolean":
        switches = {"true": True, "false": False, "1": True, "0": False, "1.0": True, "0.0": False}
        return _one_of(str(value).lower(), switches)
    if kind in ("integer", "number"):
        return _number(value, schema, whole=kind == "integer")
    if kind == "string" and schema.get("format") != "date" and not isinstance(value, str):
        value = value.isoformat() if isinstance(value, date) else str(value)
    if "enum" in schema and value not in schema["enum"]:
        raise ValueError
    return value  # type: ignore[no-any-return]  # a table or a list, which composing judges


def _any(value: Any, options: Iterable[dict[str, Any]]) -> Value:
    for option in options:
        try:
            return fitted(value, option)
        except ValueError:
            continue
    raise ValueError


def _one_of(text: str, values: dict[str, bool]) -> bool:
    if text not in values:
        raise ValueError
    return values[text]


def _number(value: Any, schema: dict[str, Any], whole: bool) -> int | float:
    if isinstance(value, bool | date):
        raise ValueError
    number = float(value) if isinstance(value, str) else value
    if not isinstance(number, int | float) or not math.isfinite(number) or (whole and number != int(number)):
        raise ValueError
    low, high = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
    if not low <= number <= high or number <= schema.get("exclusiveMinimum", -math.inf):
        raise ValueError
    return int(number) if whole else float(number)
