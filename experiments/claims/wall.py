"""The cards of the claims wall, from stored verdicts (`stored.py`): verdict, size, fragility."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from experiments.claims.ledger import Claim
from experiments.claims.page import MEANING, ORDER
from experiments.measures.numbers import amount, number

RIVAL = "rival:"


@dataclass(frozen=True)
class OutcomeRow:
    """One outcome of a claim: what it is, the effect with its interval, its verdict and why."""

    name: str
    effect: str
    verdict: str
    reason: str


@dataclass(frozen=True)
class Card:
    """A claim on the wall.

    size: the largest effect, in smallest relevant effects; nothing where none is declared. fragility: the share of other
    conditions (rival findings, draws of the parameters) under which it does not come out so; nothing where none was tried.
    """

    id: str
    title: str
    statement: str
    section: str
    verdict: str
    outcomes: list[OutcomeRow]
    size: float | None
    fragility: float | None
    size_words: str
    fragile_words: str
    by_construction: str


def cards_of(table: pd.DataFrame, claims: dict[str, Claim]) -> list[Card]:
    """Return a card for every claim of the ledger that has a verdict, in the order of verdicts, then of the ledger."""
    cards = [_card(claims[str(name)], rows) for name, rows in table.groupby("claim", sort=False) if str(name) in claims]
    ranks = {name: at for at, name in enumerate(claims)}
    return sorted(
        cards, key=lambda card: (ORDER.index(card.verdict) if card.verdict in ORDER else len(ORDER), ranks[card.id])
    )


def counts_of(cards: list[Card]) -> list[tuple[str, int, str]]:
    """Return each verdict with the number of its cards and its meaning."""
    return [(verdict, sum(card.verdict == verdict for card in cards), MEANING[verdict]) for verdict in ORDER]


def _card(claim: Claim, rows: pd.DataFrame) -> Card:
    stated = rows[rows["condition"] == "stated"]
    verdict = str(stated["claim_verdict"].iloc[0]) if len(stated) else "undetermined"
    sizes = (stated["mean"].abs() / stated["smallest"].where(stated["smallest"] > 0)).dropna()
    size = float(sizes.max()) if len(sizes) and np.isfinite(sizes.max()) else None
    rivals = rows[rows["condition"].str.startswith(RIVAL)].drop_duplicates("condition")
    turned = int((rivals["claim_verdict"] != verdict).sum())
    measured = float((stated["draws"] - stated["draws_failed"]).fillna(0).sum())
    held = float(stated["draws_hold"].fillna(0).sum())
    shares = [turned / len(rivals)] if len(rivals) else []
    shares += [1 - held / measured] if measured > 0 else []
    construction = stated["by_construction"].iloc[0] if len(stated) else ""
    outcomes = [_outcome(row) for row in stated.to_dict("records")]
    return Card(
        claim.id, claim.title, claim.statement, claim.section, verdict, outcomes, size,
        max(shares) if shares else None, _size_words(size), _fragile_words(len(rivals), turned, measured, held),
        str(construction) if isinstance(construction, str) else "",
    )  # fmt: skip


def _outcome(row: dict[Hashable, Any]) -> OutcomeRow:
    unit = str(row["unit"])
    mean, low, high = (float(row[name]) for name in ("mean", "low", "high"))
    if not np.isfinite(mean):
        effect = "not measured"
    else:
        interval = f" (interval {number(low)} to {number(high)})" if np.isfinite(low) else ""
        effect = f"{amount(mean, unit, signed=True)}{interval}"
    return OutcomeRow(str(row["outcome"]), effect, str(row["verdict"]), str(row["reason"]))


def _size_words(size: float | None) -> str:
    return (
        "no smallest relevant effect is declared" if size is None else f"{size:.1f} times the smallest relevant effect"
    )


def _fragile_words(rivals: int, turned: int, measured: float, held: float) -> str:
    parts = [f"another verdict under {turned} of {rivals} rival findings"] if rivals else []
    parts += [f"the expected sign in {held:.0f} of {measured:.0f} parameter draws"] if measured > 0 else []
    return "; ".join(parts) or "neither rival findings nor parameter draws were tried"
