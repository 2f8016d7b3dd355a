"""What a screen needs of a week: fields over cells as bytes, and marks (links, attacks, armies, displaced people).

A field is quantised to 0..255, a byte a cell. Weeks are kept packed: the difference from week 0, modulo 256, deflated;
most cells never change, so that a week takes a few kilobytes and any of them is unpacked in a fraction of a millisecond.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from model.state import State
from model.state.fields import Flags, Floats
from model.theatre import Theatre
from model.why.armies import Deployment, Force
from model.why.deployments import deployment

Bytes = npt.NDArray[np.uint8]

HALF = 127  # more than this is more than half
NOBODY = 255  # in `holder`: no organisation controls anything to speak of
LEAST_CONTROL = 1 / 510  # less is 0 of 255
LEAST_DENSITY, MOST_DENSITY = 0.1, 10_000.0  # people/km2 at 0 and 255
MOST_FLOWS = 12  # of displaced people between countries that are drawn


@dataclass(frozen=True)
class Layer:
    """A field that the map can show: its title, what a full colour means, and the values at 0 and 255.

    `measure`: what a number of a tooltip measures; `difference`: what the second world minus the first is of; `scale`:
    shares are told in percent, an index from 0 to 1, people per km² as a number.
    """

    title: str
    meaning: str
    low: str
    high: str
    measure: str
    difference: str
    scale: Literal["share", "index", "people"] = "share"


LAYERS: dict[str, Layer] = {
    "control": Layer("Control", "share of each place under control", "0%", "100%",
                     "share of this place under control", "control by the core and its provinces"),
    "support": Layer("Support", "share of people who support the core or one of its provinces", "0%", "100%",
                     "people who support the core or one of its provinces", "support for the core or one of its provinces"),
    "fear": Layer("Fear", "share of people who obey the core or one of its provinces out of fear", "0%", "100%",
                  "people who obey the core or one of its provinces out of fear", "obedience out of fear"),
    "grievance": Layer("Grievance", "grievance against the state", "0", "1",
                       "grievance against the state, from 0 to 1", "grievance against the state, from 0 to 1", "index"),
    "population": Layer("Population", "people per km² at their present place, on a logarithmic scale", "0.1", "10,000",
                        "people per km² at present", "people per km²", "people"),
}  # fmt: skip


@dataclass(frozen=True)
class Mark:
    """What is drawn over a layer and can be switched off: its title and its meaning."""

    title: str
    meaning: str


MARKS: dict[str, Mark] = {
    "fronts": Mark("fronts", "where control by an armed group passes one half"),
    "operations": Mark("offensives", "an army attacks (full arrow) or builds up (hollow arrow) there"),
    "garrisons": Mark("garrisons", "soldiers who hold what an offensive won"),
    "partners": Mark("partners", "who fights on the state's side in its own name: seat and homelands"),
    "links": Mark("links", "links between core and provinces, and ties to rival hubs"),
    "groups": Mark("groups", "the core and local groups, with attacks and strikes of the week"),
    "flows": Mark("displaced people", "where people fled from and to"),
}
FIELDS = ("holder", "control", "bloc", "support", "fear", "grievance", "population")


def quantised(values: Floats) -> Bytes:
    """Return shares 0..1 as bytes: round(255 x), so that a value is off by at most 1/510."""
    return np.rint(np.clip(values, 0.0, 1.0) * 255).astype(np.uint8)


def density_bytes(people: Floats, area_km2: Floats) -> Bytes:
    """Return people/km2 as bytes on a logarithmic scale from 0.1 (and below) to 10,000 (and above)."""
    density = np.clip(people / np.maximum(area_km2, 1e-9), LEAST_DENSITY, MOST_DENSITY)
    return quantised(np.log(density / LEAST_DENSITY) / np.log(MOST_DENSITY / LEAST_DENSITY))


def fields_of(state: State) -> Bytes:
    """Return the fields of `FIELDS` of the week that a state has reached, (fields, cells)."""
    rows = np.flatnonzero(state.present)
    bloc = np.flatnonzero(state.present & (state.camp == 0))
    block = np.zeros((len(FIELDS), len(state.total)), dtype=np.uint8)
    held = np.flatnonzero(state.total > LEAST_CONTROL)  # a tenth of the cells: the rest is nobody's
    control = state.control[np.ix_(rows, held)]
    first = control.argmax(axis=0)
    strength = quantised(control[first, np.arange(len(held))])
    block[0] = NOBODY
    block[0, held] = np.where(strength > 0, rows[first], NOBODY)
    block[1, held] = strength
    block[2] = quantised(state.camp_control[0])
    block[3] = quantised(_largest(state.support, bloc))
    block[4] = quantised(_largest(state.fear, bloc))
    block[5] = quantised(state.grievance)
    block[6] = density_bytes(state.people, state.theatre.area_km2)
    return block


def _largest(fields: Floats, rows: npt.NDArray[np.intp]) -> Floats:
    """Return the largest value of each cell over some rows, without a copy of them."""
    largest = np.zeros(fields.shape[1])
    for row in rows:
        np.maximum(largest, fields[row], out=largest)
    return largest


@dataclass(frozen=True)
class Frame:
    """One week, packed: fields as a deflated difference from week 0; homes and ties of organisations; flights."""

    packed: bytes
    homes: npt.NDArray[np.int32]  # (organisations,) cell of the headquarters
    hubs: npt.NDArray[np.int8]  # (organisations,) rival hub, -1 none
    bloc: Flags  # (organisations,) belongs to the core's bloc
    flows: tuple[tuple[int, int, float], ...]  # origin, host, people: the largest numbers of displaced people
    armies: npt.NDArray[np.float32]  # (2, armies) readiness, soldiers
    forces: npt.NDArray[np.float32]  # (forces, 6), as `Force` has them
    focus: npt.NDArray[np.int32]  # (organisations,) sector where it masses fighters, -1 none

    @property
    def size(self) -> int:
        """Bytes that it takes, about."""
        arrays = self.homes.nbytes + self.hubs.nbytes + self.bloc.nbytes + self.focus.nbytes
        return len(self.packed) + arrays + self.armies.nbytes + self.forces.nbytes + 120 * len(self.flows)

    @property
    def deployment(self) -> Deployment:
        """Where armies stood."""
        forces = (
            Force(int(a), int(s), n, int(phase), int(w), bool(g)) for a, s, n, phase, w, g in self.forces.tolist()
        )
        readiness, soldiers = self.armies.tolist()
        return Deployment(tuple(readiness), tuple(soldiers), tuple(forces))


def frame_of(state: State, first: Bytes) -> Frame:
    """Return the frame of the week that a state has reached; `first`: the fields of week 0."""
    stand = deployment(state)
    return Frame(
        zlib.compress((fields_of(state) - first).tobytes(), 1),
        state.home.astype(np.int32),
        state.hub.astype(np.int8),
        (state.camp == 0) & state.present,
        _flows(state.hosted),
        np.array([stand.readiness, stand.soldiers], dtype=np.float32),
        np.array(stand.forces, dtype=np.float32).reshape(-1, 6),
        state.focus.astype(np.int32),
    )


def unpacked(frame: Frame, first: Bytes) -> Bytes:
    """Return the fields of a frame, (fields, cells); `first` as given to `frame_of`."""
    change = np.frombuffer(zlib.decompress(frame.packed), dtype=np.uint8).reshape(len(FIELDS), -1)
    return np.asarray(first + change, dtype=np.uint8)


def _flows(hosted: Floats) -> tuple[tuple[int, int, float], ...]:
    """Return the largest entries of the matrix of displaced people (origin, host) that are over 1,000 people."""
    flat = hosted.ravel()
    large = np.flatnonzero(flat >= 1000)  # a few of some thousand pairs
    ordered = large[np.argsort(-flat[large], kind="stable")][:MOST_FLOWS]
    width = hosted.shape[1]
    return tuple((int(i // width), int(i % width), float(flat[i])) for i in ordered)


def fronts(theatre: Theatre, fields: Bytes) -> list[int]:
    """Return the edges of cells where fronts run: between land of the core's bloc, of another group, and of nobody.

    Land is theirs where they control more than half of it. An edge is 2 x (row x columns + column) of the cell south of it,
    or that and 1 of the cell east of it.
    """
    mine = np.where(fields[FIELDS.index("bloc")] > HALF, 2, np.where(fields[FIELDS.index("control")] > HALF, 1, 0))
    side = np.full((theatre.rows, theatre.columns), -1, dtype=np.int8)
    side[theatre.row, theatre.column] = mine
    north, west = np.zeros(side.shape, dtype=bool), np.zeros(side.shape, dtype=bool)
    north[1:] = (side[1:] != side[:-1]) & (side[1:] >= 0) & (side[:-1] >= 0)
    west[:, 1:] = (side[:, 1:] != side[:, :-1]) & (side[:, 1:] >= 0) & (side[:, :-1] >= 0)
    return sorted([*(2 * np.flatnonzero(north)).tolist(), *(2 * np.flatnonzero(west) + 1).tolist()])


def difference(one: Bytes, two: Bytes) -> Bytes:
    """Return two - one as bytes around 128: 1 is -1, 128 is no difference, 255 is +1. Both (cells,), as bytes."""
    return np.rint(128 + (two.astype(np.int16) - one) / 255 * 127).astype(np.uint8)


def plain(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table with numbers rounded to four digits, small enough to send thirty times a second."""
    return {key: _rounded(value) for key, value in table.items()}


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.4g}") if np.isfinite(value) else None
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value
