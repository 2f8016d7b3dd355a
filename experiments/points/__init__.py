"""Where runs are made: ranges of parameters, draws, sampled points, and policies as factors."""

from typing import TYPE_CHECKING

from experiments import exported

if TYPE_CHECKING:
    from experiments.points.draws import drawn, drawn_parameters
    from experiments.points.ensemble import Ensemble, load_ensemble
    from experiments.points.sampling import sampled

__all__ = ["Ensemble", "drawn", "drawn_parameters", "load_ensemble", "sampled"]

__getattr__ = exported(
    __name__,
    {
        "Ensemble": "ensemble",
        "drawn": "draws",
        "drawn_parameters": "draws",
        "load_ensemble": "ensemble",
        "sampled": "sampling",
    },
)
