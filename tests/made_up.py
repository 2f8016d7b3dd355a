"""Evidence made by hand, with effects whose signs are known, for the tests of report and figures."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.batch.outcome import EndMap
from experiments.measures.evidence import Evidence
from experiments.report.comparison import render
from model.record import OUTCOMES, SERIES
from model.scenario import load_scenario
from model.scenario.schema import Phase, Policy
from model.theatre import load_theatre

SEEDS, WEEKS = 12, 30
BASE = {"people": 4e6, "km2": 3e5, "USD": 5e8, "1": 0.5, "weeks": 6.0}


def policy(name, title, falsification=False):
    phase = Phase(effort={"strike_core": 0.5, "sever_links": 0.25}, meaning="made up")
    return Policy(
        name=name, title=title, meaning=f"Meaning of {name}.", phases={"all": phase}, falsification=falsification
    )


POLICIES = {
    "core_only": policy("core_only", "Strike the core"),
    "cut": policy("cut", "Cut <b>links</b> & more"),
    "trade": policy("trade", "Trade one for another"),
    "idle": policy("idle", "Do about the same"),
    "no_intervention": policy("no_intervention", "No intervention"),
    "placebo": policy("placebo", "Placebo", falsification=True),
}


@dataclass
class Shifts:
    """What each policy adds to each outcome, in standard deviations of the luck that all policies share."""

    by_policy: dict = field(
        default_factory=lambda: {
            "cut": {"people_provinces": -1.5, "alignment": -2.0},
            "trade": {"people_provinces": -1.5, "people_core": 2.0},
        }
    )


def run_rows(scenario, shifts):
    rng = np.random.default_rng(6)
    luck = rng.normal(size=(SEEDS, len(OUTCOMES)))
    rows = []
    for name in POLICIES:
        for seed in range(SEEDS):
            row = {"scenario": scenario.name, "policy": name, "seed": seed, "status": "done", "error": "",
                   "repeat": f"inkspot run {scenario.name} --policy {name} --seed {seed}", "wall_seconds": 0.1,
                   "run_hash": f"{name}-{seed}"}  # fmt: skip
            for column, (outcome, declared) in enumerate(OUTCOMES.items()):
                base = BASE.get(declared.unit, 100.0)
                shift = shifts.by_policy.get(name, {}).get(outcome, 0.0) + 0.05 * rng.normal()
                row[outcome] = base * (1 + 0.1 * (luck[seed, column] + shift))
            rows.append(row)
    return pd.DataFrame(rows)


def series_rows(scenario, runs):
    rng = np.random.default_rng(6)
    week = np.arange(WEEKS + 1)
    frames = []
    for run in runs.itertuples():
        frame = pd.DataFrame({name: np.abs(rng.normal(size=WEEKS + 1)) for name in SERIES})
        frame["people_core"] = run.people_core * week / WEEKS
        frame["pledges"] = frame["acceptances"] = (week % 10 == 5).astype(float)
        frame["alignment"] = 0.5
        frame.insert(0, "date", [scenario.start + timedelta(weeks=int(w)) for w in week])
        frames.append(frame.assign(policy=run.policy, seed=run.seed, week=week))
    return pd.concat(frames, ignore_index=True)


def event_rows(scenario, runs):
    rng = np.random.default_rng(7)
    rows = []
    for run in runs.itertuples():
        for kind in ("pledge", "acceptance"):
            week = int(rng.integers(2, WEEKS))
            rows.append((run.policy, run.seed, week, scenario.start + timedelta(weeks=week), kind, "east"))
    return pd.DataFrame(rows, columns=["policy", "seed", "week", "date", "kind", "organisation"])


def build(shifts=None):
    """Evidence made by hand: numbers from a generator, nothing simulated."""
    scenario = load_scenario("synthetic_plane", overrides={"weeks": WEEKS})
    theatre = load_theatre(scenario)
    runs = run_rows(scenario, shifts or Shifts())
    control = np.random.default_rng(8).dirichlet(np.ones(4), len(theatre.people)).T[:3]
    titles = {"core": "Core", "east": "Eastern group", "west": "Western group"}
    return Evidence(
        scenario=scenario,
        policies=POLICIES,
        baseline="core_only",
        seeds=list(range(SEEDS)),
        runs=runs,
        series=series_rows(scenario, runs),
        events=event_rows(scenario, runs),
        ends={name: EndMap(theatre.raster(control), tuple(titles), titles) for name in POLICIES},
        out=Path("nowhere"),
        seconds=12.0,
    )


@cache
def reported():
    """That evidence and its report, which tests of several files read and none changes; it takes seconds."""
    evidence = build()
    return evidence, render(evidence)
