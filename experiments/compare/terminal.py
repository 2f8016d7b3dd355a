"""A comparison as tables on a terminal: policies down, outcomes across, differences with their intervals."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.measures.evidence import Effect, Evidence
from experiments.measures.futures import Futures, beside
from experiments.measures.numbers import NumberFormat
from experiments.report.futures import beside_cells
from model.record import OUTCOMES

SHOWN = (
    "people_core", "people_provinces", "cohort_people", "deaths", "displaced", "attacks_international",
    "attacks_unsanctioned", "pledges", "alignment",
)  # fmt: skip
BESIDE = (
    "stated, 95% interval", "futures: median, 90% range", "better\nin", "distinguishable\nfrom", "variance from\nparameters",
)  # fmt: skip
POLICY_WIDTH, CELL_WIDTH = 20, 19


def show(screen: Console, evidence: Evidence) -> None:
    """Print levels of the baseline, differences of the others with intervals, regret, and how to read them."""
    at_once = max(1, (screen.width - POLICY_WIDTH - 8) // CELL_WIDTH)
    for start in range(0, len(SHOWN), at_once):
        screen.print(_differences(evidence, SHOWN[start : start + at_once]), "")
    for start in range(0, len(SHOWN), at_once):
        shown = [name for name in SHOWN[start : start + at_once] if OUTCOMES[name].better]
        if shown:
            screen.print(_regrets(evidence, shown), "")
    for line in legend(evidence):
        screen.print(line, style="dim")


def legend(evidence: Evidence) -> list[str]:
    """Return how to read the tables."""
    seeds = len(evidence.seeds)
    lines = [
        f"First row: means of {evidence.title(evidence.baseline)}. Other rows: mean difference from it over {seeds} seeds, "
        "paired by seed, with a 95% interval (Student's t).",
        "* distinguishable from luck (Benjamini-Hochberg over all policies and outcomes, false discovery rate 5%); "
        f"without *: not distinguishable from luck with {seeds} seeds.",
        "Regret: how much worse a policy is than the best policy of each seed, on average.",
    ]
    base, unequal = evidence.means[evidence.baseline, "effort_spent"], evidence.unequal_effort
    if not unequal:
        lines.append(f"All policies spend the same effort ({base:,.0f} weeks of the leading ally's).")
    else:
        names = ", ".join(f"{evidence.title(policy)} ({value:,.0f})" for policy, value in unequal.items())
        lines.append(f"Effort spent: {base:,.0f} weeks of the leading ally's; a different amount under {names}.")
        lines += [f"{evidence.heading(policy)}: {words}" for policy in unequal if (words := evidence.cost(policy))]
    return lines


def show_futures(screen: Console, evidence: Evidence, futures: Futures) -> None:
    """Print each policy's differences as stated beside those over futures, and how to read them."""
    found = beside(evidence, futures)
    for policy in dict.fromkeys(policy for policy, _ in found):
        title = (
            f"{evidence.title(policy)}: difference from {evidence.title(evidence.baseline)}, as stated and in futures"
        )
        table = Table("", *BESIDE, box=None, pad_edge=False, title=title, title_justify="left", header_style="default")
        for name in SHOWN:
            table.add_row(OUTCOMES[name].meaning, *beside_cells(found[policy, name]))
        screen.print(table, "")
    for line in futures_legend(futures):
        screen.print(line, style="dim", soft_wrap=True)


def futures_legend(futures: Futures) -> list[str]:
    """Return how to read the table of futures."""
    seeds = 1 + len(futures.again)
    split = "the rest is luck (one-way random effects)" if seeds > 1 else "unknown with one seed a future"
    return [
        f"Futures: {len(futures.factors)} {futures.source} {len(futures.factors.columns)} parameters; {seeds} seed(s) each.",
        "Distinguishable from luck: the interval over seeds, at the stated values, excludes zero (adjusted as above). "
        "Distinguishable from ignorance of parameters: the 90% range over futures excludes zero (of ten futures or more; a "
        "range of means over their seeds: some luck is in it).",
        f"Variance from parameters: share of the variance of the difference in one run; {split}.",
        *([futures.note] if futures.note else []),
    ]


def _table(evidence: Evidence, shown: Sequence[str], title: str) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(title, width=POLICY_WIDTH, overflow="fold")
    for name in shown:
        unit = evidence.formats[name].unit
        heading = f"{OUTCOMES[name].meaning}\n{unit}" if unit else OUTCOMES[name].meaning
        table.add_column(heading, justify="right", width=CELL_WIDTH - 1, header_style="default")
    return table


def _differences(evidence: Evidence, shown: Sequence[str]) -> Table:
    table = _table(evidence, shown, f"Differences from {evidence.title(evidence.baseline)}")
    levels = [evidence.formats[name].number(evidence.means[evidence.baseline, name]) for name in shown]
    table.add_row(Text(evidence.heading(evidence.baseline), style="bold"), *levels)
    for policy in evidence.others:
        table.add_row(
            evidence.heading(policy), *(_cell(evidence.effects[policy, name], evidence.formats[name]) for name in shown)
        )
    return table


def _cell(effect: Effect, written: NumberFormat) -> Text:
    """Return a difference, marked where it is distinguishable, above its interval."""
    sure = effect.verdict != "same"
    text = Text(written.signed(effect.difference) + ("*" if sure else " "), style="bold" if sure else "dim")
    return text.append(f"\n[{written.number(effect.low)}, {written.number(effect.high)}]", style="not bold dim")


def _regrets(evidence: Evidence, shown: Sequence[str]) -> Table:
    table = _table(evidence, shown, "Mean regret")
    for policy in evidence.policies:
        table.add_row(
            evidence.heading(policy), *(evidence.formats[name].number(evidence.regrets[policy, name]) for name in shown)
        )
    return table
