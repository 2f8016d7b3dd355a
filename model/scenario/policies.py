"""The shape of policy files: phases of effort over levers, in places and in time."""

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from model.scenario.efforts import ALLIES, Part, parts
from model.scenario.shipped import read
from model.scenario.table import Share, Table, Week
from model.scenario.triggers import WORDS

LEVERS: tuple[str, ...] = tuple(read()[0].get("levers", {}))  # declared in scenarios/parameters.toml
if TYPE_CHECKING:
    Lever = str
    Key = str
else:
    Lever = Literal[*LEVERS]
    Key = Literal[*LEVERS, ALLIES]


type Shares = Share | dict[str, Share | dict[str, Share | dict[str, Share]]]  # plain, by place, by ally, by both


class Phase(Table):
    """From `start` to `end` (dates, or weeks since the scenario's start) effort is shared among levers."""

    start: date | Week = Field(0, description="with `when`: it starts not before that")
    end: date | Week | None = None
    effort: dict[Key, Shares] = Field(description="shares by lever, by its country or organisation, or by ally")
    when: str = Field("", description=f"what it waits for. {WORDS}")
    delay: Week = Field(0, description="weeks from that to its start")
    on_top: bool = Field(False, description="its effort comes on top of what allies bring to the other phases")
    meaning: str = ""

    @cached_property
    def parts(self) -> list[Part]:
        """Its shares of effort, one by one."""
        return parts(self.effort)


class Policy(Table):
    """What the allies do: phases of effort, targets and allocation."""

    name: str
    title: str
    meaning: str
    targeting: Literal["brokers", "hubs", "nearest", "random"] = "hubs"
    strike_targeting: Literal["fighters", "leaders", "command"] = "fighters"
    allocation: Literal["fixed", "proportional", "adaptive"] = "proportional"
    division: Literal["divided", "duplicated"] = "divided"
    training: Literal["accuracy", "effectiveness"] = Field(
        "accuracy", description="what training of partners' forces raises"
    )
    falsification: bool = Field(False, description="a policy that should not work; it tests the model")
    on_top: bool = Field(False, description="it brings more effort than the baseline policy: its phases may exceed 1")
    phases: dict[str, Phase] = Field({})
    source: str = ""

    @property
    def heading(self) -> str:
        """The title, and whether the policy brings more effort than the baseline policy."""
        more = self.on_top or any(phase.on_top for phase in self.phases.values())
        return f"{self.title} (more effort)" if more else self.title
