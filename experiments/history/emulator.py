"""A Gaussian process that stands for the model: the mean of one measure over seeds, anywhere in the fitted ranges.

    y(x) = b0 + b.x + g(x) + e,    g ~ GP(0, s^2 exp(-1/2 sum_k (x_k - x'_k)^2 / l_k^2)),    e ~ N(0, v)

A plane by ridge regression carries the trend; length scales l, variance s^2 and noise v maximise the likelihood of the
residuals. Source: Rasmussen and Williams, Gaussian Processes for Machine Learning (2006), chapters 2 and 5.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize

Floats = npt.NDArray[np.float64]
RIDGE = 1e-3
LEAST_NOISE = 1e-6
STEPS = 40
BOUNDS = {"length": (np.log(0.2), np.log(20.0)), "signal": (np.log(1e-3), np.log(10.0)), "noise": (np.log(1e-4), 0.7)}
BLOCK = 5000  # points that are predicted at a time


@dataclass(frozen=True)
class Emulator:
    """A fitted process. `points` (n, k) in the unit cube, `weights` (n,), `factor` of the covariance of the points."""

    points: Floats
    trend: Floats
    lengths: Floats
    signal: float
    noise: float
    weights: Floats
    factor: tuple[Floats, bool]
    centre: float
    spread: float

    def predict(self, points: Floats) -> tuple[Floats, Floats]:
        """Return mean and variance of the measure's mean over seeds at points (m, k): (m,), (m,)."""
        parts = [self._predict(points[start : start + BLOCK]) for start in range(0, len(points), BLOCK)]
        means, variances = (np.concatenate(each) for each in zip(*parts, strict=True))
        return self.centre + self.spread * means, self.spread**2 * variances

    def _predict(self, points: Floats) -> tuple[Floats, Floats]:
        cross = self.signal * np.exp(-0.5 * _distances(points / self.lengths, self.points / self.lengths))
        explained = np.einsum("ij,ji->i", cross, cho_solve(self.factor, cross.T))
        return _basis(points) @ self.trend + cross @ self.weights, np.maximum(self.signal - explained, LEAST_NOISE)


def fit(points: Floats, values: Floats) -> Emulator:
    """Return the process fitted to values (n,) at points (n, k) of the unit cube; deterministic.

    Raises ValueError where there are fewer points than 2 + k, or a value is not finite.
    """
    count, dimensions = points.shape
    if count < dimensions + 2 or not np.isfinite(values).all():
        raise ValueError(f"an emulator of {dimensions} parameters needs {dimensions + 2} finite values, got {count}")
    centre, spread = float(values.mean()), float(values.std()) or 1.0
    scaled, basis = (values - centre) / spread, _basis(points)
    trend = np.linalg.solve(basis.T @ basis + RIDGE * np.eye(basis.shape[1]), basis.T @ scaled)
    residuals = scaled - basis @ trend
    squares = np.stack([np.subtract.outer(column, column) ** 2 for column in points.T])
    start = np.concatenate([np.zeros(dimensions), [np.log(max(residuals.var(), 0.01)), np.log(0.1)]])
    bounds = [BOUNDS["length"]] * dimensions + [BOUNDS["signal"], BOUNDS["noise"]]
    found = minimize(
        _loss, start, (squares, residuals), "L-BFGS-B", jac=True, bounds=bounds, options={"maxiter": STEPS}
    ).x
    covariance, _ = _covariance(found, squares)
    factor = cho_factor(covariance, lower=True)
    signal, noise = np.exp(found[-2:])
    weights = cho_solve(factor, residuals)
    return Emulator(
        points, trend, np.exp(found[:-2]), float(signal), float(noise), weights, (factor[0], True), centre, spread
    )


def _loss(logs: Floats, squares: Floats, residuals: Floats) -> tuple[float, Floats]:
    """Return the negative logarithm of the likelihood and its gradient by the logarithms of l, s^2 and v."""
    covariance, smooth = _covariance(logs, squares)
    factor = cho_factor(covariance, lower=True)
    weights = cho_solve(factor, residuals)
    loss = 0.5 * residuals @ weights + np.log(np.diag(factor[0])).sum()
    pull = cho_solve(factor, np.eye(len(residuals))) - np.outer(weights, weights)
    inner = pull * smooth
    lengths = np.einsum("ij,kij->k", inner, squares) / np.exp(2 * logs[:-2])
    return float(loss), 0.5 * np.concatenate([lengths, [inner.sum(), np.exp(logs[-1]) * np.trace(pull)]])


def _covariance(logs: Floats, squares: Floats) -> tuple[Floats, Floats]:
    smooth = np.exp(logs[-2]) * np.exp(-0.5 * np.tensordot(np.exp(-2 * logs[:-2]), squares, axes=1))
    return smooth + (np.exp(logs[-1]) + LEAST_NOISE) * np.eye(len(smooth)), smooth


def _basis(points: Floats) -> Floats:
    return np.column_stack([np.ones(len(points)), points])


def _distances(first: Floats, second: Floats) -> Floats:
    """Squared distances, (m, n)."""
    squares = (first**2).sum(axis=1)[:, None] + (second**2).sum(axis=1) - 2 * first @ second.T
    return np.asarray(np.maximum(squares, 0.0))
