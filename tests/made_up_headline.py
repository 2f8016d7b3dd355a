"""Runs of the headline experiment with known differences."""

from functools import cache

import numpy as np
import pandas as pd

from experiments.batch.run import Run
from experiments.claims.headline.arms import ARMS, CORE, CUTTING
from experiments.claims.headline.axes import AXES
from experiments.claims.headline.design import Design
from experiments.claims.headline.experiment import EFFORT, WorldRuns
from experiments.claims.headline.page import sentences

CONTROL = {"people_core": 4e6, "cohort_people": 8e5, "attacks_abroad": 10.0, "deaths_of_all": 3000.0}


class Uncomposed(Design):
    """The same worlds, arms and seeds in the same order, without what composing thousands of scenarios takes."""

    def _replicates(self, scenario, check, worlds):
        run = Run(scenario, CORE, {})
        for world in worlds:
            for arm in ARMS.values():
                yield self._of_an_arm(scenario, check, world, arm, run)


@cache
def designed(points, seeds, scenarios):
    return Uncomposed(points, seeds, 104, scenarios, members=4, checked=8)


def planted(effect, tmp_path, points=32, seeds=4, noise=0.01, scenarios=("levant_2014", "essay_2016")):
    """Runs with known differences. `effect(arm, outcome, levels, scenario, check)`: the share that an arm adds."""
    design = designed(points, seeds, scenarios)
    rng, rows = np.random.default_rng(3), []
    for each in design.runs:
        levels = dict(zip((axis.name for axis in AXES), each.world.levels, strict=False))
        row = {"scenario": each.scenario, "check": each.check, "source": each.world.source, "world": each.world.number,
               "arm": each.arm, "seed": each.seed, "status": "done", "error": "", "repeat": "", EFFORT: 100.0}  # fmt: skip
        for outcome, usual in CONTROL.items():
            share = effect(each.arm, outcome, levels, each.scenario, each.check)
            row[outcome] = usual * (1 + share + noise * rng.normal())
        rows.append(row)
    return WorldRuns(design, pd.DataFrame(rows), tmp_path, 1.0)


TREATED = {each.treatment for each in CUTTING}


def everywhere(size):
    return lambda arm, outcome, levels, scenario, check: size if arm in TREATED else 0.0


def text(found):
    return " ".join(sentences(found.headline, found.decided, found.checks))
