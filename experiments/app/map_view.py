"""The map as a widget: what never changes goes over once, weeks go over as messages, and the browser says when they are
drawn."""

from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets

from experiments.app.frames import LAYERS, MARKS
from experiments.app.named_places import named_places
from experiments.app.pair import Pair
from experiments.app.world import World
from model.theatre import border_lines
from model.why.armies import Seat

STATIC = Path(__file__).parent / "static"
MAP_SCRIPTS = (
    "palette.js", "raster.js", "grid.js", "view.js", "marks.js", "armies.js", "names.js", "words.js", "pane.js", "swipe.js",
    "gestures.js", "sheet.js", "layers.js", "legend.js", "search.js", "elements.js", "said.js", "map.js",
)  # fmt: skip


def script(*names: str) -> str:
    """Return scripts of the folder `static` one after another, as one text."""
    return "\n".join((STATIC / name).read_text(encoding="utf-8") for name in names)


def style(*names: str) -> str:
    """Return style sheets of the folder `static` one after another."""
    return script(*names)


class MapView(anywidget.AnyWidget):
    """One map: a world, two at a divider, or their difference; with layers, legend, search and keyboard.

    It fills the height that `--ink-map-height` gives it, by default some part of the window's. `theatre`: what is drawn
    once (see `theatre_of`); `cells`: place of each cell in the raster, unsigned 32-bit; `countries`: index of each cell's
    country, a byte; the same of a second world on another grid. Frames are messages, see `Shown.frame`.
    """

    _esm = script(*MAP_SCRIPTS, "theme.js", "map_widget.js")
    _css = style("map.css")

    theatre = traitlets.Dict({}).tag(sync=True)
    cells = traitlets.Bytes(b"").tag(sync=True)
    countries = traitlets.Bytes(b"").tag(sync=True)
    second_cells = traitlets.Bytes(b"").tag(sync=True)
    second_countries = traitlets.Bytes(b"").tag(sync=True)

    def build(self, pair: Pair, titles: list[str]) -> None:
        """Make the map of these worlds; the browser answers `ready`."""
        grounds = [places_of(world.theatre) for world in grids_of(pair)]
        with self.hold_sync():
            self.cells, self.countries = grounds[0]
            self.second_cells, self.second_countries = grounds[1] if len(grounds) > 1 else (b"", b"")
            self.theatre = theatre_of(pair, titles) | {"edition": id(pair)}

    def show(self, number: int, header: dict[str, Any], buffers: list[bytes]) -> None:
        """Send a frame; the browser answers `drawn` with its number."""
        self.send({"kind": "frame", "number": number, **header}, buffers=buffers)

    def say_playing(self, playing: bool) -> None:
        """Tell the browser whether weeks are playing."""
        self.send({"kind": "playing", "playing": playing})


def theatre_of(pair: Pair, titles: list[str]) -> dict[str, Any]:
    """Return what the map draws once, ready for JSON: grids, borders, countries, hubs, places, layers, titles."""
    world, theatre = pair.first, pair.first.theatre
    scenario, grids = world.scenario, [_grid(each) for each in grids_of(pair)]
    return grids[0] | {
        "second": grids[1] if len(grids) > 1 else None, "name": scenario.name,
        "lines": _lines(theatre), "titles": titles, "comparable": pair.comparable,
        "places": [[each.name, round(each.lat, 2), round(each.lon, 2)] for each in named_places(world)],
        "hubs": [{"name": hub.name, "lat": hub.lat, "lon": hub.lon} for hub in scenario.hubs.values()],
        "armies": [[_army(each, seat) for seat in each.armies] for each in pair.worlds],
        "marks": {name: asdict(mark) for name, mark in MARKS.items()},
        "start": scenario.start.isoformat(), "weeks": pair.weeks,
        "layers": {name: asdict(layer) for name, layer in LAYERS.items()},
    }  # fmt: skip


def grids_of(pair: Pair) -> list[World]:
    """Return the worlds whose grids are drawn: the first, and the second where it lies on another grid."""
    return pair.worlds if len(pair.worlds) > 1 and not pair.comparable else [pair.first]


def _grid(world: World) -> dict[str, Any]:
    """Return the raster of a world and its countries, with the place where their people live on average."""
    theatre, names = world.theatre, world.scenario.governments
    countries = [
        {"id": iso3, "name": names[iso3].name, "lat": lat, "lon": lon}
        for iso3, (lat, lon) in zip(theatre.countries, world.centres, strict=True)
    ]
    return {
        "rows": theatre.rows, "columns": theatre.columns, "extent": list(theatre.extent), "countries": countries
    }  # fmt: skip


def _army(world: World, seat: Seat) -> dict[str, Any]:
    """Return an army as the map draws it: name, seat, and of a partner its homelands (latitude, longitude, radius in km)."""
    homes = world.scenario.partners[seat.name].homelands if seat.partner else []
    places = [[home.lat, home.lon, home.radius_km] for home in homes]
    return {"title": seat.title, "lat": seat.lat, "lon": seat.lon, "partner": seat.partner, "homes": places}


def places_of(theatre: Any) -> tuple[bytes, bytes]:
    """Return the place of each cell in the raster (row x columns + column, uint32) and its country (uint8), as bytes."""
    places = (theatre.row.astype(np.uint32) * theatre.columns + theatre.column).astype("<u4")
    return places.tobytes(), theatre.country.astype(np.uint8).tobytes()


def _lines(theatre: Any) -> list[list[Any]]:
    """Return borders and coasts: Natural Earth's on the real map, the edges between countries otherwise."""
    if theatre.name == "region":
        return _region_lines()
    return _edges(theatre) if theatre.lines is None else _points(theatre.lines)


@cache
def _region_lines() -> list[list[Any]]:
    return _points(border_lines())


def _points(lines: list[tuple[str, Any]]) -> list[list[Any]]:
    return [[kind, np.round(points, 2).ravel().tolist()] for kind, points in lines]


def _edges(theatre: Any) -> list[list[Any]]:
    """Return the edges of cells beyond which lies another country, or none."""
    west, _, _, north = theatre.extent
    size = theatre.resolution
    country = np.full((theatre.rows + 2, theatre.columns + 2), -1)
    country[theatre.row + 1, theatre.column + 1] = theatre.country
    lines: list[list[Any]] = []
    for row, column in np.argwhere(country[1:, 1:] != country[:-1, 1:]):  # to the north of a cell
        kind = "coast" if -1 in (country[row, column + 1], country[row + 1, column + 1]) else "border"
        y, x = north - size * row, west + size * column
        lines.append([kind, [x, y, x + size, y]])
    for row, column in np.argwhere(country[1:, 1:] != country[1:, :-1]):  # to the west of a cell
        kind = "coast" if -1 in (country[row + 1, column], country[row + 1, column + 1]) else "border"
        y, x = north - size * row, west + size * column
        lines.append([kind, [x, y, x, y - size]])
    return lines
