"""What a phase of a policy may wait for: `when = "pledge:boko_haram"`, `when = "lost:Mosul"`, with a `delay` in weeks."""

from collections.abc import Mapping
from typing import Any

TRIGGERS = {  # kind: what happens, and whether it needs a name
    "pledge": ("a local group (any, if none is named) has pledged to the core or is its province", False),
    "attack_abroad": ("the core's bloc, or one organisation of it, attacks beyond the region", False),
    "lost": ("the core's bloc holds a place no longer that it held", True),
    "taken": ("the core's bloc holds a place that it did not hold", True),
}
WORDS = "; ".join(f"{kind}: {meaning}" for kind, (meaning, _) in TRIGGERS.items())


def places(data: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """Return the places that a scenario names with their coordinates: headquarters, holdings, homes, towns, areas."""
    tables = [
        *_rows([data.get("core")]),
        *(row for name in ("groups", "towns", "areas", "hubs") for row in _rows(data.get(name))),
    ]
    spots = [each for table in tables for key in ("headquarters", "holdings") for each in _rows(table.get(key))]
    return {
        str(spot["place"]): (spot["lat"], spot["lon"])
        for spot in (*tables, *spots)
        if {"place", "lat", "lon"} <= set(spot)
    }


def _rows(value: object) -> list[dict[str, Any]]:
    rows = list(value.values()) if isinstance(value, dict) else value
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list | tuple) else []
