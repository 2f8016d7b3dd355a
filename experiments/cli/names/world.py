"""Names in the scenarios' world: groups, hubs, countries, allies, places, and events of the timeline."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from pydantic import BaseModel

from experiments.cli.names.entry import Entry, Named, value_words
from experiments.cli.names.files import loaded
from model.scenario.schema import Scenario
from model.theatre import theatre_places

SINGULAR = {
    "groups": "local group", "hubs": "hub", "governments": "government", "allies": "ally", "timeline": "timeline event",
    "partners": "partner", "towns": "town",
}  # fmt: skip


def groups() -> list[Named]:
    """Return the local groups by id; their titles are other names."""
    return _tables("groups")


def hubs() -> list[Named]:
    """Return the rival hubs."""
    return _tables("hubs")


def countries() -> list[Named]:
    """Return the countries by ISO 3166 code; their names in English are other names."""
    return _tables("governments")


def allies() -> list[Named]:
    """Return the allies."""
    return _tables("allies")


def partners() -> list[Named]:
    """Return the partners on the ground."""
    return _tables("partners")


def towns() -> list[Named]:
    """Return the towns, with who was reported to hold them when."""
    return _tables("towns")


def timeline() -> list[Named]:
    """Return the events on the timelines of scenarios."""
    return _tables("timeline")


def places() -> list[Named]:
    """Return the places on the maps: headquarters, towns held, constituency areas, and towns of the theatres."""
    found: dict[str, tuple[float, float, list[str]]] = {}
    ids: dict[str, list[str]] = {}
    for scenario in loaded():
        for use, place in _places(scenario):
            found.setdefault(place["place"], (place["lat"], place["lon"], []))[2].append(f"{use} in {scenario.name}")
        for key, area in scenario.areas.items():
            ids.setdefault(area.place, []).append(key)
    for town in theatre_places():
        found.setdefault(town.name, (town.lat, town.lon, []))[2].append(f"town in {town.iso3}")
    return [
        Named(name, "; ".join(dict.fromkeys(uses)), partial(_place, name, lat, lon, uses),
              tuple(dict.fromkeys(ids.get(name, []))))
        for name, (lat, lon, uses) in found.items()
    ]  # fmt: skip


def _tables(kind: str) -> list[Named]:
    """Return the tables of a kind in the shipped scenarios, the baseline's first, each with its titles in any of them."""
    first: dict[str, tuple[BaseModel, str]] = {}
    titles: dict[str, dict[str, None]] = {}
    for scenario in loaded():
        for name, table in getattr(scenario, kind).items():
            first.setdefault(name, (table, scenario.name))
            titles.setdefault(name, {})[_title(table, name)] = None
    return [
        Named(name, _title(table, name), partial(_table, kind, name, table, scenario), tuple(titles[name]))
        for name, (table, scenario) in first.items()
    ]


def _title(table: BaseModel, name: str) -> str:
    titles = (getattr(table, key, "") for key in ("name", "meaning", "place"))
    return str(next(filter(None, titles), name))


def _table(kind: str, name: str, table: BaseModel, scenario: str) -> Entry:
    """Return the entry of a table of a scenario file: every value, with what its schema says about it."""
    meanings = {key: each.description for key, each in type(table).model_fields.items()}
    rows = [(key, value_words(value) + (f"  ({meanings[key]})" if meanings[key] else ""))
            for key, value in table.model_dump(mode="json").items() if value not in ("", [], {}, None)]  # fmt: skip
    rows.append(("change it", f"--set {kind}.{name}.KEY=VALUE"))
    return Entry(f"{SINGULAR[kind]} in {scenario}", name, _title(table, name), rows)


def _places(scenario: Scenario) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every place of a scenario as (use, table)."""
    whole = scenario.model_dump()
    organisations = {"core": whole["core"], **whole["groups"]}
    for name, table in organisations.items():
        yield from (("headquarters of the core", each) for each in table.get("headquarters", []))
        yield from ((f"held by {name}", each) for each in table["holdings"])
    yield from ((f"home of {name}", group) for name, group in whole["groups"].items())
    yield from ((f"seat of {name}", hub) for name, hub in whole["hubs"].items())
    for area in whole["areas"].values():
        yield f"constituency area ({area['share']:.0%} of the people)", area


def _place(name: str, lat: float, lon: float, uses: list[str]) -> Entry:
    rows = [("latitude", f"{lat:.2f}"), ("longitude", f"{lon:.2f}"), *(("use", use) for use in dict.fromkeys(uses))]
    return Entry("place", name, name, rows)
