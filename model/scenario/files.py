"""Finding and reading scenario and policy files: shipped names, paths, and the words for what cannot be read.

A shipped file is called `scenarios/NAME.toml` or `scenarios/policies/NAME.toml` in messages, any other as the user typed
it. What has been parsed is kept, by content.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from model.scenario.problems import KeyPath, Problem, few, nearest, other
from model.scenario.shipped import FILE, FOLDER
from model.scenario.user_files import content, not_toml, parsed

Kind = Literal["scenario", "policy"]
FOLDERS: Mapping[Kind, Path] = {"scenario": FOLDER, "policy": FOLDER / "policies"}


@dataclass(frozen=True)
class Source:
    """A file: what it is called in messages, and where it is."""

    label: str
    path: Path


@dataclass(frozen=True)
class NotFound:
    """A name that is no file: why, in words, and the nearest shipped name."""

    name: str
    words: str
    nearest: str = ""

    def problem(self, file: str, path: KeyPath) -> Problem:
        """Return the problem of having written this name in `file` at `path` (or of having given it: an empty path)."""
        words = f'"{self.name}": {self.words}' if path else self.words
        return other(file, path, words, self.name, "a shipped name or a path", self.nearest)


def shipped(kind: Kind) -> list[str]:
    """Return the names of the shipped files of a kind, parts included, in alphabetical order."""
    return sorted(path.stem for path in FOLDERS[kind].glob("*.toml") if path != FILE)


def find(name: str | Path, kind: Kind, beside: Source | None = None) -> Source | NotFound:
    """Return the file meant by a shipped name or a path, or why there is none.

    `beside` is the file that names it: relative paths start from its folder, which may also hold a file of that name.
    """
    text = str(name)
    if not isinstance(name, Path) and text in shipped(kind):
        return _shipped_source(text, kind)
    for candidate in (text, f"{text}.toml") if beside else (text,):
        source = _beside(candidate, beside)
        if _exists(source.path) and source.path.resolve() != FILE:
            return source
    if text in shipped("policy" if kind == "scenario" else "scenario"):
        return NotFound(text, f"is a {'policy' if kind == 'scenario' else 'scenario'}, not a {kind}")
    close = nearest(Path(text).stem, shipped(kind))
    words = f"no such file, nor a shipped {kind}"
    return NotFound(text, words if close else f"{words}; shipped: {few(shipped(kind))}", close)


def _shipped_source(name: str, kind: Kind) -> Source:
    folder = "scenarios/policies" if kind == "policy" else "scenarios"
    return Source(f"{folder}/{name}.toml", FOLDERS[kind] / f"{name}.toml")


def _beside(text: str, beside: Source | None) -> Source:
    if beside is None or Path(text).is_absolute():
        return Source(text, Path(text))
    return Source(str(Path(beside.label).parent / text), beside.path.parent / text)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name too long for the file system, or with a null byte
        return False


def read(source: Source) -> Mapping[str, Any] | Problem:
    """Return the tables of a file (not to be changed), or the problem that keeps it from being read."""
    try:
        tables = parsed(content(source.path))
    except IsADirectoryError:
        return other(source.label, (), "is a directory; name a file that ends in .toml")
    except OSError as error:
        return other(source.label, (), f"cannot be read: {error.strerror}")
    except ValueError as error:
        return other(source.label, (), not_toml(error))
    if not tables:
        return other(source.label, (), "is empty; a scenario starts with [scenario], a policy with [policy]")
    return tables
