"""Who will hold which town: the share of runs in which the core's bloc does, against who was reported to.

A town counts as the bloc's where its control is over `reporting.town_control`. With n runs, k of which hold it, the chance
is (k + 1/2) / (n + 1): no town is certain. A run that had a town wrong on the last day known counts after t years with
exp(-t / `MEMORY`) as what was reported and with the rest as itself, as misfits of curves are carried (`discrepancy.py`).
Contested and unknown towns are not scored. Null models: `as_last_known`, and `base_rate`, the share of towns that the bloc
held when last known.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.history.discrepancy import MEMORY, YEAR
from experiments.history.schema import Target
from experiments.history.scores import Floats, auc, average_precision, brier
from experiments.measures.dates import week_of
from experiments.measures.forms import Events
from experiments.measures.towns import KNOWN_UNTIL
from model.record import TOWN_SERIES
from model.scenario.schema import Scenario
from model.why.towns import reported

if TYPE_CHECKING:
    from model.record import Result

COLUMNS = ("town", "date", "chance", "held", "last_known")
SCORE_COLUMNS = ("date", "forecaster", "towns", "held", "expected", "brier", "ap", "auc")
MODEL, LAST_KNOWN, BASE_RATE = "model", "as_last_known", "base_rate"


def town_text(day: date) -> str:
    """Return the name under which the bloc's hold of towns on a day is kept."""
    return f"towns of the bloc on {day}"


def towns_of(result: "Result", day: date) -> list[float]:
    """Return 1 or 0 for each town of a run: whether the bloc holds it in the week nearest to a day."""
    week = min(max(0, week_of(day, result.scenario.start)), len(result.town_rows) - 1)
    control = result.town_rows[week, :, TOWN_SERIES.index("control_bloc")]
    return [float(each) for each in control > result.scenario.parameters["reporting"]["town_control"]]


def quarter_ends(first: date, last: date) -> list[date]:
    """Return the ends of quarters from one day to another."""
    ends = [date(year, month, day) for year in range(first.year, last.year + 1)
            for month, day in ((3, 31), (6, 30), (9, 30), (12, 31))]  # fmt: skip
    return [end for end in ends if first <= end <= last]


def joined(targets: Iterable[Target]) -> dict[str, date]:
    """Return since when groups were reported to be provinces, from reports of single acceptances."""
    found = {}
    for target in targets:
        measure = target.measure
        if not isinstance(measure, Events) or measure.events != "acceptance" or not isinstance(measure.group, list):
            continue
        if len(measure.group) == 1:
            found[measure.group[0]] = target.date
    return found


def of_bloc(holder: str, day: date, since: Mapping[str, date]) -> bool | None:
    """Tell whether a reported holder belongs to the bloc on a day; None where it is contested or unknown."""
    if holder in ("", "contested"):
        return None
    return holder == "core" or (holder in since and since[holder] <= day)


def town_facts(
    scenario: Scenario, day: date, since: Mapping[str, date], holders: Mapping[str, str] | None = None
) -> dict[str, bool]:
    """Return whether the bloc was reported to hold each town of a scenario on a day, where that is known.

    `holders`: reports of that day, town -> holder, which stand instead of the scenario's.
    """
    if holders is None and day > KNOWN_UNTIL:
        return {}
    known = {name: reported(town, day) for name, town in scenario.towns.items()} if holders is None else holders
    said = {name: of_bloc(holder, day, since) for name, holder in known.items()}
    return {name: held for name, held in said.items() if held is not None}


@dataclass(frozen=True)
class Origin:
    """The last day known: who holds towns in runs, (runs, towns), and who was reported to."""

    day: date
    held: Floats
    facts: Mapping[str, bool]

    def carried(self, names: Sequence[str], runs: Floats, day: date) -> Floats:
        """Return the hold of towns by runs on a later day with what is carried of their mistakes, (runs, towns)."""
        known = np.array([name in self.facts for name in names])
        truth = np.array([float(self.facts.get(name, False)) for name in names])
        memory = np.exp(-max(0, (day - self.day).days) / YEAR / MEMORY)
        return np.asarray(np.where(known & (self.held != truth), memory * truth + (1 - memory) * runs, runs))


def town_chances(
    names: Sequence[str], held: Mapping[date, Floats], facts: Mapping[date, Mapping[str, bool]],
    last_known: Mapping[str, bool], origin: Origin | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return a row a town and day (`COLUMNS`), facts missing where they are not known.

    held: day -> (runs, towns); last_known: what null models know; origin: from which mistakes are carried into later days.
    """
    rows = []
    for day, own in held.items():
        runs = own if origin is None or day <= origin.day else origin.carried(names, own, day)
        chance = (runs.sum(axis=0) + 0.5) / (len(runs) + 1)
        for name, each in zip(names, chance, strict=True):
            row = (name, day, float(each), facts.get(day, {}).get(name), last_known.get(name))
            rows.append(dict(zip(COLUMNS, row, strict=True)))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"held": object, "last_known": object})


def score_towns(table: pd.DataFrame) -> pd.DataFrame:
    """Return a row a day and forecaster (`SCORE_COLUMNS`), and rows of all days together, whose date is missing.

    Only towns of which fact and last known holder are there count, so that all forecasters have the same.
    """
    known = table.dropna(subset=["held", "last_known"])
    rows = []
    for day, part in [*known.groupby("date"), (None, known)]:
        if not len(part):
            continue
        truth, last = part["held"].to_numpy(dtype=bool), part["last_known"].to_numpy(dtype=float)
        said = {
            MODEL: part["chance"].to_numpy(dtype=float),
            LAST_KNOWN: last,
            BASE_RATE: np.full(len(last), last.mean()),
        }
        for name, chance in said.items():
            row = (day, name, len(truth), int(truth.sum()), float(chance.sum()), brier(chance, truth),
                   average_precision(chance, truth), auc(chance, truth))  # fmt: skip
            rows.append(dict(zip(SCORE_COLUMNS, row, strict=True)))
    return pd.DataFrame(rows, columns=list(SCORE_COLUMNS))


def town_lines(scores: pd.DataFrame) -> list[str]:
    """Say the Brier score of all days and what null models get."""
    every = scores[scores["date"].isna()].set_index("forecaster") if len(scores) else scores
    if not len(every):
        return []
    model, null = every.loc[MODEL], every.loc[LAST_KNOWN]
    words = f"Towns held by the core's bloc ({model['towns']} towns x quarter ends): Brier {model['brier']:.3f}, "
    words += f"as last known {null['brier']:.3f}, base rate {every['brier'].to_dict()[BASE_RATE]:.3f}; "
    words += f"{model['held']} held, {model['expected']:.1f} expected"
    briers = every["brier"].to_dict()
    lost = [name.replace("_", " ") for name in (LAST_KNOWN, BASE_RATE) if briers[name] < briers[MODEL]]
    return [f"{words}. {'It loses to ' + ' and '.join(lost) if lost else 'It beats both null models'}."]
