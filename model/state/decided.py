"""The fields of what organisations decide every month, and of what follows from it."""

from typing import Annotated

from model.state.fields import Field, Floats, Integers
from model.state.links import Links


class Decided(Links):
    """Stances, provinces' dealings with the core, what organisations remember to choose them by, and what follows."""

    stance: Annotated[Integers, Field("organisation", "Stance", "expand, hold, go underground or move", 0, 3)]
    loyalty: Annotated[Integers, Field("organisation", "Loyalty", "of a province: obey, bargain or hedge", 0, 2)]
    people_past: Annotated[Floats, Field("organisation", "people", "people held a quarter ago, smoothed")]
    peak_people: Annotated[Floats, Field("organisation", "people", "most people held, forgotten over years")]
    loss_rate: Annotated[
        Floats, Field("organisation", "1/week", "share of its fighters killed, smoothed over a quarter", 0, 1)
    ]
    dug_in: Annotated[
        Floats, Field("organisation", "1", "what holding adds to the worth of its fighters in defence", 0, 2)
    ]
    concealment: Annotated[
        Floats, Field("organisation", "1", "how much harder it is to find than a band in the open", 1, 50)
    ]
    tempo: Annotated[Floats, Field("organisation", "1", "attacks on states, against what is usual", 0, 2)]
    harshness: Annotated[Floats, Field("organisation", "1", "brutality in practice, against what is usual", 0, 2)]
    asking: Annotated[
        Floats, Field("organisation", "1", "what a province asks of the core's aid, against a usual share", 0, 10)
    ]
    sparing: Annotated[Floats, Field("organisation", "1", "share of hostility to rivals that it does not act on", 0, 1)]
