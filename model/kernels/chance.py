"""Random numbers of a distribution from uniform ones."""

import math

import numpy as np

from model.kernels.compiled import compiled, inlined


@inlined
def poisson(uniform, rate):
    """A Poisson number of the given rate by inversion of the distribution function."""
    sure = max(0.0, np.floor(rate - 700.0))  # exp underflows beyond: the excess is taken for certain
    rate -= sure
    count = 0.0
    if rate > 0.0:
        probability = math.exp(-rate)
        cumulative = probability
        while uniform > cumulative and count < 1000.0:
            count += 1.0
            probability *= rate / count
            cumulative += probability
    return count + sure


@compiled
def poisson_counts(uniforms, rates, counts):
    """Fill `counts` with Poisson numbers of the given rates, all (numbers,)."""
    for k in range(uniforms.shape[0]):
        counts[k] = poisson(uniforms[k], rates[k])
