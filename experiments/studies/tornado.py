"""One factor at a time, from its default value to either end of its range: a tornado chart of paired differences.

It shows what each assumption can do alone. Only a sample of the whole space shows what factors do together.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Drawing
from matplotlib.patches import Patch
from matplotlib.ticker import StrMethodFormatter

from experiments.measures.certainty import from_luck
from experiments.measures.numbers import number
from experiments.measures.statistics import benjamini_hochberg, paired_difference
from experiments.points.factors import Choices, Factor
from experiments.report.figures import GREY, INK, PALE, blank, image, plain
from experiments.report.palette import HIGH, LOW
from experiments.report.study import Figure, Section, Study, table
from experiments.report.words import listed
from experiments.studies.sensitivity import Floats
from experiments.studies.sensitivity_study import Quantity
from experiments.sweep.design import Design
from experiments.sweep.results import Results
from model.record import OUTCOMES
from model.scenario.schema import Scenario

SHOWN = 16
STEPS = 60  # of the bisection for a stated value's place in its range
MIDDLE = 0.5
GRADE = (
    "Differences are paired by seed; a factor is named only if one end is distinguishable from luck, adjusted for the "
    "number of factors."
)


def tornado_points(design: Design, scenario: Scenario) -> Floats:
    """Return the stated point, then for each factor its low end and its high end, (1 + 2 factors, factors)."""
    stated = np.array([stated_share(factor, scenario) for factor in design.factors])
    points = np.tile(stated, (1 + 2 * len(stated), 1))
    for position in range(len(stated)):
        points[1 + 2 * position, position], points[2 + 2 * position, position] = 0.0, 1.0
    return points


def stated_share(factor: Factor, scenario: Scenario) -> float:
    """Return where in a factor's range the scenario's own value lies, 0 to 1; the middle where it has none."""
    value = _stated(factor.key, scenario)
    if value is None:
        return MIDDLE
    if isinstance(factor.spread, Choices):
        values = factor.spread.values
        return (values.index(value) + 0.5) / len(values) if value in values else MIDDLE
    low, high = 0.0, 1.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if float(factor.spread.at(middle)) < float(value) else (low, middle)
    return (low + high) / 2


def _stated(key: str, scenario: Scenario) -> Any:
    family, _, name = key.partition(".")
    tables: dict[str, Any] = {"rivals": scenario.rivals, "mechanisms": scenario.mechanisms} | scenario.parameters
    return tables.get(family, {}).get(name)


def swings(results: Results, quantity: Quantity) -> pd.DataFrame:
    """Return a row a factor: the mean paired difference from the stated point at its low and its high end.

    Columns: factor, low, low_from, low_to, high, high_from, high_to (95% intervals over seeds, Student's t; nan from one
    replicate), told (one of both is distinguishable from none, Benjamini and Hochberg over all), swing (the larger size).
    """
    values = results.table(quantity.outcome, quantity.policy, quantity.scenario, quantity.against)
    rows, p = [], []
    for position, factor in enumerate(results.factors):
        ends = [_paired(values[1 + 2 * position + end], values[0]) for end in (0, 1)]
        p += [end.p for end in ends]
        spans = [number for end in ends for number in (end.difference, end.low, end.high)]
        rows.append((factor, *spans, max(abs(spans[0]), abs(spans[3]))))
    columns = ["factor", "low", "low_from", "low_to", "high", "high_from", "high_to", "swing"]
    frame = pd.DataFrame(rows, columns=columns)
    adjusted = benjamini_hochberg(p).reshape(-1, 2) if p else np.zeros((0, 2))
    frame["told"] = from_luck(adjusted).any(axis=1)
    return frame.sort_values("swing", ascending=False, kind="stable").reset_index(drop=True)


def _paired(values: Floats, stated: Floats) -> Any:
    known = ~np.isnan(values) & ~np.isnan(stated)
    return paired_difference(values[known], stated[known])


def tornado_study(results: Results, asked: Sequence[Quantity], command: str) -> Study:
    """Return the page of a tornado."""
    design, sections, answer = results.manifest["design"], [], []
    for quantity in asked:
        frame = swings(results, quantity)
        told = frame[frame["told"]].head(3)
        words = f"{quantity.words[:1].upper()}{quantity.words[1:]}"
        most = listed(
            f"{row['factor']} ({number(row['low'], True)} at its low end, {number(row['high'], True)} at its high end)"
            for row in told.to_dict("records")
        )
        answer.append(
            f"{words}: {'no factor alone is distinguishable from luck' if told.empty else 'most by ' + most}."
        )
        drawing = image(_bars(frame, quantity), frame)
        figure = Figure(f"tornado-{quantity.name}", drawing, f"What each factor does alone: {quantity.words}")
        headings = {"factor": "factor", "low": "at the low end", "high": "at the high end", "swing": "larger"}
        sections.append(
            Section(words, figures=[figure], tables=[table("Differences from the stated point", frame, headings)])
        )
    return Study(
        title=f"{design['title']}: one assumption at a time",
        question=design.get("question", ""),
        what=f"Each factor moves from its default value to either end of its range: {len(results.points)} points.",
        answer=answer,
        grades=[GRADE],
        sections=sections,
        varied={name: factor["values"] for name, factor in design["factors"].items()},
        command=command,
        limits=["One factor at a time shows nothing about interactions: use Sobol indices for these."],
    )  # fmt: skip


def _bars(frame: pd.DataFrame, quantity: Quantity) -> Drawing:
    rows = frame.head(SHOWN)
    height = 1.35 + 0.26 * max(1, len(rows))
    figure = blank(7.2, height)
    axes = figure.add_axes((0.34, 0.62 / height, 0.62, (height - 1.25) / height))
    places = np.arange(len(rows))
    for end, colour, shift in (("low", LOW, -0.17), ("high", HIGH, 0.17)):
        shade = [colour if told else GREY for told in rows["told"]]
        axes.barh(places + shift, rows[end], 0.34, color=shade)
        error = (rows[f"{end}_to"] - rows[f"{end}_from"]).fillna(0) / 2
        axes.errorbar(rows[end], places + shift, xerr=error, fmt="none", ecolor=INK, elinewidth=0.8, capsize=1.5)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_yticks(places, list(rows["factor"]), fontsize=7.5)
    axes.invert_yaxis()
    unit = OUTCOMES[quantity.outcome].unit if quantity.outcome in OUTCOMES else ""
    axes.set_xlabel(f"difference from the default values, {unit}", fontsize=7.5)
    keys = [Patch(color=LOW, label="low end of the range"), Patch(color=HIGH, label="high end")]
    figure.legend(
        handles=keys, loc="upper right", fontsize=7, frameon=False, ncols=2, bbox_to_anchor=(0.99, 1 - 0.28 / height)
    )
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.6g}"))
    plain(axes)
    axes.grid(axis="x", color=PALE, linewidth=0.6)
    figure.text(0.02, 1 - 0.2 / height, quantity.words, fontsize=8.5, fontweight="bold", color=INK)
    figure.text(
        0.02, 0.07 / height, "upper bar: low end; lower bar: high end; grey: not distinguishable from luck", fontsize=6
    )
    return figure
