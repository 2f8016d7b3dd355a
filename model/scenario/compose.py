"""Composing a scenario: parents in order, the file itself, the policy with its own parents, then overrides.

Tables are merged key by key, everything else (lists too) is replaced. A file that is reached twice counts where it is met
first, so that what its other children say of it stands. Each file stays a layer of its own, which tells where a key was
written when something is wrong with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from model.scenario.declarations import declarations
from model.scenario.files import Kind, NotFound, Source, find, read
from model.scenario.problems import NAMED, OVERRIDE, SCALARS, KeyPath, Problem, dotted, other, unknown
from model.scenario.schema import Core
from model.scenario.shape import COMPOSING, TABLES, Tree, Written, adjust, policy_tree, scenario_tree

DEFAULT_POLICY = "no_intervention"
FLAT = ("mechanisms", "rivals", "sources")


@dataclass(frozen=True)
class Layer:
    """The content of one file, or of the overrides."""

    file: str
    tree: Tree


@dataclass
class Composition:
    """Layers in the order in which they are laid on one another, and what is wrong with them so far.

    `unread` names the kinds of which a file could not be read: what seems missing may be written there.
    """

    file: str
    layers: list[Layer] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unread: set[Kind] = field(default_factory=set)
    runnable: bool = True
    dropped: dict[tuple[str, str], str] = field(default_factory=dict)  # (table, name) that is left out -> by which file

    def merged(self, overridden: bool = True) -> Tree:
        """Return the tree of all layers, with or without the overrides."""
        tree: Tree = {}
        for layer in self.layers:
            if overridden or layer.file != OVERRIDE:
                merge(tree, layer.tree)
        return tree

    def origin(self, path: KeyPath, first: bool = False) -> str:
        """Return the file that wrote `path` last (or first); where none did, the table above it."""
        layers = self.layers if first else list(reversed(self.layers))
        for length in range(len(path), 0, -1):
            for layer in layers:
                if _holds(layer.tree, path[:length]):
                    return layer.file
        return self.file

    def gone(self, table: str, name: object) -> str:
        """Say which file leaves out a table to which something refers; nothing where none does."""
        file = self.dropped.get((table, str(name)))
        return f"{name} is left out ({file}: present = false)" if file else ""

    def own(self, path: KeyPath) -> bool:
        """Tell whether the scenario's own file or the overrides write `path`, so that it is not inherited."""
        return self.origin(path) in (self.file, OVERRIDE)


def merge(tree: Tree, over: Mapping[str, Any]) -> None:
    """Lay `over` on `tree` in place: tables are merged, everything else is replaced."""
    for key, value in over.items():
        if isinstance(value, dict):
            below = tree.get(key)
            if not isinstance(below, dict):
                below = tree[key] = {}
            merge(below, value)
        else:
            tree[key] = value


def _holds(node: Any, path: KeyPath) -> bool:
    for part in path:
        in_list = isinstance(node, list) and isinstance(part, int) and part < len(node)
        if not in_list and not (isinstance(node, dict) and part in node):
            return False
        node = node[part]
    return True


def compose(
    name: str | Path, policy: str | Path | None = None, overrides: Mapping[str, Any] | None = None
) -> Composition:
    """Return the layers of a scenario (a shipped name or a path) with its policy and overrides."""
    source = find(name, "scenario")
    if isinstance(source, NotFound):
        return Composition(str(name), problems=[source.problem(str(name), ())], unread={"scenario"})
    composition = Composition(source.label)
    files = add_files(composition, source, "scenario")
    composition.runnable = not files or files[-1].runnable
    _add_policy(composition, files, policy)
    if overrides:
        _add_overrides(composition, overrides)
    return composition


def add_files(composition: Composition, source: Source, kind: Kind) -> list[Written]:
    """Add a file and its parents, parents first; return what they say."""
    files: list[Written] = []
    _visit(composition, source, kind, (), files)
    composition.layers += [Layer(written.source.label, written.tree) for written in files]
    return files


def _visit(
    composition: Composition, source: Source, kind: Kind, trail: tuple[Source, ...], files: list[Written]
) -> None:
    if any(_same(written.source, source) for written in files):
        return
    tables = read(source)
    if isinstance(tables, Problem):
        composition.problems.append(tables)
        composition.unread.add(kind)
        return
    shape = policy_tree if kind == "policy" else scenario_tree
    written = shape(source, tables, composition.problems)
    if written is None:
        composition.unread.add(kind)
        return
    trail = (*trail, source)
    for name in written.extends:
        parent = _parent(composition, name, kind, trail)
        if parent is None:
            composition.unread.add(kind)
        else:
            _visit(composition, parent, kind, trail, files)
    files.append(written)


def _parent(composition: Composition, name: str, kind: Kind, trail: tuple[Source, ...]) -> Source | None:
    """Return the file that `extends` names, or report that it is not there or closes a circle."""
    child = trail[-1]
    path: KeyPath = ("policy", "extends") if kind == "policy" else ("extends",)
    parent = find(name, kind, beside=child)
    if isinstance(parent, NotFound):
        composition.problems.append(parent.problem(child.label, path))
        return None
    circle = [index for index, source in enumerate(trail) if _same(source, parent)]
    if circle:
        chain = " -> ".join(source.label for source in (*trail[circle[0] :], parent))
        composition.problems.append(other(child.label, path, f"a file cannot extend itself: {chain}", name))
        return None
    return parent


def _same(one: Source, two: Source) -> bool:
    return one.path.resolve() == two.path.resolve()


def _add_policy(composition: Composition, files: list[Written], policy: str | Path | None) -> None:
    """Add the given policy, or the policy that the last file names, or the policy without any effort."""
    chosen = next((written for written in reversed(files) if written.policy), None)
    if policy is not None:
        found = find(policy, "policy")
    elif chosen is not None and chosen.policy is not None:
        found = find(chosen.policy, "policy", beside=chosen.source)
    else:
        found = find(DEFAULT_POLICY, "policy")
    if isinstance(found, Source):
        add_files(composition, found, "policy")
        return
    composition.unread.add("policy")
    written_in = chosen.source.label if chosen and policy is None else str(policy)
    composition.problems.append(found.problem(written_in, ("policy",) if policy is None else ()))


def _add_overrides(composition: Composition, overrides: Mapping[str, Any]) -> None:
    base = composition.merged()
    tree: Tree = {}
    for key, value in overrides.items():
        path = override_path(str(key))
        problem = _misplaced(base, path, value)
        if problem is None:
            problem = _put(tree, path, value)
        if problem is not None:
            composition.problems.append(problem)
    composition.problems += adjust(OVERRIDE, tree)
    composition.layers.append(Layer(OVERRIDE, tree))


def override_path(key: str) -> KeyPath:
    """Return where an override goes: `territory.growth` is a parameter, `core.prestige` a key of the core.

    Switches and sources have dots in their names; a family of parameters is known without the prefix `parameters`.
    """
    parts = tuple(key.split("."))
    if parts[0] == "scenario" and len(parts) > 1:
        parts = parts[1:]
    head = parts[0]
    if head == "branch" and len(parts) > 1 and parts[1] not in ("start", "policy"):
        return (head, *override_path(".".join(parts[1:])))
    if head in FLAT and len(parts) > 1:
        return (head, ".".join(parts[1:]))
    families = declarations().parameters
    if head not in families or len(parts) == 1:
        return parts
    if head == "core" and (parts[1] in Core.model_fields or parts[1] not in families["core"]):
        return parts
    return ("parameters", *parts)


def _misplaced(base: Tree, path: KeyPath, value: object) -> Problem | None:
    """Return what is wrong with the place of an override: an unknown table, or a name that the scenario lacks."""
    head = path[0]
    if head in COMPOSING and len(path) == 1:
        return other(OVERRIDE, path, f"cannot be overridden: `{head}` says how files are composed", value)
    if head not in (*SCALARS, *TABLES):
        return unknown(OVERRIDE, path[:1], value, (*SCALARS, *TABLES, *declarations().parameters))
    start = 2 if path[:2] == ("policy", "phases") else 1
    below = base
    for part in path[:start]:
        node = below.get(str(part))
        below = node if isinstance(node, dict) else {}
    named = (head in NAMED and head != "parameters") or start == 2
    new = len(path) == start + 1 and isinstance(value, dict)
    if named and len(path) > start and not new and path[start] not in below:
        return unknown(OVERRIDE, path[: start + 1], value, below, f"there is no such name in [{dotted(path[:start])}]")
    return None


def _put(tree: Tree, path: KeyPath, value: object) -> Problem | None:
    node = tree
    for part in path[:-1]:
        below = node.setdefault(str(part), {})
        if not isinstance(below, dict):
            return other(OVERRIDE, path, "contradicts another override of the table that it is in", value)
        node = below
    merge(node, {str(path[-1]): value})
    return None
