"""How the code is laid out: few packages on few floors, no circle, imports at the top, guides. See `uv run lint-imports`."""

import ast
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MOST_PACKAGES, MOST_FLOORS = 17, 10
FILES = sorted(path for folder in ("experiments", "model") for path in (ROOT / folder).rglob("*.py"))
PACKAGES = sorted({path.parent for path in FILES if path.name == "__init__.py"})
LAZY = ROOT / "experiments" / "cli"  # commands import what they need when they are called: `inkspot --help` stays quick


def module(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def parsed(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def for_types_only(tree):
    """Lines of imports that only type checkers see."""
    blocks = [node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)]
    return {inner.lineno for block in blocks for inner in ast.walk(block) if hasattr(inner, "lineno")}


@cache
def known():
    return frozenset(module(file) for file in FILES)


def imports(path):
    """(line, column, module) of every import of ours at run time."""
    hidden = for_types_only(parsed(path))
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom) and node.module and node.lineno not in hidden:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield node.lineno, node.col_offset, full if full in known() else node.module
        elif isinstance(node, ast.Import) and node.lineno not in hidden:
            yield from ((node.lineno, node.col_offset, alias.name) for alias in node.names)


@cache
def graph():
    """File -> files that it imports, indented imports included."""
    return {module(path): {name for _, _, name in imports(path)} & known() - {module(path)} for path in FILES}


def circles(arrows):
    """What is left when files that import nothing that is left are taken away again and again."""
    left = {name: set(targets) for name, targets in arrows.items()}
    while True:
        free = {name for name, targets in left.items() if not targets & left.keys()}
        if not free:
            return {name: sorted(targets & left.keys()) for name, targets in left.items()}
        left = {name: targets for name, targets in left.items() if name not in free}


def test_no_file_imports_itself_by_any_way_round():
    assert circles(graph()) == {}


def test_a_circle_would_be_found():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}, "e": set()}).keys() >= {"a", "b", "c"}


def test_experiments_has_few_packages_and_no_code_outside_them():
    packages = [path for path in PACKAGES if path.is_relative_to(ROOT / "experiments") and path != ROOT / "experiments"]
    assert len(packages) <= MOST_PACKAGES
    assert [path.name for path in (ROOT / "experiments").glob("*.py")] == ["__init__.py"]


def test_packages_stand_on_few_floors():
    """The longest way down through packages of experiments, each standing on the next."""
    room = {name: ".".join(name.split(".")[:2]) for name in graph() if name.startswith("experiments.")}
    below = {package: set() for package in room.values() if package != "experiments"}
    for name, targets in graph().items():
        if room.get(name) in below:
            below[room[name]] |= {room[target] for target in targets if target in room} & below.keys() - {room[name]}

    @cache
    def floors(package):
        return 1 + max((floors(each) for each in below[package]), default=0)

    assert max(map(floors, below)) <= MOST_FLOORS


@pytest.mark.parametrize("path", [path for path in FILES if not path.is_relative_to(LAZY)], ids=module)
def test_an_import_that_waits_says_which_heavy_package_it_spares(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    silent = [
        f"{path.name}:{line}" for line, column, _ in imports(path)
        if column and "#" not in lines[line - 1] and "#" not in lines[line - 2]
    ]  # fmt: skip
    assert not silent


@pytest.mark.parametrize("path", PACKAGES, ids=module)
def test_every_package_says_what_it_is(path):
    assert ast.get_docstring(parsed(path / "__init__.py"))


@pytest.mark.parametrize("path", PACKAGES, ids=module)
def test_the_public_names_of_a_package_are_there(path):
    package = import_module(module(path / "__init__.py"))
    for name in getattr(package, "__all__", ()):
        assert getattr(package, name) is not None
    with pytest.raises(AttributeError):
        _ = package.no_such_name


GUIDED = [path for path in PACKAGES if path.is_relative_to(ROOT / "experiments") and path.name != "pictures"]


@pytest.mark.parametrize("path", GUIDED, ids=module)
def test_every_package_of_experiments_has_a_guide_that_names_its_files(path):
    guide = next(each / "README.md" for each in (path, path.parent) if (each / "README.md").exists())
    text = guide.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 100
    files = [file.relative_to(guide.parent).as_posix() for file in sorted(path.glob("*.py")) if file.name[0] != "_"]
    left_out = [name for name in files if f"`{name}`" not in text]
    assert not left_out, f"say in {guide.relative_to(ROOT)} what they are for"
