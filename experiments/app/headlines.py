"""The charts beside the map: three outcomes that the visitor chose, with bands of an ensemble and pins of events."""

from typing import Any

import numpy as np

from experiments.app.chart_view import HEADLINES, SHOWN, TITLES, numbers, spec_of, thinned
from experiments.app.pair import Shown
from experiments.app.session import Session
from experiments.report.explain import sentence

PINNED = (
    "core_dead", "relocation", "headquarters_lost", "outside_power", "acceptance", "defection", "secession", "split",
    "splinter", "expulsion", "refusal", "founding",
)  # fmt: skip
SHORT = {  # titles of charts that have no room for more than two words
    "people_core": "Core holds", "people_provinces": "Provinces hold", "cohort_people": "First provinces",
    "towns_core": "Core: towns", "alignment": "Alignment", "fighters_core": "Core: fighters",
    "fighters_provinces": "Provinces: fighters", "attacks_state": "State attacks", "attacks_international": "Attacks beyond",
    "messages_delivered": "Messages", "displaced": "Displaced",
}  # fmt: skip
MIDDLE = (0.1, 0.9)  # quantiles between which a band lies


def chosen(names: tuple[str, ...], at: int, name: str) -> tuple[str, ...]:
    """Return headlines with another one in a place; the two change places where it is shown already."""
    if name not in SHOWN or not 0 <= at < len(names):
        return names
    swapped = [names[at] if each == name else each for each in names]
    swapped[at] = name
    return tuple(swapped)


def readable(names: list[str]) -> tuple[str, ...]:
    """Return the headlines that a link names: those that exist, filled up with the usual ones."""
    known = [name for name in dict.fromkeys([*names, *HEADLINES]) if name in SHOWN]
    return tuple(known[: len(HEADLINES)])


def headlines(shown: Shown, titles: list[str], names: tuple[str, ...]) -> dict[str, Any]:
    """Return charts as `spec_of` does, with what can be chosen, and pins of events up to the last week of the lines."""
    choices = [[name, TITLES[name]] for name in SHOWN]
    spec = spec_of(shown, titles, names)
    for chart in spec["charts"]:
        chart["short"] = SHORT.get(chart["id"], chart["title"])
    return spec | {"choices": choices, "fit": True, "pins": pins_of(shown, titles)}


def pins_of(shown: Shown, titles: list[str]) -> list[list[Any]]:
    """Return the turning points of each world: [week, number of the world, words]; what both have is told once."""
    found: dict[tuple[int, str], list[int]] = {}
    for number, world in enumerate(shown.worlds):
        names = {each.name: each.title for each in world.organisations}
        for event in world.events(shown.computed):
            if event.kind in PINNED:
                words = sentence(names, world.scenario.governments, event)
                found.setdefault((event.week, words), []).append(number)
    several = len(titles) > 1
    return [
        [week, numbers_of[0], f"{titles[numbers_of[0]]}: {words}" if several and len(numbers_of) == 1 else words]
        for (week, words), numbers_of in sorted(found.items())
    ]


def bands_of(session: Session) -> dict[str, Any]:
    """Return the middle 80% of an ensemble's runs, series by series and world by world; empty unless it is over and of
    what is set.
    """
    ensemble = session.ensemble
    if ensemble is None or not ensemble.over or ensemble.setting != session.setting or len(ensemble.paired) < 2:
        return {}
    seeds, weeks = ensemble.paired, thinned(ensemble.weeks)
    bands: dict[str, list[Any]] = {name: [] for name in SHOWN}
    for courses in ensemble.courses:
        stack = np.stack([courses[seed].series[weeks] for seed in seeds])  # (seeds, weeks, SHOWN)
        low, high = np.quantile(stack, MIDDLE, axis=0)
        for column, name in enumerate(SHOWN):
            bands[name].append({"low": numbers(low[:, column]), "high": numbers(high[:, column])})
    words = f"Bands: the middle 80% of {len(seeds)} seeds. {ensemble.values}"
    return {"weeks": weeks.tolist(), "words": words, "series": bands}
