"""Inkspot's model: a militant core, its provinces, governments and allies on a real map, week by week."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model.scenario import ScenarioError, load_scenario
    from model.simulation import Simulation

__all__ = ["ScenarioError", "Simulation", "load_scenario"]

_HOMES = {"ScenarioError": "model.scenario", "load_scenario": "model.scenario", "Simulation": "model.simulation"}


def __getattr__(name: str) -> Any:
    """Import the public names only when they are used: Mesa and Numba take seconds."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'model' has no attribute {name!r}")
