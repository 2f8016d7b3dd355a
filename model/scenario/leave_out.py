"""What a scenario leaves out of what it inherits: single tables by `present = false`, and all but some `countries`.

`present = false` is told of what still refers to the table that is left out. `countries` takes along all that lies
elsewhere, and the scenario lists it in `left_out`.
"""

from collections.abc import Iterator
from typing import Any

from model.scenario.checks import Data, named, names_of, number, wanted_name
from model.scenario.compose import Composition
from model.scenario.efforts import nested, parts
from model.scenario.land import Land, land_of, reach_km
from model.scenario.problems import KeyPath, Problem, must_be, other, unknown
from model.scenario.triggers import places

KINDS = ("governments", "groups", "hubs", "allies", "partners", "towns", "areas", "timeline")
LISTS = (("allies", "reach"), ("allies", "neighbours"), ("partners", "countries"), ("partners", "sponsors"))


def leave_out(composition: Composition, data: Data) -> list[Problem]:
    """Take out of composed data what is left out; what is dropped is kept in mind for the checks that follow."""
    composition.dropped.clear()
    problems = [problem for table in KINDS for problem in _absent(composition, data, table, (table,))]
    policy = data.get("policy")
    if isinstance(policy, dict):
        problems += _absent(composition, policy, "phases", ("policy", "phases"))
    gone = {name for table, name in composition.dropped if table in ("governments", "allies")}
    if gone:
        _unlist(data, gone, composition)
    if "countries" in data:
        problems += _restrict(composition, data)
    return problems


def _absent(composition: Composition, data: Data, table: str, above: KeyPath) -> Iterator[Problem]:
    """Drop the tables with `present = false`; groups stay, since factions may have one that is gone as their parent."""
    for name, inner in list(named(data, table)):
        path = (*above, name, "present")
        written = inner.get("present", True)
        if not isinstance(written, bool):
            yield must_be(composition.origin(path), path, "true or false", written)
        if table != "groups":
            inner.pop("present", None)
        if written is not False:
            continue
        others = [each for each in names_of(data, table) if each != name]
        if set(inner) <= {"present", "source"}:
            yield unknown(
                composition.origin(path), path[:-1], False, others, "there is nothing of this name to leave out"
            )
        composition.dropped[table, name] = composition.origin(path)
        if table != "groups" or set(inner) <= {"present", "source"}:
            del data[table][name]


def _unlist(data: Data, gone: set[str], composition: Composition | None = None) -> None:
    """Take names out of lists that are inherited: where an ally acts, where a partner fights, who pays for it."""
    for table, key in LISTS:
        for name, inner in named(data, table):
            listed = inner.get(key)
            inherited = composition is None or not composition.own((table, name, key))
            if isinstance(listed, list) and inherited:
                inner[key] = [each for each in listed if each not in gone]
    for name, ally in named(data, "allies"):
        people = ally.get("diaspora")
        for code in list(people) if isinstance(people, dict) else ():
            if code in gone and (composition is None or not composition.own(("allies", name, "diaspora", code))):
                del ally["diaspora"][code]
    for name, partner in list(named(data, "partners")):
        if partner.get("countries") == []:
            del data["partners"][name]


def _restrict(composition: Composition, data: Data) -> Iterator[Problem]:
    """Keep the countries that are asked for and what lies in them."""
    written, governments = data.pop("countries"), names_of(data, "governments")
    asked = [each.strip() for each in written.split(",")] if isinstance(written, str) else written
    path: KeyPath = ("countries",)
    if not isinstance(asked, list) or not asked:
        yield must_be(composition.origin(path), path, 'a list of countries, like ["NGA", "NER"]', written)
        return
    strange = [each for each in asked if each not in governments]
    for each in strange:
        yield must_be(composition.origin(path), path, wanted_name("governments", governments), each, governments)
    land = land_of(data)
    if strange or land is None:
        return
    before = {table: _titles(data, table) for table in (*KINDS, "phases")}
    yield from _keep(composition, data, tuple(dict.fromkeys(asked)), land)
    after = {table: _titles(data, table) for table in before}
    gone = {table: [title for name, title in before[table].items() if name not in after[table]] for table in before}
    data["left_out"] = {table: titles for table, titles in gone.items() if titles}


def _titles(data: Data, table: str) -> dict[str, str]:
    above = data.get("policy") if table == "phases" else data
    inside = named(above, table) if isinstance(above, dict) else iter(())
    return {name: str(each.get("name") or each.get("place") or each.get("meaning") or name) for name, each in inside}


def _keep(composition: Composition, data: Data, kept: tuple[str, ...], land: Land) -> Iterator[Problem]:
    gone = {name for name in names_of(data, "governments") if name not in kept}
    data["governments"] = {name: each for name, each in data["governments"].items() if name in kept}
    core = data.get("core")
    if isinstance(core, dict):
        seats = [spot for spot in core.get("headquarters") or () if _here(spot, kept, land)]
        if not seats:
            path: KeyPath = ("countries",)
            words = "leave the core without headquarters: keep the country in which it has one"
            yield other(composition.origin(path), path, words, list(kept))
        core["headquarters"] = seats or core.get("headquarters")
        core["holdings"] = [spot for spot in core.get("holdings") or () if _here(spot, kept, land)]
    groups = {name for name, group in named(data, "groups") if group.get("country") in gone}
    for table in ("groups", "towns", "areas"):
        for name, each in list(named(data, table)):
            if each.get("country") in gone:
                del data[table][name]
    _unlist(data, gone)
    _drop_members(data, kept, groups, land)
    _drop_events(data, gone | groups, kept, land)
    _drop_efforts(data, gone | groups, kept, land)


def _drop_members(data: Data, kept: tuple[str, ...], groups: set[str], land: Land) -> None:
    """Take groups that are gone out of facts and families, homes and holdings that are elsewhere out of what stays."""
    for _, group in named(data, "groups"):
        if group.get("parent") in groups:
            del group["parent"]
        group["holdings"] = [spot for spot in group.get("holdings") or () if _here(spot, kept, land)]
    for _, town in named(data, "towns"):
        town["held"] = [fact for fact in town.get("held") or () if fact.get("by") not in groups]
    for name, partner in list(named(data, "partners")):
        partner["homelands"] = [home for home in partner.get("homelands") or () if _here(home, kept, land)]
        if not partner["homelands"]:
            del data["partners"][name]


def _drop_events(data: Data, gone: set[str], kept: tuple[str, ...], land: Land) -> None:
    for name, event in list(named(data, "timeline")):
        place = event.get("place")
        if event.get("target") in gone or (isinstance(place, dict) and not _here(place, kept, land)):
            del data["timeline"][name]
        elif event.get("country") in gone:
            del event["country"]


def _drop_efforts(data: Data, gone: set[str], kept: tuple[str, ...], land: Land) -> None:
    """Take shares of effort at what is gone out of the policy, and phases that wait for it."""
    policy, known = data.get("policy"), places(data)
    for name, phase in list(named(policy, "phases")) if isinstance(policy, dict) else ():
        found = parts(phase.get("effort"))
        left = [part for part in found if part.target not in gone]
        if len(left) < len(found):
            phase["effort"] = nested(left)
        kind, _, target = str(phase.get("when", "")).partition(":")
        lost = kind in ("lost", "taken") and not _here(_point(known.get(target)), kept, land)
        if target in gone or lost or (found and not left):
            del data["policy"]["phases"][name]


def _point(place: tuple[float, float] | None) -> dict[str, Any]:
    return {"lat": place[0], "lon": place[1]} if place else {}


def _here(spot: object, kept: tuple[str, ...], land: Land) -> bool:
    """Tell whether a place lies in the countries that are kept; what is no place is told by the schema."""
    if not isinstance(spot, dict):
        return True
    lat, lon, radius = (number(spot.get(key)) for key in ("lat", "lon", "radius_km"))
    if lat is None or lon is None:
        return bool(spot)
    reach = reach_km(land.resolution, land.kind) + (radius or 0.0)
    away = land.away_km(lat, lon, kept)
    return away <= reach and away <= land.away_km(lat, lon) + reach_km(land.resolution, land.kind) / 2
