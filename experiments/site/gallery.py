"""The replays of a scenario: its own policy, and every other one beside it with the same random draws."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Any

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.image import imsave

from experiments.app.axis_events import axis_of
from experiments.app.chart_view import SHOWN, spec_of
from experiments.app.frames import NOBODY
from experiments.app.map_view import places_of, theatre_of
from experiments.app.pair import Pair
from experiments.app.world import World
from experiments.batch.run import Run
from experiments.report.assumptions import policy_words
from experiments.report.figures import data_uri
from experiments.report.picture import KINDS
from experiments.site.packed import Json, compact, data_script, deflated, packed_world
from model.state import Status

SEED = 0  # of all replays
LAND = to_rgb("#faf8f3")  # of small pictures
COLOURS = {
    Status.CORE: KINDS["core"].colour, Status.INDEPENDENT: KINDS["independent"].colour,
    Status.PROVINCE: KINDS["province"].colour, Status.RIVAL_FRANCHISE: KINDS["rival_franchise"].colour,
}  # fmt: skip


@dataclass(frozen=True)
class Made:
    """What a part of the building made: files of the folder (path -> text), and facts that the pages need."""

    files: dict[str, str]
    facts: Any


def page_name(scenario: str, policy: str) -> str:
    """Return the name of the page of a replay."""
    return f"{scenario}.{policy}.html"


def make_gallery(scenario: str, policies: tuple[str, ...], overrides: Mapping[str, Any]) -> Made:
    """Run a scenario under its own policy and the others; return the files of all worlds, and what each replay shows."""
    runs = [Run(scenario, policy, dict(overrides), SEED) for policy in (None, *policies)]
    worlds = [World(run) for run in runs]
    files: dict[str, str] = {}
    for world in worlds:
        world.advance(world.weeks)
        name = f"{scenario}.{world.scenario.policy.name}"
        files[f"data/{name}.js"] = data_script(name, packed_world(world))
    pairs = [Pair([worlds[0], other]) for other in worlds[1:]] or [Pair(worlds)]
    replays = []
    for pair in pairs:
        data, shared = replay_data(pair, [world.scenario.policy.heading for world in pair.worlds])
        data["worlds"] = [f"{scenario}.{world.scenario.policy.name}" for world in pair.worlds]
        files |= shared
        replays.append(
            data
            | {
                "page": page_name(scenario, pair.worlds[-1].scenario.policy.name),
                "picture": thumbnail(pair.worlds[-1]),
            }
        )
    first = worlds[0].scenario
    facts = {
        "name": scenario, "title": first.title, "question": first.question, "weeks": worlds[0].computed,
        "start": f"{worlds[0].date(0):%-d %B %Y}", "end": f"{worlds[0].date(worlds[0].computed):%-d %B %Y}",
        "replays": replays,
    }  # fmt: skip
    return Made(files, facts)


def replay_data(pair: Pair, titles: list[str], names: tuple[str, ...] = SHOWN) -> tuple[Json, dict[str, str]]:
    """Return what a replay's page holds of its own, and the files that it shares with others: borders and cells.

    `names`: of the series that are drawn.
    """
    theatre, files = theatre_of(pair, titles), {}
    cells, countries = places_of(pair.first.theatre)
    ground = {"lines": theatre.pop("lines"), "cells": deflated(cells), "countries": deflated(countries)}
    ground["lines"] = deflated(compact(ground["lines"]))
    name = f"map-{sha256(compact(ground).encode()).hexdigest()[:8]}"
    files[f"data/{name}.js"] = data_script(name, ground)
    data = {
        "theatre": theatre, "ground": name, "titles": titles,
        "charts": deflated(compact(spec_of(pair.at(0), titles, names))), "axis": axis_of(pair.at(0), titles),
        "provenance": [world.provenance for world in pair.worlds],
        "commands": [world.run.command for world in pair.worlds],
        "policies": [_policy(world) for world in pair.worlds], "failed": pair.failed,
    }  # fmt: skip
    return data, files


def _policy(world: World) -> Json:
    words = policy_words(world.scenario.policy)
    return {"name": words.name, "title": words.title, "meaning": words.meaning, "phases": words.phases}


def thumbnail(world: World) -> str:
    """Return the map of control in the last week as a small picture: an address that holds the image itself."""
    theatre, week = world.theatre, world.computed
    colours = np.tile(LAND, (256, 1))
    for row, kind, *_ in world.marks(week)["organisations"]:
        colours[row] = to_rgb(COLOURS[Status(kind)])
    holder, control = world.field(week, "holder"), world.field(week, "control") / 255
    strength = np.where(holder < NOBODY, control, 0.0)[:, None] ** 0.8
    image = np.zeros((theatre.rows, theatre.columns, 4))
    image[theatre.row, theatre.column, :3] = LAND + (colours[holder] - LAND) * strength
    image[theatre.row, theatre.column, 3] = 1
    top, left = theatre.row.min(), theatre.column.min()
    buffer = BytesIO()
    imsave(
        buffer, image[top : theatre.row.max() + 1, left : theatre.column.max() + 1], metadata={"Software": "inkspot"}
    )
    return data_uri(buffer.getvalue(), "png")
