"""Ranges of parameters: as declared, and points in them by shares of the way (0 to 1)."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from model.scenario.declarations import Parameter, declarations

Floats = npt.NDArray[np.float64]
LOG_RATIO = 10.0  # ranges of positive numbers as wide as this are drawn by their logarithm


def ranges(names: tuple[str, ...]) -> list[tuple[float, float]]:
    """Return the declared range of each parameter."""
    return [(declared(name).low, declared(name).high) for name in names]


def declared(name: str) -> Parameter:
    """Return the declaration of `family.name`. Raises KeyError where there is none."""
    family, _, short = name.partition(".")
    return declarations().parameters[family][short]


def point(shares: Floats, names: tuple[str, ...]) -> dict[str, float]:
    """Return the parameters at shares (names,) of the way through their ranges; wide ranges by their logarithm.

    Six digits, so that a stored point is the point that was run.
    """
    spans = zip(names, shares, ranges(names), strict=True)
    return {
        name: min(max(float(f"{scaled(float(share), *span):.6g}"), span[0]), span[1]) for name, share, span in spans
    }


def shares_of(values: Mapping[str, float], names: tuple[str, ...]) -> Floats:
    """Return what `point` was given: the inverse of it to six digits, (names,)."""
    shares = []
    for name, (low, high) in zip(names, ranges(names), strict=True):
        value = values[name]
        wide = is_wide(low, high)
        shares.append(np.log(value / low) / np.log(high / low) if wide else (value - low) / (high - low))
    return np.asarray(np.clip(shares, 0.0, 1.0), dtype=float)


def hypercube(points: int, dimensions: int, seed: int) -> Floats:
    """Return a Latin hypercube, (points, dimensions). Source: McKay, Beckman and Conover, Technometrics 21 (1979)."""
    from scipy.stats import qmc  # half a second, and seldom asked for

    return np.asarray(qmc.LatinHypercube(dimensions, rng=np.random.default_rng(seed)).random(points), dtype=float)


def scaled(share: float, low: float, high: float) -> float:
    """Return the point at a share, 0..1, of the way from `low` to `high`."""
    value = low * (high / low) ** share if is_wide(low, high) else low + share * (high - low)
    return float(min(max(value, low), high))


def is_wide(low: float, high: float) -> bool:
    """Whether a range is gone through by the logarithm."""
    return low > 0 and high >= LOG_RATIO * low
