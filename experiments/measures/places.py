"""What a comparison shows of places: each country's and each group's difference from the baseline, paired by seed.

Tests are adjusted over all places, measures and policies together (Benjamini and Hochberg). What is large enough to matter
is a share of the place's own mean under the baseline, by the rules of `smallest.py`.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.measures.matrix import Verdict, verdict
from experiments.measures.smallest import Weight, smallest_in, weight
from experiments.measures.statistics import benjamini_hochberg, paired_difference

if TYPE_CHECKING:
    from experiments.measures.evidence import Evidence

COLUMNS = ["policy", "seed", "kind", "place", "measure", "value"]


@dataclass(frozen=True)
class PlaceMeasure:
    """A number of a place: its words, its unit, and which direction is better for people at large."""

    meaning: str
    unit: str
    better: int


MEASURES = {
    ("country", "people"): PlaceMeasure("people under the core and its provinces", "people", -1),
    ("country", "attacks"): PlaceMeasure("attacks in the country", "attacks", -1),
    ("country", "displaced"): PlaceMeasure("displaced people from the country", "people", -1),
    ("country", "legitimacy"): PlaceMeasure("legitimacy of its government, from 0 to 1", "1", 1),
    ("group", "people"): PlaceMeasure("people under the group", "people", -1),
    ("group", "fighters"): PlaceMeasure("fighters of the group", "people", -1),
    ("group", "attacks"): PlaceMeasure("attacks by the group", "attacks", -1),
}


@dataclass(frozen=True)
class PlaceEffect:
    """A policy's difference from the baseline in one place on one measure, as `Effect` has it for the whole."""

    kind: str
    place: str
    measure: str
    policy: str
    mean: float
    baseline_mean: float
    difference: float
    low: float
    high: float
    p: float
    pairs: int
    adjusted_p: float = float("nan")
    verdict: Verdict = "same"
    weight: Weight = "open"


Key = tuple[str, str, str, str]  # kind, place, measure, policy


def place_effects(evidence: "Evidence") -> dict[Key, PlaceEffect]:
    """Return the effects in all places in which anything happened in any run; none where places were not stored."""
    rows = evidence.places
    if rows.empty or not evidence.others:
        return {}
    found = []
    for key, each in rows.groupby(["kind", "place", "measure"], sort=False):
        kind, place, measure = map(str, key)
        mine = each.pivot(index="seed", columns="policy", values="value")
        declared = MEASURES.get((kind, measure))
        if declared is None or evidence.baseline not in mine or not np.nanmax(np.abs(mine.to_numpy()), initial=0.0) > 0:
            continue
        for policy in (name for name in evidence.others if name in mine):
            both = mine[[policy, evidence.baseline]].dropna()
            values, base = both[policy].to_numpy(), both[evidence.baseline].to_numpy()
            if not len(values):
                continue
            paired = paired_difference(values, base)
            found.append(PlaceEffect(kind, place, measure, policy, float(values.mean()), float(base.mean()),
                                     paired.difference, paired.low, paired.high, paired.p, len(values)))  # fmt: skip
    adjusted = benjamini_hochberg([each.p for each in found])
    return {(each.kind, each.place, each.measure, each.policy): _judged(each, float(p))
            for each, p in zip(found, adjusted, strict=True)}  # fmt: skip


def _judged(found: PlaceEffect, adjusted_p: float) -> PlaceEffect:
    declared = MEASURES[found.kind, found.measure]
    here = verdict(found.difference, adjusted_p, declared.better)
    least = smallest_in(declared.unit, found.baseline_mean)
    heavy = weight(found.difference, found.low, found.high, here != "same", least)
    return replace(found, adjusted_p=adjusted_p, verdict=here, weight=heavy)


def places_frame(evidence: "Evidence") -> pd.DataFrame:
    """Return a row an effect in a place, for export."""
    return pd.DataFrame([vars(each) for each in evidence.place_effects.values()])
