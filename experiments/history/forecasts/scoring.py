"""Scores of forecast deaths by unit and month, of the model and of null models, by the challenge's metrics and more.

    crps, ignorance, interval    means over units and months (`scores.py`); lower is better
    brier, ap, auc               of `least` deaths or more in a month: 25 in a country, 1 in a cell, as VIEWS has it
    expected                     events expected, beside `events` reported
    cover50, cover90             share of observations in the central intervals

Coverage is given by bin of what was observed too: most units have none, and cover themselves.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from experiments.history.forecasts.null_counts import History
from experiments.history.scores import (
    BIN_NAMES,
    Floats,
    auc,
    average_precision,
    bin_of,
    brier,
    crps_of_samples,
    ignorance,
    inside,
    interval_score,
)

MODEL = "model"
COLUMNS = (
    "of", "forecaster", "count", "crps", "ignorance", "interval", "brier", "ap", "auc", "events", "expected", "cover50",
    "cover90",
)  # fmt: skip
BIN_COLUMNS = ("of", "forecaster", "bin", "count", "cover90")
BETTER = {"crps": -1, "ignorance": -1, "interval": -1, "brier": -1, "ap": 1, "auc": 1}


@dataclass
class Tally:
    """Scores of one forecaster, month by month."""

    crps: list[Floats] = field(default_factory=list)
    ignorance: list[Floats] = field(default_factory=list)
    interval: list[Floats] = field(default_factory=list)
    cover50: list[Floats] = field(default_factory=list)
    cover90: list[Floats] = field(default_factory=list)
    chance: list[Floats] = field(default_factory=list)

    def add(self, samples: Floats, observed: Floats, least: float) -> None:
        """Score a month: samples (units, draws) against what was observed (units,)."""
        self.crps.append(crps_of_samples(samples, observed))
        self.ignorance.append(ignorance(samples, observed))
        self.interval.append(interval_score(samples, observed))
        self.cover50.append(inside(samples, observed, 0.5).astype(float))
        self.cover90.append(inside(samples, observed, 0.9).astype(float))
        self.chance.append((samples >= least).mean(axis=1))


@dataclass(frozen=True)
class Scored:
    """A row a forecaster (`COLUMNS`), and a row a forecaster and bin (`BIN_COLUMNS`)."""

    scores: pd.DataFrame
    bins: pd.DataFrame


def score_counts(
    of: str, months: Iterator[tuple[int, Floats]], observed: pd.DataFrame, start: int, least: float,
    covariates: Floats | None = None,
) -> Scored:  # fmt: skip
    """Return scores of draws month by month: number of the month, (units, draws).

    observed: a row a month, a column a unit, from before the `start` on; covariates: of units, for `lag_logistic`.
    """
    tallies: dict[str, Tally] = {}
    truth, logistic = list[Floats](), None
    for month, samples in months:
        if month not in observed.index:
            continue
        seen, history = observed.loc[month].to_numpy(dtype=float), History.of(observed, start, samples.shape[1])
        truth.append(seen)
        for name, draws in ({MODEL: samples} | history.samples(month - start + 1)).items():
            tallies.setdefault(name, Tally()).add(draws, seen, least)
        if logistic is None and covariates is not None:
            logistic = history.month_chances(covariates, least)
    chances = {} if logistic is None else {"lag_logistic": np.tile(logistic, len(truth))}
    return _table(of, tallies, chances, np.concatenate(truth), least)


def _table(of: str, tallies: Mapping[str, Tally], chances: Mapping[str, Floats], seen: Floats, least: float) -> Scored:
    rows, bins, event = [], [], seen >= least
    for name, tally in tallies.items():
        means = {key: float(np.concatenate(getattr(tally, key)).mean())
                 for key in ("crps", "ignorance", "interval", "cover50", "cover90")}  # fmt: skip
        rows.append({"of": of, "forecaster": name, **means, **of_events(np.concatenate(tally.chance), event)})
        covered, where = np.concatenate(tally.cover90), bin_of(seen)
        bins += [
            {"of": of, "forecaster": name, "bin": label, "count": int((where == place).sum()),
             "cover90": float(covered[where == place].mean())}
            for place, label in enumerate(BIN_NAMES) if (where == place).any()
        ]  # fmt: skip
    rows += [{"of": of, "forecaster": name, **of_events(chance, event)} for name, chance in chances.items()]
    return Scored(pd.DataFrame(rows, columns=list(COLUMNS)), pd.DataFrame(bins, columns=list(BIN_COLUMNS)))


def of_events(chance: Floats, event: "np.typing.NDArray[np.bool_]") -> dict[str, float]:
    """Return the scores of chances of an event."""
    return {
        "count": len(event), "events": int(event.sum()), "expected": float(chance.sum()),
        "brier": brier(chance, event), "ap": average_precision(chance, event), "auc": auc(chance, event),
    }  # fmt: skip


def loss_line(table: pd.DataFrame) -> str:
    """Say of a table of scores in which the model is beaten by which null model, or that it is not."""
    rows = {str(row["forecaster"]): {str(key): value for key, value in row.items()} for row in table.to_dict("records")}
    model = rows.pop(MODEL)
    lost = []
    for name, row in rows.items():
        better = [
            metric for metric, sign in BETTER.items() if metric in row and sign * (row[metric] - model[metric]) > 0
        ]
        if better:
            lost.append(f"{name.replace('_', ' ')} in {', '.join(better)}")
    of = str(table["of"].iloc[0])
    if not rows:
        return f"{of}: no null model can be made."
    return (
        f"{of}: the model loses to {'; '.join(lost)}." if lost else f"{of}: the model beats or equals every null model."
    )
