"""States made by hand, for tests of single mechanisms: the plane before its first week, with what a test sets."""

from functools import cache

import numpy as np

from model import Simulation, load_scenario
from model.state import CORE, Status
from model.state.streams import Streams

EAST, WEST = 1, 2  # rows of the plane's two groups


@cache
def _scenario(switches):
    return load_scenario("synthetic_plane", overrides={"weeks": 4} | dict(switches))


def plane(seed=1, **overrides):
    """The plane's state in week 0; parameters have any value, also outside of their ranges. `fortune` sets its luck."""
    switches = {name: value for name, value in overrides.items() if name.startswith(("mechanisms.", "rivals"))}
    state = Simulation(_scenario(tuple(switches.items())), seed).state
    for name in overrides.keys() - switches.keys():
        family, _, parameter = name.partition(".")
        assert hasattr(getattr(state.parameters, family), parameter)
        setattr(getattr(state.parameters, family), parameter, overrides[name])
    return state


def switched(**switches):
    """Overrides that switch mechanisms: double underscores stand for dots."""
    return {f"mechanisms.{name.replace('__', '.')}": on for name, on in switches.items()}


def sworn(state, *rows, quality=0.8):
    """Make provinces of organisations, in the core's camp, with links of a quality and a message this week."""
    for row in rows:
        state.status[row], state.camp[row], state.hub[row] = Status.PROVINCE, state.camp[CORE], -1
        state.quality[row], state.delivered[row] = quality, 1.0
    return state


class Fortune(Streams):
    """Luck of which some draws are given, the same for all and in every week."""

    def __init__(self, seed, draws):
        super().__init__(seed)
        self.draws = draws

    def table(self, purposes, week, size):
        numbers = super().table(purposes, week, size).copy()
        for name in self.draws.keys() & set(numbers.dtype.names):
            numbers[name] = self.draws[name]
        numbers.setflags(write=False)  # as loops are compiled for
        return numbers


def fortune(state, **draws):
    """Set draws of luck, for all alike: 0 rounds down and makes every chance come true, nearly 1 none."""
    state.streams = Fortune(state.streams.seed, draws)
    return state


def setting(**values):
    """Return what sets fields and numbers of a state."""

    def prepare(state):
        for name, value in values.items():
            field = getattr(state, name)
            if isinstance(field, np.ndarray):
                field[...] = value
            else:
                setattr(state, name, value)

    return prepare


def bisected(happens):
    """The chance below which a draw makes something happen."""
    low, high = 0.0, 1.0
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if happens(middle) else (low, middle)
    return low
