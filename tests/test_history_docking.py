"""Emulators against the simulator, and a calibration against a world whose parameters are known."""

import numpy as np
import pytest
from made_up_history import PLANTED, planted_targets, small_plan
from scipy.stats import binom, chi2
from threadpoolctl import threadpool_limits

from experiments.batch.manifest import about
from experiments.batch.measured import measured_layout
from experiments.batch.store import Store
from experiments.history.bench import Bench
from experiments.history.calibrate import KIND, calibrate
from experiments.history.ensemble import ensemble_of
from experiments.history.matching import Reports, Screen
from experiments.history.measured_runs import MeasuredRuns
from experiments.points.ranges import hypercube

HELD_OUT = 30


@pytest.fixture(autouse=True)
def one_thread():
    """Sums on one thread, as in a calibration: others only wait for one another."""
    with threadpool_limits(1):
        yield


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_emulators_predict_held_out_runs_of_the_simulator_with_the_errors_that_they_state(tmp_path):
    """Sum of squared standardised errors of n points, by target: below the 99.9% point of chi-square with n degrees."""
    plan, targets = small_plan(seeds=3), planted_targets(seeds=range(1)).targets
    with Store(tmp_path, measured_layout(KIND)).open(about(KIND, ()), False) as store:
        bench = Bench(plan, targets, MeasuredRuns(store))
        known, _ = bench.run("known points", hypercube(36, 3, 1))
        fresh, _ = bench.run("held out", hypercube(HELD_OUT, 3, 2))
    screen = Screen.of(known, Reports(tuple(targets.values())), plan.seeds)
    means, variances = screen.predict(fresh.shares)
    total = variances + 0.5 * (fresh.variances + np.diagonal(screen.chance)) / plan.seeds
    squares = ((fresh.means - means) ** 2 / total).sum(axis=0)
    assert (squares < chi2.ppf(0.999, HELD_OUT)).all(), squares / HELD_OUT
    explained = 1 - ((fresh.means - means) ** 2).mean(axis=0) / fresh.means.var(axis=0)
    assert (explained > 0.8).all()  # and they do not reach it by knowing nothing


@pytest.fixture(scope="module")
def twins(tmp_path_factory):
    """Ensembles of three planted worlds, each fitted to one run of it: history is one draw as well."""
    worlds = [PLANTED, {"foreign_fighters.base": 180.0, "resources.recruitment": 0.0004},
              {"foreign_fighters.base": 250.0, "resources.recruitment": 0.00005}]  # fmt: skip
    made = []
    for number, world in enumerate(worlds):
        targets = planted_targets(range(60 + number, 61 + number), world)
        plan = small_plan(points=16, waves=2, final=40, members=40, effective=15)
        found = calibrate(plan, tmp_path_factory.mktemp("twin"), targets=targets)
        made.append((world, ensemble_of(found)))
    return made


def test_what_was_planted_lies_in_the_90_percent_intervals_by_weight_as_often_as_it_should(twins):
    inside = [
        row["q05"] <= planted <= row["q95"]
        for world, ensemble in twins
        for name, planted in world.items()
        for row in [ensemble.check().set_index("parameter").loc[name]]
    ]  # fmt: skip
    assert sum(inside) >= binom.ppf(0.01, len(inside), 0.9)


def test_planted_worlds_are_told_apart_and_sizes_of_samples_are_as_asked_for(twins):
    for world, ensemble in twins:
        check = ensemble.check().set_index("parameter")
        assert (check.loc[list(world), "narrowed"] > 0.5).all()
        assert not check.loc[list(world), "unconstrained"].any()
        assert ensemble.effective >= 14.9
