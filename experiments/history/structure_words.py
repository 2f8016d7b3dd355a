"""What survives what, and what the fit narrows, in sentences computed from the tables; nothing here knows the answer."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from experiments.history.narrowing import NARROWS, SAME, WIDENS
from experiments.history.structure import PAIRS, REFERENCE
from experiments.history.survival import APPEARS, LOST, REVERSED, SURVIVES
from experiments.measures.certainty import IGNORANCE, from_ignorance
from experiments.measures.numbers import number, percent
from experiments.report.words import listed

type Lines = tuple[list[str], list[str]]  # on survival, on narrowing

NARROWED = (
    "Effects under the prior and under the ensemble: median, 90% range; share of draws of both with the sign of the "
    "ensemble's median; sd of the ensemble over that of the prior with its 90% interval."
)
NAMED = 6  # conditions that are named; of more, their kinds


def title(policy: object, against: object) -> str:
    """Return a pair of policies in words."""
    return f"{policy} against {against} ({PAIRS[str(policy), str(against)]})"


def short(outcome: object) -> str:
    """Return the name of an outcome as a reader reads it."""
    return str(outcome).replace("_", " ")


def survival_lines(table: pd.DataFrame) -> list[str]:
    """Say of each conclusion its size, how many conditions it survives, and where it is lost or reversed."""
    lines = []
    for (policy, against), mine in table.groupby(["policy", "against"], sort=False):
        none = []
        for outcome, rows in mine.groupby("outcome", sort=False):
            reference, others = rows[rows["condition"] == REFERENCE].iloc[0], rows[rows["condition"] != REFERENCE]
            appears = others[others["verdict"] == APPEARS]
            if reference["sign"]:
                lines.append(f"{title(policy, against)}, {short(outcome)}: {_survives(reference, others)}.")
            else:
                none.append(short(outcome) + (f" (a sign appears under {_named(appears)})" if len(appears) else ""))
        if none:
            lines.append(f"{title(policy, against)}: no conclusion in the reference on {listed(none)}.")
    return lines


def _survives(reference: "pd.Series[Any]", others: pd.DataFrame) -> str:
    size, low, high = (number(reference[key], signed=True) for key in ("difference", "low", "high"))
    words = f"{size} [{low} to {high}]; survives {(others['verdict'] == SURVIVES).sum()} of {len(others)} conditions"
    for verdict in (LOST, REVERSED):
        found = others[others["verdict"] == verdict]
        words += f"; {verdict} under {_named(found)}" if len(found) else ""
    return words


def _named(rows: pd.DataFrame) -> str:
    """Return the names of conditions, with the size there as a share of the reference's; of many, how many of each kind."""
    if len(rows) <= NAMED:
        return listed(
            f"{name} (x {round(share, 1) + 0.0:.1f})".replace("-", "−") if share == share else f"{name}"
            for name, share in zip(rows["condition"], rows["of_reference"], strict=True)
        )
    return listed(f"{count} x {kind}" for kind, count in rows["kind"].value_counts(sort=False).items())


def kinds_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return a row a conclusion of the reference: its sign, and by kind of condition how many it survives, as text."""
    others = table[table["condition"] != REFERENCE]
    rows = []
    for (policy, against, outcome), mine in others.groupby(["policy", "against", "outcome"], sort=False):
        keys = (table["policy"] == policy) & (table["against"] == against) & (table["outcome"] == outcome)
        sign = int(table.loc[keys & (table["condition"] == REFERENCE), "sign"].iloc[0])
        cells = {str(kind): _cell(each["verdict"], bool(sign)) for kind, each in mine.groupby("kind", sort=False)}
        rows.append({"pair": title(policy, against), "outcome": short(outcome), "sign": "-.+"[sign + 1], **cells})
    return pd.DataFrame(rows)


def _cell(verdicts: "pd.Series[str]", concluded: bool) -> str:
    if not concluded:
        appears = int((verdicts == APPEARS).sum())
        return f"({appears} appear)" if appears else "."
    reversed_ = int((verdicts == REVERSED).sum())
    words = f"{(verdicts == SURVIVES).sum()} of {len(verdicts)}"
    return f"{words}, {reversed_} reversed" if reversed_ else words


def narrowing_lines(table: pd.DataFrame, orders: pd.DataFrame) -> list[str]:
    """Say of each pair what the fit narrows, leaves or widens; how sure signs are before and after; and the order."""
    lines = []
    for (policy, against), rows in table.groupby(["policy", "against"], sort=False):
        parts = []
        for verdict, words in ((NARROWS, "narrows"), (WIDENS, "widens"), (SAME, "does not detectably narrow")):
            found = [short(name) for name in rows.loc[rows["verdict"] == verdict, "outcome"]]
            if found:
                parts.append(f"{words} {listed(found)}")
        known = (listed(_known(rows, side)) for side in ("prior", "ensemble"))
        words = f"distinguishable from {IGNORANCE} before the fit: {next(known)}; after it: {next(known)}"
        lines.append(f"{title(policy, against)}: the fit {'; it '.join(parts)}. Effects {words}.")
    return [*lines, *_overall(table, orders)]


def _overall(table: pd.DataFrame, orders: pd.DataFrame) -> list[str]:
    """Say whether the order of policies is the same, how many effects are narrowed, and how much of them is luck."""
    lines = []
    same = [short(row["outcome"]) for row in orders.to_dict("records") if row["prior"] == row["ensemble"]]
    other = [
        f"{short(row['outcome'])} (Kendall's tau {row['tau']:+.2f})"
        for row in orders.to_dict("records") if row["prior"] != row["ensemble"]
    ]  # fmt: skip
    lines.append(f"The order of policies is the same under prior and ensemble on {listed(same)}.")
    if other:
        lines.append(f"It is not the same on {listed(other)}.")
    still = (table["verdict"] == SAME).sum()
    lines.append(
        f"In {still} of {len(table)} effects no narrowing can be shown with this many draws: there the ensemble says what "
        f"the prior says. Median ratio of their spreads over all effects: {table['ratio'].median():.2f}; of what parameters "
        f"alone vary, without luck: {table['ratio_parameters'].median():.2f}."
    )
    shares = (percent(float(table[f"{side}_parameters"].median())) for side in ("prior", "ensemble"))
    lines.append(
        f"Of the variance of an effect in one run {next(shares)} is from parameters under the prior and {next(shares)} "
        "under the ensemble (medians over all effects); the rest is luck."
    )
    return lines


def _known(rows: pd.DataFrame, side: str) -> list[str]:
    """Return the outcomes whose effect is distinguishable from ignorance of parameters under prior or ensemble."""
    return [
        short(row["outcome"]) for row in rows.to_dict("records")
        if from_ignorance(row[f"{side}_low"], row[f"{side}_high"], row[f"{side}_points"])
    ]  # fmt: skip


def narrowed_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return effects under prior and ensemble as text: median and 90% range, share of draws with the sign, ratio of sds."""
    rows = []
    for row in table.to_dict("records"):
        cells = {"pair": title(row["policy"], row["against"]), "outcome": short(row["outcome"])}
        for side in ("prior", "ensemble"):
            middle, low, high = (number(row[f"{side}_{key}"], signed=True) for key in ("median", "low", "high"))
            cells[side] = f"{middle} [{low}, {high}]"
        cells["sign in"] = f"{percent(row['prior_signed'])}, {percent(row['ensemble_signed'])}"
        spread = f"{row['ratio']:.2f} [{row['ratio_low']:.2f}, {row['ratio_high']:.2f}]"
        rows.append(
            cells | {"sd, ratio": spread if row["ratio"] == row["ratio"] else "no spread", "fit": row["verdict"]}
        )
    return pd.DataFrame(rows)


def _table(table: pd.DataFrame) -> str:
    lines = [table.columns, ["---"] * len(table.columns), *table.to_numpy()]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def markdown(heading: str, about: Iterable[str], survival: pd.DataFrame, narrowed: pd.DataFrame, lines: Lines) -> str:
    """Return the document: what was run; what survives what; what the fit narrows."""
    first, last = lines
    parts = [
        f"# {heading}",
        *about,
        "## Which conclusion survives what",
        _table(kinds_table(survival)),
        _bullets(first),
    ]
    parts += ["## How much the fit narrows each conclusion", NARROWED, _table(narrowed_table(narrowed)), _bullets(last)]
    return "\n\n".join(parts) + "\n"


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
