"""The two saturating forms that several mechanisms share."""

import numpy as np

from model.state import Floats


def saturate(x: Floats) -> Floats:
    """1 - exp(-x), any shape: 0 at 0, 1 for large x."""
    return np.asarray(1.0 - np.exp(-x))


def logistic(x: Floats) -> Floats:
    """1 / (1 + exp(-x)), any shape."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(x, -50.0, 50.0))))
