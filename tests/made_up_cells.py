"""Groups of arrays over cells made by hand, for the tests of loops."""

import numpy as np

from model.kernels.arguments import Spots


def no_spots(cells):
    """No ink spot in any cell."""
    return Spots(
        np.zeros(cells, dtype=np.int64), np.zeros(cells, dtype=np.uint32), np.zeros(cells, dtype=np.uint32),
        np.zeros(cells, dtype=np.int64), np.zeros(cells, dtype=np.int64),
    )  # fmt: skip
