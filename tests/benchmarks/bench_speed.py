"""How long things take: `uv run pytest tests/benchmarks/bench_speed.py`.

Not part of the pass/fail tests: no time is asserted anywhere.
"""

import subprocess
import sys

import pytest

from model import Simulation, load_scenario
from model.mechanisms import territory


@pytest.fixture(params=[1.0, 0.5, 0.25])
def resolution(request):
    return request.param


def warm(resolution=0.5, weeks=240, policy="core_only"):
    scenario = load_scenario("levant_2014", policy=policy, overrides={"resolution": resolution, "weeks": weeks})
    simulation = Simulation(scenario, seed=1)
    simulation.step()
    return scenario, simulation


def test_load_scenario(benchmark):
    benchmark(load_scenario, "levant_2014")


def test_build(benchmark):
    scenario, _ = warm()
    benchmark(Simulation, scenario, seed=1)


def test_week(benchmark, resolution):
    _, simulation = warm(resolution, weeks=2600)
    for _ in range(60):
        simulation.step()
    benchmark.pedantic(simulation.step, rounds=150)


def test_territory_alone(benchmark, resolution):
    _, simulation = warm(resolution, weeks=2600)
    for _ in range(60):
        simulation.step()
    benchmark(territory.spread, simulation.state)


def test_run_of_240_weeks(benchmark):
    scenario, _ = warm()
    benchmark.pedantic(lambda: Simulation(scenario, seed=1).run(), rounds=5)


def test_help_from_a_cold_start(benchmark):
    command = [sys.executable, "-m", "experiments.cli.main", "--help"]
    benchmark.pedantic(lambda: subprocess.run(command, check=True, capture_output=True), rounds=5)
