"""Policies side by side: what to run, the run, and its evidence, on the same seeds; in other futures too."""

from typing import TYPE_CHECKING

from experiments import exported

if TYPE_CHECKING:
    from experiments.compare.comparison import compare
    from experiments.compare.futures import explore
    from experiments.compare.planning import plan

__all__ = ["compare", "explore", "plan"]

__getattr__ = exported(__name__, {"compare": "comparison", "explore": "futures", "plan": "planning"})
