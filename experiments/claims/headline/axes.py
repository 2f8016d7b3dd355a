"""The assumptions that the essay leaves open, each an axis on which worlds differ. Any of them may help or hurt cutting.

A level is between 0 and 1. A parameter goes from its lowest to its highest declared value, by its logarithm where the range
is wide (`points/ranges.py`). Fixed before any result was seen:

    channels        each of the ten things that links carry or do has a weight of its own, from nothing to its high end;
                    what serves a province (money, skill) and what betrays it (exposure) are weighed apart
    orders          ask for restraint or for cruelty: silence can make provinces worse as well as harmless
    severing        how little effort cuts links, and whether hubs mend them
    lost tips       whether what is cut also carried tips
    strikes         how little effort they need: what is lost where cutting stands instead of them
    silence         how fast provinces that hear nothing go their own way
    sentiment       how much governments' people dislike foreigners, who come through links
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.points.ranges import point, shares_of
from model.scenario.declarations import declarations
from model.scenario.schema import Scenario
from model.state import CHANNELS

MOST_SENTIMENT = 2.5  # times the declared dislike of foreign movements at level 1; 2.5 x 0.4, the usual value, is 1
SENTIMENT = "anti_foreign"


@dataclass(frozen=True)
class Axis:
    """An assumption that is varied. `ends`: clauses that say what holds towards level 0 and towards level 1.

    `parameters` go from low to high (or `reverse`); a `switch` is off below the level `off`, and parameters then go from
    low to high over the levels above it. Without either it is the dislike of foreign movements of all governments.
    """

    name: str
    title: str
    meaning: str
    ends: tuple[str, str]
    parameters: tuple[str, ...] = ()
    switch: str = ""
    off: float = 0.0
    reverse: bool = False

    @property
    def binary(self) -> bool:
        """Whether there are only two levels: the switch off (0) and on (1)."""
        return bool(self.switch) and not self.parameters

    def declared(self) -> float:
        """The level at which everything is as declared: of several parameters the mean; 0 where a switch is off."""
        if self.switch:
            return 0.0
        if not self.parameters:
            return 1 / MOST_SENTIMENT
        values = {}
        for key in self.parameters:
            family, _, name = key.partition(".")
            values[key] = declarations().parameters[family][name].value
        mean = float(shares_of(values, self.parameters).mean())
        return 1 - mean if self.reverse else mean

    def overrides(self, level: float, scenario: Scenario) -> dict[str, Any]:
        """Return the overrides that put a scenario at `level` (0 to 1) of this axis."""
        if not self.switch and not self.parameters:
            return {
                f"governments.{code}.{SENTIMENT}": min(1.0, MOST_SENTIMENT * level * government.anti_foreign)
                for code, government in scenario.governments.items()
            }
        on = level >= self.off
        settings: dict[str, Any] = {self.switch: on} if self.switch else {}
        if self.parameters and on:
            place = (level - self.off) / (1 - self.off)
            shares = np.full(len(self.parameters), 1 - place if self.reverse else place)
            settings |= point(shares, self.parameters)
        return settings


_CHANNELS = {  # channel: title, clause towards weight 0, clause towards the high end
    "skill": ("know-how", "links pass on little know-how", "links pass on much know-how"),
    "coordination": ("acting for the core", "provinces hardly act for a pressed core", "provinces act for a pressed core"),
    "cohesion": (
        "unity of commanders", "commanders stay united without the core", "commanders need the core's backing to stay united"
    ),
    "money": ("money", "links carry little money", "links carry much money"),
    "fighters": ("fighters sent", "links carry few fighters", "links carry many fighters"),
    "media": ("help with media", "links carry little help with media", "links carry much help with media"),
    "orders": ("weight of orders", "orders hardly move provinces", "orders move provinces"),
    "exposure": ("exposure by traffic", "traffic hardly gives both ends away", "traffic gives both ends away"),
    "retreat": ("preparing a retreat", "a losing core hardly sends means ahead", "a losing core sends its means ahead"),
    "name": ("the core's name", "the core's name works without links", "the core's name needs links"),
}  # fmt: skip


def _channel(name: str) -> Axis:
    title, low, high = _CHANNELS[name]
    family, _, short = f"links.{name}".partition(".")
    return Axis(name, title, declarations().parameters[family][short].meaning, (low, high), (f"links.{name}",))


AXES = (
    *(_channel(name) for name in CHANNELS),
    Axis(
        "escalation", "what orders ask for", "from restraint (-1) to cruelty and early offensives (1)",
        ("orders ask for restraint", "orders ask for cruelty"), ("links.escalation",),
    ),
    Axis(
        "severing", "strength of severing", "how little effort severing needs for half of its effect",
        ("cutting takes much effort", "little effort cuts links"), ("half_effort.sever_links",), reverse=True,
    ),
    Axis(
        "healing", "healing of links",
        "whether links that are cut regrow through regional hubs (in three quarters of the worlds), how fast and how far",
        ("cut links stay cut", "hubs mend cut links"), ("communication.healing", "communication.healing_distance_km"),
        "rivals.network_healing", off=0.25,
    ),
    Axis(
        "lost_tips", "lost tips", "whether cutting media also cuts civilians' tips",
        ("cutting costs no tips", "cutting costs tips"), switch="rivals.lost_tips", off=0.5,
    ),
    Axis(
        "strikes", "strength of strikes", "how little effort strikes need for half of their effect",
        ("strikes take much effort", "few strikes suffice"), ("half_effort.strikes",), reverse=True,
    ),
    Axis(
        "silence", "drift in silence", "how fast provinces without messages return to their own line and lose trust",
        ("provinces stay loyal in silence", "provinces soon go their own way in silence"),
        ("alignment.drift", "alignment.trust_loss"),
    ),
    Axis(
        SENTIMENT, "anti-foreign sentiment",
        f"dislike of foreign movements, from none to {MOST_SENTIMENT} times the scenario's (at most 1)",
        ("foreigners are tolerated", "foreigners are disliked"),
    ),
)  # fmt: skip
