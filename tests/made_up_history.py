"""A small history with a known truth, for tests of calibration and backtest: the model's own runs at planted parameters."""

from datetime import date

import numpy as np

from experiments.batch.run import Run
from experiments.history.bench import Plan
from experiments.history.target import About, Target, Targets
from model.scenario import load_scenario
from model.simulation import Simulation

SETTINGS = {"weeks": 16, "resolution": 1.0}
PLANTED = {"foreign_fighters.base": 320.0, "resources.recruitment": 0.0001}
UNTOLD = "diaspora.alienation"  # of which the targets say nothing
ASKED = {
    "inflow": {"sum": ["foreign_inflow", 1000]},
    "fighters": "fighters_core",
}
DAYS = (date(2014, 7, 28), date(2014, 9, 22))


def target(measure, when, value, **more):
    table = {"title": "made up", "date": when, "measure": measure, "low": value, "high": value, "unit": "people",
             "scale": "log", "error": 0.01, "discrepancy": 0.01, "source": "made up"} | more  # fmt: skip
    return Target.model_validate(table)


def planted_targets(seeds=range(50, 54), planted=PLANTED):
    """What runs of the planted world say, as reports."""
    scenario = load_scenario("levant_2014", overrides=SETTINGS | planted)
    results = [Simulation(scenario, seed=seed).run() for seed in seeds]
    made = {}
    for name, measure in ASKED.items():
        for position, when in enumerate(DAYS):
            measured = target(measure, when, 1.0).of
            made[f"{name}_{position}"] = target(measure, when, float(np.mean([measured(each) for each in results])))
    return Targets(About(title="planted", fitted_until=DAYS[-1]), made, {})


def small_plan(**more):
    base = Run("levant_2014", None, SETTINGS)
    return Plan(
        **(
            {
                "points": 12,
                "seeds": 2,
                "waves": 2,
                "final": 40,
                "members": 40,
                "effective": 10,
                "parameters": (*PLANTED, UNTOLD),
                "base": base,
            }
            | more
        )
    )
