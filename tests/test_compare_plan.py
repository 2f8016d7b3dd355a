"""A call of `inkspot compare` is checked as a whole, and finds policies beside the scenario."""

import subprocess
import sys

import pytest

from experiments.batch.errors import UserError
from experiments.batch.run import policy_beside
from experiments.cli.compare_plan import Asked, planned
from experiments.report import pdf

SCENARIO = """
[scenario]
extends = ["synthetic_plane"]
name = "own"
title = "A plane of my own"
question = "What then?"
weeks = 6
"""
POLICY = """
[policy]
name = "mine"
title = "My own mixture"
meaning = "Half strikes, half links."
[phases.all]
effort = { strike_core = 0.5, sever_links = 0.5 }
"""


def asked(**changes):
    usual = {
        "scenario": "synthetic_plane", "policies": "core_only", "seeds": 2, "weeks": 4, "settings": (),
        "baseline": None, "draws": 0, "ensemble": "", "pdf": False,
    }  # fmt: skip
    return Asked(**(usual | changes))


def test_the_first_lines_come_before_what_takes_time_is_imported():
    code = "import sys\nfrom experiments.cli.compare_plan import Asked, announce, planned\n"
    code += "from experiments.cli.screen import console\n"
    code += "batches, _ = planned(Asked('levant_2014', None, 2, None, (), None, 0, '', False))\n"
    code += "announce(console(), batches[0], 3, 4, 5)\n"
    code += "print({'numba', 'mesa', 'pandas', 'pyarrow', 'matplotlib', 'scipy'} & set(sys.modules))"
    text = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, check=True).stdout
    assert "12 policies x 2 seeds = 24 runs, and 12 x 4 x 5 in drawn futures on 3 processes" in text
    assert text.endswith("set()\n")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "own.toml").write_text(SCENARIO)
    (tmp_path / "mine.toml").write_text(POLICY)
    return tmp_path


def test_a_policy_beside_the_scenario_is_found_by_its_name(folder):
    scenario = str(folder / "own.toml")
    batches, _ = planned(asked(scenario=scenario, policies="core_only,mine", weeks=None))
    assert list(batches[0].runs) == ["core_only", "mine"]
    assert batches[0].runs["mine"][0].policy == str(folder / "mine.toml")
    assert planned(asked(scenario=scenario, policies="core_only,mine", baseline="mine"))[0][0].baseline == "mine"


def test_shipped_names_and_paths_stay_what_they_are(folder):
    assert policy_beside(str(folder / "own.toml"), "core_only") == "core_only"
    assert policy_beside("synthetic_plane", "mine") == "mine"
    assert policy_beside(str(folder / "own.toml"), str(folder / "mine.toml")) == str(folder / "mine.toml")
    assert policy_beside(str(folder / "own.toml"), "nothing") == "nothing"


def test_all_mistakes_of_a_call_are_told_together(monkeypatch):
    monkeypatch.setattr(pdf.shutil, "which", lambda name: None)
    with pytest.raises(UserError) as caught:
        planned(
            asked(
                policies="core_onely,cut_links",
                settings=("territory.growht=1", "nothing"),
                baseline="essay",
                ensemble="no/such/file.csv",
                pdf=True,
            )
        )
    said = str(caught.value)
    for part in (
        "core_onely",
        "cut_links",
        "growht",
        "key=value",
        "baseline essay",
        "no/such/file.csv",
        "install Chromium",
    ):
        assert part in said
    assert int(said.split()[0]) == len(said.splitlines()) - 1 >= 7


def test_one_mistake_is_told_without_a_count():
    with pytest.raises(UserError, match=r"^the baseline essay is none of the policies: core_only$"):
        planned(asked(baseline="essay"))


def test_a_baseline_that_cannot_be_read_is_not_called_missing_as_well():
    with pytest.raises(UserError) as caught:
        planned(asked(policies="core_only,wrong_one", baseline="wrong_one"))
    assert "none of the policies" not in str(caught.value)
