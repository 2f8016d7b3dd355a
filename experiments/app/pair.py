"""Two worlds in lockstep: the same scenario and seed, so the same random draws, under two policies or assumptions."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.app.frames import Bytes, difference
from experiments.app.world import World
from experiments.batch.run import Run
from model.state.fields import Floats

DIFFERENCE_OF = {"control": "bloc"}  # whose difference is shown: control by the core's bloc


@dataclass
class Pair:
    """One world, or two that advance together. Raises as `World` does, and ValueError for none or more than two."""

    worlds: list[World]

    @classmethod
    def of(cls, runs: list[Run]) -> "Pair":
        """Return the worlds of one or two runs."""
        if not 1 <= len(runs) <= 2:
            raise ValueError(f"a screen shows one or two worlds, got {len(runs)}")
        return cls([World(run) for run in runs])

    @property
    def first(self) -> World:
        """The world that the other is compared with."""
        return self.worlds[0]

    @property
    def weeks(self) -> int:
        """The last week of the shorter run."""
        return min(world.weeks for world in self.worlds)

    @property
    def computed(self) -> int:
        """The last week that all worlds have computed."""
        return min(world.computed for world in self.worlds)

    @property
    def ended(self) -> bool:
        """Whether nothing more can be computed together."""
        return any(world.ended for world in self.worlds)

    @property
    def failed(self) -> str:
        """Why a world cannot go on, or an empty text."""
        return next((world.failed for world in self.worlds if world.failed), "")

    def advance(self, week: int | None = None) -> int:
        """Compute all worlds up to `week` (default: one more), week by week together; return the last week of all."""
        goal = min(self.weeks, self.computed + 1 if week is None else week)
        while self.computed < goal and not self.failed:
            upto = self.computed + 1
            for world in self.worlds:
                world.advance(upto)
        return self.computed

    @property
    def comparable(self) -> bool:
        """Whether the two maps have the same cells."""
        if len(self.worlds) < 2:
            return False
        one, two = (world.theatre for world in self.worlds)
        same = (one.name, one.extent, one.rows, one.columns) == (two.name, two.extent, two.rows, two.columns)
        return same and bool(np.array_equal(one.row, two.row) and np.array_equal(one.column, two.column))

    def difference(self, week: int, layer: str) -> Bytes:
        """Return the second world minus the first in a layer, bytes around 128, (cells,)."""
        name = DIFFERENCE_OF.get(layer, layer)
        one, two = (world.field(week, name) for world in self.worlds)
        return difference(one, two)

    def series_difference(self, name: str) -> Floats:
        """Return the second world's series minus the first's, up to the last week of both."""
        one, two = (world.series(name)[: self.computed + 1] for world in self.worlds)
        return np.asarray(two - one)

    def frame(self, week: int, layer: str) -> tuple[dict[str, Any], list[bytes]]:
        """Return what the map needs of a week: a header for JSON, and buffers.

        Buffers: for each world the holder (layer control only: one byte a cell, 255 nobody) and the values (a byte a
        cell); at the end, for two worlds, the difference.
        """
        week = min(max(0, week), self.computed)
        buffers: list[bytes] = []
        for world in self.worlds:
            names = ["holder", "control"] if layer == "control" else [layer]
            buffers += [world.field(week, name).tobytes() for name in names]
        if self.comparable:
            buffers.append(self.difference(week, layer).tobytes())
        header = {
            "week": week, "computed": self.computed, "layer": layer, "ended": self.ended, "failed": self.failed,
            "panes": [world.marks(week) for world in self.worlds],
            "names": [[each.title for each in world.organisations] for world in self.worlds],
        }  # fmt: skip
        return header, buffers
