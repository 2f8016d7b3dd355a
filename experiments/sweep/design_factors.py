"""The factors that a design file writes: uncertainties by key, levers by name."""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from experiments.points.draws import drawn_parameters
from experiments.points.factors import Choices, Factor, Range, Role, Value, declared_range
from experiments.sweep.reading import Reading, checked
from model.scenario.compose import override_path
from model.scenario.declarations import Parameter, declarations
from model.scenario.problems import SCALARS, KeyPath, few, show, unknown
from model.scenario.schema import LEVERS
from model.scenario.shape import TABLES
from model.scenario.validation import schema_at

ALL = "all"
DECLARED = "declared"
MOVING = ("from", "phases")
SPREAD = (*Range.model_fields, "values", *MOVING)
WANTED = '"declared", a list of values, or a table such as { low = 0.2, high = 0.6 }'
POLICY_CHOICES = ("targeting", "strike_targeting", "allocation", "division", "training")


def factors_of(reading: Reading) -> list[Factor]:
    """Return the factors of a design in the order of the file; what is wrong with them is noted."""
    found: dict[str, Factor] = {}
    for key, written in _uncertainties(reading):
        factor = _uncertainty(reading, key, written)
        if factor is not None:
            found[key] = factor
    levers = reading.tables.get("levers", {})
    for key, written in levers.items():
        factor = _lever(reading, key, written)
        if factor is not None:
            found[key] = factor
    for factor in found.values():
        if factor.taken_from in levers:
            words = f"takes from {factor.taken_from}, which varies itself: take from a lever that does not"
            reading.say(("levers", factor.key, "from"), words, factor.taken_from)
    return list(found.values())


def _uncertainties(reading: Reading) -> list[tuple[str, Any]]:
    """Return uncertainties by key, families of parameters as their members; what is written singly goes before."""
    written = dict(_leaves(reading.tables.get("uncertainties", {})))
    families = declarations().parameters
    items: dict[str, Any] = {}
    for key, value in written.items():
        if key != ALL and key not in families:
            items[key] = value
            continue
        if value != DECLARED:
            reading.must(("uncertainties", key), '"declared": it stands for many parameters', value, [DECLARED])
            continue
        members = [name for name in drawn_parameters() if key in (ALL, name.partition(".")[0])]
        items |= {name: DECLARED for name in members if name not in written and name not in items}
    return list(items.items())


def _leaves(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield dotted keys with what is written there: a table that is no spread is a part of the key."""
    for name, value in table.items():
        key = f"{above}{name}".removeprefix("parameters.")
        if (
            isinstance(value, dict)
            and value
            and parameter_of(key) is None
            and not any(word in value for word in SPREAD)
        ):
            yield from _leaves(value, f"{above}{name}.")
        else:
            yield key, value


def _uncertainty(reading: Reading, key: str, written: Any) -> Factor | None:
    place: KeyPath = ("uncertainties", key)
    head = key.partition(".")[0]
    names = [*parameter_names(), *switch_names()]
    families = (*declarations().parameters, "mechanisms", "rivals")
    if head == "policy":
        reading.say(place, "what allies decide is a lever: write it below [levers]", written, "[levers]")
        return None
    own_table = head in TABLES and head not in families
    in_core = key.count(".") == 1 and head == "core" and override_path(key)[0] == "core"
    if key not in names and not own_table and not in_core and key not in SCALARS:
        reading.problems.append(
            unknown(reading.file, place, written, [*names, *SCALARS], "nothing of this name varies")
        )
        return None
    if isinstance(written, dict) and any(word in written for word in MOVING):
        reading.say(place, "`from` and `phases` go with [levers] only", written)
        return None
    spread = _declared(reading, place, key) if written == DECLARED else _spread(reading, place, written)
    return None if spread is None else Factor(key, "uncertainty", spread, whole=_whole(key))


def _declared(reading: Reading, place: KeyPath, key: str) -> Range | Choices | None:
    parameter = parameter_of(key)
    if parameter is not None:
        return declared_range(parameter.low, parameter.high)
    mechanism = declarations().mechanisms.get(key.removeprefix("mechanisms."))
    if key in switch_names():
        return Choices(tuple(mechanism.options) if mechanism and mechanism.options else (False, True))
    reading.say(
        place, "only parameters and switches have a declared range; give one as { low = 0.2, high = 0.6 }", DECLARED
    )
    return None


def _spread(reading: Reading, place: KeyPath, written: Any) -> Range | Choices | None:
    """Return what is written as a range or as choices, or note what is wrong with it."""
    if isinstance(written, dict) and "values" in written:
        for stray in [name for name in written if name not in ("values", *MOVING)]:
            reading.say((*place, stray), "has no use beside `values`", written[stray])
        return _choices(reading, (*place, "values"), written["values"])
    if isinstance(written, dict):
        table = {name: value for name, value in written.items() if name not in MOVING}
        found = checked(reading.file, place, table, Range, reading.problems)
        return found if found is not None and _sound(reading, place, found) else None
    if isinstance(written, list):
        return _choices(reading, place, written)
    if isinstance(written, str):
        reading.must(place, WANTED, written, [DECLARED])
    else:
        reading.say(place, f"{show(written)} is one value: write {WANTED}, or put it below [settings]", written, WANTED)
    return None


def _choices(reading: Reading, place: KeyPath, written: Any) -> Choices | None:
    if not isinstance(written, list) or len(written) < 2:
        reading.must(place, "a list of two values or more", written)
        return None
    for position, value in enumerate(written):
        if not isinstance(value, get_args(Value)) or (isinstance(value, float) and value != value):
            reading.must((*place, position), "a number, true or false, or text", value)
            return None
        if any(value == other and type(value) is type(other) for other in written[:position]):
            reading.say((*place, position), f"{show(value)} is there twice", value)
            return None
    return Choices(tuple(written))


def _sound(reading: Reading, place: KeyPath, spread: Range) -> bool:
    """Note what is wrong between the numbers of a range."""
    before = len(reading.problems)
    if not spread.low < spread.high:
        reading.say(place, f"needs low < high, got {spread.low:g} and {spread.high:g}", spread.low)
    needed = {"triangular": ("mode",), "normal": ("mean", "sd")}.get(spread.distribution, ())
    for name in ("mode", "mean", "sd"):
        given = getattr(spread, name)
        if name in needed and given is None:
            reading.say((*place, name), f"missing; a {spread.distribution} distribution needs it")
        if name not in needed and given is not None:
            reading.say((*place, name), f"has no use in a {spread.distribution} distribution", given)
    if spread.distribution == "loguniform" and spread.low <= 0:
        reading.must((*place, "low"), "over 0 for a loguniform distribution", spread.low)
    if spread.mode is not None and "mode" in needed and not spread.low <= spread.mode <= spread.high:
        reading.must((*place, "mode"), f"within {spread.low:g} to {spread.high:g}", spread.mode)
    return len(reading.problems) == before


def _lever(reading: Reading, key: str, written: Any) -> Factor | None:
    place: KeyPath = ("levers", key)
    role: Role = "lever"
    if key in POLICY_CHOICES:
        choices = _choices(reading, place, written.get("values") if isinstance(written, dict) else written)
        return None if choices is None else Factor(key, role, choices)
    if key not in LEVERS:
        reading.problems.append(unknown(reading.file, place, written, (*LEVERS, *POLICY_CHOICES), "unknown lever"))
        return None
    if not isinstance(written, dict):
        reading.must(place, 'a table as { low = 0, high = 0.4, from = "strike_core" }', written)
        return None
    spread = _spread(reading, place, written)
    source, phases = written.get("from"), written.get("phases", [])
    others = [name for name in LEVERS if name != key]
    if source is None:
        words = (
            "missing; the effort that a lever gains must be taken `from` another one, so that the cost stays the same"
        )
        reading.say((*place, "from"), words, None, few(others))
    elif source not in others:
        reading.must((*place, "from"), f"another lever ({few(others)})", source, others)
    if not isinstance(phases, list) or not all(isinstance(name, str) for name in phases):
        reading.must((*place, "phases"), "a list of names of phases", phases)
        return None
    return None if spread is None or source not in others else Factor(key, role, spread, False, source, tuple(phases))


def parameter_of(key: str) -> Parameter | None:
    """Return the parameter of this name, None where there is none."""
    family, _, name = key.partition(".")
    return declarations().parameters.get(family, {}).get(name)


def parameter_names() -> list[str]:
    """Return the names of all parameters."""
    return [f"{family}.{name}" for family, members in declarations().parameters.items() for name in members]


def switch_names() -> list[str]:
    """Return the names of all switches."""
    declared = declarations()
    return [*(f"mechanisms.{name}" for name in declared.mechanisms), *(f"rivals.{name}" for name in declared.rivals)]


def _whole(key: str) -> bool:
    return schema_at(override_path(key)).get("type") == "integer"
