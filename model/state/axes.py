"""What the axes of state fields count over: activities, kinds of attack, terms of equations; and what an organisation is."""

from enum import IntEnum

from model.scenario.declarations import declarations

CORE = 0
SPARE_ROWS = 6
ACTIVITIES = ("state", "sectarian", "regional", "international", "governing")
ATTACK_KINDS = ACTIVITIES[:4]
KILLERS = ("strikes", "ground", "rivals")
TERMS = (
    "conviction", "aid", "ambition", "contagion", "protection", "rival_hub", "strikes", "local_cost", "refusal",
)  # fmt: skip
LAND_TERMS = (
    "state", "militias", "communities", "resistance", "strikes", "rivals", "residents", "own_hold", "spread", "armies",
    "given_up", "timeline",
)  # fmt: skip
CHANNELS = (
    "skill", "coordination", "cohesion", "money", "fighters", "media", "orders", "exposure", "retreat", "name",
)  # fmt: skip
COUNTRY_LEVERS = tuple(name for name, lever in declarations().levers.items() if lever.by_country)


class Status(IntEnum):
    """What an organisation is to the core."""

    CORE = 0
    INDEPENDENT = 1
    PROVINCE = 2
    RIVAL_FRANCHISE = 3


class Loyalty(IntEnum):
    """How a province deals with the core, short of leaving it."""

    OBEY = 0
    BARGAIN = 1
    HEDGE = 2


class Stance(IntEnum):
    """What an organisation makes of its odds."""

    EXPAND = 0
    HOLD = 1
    UNDERGROUND = 2
    MOVE = 3


class Operation(IntEnum):
    """What an army or a partner does in the sector of its main effort."""

    NONE = 0
    BUILD_UP = 1
    ATTACK = 2
