"""A Gaussian process that stands for the model: the mean of one measure over seeds, anywhere in the fitted ranges.

    y(x) = t(x) + g(x) + e,    g ~ GP(0, s^2 exp(-1/2 sum_k (x_k - x'_k)^2 / l_k^2)),    e ~ N(0, w)

t: a ridge regression on the parameters, and on their squares where there are points enough; its penalty is chosen by leaving
points out. Length scales l, variance s^2 and noise w maximise the likelihood of its residuals (scikit-learn). w holds what
seeds do to a mean over them, v / n, which is the least that it can be, and whatever else is too rough for g.

A process is judged out of sample: each of six parts of the points is predicted by the others, with length scales that
were found on other points. d: standard deviation (about 0) of the errors over their predicted deviations. Where d > 1 the
process is too sure of itself, and its variance is raised:

    variance of the emulator = max(s^2(x), max(1, d)^2 (s^2(x) + w) - v / n),    s^2(x): of g at x given the points

Sources: Rasmussen and Williams, Gaussian Processes for Machine Learning (2006), chapters 2 and 5; Bastos and O'Hagan,
Technometrics 51 (2009), on errors out of sample.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, Kernel, WhiteKernel
from sklearn.linear_model import RidgeCV

Floats = npt.NDArray[np.float64]
RIDGES = tuple(10.0**power for power in range(-3, 4))
LEAST_VARIANCE = 1e-6
STEPS = 30
LENGTHS, SIGNAL, NOISE = (0.2, 20.0), (1e-3, 10.0), (1e-4, 2.0)  # bounds of l, s^2 and w, in units of the spread
SQUARES = 5  # points per term of the trend from which on it has squares
SUBSET = 260  # points on which l, s^2 and w are sought, for the emulator and for its check
THIRDS, PARTS = 3, 2  # in which points are predicted: length scales of a third are sought in the others
LEARNT = 0.1  # share of variance out of sample below which an emulator has learnt nothing to speak of
BLOCK = 2000  # points that are predicted at a time


@dataclass(frozen=True)
class Check:
    """Errors out of sample: share of variance explained, and their sd in predicted deviations before and after raising."""

    explained: float
    before: float
    after: float

    @property
    def learnt(self) -> bool:
        """Whether the emulator knows more than the mean of all points; nothing is to be learnt of what never varies."""
        return not self.explained < LEARNT


@dataclass(frozen=True)
class Emulator:
    """A fitted process of values (y - centre) / spread. `seeds`: v / n in these units; `check`: out of sample."""

    process: GaussianProcessRegressor | None  # of the residuals; none where the values never vary
    trend: Floats
    squares: bool
    centre: float
    spread: float
    seeds: float
    check: Check

    @property
    def found(self) -> Floats:
        """What was sought: s^2, w, share explained, d, and the length scales (4 + k,); nan where values never vary."""
        if self.process is None:
            return np.full(4, np.nan)
        kernel = self.process.kernel_
        numbers = [kernel.k1.k1.constant_value, kernel.k2.noise_level, self.check.explained, self.check.before]
        return np.array([*numbers, *kernel.k1.k2.length_scale])

    def predict(self, points: Floats) -> tuple[Floats, Floats]:
        """Return mean and variance of the measure's mean over seeds at points (m, k): (m,), (m,)."""
        parts = [self._predict(points[start : start + BLOCK]) for start in range(0, len(points), BLOCK)]
        means, variances = (np.concatenate(each) for each in zip(*parts, strict=True))
        return self.centre + self.spread * means, self.spread**2 * variances

    def _predict(self, points: Floats) -> tuple[Floats, Floats]:
        if self.process is None:
            return np.zeros(len(points)), np.full(len(points), LEAST_VARIANCE)
        means, deviations = self.process.predict(points, return_std=True)
        total = deviations**2
        smooth = np.maximum(total - self.process.kernel_.k2.noise_level, LEAST_VARIANCE)
        raised = max(1.0, self.check.before) ** 2 * total - self.seeds
        return _basis(points, self.squares) @ self.trend + means, np.maximum(smooth, raised)


def fit(points: Floats, values: Floats, seeds: float = 0.0, found: Floats | None = None) -> Emulator:
    """Return the process fitted to values (n,) at points (n, k) of the unit cube, and checked; deterministic.

    `seeds`: the variance v / n of a value, a mean over n seeds; `found`: that of the same fit, made before.

    Raises ValueError where there are fewer points than 2 + k, or a value is not finite.
    """
    count, dimensions = points.shape
    if count < dimensions + 2 or not np.isfinite(values).all():
        raise ValueError(f"an emulator of {dimensions} parameters needs {dimensions + 2} finite values, got {count}")
    centre, spread = float(values.mean()), float(values.std())
    if spread <= 1e-9 * max(1.0, abs(centre)):
        return Emulator(None, np.zeros(0), False, centre, 1.0, 0.0, Check(np.nan, 0.0, 0.0))
    scaled, squares, own = (values - centre) / spread, count >= SQUARES * (1 + 2 * dimensions), seeds / spread**2
    order = np.random.default_rng(count).permutation(count)
    trend = _trend(points, scaled, squares)
    residuals = scaled - _basis(points, squares) @ trend
    if found is None:
        kernel = _kernel(points[order[:SUBSET]], residuals[order[:SUBSET]], own)
        explained, before = _checked(points, scaled, squares, kernel, order, own)
    else:
        (signal, noise, explained, before), lengths = found[:4], found[4 : 4 + dimensions]
        kernel = ConstantKernel(signal, SIGNAL) * RBF(lengths, LENGTHS) + WhiteKernel(noise, NOISE)
    check = Check(float(explained), float(before), float(before / max(1.0, before)))
    return Emulator(_conditioned(kernel, points, residuals), trend, squares, centre, spread, own, check)


def _checked(
    points: Floats, scaled: Floats, squares: bool, kernel: Kernel, order: npt.NDArray[np.intp], own: float
) -> tuple[float, float]:
    """Return the share explained and d, out of sample.

    Each part of the points is predicted by all others. Length scales for parts of a third are sought in the other thirds, on
    about as many points as the emulator's own are, or the check would be worse than the emulator.
    """
    errors, total = np.zeros(len(scaled)), np.zeros(len(scaled))
    residuals = scaled - _basis(points, squares) @ _trend(points, scaled, squares)
    for start in range(THIRDS):
        third, other = order[start::THIRDS], np.delete(order, np.s_[start::THIRDS])[:SUBSET]
        enough = len(other) >= 2 * (points.shape[1] + 2)
        sought = _kernel(points[other], residuals[other], own) if enough else kernel
        for part in np.array_split(third, PARTS):
            rest = np.setdiff1d(order, part)
            trend = _trend(points[rest], scaled[rest], squares)
            left = scaled[rest] - _basis(points[rest], squares) @ trend
            means, deviations = _conditioned(sought, points[rest], left).predict(points[part], return_std=True)
            errors[part] = scaled[part] - _basis(points[part], squares) @ trend - means
            total[part] = deviations**2
    explained = 1 - float((errors**2).mean() / scaled.var())
    return explained, float(np.sqrt((errors**2 / total).mean()))


def _kernel(points: Floats, residuals: Floats, own: float) -> Kernel:
    """Return the kernel with the length scales, variance and noise, at least `own`, that make the residuals most likely."""
    least = float(np.clip(own, NOISE[0], 0.5 * NOISE[1]))
    variance = float(np.clip(residuals.var(), 0.01, 1.0))
    start = np.full(
        points.shape[1], max(0.5, 0.2 * np.sqrt(points.shape[1]))
    )  # points of more parameters lie farther apart
    smooth = ConstantKernel(variance, SIGNAL) * RBF(start, LENGTHS)
    process = GaussianProcessRegressor(
        smooth + WhiteKernel(max(least, 0.1 * variance), (least, NOISE[1])), optimizer=_climb, alpha=LEAST_VARIANCE
    )
    return process.fit(points, residuals).kernel_


def _climb(loss: Callable[[Floats], tuple[float, Floats]], start: Floats, bounds: Floats) -> tuple[Floats, float]:
    found = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B", options={"maxiter": STEPS})
    return found.x, float(found.fun)


def _conditioned(kernel: Kernel, points: Floats, residuals: Floats) -> GaussianProcessRegressor:
    return GaussianProcessRegressor(kernel, optimizer=None, alpha=LEAST_VARIANCE).fit(points, residuals)


def _trend(points: Floats, scaled: Floats, squares: bool) -> Floats:
    found = RidgeCV(RIDGES).fit(_basis(points, squares)[:, 1:], scaled)
    return np.array([found.intercept_, *found.coef_])


def _basis(points: Floats, squares: bool) -> Floats:
    centred = points - 0.5
    return np.column_stack([np.ones(len(points)), centred, *([centred**2] if squares else [])])
