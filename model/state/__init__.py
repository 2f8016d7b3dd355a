"""What changes during a run: arrays over organisations, cells, countries, allies and links."""

from model.state.arrays import Event, State
from model.state.axes import (
    ACTIVITIES,
    ATTACK_KINDS,
    CHANNELS,
    CORE,
    COUNTRY_LEVERS,
    KILLERS,
    LAND_TERMS,
    SPARE_ROWS,
    TERMS,
    Loyalty,
    Operation,
    Stance,
    Status,
)  # fmt: skip

__all__ = [
    "ACTIVITIES", "ATTACK_KINDS", "CHANNELS", "CORE", "COUNTRY_LEVERS", "KILLERS", "LAND_TERMS", "SPARE_ROWS", "TERMS",
    "Event", "Loyalty", "Operation", "Stance", "State", "Status",
]  # fmt: skip
