"""The notebooks run from top to bottom as they are, and show what they say."""

from pathlib import Path

import nbclient
import nbformat
import pytest

FOLDER = Path(__file__).parent.parent / "experiments" / "notebooks"
SHOWS = {  # by notebook: what its outputs must contain
    "first_steps": ["same seed, same series: True", "other seed, same series: False", "refused:", "must be 0.1 to 0.8"],
    "figure_from_a_sweep": ["24 runs at 4 points", "growth 0.20:", "['figure.png', 'figure.svg']", "files, among them"],
    "new_mechanism": ["nobody trusts, nobody leaves: True", "as many are booked: True", "difference by seed:"],
}
pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")


def outputs(notebook: nbformat.NotebookNode) -> str:
    return "\n".join(
        each.get("text", "") for cell in notebook.cells if cell.cell_type == "code" for each in cell.outputs
    )


@pytest.mark.parametrize("name", SHOWS)
def test_a_notebook_runs_and_shows_what_it_says(name: str, tmp_path: Path) -> None:
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = outputs(notebook)
    for words in SHOWS[name]:
        assert words in shown


def test_notebooks_are_shipped_without_outputs_and_every_one_is_run() -> None:
    for path in FOLDER.glob("*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            assert cell.cell_type != "code" or (not cell.outputs and cell.execution_count is None)
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == {*SHOWS, "agents"}  # agents: test_agents.py
