"""A comparison place by place: tables by country and by province, where a policy is worse, small maps of differences."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.measures.evidence import Evidence
from experiments.measures.numbers import number, share_change
from experiments.measures.places import MEASURES, PlaceEffect, PlaceMeasure
from experiments.report.glance import KINDS, kind_of
from experiments.report.words import listed

MOST = 3  # places that a sentence names of a policy
UNITS = {"people": "people"}  # of the others the title says it
LEAST = {"people": 1.0, "attacks": 0.5, "1": 0.0}  # places whose largest mean is below are left out
WORDS = {"country": "country", "group": "group"}


@dataclass(frozen=True)
class PlaceCell:
    """A difference in a place: its kind (see `glance.KINDS`), number, share and interval, as text."""

    kind: str
    number: str
    share: str
    interval: str


@dataclass(frozen=True)
class PlaceRow:
    """A place: its title, a second line in small type, the baseline's mean, and a cell for each other policy."""

    title: str
    note: str
    baseline: str
    cells: list[PlaceCell]


@dataclass(frozen=True)
class PlaceTable:
    """A measure place by place, with a row a country or a group that was a province."""

    title: str
    kind: str
    unit: str
    rows: list[PlaceRow]


@dataclass(frozen=True)
class PlacePart:
    """What a report says of places. `kinds`: the marks that occur, in words; `missing`: why there is nothing."""

    tables: list[PlaceTable]
    kinds: dict[str, str]
    missing: str


def place_part(evidence: Evidence, named: Sequence[str]) -> PlacePart:
    """Return the part of a report on places; the countries `named` by the question come first."""
    if not evidence.place_effects:
        words = "These results hold no numbers of places: an earlier version stored them. Add --fresh to the command."
        return PlacePart([], {}, words if evidence.others else "There is nothing to compare.")
    tables = [table for kind, measure in MEASURES if (table := _table(evidence, kind, measure, named)).rows]
    found = {cell.kind for table in tables for row in table.rows for cell in row.cells}
    return PlacePart(tables, {kind: words for kind, words in KINDS.items() if kind in found}, "")


def _table(evidence: Evidence, kind: str, measure: str, named: Sequence[str]) -> PlaceTable:
    effects = [each for each in evidence.place_effects.values() if (each.kind, each.measure) == (kind, measure)]
    by_place: dict[str, dict[str, PlaceEffect]] = {}
    for each in effects:
        by_place.setdefault(each.place, {})[each.policy] = each
    if kind == "group":
        by_place = {name: found for name, found in by_place.items() if provinces(evidence, name)}
    least = LEAST[MEASURES[kind, measure].unit]
    by_place = {name: found for name, found in by_place.items() if _size(found) >= least or name in named}
    order = sorted(by_place, key=lambda name: (name not in named, -_size(by_place[name])))
    declared = MEASURES[kind, measure]
    rows = [
        PlaceRow(
            place_title(evidence, kind, name), _note(evidence, kind, name),
            place_number(declared, next(iter(by_place[name].values())).baseline_mean),
            [_cell(by_place[name][policy], declared) for policy in evidence.others if policy in by_place[name]],
        )
        for name in order
    ]  # fmt: skip
    return PlaceTable(
        declared.meaning[:1].upper() + declared.meaning[1:], WORDS[kind], UNITS.get(declared.unit, ""), rows
    )


def _size(found: dict[str, PlaceEffect]) -> float:
    return max(max(abs(each.baseline_mean), abs(each.mean)) for each in found.values())


def _cell(effect: PlaceEffect, declared: PlaceMeasure) -> PlaceCell:
    return PlaceCell(
        kind=kind_of(effect.verdict, effect.weight),
        number=place_number(declared, effect.difference, signed=True),
        share=share_change(effect.difference, effect.baseline_mean),
        interval=f"{place_number(declared, effect.low)} to {place_number(declared, effect.high)}",
    )


def place_number(measure: PlaceMeasure, value: float, signed: bool = False) -> str:
    """Return a number of a place: places differ by a thousand times, so that each number has a scale of its own."""
    return number(float(np.round(value)) if measure.unit == "people" else value, signed)


def place_title(evidence: Evidence, kind: str, name: str) -> str:
    """Return what a country or a group is called."""
    if kind == "country":
        return evidence.scenario.governments[name].name
    return evidence.organisation_titles.get(name, evidence.scenario.groups[name].name)


def provinces(evidence: Evidence, group: str) -> float:
    """Return in which share of all runs a group is a province at the end."""
    rows = evidence.places
    mine = rows[(rows["kind"] == "group") & (rows["place"] == group) & (rows["measure"] == "province")]
    return float(mine["value"].mean()) if len(mine) else 0.0


def _note(evidence: Evidence, kind: str, name: str) -> str:
    if kind == "country":
        return ""
    country = evidence.scenario.governments[evidence.scenario.groups[name].country].name
    return f"{country}; a province at the end of {provinces(evidence, name):.0%} of all runs"


def where_words(evidence: Evidence, named: Sequence[str]) -> str:
    """Say in which countries policies are worse on people held; of the countries that the question names, all policies.

    Of each of many policies it names one other country: page one is a page.
    """
    if not evidence.place_effects:
        return ""
    parts: list[tuple[float, str]] = []
    most = MOST if len(evidence.others) <= MOST else 1
    for policy in evidence.others:
        mine = [each for each in evidence.place_effects.values()
                if (each.kind, each.measure, each.policy) == ("country", "people", policy)]  # fmt: skip
        own = [each for each in mine if each.place in named]
        worse = [each for each in mine if kind_of(each.verdict, each.weight) == "worse" and each.place not in named]
        worse.sort(key=lambda each: -abs(each.difference))
        told = [_told(evidence, each) for each in [*own, *worse[:most]]]
        if told:
            more = f" and in {len(worse) - most} more" if len(worse) > most else ""
            largest = max(abs(each.difference) for each in [*own, *worse[:most]])
            parts.append((largest, f"under {evidence.title(policy)} {listed(told)}{more}"))
    if not parts:
        return "In no country do clearly more people come under the core and its provinces under any policy."
    parts.sort(key=lambda part: -part[0])
    shown = parts if named else parts[:MOST]
    left = len(parts) - len(shown)
    others = f"; {left} more {'policy is' if left == 1 else 'policies are'} in the tables by country" if left else ""
    said = "; ".join(part for _, part in shown)
    return f"People under the core and its provinces, by country: {said}{others}."


def _told(evidence: Evidence, effect: PlaceEffect) -> str:
    share = share_change(effect.difference, effect.baseline_mean)
    kind = kind_of(effect.verdict, effect.weight)
    doubt = ", not known" if kind == "open" else ", no difference that matters" if kind == "small" else ""
    amount = place_number(MEASURES["country", "people"], effect.difference, signed=True)
    return f"{place_title(evidence, 'country', effect.place)} {amount} ({share}{doubt})"


def reach_of(evidence: Evidence) -> float:
    """Return the largest difference of people held in any country under any policy, for a common scale of maps."""
    sizes = [abs(each.difference) for each in evidence.place_effects.values()
             if (each.kind, each.measure) == ("country", "people")]  # fmt: skip
    return max((size for size in sizes if np.isfinite(size)), default=0.0) or 1.0
