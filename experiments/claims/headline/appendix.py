"""The numbers in full, as Markdown tables: means over worlds, regret, checks."""

from collections.abc import Iterable, Iterator, Sequence
from math import nan
from typing import Any

import pandas as pd

from experiments.claims.headline.arms import ARMS, COMPARISONS
from experiments.claims.headline.axes import AXES
from experiments.claims.headline.checks import Checked
from experiments.claims.headline.decisive import Deciding
from experiments.claims.headline.design import BOX, ENSEMBLE
from experiments.claims.headline.regret import CHOICES, regrets
from experiments.claims.headline.verdicts import BY_OUTCOME, COUNTED, Headline, chosen
from experiments.claims.headline.words import WAYS, capital, since
from experiments.measures.numbers import NONE, percent

MEANS = "Treatment less control, with the 95% interval over worlds; fewer is better of each outcome."
REGRET = "Mean regret; the regret that a tenth of the worlds exceed; the share of worlds in which a plan is best."
CORRELATIONS = "Of the level of each assumption with the difference, averaged over the four outcomes."


def appendix(headline: Headline, decided: Sequence[Deciding], checks: Checked) -> list[str]:
    """Return headings and tables."""
    design, parts = headline.batch.design, ["## All means over worlds", MEANS]
    for scenario, start in since(headline).items():
        parts += [f"From {start}, {design.points} worlds of the box:", table(*_means(headline, scenario, BOX))]
        if design.members:
            parts += [f"From {start}, {design.members} members of the ensemble:"]
            parts += [table(*_means(headline, scenario, ENSEMBLE))]
    parts += ["## Squared rank correlations", CORRELATIONS, table(*_correlations(headline, decided))]
    found = regrets(headline.batch)
    parts += ["## Regret in full", REGRET]
    for scenario, start in since(headline).items():
        for choice in CHOICES:
            among = f"plans of {choice}" if choice != "all" else "all plans"
            parts += [f"From {start}, {among}:", table(*_regrets(found, scenario, choice))]
    if len(checks.table):
        parts += [
            "## The checks in full",
            f"Means over {checks.worlds} worlds; a size class that does not stay is in bold.",
        ]
        for scenario, start in since(headline).items():
            parts += [f"From {start}:", table(*_checks(checks, scenario))]
    return parts


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows)]
    return "\n".join(lines)


def _means(headline: Headline, scenario: str, source: str) -> tuple[Sequence[str], list[Sequence[str]]]:
    rows: list[Sequence[str]] = []
    for comparison in COMPARISONS:
        for counted in COUNTED:
            row = headline.mean(scenario, comparison.name, counted.name, source)
            difference, low, high = (counted.number(row[key], True) for key in ("difference", "low", "high"))
            rows.append((
                comparison.label, counted.title, counted.number(row["control"]), f"{difference} ({low} to {high})",
                percent(row["relative"]).replace("-", "−"), counted.number(row["smallest"]), row["verdict"],
                *(str(row[kind]) for kind in ("better", "negligible", "unclear", "worse")), percent(row["assumptions"]),
            ))  # fmt: skip
    heads = ("comparison", "outcome", "control", "difference", "share", "what matters", "verdict", "better",
             "negligible", "unclear", "worse", "variance from assumptions")  # fmt: skip
    return heads, rows


def _correlations(headline: Headline, decided: Sequence[Deciding]) -> tuple[Sequence[str], list[Sequence[str]]]:
    starts = since(headline)
    heads = ["assumption", *(f"{WAYS[each.comparison]}, {starts[each.scenario]}" for each in decided)]
    return heads, [[axis.title, *(percent(each.strongest.get(axis.name, nan)) for each in decided)] for axis in AXES]


def _regrets(found: pd.DataFrame, scenario: str, choice: str) -> tuple[Sequence[str], list[Sequence[str]]]:
    found = chosen(found, scenario=scenario, choice=choice)
    rows: list[Sequence[str]] = []
    for plan in CHOICES[choice]:
        mine = chosen(found, plan=plan).set_index("outcome").to_dict("index")
        cells = [_regret(str(outcome), row) for outcome, row in mine.items()]
        rows.append([capital(ARMS[plan].title), *cells])
    return ["plan", *(counted.title for counted in COUNTED)], rows


def _regret(outcome: str, row: dict[Any, Any]) -> str:
    counted = BY_OUTCOME[outcome]
    return f"{counted.number(row['mean_regret'])}; {counted.number(row['regret_90'])}; {percent(row['best'])}"


def _checks(checks: Checked, scenario: str) -> tuple[Sequence[str], Iterator[Sequence[str]]]:
    there = list(dict.fromkeys(checks.table["check"]))
    return ("comparison", "outcome", "as stated", *there), _check_rows(checks, scenario)


def _check_rows(checks: Checked, scenario: str) -> Iterator[Sequence[str]]:
    there = dict.fromkeys(checks.table["check"], NONE)
    for comparison in COMPARISONS:
        for counted in COUNTED:
            found = chosen(checks.table, scenario=scenario, comparison=comparison.name, outcome=counted.name)
            cells, stated = dict(there), NONE
            for row in found.to_dict("records"):
                size = counted.number(row["then_difference"], True)
                cells[row["check"]] = f"stays, {size}" if row["stays"] else f"**{row['then_class']}**, {size}"
                stated = f"{row['stated_class']}, {counted.number(row['stated_difference'], True)}"
            yield (comparison.label, counted.title, stated, *cells.values())
