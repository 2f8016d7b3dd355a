"""EMA Workbench drives the model: the same numbers, its own tools, and the example notebook."""

from pathlib import Path

import nbclient
import nbformat
import numpy as np
import pytest

from experiments.batch.engine import Task, outcome_of
from experiments.batch.errors import UserError
from experiments.batch.run import Run
from experiments.studies.ema import ema_model, policy_samples

pytestmark = pytest.mark.filterwarnings("ignore:ipyparallel not installed", "ignore:This process .* is multi-threaded")

POLICIES = ["core_only", "sever_links"]
NOTEBOOK = Path(__file__).parent.parent / "experiments" / "studies" / "ema_workbench.ipynb"


@pytest.fixture(scope="module")
def ema():
    """The library: slow to import, so that it is not where tests are only collected, as every process does."""
    import ema_workbench

    return ema_workbench


@pytest.fixture(scope="module")
def model(ema):
    return ema_model(
        {"territory.growth": (0.3, 0.5), "rivals.network_healing": None},
        POLICIES,
        outcomes=["people_core", "alignment"],
        scenario="synthetic_plane",
        weeks=6,
        replicates=2,
    )


def outcomes_of(result):
    return result.outcomes


def sorted_people(outcomes):
    return np.sort(outcomes["people_core"])


def test_an_experiment_of_ema_workbench_is_a_run_of_ours(ema, model):
    with ema.SequentialEvaluator(model) as evaluator:
        experiments, outcomes = evaluator.perform_experiments(scenarios=2, policies=policy_samples(POLICIES), rng=1)
    assert set(experiments["policy"]) == set(POLICIES)
    for position, row in enumerate(experiments.to_dict("records")):
        overrides = {
            "weeks": 6,
            "territory.growth": row["territory__growth"],
            "rivals.network_healing": bool(row["rivals__network_healing"]),
        }
        ours = [
            outcome_of(Task(Run("synthetic_plane", row["policy"], overrides, seed), outcomes_of)).data
            for seed in (0, 1)
        ]
        assert outcomes["alignment"][position] == pytest.approx(np.mean([run["alignment"] for run in ours]), rel=1e-12)


def test_several_processes_of_ema_workbench_give_what_one_gives(ema, model):
    sample = ema.em_framework.points.Sample
    futures = [sample(str(k), territory__growth=0.3 + 0.1 * k, rivals__network_healing=bool(k)) for k in range(2)]
    with ema.SequentialEvaluator(model) as evaluator:
        _, alone = evaluator.perform_experiments(scenarios=futures, policies=policy_samples(POLICIES))
    with ema.MultiprocessingEvaluator(model, n_processes=2) as evaluator:
        _, together = evaluator.perform_experiments(scenarios=futures, policies=policy_samples(POLICIES))
    np.testing.assert_array_equal(sorted_people(alone), sorted_people(together))


def test_a_range_that_is_not_given_is_the_declared_one():
    model = ema_model(["communication.healing"], POLICIES)
    (uncertainty,) = list(model.uncertainties)
    assert (uncertainty.lower_bound, uncertainty.upper_bound) == (0.005, 0.3)


def test_a_name_that_does_not_exist_is_told():
    with pytest.raises(UserError, match=r"no such parameter: territory.grow"):
        ema_model(["territory.grow"], POLICIES)
    with pytest.raises(UserError, match="no such outcome: people"):
        ema_model(["territory.growth"], POLICIES, outcomes=["people"])


def test_the_example_notebook_runs_and_says_in_how_many_futures(tmp_path):
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    printed = "".join(
        output.get("text", "")
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output["output_type"] == "stream"
    )
    assert "futures, mean" in printed
    assert "density" in printed
