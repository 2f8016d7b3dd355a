"""Points that are spread over what is not refuted: evenly, or by the emulated likelihood. Both are sequential Monte Carlo.

A population that fills the space of the waves before is cut to what the newest emulators leave. Where that is less than
`KEPT` of it, the cut is made in levels (subset simulation: Au and Beck, Probabilistic Engineering Mechanics 16 (2001)):
the best fifth is kept, filled up again by copies, and copies are moved apart by a sampler that keeps the distribution
(emcee: Foreman-Mackey and others, PASP 125 (2013)), until the cutoff is reached. So spaces far smaller than one in the
number of points are found, and their share of the ranges is the product of what the levels kept.

From the even population to the emulated likelihood within the space it is the same, by exponents from 0 to 1 (Del Moral,
Doucet and Jasra, Journal of the Royal Statistical Society B 68 (2006)).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from emcee import EnsembleSampler, State
from emcee.moves import DEMove

from experiments.history.matching import CUTOFF, Floats, Screen
from experiments.points.ranges import hypercube
from experiments.points.weighting import exponent_for, normalised, systematic

LEAST = 600  # points of a population
KEPT = 0.2  # share that a level keeps
LEVELS, SLOW = 12, 0.99  # fewer levels, where one hardly lowers the limit of that before
STEPS, MOVED = 20, 4.0  # most steps of a sampler; fewer, where points have moved so often on the average
LAST = 2.0  # times as many at the end
SHORT = 0.5  # of the usual step by differences: near sharp edges of a space long steps seldom stay inside
LEAST_STEP = 1e-3  # of an exponent
Logs = Callable[[Floats], Floats]


@dataclass(frozen=True)
class Population:
    """Points (m, k) evenly over a space that is `share` of the ranges. `limits`: screens with the I they allow."""

    points: Floats
    share: float = 1.0
    limits: tuple[tuple[Screen, float], ...] = ()

    @property
    def cutoff(self) -> float:
        """What points had to stay below by the newest screen."""
        return self.limits[-1][1] if self.limits else CUTOFF

    def chosen(self, count: int, seed: int) -> Floats:
        """Return so many different points of it, or all that there are."""
        different = np.unique(self.points, axis=0)
        return np.asarray(different[np.random.default_rng(seed).permutation(len(different))[:count]])


def everywhere(count: int, dimensions: int, seed: int) -> Population:
    """Return a population over all of the ranges, large enough to choose `count` points from it."""
    return Population(hypercube(5 * max(LEAST, 2 * count), dimensions, seed))


def narrowed(population: Population, screen: Screen, count: int, seed: int) -> Population:
    """Return the population of what a further screen leaves of the space; deterministic by `seed`.

    Where levels do not reach `CUTOFF`, the last level's limit stands: the least implausible points that were found.
    """
    rng, size = np.random.default_rng(seed), max(LEAST, 2 * count)
    points, share, before = population.points, population.share, np.inf
    screen = screen.ordered(points[:size])
    for _ in range(LEVELS):
        worst = screen.worst(points)
        limit = max(CUTOFF, float(np.quantile(worst, KEPT)))
        kept = points[worst <= limit]
        share *= len(kept) / len(points)
        limits = (*population.limits, (screen, limit))
        whole = kept[systematic(np.full(len(kept), 1 / len(kept)), size, rng.random())]
        points = moved(whole, partial(_inside, limits=limits), rng, LAST if limit == CUTOFF else 1.0)
        if limit <= CUTOFF or limit > before * SLOW:
            break
        before = limit
    return Population(points, share, limits)


def likely(population: Population, seed: int) -> tuple[Floats, Floats]:
    """Return points of the space drawn by the newest screen's likelihood, and its logarithm at each: (m, k), (m,)."""
    rng, points, exponent = np.random.default_rng(seed), population.points, 0.0
    logs = population.limits[-1][0].log_likelihood(points)
    while exponent < 1:
        step = exponent_for(logs, len(points) / 2, 1 - exponent)
        exponent = 1.0 if step >= 1 - exponent else exponent + max(step, LEAST_STEP)
        points = points[systematic(normalised(step * logs), len(points), rng.random())]
        density = partial(_tempered, limits=population.limits, exponent=exponent)
        points = moved(points, density, rng, LAST if exponent == 1 else 1.0)
        logs = population.limits[-1][0].log_likelihood(points)
    return points, logs


def moved(points: Floats, logs: Logs, rng: np.random.Generator, times: float = 1.0) -> Floats:
    """Return points moved apart by a sampler of the density whose logarithm is `logs`, which all of them have."""
    count, dimensions = points.shape
    count -= count % 2
    moves = [(DEMove(gamma0=SHORT * 2.38 / np.sqrt(2 * dimensions)), 0.7), (DEMove(), 0.3)]
    sampler = EnsembleSampler(count, dimensions, _within_ranges(logs), moves=moves, vectorize=True)
    random = np.random.RandomState(int(rng.integers(2**31))).get_state()
    start = State(points[:count], random_state=random)
    for _ in sampler.sample(start, iterations=int(STEPS * times), store=True, skip_initial_state_check=True):
        if sampler.backend.accepted.mean() >= MOVED * times:
            break
    return np.asarray(sampler.get_last_sample().coords)


def _within_ranges(logs: Logs) -> Logs:
    """Return the density that is 0 outside the ranges, where nothing is worked out."""

    def within(points: Floats) -> Floats:
        found, inside = np.full(len(points), -np.inf), ((points >= 0) & (points <= 1)).all(axis=1)
        if inside.any():
            found[inside] = logs(points[inside])
        return found

    return within


def _inside(points: Floats, limits: Sequence[tuple[Screen, float]]) -> Floats:
    """Return 0 for points that all screens leave, the newest asked first, and minus infinity for others, (m,)."""
    return _tempered(points, limits, 0.0)


def _tempered(points: Floats, limits: Sequence[tuple[Screen, float]], exponent: float) -> Floats:
    """Return the logarithm of the newest screen's likelihood times an exponent, minus infinity outside the space, (m,)."""
    *older, (screen, limit) = limits
    found = np.full(len(points), -np.inf)
    left, logs = screen.passing(points, limit)
    if older and len(left):
        inside = np.isfinite(_inside(points[left], older))
        left, logs = left[inside], logs[inside]
    found[left] = exponent * logs
    return found
