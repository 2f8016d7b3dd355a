"""Golden numbers of the shipped scenarios. Renew on purpose: `uv run pytest tests/test_baselines.py --renew-baselines`."""

import json
from pathlib import Path

import pytest

from model import Simulation, load_scenario

FOLDER = Path(__file__).parent / "baselines"
WEEKS = 16  # short enough that the last bit of another processor's exponential turns no draw


@pytest.mark.parametrize("policy", ["core_only", "sever_links", "comprehensive"])
@pytest.mark.parametrize("name", ["levant_2014", "essay_2016", "synthetic_plane"])
def test_outcomes_are_those_of_the_baseline(name, policy, request):
    scenario = load_scenario(name, policy=policy, overrides={"weeks": WEEKS})
    outcomes = Simulation(scenario, seed=1).run().outcomes
    path = FOLDER / f"{name}-{policy}.json"
    if request.config.getoption("--renew-baselines"):
        path.write_text(json.dumps(outcomes, indent=1) + "\n", encoding="utf-8")
    expected = json.loads(path.read_text(encoding="utf-8"))
    assert outcomes == pytest.approx(expected, rel=1e-6)
