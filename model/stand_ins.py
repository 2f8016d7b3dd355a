"""Stand-ins for modules that a library imports at its start and a run does not use: the real ones come when first used.

    with stood_in(("pandas",)):
        import mesa

What the library keeps are stand-ins whose attributes are looked up in the real module when they are called, tested against
or read. Afterwards `import pandas` finds the real one as ever.
"""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any


class Later:
    """An attribute of a module that is not imported yet, as a library names it in annotations and defaults."""

    def __init__(self, module: str, name: str) -> None:
        self._module, self._name = module, name

    def _real(self) -> Any:
        module = importlib.import_module(self._module)
        if isinstance(module, StandIn):
            raise ImportError(f"{self._module}.{self._name} is needed while the library that uses it is being imported")
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
    """A module that is not imported yet: until the library is, its attributes are `Later`, then those of the real one."""

    ready = False

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(importlib.import_module(self.__name__), name) if self.ready else Later(self.__name__, name)


@contextmanager
def stood_in(names: tuple[str, ...]) -> Iterator[None]:
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
