"""Fields of sectors and armies: what is at stake where, and who was sent there."""

from typing import Annotated

from model.state.fields import Field, Flags, Floats, Integers
from model.state.loops import Loops


class Armies(Loops):
    """Sectors are blocks of cells within a country; armies are those of the countries first, then partners."""

    sector_held: Annotated[Floats, Field("sector", "people", "people under armed groups")]
    sector_exposed: Annotated[Floats, Field("sector", "people", "people next to land that armed groups hold")]
    sector_strength: Annotated[Floats, Field("sector", "1/1000", "power of the groups there, per 1,000 people")]
    sector_air: Annotated[
        Floats, Field("sector", "1", "what strikes on those groups make of a ground force; 1 without any")
    ]
    massed: Annotated[
        Floats, Field("sector", "1/1000", "power of the armies and partners sent there, per 1,000 people")
    ]
    push: Annotated[Floats, Field("sector", "1", "how hard the state's side presses its advantage there", 0, 1)]
    taken: Annotated[Floats, Field("sector", "people", "people over whom armed groups took control this week")]
    standing: Annotated[Flags, Field("army", "", "exists; a partner that was disbanded does not")]
    army_strength: Annotated[
        Floats,
        Field("army", "soldiers", "soldiers of average worth that it could send at full readiness, when it decided"),
    ]
    readiness: Annotated[Floats, Field("army", "1", "share of its forces that can be sent to fight", 0, 1)]
    operation: Annotated[Integers, Field("army", "sector", "sector of its main effort; -1 none", -1)]
    operation_phase: Annotated[Integers, Field("army", "Operation", "what it does there: none, build-up, attack", 0, 2)]
    operation_weeks: Annotated[Integers, Field("army", "weeks", "weeks since it began to do so")]
    operation_people: Annotated[
        Floats, Field("army", "people", "people under armed groups there when the attack began")
    ]
    deployed: Annotated[Floats, Field("army sector", "soldiers", "soldiers of average effectiveness sent there")]
    garrison: Annotated[
        Floats, Field("army sector", "weeks", "weeks for which a garrison still holds what was retaken")
    ]
    # organisations against them
    stretch: Annotated[
        Floats,
        Field("organisation", "people", "people among whom its fighters are organised: rises at once, falls slowly"),
    ]
    lost_people: Annotated[Floats, Field("organisation", "people", "people that it lost at fronts this week")]
    focus: Annotated[Integers, Field("organisation", "sector", "sector where it masses fighters; -1 none", -1)]
