"""Mesa without what it imports and a run does not use: pandas, networkx and scipy.spatial come when first used.

`import mesa` loads all three, for data frames, networks and Voronoi grids: half a second and 70 MB of each worker. It also
reads the sources of all callers, only to name its loggers. Stand-ins take their places meanwhile (`stand_ins.py`).

    from model.light_mesa import mesa
"""

import importlib
import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from model.stand_ins import stood_in

HEAVY = ("pandas", "networkx", "scipy.spatial", "scipy.spatial.distance")


@contextmanager
def _no_sources() -> Iterator[None]:
    """Have `inspect` tell who calls without looking up the lines of the calls."""
    whole = inspect.getouterframes  # `inspect.stack` calls it
    inspect.getouterframes = lambda frame, context=0: whole(frame, 0)
    try:
        yield
    finally:
        inspect.getouterframes = whole


def import_mesa() -> Any:
    """Import Mesa with stand-ins; a version of it that needs the real modules at once gets them."""
    try:
        with stood_in(HEAVY), _no_sources():
            return importlib.import_module("mesa")
    except (ImportError, AttributeError, TypeError):
        for name in [each for each in sys.modules if each.split(".")[0] == "mesa"]:
            del sys.modules[name]
        return importlib.import_module("mesa")


mesa = import_mesa()

__all__ = ["mesa"]
