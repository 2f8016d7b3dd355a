"""Shares of effort as a policy writes them: for a lever, for its place, for one ally."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

ALLIES = "allies"  # the key below which one ally's own shares stand
CORE = "core"  # the core as a target: its own countries
ROUNDING = 1e-9


class Part(NamedTuple):
    """One share of effort: on a lever, at a country or an organisation (or where the allies like), of one ally or of all."""

    lever: str
    share: float
    target: str = ""
    ally: str = ""

    @property
    def path(self) -> tuple[str, ...]:
        """Where it is written below `effort`."""
        owner = (ALLIES, self.ally) if self.ally else ()
        return (*owner, self.lever, self.target) if self.target else (*owner, self.lever)

    @property
    def words(self) -> str:
        """What it is in words, without its share: `strike provinces in LBY by france`."""
        place = f" for {self.target}" if self.target else ""
        return f"{self.lever.replace('_', ' ')}{place}" + (f" by {self.ally}" if self.ally else "")


def parts(effort: object) -> list[Part]:
    """Return a table of effort as parts; what is not a share from 0 to 1 is left out."""
    table: Mapping[str, Any] = effort if isinstance(effort, dict) else {}
    found = [part for key, value in table.items() if key != ALLIES for part in _of_lever(key, value, "")]
    own = table.get(ALLIES)
    for ally, levers in own.items() if isinstance(own, dict) else ():
        for lever, value in levers.items() if isinstance(levers, dict) else ():
            found += _of_lever(lever, value, ally)
    return found


def _of_lever(lever: str, value: object, ally: str) -> list[Part]:
    if isinstance(value, dict):
        return [Part(lever, float(share), target, ally) for target, share in value.items() if _is_share(share)]
    return [Part(lever, float(value), "", ally)] if _is_share(value) else []  # type: ignore[arg-type]  # a share is a number


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def nested(found: Iterable[Part]) -> dict[str, Any]:
    """Return parts as the table that is written of them."""
    table: dict[str, Any] = {}
    for part in found:
        node = table
        for key in part.path[:-1]:
            node = node.setdefault(str(key), {})
        node[str(part.path[-1])] = part.share
    return table


def brought(found: Iterable[Part], efforts: Mapping[str, float]) -> tuple[float, float]:
    """Return what parts take of what allies bring: (taken, brought). Without allies, one that brings 1."""
    found, total = list(found), sum(efforts.values())
    if not total:
        return sum(part.share for part in found if not part.ally), 1.0
    return sum(part.share * (efforts.get(part.ally, 0.0) if part.ally else total) for part in found), total


def efforts_of(data: Mapping[str, Any]) -> dict[str, float]:
    """Return what each ally of composed data brings to a policy; outside powers act on their own account."""
    allies = data.get(ALLIES)
    return {
        name: float(each["effort"])
        for name, each in (allies.items() if isinstance(allies, dict) else ())
        if isinstance(each, dict)
        and each.get("kind") != "outside_power"
        and isinstance(each.get("effort"), int | float)
        and abs(each["effort"]) < 1e15  # the schema tells the others
    }
