"""The report of a comparison: one HTML file that holds everything it shows and asks nothing of the network."""

import platform
import shlex
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from experiments.batch.manifest import read_manifest
from experiments.measures.evidence import COUNTED, Evidence
from experiments.measures.futures import Futures
from experiments.report.answer import answer
from experiments.report.assumptions import assumptions, policy_words
from experiments.report.comparison_tables import effort, precision, regrets, standings, tables
from experiments.report.drawing import Drawn, draw
from experiments.report.figures import Image, data_uri, short
from experiments.report.findings import findings
from experiments.report.futures import futures_part
from experiments.report.glance import glance, told
from experiments.report.page import rendered
from experiments.report.picture import end_date
from experiments.report.places import place_part
from experiments.report.region import Region, named_countries
from experiments.report.words import day_words, listed
from model.record import OUTCOMES

NOT_FOR_CHARTS = ("--fresh", "--pdf")  # of a command, where only a chart of stored results is wanted
PACKAGES = ("inkspot", "numpy", "numba", "scipy", "mesa", "pandas", "matplotlib")


def write_report(evidence: Evidence, path: str | Path, futures: Futures | None = None) -> Path:
    """Write the report of a comparison as one HTML file; return its path.

    Beside it, in `figures/`, each chart as SVG and PNG with the numbers behind it as CSV, and the maps as PNG.
    """
    target, drawn = Path(path), draw(evidence)
    target.write_text(render(evidence, drawn, futures), encoding="utf-8")
    drawn.write(target.parent / "figures")
    return target


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
        ends=end_date(evidence.scenario),
        day=day_words,
    )


@dataclass(frozen=True)
class Shown:
    """A picture as an address that holds it, with words for those who cannot see it, and the name of its file."""

    address: str
    words: str
    name: str


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
        {policy: Shown(data_uri(picture, "png"), f"Who controls what at the end: {title[policy]}", f"{kind}-{policy}")
         for policy, picture in pictures.items()}
        for kind, pictures in (("map", drawn.maps), ("region", drawn.regions))
    )  # fmt: skip
    near = regions or maps
    return Figures(
        forests=[
            _chart(
                image,
                f"Differences from the baseline with 95% intervals: {OUTCOMES[name].meaning}",
                f"difference-{name}",
            )
            for name, image in drawn.named("difference").items()
        ],
        trades=[
            _chart(image, "Two outcomes against one another", f"trade-{name}")
            for name, image in drawn.named("trade").items()
        ],
        courses=[
            _chart(image, f"People held, pledges, alignment and silence over time: {title[policy]}", f"course-{policy}")
            for policy, image in drawn.named("course").items()
        ],
        places=[
            _chart(
                image,
                f"By country, more or fewer people under the core and its provinces: {title[policy]}",
                f"places-{policy}",
            )
            for policy, image in drawn.named("places").items()
        ],
        maps=list(maps.values()),
        regions=list(regions.values()),
        pair=[near[policy] for policy in (evidence.baseline, beside_baseline(evidence)) if policy in near],
        part=part_words(evidence, drawn.region),
        pledges=_chart(pledges, "When groups pledged", "pledges-all") if pledges else None,
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


def _chart(image: Image, words: str, name: str) -> Shown:
    return Shown(data_uri(image.svg, "svg+xml"), words, name)


@dataclass(frozen=True)
class Reproduction:
    """How to repeat a comparison."""

    command: str
    making: str  # what makes one chart: its name follows
    versions: dict[str, str]
    model_version: str
    digests: dict[str, str]
    seeds: str
    runs: int
    finished: int
    seconds: float


def reproduction(evidence: Evidence) -> Reproduction:
    """Return the command, versions, seeds, digests; from the manifest of the results where there is one."""
    manifest = read_manifest(evidence.out)
    seeds, names = evidence.seeds, ",".join(evidence.policies)
    command = f"inkspot compare {evidence.scenario.name} --policies {names} --seeds {len(seeds)}"
    versions = {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}
    in_a_row = seeds == list(range(seeds[0], seeds[-1] + 1))
    return Reproduction(
        command=manifest.get("command") or command,
        versions=versions | manifest.get("versions", {}),
        model_version=manifest.get("model_version", ""),
        digests=manifest.get("digests") or {evidence.baseline: evidence.scenario.digest},
        making=chart_command(manifest.get("command") or command),
        seeds=f"{seeds[0]} to {seeds[-1]}" if in_a_row else ", ".join(map(str, seeds)),
        runs=len(evidence.runs),
        finished=len(evidence.finished),
        seconds=evidence.seconds,
    )


def chart_command(command: str) -> str:
    """Return the command that makes one chart from the same results, without the name of the chart."""
    words = [word for word in shlex.split(command) if word not in NOT_FOR_CHARTS]
    while "--chart" in words:
        at = words.index("--chart")
        del words[at : at + 2]
    return f"{shlex.join(words)} --chart"
