"""Is every number of a run still the same, to the bit? `uv run python -m tests.digests [-k TEXT] [--jobs N] [--renew]`.

SHA-256 digests of whole runs against those in `digests.json`: the net under a refactoring that must change nothing.
One for each part of a result, so that a difference says what changed. Bits are promised on one machine only: elsewhere,
renew on the old code first, then compare the new.
"""

import argparse
import hashlib
import json
import os
import platform
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import product
from pathlib import Path
from time import perf_counter

import llvmlite.binding
import numpy as np

from experiments.batch.compiling import ensure_compiled
from model import Simulation, load_scenario
from model.record import COUNTRY_SERIES, ORGANISATION_SERIES, SERIES
from model.scenario import list_policies, list_scenarios
from model.scenario.declarations import declarations
from model.scenario.shipped import FOLDER

FILE = Path(__file__).with_name("digests.json")
PARTS = ("rows", "tables", "control", "events", "outcomes")
SHORT_WEEKS = 40
HISTORY = "history/levant_history"
COARSE = {"resolution": 1.0}  # a fifth of a second a run: for the many variants
DRAWS = 6
ALL_LEVERS, CUT = "comprehensive", "sever_links"
FROM_THE_EIGHTH_WEEK = {"policy.phases.everything.start": 8}  # its own date comes too late for some scenarios
EVENTFUL = {  # so that what is rare happens and every switch matters: factions, secessions, a core that must flee
    "splintering.hazard": 0.05, "pledging.secession_hazard": 0.2, "pledging.secession_worth": 1.5,
    "core.last_stand": 5e5, "timeline.collapse_control.amount": 1.0, "timeline.collapse_fighters.amount": 0.99,
    "links.escalation": 0.5,
}  # fmt: skip
CHOICES = {  # those that `comprehensive` does not make
    "targeting": ("hubs", "nearest", "random"), "strike_targeting": ("leaders",), "allocation": ("fixed", "proportional"),
    "division": ("duplicated",), "training": ("effectiveness",),
}  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """A scenario under a policy (none: its own), with what is changed; `change` is the name of a change too long to list."""

    scenario: str
    policy: str | None = None
    seed: int = 1
    overrides: dict[str, object] = field(default_factory=dict)
    change: str = ""

    @property
    def name(self) -> str:
        """What the pair is called in the file and on the screen."""
        changes = [self.change] if self.change else [f"{key}={value}" for key, value in self.overrides.items()]
        return ", ".join([self.scenario, self.policy or "own policy", f"seed {self.seed}", *changes])

    def run(self):
        """Run it to its end."""
        shipped = self.scenario in list_scenarios()
        scenario = self.scenario if shipped else FOLDER / f"{self.scenario}.toml"
        return Simulation(load_scenario(scenario, self.policy, self.overrides), seed=self.seed).run()


def full() -> list[Pair]:
    """Every pair at its full length: all that is shipped and every switch, so that nothing new is left out."""
    return [*_shipped(), *_maps(), *_switches(), *_choices(), *_draws()]


def short() -> list[Pair]:
    """A few pairs of few weeks, for the test."""
    weeks = {"weeks": SHORT_WEEKS}
    return [
        Pair("levant_2014", ALL_LEVERS, 3, weeks | COARSE),
        Pair("levant_2014", CUT, 4, weeks | COARSE | {"rivals.network_healing": True}),
        Pair("essay_2016", "adaptive", 5, weeks | COARSE),
        Pair("synthetic_plane", "core_only", 6, weeks),
    ]


def _shipped() -> Iterable[Pair]:
    for seed, policy in enumerate(list_policies(), start=1):
        yield Pair("levant_2014", policy, seed)
    for name in (*list_scenarios(), HISTORY):
        if name != "levant_2014":
            yield Pair(name, None, 11)
            yield Pair(name, ALL_LEVERS, 11, FROM_THE_EIGHTH_WEEK)


def _maps() -> Iterable[Pair]:
    for degrees, policy in product((0.25, 1.0), (ALL_LEVERS, CUT)):
        yield Pair("levant_2014", policy, 21, {"resolution": degrees})
    for shape, policy in product(("pass", "islands"), (ALL_LEVERS, CUT)):
        yield Pair("synthetic_plane", policy, 22, {"theatre": shape})


def _switches() -> Iterable[Pair]:
    """Each rival on, each mechanism off; the seed is one for which no switch is without effect, which a test checks."""
    for name, policy in product(declarations().rivals, (ALL_LEVERS, CUT)):
        yield Pair("levant_2014", policy, 31, COARSE | {f"rivals.{name}": True})
    yield Pair("core_collapse", ALL_LEVERS, 35, COARSE | EVENTFUL, "eventful")
    for name in declarations().switches:
        off = {f"mechanisms.{name}": False}
        yield Pair("core_collapse", ALL_LEVERS, 35, COARSE | EVENTFUL | off, f"eventful, without {name}")
    for name, choice in declarations().choices.items():
        for option in choice.options:
            if option != choice.default:
                other = {f"mechanisms.{name}": option}
                yield Pair("core_collapse", ALL_LEVERS, 35, COARSE | EVENTFUL | other, f"eventful, {name} {option}")


def _choices() -> Iterable[Pair]:
    for key, values in CHOICES.items():
        for value in values:
            yield Pair("core_collapse", ALL_LEVERS, 41, COARSE | {f"policy.{key}": value})


def _draws() -> Iterable[Pair]:
    """Every parameter anywhere in its range: branches that the shipped values never take."""
    for seed in range(51, 51 + DRAWS):
        luck = np.random.default_rng(seed)
        drawn = {
            f"{family}.{name}": float(luck.uniform(each.low, each.high))
            for family, members in declarations().parameters.items()
            if family != "theatre"  # the plane's rows and columns are whole numbers
            for name, each in members.items()
        }
        yield Pair("core_collapse", ALL_LEVERS, seed, COARSE | drawn, "parameters drawn")


def digests(result) -> dict[str, str]:
    """A SHA-256 for each part of a result."""
    members = len(result.organisation_names)  # beyond them are rows kept free for groups that were never founded
    names = [*result.organisation_titles.items(), *result.theatre.countries]
    return {
        "rows": _digest(SERIES, result.rows),
        "tables": _digest(
            [ORGANISATION_SERIES, COUNTRY_SERIES, result.organisation_names, names],
            result.organisation_rows[:, :, :members], result.country_rows,
        ),
        "control": _digest([], result.control),
        "events": _digest([_plain(event) for event in result.event_list]),
        "outcomes": _digest([(name, float(value).hex()) for name, value in result.outcomes.items()]),
    }  # fmt: skip


def _plain(event) -> list[object]:
    """An event with its numbers to the bit, causes in their order, which the event log shows."""
    causes = [(name, float(share).hex()) for name, share in event.causes.items()]
    where = [event.organisation, event.other, event.country]
    return [int(event.week), event.kind, *where, float(event.amount).hex(), event.cause, causes]


def _digest(words, *arrays) -> str:
    """Digest of words as JSON and of arrays as bytes, each with its shape; nan is one number whatever its sign bit."""
    found = hashlib.sha256(json.dumps(words, ensure_ascii=False).encode())
    for array in arrays:
        numbers = np.array(array, dtype=np.float64, order="C")
        numbers[np.isnan(numbers)] = np.nan
        found.update(repr(numbers.shape).encode() + numbers.tobytes())
    return found.hexdigest()


def of_pair(pair) -> dict[str, str]:
    """Run a pair and digest its result."""
    return digests(pair.run())


def machine() -> dict[str, str]:
    """All that decides on last bits; digests are comparable where all of it agrees."""
    known = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    models = [line.split(":")[1].strip() for line in known if line.startswith("model name")]
    features = llvmlite.binding.get_host_cpu_features().flatten()
    return {
        "machine": platform.machine(), "processor": models[0] if models else platform.processor(),
        "features": hashlib.sha256(features.encode()).hexdigest()[:16], "libc": " ".join(platform.libc_ver()),
        "python": platform.python_version(), **{name: version(name) for name in ("numpy", "numba", "llvmlite")},
    }  # fmt: skip


def committed() -> dict[str, dict]:
    """What the file holds: `machine`, `full` and `short`."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def differing(found, expected) -> list[str]:
    """Names of the parts in which two sets of digests differ."""
    return [part for part in PARTS if found[part] != expected[part]]


def _compute(pairs, jobs) -> Iterable[dict[str, str]]:
    """Digests of pairs in their order, each as soon as it is known."""
    if jobs == 1:
        yield from map(of_pair, pairs)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(of_pair, pairs)


def _compare(found, expected, whole) -> int:
    """Print a line a pair; return how many differ. `whole`: pairs of the file that are not chosen any more count too."""
    bad = 0
    for name, parts in found:
        changed = differing(parts, expected[name]) if name in expected else ["not in the file"]
        bad += bool(changed)
        print(f"{f'differs: {", ".join(changed)}' if changed else 'ok':34} {name}", flush=True)
        expected.pop(name, None)
    for name in expected if whole else ():
        bad += 1
        print(f"{'differs: in the file only':34} {name}")
    return bad


def _renew(pairs, jobs, chosen) -> None:
    """Write the file anew, or with a filter only the pairs chosen; digests of two machines are never mixed."""
    kept = committed() if chosen else {"full": {}, "short": {}}
    if chosen and kept["machine"] != machine():
        sys.exit("The file is of another machine or other versions: renew all of it, without -k.")
    new = dict(zip((pair.name for pair in pairs), _compute(pairs, jobs), strict=True))
    fresh = dict(zip((pair.name for pair in short()), _compute(short(), jobs), strict=True))
    names = {pair.name for pair in full()}
    whole = {name: parts for name, parts in (kept["full"] | new).items() if name in names}
    content = {"machine": machine(), "short": fresh, "full": whole}
    FILE.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    """Compare, or renew."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("-k", default="", metavar="TEXT", help="only pairs whose name contains this")
    words.add_argument("--jobs", type=int, default=1, metavar="N", help=f"processes (cores here: {os.cpu_count()})")
    words.add_argument("--renew", action="store_true", help="write the file: after a change of numbers that you meant")
    asked = words.parse_args()
    pairs = [pair for pair in full() if asked.k in pair.name]
    if not pairs:
        sys.exit(f"No pair's name contains {asked.k!r}.")
    ensure_compiled()
    started = perf_counter()
    if asked.renew:
        _renew(pairs, asked.jobs, asked.k)
        print(f"{len(pairs)} pairs written in {perf_counter() - started:.0f} seconds.")
        return
    held = committed()
    found = zip((pair.name for pair in pairs), _compute(pairs, asked.jobs), strict=True)
    bad = _compare(found, held["full"], whole=not asked.k)
    print(f"{bad} of {len(pairs)} pairs differ; {perf_counter() - started:.0f} seconds.")
    if held["machine"] != machine():
        print("The file is of another machine or other versions: last bits may differ without a change of the model.")
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
