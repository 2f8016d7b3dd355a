"""One walk over everything that is declared: parameters, switches, levers, outcomes, state fields."""

import ast
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

import model
import scenarios
from model import load_scenario
from model.record import OUTCOMES, SERIES
from model.scenario.declarations import declarations, parameters_behind
from model.scenario.schema import LEVERS
from model.state import State
from model.state.arrays import fields
from model.theatre import load_theatre
from model.why.kinds import EVENT_KINDS

MODEL = Path(model.__file__).parent
DECLARED = tomllib.loads((Path(scenarios.__file__).parent / "parameters.toml").read_text(encoding="utf-8"))
SOURCES = {path: path.read_text(encoding="utf-8") for path in sorted(MODEL.rglob("*.py"))}


def aliases(function):
    """Names in a function that stand for a family: `p = state.parameters.territory`, in kernels `p = territory[0]`."""
    found = {}
    for node in ast.walk(function):
        if not isinstance(node, ast.Assign):
            continue
        target, value = node.targets[0], node.value
        pairs = [(target, value)]
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            pairs = list(zip(target.elts, value.elts, strict=True))
        for name, what in pairs:
            text = ast.unparse(what)
            if isinstance(name, ast.Name) and re.fullmatch(r"state\.parameters(\.\w+)?", text):
                found[name.id] = text.removeprefix("state.parameters").removeprefix(".")
            if isinstance(name, ast.Name) and text.removesuffix("[0]") in DECLARED["parameters"]:
                found[name.id] = text.removesuffix("[0]")
    return found


def parameters_read():
    """(family, name) of every parameter that the code reads by name."""
    read = set()
    for path, text in SOURCES.items():
        for function in [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef)]:
            in_kernel = path.parent.name == "kernels"  # whose helpers have families as arguments, named after them
            records = {arg.arg for arg in function.args.args if in_kernel and arg.arg in DECLARED["parameters"]}
            names = aliases(function)
            for node in ast.walk(function):
                if isinstance(node, ast.Attribute):
                    first, *rest = ast.unparse(node).split(".")
                    full = ".".join(["parameters" if names.get(first) == "" else first, *rest])
                    match = re.fullmatch(r"(?:state\.)?parameters\.(\w+)\.(\w+)(\.\w+)?", full)
                    if match:
                        read.add(match.groups()[:2])
                    elif isinstance(node.value, ast.Name) and names.get(node.value.id):
                        read.add((names[node.value.id], node.attr))
                    elif isinstance(node.value, ast.Name) and node.value.id in records:
                        read.add((node.value.id, node.attr))
        read |= {("theatre", name) for name in DECLARED["parameters"]["theatre"] if f'"{name}"' in text}
    # read through getattr, by the names of levers, activities and kinds of attack
    read |= {("half_effort", lever) for lever in LEVERS} | {("half_effort", "strikes")}
    read |= {("core", f"effort_{name}") for name in ("state", "sectarian", "regional", "international", "governing")}
    read |= {("violence", f"rate_{name}") for name in ("state", "sectarian", "regional", "international")}
    return read


def test_every_parameter_is_read_and_every_parameter_read_is_declared():
    declared = {(family, name) for family, entries in DECLARED["parameters"].items() for name in entries}
    read = {pair for pair in parameters_read() if pair[1] not in {"strike_core", "strike_provinces", "record"}}
    assert declared - read == set()
    assert read - declared == set()


@pytest.mark.parametrize("family", sorted(DECLARED["parameters"]))
def test_every_parameter_has_a_range_a_unit_a_meaning_and_a_source(family):
    for name, entry in DECLARED["parameters"][family].items():
        assert set(entry) == {"value", "low", "high", "unit", "meaning", "source"}, name
        assert entry["low"] <= entry["value"] <= entry["high"], name
        assert entry["low"] < entry["high"], name
        assert all(entry[key] for key in ("unit", "meaning", "source")), name


def test_every_switch_is_used_in_the_code_and_every_switch_used_is_declared():
    text = "\n".join(SOURCES.values())
    used = set(re.findall(r'"([a-z_]+(?:\.[a-z_]+)?)" (?:not )?in (?:state\.)?on\b', text))
    in_kernels = set(re.findall(r"\b(?:on|switches\[0\])\.([a-z_]+)", text))  # by the names of `state.switches`
    used |= {name for name in DECLARED["mechanisms"] if name.replace(".", "_") in in_kernels}
    options = {name: each["options"] for name, each in DECLARED["mechanisms"].items() if "options" in each}
    columns = {f"{name.replace('.', '_')}_{option}": name for name, each in options.items() for option in each}
    used |= set(re.findall(r'state\.choices\["([a-z_.]+)"\]', text))
    used |= {columns[name] for name in in_kernels if name in columns}
    assert used == set(DECLARED["mechanisms"])
    rivals = set(re.findall(r'"([a-z_]+)" (?:not )?in state\.rivals', text))
    rivals |= {name.removeprefix("rival_") for name in in_kernels if name.startswith("rival_")}
    assert rivals == set(DECLARED["rivals"])
    known = {name.replace(".", "_") for name in DECLARED["mechanisms"]} | {
        f"rival_{name}" for name in DECLARED["rivals"]
    }
    assert in_kernels <= known | set(columns) | {"policy_trains_accuracy"}


def test_every_switch_has_parameters_behind_it_and_every_pattern_finds_one():
    declared = declarations()
    assert all(parameters_behind(name) for name in declared.mechanisms)
    switches = {**declared.mechanisms, **{f"rivals.{name}": rival for name, rival in declared.rivals.items()}}
    for switch, each in switches.items():
        keys = list(parameters_behind(switch))
        for pattern in each.parameters:
            form = re.compile(re.escape(pattern).replace(r"\*", ".*"))
            assert any(form.fullmatch(key) for key in keys), f"{switch}: {pattern}"


def test_every_lever_is_declared_and_used():
    assert set(DECLARED["levers"]) == set(LEVERS)
    text = "\n".join(text for path, text in SOURCES.items() if path.name != "schema.py")
    for lever in LEVERS:
        assert re.search(rf'"{lever}"|\b(effort|spent|row)\.{lever}\b', text), lever


def test_every_mechanism_names_the_claims_that_it_bears_on():
    for name, entry in DECLARED["mechanisms"].items():
        assert entry["meaning"], name
        assert all(re.fullmatch(r"[CR]\d+", claim) for claim in entry["claims"]), name


def test_every_outcome_says_what_it_is():
    assert tuple(OUTCOMES) == SERIES
    for name, outcome in OUTCOMES.items():
        assert all((outcome.unit, outcome.meaning)), name


def test_every_event_is_of_a_declared_kind_and_every_kind_happens_somewhere():
    noted = {kind for text in SOURCES.values() for kind in re.findall(r'\.note\(\s*"(\w+)"', text)}
    noted |= {kind for text in SOURCES.values() for kind in re.findall(r'\.leave\(\s*"(\w+)"', text)}
    noted |= {kind for text in SOURCES.values() for kind in re.findall(r'\.take_stance\(Stance\.\w+, "(\w+)"', text)}
    assert noted == set(EVENT_KINDS)
    assert {kind.outcome for kind in EVENT_KINDS.values()} - {""} <= set(OUTCOMES)


def test_state_fields_have_the_shape_that_they_declare():
    scenario = load_scenario("synthetic_plane")
    state = State(scenario, load_theatre(scenario), 0)
    sizes = state.sizes()
    for name, declared in fields().items():
        values = np.asarray(getattr(state, name))
        if "term" not in declared.axes:
            assert values.shape == tuple(sizes[axis] for axis in declared.axes.split()), name
        assert declared.meaning, name


@pytest.mark.parametrize("path", sorted(p for p in MODEL.parent.rglob("*.py") if ".venv" not in p.parts), ids=str)
def test_files_and_functions_stay_small(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno + 1 <= 45, node.name
