"""Which mechanism and which agent reads and writes which field of the state, read from the code.

A mechanism is taken with the loops that it calls. A read is a mention of a field; a write an assignment to it or into it.
"""

import ast
from functools import cache
from pathlib import Path
from typing import NamedTuple

from model.scenario.declarations import declarations
from model.state.arrays import fields

FOLDER = Path(__file__).parent
NO_RECORDS = {"p", "q", "on", "luck", "halves", "spent", "effort", "spending", "links", "parameters", "kernels"}


class Use(NamedTuple):
    """Fields that are read, fields that are written, and functions that are called."""

    reads: frozenset[str]
    writes: frozenset[str]
    calls: frozenset[str]


def uses() -> dict[str, Use]:
    """Return what each mechanism and each kind of agent reads and writes, by its file: `mechanisms/pledging.py`."""
    found = {}
    for folder in ("mechanisms", "agents"):
        for path in sorted((FOLDER / folder).glob("*.py")):
            if not path.name.startswith("_"):
                found[f"{folder}/{path.name}"] = _with_loops(use_of(ast.parse(path.read_text(encoding="utf-8"))))
    return {name: use for name, use in found.items() if use.writes}


@cache
def _loops() -> dict[str, Use]:
    loops = {}
    for path in sorted((FOLDER / "kernels").glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                loops[node.name] = use_of(node)
    return loops


def _with_loops(use: Use) -> Use:
    """Add what the loops read and write that are called, by each other too."""
    known, waiting = use, set(use.calls)
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        loop = _loops().get(name)
        if loop:
            known = Use(known.reads | loop.reads, known.writes | loop.writes, known.calls)
            waiting |= loop.calls - seen
    return known


def use_of(tree: ast.AST) -> Use:
    """Return what a piece of code reads and writes by itself, and the names of what it calls."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    found = [_use_of_function(function) for function in functions]
    return Use(*(frozenset().union(*(use[k] for use in found)) for k in range(3)))


def _use_of_function(function: ast.FunctionDef) -> Use:
    reads: set[str] = set()
    writes: set[str] = set()
    calls = {_name(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}
    names = _names_of_fields(function)
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and _field(node):
            (writes if isinstance(node.ctx, ast.Store) else reads).add(node.attr)
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            if isinstance(node.value, ast.Name):
                writes |= names.get(node.value.id, set())
            elif _field(node.value):
                writes.add(_name(node.value))
        elif isinstance(node, ast.AugAssign) and _field(node.target):
            reads.add(_name(node.target))
    return Use(frozenset(reads), frozenset(writes), frozenset(calls))


def _names_of_fields(function: ast.FunctionDef) -> dict[str, set[str]]:
    """Fields that a name stands for: an argument of that name, `terms = o.appeal`, `for stock in (state.treasury, ...)`."""
    names = {argument.arg: {argument.arg} for argument in function.args.args if argument.arg in fields()}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target, value in _pairs(node.targets[0], node.value):
                names[_name(target)] = {_name(value)} if _field(value) else set()
        elif isinstance(node, ast.For) and isinstance(node.iter, ast.Tuple):
            names[_name(node.target)] = {_name(each) for each in node.iter.elts if _field(each)}
    return names


def _pairs(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    """What an assignment assigns to what: `a, b = c, d` is two."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return list(zip(target.elts, value.elts, strict=True))
    return [(target, value)] if isinstance(target, ast.Name) else []


def _field(node: ast.AST) -> bool:
    """Whether a node is a field of a state or of a record: no parameter, switch or draw of the same name."""
    if not isinstance(node, ast.Attribute) or node.attr not in fields():
        return False
    owner = node.value
    if isinstance(owner, ast.Attribute):  # self.model.state.refused, but not state.parameters.pledging.strikes
        return owner.attr == "state"
    return not (isinstance(owner, ast.Name) and owner.id in NO_RECORDS | set(declarations().parameters))


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
