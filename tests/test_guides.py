"""The guides: their examples run as written, their links lead somewhere, no file is left out."""

import re
import subprocess
import sys
from itertools import groupby
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("model", "scenarios", "experiments", "experiments/batch", "tests")
GUIDES = {folder: (ROOT / folder / "README.md").read_text(encoding="utf-8") for folder in FOLDERS}
ROOMS = ("experiments/compare", "experiments/report", "experiments/measures", "experiments/points")
PLAIN = ("experiments/claims", "experiments/claims/headline", "experiments/history")  # without an example in Python
GUIDES |= {room: (ROOT / room / "README.md").read_text(encoding="utf-8") for room in (*ROOMS, *PLAIN)}
FILES = [
    ("model", "*.py"),
    ("scenarios", "*.toml"),
    ("experiments", "*.py"),
    ("experiments/batch", "*.py"),
    *((room, "*.py") for room in (*ROOMS, *PLAIN)),
]
FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples(folder, language):
    """The fenced blocks of a language in a folder's guide, in order."""
    return [code for name, code in FENCED.findall(GUIDES[folder]) if name == language]


def run_as_a_script(folder):
    """Run the Python blocks of a guide one after another, as one script."""
    names = {"__name__": "guide"}
    for code in examples(folder, "python"):
        exec(compile(code, f"{folder}/README.md", "exec"), names)
    return names


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("folder", [*FOLDERS, *ROOMS])
def test_every_guide_has_an_example(folder):
    assert examples(folder, "python")


@pytest.mark.parametrize("folder", GUIDES)
def test_every_guide_fits_on_a_page(folder):
    written = re.sub(r"<!-- table: .*?<!-- end -->", "", GUIDES[folder], flags=re.DOTALL)  # tables grow with the model
    assert len(written.splitlines()) <= 100


@pytest.mark.parametrize("folder", ["experiments/measures", "experiments/points"])
def test_the_examples_of_measures_and_points_run(folder, elsewhere, capsys):
    run_as_a_script(folder)
    assert capsys.readouterr().out


def test_the_model_guides_mechanism_changes_a_state_and_books_what_it_does(elsewhere):
    names = run_as_a_script("model")
    assert names["simulation"].state.accounts["fighters_deserted"] == names["left"] > 0


def test_the_scenario_guides_files_load_and_run(elsewhere):
    for code in examples("scenarios", "toml"):
        name = re.match(r"# (\w+\.toml)\n", code)[1]
        (elsewhere / name).write_text(code, encoding="utf-8")
    names = run_as_a_script("scenarios")
    assert names["scenario"].rivals["network_healing"]
    assert names["scenario"].policy.name == "links_first"
    assert len(names["run"].series) == 13


def test_the_experiment_guides_comparison_and_figure_are_made(elsewhere, capsys):
    names = run_as_a_script("experiments")
    assert len(names["differences"]) == len(names["SEEDS"])
    assert "seeds" in capsys.readouterr().out
    assert (elsewhere / "silence.png").read_bytes().startswith(b"\x89PNG")


def test_the_guides_of_compare_and_report_make_evidence_and_a_chart_of_it(elsewhere, capsys):
    names = run_as_a_script("experiments/compare")
    assert names["effect"].verdict in capsys.readouterr().out
    chart = run_as_a_script("experiments/report")["chart"]
    assert b"<svg" in chart.svg
    assert list(chart.data["policy"]) == ["core_only", "sever_links"]


def test_the_test_guides_example_passes_in_a_suite_of_its_own(elsewhere):
    (elsewhere / "test_fear.py").write_text("\n".join(examples("tests", "python")), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "test_fear.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout


def test_the_guide_of_batches_adds_a_kind_that_is_stored_and_resumed(elsewhere):
    first, again = run_as_a_script("experiments/batch"), run_as_a_script("experiments/batch")
    assert (first["progress"].made, again["progress"].made, again["progress"].stored) == (4, 0, 4)
    assert again["peaks"] == first["peaks"]
    assert again["failures"] == {}
    held = {path.name for path in (elsewhere / "results" / "peaks").iterdir()}
    assert all(f"`{name}`" in GUIDES["experiments/batch"] for name in held)


@pytest.mark.parametrize(("folder", "pattern"), FILES)
def test_every_file_of_a_folder_is_named_in_its_guide(folder, pattern):
    files = [path.name for path in sorted((ROOT / folder).glob(pattern)) if not path.name.startswith("__")]
    left_out = [name for name in files if f"`{name}`" not in GUIDES[folder]]
    assert not left_out, f"say in {folder}/README.md what they are for: {', '.join(left_out)}"


def test_every_test_of_the_model_is_named_in_the_guide():
    """Those of a package of experiments begin with its name."""
    packages = tuple(f"test_{path.parent.name}_" for path in (ROOT / "experiments").glob("*/__init__.py"))
    files = [path for path in sorted((ROOT / "tests").glob("*.py")) if not path.name.startswith(packages)]
    left_out = [path.name for path in files if f"`{path.name}`" not in GUIDES["tests"]]
    assert not left_out, f"say in tests/README.md what they ask: {', '.join(left_out)}"


@pytest.mark.parametrize("folder", GUIDES)
def test_links_lead_to_files(folder):
    links = re.findall(r"\]\(([^)#]+)\)", FENCED.sub("", GUIDES[folder]))
    missing = [link for link in links if "://" not in link and not (ROOT / folder / link).exists()]
    assert not missing


@pytest.mark.parametrize("folder", GUIDES)
def test_tables_have_as_many_cells_in_every_row(folder):
    lines = FENCED.sub("", GUIDES[folder]).splitlines()
    for is_table, rows in groupby(lines, key=lambda line: line.startswith("|")):
        assert not is_table or len({row.count("|") for row in rows}) == 1
