"""Numbers of a run, and the statistics of paired runs."""

from typing import TYPE_CHECKING

from experiments import exported

if TYPE_CHECKING:
    from experiments.measures.evidence import Evidence
    from experiments.measures.language import evaluate, parse_measure
    from experiments.measures.statistics import paired_difference

__all__ = ["Evidence", "evaluate", "paired_difference", "parse_measure"]

__getattr__ = exported(
    __name__,
    {"Evidence": "evidence", "evaluate": "language", "paired_difference": "statistics", "parse_measure": "language"},
)
