"""The compiled loops, and nothing else compiled anywhere; `tests/test_kernels.py` holds a NumPy reference of each.

Parameters come as arguments, never as constants of another module, since Numba's cache would not notice a change there.
"""

from model.kernels.chance import poisson_counts
from model.kernels.networks import best_paths, label_spots
from model.kernels.people import attitudes, flee, tally
from model.kernels.territory import activate, contest, spread, totals

__all__ = [
    "activate", "attitudes", "best_paths", "contest", "flee", "label_spots", "poisson_counts", "spread", "tally", "totals",
]  # fmt: skip
