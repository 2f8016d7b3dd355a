"""A comparison as tables on a terminal: policies down, outcomes across, differences with their intervals."""

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.compare.comparison import Comparison
from experiments.compare.findings import Measure, measures

SHOWN = (
    "people_core", "people_provinces", "deaths", "displaced", "attacks_international", "attacks_unsanctioned",
    "pledges", "alignment",
)  # fmt: skip
POLICY_WIDTH, CELL_WIDTH = 20, 19


def show(screen: Console, comparison: Comparison) -> None:
    """Print levels of the baseline, differences of the others with intervals, regret, and how to read them."""
    written = measures(comparison)
    at_once = max(1, (screen.width - POLICY_WIDTH - 8) // CELL_WIDTH)
    for start in range(0, len(SHOWN), at_once):
        screen.print(_differences(comparison, [written[name] for name in SHOWN[start : start + at_once]]), "")
    for start in range(0, len(SHOWN), at_once):
        shown = [written[name] for name in SHOWN[start : start + at_once] if written[name].better]
        if shown:
            screen.print(_regrets(comparison, shown), "")
    for line in legend(comparison):
        screen.print(line, style="dim")


def legend(comparison: Comparison) -> list[str]:
    """Return how to read the tables."""
    seeds = len(comparison.seeds)
    lines = [
        f"First row: means of {comparison.baseline}. Others: mean difference from it over {seeds} seeds, paired by "
        "seed, with a 95% interval (Student's t).",
        "* distinguishable from no difference (Benjamini-Hochberg over all policies and outcomes, false discovery rate "
        f"5%); without *: not distinguishable at {seeds} seeds.",
        "Regret: how much worse than the best policy of each seed, on average.",
    ]
    spent = comparison.runs.groupby("policy")["effort_spent"].mean().drop(comparison.baseline, errors="ignore")
    base = comparison.runs.loc[comparison.runs["policy"] == comparison.baseline, "effort_spent"].mean()
    unequal = spent[(spent - base).abs() > 1e-9 * max(1.0, base)]
    if unequal.empty:
        lines.append(f"All policies cost the same effort ({base:,.0f}).")
    else:
        names = ", ".join(f"{policy} ({value:,.0f})" for policy, value in unequal.items())
        lines.append(f"Effort spent is {base:,.0f}, as much as under {comparison.baseline}, but under: {names}.")
    return lines


def _table(shown: list[Measure], title: str) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(title, width=POLICY_WIDTH, overflow="fold")
    for measure in shown:
        unit = f"\n{measure.unit}" if measure.unit else ""
        table.add_column(f"{measure.label}{unit}", justify="right", width=CELL_WIDTH - 1, header_style="default")
    return table


def _differences(comparison: Comparison, shown: list[Measure]) -> Table:
    table = _table(shown, f"Differences from {comparison.baseline}")
    base = comparison.runs[comparison.runs["policy"] == comparison.baseline]
    levels = [measure.number(float(base[measure.name].mean())) for measure in shown]
    table.add_row(Text(comparison.baseline, style="bold"), *levels)
    effects = {(row["policy"], row["outcome"]): row for _, row in comparison.effects.iterrows()}
    for policy in comparison.policies:
        if policy != comparison.baseline:
            table.add_row(policy, *(_cell(effects[policy, measure.name], measure) for measure in shown))
    return table


def _cell(effect: Any, measure: Measure) -> Text:
    """Return a difference, marked where it is distinguishable, above its interval."""
    sure = bool(effect["distinguishable"])
    text = Text(measure.signed(float(effect["difference"])) + ("*" if sure else " "), style="bold" if sure else "dim")
    low, high = (measure.number(float(effect[end])) for end in ("low", "high"))
    return text.append(f"\n[{low}, {high}]", style="not bold dim")


def _regrets(comparison: Comparison, shown: list[Measure]) -> Table:
    table = _table(shown, "Mean regret")
    rows = comparison.regrets.set_index(["policy", "outcome"])["regret"]
    for policy in comparison.policies:
        cells = [measure.number(float(rows.get((policy, measure.name), float("nan")))) for measure in shown]
        table.add_row(policy, *cells)
    return table
