"""Points at which the stated values are wrong: drawn from the declared ranges of all parameters, or members of an ensemble.

A `source` of points is "" for the ranges, else an ensemble as `--ensemble` names it: "shipped", or a file.
"""

from functools import cache
from typing import Any

import numpy as np

from experiments.points.ensemble import Ensemble
from experiments.points.ranges import scaled
from model.scenario.declarations import declarations

BLOCK = 40  # draws of one Latin hypercube; further draws are of further ones
NOT_DRAWN = "theatre"  # the family of the map: a choice, and expensive to change
NUMERICAL = ("numerical choice", "reporting choice")  # sources of parameters that are not about the world


@cache
def drawn_parameters(source: str = "") -> dict[str, tuple[float, float]]:
    """Return the parameters that draws vary, `family.name` -> declared range.

    Without an ensemble all that are declared and about the world. Raises UserError where it is no ensemble.
    """
    if source:
        return {name: drawn_parameters()[name] for name in _points(source)[0]}
    return {
        f"{family}.{name}": (parameter.low, parameter.high)
        for family, members in declarations().parameters.items()
        for name, parameter in members.items()
        if family != NOT_DRAWN and parameter.source not in NUMERICAL and parameter.low < parameter.high
    }


@cache
def _ensemble(source: str) -> Ensemble:
    from experiments.points.ensemble import load_ensemble  # heavy, and seldom asked for

    return load_ensemble(source)


def members(source: str) -> int:
    """Return how many members an ensemble has. Raises UserError where it is none."""
    return len(_ensemble(source))


def fitted_words(source: str) -> str:
    """Return in words what an ensemble was fitted to and what it misses; nothing for the ranges."""
    return _ensemble(source).words if source else ""


@cache
def _points(source: str) -> list[dict[str, float]]:
    return _ensemble(source).points


@cache
def _block(number: int) -> Any:
    """Return a Latin hypercube of `BLOCK` points over the unit cube, (BLOCK, parameters); always the same."""
    from scipy.stats import qmc  # half a second, and seldom asked for

    return qmc.LatinHypercube(len(drawn_parameters()), rng=np.random.default_rng([55, number])).random(BLOCK)


@cache
def drawn(draw: int, source: str = "") -> dict[str, float]:
    """Return the parameters of a draw: point `draw` of Latin hypercubes of `BLOCK` points over their ranges.

    Of an ensemble: its members in turn where they weigh the same, else by weight (`Ensemble.drawn`).

    A range from low > 0 to high >= 10 low is drawn by its logarithm, others evenly. The first draws are the same however
    many are asked for. Source: McKay, Beckman and Conover, Technometrics 21 (1979).
    """
    if source:
        return _points(source)[_ensemble(source).drawn(draw)]
    shares = _block(draw // BLOCK)[draw % BLOCK]
    return {
        name: scaled(float(share), *span)
        for (name, span), share in zip(drawn_parameters().items(), shares, strict=True)
    }
