"""The model held against history: targets, calibration, a non-implausible ensemble, forecasts with scores."""

from typing import TYPE_CHECKING

from experiments import exported

if TYPE_CHECKING:
    from experiments.history.target import load_targets

__all__ = ["load_targets"]

__getattr__ = exported(__name__, {"load_targets": "target"})
