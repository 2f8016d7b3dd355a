"""The small forms that several kernels share, of single numbers."""

import math

import numpy as np

from model.kernels.compiled import inlined


@inlined
def whole(expected, uniform):
    """Round to a whole unit, up with the probability of the fraction: the mean is kept and sums stay exact."""
    return np.floor(expected + uniform)


@inlined
def saturate(x):
    """1 - exp(-x): 0 at 0, 1 for large x."""
    return 1.0 - math.exp(-x)


@inlined
def logistic(x):
    """1 / (1 + exp(-x))."""
    return 1.0 / (1.0 + math.exp(min(-x, 50.0)))  # a guard


@inlined
def within(x, low, high):
    """Confine x to [low, high]."""
    return min(max(x, low), high)
