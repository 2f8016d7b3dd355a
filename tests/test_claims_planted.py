"""A claim's verdict comes out of its mechanism: turn the sign of the mechanism in a scratch copy, and the verdict turns.

Signs are turned where the compiled loops get their parameters, so that nothing is compiled anew; and claims are cut to some
months on a coarse map, since only the sign is asked for.
"""

import inspect
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OPPOSITE = {"supported": "contradicted", "contradicted": "supported"}
GOVERNMENT = "state.parameters.government.record"
PLEDGING = "state.parameters.pledging.record"
PRESTIGE = "state.parameters.prestige.record"


def turned(record, name):
    """Code that hands a record of parameters over with the sign of one of them turned."""
    return f'(lambda p: p.__setitem__("{name}", -abs(p["{name}"])) or p)({record})'


# claim, number of its outcome, weeks, and where the sign is: file, a part of it as it is, the same with the sign turned
PLANTED = [
    ("C04", 0, 30, "model/mechanisms/pledging.py", PLEDGING, turned(PLEDGING, "need")),
    ("C34", 0, 50, "model/mechanisms/pledging.py", PLEDGING, turned(PLEDGING, "rival_hub")),
    ("C35", 0, 40, "model/mechanisms/prestige.py", PRESTIGE, turned(PRESTIGE, "affiliates")),
    (
        "C14", 0, 40, "model/mechanisms/alignment.py", "state.parameters.alignment.record",
        turned("state.parameters.alignment.record", "delivery"),
    ),
    ("C29", 0, 40, "model/mechanisms/attitudes.py", f"state.switches, {GOVERNMENT}",
     f"state.switches, {turned(GOVERNMENT, 'rally')}"),
    ("C51", 0, 12, "model/mechanisms/diaspora.py", "state.prestige,", "0.5 * state.parameters.diaspora.local_cause,"),
    ("C57", 0, 30, "model/mechanisms/governance.py", GOVERNMENT, turned(GOVERNMENT, "border_gain")),
    ("C58", 1, 40, "model/mechanisms/governance.py", GOVERNMENT, turned(GOVERNMENT, "training_gain")),
    ("C64", 0, 16, "model/mechanisms/violence.py", "anger = p.unsanctioned * rogue", "anger = -p.unsanctioned * rogue"),
]  # fmt: skip


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    """A copy of the code, in which a sign can be turned and turned back."""
    folder = tmp_path_factory.mktemp("scratch")
    for name in ("model", "scenarios", "experiments"):  # with what is compiled already
        shutil.copytree(ROOT / name, folder / name)
    return folder


def judged(name, place, weeks, out):
    """The verdict on one outcome of a claim that is cut to its sign."""
    from experiments.claims.ledger import load_ledger  # here or in the scratch copy
    from experiments.claims.plan import Extent
    from experiments.claims.run import judge_claims
    from experiments.measures.smallest import Smallest

    claim = load_ledger(ids=[name])[name]
    tiny = Smallest(absolute=1e-9, reason="only the sign is asked for")
    outcome = claim.outcomes[int(place)].model_copy(update={"smallest": tiny})
    settings = claim.settings | {"resolution": 1.0}
    claim = claim.model_copy(update={"weeks": int(weeks), "settings": settings, "outcomes": [outcome]})
    return judge_claims({name: claim}, Extent(seeds=6), out, jobs=1).judgements[name].findings[0].verdict


def judged_in(folder, *words):
    code = f"{inspect.getsource(judged)}\nimport sys\nprint(judged(*sys.argv[1:]))"
    command = [sys.executable, "-c", code, *map(str, words)]
    environment = os.environ | {"PYTHONPATH": str(folder)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.split()[-1]


@pytest.mark.parametrize(
    ("claim", "place", "weeks", "file", "there", "sign"), PLANTED, ids=[case[0] for case in PLANTED]
)
def test_a_turned_sign_turns_the_verdict(claim, place, weeks, file, there, sign, scratch, tmp_path):
    source = scratch / file
    text = source.read_text(encoding="utf-8")
    assert text.count(there) == 1, f"{file} no longer holds {there!r} once: say here where the sign is now"
    before = judged(claim, place, weeks, tmp_path / "before")
    try:
        source.write_text(text.replace(there, sign), encoding="utf-8")
        after = judged_in(scratch, claim, place, weeks, tmp_path / "after")
    finally:
        source.write_text(text, encoding="utf-8")
    assert (before, after) == (before, OPPOSITE.get(before))
