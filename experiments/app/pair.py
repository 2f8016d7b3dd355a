"""Two worlds in lockstep: the same scenario and seed, so the same random draws, under two policies or assumptions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
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
    def of(cls, runs: list[Run], known: Sequence[World] = ()) -> "Pair":
        """Return the worlds of one or two runs; a known one is taken with the weeks that it has computed."""
        if not 1 <= len(runs) <= 2:
            raise ValueError(f"a screen shows one or two worlds, got {len(runs)}")
        there = {id(run): world for run in runs for world in known if world.run == run and not world.failed}
        return cls([there.get(id(run)) or World(run) for run in runs])

    @cached_property
    def titles(self) -> list[str]:
        """What each world is called: its policy, and that its assumptions are changed."""
        titles = []
        for world in self.worlds:
            if world.scenario.branch is not None:
                titles.append(f"{world.scenario.turn[:1].upper()}{world.scenario.turn[1:]}")
                continue
            changed = [key for key in world.run.overrides if not key.startswith("policy.") and key != "weeks"]
            words = f" · {len(changed)} assumption{'s' if len(changed) > 1 else ''} changed" if changed else ""
            titles.append(f"{world.scenario.policy.heading}{words}")
        if len(set(titles)) < len(titles):
            titles = [f"{letter}: {title}" for letter, title in zip("AB", titles, strict=False)]
        return titles

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

    @cached_property
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

    def at(self, week: int) -> "Shown":
        """Return what is shown of a week, as far as all worlds are computed now; another week counts as the nearest."""
        computed = self.computed  # read once: the worlds go on meanwhile
        return Shown(self, min(max(0, week), computed), computed, self.failed)


@dataclass(frozen=True)
class Shown:
    """One moment of all worlds: the week shown, and the last week that all have computed. It never changes.

    Computed weeks do not change either. So whoever reads no further than `computed` (map, charts, cards, sentences, links,
    downloads) reads the same, whenever it reads and however far the worlds have gone on.
    """

    pair: Pair
    week: int
    computed: int
    failed: str = ""

    @property
    def worlds(self) -> list[World]:
        """The worlds."""
        return self.pair.worlds

    @property
    def ended(self) -> bool:
        """Whether nothing more can be computed together."""
        return bool(self.failed) or self.computed >= self.pair.weeks

    @property
    def date(self) -> date:
        """The first day of the week shown."""
        return self.pair.first.date(self.week)

    def series(self, name: str) -> list[Floats]:
        """Return a series of each world from week 0 to the last computed, (weeks + 1,)."""
        return [world.series(name)[: self.computed + 1] for world in self.worlds]

    def series_difference(self, name: str) -> Floats:
        """Return the second world's series minus the first's."""
        one, two = self.series(name)
        return np.asarray(two - one)

    def frame(self, layer: str) -> tuple[dict[str, Any], list[bytes]]:
        """Return what the map needs: a header for JSON, and buffers.

        Buffers: for each world the holder (layer control only: one byte a cell, 255 nobody) and the values (a byte a
        cell); at the end, for two worlds, the difference.
        """
        buffers: list[bytes] = []
        for world in self.worlds:
            names = ["holder", "control"] if layer == "control" else [layer]
            buffers += [world.field(self.week, name).tobytes() for name in names]
        if self.pair.comparable:
            buffers.append(self.pair.difference(self.week, layer).tobytes())
        header = {
            "week": self.week, "computed": self.computed, "layer": layer, "ended": self.ended, "failed": self.failed,
            "panes": [world.marks(self.week) for world in self.worlds],
            "names": [[each.title for each in world.organisations] for world in self.worlds],
        }  # fmt: skip
        return header, buffers
