"""The fields of allies and of the policy: what they bring, where, and which phases are under way."""

from typing import Annotated

from model.state.fields import Field, Flags, Floats, Integers
from model.state.loops import Loops


class Allied(Loops):
    """What allies perceive, choose and bring, and the policy in time."""

    ally_effort: Annotated[Floats, Field("ally", "1", "effort available to the policy; the leading ally's is 1")]
    outside_effort: Annotated[Floats, Field("ally", "1", "effort of an outside power against the core, once provoked")]
    ally_threat: Annotated[Floats, Field("ally", "1", "threat perceived by the ally", 0, 1)]
    provocation: Annotated[Floats, Field("ally", "1", "provocation of an ally to strike by itself")]
    bases: Annotated[Floats, Field("ally country", "1", "reach into a country; a base is ready at 1", 0, 1)]
    taken_on: Annotated[
        Floats, Field("ally country", "1", "how far an ally takes a country on, of the one most taken on", 0, 1)
    ]
    belief: Annotated[Floats, Field("ally country", "1", "strength of provinces as an ally believes it to be")]
    weariness: Annotated[Floats, Field("ally", "1", "weariness of an ally of what it has spent", 0, 1)]
    phase_week: Annotated[
        Integers, Field("phase", "week", "week in which a phase of the policy starts; -1 not yet", -1)
    ]
    phase_armed: Annotated[Flags, Field("phase", "", "the place that it waits for is still held, or still free")]
    people_seen: Annotated[Floats, Field("organisation", "people", "people held as allies recall them; -1 not yet", -1)]
    attention: Annotated[Floats, Field("organisation", "1", "shares of allied effort against provinces", 0, 1)]
