"""The fields of links between the core and the groups (row 0 and column 0 of the matrices) and among the groups."""

from math import inf
from typing import Annotated

from model.state.armies import Armies
from model.state.fields import Field, Floats


class Links(Armies):
    """What a link is, what passes through it this week, and what earlier weeks have left behind."""

    envoys: Annotated[Floats, Field("organisation organisation", "people", "people with personal ties to both ends")]
    brokers: Annotated[
        Floats, Field("organisation", "people", "envoys whom the leaders of both ends know, a whole number", 0, 5)
    ]
    media: Annotated[Floats, Field("organisation", "1", "capacity of its media channel", 0, 1)]
    suppression: Annotated[Floats, Field("organisation", "1", "share of media taken down", 0, 1)]
    direct: Annotated[Floats, Field("organisation organisation", "1", "quality of the direct link", 0, 1)]
    quality: Annotated[Floats, Field("organisation", "1", "quality of the best path to the core", 0, 1)]
    traffic: Annotated[Floats, Field("organisation", "1/week", "messages that the core wants to exchange")]
    sent: Annotated[Floats, Field("organisation", "1/week", "messages sent this week")]
    delivered: Annotated[Floats, Field("organisation", "1/week", "messages delivered this week")]
    intercepted: Annotated[Floats, Field("organisation", "1/week", "messages intercepted this week")]
    silence: Annotated[Floats, Field("organisation", "weeks", "weeks since the last delivered message")]
    trust: Annotated[Floats, Field("organisation", "1", "trust in the core, lost in silence", 0, 1)]
    directive: Annotated[Floats, Field("organisation activity", "1", "effort that the core's orders demand", 0, 1)]
    guidance: Annotated[Floats, Field("organisation", "1", "share of travellers bound for it who find the way", 0, 1)]
    taught: Annotated[Floats, Field("organisation", "1", "skill that the core's know-how adds", 0, 10)]
    surge: Annotated[Floats, Field("organisation", "1", "how much harder it acts to take pressure off the core", 0, 1)]
    urged: Annotated[Floats, Field("organisation", "1", "what orders do: 1 urge it on, -1 hold it back", -1, 1)]
    own_drive: Annotated[Floats, Field("organisation", "1", "drive of its own accord; 1 is usual", 0, 2)]
    renown: Annotated[
        Floats, Field("organisation", "1", "name that attacks claimed with the core make it, fading", 0, 1)
    ]
    sheltered: Annotated[Floats, Field("organisation", "people", "people of the core among its fighters, sent ahead")]
    reserve: Annotated[Floats, Field("organisation", "USD", "money of the core in its treasury, sent ahead")]
    relief: Annotated[Floats, Field("organisation", "1", "share of strikes that its provinces draw off (core)", 0, 1)]
    distraction: Annotated[
        Floats, Field("country", "1", "share of its forces that provinces tie down for the core", 0, 1)
    ]
    carried: Annotated[
        Floats, Field("organisation channel", "", "what each channel of its link passed this week: see outcomes", -inf)
    ]
    sever: Annotated[Floats, Field("organisation", "1", "dose of severing on the link to the core", 0, 1)]
