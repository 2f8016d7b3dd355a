"""The model's loops are compiled once, by all cores, and for exactly the types that runs use."""

import subprocess
import sys

from experiments.batch.compiling import compile_jobs, ensure_compiled, shares, trace
from model import Simulation, kernels, load_scenario

RUN_AFTER_LOADING = """
from experiments.batch.compiling import compile_jobs, trace
from model import Simulation, kernels, load_scenario

def known():
    return {name: len(getattr(kernels, name).signatures) for name, _ in jobs}

jobs = trace()
compile_jobs(jobs)
before = known()
for scenario, policy in (("levant_2014", "adaptive"), ("synthetic_plane", "sever_links")):
    Simulation(load_scenario(scenario, policy=policy, overrides={"weeks": 80, "resolution": 1.0}), seed=1).run()
print(sum(before.values()), before == known())
"""


def test_runs_use_no_types_but_those_found_by_the_uncompiled_week():
    command = [sys.executable, "-c", RUN_AFTER_LOADING]
    words = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert words == [str(len(trace())), "True"]


def test_every_loop_is_dealt_to_exactly_one_process_and_none_is_idle():
    jobs = trace()
    dealt = shares(jobs, 3)
    assert sorted(name for share in dealt for name, _ in share) == sorted(name for name, _ in jobs)
    assert min(len(share) for share in dealt) > 3


def test_the_uncompiled_week_leaves_the_loops_compiled():
    trace()
    assert hasattr(kernels.advance_territory, "py_func")
    scenario = load_scenario("synthetic_plane", overrides={"weeks": 3})
    assert Simulation(scenario, seed=1).run().rows.shape[0] == 4


def test_what_is_compiled_is_not_compiled_again_and_nothing_is_said():
    compile_jobs(trace())
    lines = []
    ensure_compiled(lines.append)
    lines.clear()
    assert ensure_compiled(lines.append) is None
    assert lines == []
