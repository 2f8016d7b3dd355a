"""The report of a comparison: one HTML file that holds everything it shows and asks nothing of the network."""

import json
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from experiments.measures.evidence import COUNTED, Evidence
from experiments.measures.futures import Futures
from experiments.report.answer import answer
from experiments.report.assumptions import assumptions, policy_words
from experiments.report.charts import forests, pledge_timeline, trades
from experiments.report.comparison_tables import effort, precision, regrets, standings, tables
from experiments.report.courses import courses
from experiments.report.figures import Image, data_uri, end_date, short
from experiments.report.findings import findings
from experiments.report.futures import futures_part
from experiments.report.glance import glance, told
from experiments.report.maps import policy_maps
from experiments.report.page import rendered
from experiments.report.place_maps import place_maps
from experiments.report.places import place_part
from experiments.report.region import Region, named_countries, region_of
from experiments.report.words import day_words, listed
from model.record import OUTCOMES

FORESTS = (*COUNTED, "alignment", "silence")
PACKAGES = ("inkspot", "numpy", "numba", "scipy", "mesa", "pandas", "matplotlib")


def write_report(evidence: Evidence, path: str | Path, futures: Futures | None = None) -> Path:
    """Write the report of a comparison as one HTML file; return its path.

    Beside it, in `figures/`, each chart as SVG and PNG with the numbers behind it as CSV, and the maps as PNG.
    """
    target, drawn = Path(path), draw(evidence)
    target.write_text(render(evidence, drawn, futures), encoding="utf-8")
    folder = target.parent / "figures"
    folder.mkdir(exist_ok=True)
    for name, image in drawn.charts.items():
        image.write(folder, name)
    for kind, pictures in (("map", drawn.maps), ("region", drawn.regions)):
        for policy, picture in pictures.items():
            (folder / f"{kind}-{policy}.png").write_bytes(picture)
    return target


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


def draw(evidence: Evidence) -> Drawn:
    """Return all pictures of a comparison."""
    charts: dict[str, Image] = {}
    for kind, images in (
        ("difference", forests(evidence, FORESTS)), ("trade", trades(evidence)), ("course", courses(evidence)),
    ):  # fmt: skip
        charts |= {f"{kind}-{name}": image for name, image in images.items()}
    pledges = pledge_timeline(evidence)
    region = region_of(evidence)
    charts |= {f"places-{policy}": chart for policy, chart in place_maps(evidence, region.extent).items()}
    return Drawn(
        charts=charts | ({"pledges-all": pledges} if pledges else {}),
        maps=policy_maps(evidence),
        region=region,
        regions={} if region.whole else policy_maps(evidence, extent=region.extent),
    )


def render(evidence: Evidence, drawn: Drawn | None = None, futures: Futures | None = None) -> str:
    """Return the report as HTML; everything that comes from scenario files is escaped."""
    return rendered(
        "report.html",
        evidence=evidence,
        scenario=evidence.scenario,
        baseline=evidence.policies[evidence.baseline],
        glance=glance(evidence),
        answer=answer(evidence, futures),
        findings=findings(evidence),
        short=short,
        tables=tables(evidence),
        places=place_part(evidence, named_countries(evidence.scenario)),
        regrets=regrets(evidence),
        standings=standings(evidence),
        counted=len(COUNTED),
        precision=precision(evidence),
        futures=futures_part(futures, evidence) if futures else None,
        effort=effort(evidence),
        figures=figures(evidence, drawn or draw(evidence)),
        policies=[policy_words(policy) for policy in evidence.policies.values()],
        assumptions=assumptions(evidence.scenario),
        failures=evidence.runs[evidence.runs["status"] == "failed"].to_dict("records"),
        reproduction=reproduction(evidence),
        ends=end_date(evidence.scenario).date(),
        day=day_words,
    )


@dataclass(frozen=True)
class Shown:
    """A picture as an address that holds it, with words for those who cannot see it."""

    address: str
    words: str


@dataclass(frozen=True)
class Figures:
    """The pictures of a report, by the place where they stand."""

    forests: list[Shown]
    trades: list[Shown]
    courses: list[Shown]
    maps: list[Shown]
    regions: list[Shown]
    places: list[Shown]
    pair: list[Shown]  # of page one: the baseline's map and one other
    part: str  # of the theatre, that those show; empty where they show all of it
    pledges: Shown | None


def figures(evidence: Evidence, drawn: Drawn) -> Figures:
    """Return all pictures as addresses, with words for those who cannot see them."""
    title = {policy: each.heading for policy, each in evidence.policies.items()}
    pledges = drawn.named("pledges").get("all")
    maps, regions = (
        {policy: Shown(data_uri(picture, "png"), f"Who controls what at the end: {title[policy]}")
         for policy, picture in pictures.items()}
        for pictures in (drawn.maps, drawn.regions)
    )  # fmt: skip
    near = regions or maps
    return Figures(
        forests=[
            _chart(image, f"Differences from the baseline with 95% intervals: {OUTCOMES[name].meaning}")
            for name, image in drawn.named("difference").items()
        ],
        trades=[_chart(image, "Two outcomes against one another") for image in drawn.named("trade").values()],
        courses=[
            _chart(image, f"People held, pledges, alignment and silence over time: {title[policy]}")
            for policy, image in drawn.named("course").items()
        ],
        places=[
            _chart(image, f"By country, more or fewer people under the core and its provinces: {title[policy]}")
            for policy, image in drawn.named("places").items()
        ],
        maps=list(maps.values()),
        regions=list(regions.values()),
        pair=[near[policy] for policy in (evidence.baseline, beside_baseline(evidence)) if policy in near],
        part=part_words(evidence, drawn.region),
        pledges=_chart(pledges, "When groups pledged") if pledges else None,
    )


def beside_baseline(evidence: Evidence) -> str:
    """Return the policy whose map stands beside the baseline's: better on most outcomes, else the first; "": none."""
    return max(evidence.others, key=lambda policy: len(told(evidence, policy, ["better"])), default="")


def part_words(evidence: Evidence, region: Region) -> str:
    """Say which part of the theatre maps show; empty where that is all of it."""
    if region.whole:
        return ""
    named = [evidence.scenario.governments[code].name for code in region.named]
    return f"what the question names: {listed(named)}" if named else "the land of the core and its provinces"


def _chart(image: Image, words: str) -> Shown:
    return Shown(data_uri(image.svg, "svg+xml"), words)


@dataclass(frozen=True)
class Reproduction:
    """How to repeat a comparison."""

    command: str
    versions: dict[str, str]
    model_version: str
    digests: dict[str, str]
    seeds: str
    runs: int
    finished: int
    seconds: float


def reproduction(evidence: Evidence) -> Reproduction:
    """Return the command, versions, seeds, digests; from the manifest of the results where there is one."""
    file = evidence.out / "manifest.json"
    manifest = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    seeds, names = evidence.seeds, ",".join(evidence.policies)
    command = f"inkspot compare {evidence.scenario.name} --policies {names} --seeds {len(seeds)}"
    versions = {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}
    in_a_row = seeds == list(range(seeds[0], seeds[-1] + 1))
    return Reproduction(
        command=manifest.get("command") or command,
        versions=versions | manifest.get("versions", {}),
        model_version=manifest.get("model_version", ""),
        digests=manifest.get("digests") or {evidence.baseline: evidence.scenario.digest},
        seeds=f"{seeds[0]} to {seeds[-1]}" if in_a_row else ", ".join(map(str, seeds)),
        runs=len(evidence.runs),
        finished=len(evidence.finished),
        seconds=evidence.seconds,
    )
