"""What to compile is found by running a week uncompiled: each loop is noted with the types that it is called with."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numba
import numpy as np
from numba.core.dispatcher import Dispatcher

from model import kernels
from model.kernels import arguments

WORLD = ("synthetic_plane", "comprehensive")  # small, and the policy uses every lever
WEEK = {"weeks": 1}

type Job = tuple[str, tuple[Any, ...]]  # name of a loop, types of its arguments


def loop_named(name: str) -> Dispatcher:
    """Return a loop that Python calls; those that make groups of arrays are in `arguments`."""
    loop: Dispatcher = getattr(kernels, name, None) or getattr(arguments, name)
    return loop


def loops() -> list[Dispatcher]:
    """Return all loops, also those that only others call."""
    modules = [module for name, module in sys.modules.items() if name.startswith("model.kernels.")]
    return list(
        dict.fromkeys(each for module in modules for each in vars(module).values() if isinstance(each, Dispatcher))
    )


def trace() -> list[Job]:
    """Return each loop that the model calls with the types of its arguments, by running a week uncompiled."""
    # Mesa takes a second, and all is compiled already in nearly every call
    from model.scenario import load_scenario  # as above
    from model.simulation import Simulation  # as above
    from model.state import LAND_TERMS  # as above
    from model.why.losses import of_land, of_provinces  # as above

    scenario, policy = WORLD
    called: dict[Job, None] = {}
    with _uncompiled(called):
        simulation = Simulation(load_scenario(scenario, policy=policy, overrides=WEEK), seed=1)
        simulation.run()
        state = simulation.state
        cells: Any = state.active_cells[0, :1]
        of_land(state, 0, cells, np.zeros(len(LAND_TERMS)))  # otherwise only where land is lost
        of_provinces(state)
    return list(called)


@contextmanager
def _uncompiled(called: dict[Job, None]) -> Iterator[None]:
    """Have the model's loops run as plain Python, and note those that it calls from outside in `called`."""
    modules = [module for name, module in sys.modules.items() if name.startswith("model.kernels.")]
    kept = [
        (module, name, loop)
        for module in [*modules, kernels]
        for name, loop in vars(module).items()
        if isinstance(loop, Dispatcher)
    ]
    groups = [(group, group.make) for group in vars(arguments).values() if hasattr(group, "make")]
    for module, name, loop in kept:
        setattr(module, name, _noted(name, loop, called) if module is kernels else loop.py_func)
    for group, make in groups:
        group.make = _noted_group(group, make, called)
    try:
        yield
    finally:
        for module, name, loop in kept:
            setattr(module, name, loop)
        for group, make in groups:
            group.make = make


def _noted(name: str, loop: Dispatcher, called: dict[Job, None]) -> Callable[..., Any]:
    def plain(*arguments: Any) -> Any:
        called[name, tuple(numba.typeof(each) for each in arguments)] = None
        return loop.py_func(*(_with_attributes(each) for each in arguments))

    return plain


def _noted_group(group: Any, make: Dispatcher, called: dict[Job, None]) -> Callable[[tuple[Any, ...]], Any]:
    """Return what makes a group that has a type and no arrays, which compiled loops alone would look for."""

    def empty(arrays: tuple[Any, ...]) -> Any:
        types = numba.typeof(arrays)
        called[make.py_func.__name__, (types,)] = None
        made = object.__new__(group)
        fields = zip(group.__annotations__, types, strict=True)
        made._type = getattr(arguments, f"{group.__name__}Type")(list(fields))
        return made

    return empty


def _field(row: Any, name: str) -> Any:
    """A field as an attribute, also where every row of NumPy has an attribute of that name."""
    fields = np.void.__getattribute__(row, "dtype").fields or {}
    return row.getfield(*fields[name][:2]) if name in fields else np.record.__getattribute__(row, name)


_ROW: Any = type("_Row", (np.record,), {"__getattribute__": _field})


def _with_attributes(value: Any) -> Any:
    if isinstance(value, tuple):
        members = (_with_attributes(each) for each in value)
        return type(value)(*members) if hasattr(value, "_fields") else tuple(members)
    named = isinstance(value, np.ndarray) and value.dtype.names
    return value.view(np.dtype((_ROW, value.dtype))) if named else value
