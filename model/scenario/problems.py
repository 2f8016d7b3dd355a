"""What is wrong with a file: one `Problem` a mistake, all of them together in one `ScenarioError`.

A message is one line: where (file, table, key), what is allowed or wanted, what was met, and the nearest valid name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

type KeyPath = tuple[str | int, ...]

OVERRIDE = "override"
SCALARS = (
    "name", "title", "question", "theatre", "resolution", "start", "weeks", "extends", "policy", "runnable",
    "countries",
)  # fmt: skip
NAMED = ("hubs", "groups", "governments", "allies", "partners", "towns", "areas", "timeline", "parameters")
FEW = 12
MOST = 2000  # entries of a table or list that a person can have meant; some checks take time with their square
DEEPEST = 6  # levels of tables and lists in which such entries are looked for


@dataclass(frozen=True)
class Problem:
    """One mistake: where it was written, the dotted key, the value met, what is allowed, the nearest valid name."""

    file: str
    key: str
    value: object
    allowed: str
    nearest: str
    message: str

    def __str__(self) -> str:
        return self.message


class ScenarioError(Exception):
    """A scenario or policy that cannot be used; `problems` holds every mistake that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        lines = [problem.message for problem in self.problems]
        return lines[0] if len(lines) == 1 else "\n".join([f"{len(lines)} problems", *(f"  {line}" for line in lines)])


def unknown(file: str, path: KeyPath, value: object, names: Iterable[str], what: str = "unknown key") -> Problem:
    """Return the problem of a key that is none of `names`."""
    names = list(names)
    close = nearest(str(path[-1]), names)
    hint = f"; did you mean `{close}`?" if close else f"; allowed: {few(names)}" if names else ""
    return Problem(file, dotted(path), value, few(names), close, f"{where(file, path)}: {what}{hint}")


def must_be(file: str, path: KeyPath, allowed: str, value: object, names: Iterable[str] = ()) -> Problem:
    """Return the problem of a value that is not what is allowed; a text is compared with `names`."""
    close = nearest(value, list(names)) if isinstance(value, str) else ""
    hint = f"; did you mean `{close}`?" if close else ""
    return Problem(
        file, dotted(path), value, allowed, close, f"{where(file, path)}: must be {allowed}, got {show(value)}{hint}"
    )


def missing(file: str, path: KeyPath, keys: Iterable[str], hint: str = "") -> Problem:
    """Return the problem of a table at `path` without keys that it needs."""
    keys = list(keys)
    place = where(file, (*path, keys[0]), table_only=True) if path in ((), ("policy",)) else where(file, path)
    names = ", ".join(f"`{key}`" for key in keys)
    dotted_key = dotted((*path, keys[0])) if len(keys) == 1 else dotted(path)
    return Problem(file, dotted_key, None, names, hint, f"{place}: missing {names}" + _meant(hint))


def other(file: str, path: KeyPath, message: str, value: object = None, allowed: str = "", close: str = "") -> Problem:
    """Return a problem in words of its own; `message` follows the place."""
    return Problem(file, dotted(path), value, allowed, close, f"{where(file, path)}: {message}{_meant(close)}")


def crowded(file: str, tables: Mapping[str, Any], most: int = MOST) -> list[Problem]:
    """Return a problem for each table and list that has more entries than can be meant."""
    found: list[Problem] = []
    level: list[tuple[KeyPath, Any]] = [((), tables)]
    for _ in range(DEEPEST):
        for path, value in level:
            if len(value) > most:
                found.append(other(file, path, f"has {len(value)} entries; at most {most} are read", len(value)))
        level = [
            ((*path, key), inner)
            for path, value in level if len(value) <= most
            for key, inner in (value.items() if isinstance(value, Mapping) else enumerate(value))
            if isinstance(inner, dict | list)
        ]  # fmt: skip
    return found


def _meant(close: str) -> str:
    return f"; did you mean `{close}`?" if close else ""


def nearest(name: object, names: Iterable[str]) -> str:
    """Return the name most like `name` (difflib ratio of 0.6 or more, or the only one it begins), or an empty text."""
    lowered = {candidate.lower(): candidate for candidate in names}
    met = str(name).lower()
    found = get_close_matches(met, lowered, n=1, cutoff=0.6)
    begun = [candidate for candidate in lowered if len(met) > 2 and candidate.startswith(met)]
    return lowered[found[0]] if found else lowered[begun[0]] if len(begun) == 1 else ""


def few(names: Iterable[str]) -> str:
    """Return names as a list to read, at most a dozen of them."""
    names = list(names)
    return ", ".join(names[:FEW]) + (f" and {len(names) - FEW} more" if len(names) > FEW else "")


def dotted(path: KeyPath) -> str:
    """Return a path as a dotted key: groups.boko_haram.holdings.0.control."""
    return ".".join(str(part) for part in path)


def where(file: str, path: KeyPath, table_only: bool = False) -> str:
    """Return where a key stands, as a reader finds it: `scenarios/x.toml, [groups.a] conviction`."""
    if file.startswith(OVERRIDE):  # of a run, or of its branch
        return f"{file}{' ' if file == OVERRIDE else '.'}{dotted(path)}"
    if not path:
        return file
    table, rest = _split(path)
    key = "" if table_only else "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in rest)
    return f"{file}, " + " ".join(part for part in (f"[{dotted(table)}]" if table else "", key.lstrip(".")) if part)


def _split(path: KeyPath) -> tuple[KeyPath, KeyPath]:
    """Split a path into the table's header as written in a file and the keys below it."""
    if path[0] == "policy" and len(path) > 1:
        return (path[1:3], path[3:]) if path[1] == "phases" else (("policy",), path[1:])
    if path[0] in SCALARS:
        return ("scenario",), path
    header = 2 if path[0] in NAMED else 1
    return path[:header], path[header:]


def show(value: Any) -> str:
    """Return a value as it looks in a file, shortened to one line."""
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, str):
        text = '"' + value.encode("unicode_escape").decode("ascii") + '"' if not value.isprintable() else f'"{value}"'
    elif isinstance(value, date):
        text = value.isoformat()
    elif isinstance(value, dict):
        text = "a table"
    elif isinstance(value, list | tuple):
        text = f"[{', '.join(show(item) for item in value[:FEW])}{', ...' if len(value) > FEW else ''}]"
    elif value is None:
        text = "nothing"
    else:
        text = _plain(value)
    return text if len(text) <= 120 else text[:110] + "..."


def _plain(value: object) -> str:
    try:
        return " ".join(repr(value).split())
    except ValueError:  # a whole number too long to print
        return "a number of thousands of digits"
