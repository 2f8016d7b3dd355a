"""The fields of men and money, of borders, and of what is given to compare a run with."""

from typing import Annotated

from model.state.decided import Decided
from model.state.fields import Field, Flags, Floats


class Means(Decided):
    """What organisations earn and cannot pay, how far they are from their best days, who travelled, how borders answer."""

    revenue: Annotated[Floats, Field("organisation", "USD/week", "taxes, oil, gifts and other income of this week")]
    unpaid: Annotated[Floats, Field("organisation", "1", "share of this week's wages that it could not pay", 0, 1)]
    best_people: Annotated[Floats, Field("organisation", "people", "most people that it ever held")]
    success: Annotated[Floats, Field("organisation", "1", "draw on men by what it holds, against its best days", 0, 1)]
    cohort: Annotated[Flags, Field("organisation", "", "was a province when the comparison began, or split from one")]
    total_before: Annotated[Floats, Field("cell", "1", "control of all groups a week ago", 0, 1)]
    travelled: Annotated[Floats, Field("country", "people", "foreign fighters that have come from it, as expected")]
    passing: Annotated[Floats, Field("country", "people/week", "travellers who pass through it this week")]
    border_answer: Annotated[Floats, Field("country", "1", "share of the open border closed in answer", 0, 1)]
    displaced_before: Annotated[
        Floats, Field("country", "people", "displaced within it by other causes before the start, given")
    ]
