"""A study of batch results as one self-contained page: question, answer, figures, tables, assumptions, limits, command."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from experiments.batch.run import model_version
from experiments.measures.numbers import number
from experiments.report.figures import Image, data_uri
from experiments.report.page import rendered
from model.scenario.declarations import declarations

PACKAGES = ("inkspot", "numpy", "scipy", "SALib", "pandas")


@dataclass(frozen=True)
class Figure:
    """A figure of a page, with the name of its files and words for those who cannot see it."""

    name: str
    image: Image
    words: str

    @property
    def address(self) -> str:
        """The figure itself, as an address."""
        return data_uri(self.image.svg, "svg+xml")


@dataclass(frozen=True)
class Table:
    """A table of a page; columns from `numbers_from` on hold numbers."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers_from: int = 1
    open: bool = False


@dataclass(frozen=True)
class Section:
    """A part of a page."""

    title: str
    words: Sequence[str] = ()
    figures: Sequence[Figure] = ()
    tables: Sequence[Table] = ()


@dataclass(frozen=True)
class Study:
    """What a page says. `answer`: sentences; `grades`: how sure they are; `factors`: what varied, name -> values."""

    title: str
    question: str
    what: str
    answer: Sequence[str]
    sections: Sequence[Section]
    varied: Mapping[str, str]
    command: str
    grades: Sequence[str] = ()
    limits: Sequence[str] = ()
    versions: Mapping[str, str] = field(default_factory=lambda: versions())

    @property
    def factors(self) -> list[dict[str, str]]:
        """What varied, with what it means and where its range is from."""
        return [{"name": name, "values": values, **_declared(name)} for name, values in self.varied.items()]


def write_study(study: Study, folder: Path, name: str) -> Path:
    """Write NAME.html into a folder, and its figures as SVG, PNG and CSV into `figures/`; return the page's path."""
    page = folder / f"{name}.html"
    page.write_text(rendered("study.html", study=study), encoding="utf-8")
    drawn = folder / "figures"
    drawn.mkdir(exist_ok=True)
    for section in study.sections:
        for figure in section.figures:
            figure.image.write(drawn, figure.name)
    return page


def table(
    title: str, frame: pd.DataFrame, columns: Mapping[str, str], numbers_from: int = 1, open: bool = False
) -> Table:
    """Return a table of some columns of a frame, by their headings; numbers with three significant digits."""
    rows = [[_cell(value) for value in row] for row in frame[list(columns)].itertuples(index=False)]
    return Table(title, list(columns.values()), rows, numbers_from, open)


def versions() -> dict[str, str]:
    """Return the versions that the numbers come from."""
    return (
        {"python": platform.python_version()} | {name: version(name) for name in PACKAGES} | {"model": model_version()}
    )


def _cell(value: object) -> str:
    return number(value) if isinstance(value, float) else str(value)


def _declared(name: str) -> dict[str, str]:
    """Return what a factor means and where its range is from, as far as it is declared."""
    declared = declarations()
    family, _, member = name.partition(".")
    parameter = declared.parameters.get(family, {}).get(member)
    if parameter:
        unit = f" ({parameter.unit})" if parameter.unit else ""
        return {"meaning": f"{parameter.meaning}{unit}", "source": parameter.source}
    rival = declared.rivals.get(member) if family == "rivals" else None
    if rival:
        return {"meaning": rival.meaning, "source": rival.source}
    mechanism = declared.mechanisms.get(member) if family == "mechanisms" else None
    return {"meaning": mechanism.meaning if mechanism else "", "source": ""}
