"""Named random streams: the same (seed, purpose, week) draws the same numbers, whatever else happens.

Every draw is a uniform number, turned into an event by the inverse of its distribution function, so that two policies
with one seed meet the same luck (common random numbers; Law, Simulation Modeling and Analysis, section 11.2).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from zlib import crc32

import numpy as np

from model.state.fields import Floats, Records, interned

WEEKS_A_BLOCK = 64

# what each organisation and each country needs luck for every week, and how many numbers of it
OF_ORGANISATIONS: Mapping[str, int] = MappingProxyType({
    "attacks": 4, "severity": 1, "sanction": 1, "stopped": 1, "communication.sent": 1, "communication.delivered": 1,
    "communication.intercepted": 1, "brokers.lost": 1, "brokers.found": 1, "quarrel": 1,
    "aid.fighters": 1, "pledge": 1, "refuse": 1, "defect": 1, "secede": 1, "splinter": 1,
    "travellers": 1, "return": 1, "killed.local": 1, "killed.foreign": 1, "rivals.local": 1, "rivals.foreign": 1,
    "desert.local": 1, "desert.foreign": 1, "recruits": 1, "observation": 1,
    "stand.local": 1, "stand.foreign": 1, "focus": 1, "stance": 1, "loyalty": 1,
})  # fmt: skip
OF_COUNTRIES: Mapping[str, int] = MappingProxyType({"coalition": 1, "reprisals": 1, "cells": 1})


class Streams:
    """Uniform numbers keyed by seed, purpose, week and row.

    Numbers are generated a block of weeks at a time, row by row: a row's numbers do not depend on how many rows follow.
    """

    def __init__(self, seed: int) -> None:
        if seed < 0:
            raise ValueError(f"seed must be 0 or more, got {seed}")
        self.seed = seed
        self._blocks: dict[str, tuple[int, Floats]] = {}  # the latest of each purpose: its number, its weeks
        self._tables: dict[int, tuple[int, Records]] = {}  # the same for purposes that are drawn together
        self._rows: dict[int, tuple[int, int, Records]] = {}  # this week's row of each table: week, size, numbers

    def uniforms(self, purpose: str, week: int, size: int) -> Floats:
        """Return `size` numbers in [0, 1) for one purpose in one week (read-only)."""
        number, row = divmod(week, WEEKS_A_BLOCK)
        kept = self._blocks.get(purpose)
        if kept is None or kept[0] != number or kept[1].shape[1] < size:
            kept = self._blocks[purpose] = (number, np.ascontiguousarray(self._draw(purpose, number, size)))
            kept[1].setflags(write=False)
        return kept[1][row, :size]

    def table(self, purposes: Mapping[str, int], week: int, size: int) -> Records:
        """Return the same numbers for many purposes, (size,), a column a purpose with `_` for each dot (read-only).

        purposes: how many numbers a row has of each. Row k has the numbers that `uniforms` gives from k times that many on.
        """
        known = self._rows.get(id(purposes))
        if known is not None and known[0] == week and known[1] == size:
            return known[2]
        number, row = divmod(week, WEEKS_A_BLOCK)
        kept = self._tables.get(id(purposes))
        if kept is None or kept[0] != number or kept[1].shape[1] < size:
            kept = self._tables[id(purposes)] = (number, self._draw_table(purposes, number, size))
        numbers = kept[1][row, :size]
        self._rows[id(purposes)] = (week, size, numbers)
        return numbers

    def _draw_table(self, purposes: Mapping[str, int], number: int, size: int) -> Records:
        columns: list[Any] = []
        for purpose, count in purposes.items():
            columns.append((purpose.replace(".", "_"), np.float64, () if count == 1 else (count,)))
        block = np.empty((WEEKS_A_BLOCK, size), dtype=interned(np.dtype(columns)))
        for purpose, count in purposes.items():
            column = block[purpose.replace(".", "_")]
            column[:] = self._draw(purpose, number, size * count).reshape(column.shape)
        block.setflags(write=False)
        return block

    def _draw(self, purpose: str, number: int, size: int) -> Floats:
        key = np.random.SeedSequence(self.seed, spawn_key=(crc32(purpose.encode()), number))
        return np.random.Generator(np.random.PCG64(key)).random((size, WEEKS_A_BLOCK)).T

    def __getstate__(self) -> dict[str, object]:
        """Blocks are drawn again after unpickling: they follow from the seed."""
        return {"seed": self.seed, "_blocks": {}, "_tables": {}, "_rows": {}}
