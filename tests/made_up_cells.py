"""Groups of arrays over cells made by hand, for the tests of loops."""

import numpy as np

from model.kernels.arguments import Forces, Spots


def no_spots(cells):
    """No ink spot in any cell."""
    return Spots(
        np.zeros(cells, dtype=np.int64), np.zeros(cells, dtype=np.uint32), np.zeros(cells, dtype=np.uint32),
        np.zeros(cells, dtype=np.int64), np.zeros(cells, dtype=np.int64),
    )  # fmt: skip


def diffusing(camp, group, state, militia, clash, drag):
    """Forces of a week of diffusion, which knows neither strikes on the ground nor a focus."""
    none = np.zeros(len(camp))
    return Forces(camp, group, state, militia, clash, drag, none, none, camp, none, none)
