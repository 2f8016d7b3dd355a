"""The sensitivity of a sweep's outcomes to its factors: what is analysed, in words, tables and figures."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Drawing

from experiments.measures.numbers import number
from experiments.points.salib_blocks import SOBOL, Method
from experiments.report.figures import GREY, INK, PALE, blank, image, plain
from experiments.report.palette import REPORTED, SLATE
from experiments.report.study import Figure, Section, Study, Table, table
from experiments.report.words import listed
from experiments.studies.sensitivity import Floats, convergence, indices, luck, settled
from experiments.sweep.results import Results
from model.record import OUTCOMES

SHOWN = 12  # factors of a figure
WORDS = {
    "S1": "alone", "ST": "with all interactions", "mu_star": "mean absolute effect", "mu": "mean effect",
    "sigma": "spread of effects",
}  # fmt: skip


@dataclass(frozen=True)
class Quantity:
    """What is analysed: an outcome under a policy in a scenario, or its difference from the policy `against`."""

    outcome: str
    scenario: str
    policy: str
    against: str | None = None

    @property
    def words(self) -> str:
        """The quantity as a phrase."""
        meaning = OUTCOMES[self.outcome].meaning if self.outcome in OUTCOMES else self.outcome
        how = f"{self.policy} less {self.against}" if self.against else f"under {self.policy}"
        return f"{meaning}, {how} ({self.scenario})"

    @property
    def name(self) -> str:
        """The quantity as a name of files."""
        return "-".join(word for word in (self.scenario, self.policy, self.against, self.outcome) if word)


@dataclass(frozen=True)
class Sensitivity:
    """What was found of a quantity: indices, how they went with the number of blocks, and the share of luck."""

    quantity: Quantity
    table: pd.DataFrame
    course: pd.DataFrame
    luck: float

    @property
    def settled(self) -> bool:
        """Whether the indices no longer move with more blocks."""
        return settled(self.course)


def quantities(results: Results, outcomes: Sequence[str], baseline: str | None = None) -> list[Quantity]:
    """Return every outcome under every policy, and its difference from the baseline: the first policy, unless named."""
    found = []
    for scenario in dict.fromkeys(name for name, _ in results.arms):
        policies = [policy for name, policy in results.arms if name == scenario]
        base = baseline or policies[0]
        for outcome in outcomes:
            found += [Quantity(outcome, scenario, policy) for policy in policies]
            found += [Quantity(outcome, scenario, policy, base) for policy in policies if policy != base]
    return found


def analyse(results: Results, method: Method, quantity: Quantity) -> Sensitivity:
    """Return the sensitivity of a quantity, the mean over replicates at each point; a point without any is left out."""
    values = results.table(quantity.outcome, quantity.policy, quantity.scenario, quantity.against)
    mean, factors, points = mean_over_replicates(values), results.factors, results.points
    found = indices(method, factors, points, mean)
    return Sensitivity(quantity, found, convergence(method, factors, points, mean), luck(values))


def ranked(found: Sensitivity, method: Method) -> pd.DataFrame:
    """Return the rows of the main index, largest first; `told`: its interval lies above nothing."""
    rows = found.table[found.table["index"] == method.main].copy()
    rows["told"] = rows["value"] - rows["half_width"] > 0
    return rows.sort_values("value", ascending=False, kind="stable").reset_index(drop=True)


def sentence(found: Sensitivity, method: Method) -> str:
    """Say which factors a quantity depends on, as far as intervals allow."""
    rows = ranked(found, method)
    told = rows[rows["told"]].head(3)
    what = found.quantity.words
    label = f"{what[:1].upper()}{what[1:]}"
    if rows["value"].isna().all():
        return f"{label}: too few complete blocks for an answer."
    if told.empty:
        return f"{label}: no factor's influence is distinguishable from zero."
    if method is SOBOL:
        most = listed(
            f"{row['factor']} ({row['value']:.0%} ± {row['half_width']:.0%})" for row in told.to_dict("records")
        )
        words = f"{label}: shares of the variance, including interactions: {most}."
    else:
        most = listed(
            f"{row['factor']} ({number(row['value'])} ± {number(row['half_width'])})" for row in told.to_dict("records")
        )
        words = f"{label}: mean absolute change from one end of the range to the other: {most}."
    return words + ("" if found.settled else " More points could still change this.")


def study(results: Results, method: Method, found: Sequence[Sensitivity], command: str) -> Study:
    """Return the page of an analysis."""
    design = results.manifest["design"]
    noisy = [each.luck for each in found if each.luck == each.luck]
    grades = [
        "Intervals are 95% by bootstrap. A factor is named only where its interval excludes none; indices that moved, "
        "from half to all of the points, by more than their interval are said to be unsettled."
    ]
    if noisy:
        grades.append(
            f"Luck makes {min(noisy):.0%} to {max(noisy):.0%} of the variance of single runs; what is analysed is "
            "their mean over replicates."
        )
    else:
        grades.append(
            "With one replicate per point, chance counts as interactions. Two or more replicates show its share."
        )
    runs = results.summary.get("runs", "")
    return Study(
        title=f"{design['title']}: which factors matter",
        question=design.get("question", ""),
        what=f"Sample for {method.name}: {len(results.points)} points, {len(results.factors)} factors, {runs} runs.",
        answer=[sentence(each, method) for each in found],
        grades=grades,
        sections=[_section(each, method) for each in found],
        varied={name: factor["values"] for name, factor in design["factors"].items()},
        command=command,
    )


def _section(found: Sensitivity, method: Method) -> Section:
    name, words = found.quantity.name, found.quantity.words
    title = f"{words[:1].upper()}{words[1:]}"
    wide = found.table.pivot(index="factor", columns="index", values="value").reset_index()
    main = ranked(found, method)[["factor", "value", "half_width", "told"]]
    data = main.rename(columns={"value": method.main}).merge(wide.drop(columns=method.main), on="factor")
    others = [column for column in wide.columns if column not in ("factor", method.main)]
    headings = {"factor": "factor", method.main: f"{method.main}: {WORDS[method.main]}", "half_width": "± 95%"}
    headings |= {column: f"{column}: {WORDS[column]}" for column in others}
    steps = found.course.pivot(index="factor", columns="blocks", values="value").reset_index()
    course = {"factor": "factor"} | {column: f"{column} blocks" for column in steps.columns if column != "factor"}
    tables: list[Table] = [
        table("Indices", data, headings),
        table(f"Convergence of {method.main}: {'settled' if found.settled else 'not settled'}", steps, course),
    ]
    figure = Figure(f"sensitivity-{name}", image(_bars(found, method), data), f"Influence of each factor: {words}")
    return Section(title, figures=[figure], tables=tables)


def _bars(found: Sensitivity, method: Method) -> Drawing:
    rows = ranked(found, method).head(SHOWN)
    height = 1.1 + 0.24 * max(1, len(rows))
    figure = blank(7.2, height)
    axes = figure.add_axes((0.36, 0.62 / height, 0.6, (height - 1.0) / height))
    places = np.arange(len(rows))
    colours = [SLATE if told else GREY for told in rows["told"]]
    axes.barh(places, rows["value"], 0.62, color=colours, alpha=0.85)
    axes.errorbar(
        rows["value"], places, xerr=rows["half_width"].fillna(0), fmt="none", ecolor=INK, elinewidth=0.9, capsize=2
    )
    if method is SOBOL:
        first = found.table[found.table["index"] == "S1"].set_index("factor")["value"].reindex(rows["factor"])
        axes.plot(first, places, "D", color=REPORTED, markersize=4, label="alone (S1)")
        axes.legend(loc="lower right", fontsize=7, frameon=False)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_yticks(places, list(rows["factor"]), fontsize=7.5)
    axes.invert_yaxis()
    unit = OUTCOMES[found.quantity.outcome].unit if found.quantity.outcome in OUTCOMES else ""
    what = (
        "share of variance, with interactions (ST)"
        if method is SOBOL
        else f"mean absolute effect over the range, {unit}"
    )
    axes.set_xlabel(what, fontsize=7.5)
    plain(axes)
    axes.grid(axis="x", color=PALE, linewidth=0.6)
    figure.text(0.02, 1 - 0.2 / height, found.quantity.words, fontsize=8.5, fontweight="bold", color=INK)
    figure.text(0.02, 0.07 / height, f"{method.name}; grey: not distinguishable from zero", fontsize=6, color="#666666")
    return figure


def mean_over_replicates(values: Floats) -> Floats:
    """Mean of each row without its nans, (points,), nan where there is none."""
    known = ~np.isnan(values)
    return np.where(known.any(axis=1), np.nansum(values, axis=1) / np.maximum(known.sum(axis=1), 1), np.nan)
