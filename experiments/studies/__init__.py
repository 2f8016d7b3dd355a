"""What may be concluded from a sweep: sensitivity, discovery, tornado, robustness; the EMA Workbench."""

from typing import TYPE_CHECKING

from experiments import exported

if TYPE_CHECKING:
    from experiments.studies.discovery import feature_scores, find_box
    from experiments.studies.ema import ema_model
    from experiments.studies.sensitivity import indices

__all__ = ["ema_model", "feature_scores", "find_box", "indices"]

__getattr__ = exported(
    __name__, {"ema_model": "ema", "feature_scores": "discovery", "find_box": "discovery", "indices": "sensitivity"}
)
