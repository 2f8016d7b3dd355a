"""Numba without SciPy's linear algebra, which it imports only to ask whether it is there.

Numba does so when the first compiled loop is loaded: a fifth of a second and 40 MB of each worker, and no loop of the model
uses it. A loop that does (`np.dot`, `@`) has it imported when it is compiled.

    from model.light_numba import njit
"""

import importlib

from numba import njit

from model.stand_ins import stood_in

with stood_in(("scipy.linalg.cython_blas",)):
    importlib.import_module("numba.np.arraymath")

__all__ = ["njit"]
