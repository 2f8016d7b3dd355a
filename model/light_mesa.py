"""Mesa without what it imports and a run does not use: pandas, networkx and scipy.spatial come when first used.

`import mesa` loads all three, for data frames, networks and Voronoi grids: half a second and 70 MB of each worker. Meanwhile
stand-ins take their places in `sys.modules`; afterwards `import pandas` finds the real one as ever. What Mesa
keeps are stand-ins whose attributes are looked up in the real module when they are called, tested against or read.

    from model.light_mesa import mesa
"""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

HEAVY = ("pandas", "networkx", "scipy.spatial", "scipy.spatial.distance")


class Later:
    """An attribute of a module that is not imported yet, as Mesa names it in annotations, defaults and `from` imports."""

    def __init__(self, module: str, name: str) -> None:
        self._module, self._name = module, name

    def _real(self) -> Any:
        module = importlib.import_module(self._module)
        if isinstance(module, StandIn):
            raise ImportError(f"{self._module}.{self._name} is needed while Mesa is being imported")
        return getattr(module, self._name)

    def __call__(self, *positional: Any, **named: Any) -> Any:
        """Call, or make an instance of, what it stands for."""
        return self._real()(*positional, **named)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._real(), name)

    def __instancecheck__(self, instance: object) -> bool:
        return isinstance(instance, self._real())

    def __or__(self, other: Any) -> Any:
        return self  # an annotation

    __ror__ = __or__


class StandIn(ModuleType):
    """A module that is not imported yet: until Mesa is, its attributes are `Later`, then those of the real one."""

    ready = False

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(importlib.import_module(self.__name__), name) if self.ready else Later(self.__name__, name)


@contextmanager
def stood_in(names: tuple[str, ...] = HEAVY) -> Iterator[None]:
    """Have stand-ins in the place of those modules that are not imported yet."""
    placed = {name: StandIn(name) for name in names if name not in sys.modules}
    sys.modules.update(placed)
    try:
        yield
    finally:
        for name, module in placed.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]
            module.ready = True


def import_mesa() -> Any:
    """Import Mesa with stand-ins; a version of it that needs the real modules at once gets them."""
    try:
        with stood_in():
            return importlib.import_module("mesa")
    except (ImportError, AttributeError, TypeError):
        for name in [each for each in sys.modules if each.split(".")[0] == "mesa"]:
            del sys.modules[name]
        return importlib.import_module("mesa")


mesa = import_mesa()

__all__ = ["mesa"]
