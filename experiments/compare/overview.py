"""Several scenarios compared side by side: which differences hold in all of them, and which turn."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from experiments.compare.comparison import Comparison
from experiments.compare.findings import HEADLINES
from experiments.measures.numbers import Effect, all_effects
from experiments.report.page import rendered
from model.record import OUTCOMES

Row = dict[str, Any]
Effects = Mapping[str, Mapping[tuple[str, str], Effect]]  # by scenario, then by policy and outcome


def write_overview(comparisons: Sequence[Comparison], path: Path) -> Path:
    """Write one page over the comparisons of several scenarios, with links to their reports beside it."""
    effects = {each.scenario.name: all_effects(each) for each in comparisons}
    page = rendered(
        "overview.html",
        comparisons=comparisons,
        sentences=sentences(comparisons, effects),
        tables=tables(comparisons, effects),
    )
    path.write_text(page, encoding="utf-8")
    return path


def sentences(comparisons: Sequence[Comparison], effects: Effects) -> list[str]:
    """Say of each policy and counted outcome whether the difference has the same sign in all scenarios, or turns."""
    turns, holds = [], []
    for policy in _policies(comparisons):
        for outcome in HEADLINES:
            found = [effects[each.scenario.name].get((policy, outcome)) for each in comparisons]
            verdicts = {effect.verdict for effect in found if effect is not None}
            label = OUTCOMES[outcome].meaning
            if {"better", "worse"} <= verdicts:
                names = {
                    verdict: ", ".join(
                        each.scenario.name
                        for each, effect in zip(comparisons, found, strict=True)
                        if effect is not None and effect.verdict == verdict
                    )
                    for verdict in ("better", "worse")
                }
                title = _title(comparisons, policy)
                turns.append(f"“{title}” on {label}: better in {names['better']}, worse in {names['worse']}.")
            elif len(verdicts) == 1 and verdicts <= {"better", "worse"}:
                holds.append(f"“{_title(comparisons, policy)}” on {label}: {verdicts.pop()} in every scenario.")
    lines = turns or ["No distinguishable difference turns its sign from one of these scenarios to another."]
    return lines + holds


def tables(comparisons: Sequence[Comparison], effects: Effects) -> list[Row]:
    """Return a table an outcome counted: policies down, scenarios across, differences from each scenario's baseline."""
    return [
        {
            "label": OUTCOMES[outcome].meaning,
            "rows": [
                {
                    "policy": _title(comparisons, policy),
                    "cells": [_cell(effects[each.scenario.name].get((policy, outcome))) for each in comparisons],
                }
                for policy in _policies(comparisons)
            ],
        }
        for outcome in HEADLINES
    ]


def _cell(effect: Effect | None) -> Row:
    if effect is None:
        return {"words": "–", "verdict": "same", "mark": ""}
    words = f"{effect.measure.signed(effect.difference)} {effect.measure.unit}".rstrip()
    mark = {"better": " ▼ better", "worse": " ▲ worse"}.get(effect.verdict, "")
    return {"words": words, "verdict": effect.verdict, "mark": mark}


def _policies(comparisons: Sequence[Comparison]) -> list[str]:
    """Policies that some scenario compares with its baseline, in the order in which they come."""
    return list(dict.fromkeys(name for each in comparisons for name in each.policies if name != each.baseline))


def _title(comparisons: Sequence[Comparison], policy: str) -> str:
    return next(each.policies[policy].title for each in comparisons if policy in each.policies)
