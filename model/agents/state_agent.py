"""An agent is a row of the state: every declared field along its axis is a property that reads and writes this row."""

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from model import kernels
from model.light_mesa import mesa
from model.mechanisms import territory
from model.state import Loyalty, Stance, State, Status
from model.state.arrays import fields
from model.state.fields import Field

if TYPE_CHECKING:
    from model.simulation import Simulation

WORDS = {"Status": Status, "Stance": Stance, "Loyalty": Loyalty}  # fields whose numbers are codes, by their unit
STOCKS = {"local_fighters": "fighters_set", "foreign_fighters": "fighters_set", "treasury": "usd_set"}
READ_ONLY = {"present": "`remove()` takes an organisation out of the world"}


class Column:
    """One field of an agent's row, or, of a field with two axes, the agent's part of it: `group.treasury`, `group.control`.

    Numbers are checked against the declared range. Fighters and dollars that a user adds or takes are rounded to whole ones
    and booked as `fighters_set` and `usd_set`. Writing one field changes no other: what belongs together is changed by the
    agents' decisions (`leave`, `accept`). What is measured anew every week, as `people_held`, lasts until then.
    """

    def __init__(self, axis: str, field: str, declared: Field) -> None:
        self.field, self.declared = field, declared
        axes = declared.axes.split()
        self.before = (slice(None),) * axes.index(axis)
        self.single, self.words = len(axes) == 1, WORDS.get(declared.unit)
        self.square = axes.count(axis) > 1
        self.__doc__ = f"{declared.meaning} ({declared.unit})" if declared.unit else declared.meaning

    def __get__(self, agent: "StateAgent | None", owner: type) -> Any:
        if agent is None:
            return self
        if not self.single:
            return self._part(agent.model.state, agent)
        number = getattr(agent.model.state, self.field).item(agent.row)
        return number if self.words is None else self.words(number)

    def __set__(self, agent: "StateAgent", value: Any) -> None:
        if self.field in READ_ONLY or self.square:
            instead = READ_ONLY.get(self.field, f"write both ends of the link: `state.{self.field}[row, other]`")
            raise AttributeError(f"`{self.field}` cannot be set: {instead}")
        state = agent.model.state
        numbers = self._checked(agent, value)
        if self.field in STOCKS:
            numbers = np.rint(numbers)
            state.account(STOCKS[self.field], float(numbers - self._part(state, agent)))
        getattr(state, self.field)[(*self.before, agent.row)] = numbers
        if self.field == "control":
            kernels.activate(state.cells, state.neighbours)
            territory.begin(state)

    def _part(self, state: State, agent: "StateAgent") -> Any:
        return getattr(state, self.field)[(*self.before, agent.row)]

    def _checked(self, agent: "StateAgent", value: Any) -> Any:
        """Return a value as numbers. Raises ValueError if one of them is outside the declared range."""
        numbers = np.asarray(value, dtype=float)
        low, high = self.declared.low, self.declared.high
        if not ((numbers >= low) & (numbers <= high)).all():
            raise ValueError(f"`{self.field}` of {agent.name} must be from {low:g} to {high:g}, got {value}")
        return numbers


class Foreseen:
    """An agent whose decisions loops foresee: it is asked only where it would change something, unless it has own rules.

    Of allies, all decide in one go.
    """

    rules: ClassVar[dict[str, Any]] = {}  # the methods whose outcome is foreseen, by name

    @property
    def has_own_rules(self) -> bool:
        """Whether a method of a subclass, or of this agent alone, is in the place of one that loops foresee."""
        kind, own = type(self), self.__dict__
        for name, rule in self.rules.items():  # noqa: SIM110  # asked ten times a week: `any` takes twice as long
            if name in own or getattr(kind, name) is not rule:
                return True
        return False


class StateAgent(mesa.Agent):
    """A Mesa agent that is a member of an axis of the state. Subclasses name the axis, and where members' names are."""

    model: "Simulation"
    axis: ClassVar[str]  # of the fields that become properties; a row of two axes has both: "country army"
    names: ClassVar[str]  # attribute of the state that lists the members' names

    if TYPE_CHECKING:  # the properties, which type checkers cannot see

        def __getattr__(self, name: str) -> Any: ...

        def __setattr__(self, name: str, value: Any) -> None: ...

    def __init_subclass__(cls, **options: Any) -> None:
        """Give a kind of agent a property for each field along its axis: of an ally, `ally_effort` and `effort`."""
        super().__init_subclass__(**options)
        for axis in cls.__dict__.get("axis", "").split():
            for field, declared in fields().items():
                if axis in declared.axes.split():
                    for name in {field, field.removeprefix(f"{axis}_")} - cls.__dict__.keys():
                        setattr(cls, name, Column(axis, field, declared))

    def __init__(self, model: "Simulation", row: int) -> None:
        super().__init__(model)
        self.row = row

    @property
    def name(self) -> str:
        """Its name in scenario files: `boko_haram`, `IRQ`, `france`."""
        return str(getattr(self.model.state, self.names)[self.row])

    @property
    def registered(self) -> bool:
        """Whether Mesa's sets of agents hold it."""
        return self in self.model.agents

    def keep_registered(self, wanted: bool) -> None:
        """Enter it into Mesa's sets of agents, or take it out of them, without any effect on the world."""
        if wanted and not self.registered:
            self.model.register_agent(self)
        elif not wanted and self.registered:
            self.model.deregister_agent(self)
