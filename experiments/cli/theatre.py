"""What `inkspot theatre` does and prints: a map file of another part of the world, and a scenario to start from."""

from pathlib import Path

import typer

from experiments.batch.errors import UserError
from experiments.batch.whole_files import written_whole
from experiments.cli.screen import console
from experiments.theatres import Asked, build_map, starter
from model.scenario.maps import SUFFIX, read_map


def make_theatre(asked: Asked, out: Path) -> None:
    """Build a map file, say what is on it, and write a scenario to start from beside it (unless there is one)."""
    if out.suffix != SUFFIX:
        raise UserError(f"a map file ends in {SUFFIX}: --out {out.with_suffix(SUFFIX)}")
    if not out.parent.is_dir():
        raise UserError(f"there is no folder {out.parent}: make it, or choose another with --out")
    screen = console()
    rows = build_map(asked, out, typer.echo)
    screen.print(f"{'':4} {'country':28} {'cells':>8} {'land km2':>12} {'people':>14}")
    for row in rows:
        screen.print(f"{row.code:4} {row.name[:28]:28} {row.cells:8,} {row.area_km2:12,.0f} {row.people:14,.0f}")
    empty = [row.name for row in rows if row.people < 1]
    if empty:
        screen.print(
            f"Nobody in the raster: {', '.join(empty)}. Their people are spread over the land.", soft_wrap=True
        )
    screen.print(f"\nMap: {out}", soft_wrap=True)
    text = out.with_suffix(".toml")
    if text.exists():
        screen.print(
            f'{text} is there already and stays. A scenario uses the map with theatre = "{out.name}".', soft_wrap=True
        )
        return
    with written_whole(text) as unfinished:
        unfinished.write_text(starter(out.stem, read_map(out), rows), encoding="utf-8")
    screen.print(f"A scenario to start from, with placeholders: {text}", soft_wrap=True)
    screen.print(f"Next: inkspot check {text}; inkspot run {text}", soft_wrap=True)


def parse_box(text: str) -> tuple[float, float, float, float]:
    """Return the edges of `WEST,SOUTH,EAST,NORTH`. Raises UserError."""
    try:
        west, south, east, north = (float(edge) for edge in text.split(","))
    except ValueError as error:
        raise UserError(f"--box takes WEST,SOUTH,EAST,NORTH in degrees, as in --box=-18,4,25,28, got {text}") from error
    return west, south, east, north
