"""An army, where it stands and where it comes from, as maps, cards and accounts of campaigns show it."""

from typing import NamedTuple


class Force(NamedTuple):
    """Soldiers of one army in one sector. phase: of its main effort, if that is there, for `weeks` weeks."""

    army: int
    sector: int
    soldiers: float
    phase: int
    weeks: int
    garrison: bool  # they hold what an operation won


class Deployment(NamedTuple):
    """Every army in a week: its readiness, its soldiers at that readiness, and where those that were sent stand."""

    readiness: tuple[float, ...]
    soldiers: tuple[float, ...]
    forces: tuple[Force, ...]


class Seat(NamedTuple):
    """Who an army is, and where it comes from: the capital, or the first homeland. name: of its country or partner."""

    name: str
    title: str
    lat: float
    lon: float
    partner: bool
