"""What loops take together under one name: groups of arrays, so that no loop has more than ten arguments.

A group that stays the same for a whole run is a reference that Numba takes over at once, whatever is in it; a `NamedTuple`
is taken apart at each call, which costs more than a short loop does. Loops take arrays out of a group before they go over
cells: each taking out costs something.
"""

from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
import numpy.typing as npt
from numba import config, types
from numba.experimental import structref

from model.kernels.compiled import compiled

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Indices = npt.NDArray[np.unsignedinteger[Any]]  # which spares loops the test for negative ones, half of their time
Flags = npt.NDArray[np.bool_]


class _Group(structref.StructRefProxy):
    """Arrays under one name: given in the order in which a class below names them, and its attributes, in loops too."""

    make: ClassVar[Any]
    _numba_type_: Any = None  # Numba's own is a property, which it would call twice whenever a group is handed over

    def __new__(cls, *arrays: Any) -> Self:
        made: Self = object.__new__(cls) if config.DISABLE_JIT else cls.make(arrays)
        made.__dict__.update(zip(cls.__annotations__, arrays, strict=True))
        if not config.DISABLE_JIT:
            made._numba_type_ = made._type
        return made

    def replaced(self, **arrays: Any) -> Self:
        """Return a group with some arrays replaced."""
        kept = {name: self.__dict__[name] for name in type(self).__annotations__}
        return type(self)(*(kept | arrays).values())


class _Type(types.StructRef):
    def preprocess_fields(self, fields: Any) -> Any:
        return tuple((name, types.unliteral(each)) for name, each in fields)


@structref.register
class GroundType(_Type):
    """Numba's type of `Ground`."""


class Ground(_Group):
    """The map, which does not change during a run."""

    country: Indices  # (cells,)
    neighbours: Indices  # (cells, 4); a cell without one on a side is its own
    area: Floats  # (cells,), km2
    home_people: Floats  # (cells,): residents before anybody flees
    constituency: Floats  # (cells,): share of people whom organisations can win
    country_people: Floats  # (countries,)
    border_shares: Floats  # (countries, countries): shares of the land border
    mixture: Floats  # (countries,): how mixed creeds are
    sector: Indices  # (cells,): block of cells to which forces are sent


structref.define_proxy(Ground, GroundType, list(Ground.__annotations__))


@compiled
def _ground(arrays):
    return Ground(*arrays)


Ground.make = _ground


@structref.register
class CellsType(_Type):
    """Numba's type of `Cells`."""


class Cells(_Group):
    """The fields of cells, and the lists of cells that loops go over (see `territory`)."""

    control: Floats  # (organisations, cells)
    support: Floats  # (organisations, cells)
    fear: Floats  # (organisations, cells)
    grievance: Floats  # (cells,)
    base_grievance: Floats  # (cells,)
    people: Floats  # (cells,)
    flight_due: Floats  # (cells,)
    reach: Floats  # (cells,)
    defence: Floats  # (cells,), 1/1000
    total: Floats  # (cells,): control of all organisations
    camp_control: Floats  # (camps, cells)
    active: Indices  # (organisations, cells): each one's active cells first
    active_count: Integers  # (organisations,): how many those are
    is_active: Flags  # (organisations, cells)


structref.define_proxy(Cells, CellsType, list(Cells.__annotations__))


@compiled
def _cells(arrays):
    return Cells(*arrays)


Cells.make = _cells


@structref.register
class SpreadingType(_Type):
    """Numba's type of `Spreading`."""


class Spreading(_Group):
    """What a week of spreading works with."""

    flow: Floats  # (cells, 4): rates of spread, 1/week
    offensive: Floats  # (organisations, countries): control lost to strikes, 1/week
    theta: Floats  # (organisations, cells): scratch space for the state's shares of the contests
    change: Floats  # (organisations, cells): scratch space
    power: Floats  # (2, cells): scratch space for the power of the core's bloc and of all others


structref.define_proxy(Spreading, SpreadingType, list(Spreading.__annotations__))


@compiled
def _spreading(arrays):
    return Spreading(*arrays)


Spreading.make = _spreading


@structref.register
class SectorsType(_Type):
    """Numba's type of `Sectors`."""


class Sectors(_Group):
    """What is at stake in each sector, and the forces that are there."""

    held: Floats  # (sectors,): people under armed groups
    exposed: Floats  # (sectors,): people next to land that armed groups hold
    strength: Floats  # (sectors,): power of the groups there, effective fighters per 1,000 people
    air: Floats  # (sectors,): what strikes on those groups make of a ground force, 1 without any
    massed: Floats  # (sectors,): power of armies and partners sent there, the same
    push: Floats  # (sectors,): how hard they press their advantage
    taken: Floats  # (sectors,): people over whom groups took control this week


structref.define_proxy(Sectors, SectorsType, list(Sectors.__annotations__))


@compiled
def _sectors(arrays):
    return Sectors(*arrays)


Sectors.make = _sectors


@structref.register
class SpotsType(_Type):
    """Numba's type of `Spots`."""


class Spots(_Group):
    """Ink spots of this week and of the last."""

    label: Integers  # (cells,): number of the spot that a cell is in, 0 none
    cells: Indices  # (cells,): those in a spot first
    old_cells: Indices  # (cells,): the same of last week
    old_label: Integers  # (cells,): the spots that those were in
    stack: Integers  # (cells,): scratch space


structref.define_proxy(Spots, SpotsType, list(Spots.__annotations__))


@compiled
def _spots(arrays):
    return Spots(*arrays)


Spots.make = _spots


@structref.register
class RecordedType(_Type):
    """Numba's type of `Recorded`."""


class Recorded(_Group):
    """What the record reads beside organisations and countries."""

    envoys: Floats  # (organisations, organisations)
    held: Floats  # (organisations, countries): people
    hosted: Floats  # (countries, countries): displaced people by origin and host
    diaspora_risk: Floats  # (allies,), 1/week
    provocation: Floats  # (allies,)
    outside_effort: Floats  # (allies,)


structref.define_proxy(Recorded, RecordedType, list(Recorded.__annotations__))


@compiled
def _recorded(arrays):
    return Recorded(*arrays)


Recorded.make = _recorded


class Forces(NamedTuple):
    """Who is against whom in a week of spreading, and how strong they are."""

    camp: Integers  # (organisations,)
    group: Floats  # (organisations,): power of each, effective fighters per 1,000 people
    state: Floats  # (countries,): power of the state, the same
    militia: Floats  # (countries,): what militias are of that
    clash: Floats  # (organisations,): control lost where rivals hold all, 1/week
    drag: float  # share of a state's power that full grievance takes
    air: Floats  # (organisations,): what strikes on each make of armies against it; fronts only, as what follows
    drive: Floats  # (organisations,): how hard each presses its advantage
    focus: Integers  # (organisations,): sector where it masses fighters, -1 none
    focused: Floats  # (organisations,): power of those, effective fighters per 1,000 people
    dug_in: Floats  # (organisations,): what holding adds to the worth of its fighters in defence


class Allies(NamedTuple):
    """The fields of allies."""

    ally_threat: Floats  # (allies,): perceived
    ally_effort: Floats  # (allies,): at the policy's disposal
    provocation: Floats  # (allies,)
    outside_effort: Floats  # (allies,): against the core, once provoked
    bases: Floats  # (allies, countries)
    near: Flags  # (allies, countries): where an ally may extend its bases
    taken_on: Floats  # (allies, countries): what each has chosen to take on; all 1 where none chooses


class Efforts(NamedTuple):
    """This week's effort of each ally; each array is (levers, ...)."""

    free: Floats  # (levers, allies): where they like
    at_countries: Floats  # (levers, allies, countries): where the policy says
    at_organisations: Floats  # (levers, allies, organisations): against whom the policy says
    total: Floats  # (levers,): of all allies


class Spending(NamedTuple):
    """How effort is spent."""

    row: Any  # (1,): the row of each lever in `Efforts`, by name
    divided: bool  # allies divide countries among them
    choosing: bool  # by what they have chosen; else the most wanted country goes to who brings most to it
    based: bool  # how much arrives depends on bases
    aim: int  # of strikes: FIGHTERS, LEADERS or COMMAND
    aims: Floats  # (organisations,): how much each link to the core is aimed at
    seats: Flags  # (countries,): the core's own, where its headquarters are
    size: Floats  # (countries,): half-effort, relative to that of a country of the reference size
    links_at_once: float  # links that a full severing effort covers
    spill: float  # effect of strikes on leaders or command centres on other fighters


class Sums(NamedTuple):
    """Single numbers of the week, for the record."""

    prestige: float
    core_alive: bool
    arrived: float  # foreign fighters
    stopped: float  # attacks abroad
    effort_spent: float
    ink_spots: float
    largest_spot: float  # km2
    spot_area: float  # km2
