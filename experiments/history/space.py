"""The parameters that are fitted, and points in their ranges; all others stay at their declared values."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from experiments.draws import LOG_RATIO, scaled
from model.declarations import Parameter, declarations

Floats = npt.NDArray[np.float64]

FITTED: Mapping[str, str] = {
    "territory.growth": "how fast land is won and lost",
    "territory.strikes": "land lost to strikes",
    "territory.resistance": "resistance of those who are held",
    "territory.self_enforcement": "how hard it is to hold land thinly",
    "territory.state_reach_km": "how far states reach from their capitals",
    "half_effort.strikes": "how little effort strikes need",
    "government.concentration": "forces where the threat is",
    "government.effectiveness_scale": "what good government is worth in the field",
    "government.mobilising": "forces raised under threat",
    "attitudes.start_support": "support at the start",
    "attitudes.start_grievance": "grievance at the start",
    "attitudes.fear": "fear of those who hold",
    "attrition.strikes": "fighters lost to strikes",
    "attrition.ground": "fighters lost on the ground",
    "resources.recruitment": "local recruits",
    "resources.most_fighters": "fighters whom people held can sustain",
    "foreign_fighters.base": "travellers",
    "pledging.threshold": "when pledging pays",
    "pledging.hazard": "how soon then",
    "pledging.conviction": "weight of creed and prestige",
    "pledging.need": "weight of what a group lacks",
    "pledging.refusal_hazard": "how soon others refuse",
    "core.worst_lag": "how long an answer takes over a bad link",
    "violence.rate_regional": "attacks in neighbouring countries",
    "violence.least_deaths": "deaths in an attack",
}  # name -> why; of all parameters those that move a target most: `inkspot calibrate --screen`


def ranges(names: tuple[str, ...] = tuple(FITTED)) -> list[tuple[float, float]]:
    """Return the declared range of each parameter."""
    return [(declared(name).low, declared(name).high) for name in names]


def declared(name: str) -> Parameter:
    """Return the declaration of `family.name`. Raises KeyError where there is none."""
    family, _, short = name.partition(".")
    return declarations().parameters[family][short]


def point(shares: Floats, names: tuple[str, ...] = tuple(FITTED)) -> dict[str, float]:
    """Return the parameters at shares (names,) of the way through their ranges; wide ranges by their logarithm.

    Six digits, so that a stored point is the point that was run.
    """
    spans = zip(names, shares, ranges(names), strict=True)
    return {
        name: min(max(float(f"{scaled(float(share), *span):.6g}"), span[0]), span[1]) for name, share, span in spans
    }


def shares_of(values: Mapping[str, float], names: tuple[str, ...] = tuple(FITTED)) -> Floats:
    """Return what `point` was given: the inverse of it to six digits, (names,)."""
    shares = []
    for name, (low, high) in zip(names, ranges(names), strict=True):
        value = values[name]
        wide = low > 0 and high >= LOG_RATIO * low
        shares.append(np.log(value / low) / np.log(high / low) if wide else (value - low) / (high - low))
    return np.asarray(np.clip(shares, 0.0, 1.0), dtype=float)


def hypercube(points: int, dimensions: int, seed: int) -> Floats:
    """Return a Latin hypercube, (points, dimensions). Source: McKay, Beckman and Conover, Technometrics 21 (1979)."""
    from scipy.stats import qmc

    return np.asarray(qmc.LatinHypercube(dimensions, rng=np.random.default_rng(seed)).random(points), dtype=float)
