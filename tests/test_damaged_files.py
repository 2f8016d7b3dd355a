"""Files and overrides damaged at random: refused in words, or still valid, and nothing else ever happens."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.scenario import ScenarioError, load_scenario
from model.scenario.schema import Scenario

FOLDER = Path(__file__).parent / "mistakes"
HERE, THERE = "small.toml", "pressure.toml"
TREES = {name: tomllib.loads(FOLDER.joinpath(name).read_text(encoding="utf-8")) for name in (HERE, THERE)}
BAD_VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.dates(), st.datetimes(),
    st.lists(st.integers(), max_size=2), st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    st.sampled_from(["core", "NGA", "boko_haram", "ansaru", "levant_2014", 0, 1, -1, 0.5, 10**400, float("nan")]),
)  # fmt: skip


def toml(value: Any) -> str:
    """A value as TOML text."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(letter):08x}" for letter in value) + '"'
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml(str(key))} = {toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(inner) for inner in value) + "]"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def paths(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every key of a tree, tables and list items included."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [each for key, inner in items for each in ((*path, key), *paths(inner, (*path, key)))]


def damaged(tree: dict[str, Any], path: tuple[Any, ...], how: str, value: Any) -> dict[str, Any]:
    """A copy of a tree with the key at a path deleted, renamed or given another value."""
    copy: dict[str, Any] = tomllib.loads(text(tree))
    node: Any = copy
    for part in path[:-1]:
        node = node[part]
    old = node.pop(path[-1])
    if how == "rename" and isinstance(node, dict):
        node[f"{path[-1]}x"] = old
    elif how == "corrupt" and value is not None:
        node.insert(path[-1], value) if isinstance(node, list) else node.update({path[-1]: value})
    return copy


def text(tree: dict[str, Any]) -> str:
    """A tree as the text of a file."""
    return "\n".join(f"{toml(key)} = {toml(value)}" for key, value in tree.items())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged")


def refused_or_valid(path: Path, overrides: dict[str, Any] | None = None) -> bool:
    """Tell that a scenario is refused for problems of one line each, or is one that validates as it is."""
    try:
        loaded = load_scenario(path, overrides=overrides)
    except ScenarioError as error:
        return bool(error.problems) and all(each.message and "\n" not in each.message for each in error.problems)
    return Scenario.model_validate(loaded.model_dump()) == loaded


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_refused_or_still_valid_and_nothing_else_happens(folder: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([HERE, HERE, THERE]))
    path = data.draw(st.sampled_from(paths(TREES[name])))
    how = data.draw(st.sampled_from(["delete", "rename", "corrupt"]))
    trees = TREES | {name: damaged(TREES[name], path, how, data.draw(BAD_VALUES))}
    for file, tree in trees.items():
        (folder / file).write_text(text(tree), encoding="utf-8")
    assert refused_or_valid(folder / HERE)


@settings(max_examples=100, deadline=None)
@given(
    key=st.one_of(
        st.sampled_from([".".join(map(str, path)) for path in paths(TREES[HERE])]), st.text("a.wek[s\0", max_size=8)
    ),
    value=BAD_VALUES,
)
def test_any_override_is_refused_or_gives_a_valid_scenario(key: str, value: Any) -> None:
    assert refused_or_valid(FOLDER / HERE, {key: value})
