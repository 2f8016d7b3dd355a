"""Named random streams: the same (seed, purpose, week) draws the same numbers, whatever else happens.

Every draw is a uniform number, turned into an event by the inverse of its distribution function, so that two policies
with one seed meet the same luck (common random numbers; Law, Simulation Modeling and Analysis, section 11.2).
"""

from zlib import crc32

import numpy as np
import numpy.typing as npt

WEEKS_A_BLOCK = 64


class Streams:
    """Uniform numbers keyed by seed, purpose, week and row.

    Numbers are generated a block of weeks at a time, row by row: a row's numbers do not depend on how many rows follow.
    """

    def __init__(self, seed: int) -> None:
        if seed < 0:
            raise ValueError(f"seed must be 0 or more, got {seed}")
        self.seed = seed
        self._blocks: dict[
            str, tuple[int, int, list[npt.NDArray[np.float64]]]
        ] = {}  # number, size, weeks of each purpose

    def uniforms(self, purpose: str, week: int, size: int) -> npt.NDArray[np.float64]:
        """Return `size` numbers in [0, 1) for one purpose in one week (read-only)."""
        number, row = divmod(week, WEEKS_A_BLOCK)
        kept = self._blocks.get(purpose)
        if kept is None or kept[0] != number or kept[1] < size:
            kept = self._blocks[purpose] = (number, size, list(self._draw(purpose, number, size)))
        return kept[2][row] if kept[1] == size else kept[2][row][:size]

    def _draw(self, purpose: str, number: int, size: int) -> npt.NDArray[np.float64]:
        key = np.random.SeedSequence(self.seed, spawn_key=(crc32(purpose.encode()), number))
        block = np.random.Generator(np.random.PCG64(key)).random((size, WEEKS_A_BLOCK)).T.copy()
        block.setflags(write=False)
        return block

    def __getstate__(self) -> dict[str, object]:
        """Blocks are drawn again after unpickling: they follow from the seed."""
        return {"seed": self.seed, "_blocks": {}}
