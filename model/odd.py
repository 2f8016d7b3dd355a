"""The tables of `model/ODD.md` and `model/README.md`, written from the code: `python -m model.odd` renews them.

A table stands between `<!-- table: NAME -->` and `<!-- end -->`; `tests/test_odd.py` fails when one is stale.
"""

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from math import isinf
from pathlib import Path
from textwrap import dedent

from model.flows import uses
from model.record import OUTCOMES
from model.scenario.declarations import Mechanism, declarations
from model.scenario.problems import nearest
from model.state.arrays import fields
from model.state.fields import Field

DOCUMENT = Path(__file__).with_name("ODD.md")
GUIDE = Path(__file__).with_name("README.md")
MARKED = re.compile(r"(<!-- table: (?P<name>[\w.]+) -->\n).*?(<!-- end -->)", re.DOTALL)
GROUPS = {
    "organisation": "Organisations and their links", "cell": "Cells", "country": "Countries", "sector": "Sectors",
    "army": "Armies and partners", "hub": "Hubs", "ally": "Allies and the policy",
    "": "The core's standing and the week's sums",
}  # fmt: skip
FIRST_AXES = {  # where fields of other axes belong
    "camp": "cell", "country_lever": "country", "headquarters": "", "town": "", "phase": "ally",
}  # fmt: skip
AGGREGATES = {"end": "last week", "sum": "sum", "mean": "mean", "max": "largest"}
BETTER = {-1: "less", 0: "", 1: "more"}


def tables() -> dict[str, str]:
    """Return every generated table as Markdown, by the name in its marker."""
    found: dict[str, Callable[[], str]] = {
        "state": _state, "mechanisms": _mechanisms, "rivals": _rivals, "levers": _levers, "outcomes": _outcomes,
        "flows": _flows,
    }  # fmt: skip
    written = {name: make() for name, make in found.items()}
    return written | {f"parameters.{family}": _parameters(family) for family in declarations().parameters}


def rewrite(text: str) -> str:
    """Return the model's document or guide with the content between its markers renewed.

    Raises ValueError for a marker that names no table.
    """
    return tables_in(text, tables(), DOCUMENT.name)


def tables_in(text: str, known: Mapping[str, str], label: str) -> str:
    """Return a text with tables (`known`: name -> Markdown) between its markers; `label`: what an error calls it.

    Raises ValueError for a marker that names no table.
    """

    def fresh(match: re.Match[str]) -> str:
        name = match["name"]
        if name not in known:
            close = nearest(name, known)
            hint = f"; did you mean `{close}`?" if close else f"; there are {', '.join(known)}"
            raise ValueError(f"{label}: no table is called `{name}`{hint}")
        return f"{match[1]}\n{known[name]}\n\n{match[3]}"

    return MARKED.sub(fresh, text)


def marked(text: str) -> list[str]:
    """Return the names of the tables that a document has markers for, in order."""
    return [match["name"] for match in MARKED.finditer(text)]


OWN = ("self.check_week_left", "mechanism")  # calls of the week that are no phase


def phases() -> dict[int, str]:
    """Return the phases of the week, number -> words, as the docstring of `Simulation` lists them."""
    from model.simulation import Simulation  # Mesa and Numba take seconds

    week = " ".join(inspect.cleandoc(Simulation.__doc__ or "").partition("The week:")[2].split())
    return {int(number): words.strip() for number, words in re.findall(r"(\d+) ([^\d.]+?)(?:, (?=\d)|\.)", week)}


def calls() -> list[str]:
    """Return the calls in the body of `Simulation.step` in order: `communication.exchange`, `core.decide`, ..."""
    from model.simulation import Simulation  # Mesa and Numba take seconds

    tree = ast.parse(dedent(inspect.getsource(Simulation.step)))
    made = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    found = [node.args[0] if ast.unparse(node.func) == "do" else node.func for node in made]
    found.sort(key=lambda function: (function.lineno, function.col_offset))
    return [ast.unparse(function).removeprefix("self.") for function in found if ast.unparse(function) not in OWN]


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table; bars in cells are escaped."""
    names = list(header)
    lines = [names, ["---"] * len(names), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def number(value: float) -> str:
    """Return a number as it is read: thousands separated, small ones in full, infinity as a sign."""
    if isinf(value):
        return "∞" if value > 0 else "−∞"
    text = f"{value:,.0f}" if abs(value) >= 1000 and float(value).is_integer() else f"{value:g}"
    return text.replace("-", "−") if "e" not in text else f"{value:.10f}".rstrip("0")


def _state() -> str:
    groups: dict[str, list[list[str]]] = {name: [] for name in GROUPS}
    for name, field in fields().items():
        first = (field.axes.split() or [""])[0]
        entity = "cell" if field.axes == "organisation cell" else FIRST_AXES.get(first, first)
        groups[entity].append([f"`{name}`", field.axes.replace(" ", " × "), _kind(field), *_span(field), field.meaning])
    header = ("field", "axes", "type", "unit", "range", "meaning")
    return "\n\n".join(f"**{GROUPS[name]}**\n\n{table(header, rows)}" for name, rows in groups.items() if rows)


def _kind(field: Field) -> str:
    return str(getattr(field.kind, "__name__", field.kind)).rstrip("_")


def _span(field: Field) -> tuple[str, str]:
    return field.unit, "" if _kind(field) == "bool" else _range(field.low, field.high)


def _range(low: float, high: float) -> str:
    return f"{number(low)} … {number(high)}"


def _parameters(family: str) -> str:
    rows = (
        [f"`{name}`", number(each.value), _range(each.low, each.high), each.unit, each.meaning, each.source]
        for name, each in declarations().parameters[family].items()
    )
    return table((f"`{family}`", "value", "range", "unit", "meaning", "source"), rows)


def _mechanisms() -> str:
    rows = (
        [f"`{name}`", _with_options(each), ", ".join(each.claims)] for name, each in declarations().mechanisms.items()
    )
    return table(("switch", "what it adds", "claims"), rows)


def _with_options(each: Mechanism) -> str:
    options = "; ".join(f"`{name}`: {words}" for name, words in each.options.items())
    return f"{each.meaning}. {options} (default `{each.default}`)" if options else each.meaning


def _rivals() -> str:
    rows = ([f"`{name}`", each.meaning, each.source] for name, each in declarations().rivals.items())
    return table(("switch", "finding", "source"), rows)


def _levers() -> str:
    rows = ([f"`{name}`", each.meaning, each.source] for name, each in declarations().levers.items())
    return table(("lever", "what it buys", "source"), rows)


def _outcomes() -> str:
    rows = (
        [f"`{name}`", each.unit, each.meaning, AGGREGATES[each.aggregate], BETTER[each.better]]
        for name, each in OUTCOMES.items()
    )
    return table(("outcome", "unit", "meaning", "over a run", "better for people"), rows)


def _flows() -> str:
    rows = (
        [f"`{name}`", ", ".join(sorted(use.reads - use.writes)), ", ".join(sorted(use.writes))]
        for name, use in uses().items()
    )
    return table(("file", "reads", "writes (and may read)"), rows)


def changes(before: str, after: str) -> list[str]:
    """Return the names of the tables that differ between two versions of a document."""
    old: Mapping[str, str] = {match["name"]: match[0] for match in MARKED.finditer(before)}
    return [match["name"] for match in MARKED.finditer(after) if old.get(match["name"]) != match[0]]


def main() -> None:
    """Renew the tables of the document and of the guide, and say which have changed."""
    for path in (DOCUMENT, GUIDE):
        before = path.read_text(encoding="utf-8")
        after = rewrite(before)
        path.write_text(after, encoding="utf-8")
        changed = changes(before, after)
        sys.stdout.write(f"{path.name}: {', '.join(changed) + ' renewed' if changed else 'nothing to renew'}\n")


if __name__ == "__main__":
    main()
