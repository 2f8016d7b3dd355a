"""Maps: who controls what, drawn on the real borders or on a synthetic theatre.

Control of each organisation is a field whose opacity is the share of a cell that it controls; the colour says what the
organisation is to the core (Okabe and Ito's palette, which survives colour blindness; outlines differ for grey print).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from experiments.report.figures import INK, Floats, blank, fit, png, titled, write_beside
from experiments.report.map_armies import draw_armies, name_partners
from experiments.report.picture import KINDS, Picture, kinds_at_end, picture_of
from model.scenario.schema import Scenario
from model.theatre import Theatre, load_theatre

if TYPE_CHECKING:  # half a second each: statistics and loops, which a map of a single run does without
    from experiments.measures.evidence import Evidence
    from model.record import Result

LAND, OUTSIDE = "#f4f1ea", "#ffffff"
LEAST_CONTROL = 0.25  # an organisation is named on the map if it controls so much of a cell
KM_PER_DEGREE = 111.2
Extent = tuple[float, float, float, float]  # west, east, south, north, in degrees


def map_png(result: "Result", path: str | Path) -> Path:
    """Draw who controls what at the end of one run and return the path of the PNG."""
    target = Path(path)
    target.write_bytes(sheet(result.scenario, width=10.0).show(picture_of(result), dpi=150))
    return target


def policy_maps(
    evidence: "Evidence", width: float = 6.4, dpi: int = 120, extent: Extent | None = None
) -> dict[str, bytes]:
    """Return a PNG for each policy of a comparison: control at the end of the first seed's run, on one scale.

    `extent`: the part of the map that is shown (west, east, south, north); the whole without it.
    """
    images: dict[str, bytes] = {}
    drawn = sheet(evidence.scenario, width, extent)
    for policy in (name for name in evidence.policies if name in evidence.ends):
        end, names = evidence.ends[policy], list(evidence.ends[policy].names)
        shown = (evidence.events["policy"] == policy) & (evidence.events["seed"] == evidence.seeds[0])
        picture = Picture(
            scenario=evidence.scenario,
            control=np.asarray(end.control, dtype=np.float64),
            names=names,
            titles=evidence.organisation_titles,
            kinds=kinds_at_end(evidence.scenario, names, evidence.events[shown]),
            title=evidence.policies[policy].heading,
            note=titled(evidence.scenario, evidence.heading(policy), f"seed {evidence.seeds[0]}"),
            most_names=9,
        )
        images[policy] = drawn.show(picture, dpi)
    return images


@dataclass(frozen=True)
class Sheet:
    """A map without control: borders, scale, legend; what is laid on it can be taken off again."""

    figure: Figure
    axes: Axes
    theatre: Theatre

    def show(self, picture: Picture, dpi: int) -> bytes:
        """Return a picture as PNG and leave the sheet as it was."""
        kept = {self.figure: set(self.figure.get_children()), self.axes: set(self.axes.get_children())}
        self.lay(picture)
        image = png(self.figure, dpi)
        for parent, children in kept.items():
            for artist in set(parent.get_children()) - children:
                artist.remove()
        return image

    def lay(self, picture: Picture) -> None:
        """Draw control, outlines, names, title and small type."""
        fields, extent = fields_by_kind(picture), self.theatre.extent
        self.axes.imshow(blend(fields), extent=extent, aspect=self.axes.get_aspect(), interpolation="nearest", zorder=1)
        _draw_outlines(self.axes, self.theatre, fields)
        left, bottom, _, height = self.axes.get_position(original=True).bounds
        inch = 1 / self.figure.get_figheight()
        top = bottom + height + 0.09 * inch
        fit(self.figure.text(left, top, picture.title, fontsize=10, color=INK), self.figure)
        note = f"{picture.note}  ·  ramps: control 0 to 1; outlines: over ½"
        fit(self.figure.text(left, 0.06 * inch, note, fontsize=6.5, color="#555555"), self.figure)
        taken = draw_armies(self.axes, self.theatre, picture.deployment, picture.armies)
        _draw_names(self.axes, self.theatre, picture, taken)
        name_partners(self.axes, picture.deployment, picture.armies, taken)


def sheet(scenario: Scenario, width: float, extent: Extent | None = None) -> Sheet:
    """Return an empty map of `width` inches, equirectangular with aspect 1/cos(mean latitude). `extent`: a part of it."""
    theatre = load_theatre(scenario)
    west, east, south, north = extent or theatre.extent
    stretch = float(1 / np.cos(np.radians((south + north) / 2)))
    side, top, bottom = 0.1, 0.34, 0.56
    map_width = width - 2 * side
    map_height = min(map_width * (north - south) / (east - west) * stretch, 1.2 * map_width)
    height = map_height + top + bottom
    figure = blank(width, height)
    axes = figure.add_axes((side / width, bottom / height, map_width / width, map_height / height))
    axes.set(xlim=(west, east), ylim=(south, north), xticks=[], yticks=[])
    axes.set_aspect(stretch)
    axes.spines[:].set(color="#999999", linewidth=0.6)
    draw_lines(axes, theatre)
    _draw_scale(axes, (west, east, south, north))
    _draw_legend(figure, (side / width, 0.27 / height, map_width / width, 0.16 / height))
    return Sheet(figure, axes, theatre)


def fields_by_kind(picture: Picture) -> dict[str, Floats]:
    """Return the control of each kind of organisation together, (rows, columns), nan where no cell is."""
    rows = picture.control.shape[0]
    kinds = np.array([picture.kinds[name] for name in picture.names[:rows]])
    return {kind: np.clip(picture.control[: len(kinds)][kinds == kind].sum(axis=0), 0, 1) for kind in KINDS
            if (kinds == kind).any()}  # fmt: skip


def blend(fields: dict[str, Floats]) -> Floats:
    """Return an image (rows, columns, 3): land, covered by each colour as far as its kind has control."""
    land = rgb(LAND)
    stack = np.stack(list(fields.values()))
    cover = np.nan_to_num(stack) / np.maximum(np.nansum(stack, axis=0), 1.0)
    colours = np.stack([rgb(KINDS[kind].colour) for kind in fields])
    image = np.einsum("krc,kx->rcx", cover, colours) + (1 - cover.sum(axis=0))[..., None] * land
    image[np.isnan(stack[0])] = rgb(OUTSIDE)
    return np.asarray(np.clip(image, 0, 1), dtype=np.float64)


def rgb(colour: str) -> Floats:
    """Return a colour as three numbers from 0 to 1."""
    return np.array([int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)])


def _segments(lines: list[tuple[str, Floats]]) -> tuple[tuple[str, list[Floats]], ...]:
    return tuple((kind, [points for name, points in lines if name == kind]) for kind in ("border", "coast"))


def draw_lines(axes: Axes, theatre: Theatre) -> None:
    """Draw borders and coasts: Natural Earth's on the real map, the stripes of a synthetic theatre otherwise."""
    if theatre.lines is not None:
        for kind, segments in _segments(theatre.lines):
            colour, width = ("#8a8a8a", 0.45) if kind == "border" else ("#5b7c99", 0.55)
            axes.add_collection(LineCollection(segments, colors=colour, linewidths=width, zorder=2), autolim=False)
        return
    country = np.nan_to_num(theatre.raster(theatre.country.astype(float)), nan=-1.0)
    levels = np.unique(country)[1:] - 0.5
    axes.contour(*_centres(theatre), country, levels=levels, colors="#8a8a8a", linewidths=0.6, zorder=2)


def _centres(theatre: Theatre) -> tuple[Floats, Floats]:
    west, _, _, north = theatre.extent
    columns = np.arange(theatre.columns, dtype=np.float64) + 0.5
    rows = np.arange(theatre.rows, dtype=np.float64) + 0.5
    return np.asarray(west + theatre.resolution * columns), np.asarray(north - theatre.resolution * rows)


def _draw_outlines(axes: Axes, theatre: Theatre, fields: dict[str, Floats]) -> None:
    """Outline where each kind of organisation controls more than half; the dashes tell kinds apart in grey print."""
    for kind, field in fields.items():
        values = np.nan_to_num(field)
        if values.max() > 0.5:
            dashes = KINDS[kind].dashes
            axes.contour(
                *_centres(theatre), values, levels=[0.5], colors=INK, linestyles=dashes, linewidths=0.9, zorder=3
            )


def _draw_scale(axes: Axes, extent: Extent) -> None:
    west, east, south, north = extent
    latitude = (south + north) / 2
    km_per_degree = KM_PER_DEGREE * np.cos(np.radians(latitude))
    rough = (east - west) * km_per_degree / 9
    power = 10 ** np.floor(np.log10(rough))
    length = power * max(step for step in (1, 2, 5) if step * power <= rough)
    x, y = west + 0.02 * (east - west), south + 0.04 * (north - south)
    axes.plot([x, x + length / km_per_degree], [y, y], color=INK, linewidth=1.6, solid_capstyle="butt", zorder=5)
    words = f"{length:,.0f} km at {abs(latitude):.0f}° {'N' if latitude >= 0 else 'S'}"
    axes.text(x, y + 0.015 * (north - south), words, fontsize=6.5, color=INK, zorder=5)


def _draw_legend(figure: Figure, rectangle: tuple[float, float, float, float]) -> None:
    """Draw a ramp of control from 0 to 1 for each kind of organisation."""
    axes = figure.add_axes(rectangle)
    axes.axis("off")
    axes.set(xlim=(0, 1), ylim=(0, 1))
    start, width, ramp = 0.0, 0.05, np.linspace(0, 1, 24)[None, :, None]
    to_share = axes.transData.inverted()
    for kind in KINDS.values():
        shades = (1 - ramp) * rgb(LAND) + ramp * rgb(kind.colour)
        axes.imshow(shades, extent=(start, start + width, 0, 1), aspect="auto", interpolation="nearest")
        axes.plot([start, start + width], [1, 1], color=INK, linestyle=kind.dashes, linewidth=1, clip_on=False)
        axes.set(xlim=(0, 1), ylim=(0, 1))
        text = axes.text(start + width + 0.008, 0.42, kind.label, fontsize=8, va="center", color=INK)
        start = float(to_share.transform((text.get_window_extent().x1, 0))[0]) + 0.03


def _draw_names(axes: Axes, theatre: Theatre, picture: Picture, taken: list[Bbox]) -> None:
    """Name organisations that hold territory, core first, then by size; a name without a free place is left out."""
    lon, lat = _centres(theatre)
    peaks = np.nan_to_num(picture.control)
    taken += [text.get_window_extent().padded(2) for text in axes.texts if text.get_text()]
    rows = [row for row in range(min(len(picture.names), len(peaks))) if peaks[row].max() >= LEAST_CONTROL]
    for row in sorted(rows, key=lambda row: (row > 0, -peaks[row].sum()))[: picture.most_names]:
        i, j = _middle(peaks[row])
        name = picture.names[row]
        words = picture.titles.get(name, name).split(" (")[0]
        write_beside(axes, (float(lon[j]), float(lat[i])), words, KINDS[picture.kinds[name]].colour, taken)


def _middle(control: Floats) -> tuple[int, int]:
    """Return the cell nearest to the mean of those where control is close to its largest."""
    cells = np.argwhere(control >= 0.9 * control.max())
    nearest = cells[((cells - cells.mean(axis=0)) ** 2).sum(axis=1).argmin()]
    return int(nearest[0]), int(nearest[1])
