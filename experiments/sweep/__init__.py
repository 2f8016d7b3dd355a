"""Batch experiments from a design file: points, runs, stopping, cost, results."""

from typing import TYPE_CHECKING

from experiments import exported

if TYPE_CHECKING:
    from experiments.sweep.design_file import load_design
    from experiments.sweep.results import Results
    from experiments.sweep.run import sweep
    from experiments.sweep.table_design import load_points

__all__ = ["Results", "load_design", "load_points", "sweep"]

__getattr__ = exported(
    __name__, {"Results": "results", "load_design": "design_file", "load_points": "table_design", "sweep": "run"}
)
