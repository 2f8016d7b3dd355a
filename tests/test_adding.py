"""The model's guide says where to put what is added: here one of each is added in a scratch copy, there and nowhere else."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "model" / "README.md").read_text(encoding="utf-8")
PARAMETERS, SIMULATION = "scenarios/parameters.toml", "model/simulation.py"

MECHANISM = '''"""An amnesty: local fighters lay down arms where excluded groups trust the state."""

import numpy as np

from model.mechanisms.scale import whole
from model.state import State


def lay_down_arms(state: State) -> None:
    """Local fighters leave: rate x (1 + dose of amnesty aid) x legitimacy among excluded groups x local fighters."""
    if "amnesty" not in state.on:
        return
    p, half = state.parameters.amnesty, state.parameters.half_effort.amnesty_aid
    dose = 1 - 0.5 ** (float(state.effort["amnesty_aid"][0]) / half)
    trust = state.presence @ state.minority_legitimacy
    leaving = np.minimum(
        state.local_fighters, whole(p.rate * (1 + dose) * trust * state.local_fighters, state.draws("amnesty"))
    )
    state.local_fighters -= leaving
    state.account("fighters_deserted", float(leaving.sum()))
    for row in np.flatnonzero(leaving > p.notable):
        state.note("amnesty", int(row), "the state kept its word", amount=float(leaving[row]))
'''

# what is added: kind -> file -> (a line of it, what comes after that line; nothing: a new file)
ADDED = {
    "parameter": {
        PARAMETERS: ("[parameters.alignment]", '[parameters.amnesty]\n'
            'rate = { value = 0.02, low = 0.0, high = 0.1, unit = "1/week", meaning = "who leaves", source = "assumed" }\n'
            'notable = { value = 1.0, low = 0.0, high = 9.0, unit = "people", meaning = "least told", source = "assumed" }'
            '\n\n'
            '[parameters.alignment]'),
    },
    "switch": {
        PARAMETERS: ("[mechanisms]", "[mechanisms]\n"
            '"amnesty" = { meaning = "local fighters lay down arms", claims = ["C01"] }'),
    },
    "lever": {
        PARAMETERS: ("[parameters.half_effort]", "[parameters.half_effort]\n"
            'amnesty_aid = { value = 0.3, low = 0.1, high = 1.0, unit = "effort", meaning = "half-effort of amnesties", '
            'source = "assumed" }'),
    },
    "kind of event": {
        "model/why/kinds.py": ("EVENT_KINDS: dict[str, EventKind] = {", "EVENT_KINDS: dict[str, EventKind] = {\n"
            '    "amnesty": EventKind("{amount:,.0f} fighters of {who} laid down arms", repeats=True),'),
    },
    "outcome": {
        "model/record.py": ("OUTCOMES: dict[str, Outcome] = {", "OUTCOMES: dict[str, Outcome] = {\n"
            '    "armed_groups": Outcome("organisations", "organisations that exist", "end"),'),
        "model/kernels/record.py": ("        r.messages_sent += o.sent", "        r.messages_sent += o.sent\n"
            "        r.armed_groups += o.present"),
    },
    "mechanism": {
        "model/mechanisms/amnesty.py": ("", MECHANISM),
        SIMULATION: ("        do(attrition.fight)  # 9", "        do(attrition.fight)  # 9\n"
            "        do(amnesty.lay_down_arms)"),
        "model/ODD.md": ("### Attrition", "### Amnesty (`mechanisms/amnesty.py`)\n\n"
            "Local fighters leave at `amnesty.rate` times the trust of excluded groups; `amnesty` is the switch.\n\n"
            "<!-- table: parameters.amnesty -->\n\n<!-- end -->\n\n"
            "### Attrition"),
    },
}  # fmt: skip
LEVER = 'amnesty_aid = { meaning = "amnesties", unit = "share of effort", source = "assumed" }'
ALSO = [  # what the code that does it needs beside the line above, in the same files
    (PARAMETERS, "[levers]", f"[levers]\n{LEVER}"),
    (SIMULATION, "    alignment,", "    alignment,\n    amnesty,"),
    ("model/ODD.md", "`attrition.fight`", "`attrition.fight`, `amnesty.lay_down_arms`"),
]


def edit(scratch, file, there, then):
    path = scratch / file
    if not there:
        path.write_text(then, encoding="utf-8")
        return
    text = path.read_text(encoding="utf-8")
    assert text.count(there) >= 1, f"{file} no longer holds {there!r}: say here where it is now"
    path.write_text(text.replace(there, then, 1), encoding="utf-8")


def files_named_in_the_guide(kind):
    """The files in the guide's row for a kind, from the top folder; a switch or a lever acts in a file of any mechanism."""
    row = re.search(rf"^\| an? {kind} \| (.*) \|$", GUIDE, re.MULTILINE)
    assert row, f"model/README.md has no row that says how to add: {kind}"
    names = re.findall(r"`([\w/.]+\.(?:py|toml|md))`", row[1])
    return {name if name.startswith("scenarios/") else f"model/{name.replace('NAME', 'amnesty')}" for name in names}


def run(folder, *words):
    environment = os.environ | {"PYTHONPATH": f"{folder}{os.pathsep}{folder / 'tests'}"}
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("kind", sorted(ADDED))
def test_the_guide_names_every_file_that_is_touched_and_no_other(kind):
    assert files_named_in_the_guide(kind) == set(ADDED[kind])


CHECK = """
import tests.mutants.as_python  # loops as Python: a dozen weeks take less than compiling all loops of the copy anew
from model import Simulation, load_scenario
from experiments.cli.catalogue import describe
from experiments.report.explain import sentence

policy = "mine.toml"
result = Simulation(load_scenario("synthetic_plane", policy, {"weeks": 12}), seed=3).run()
off = {"weeks": 12, "mechanisms.amnesty": False}
without = Simulation(load_scenario("synthetic_plane", policy, off), seed=3).run()
assert result.outcomes["armed_groups"] > 1
told = [sentence(result.organisation_titles, {}, event) for event in result.event_list if event.kind == "amnesty"]
assert told and "laid down arms" in told[0], told
assert not [event for event in without.event_list if event.kind == "amnesty"]
assert result.series["armed_groups"].notna().all()
for name in ("amnesty", "amnesty_aid", "armed_groups", "amnesty.rate"):
    assert describe(name), name
kinds = {entry.kind for entry in describe("amnesty")}
assert len(kinds) >= 2, kinds  # the switch and the kind of event
print("all of it is there")
"""
POLICY = """
[policy]
name = "mine"
title = "Amnesties"
meaning = "half the effort goes to amnesties"
[phases.amnesty]
meaning = "amnesties"
effort = { amnesty_aid = 0.5 }
"""


def test_one_of_each_added_as_the_guide_says_works_everywhere(tmp_path):
    for name in ("model", "scenarios", "experiments", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("benchmarks", "*.png"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for file, there, then in [*ALSO, *((file, *lines) for files in ADDED.values() for file, lines in files.items())]:
        edit(tmp_path, file, there, then)
    run(tmp_path, "-m", "model.odd")
    (tmp_path / "mine.toml").write_text(POLICY, encoding="utf-8")
    assert "all of it is there" in run(tmp_path, "-c", CHECK)
    assert "ok" in run(tmp_path, "-m", "experiments.cli.main", "check", "mine.toml")
    tests = ("tests/test_declarations.py", "tests/test_odd.py")
    plain = ("--noconftest", "-n", "0", "-p", "no:cacheprovider", "-x")
    assert "passed" in run(tmp_path, "-m", "pytest", *plain, *tests)
