"""What the schema alone cannot see: names of other tables, dates, circles, shares that must not add up to over 1.

The checks run on composed data that may be wrong in other ways; what is not of the right kind is passed over here and
reported by the schema. Each check yields problems.
"""

import math
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from model.scenario.compose import Composition
from model.scenario.problems import FEW, KeyPath, Problem, dotted, few, must_be, other, unknown
from model.scenario.schema import HOLDING_RIM

type Data = dict[str, Any]

FIRST, LAST = date(1900, 1, 1), date(2100, 1, 1)
REFERENCES = (
    ("groups", "country", "governments"), ("groups", "hub", "hubs"), ("groups", "parent", "groups"),
    ("areas", "country", "governments"), ("towns", "country", "governments"), ("timeline", "country", "governments"),
    ("allies", "reach", "governments"), ("allies", "neighbours", "governments"),
)  # fmt: skip
TARGETS = {
    "prestige": ("hubs",), "forces": ("governments",), "legitimacy": ("governments",), "exclusion": ("governments",),
    "treasury_loss": ("groups",), "fighters_loss": ("groups",), "control_loss": ("groups",), "brutality": ("groups",),
    "attack": ("groups",),
}  # fmt: skip
ROUNDING = 1e-9


def cross_checks(composition: Composition, data: Data) -> Iterator[Problem]:
    """Yield every problem between tables of a composed scenario."""
    yield from _references(composition, data)
    yield from _diaspora(composition, data)
    yield from _parents(composition, data)
    yield from _targets(composition, data)
    yield from _timeline(composition, data)
    yield from _faiths(composition, data)
    yield from holdings_checks(composition, data)


def named(data: Data, table: str) -> Iterator[tuple[str, Data]]:
    """Yield the named tables of a table of tables that are tables indeed."""
    tables = data.get(table)
    for name, inner in tables.items() if isinstance(tables, dict) else ():
        if isinstance(inner, dict):
            yield name, inner


def present(data: Data, table: str) -> Iterator[tuple[str, Data]]:
    """Yield the named tables that are not left out."""
    return ((name, inner) for name, inner in named(data, table) if inner.get("present") is not False)


def left_out(composition: Composition, path: KeyPath, gone: str) -> Problem:
    """Return the problem of a table that refers to one which is left out."""
    phase = path[:2] == ("policy", "phases")
    table = f"[phases.{path[2]}]" if phase else f"[{dotted(path[:2])}]"
    words = f"{gone}: leave this out too, with present = false below {table}, or name another"
    return other(composition.origin(path), path, words, gone, "a name that is not left out")


def number(value: object) -> float | None:
    """Return a finite number, or None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e15:
        return None
    return float(value)


def names_of(data: Data, table: str) -> list[str]:
    """Return the names in a table of tables."""
    tables = data.get(table)
    return [str(name) for name in tables] if isinstance(tables, dict) else []


def wanted_name(table: str, names: list[str]) -> str:
    """Say that a name of a table is wanted, and which there are if they are few."""
    listed = f" ({few(names)})" if 0 < len(names) <= FEW else "; there are none" if not names else ""
    return f"a name of [{table}]{listed}"


def _references(composition: Composition, data: Data) -> Iterator[Problem]:
    """Yield names that are not there; a code in small letters is reported where it is given to the government."""
    for table, key, target in REFERENCES:
        names = names_of(data, target)
        known = {"", *names} if target != "governments" else {name.upper() for name in names}
        for name, inner in present(data, table) if known else ():
            value = inner.get(key)
            texts = list(enumerate(value)) if isinstance(value, list) else [(-1, value)]
            for index, text in texts:
                path: KeyPath = (table, name, key) if index < 0 else (table, name, key, index)
                gone = composition.gone(target, text) if key != "parent" else ""  # a faction may outlive its parent
                if gone:
                    yield left_out(composition, path, gone)
                elif isinstance(text, str) and text not in known:
                    yield must_be(composition.origin(path), path, wanted_name(target, names), text, names)


def _diaspora(composition: Composition, data: Data) -> Iterator[Problem]:
    names = names_of(data, "governments")
    for name, ally in named(data, "allies"):
        people = ally.get("diaspora")
        for country, number_of in people.items() if isinstance(people, dict) else ():
            if names and country not in (name.upper() for name in names):
                path = ("allies", name, "diaspora", country)
                gone = composition.gone("governments", country)
                words = f"{gone}; leave it out here too" if gone else "no such name in [governments]"
                yield unknown(composition.origin(path), path, number_of, [] if gone else names, words)


def _parents(composition: Composition, data: Data) -> Iterator[Problem]:
    parents = {name: group.get("parent") for name, group in named(data, "groups")}
    reported: set[str] = set()
    for name in parents:
        chain = [name]
        while isinstance(parent := parents.get(chain[-1]), str) and parent in parents and parent not in chain:
            chain.append(parent)
        if parent == name and not reported & set(chain):
            reported |= set(chain)
            path = ("groups", name, "parent")
            circle = "itself" if len(chain) == 1 else f"its own descendant: {' -> '.join([*chain, name])}"
            yield other(composition.origin(path), path, f"a group cannot be a faction of {circle}", parent)


def _targets(composition: Composition, data: Data) -> Iterator[Problem]:
    for name, event in named(data, "timeline"):
        kind, target = event.get("kind"), event.get("target", "core")
        if not isinstance(kind, str) or kind not in TARGETS or not isinstance(target, str):
            continue
        (table,) = TARGETS[kind]
        core = [] if table == "governments" else ["core"]
        names = core + names_of(data, table)
        gone = composition.gone(table, target)
        if gone or target not in names:
            path = ("timeline", name, "target" if "target" in event else "kind")
            wanted = ("core or " if core else "") + wanted_name(table, names[len(core) :]) + f", for kind {kind}"
            problem = must_be(composition.origin(path), path, wanted, target, names)
            yield left_out(composition, path, gone) if gone else problem


def window(data: Data) -> tuple[date, date] | None:
    """Return the first day of a scenario and the day after its last week, or None where they cannot be known."""
    start, weeks = data.get("start"), data.get("weeks")
    if type(start) is not date or type(weeks) is not int or not 1 <= weeks <= 2600 or not FIRST <= start <= LAST:
        return None
    return start, start + timedelta(weeks=weeks)


def windows(composition: Composition) -> list[tuple[date, date]]:
    """Return the windows in which what a scenario or policy dates may lie, the longest first: of overrides, of files.

    Overrides may prolong a run, so that later dates fall within it; and they may shorten it, which is no mistake of a file.
    """
    found = [span for over in (True, False) if (span := window(composition.merged(overridden=over)))]
    return sorted(dict.fromkeys(found), key=lambda span: span[0] - span[1])


def _timeline(composition: Composition, data: Data) -> Iterator[Problem]:
    """An inherited event may lie outside the scenario's weeks, and overrides may shorten a run; a file may not."""
    start = data.get("start")
    if type(start) is date and not FIRST <= start <= LAST:
        yield must_be(composition.origin(("start",)), ("start",), f"a date from {FIRST} to {LAST}", start)
    spans = windows(composition)
    for name, event in named(data, "timeline"):
        day, path = event.get("date"), ("timeline", name, "date")
        if type(day) is not date or not spans or not composition.own(path):
            continue
        if not any(first <= day < last for first, last in spans):
            first, last = spans[0]
            span = f"a date within the scenario, {first} to {last - timedelta(days=1)}"
            yield must_be(composition.origin(path), path, span, day)


def _faiths(composition: Composition, data: Data) -> Iterator[Problem]:
    for iso3, government in named(data, "governments"):
        sunni, shia = number(government.get("sunni_share")), number(government.get("shia_share", 0.0))
        if sunni is not None and shia is not None and 1 + ROUNDING < sunni + shia <= 2:
            path = ("governments", iso3, "shia_share" if "shia_share" in government else "sunni_share")
            room = f"sunni_share and shia_share must add up to at most 1, got {sunni:g} + {shia:g}"
            yield other(composition.origin(path), path, room, sunni + shia, "a sum of at most 1")


def holdings_checks(composition: Composition, data: Data) -> Iterator[Problem]:
    """Yield places where the organisations' holdings add up to control over 1, each set of organisations once."""
    holders: dict[KeyPath, list[Spot]] = {("core",): _spots(data.get("core"))}
    for name, group in named(data, "groups"):
        if group.get("present") is not False:
            holders["groups", name] = _spots(group)
    reported: set[frozenset[KeyPath]] = set()
    for holder, spots in holders.items():
        for spot in spots:
            shares = {one: max((each.at(spot) for each in theirs), default=0.0) for one, theirs in holders.items()}
            parts = {one: share for one, share in shares.items() if share > 0}
            if sum(parts.values()) > 1 + ROUNDING and frozenset(parts) not in reported:
                reported.add(frozenset(parts))
                path = (*holder, "holdings", spot.index)
                listed = " + ".join(f"{dotted(one)} {share:g}" for one, share in parts.items())
                words = f"control at {spot.place} must add up to at most 1, got {listed}"
                yield other(composition.origin(path), path, words, sum(parts.values()), "a sum of at most 1")


class Spot:
    """What one organisation holds around one point; holdings at the very same point add up."""

    def __init__(self, index: int, place: str, lat: float, lon: float) -> None:
        self.index, self.place, self.lat, self.lon = index, place, lat, lon
        self.control = self.radius_km = 0.0

    def at(self, spot: "Spot") -> float:
        """Control at another spot's centre: in full inside the rim, falling to none at the radius."""
        north = (self.lat - spot.lat) * 111.2
        if abs(north) >= self.radius_km:
            return 0.0
        east = (self.lon - spot.lon) * 111.2 * math.cos(math.radians(spot.lat))
        return self.control * max(0.0, min(1.0, (1 - math.hypot(north, east) / self.radius_km) / HOLDING_RIM))


def _spots(organisation: object) -> list[Spot]:
    holdings = organisation.get("holdings") if isinstance(organisation, dict) else None
    spots: dict[tuple[float, float], Spot] = {}
    for index, holding in enumerate(holdings if isinstance(holdings, list) else ()):
        if not isinstance(holding, dict):
            continue
        lat, lon, radius, control = (number(holding.get(key)) for key in ("lat", "lon", "radius_km", "control"))
        if lat is None or lon is None or radius is None or control is None or not 0 <= control <= 1:
            continue
        spot = spots.setdefault((lat, lon), Spot(index, str(holding.get("place", "a place")), lat, lon))
        spot.control += control
        spot.radius_km = max(spot.radius_km, radius)
        spot.index = index
    return list(spots.values())
