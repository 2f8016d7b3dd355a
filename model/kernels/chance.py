"""Random numbers of a distribution from uniform ones."""

import math

from model.kernels.compiled import compiled


@compiled
def poisson_counts(uniforms, rates, counts):
    """Fill `counts` with Poisson numbers of the given rates by inversion of the distribution function, all (numbers,)."""
    for k in range(uniforms.shape[0]):
        rate, n = rates[k], 0
        sure = max(0.0, math.floor(rate - 700.0))  # exp underflows beyond: the excess is taken for certain
        rate -= sure
        if rate > 0.0:
            probability = math.exp(-rate)
            cumulative = probability
            while uniforms[k] > cumulative and n < 1000:
                n += 1
                probability *= rate / n
                cumulative += probability
        counts[k] = n + sure
