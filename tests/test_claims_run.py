"""Claims put to the test from the command line and from Python: a claim is a table, results resume, failures are data."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from experiments.batch.checksums import list_files
from experiments.batch.errors import StoreError
from experiments.batch.manifest import read_manifest, write_manifest
from experiments.claims.ledger import load_ledger
from experiments.claims.plan import Extent
from experiments.claims.run import judge_claims
from experiments.cli.main import app
from experiments.points.draws import drawn
from experiments.points.ensemble import load_ensemble
from model import Simulation, load_scenario
from model.theatre import load_theatre

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "experiments" / "claims" / "README.md").read_text(encoding="utf-8")
(M01,) = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)  # the example that shows how to add a claim
M02 = (M01.replace("M01", "M02").replace("weeks = 8", "weeks = 12").replace('"lower"', '"higher"')
       .replace("shrinks", "grows"))  # fmt: skip
M03 = """
[M03]
title = "Fear is what it is"
statement = "Nothing differs."
scenario = "synthetic_plane"
weeks = 8
treatment = { "rivals.lost_tips" = true }
control = {}
[[M03.outcomes]]
measure = "people_core"
expected = "lower"
"""


IDS = "M01,M02,M03"


@pytest.fixture
def ledger(tmp_path):
    path = tmp_path / "my.toml"
    path.write_text(M01 + M02 + M03, encoding="utf-8")
    return path


def inkspot(*words):
    found = CliRunner().invoke(app, ["claims", *(str(word) for word in words)])
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found.exit_code, found.output


def test_a_modeller_adds_claim_c56_by_the_guides_table_and_no_code(ledger, tmp_path):
    ledger.write_text(M01, encoding="utf-8")
    code, text = inkspot("M01", "--quick", "--ledger", ledger, "--jobs", 1, "--out", tmp_path / "out")
    assert code == 0, text
    assert "M01  A core without means shrinks" in text
    assert "Verdict: supported" in text
    assert "What would change the verdict" in text
    assert "Quick look: 4 seeds and 2 draws" in text
    verdicts = pd.read_csv(tmp_path / "out" / "M01" / "verdicts.csv")
    assert list(verdicts["claim"]) == ["M01"]
    by_hand = [
        Simulation(load_scenario("synthetic_plane", overrides=overrides | {"weeks": 8}), seed=seed).run()
        for seed in range(4) for overrides in ({"core.local_fighters": 1000}, {})
    ]  # fmt: skip
    fighters = np.array([run.outcomes["fighters_core"] for run in by_hand]).reshape(4, 2)
    assert verdicts["mean"][0] == pytest.approx((fighters[:, 0] - fighters[:, 1]).mean())
    assert verdicts["pairs"][0] == 4


def test_what_is_contradicted_comes_first(ledger, tmp_path):
    code, text = inkspot(
        IDS, "--quick", "--ledger", ledger, "--seeds", 3, "--draws", 0, "--jobs", 1, "--out", tmp_path / "out"
    )
    assert code == 0, text
    assert "1 contradicted, 1 negligible, 0 undetermined, 1 supported" in text
    places = [text.index(words) for words in ("\nContradicted", "M02 ", "\nNegligible", "M03 ", "\nSupported", "M01 ")]
    assert places == sorted(places)
    assert "Benjamini-Hochberg over the 3 outcomes judged together" in text


def test_draws_of_an_ensemble_are_its_members(ledger, tmp_path):
    out = tmp_path / "out"
    options = ["--quick", "--seeds", 2, "--draws", 3, "--ensemble", "shipped", "--jobs", 1, "--out", out]
    code, text = inkspot("M01", "--ledger", ledger, *options)
    assert code == 0, text
    assert "2 paired seeds, 3 members of the ensemble" in text
    points = pd.read_parquet(out / "M01" / "points.parquet").drop(columns="draw")
    shipped = load_ensemble()
    members = [shipped.points[shipped.drawn(draw)] for draw in range(3)]
    assert points.to_dict("records") == members
    draws = pd.read_parquet(out / "M01" / "draws.parquet")
    runs = [
        Simulation(load_scenario("synthetic_plane", overrides=members[2] | arm | {"weeks": 8}), seed=2).run()
        for arm in ({"core.local_fighters": 1000}, {})
    ]
    difference = runs[0].outcomes["fighters_core"] - runs[1].outcomes["fighters_core"]
    assert draws["statistic"][2] == pytest.approx(difference)
    code, text = inkspot("M01", "--ledger", ledger, "--ensemble", tmp_path / "none.parquet", "--out", out)
    assert code == 2
    assert "there is no ensemble" in text


def test_the_full_ledger_adds_rival_findings_and_the_ablation(ledger, tmp_path):
    code, text = inkspot("M01", "--ledger", ledger, "--seeds", 12, "--draws", 3, "--jobs", 1, "--out", tmp_path / "out")
    assert code == 0, text
    for words in ("with rivals.lost_tips: supported", "with its mechanisms off: supported", "of 3 draws"):
        assert words in text
    assert "Supported even with their own mechanisms off: M01" in text
    verdicts = pd.read_parquet(tmp_path / "out" / "M01" / "verdicts.parquet")
    assert list(verdicts["condition"]) == ["stated", "rival:lost_tips", "off"]
    assert verdicts["draws"][0] == 3
    draws = pd.read_parquet(tmp_path / "out" / "M01" / "draws.parquet")
    assert len(draws) == 3
    runs = [
        Simulation(load_scenario("synthetic_plane", overrides=drawn(1) | arm | {"weeks": 8}), seed=1).run()
        for arm in ({"core.local_fighters": 1000}, {})
    ]
    difference = runs[0].outcomes["fighters_core"] - runs[1].outcomes["fighters_core"]
    assert draws["statistic"][1] == pytest.approx(difference)
    points = pd.read_parquet(tmp_path / "out" / "M01" / "points.parquet")
    assert points["territory.growth"][1] == drawn(1)["territory.growth"]


def test_claims_share_runs_and_a_second_call_makes_none(ledger, tmp_path):
    claims = load_ledger(ledger)
    counted = []
    first = judge_claims(claims, Extent(seeds=3), tmp_path, progress=counted.append)
    assert (counted[-1].made, counted[-1].total) == (
        9,
        9,
    )  # M01 and M02 differ in length only; M03 has the same control
    again = judge_claims(claims, Extent(seeds=3), tmp_path, progress=counted.append)
    assert (counted[-1].made, counted[-1].stored, counted[-1].total) == (0, 9, 9)
    for name in claims:
        one, other = first.judgements[name].findings[0], again.judgements[name].findings[0]
        assert (one.mean, one.adjusted_p, one.verdict) == (other.mean, other.adjusted_p, other.verdict)


def test_two_processes_measure_the_same_as_one(ledger, tmp_path):
    claims = load_ledger(ledger)
    tables = []
    for jobs in (1, 2):
        judge_claims(claims, Extent(seeds=2), tmp_path / str(jobs), jobs)
        tables.append((tmp_path / str(jobs) / "measured.parquet").read_bytes())
    assert tables[0] == tables[1]


def test_a_run_that_fails_drops_its_pair_and_is_told_with_its_command(tmp_path, monkeypatch):
    def load(scenario):
        if scenario.parameters["territory"]["growth"] == 0.31:
            raise ValueError("no land")
        return load_theatre(scenario)

    monkeypatch.setattr("model.simulation.load_theatre", load)
    (tmp_path / "my.toml").write_text(
        M01.replace("control = {}", 'control = { "territory.growth" = 0.31 }'), encoding="utf-8"
    )
    code, text = inkspot(
        "M01", "--ledger", tmp_path / "my.toml", "--quick", "--seeds", 2, "--jobs", 1, "--out", tmp_path / "out"
    )
    assert code == 1
    assert "Verdict: undetermined" in text
    assert "0 pairs" in text
    assert "Failed: M01, control, seed 0, stated: ValueError" in text
    assert "again: inkspot run synthetic_plane --seed 0 --set territory.growth=0.31 --set weeks=8" in text
    runs = pd.read_parquet(tmp_path / "out" / "runs.parquet")
    assert (runs["status"] == "failed").sum() == 4  # two seeds, two draws
    assert (runs["measured_rows"] == (runs["status"] == "done")).all()
    assert pd.read_parquet(tmp_path / "out" / "measured.parquet")["value"].notna().all()


def started(words, prepare=None):
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-m", "experiments.cli.main", "claims", *(str(word) for word in words)], env=environment, text=True,
        preexec_fn=prepare, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def until(reached, process):
    for _ in range(2400):
        if reached():
            return
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.02)
    raise AssertionError("it did not happen")


RUNS = 400  # more than a fast machine makes before the first part is written


def many(ledger, out, jobs):
    return ["M01,M02", "--quick", "--ledger", ledger, "--seeds", RUNS // 2, "--draws", 0, "--jobs", jobs, "--out", out]


def parts(out):
    return list(out.glob("parts/[0-9a-f]*/runs.parquet"))


def test_a_batch_that_is_killed_goes_on_from_what_it_had_measured_to_the_same_verdicts(ledger, tmp_path):
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    process = started(many(ledger, killed, 1))
    until(lambda: len(parts(killed)) >= 1, process)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    kept = {row for part in parts(killed) for row in pd.read_parquet(part)["run_hash"]}
    assert 0 < len(kept) < RUNS
    code, text = inkspot(*many(ledger, killed, 1))
    assert code == 0
    assert f"{len(kept)} of {RUNS} runs stored from an earlier call" in text
    assert inkspot(*many(ledger, whole, 1))[0] == 0
    assert (killed / "measured.parquet").read_bytes() == (whole / "measured.parquet").read_bytes()
    verdicts = [pd.read_parquet(out / "M01-M02" / "verdicts.parquet") for out in (killed, whole)]
    pd.testing.assert_frame_equal(*verdicts, check_exact=True)
    assert not parts(killed)


def test_control_c_leaves_what_was_measured_and_says_how_to_go_on(ledger, tmp_path):
    process = started(many(ledger, tmp_path / "out", 2), lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    until(lambda: len(parts(tmp_path / "out")) >= 1, process)
    process.send_signal(signal.SIGINT)
    text = process.communicate(timeout=120)[0]
    assert process.returncode == 130, text
    assert "Traceback" not in text
    assert "Resume with: inkspot claims M01,M02" in text
    assert len(pd.read_parquet(tmp_path / "out" / "measured.parquet")) > 0


def test_mistakes_of_users_end_with_code_two_and_one_message(ledger, tmp_path):
    code, text = inkspot("M011", "--ledger", ledger)
    assert (code, "did you mean M01" in text) == (2, True)
    assert inkspot("--ledger", tmp_path / "none.toml")[0] == 2
    ledger.write_text(M01.replace("lost_tips", "lost_tip"), encoding="utf-8")
    code, text = inkspot("--ledger", ledger)
    assert (code, "[M01] rivals" in text) == (2, True)
    found = CliRunner().invoke(app, ["check", str(ledger)])
    assert (found.exit_code, "[M01] rivals" in found.output) == (2, True)
    ledger.write_text(M01, encoding="utf-8")
    assert CliRunner().invoke(app, ["check", str(ledger)]).output.endswith("my.toml: ok\n")


def test_a_folder_of_other_results_is_not_written_into(ledger, tmp_path):
    for text, words in (('{"kind": "batch", "schema_version": 2}', r"another kind \(batch, not claims\)"),
                        ('{"kind": "claims", "schema_version": 1}', "inkspot 0.2, which cannot be read any more"),
                        ("no json", "damaged")):  # fmt: skip
        (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
        with pytest.raises(StoreError, match=words):
            judge_claims(load_ledger(ledger), Extent(seeds=2), tmp_path)


def test_a_damaged_table_is_told_and_fresh_replaces_it(ledger, tmp_path):
    claims = {"M01": load_ledger(ledger)["M01"]}
    judge_claims(claims, Extent(seeds=2), tmp_path)
    (tmp_path / "measured.parquet").write_bytes(b"damaged")
    with pytest.raises(StoreError, match="--fresh"):
        judge_claims(claims, Extent(seeds=2), tmp_path)
    assert judge_claims(claims, Extent(seeds=2), tmp_path, fresh=True).judgements["M01"].findings[0].pairs == 2


def test_values_of_another_version_of_the_model_are_refused_with_what_to_do(ledger, tmp_path):
    claims = {"M01": load_ledger(ledger)["M01"]}
    judge_claims(claims, Extent(seeds=2), tmp_path)
    write_manifest(tmp_path, read_manifest(tmp_path) | {"model_version": "older"})
    with pytest.raises(StoreError, match=r"another version of the model: choose another --out, or add --fresh"):
        judge_claims(claims, Extent(seeds=2), tmp_path)


def test_fewer_values_than_a_run_must_have_are_an_error(ledger, tmp_path):
    claims = {"M01": load_ledger(ledger)["M01"]}
    judge_claims(claims, Extent(seeds=2), tmp_path)
    path = tmp_path / "measured.parquet"
    pq.write_table(pq.read_table(path).slice(1), path)
    list_files(tmp_path, tmp_path.glob("*.parquet"))  # so that only the number of rows can tell
    with pytest.raises(StoreError, match=r"measured of run .* has 0 rows and 1 were stored"):
        judge_claims(claims, Extent(seeds=2), tmp_path)
