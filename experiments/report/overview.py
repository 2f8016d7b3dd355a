"""Several scenarios compared side by side: which differences hold in all of them, and which turn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from experiments.measures.evidence import COUNTED, Effect, Evidence
from experiments.measures.numbers import NONE
from experiments.report.page import rendered
from model.record import OUTCOMES


@dataclass(frozen=True)
class Cell:
    """A difference as text, with its verdict and the mark that shows it."""

    words: str
    verdict: str
    mark: str


@dataclass(frozen=True)
class Row:
    """A policy, with a cell for each scenario."""

    policy: str
    cells: list[Cell]


@dataclass(frozen=True)
class Table:
    """An outcome: policies down, scenarios across."""

    label: str
    rows: list[Row]


def write_overview(scenarios: Sequence[Evidence], path: Path) -> Path:
    """Write one page over the evidence of several scenarios, with links to their reports beside it."""
    page = rendered(
        "overview.html",
        scenarios=scenarios,
        headings=headings(scenarios),
        sentences=sentences(scenarios),
        tables=tables(scenarios),
    )
    path.write_text(page, encoding="utf-8")
    return path


def sentences(scenarios: Sequence[Evidence]) -> list[str]:
    """Say of each policy and counted outcome whether the difference has the same sign in all scenarios, or reverses it."""
    turns, holds = [], []
    names = headings(scenarios)
    for policy in _policies(scenarios):
        for outcome in COUNTED:
            found = {
                f"“{name}”": each.effects.get((policy, outcome)) for each, name in zip(scenarios, names, strict=True)
            }
            verdicts = {effect.verdict for effect in found.values() if effect is not None}
            words = f"“{_title(scenarios, policy)}” on {OUTCOMES[outcome].meaning}"
            if {"better", "worse"} <= verdicts:
                turns.append(f"{words}: better in {_where(found, 'better')}, worse in {_where(found, 'worse')}.")
            elif len(verdicts) == 1 and verdicts <= {"better", "worse"}:
                holds.append(f"{words}: {verdicts.pop()} in every scenario.")
    lines = turns or ["No difference that is distinguishable from luck reverses its sign between these scenarios."]
    return lines + holds


def headings(scenarios: Sequence[Evidence]) -> list[str]:
    """Return the scenarios' titles; of those that share one, with their names."""
    titles = [each.scenario.title for each in scenarios]
    return [title if titles.count(title) == 1 else f"{title} ({each.scenario.name})"
            for title, each in zip(titles, scenarios, strict=True)]  # fmt: skip


def _where(found: Mapping[str, Effect | None], verdict: str) -> str:
    """Return the scenarios in which an effect has a verdict."""
    return ", ".join(name for name, effect in found.items() if effect is not None and effect.verdict == verdict)


def tables(scenarios: Sequence[Evidence]) -> list[Table]:
    """Return a table an outcome counted: policies down, scenarios across, differences from each scenario's baseline."""
    return [
        Table(
            OUTCOMES[outcome].meaning,
            [
                Row(_title(scenarios, policy), [_cell(each, policy, outcome) for each in scenarios])
                for policy in _policies(scenarios)
            ],
        )
        for outcome in COUNTED
    ]


def _cell(evidence: Evidence, policy: str, outcome: str) -> Cell:
    effect = evidence.effects.get((policy, outcome))
    if effect is None:
        return Cell(NONE, "same", "")
    mark = {"better": " ▼ better", "worse": " ▲ worse"}.get(effect.verdict, "")
    return Cell(evidence.formats[outcome].change(effect.difference), effect.verdict, mark)


def _policies(scenarios: Sequence[Evidence]) -> list[str]:
    """Policies that some scenario compares with its baseline, in the order in which they come."""
    return list(dict.fromkeys(name for each in scenarios for name in each.others))


def _title(scenarios: Sequence[Evidence], policy: str) -> str:
    return next(each.policies[policy].heading for each in scenarios if policy in each.policies)
