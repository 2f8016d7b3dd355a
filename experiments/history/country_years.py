"""Which countries saw fighting in a year: the model's chances scored against what was reported, beside null models.

Null models know the lists of years before the forecast only: `last_year` (those that fought in the last known year),
`base_rate` (the share of countries that did, for each), `lag_logistic` (population, stability and the year before; without
two known years, population and stability).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from experiments.history import nulls
from experiments.history.scores import Floats, auc, average_precision, brier
from model.scenario.schema import Scenario

Flags = npt.NDArray[np.bool_]
MODEL, ALONE = "model", "runs_alone"  # with what known lists say of each country; from deaths of runs and nothing else
NULLS = ("last_year", "base_rate", "lag_logistic")
COLUMNS = ("year", "known", "forecaster", "fighting", "expected", "auc", "ap", "brier")


@dataclass(frozen=True)
class Lists:
    """Reported lists of countries by year, in the order of the scenario's governments."""

    scenario: Scenario
    listed: Mapping[int, Sequence[str]]

    def truth(self, year: int) -> Flags:
        """Return which countries were reported to see fighting in a year, (countries,)."""
        return np.isin(list(self.scenario.governments), self.listed[year])

    def before(self, year: int) -> list[int]:
        """Return the years before one of which there are lists, oldest first."""
        return sorted(each for each in self.listed if each < year)

    def nulls(self, origin: int) -> dict[str, Floats]:
        """Return what null models say that know the lists of years before `origin`; nothing without any."""
        known = self.before(origin)
        if not known:
            return {}
        last = self.truth(known[-1])
        return {
            "last_year": last.astype(float), "base_rate": np.full(len(last), last.mean()),
            "lag_logistic": self._lag_logistic(known),
        }  # fmt: skip

    def _lag_logistic(self, known: Sequence[int]) -> Floats:
        last = self.truth(known[-1])
        pairs = [(year, year + 1) for year in known if year + 1 in known]
        if not pairs:
            return nulls.logistic(nulls.covariates(self.scenario), last)
        features = np.concatenate([nulls.lag_features(self.scenario, self.truth(first)) for first, _ in pairs])
        truth = np.concatenate([self.truth(second) for _, second in pairs])
        return nulls.logistic(features, truth, nulls.lag_features(self.scenario, last))


def score_years(
    lists: Lists,
    chances: Mapping[int, Floats],
    alone: Mapping[int, Floats],
    years: Iterable[int],
    known_until: int,
    origin: int | None = None,
) -> pd.DataFrame:
    """Return a row a year and forecaster (`COLUMNS`). `origin`: the first year that null models do not know.

    alone: chances that no list has touched, since those of a known year have been told the answer.
    """
    rows = []
    for year in years:
        truth = lists.truth(year)
        said = {MODEL: chances[year], ALONE: alone[year]} | lists.nulls(year if origin is None else min(year, origin))
        for name, chance in said.items():
            row = (year, year <= known_until, name, int(truth.sum()), float(chance.sum()), auc(chance, truth),
                   average_precision(chance, truth), brier(chance, truth))  # fmt: skip
            rows.append(dict(zip(COLUMNS, row, strict=True)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def year_lines(table: pd.DataFrame) -> list[str]:
    """Say for each year how many were expected and reported, and on which scores which null model does as well."""
    lines = []
    for year, rows in table.groupby("year", sort=False):
        by_name: dict[str, dict[str, float]] = {
            str(row["forecaster"]): {str(name): value for name, value in row.items()} for row in rows.to_dict("records")
        }
        model, alone = by_name.pop(MODEL), by_name.pop(ALONE)
        words = f"Countries with fighting in {year}: {model['fighting']} reported, {model['expected']:.1f} expected"
        if model["known"]:
            words += f" in sample, where the list itself was used; by the runs alone {alone['expected']:.1f}"
            model = alone
        words += f"; AUC {model['auc']:.2f}, AP {model['ap']:.2f}, Brier {model['brier']:.3f}"
        lost = [
            f"{name.replace('_', ' ')} in {', '.join(better)}" for name, row in by_name.items()
            if (better := _better(row, model))
        ]  # fmt: skip
        verdict = f"It loses to {'; '.join(lost)}" if lost else "It beats or equals each null model"
        lines.append(f"{words}." + (f" {verdict}." if by_name else " No null model: no earlier list is known."))
    return lines


def _better(null: Mapping[str, float], model: Mapping[str, float]) -> list[str]:
    """Return the scores in which a null model is better."""
    found = [name.upper() for name in ("auc", "ap") if null[name] > model[name]]
    found += ["Brier"] if null["brier"] < model["brier"] else []
    near = abs(null["expected"] - null["fighting"]) < abs(model["expected"] - model["fighting"])
    return [*found, "expected number"] if near else found
