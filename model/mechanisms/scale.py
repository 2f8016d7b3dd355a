"""The small forms that several mechanisms share."""

from typing import Any

import numpy as np

from model import kernels
from model.state import State
from model.state.fields import Floats


def fighting(state: State) -> tuple[Any, ...]:
    """The families of parameters that fighting on the ground reads: territory, government, rivalry, operations."""
    p = state.parameters
    return p.territory.record, p.government.record, p.rivalry.record, p.operations.record


def logistic(x: Floats) -> Floats:
    """1 / (1 + exp(-x)), any shape."""
    return np.asarray(1.0 / (1.0 + np.exp(np.minimum(-x, 50.0))))  # a guard


def whole(expected: Floats, uniforms: Floats) -> Floats:
    """Round to whole units, up with the probability of the fraction: the mean is kept and sums stay exact."""
    return np.asarray(np.floor(expected + uniforms))


def hostility(state: State) -> Floats:
    """How hard hostile organisations hit each one, 1 where half the people it holds are unwilling (organisations,).

    Unwilling people, who neither support nor fear it, help its rivals: 1 + help x (2 unwilling - 1). 0 without `rivalry`;
    less where alliances are made. Byman (2016) on residents who worked with rivals.
    """
    hostile = np.empty(len(state.organisation_records))
    kernels.hostility(state.organisation_records, state.switches, state.parameters.rivalry.record, hostile)
    return hostile
