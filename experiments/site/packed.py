"""The weeks of a world as a script that a page loads with a tag: `file://` forbids fetch, and most cells never change.

A field is stored as differences from week to week (modulo 256), deflated, in base64; marks and charts as deflated JSON.
"""

import json
import zlib
from base64 import b64encode
from typing import Any

import numpy as np

from experiments.app.frames import FIELDS
from experiments.app.world import World

type Json = dict[str, Any]


def compact(value: Any) -> str:
    """Return a value as JSON without spaces."""
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def deflated(content: bytes | str) -> str:
    """Return content deflated, in base64; `inflated` of `weeks.js` undoes it."""
    raw = content.encode() if isinstance(content, str) else content
    return b64encode(zlib.compress(raw, 9)).decode("ascii")


def packed_fields(world: World) -> dict[str, str]:
    """Return every field of all computed weeks, deflated."""
    weeks = np.stack([world.fields(week) for week in range(world.computed + 1)])
    changes = weeks.copy()
    changes[1:] -= weeks[:-1]  # unsigned bytes wrap around
    return {name: deflated(changes[:, at].tobytes()) for at, name in enumerate(FIELDS)}


def packed_world(world: World) -> Json:
    """Return all that maps draw of a world's computed weeks."""
    weeks = range(world.computed + 1)
    return {
        "weeks": world.computed, "cells": len(world.first[0]), "fields": packed_fields(world),
        "marks": deflated(compact([world.marks(week) for week in weeks])),
        "names": [each.title for each in world.organisations],
    }  # fmt: skip


def data_script(name: str, value: Any) -> str:
    """Return a script that gives pages a value by its name."""
    return f'(self.inkspotData = self.inkspotData || {{}})["{name}"] = {compact(value)};\n'


def inline(value: Any) -> str:
    """Return a value as JSON that may stand inside a script of a page."""
    return compact(value).replace("<", "\\u003c")
