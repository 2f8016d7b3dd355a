"""The commands of `inkspot` around a study of one's own: maps of other parts of the world, archives.

Like `main.py`, nothing heavy is imported until a command needs it.
"""

from pathlib import Path
from typing import Annotated

import typer

from experiments.cli.plain_errors import plain_errors

papers = typer.Typer()


@papers.command()
def theatre(
    countries: Annotated[
        Path, typer.Argument(metavar="COUNTRIES", help="Shapefile, GeoJSON or GeoPackage of countries.")
    ],
    out: Annotated[Path, typer.Option(metavar="NAME.npz", help="The map file to write.")],
    population: Annotated[
        Path | None, typer.Option(metavar="RASTER", help="GeoTIFF of people per pixel. Default: spread over the land.")
    ] = None,
    resolution: Annotated[float, typer.Option(help="Size of the cells in degrees.")] = 0.5,
    box: Annotated[
        str | None,
        typer.Option(metavar="W,S,E,N", help="Edges in degrees, as in --box=-18,4,25,28. Default: the countries'."),
    ] = None,
    only: Annotated[
        str | None, typer.Option("--countries", metavar="CODES", help="Such as MLI,NER. Default: all in the file.")
    ] = None,
    code: Annotated[str | None, typer.Option(metavar="FIELD", help="The field of three-letter codes.")] = None,
) -> None:
    """Build a map of another part of the world from countries and a population raster; write a scenario to start from."""
    with plain_errors():
        from experiments.cli.theatre import make_theatre, parse_box
        from experiments.theatres import Asked

        codes = tuple(dict.fromkeys(each.strip() for each in only.split(",") if each.strip())) if only else ()
        edges = parse_box(box) if box else None
        make_theatre(Asked(countries, population, resolution, edges, codes, code), out)


@papers.command()
def archive(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder of results.")],
    out: Annotated[Path, typer.Argument(metavar="OUT.zip", help="The archive to write.")],
) -> None:
    """Pack results, files of one's own, versions and how to run again into one archive, for a paper's supplement."""
    with plain_errors():
        from experiments.batch.archive import archive as pack

        names = pack(folder, out)
        typer.echo(
            f"{len(names)} files in {out}, {out.stat().st_size / 1e6:.1f} MB; its README.md says how to run again"
        )
