"""Mesa and Numba with stand-ins for what runs do not use do what they do without; workers import none of it."""

import json
import subprocess
import sys

import pytest

USES = """
import json, sys
if {before}:
    import networkx, pandas, scipy.spatial
from model.light_mesa import HEAVY, mesa
early = [name for name in HEAVY if name in sys.modules]
import inspect
assert inspect.getouterframes(inspect.currentframe())[0].function == "<module>"
assert inspect.getouterframes.__name__ == "getouterframes" and mesa.mesa_logging._module_loggers["mesa.model"]

class Counted(mesa.Model):
    def __init__(self):
        super().__init__(rng=1)
        self.collector = mesa.DataCollector(model_reporters={{"week": "steps"}})

    def step(self):
        self.collector.collect(self)

class Member(mesa.Agent):
    def __init__(self, model, wealth):
        super().__init__(model)
        self.wealth = wealth

model = Counted()
model.step(), model.step()
frame = model.collector.get_model_vars_dataframe()
import networkx as nx
import pandas as pd
from mesa.discrete_space import Network, VoronoiGrid
members = [*Member.create_agents(model, 2, pd.Series([5, 6]))]
members += Member.from_dataframe(model, pd.DataFrame({{"wealth": [7]}}))
print(json.dumps([
    early, isinstance(frame, pd.DataFrame), frame["week"].tolist(), [int(member.wealth) for member in members],
    isinstance([], mesa.agent.pd.Series), isinstance(pd.Series([1]), mesa.agent.pd.Series),
    mesa.datacollection.pd.DataFrame is pd.DataFrame,
    len(VoronoiGrid([(0, 0), (1, 0), (0, 1), (2, 2)], random=model.random).all_cells),
    len(Network(nx.path_graph(4), random=model.random).all_cells), sys.modules["pandas"] is pd,
]))
"""


@pytest.mark.parametrize("before", [False, True])
def test_mesa_does_the_same_with_and_without_stand_ins(before):
    said = subprocess.run([sys.executable, "-c", USES.format(before=before)], check=True, capture_output=True)
    early, *answers = json.loads(said.stdout)
    assert early == (["pandas", "networkx", "scipy.spatial", "scipy.spatial.distance"] if before else [])
    assert answers == [True, [1, 2], [5, 6, 7], False, True, True, 4, 4, True]


DEMANDING = """
import sys
from pathlib import Path
folder = Path(sys.argv[1])
(folder / "mesa.py").write_text("import pandas\\nclass Model(pandas.DataFrame): pass\\nclass Agent: pass\\n")
sys.path.insert(0, str(folder))
from model.light_mesa import mesa
import pandas
print(issubclass(mesa.Model, pandas.DataFrame))
"""


def test_a_mesa_that_needs_pandas_at_once_gets_it(tmp_path):
    said = subprocess.run([sys.executable, "-c", DEMANDING, str(tmp_path)], check=True, capture_output=True, text=True)
    assert said.stdout.split() == ["True"]


WORKER = """
import gc, sys
from functools import partial
from experiments.batch.workers import prepare
prepare()
from experiments.batch.engine import outcome_of, task_of
from experiments.batch.run import Run
from experiments.batch.take import take
run = Run("synthetic_plane", None, {"weeks": 2}, 1)
outcome = outcome_of(task_of(run, partial(take, ("series", "events", "places"), True)))
heavy = ("pandas", "matplotlib", "networkx", "scipy.spatial", "scipy.linalg", "sklearn", "numpy.testing")
print(outcome.status, gc.isenabled(), *(name for name in heavy if name in sys.modules))
"""


def test_a_worker_runs_without_pandas_matplotlib_and_the_like():
    said = subprocess.run([sys.executable, "-c", WORKER], check=True, capture_output=True, text=True)
    assert said.stdout.split() == ["done", "True"]


ALGEBRA = """
import sys
import numpy as np
from model.light_numba import njit
early = "scipy.linalg" in sys.modules

@njit
def solved(matrix, vector):
    return np.linalg.solve(matrix, matrix @ vector)

print(early, *solved(2.0 * np.eye(2), np.array([1.0, 3.0])), "scipy.linalg" in sys.modules)
"""


def test_numba_has_linear_algebra_when_a_loop_uses_it():
    said = subprocess.run([sys.executable, "-c", ALGEBRA], check=True, capture_output=True, text=True)
    assert said.stdout.split() == ["False", "1.0", "3.0", "True"]
