"""The report of a comparison: one HTML file that holds everything it shows and asks nothing of the network."""

import json
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from experiments.compare.findings import HEADLINES, answer
from experiments.compare.futures import Futures
from experiments.compare.page_tables import effort, elsewhere, precision, regrets, standing, tables
from experiments.measures.numbers import finished, measures
from experiments.report.charts import forests, pledge_timeline, trades
from experiments.report.courses import courses
from experiments.report.figures import Image, data_uri, end_date, short
from experiments.report.maps import policy_maps
from experiments.report.page import rendered
from model.scenario.declarations import declarations
from model.scenario.schema import Phase, Policy, Scenario

FORESTS = (*HEADLINES, "alignment", "silence")
PACKAGES = ("inkspot", "numpy", "numba", "scipy", "mesa", "pandas", "matplotlib")
Row = dict[str, Any]


def write_report(comparison: Any, path: str | Path, futures: Futures | None = None) -> Path:
    """Write the report of a comparison (see `experiments.compare.comparison.Comparison`) as one HTML file; return its path.

    Beside it, in `figures/`, each chart as SVG and PNG with the numbers behind it as CSV, and the maps as PNG.
    """
    target, drawn = Path(path), draw(comparison)
    target.write_text(render(comparison, drawn, futures), encoding="utf-8")
    folder = target.parent / "figures"
    folder.mkdir(exist_ok=True)
    for name, image in drawn.charts.items():
        image.write(folder, name)
    for policy, picture in drawn.maps.items():
        (folder / f"map-{policy}.png").write_bytes(picture)
    return target


@dataclass(frozen=True)
class Drawn:
    """The pictures of a report: charts by the names of their files, and maps by policy (PNG)."""

    charts: dict[str, Image]
    maps: dict[str, bytes]

    def named(self, kind: str) -> dict[str, Image]:
        """Return the charts of a kind, by what their names say after it."""
        return {
            name.removeprefix(f"{kind}-"): image for name, image in self.charts.items() if name.startswith(f"{kind}-")
        }


def draw(comparison: Any) -> Drawn:
    """Return all pictures of a comparison."""
    charts: dict[str, Image] = {}
    for kind, images in (
        ("difference", forests(comparison, FORESTS)), ("trade", trades(comparison)), ("course", courses(comparison)),
    ):  # fmt: skip
        charts |= {f"{kind}-{name}": image for name, image in images.items()}
    pledges = pledge_timeline(comparison)
    return Drawn(charts | ({"pledges-all": pledges} if pledges else {}), policy_maps(comparison))


def render(comparison: Any, drawn: Drawn | None = None, futures: Futures | None = None) -> str:
    """Return the report as HTML; everything that comes from scenario files is escaped."""
    return rendered(
        "report.html",
        comparison=comparison,
        scenario=comparison.scenario,
        baseline=comparison.policies[comparison.baseline],
        answer=answer(comparison),
        short=short,
        tables=tables(comparison),
        regrets=regrets(comparison),
        standing=standing(comparison),
        precision=precision(comparison),
        futures=elsewhere(futures, measures(comparison)) if futures else None,
        effort=effort(comparison),
        figures=figures(comparison, drawn or draw(comparison)),
        policies=[policy_row(policy) for policy in comparison.policies.values()],
        assumptions=assumptions(comparison.scenario),
        failures=comparison.runs[comparison.runs["status"] == "failed"].to_dict("records"),
        reproduction=reproduction(comparison),
        ends=end_date(comparison.scenario).date(),
    )


def figures(comparison: Any, drawn: Drawn) -> Row:
    """Return all pictures as addresses that hold them, with words for those who cannot see them."""
    written = measures(comparison)
    title = {policy: comparison.policies[policy].title for policy in comparison.policies}
    pledges = drawn.named("pledges").get("all")
    return {
        "forests": [
            _figure(image.svg, "svg+xml", f"Differences from the baseline with 95% intervals: {written[name].label}")
            for name, image in drawn.named("difference").items()
        ],
        "trades": [
            _figure(image.svg, "svg+xml", "Two outcomes against one another") for image in drawn.named("trade").values()
        ],
        "courses": [
            _figure(image.svg, "svg+xml", f"People held, pledges, alignment and silence over time: {title[policy]}")
            for policy, image in drawn.named("course").items()
        ],
        "maps": [
            _figure(image, "png", f"Who controls what at the end: {title[policy]}")
            for policy, image in drawn.maps.items()
        ],
        "pledges": _figure(pledges.svg, "svg+xml", "When groups pledged") if pledges else None,
    }


def _figure(image: bytes, kind: str, words: str) -> Row:
    return {"address": data_uri(image, kind), "words": words}


def policy_row(policy: Policy) -> Row:
    """Return a policy in words."""
    return {
        "name": policy.name,
        "title": policy.title,
        "meaning": policy.meaning,
        "source": policy.source,
        "rules": f"cuts links by the rule “{policy.targeting}”, strikes {policy.strike_targeting}; "
        f"allocation is {policy.allocation}, responsibility {policy.division}",
        "phases": [_phase(name, phase) for name, phase in policy.phases.items()],
    }


def _phase(name: str, phase: Phase) -> str:
    shares = ", ".join(f"{short(lever)} {share:.0%}" for lever, share in phase.effort.items()) or "nothing"
    start, end = (
        f"week {when}" if isinstance(when, int) else f"{when}" for when in (phase.start, phase.end or "the end")
    )
    return f"{short(name)} (from {start} to {end}): {shares}"


def assumptions(scenario: Scenario) -> Row:
    """Return what the runs take for granted: parameters with ranges and sources, switches, groups, timeline, sources."""
    declared = declarations()
    parameters: list[Row] = [
        {"name": f"{family}.{name}", "value": scenario.parameters[family][name], "declared": parameter}
        for family, members in declared.parameters.items()
        for name, parameter in members.items()
        if name in scenario.parameters.get(family, {})
    ]
    return {
        "parameters": parameters,
        "changed": [row["name"] for row in parameters if row["value"] != row["declared"].value],
        "mechanisms": _switches(scenario.mechanisms, declared.mechanisms),
        "rivals": _switches(scenario.rivals, declared.rivals),
        "groups": list(scenario.groups.items()),
        "timeline": sorted(scenario.timeline.values(), key=lambda event: event.date),
        "sources": sorted(scenario.sources.items()),
    }


def _switches(switches: dict[str, bool], declared: Any) -> list[Row]:
    return [{"name": name, "on": on, "meaning": declared[name].meaning if name in declared else ""}
            for name, on in switches.items()]  # fmt: skip


def reproduction(comparison: Any) -> Row:
    """Return how to repeat the comparison: the command, versions, seeds, digest; from its manifest where there is one."""
    file = Path(comparison.out) / "manifest.json"
    manifest: Row = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    names = ",".join(comparison.policies)
    seeds = comparison.seeds
    command = f"inkspot compare {comparison.scenario.name} --policies {names} --seeds {len(seeds)}"
    versions = {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}
    return {
        "command": manifest.get("command") or command,
        "versions": versions | manifest.get("versions", {}),
        "model_version": manifest.get("model_version", ""),
        "digests": manifest.get("digests") or {comparison.baseline: comparison.scenario.digest},
        "seeds": f"{seeds[0]} to {seeds[-1]}"
        if seeds == list(range(seeds[0], seeds[-1] + 1))
        else ", ".join(map(str, seeds)),
        "runs": len(comparison.runs),
        "finished": len(finished(comparison)),
        "seconds": comparison.seconds,
    }
