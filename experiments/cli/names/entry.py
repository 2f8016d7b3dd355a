"""What a kind of named things is, one of its names, and what `inkspot describe` says about a name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Entry:
    """The description of a name: the kind of thing, the name, its title, and (word, text) rows."""

    kind: str
    name: str
    title: str
    rows: list[tuple[str, str]]


@dataclass(frozen=True)
class Named:
    """One name of a kind: what `inkspot list` says about it, how its entry is built, and its other names.

    also: titles and codes that mean the same thing, such as "Boko Haram" for `boko_haram`.
    """

    name: str
    meaning: str
    build: Callable[[], Entry]
    also: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The name and its other names."""
        return (self.name, *self.also)


@dataclass(frozen=True)
class Kind:
    """A kind of named things: its heading in `inkspot list`, and what lists its names.

    short: `inkspot list` shows the names only, not what each means.
    """

    title: str
    names: Callable[[], list[Named]]
    short: bool = False


def unit_words(unit: str) -> str:
    """Return a unit as a reader wants it."""
    return "no unit" if unit in ("", "1") else unit


def value_words(value: Any) -> str:
    """Return a value of a file as text: numbers with thousands separated, lists and tables in one line."""
    if isinstance(value, list):
        return "; ".join(value_words(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {value_words(item)}" for key, item in value.items() if item not in ("", None))
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
