"""All pictures of a comparison by the names of their files, all at once or one by its name."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from experiments.batch.errors import UserError
from experiments.measures.evidence import COUNTED, Evidence
from experiments.report.charts import TRADES, forests, pledge_timeline, trades
from experiments.report.courses import courses
from experiments.report.figures import Image
from experiments.report.glance_chart import glance_chart
from experiments.report.maps import policy_maps
from experiments.report.place_maps import place_maps
from experiments.report.region import Region, region_of

FORESTS = (*COUNTED, "alignment", "silence")
CHARTS: Mapping[
    str, Callable[[Evidence], Mapping[str, Image | None]]
] = {  # kind -> charts by what their names say after it
    "matrix": lambda evidence: {"all": glance_chart(evidence) if evidence.others else None},
    "difference": lambda evidence: forests(evidence, FORESTS),
    "trade": trades,
    "course": courses,
    "pledges": lambda evidence: {"all": pledge_timeline(evidence)},
    "places": lambda evidence: place_maps(evidence, region_of(evidence).extent),
}
MAPS = ("map", "region")


@dataclass(frozen=True)
class Drawn:
    """The pictures of a report: charts by the names of their files, and maps by policy (PNG).

    `regions`: maps of the question's own part of the theatre, empty where that is the whole; `region`: that part.
    """

    charts: dict[str, Image]
    maps: dict[str, bytes]
    region: Region
    regions: dict[str, bytes]

    def named(self, kind: str) -> dict[str, Image]:
        """Return the charts of a kind, by what their names say after it."""
        return {
            name.removeprefix(f"{kind}-"): image for name, image in self.charts.items() if name.startswith(f"{kind}-")
        }

    def write(self, folder: Path) -> list[Path]:
        """Write each chart as SVG, PNG and CSV, and each map as PNG, into a folder; return the paths of the pictures."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, image in self.charts.items():
            image.write(folder, name)
        maps = {f"{kind}-{policy}": picture for kind, pictures in zip(MAPS, (self.maps, self.regions), strict=True)
                for policy, picture in pictures.items()}  # fmt: skip
        for name, picture in maps.items():
            (folder / f"{name}.png").write_bytes(picture)
        return [folder / f"{name}.png" for name in (*self.charts, *maps)]


def draw(evidence: Evidence, kinds: Collection[str] = (*CHARTS, *MAPS)) -> Drawn:
    """Return the pictures of a comparison, of some kinds."""
    charts = {f"{kind}-{name}": image for kind, make in CHARTS.items() if kind in kinds
              for name, image in make(evidence).items() if image is not None}  # fmt: skip
    region = region_of(evidence)
    near = "region" in kinds and not region.whole
    return Drawn(
        charts=charts,
        maps=policy_maps(evidence) if "map" in kinds else {},
        region=region,
        regions=policy_maps(evidence, extent=region.extent) if near else {},
    )


def chart_names(policies: Collection[str], baseline: str) -> list[str]:
    """Return the names that pictures of a comparison of some policies can have."""
    others = [policy for policy in policies if policy != baseline]
    return [
        "matrix-all", *(f"difference-{name}" for name in FORESTS), *(f"trade-{x}_against_{y}" for x, y in TRADES),
        *(f"course-{policy}" for policy in policies), "pledges-all", *(f"places-{policy}" for policy in others),
        *(f"{kind}-{policy}" for kind in MAPS for policy in policies),
    ]  # fmt: skip


def check_chart(name: str, policies: Collection[str], baseline: str) -> None:
    """Raise UserError with the nearest names where no picture of a comparison can be called so."""
    known = chart_names(policies, baseline)
    if name not in known:
        close = get_close_matches(name, known, n=3)
        words = f"did you mean {' or '.join(close)}?" if close else f"there are {', '.join(known)}"
        raise UserError(f"--chart {name}: no chart of this comparison is called so; {words}")


def write_chart(evidence: Evidence, name: str, folder: Path) -> Path:
    """Draw one picture of a comparison into a folder; return its path. Raises UserError where there is nothing to draw."""
    kind, _, what = name.partition("-")
    drawn = draw(evidence, [kind])
    one = Drawn(
        charts={each: image for each, image in drawn.charts.items() if each == name},
        maps={each: picture for each, picture in drawn.maps.items() if each == what},
        region=drawn.region,
        regions={each: picture for each, picture in drawn.regions.items() if each == what},
    )
    written = one.write(folder)
    if not written:
        raise UserError(f"--chart {name}: there is nothing to draw in these results")
    return written[0]
