"""The tables of RESULTS, and verdicts with few and many seeds side by side, from made-up verdicts."""

import pandas as pd
import pytest
from made_up_claims import VERDICTS, build

from experiments.batch.errors import StoreError
from experiments.claims import summary
from experiments.claims.plan import Extent
from experiments.claims.stability import compared, words
from experiments.claims.tables import write_tables
from experiments.claims.verdicts import decisive
from model import odd


@pytest.fixture
def folder(tmp_path):
    write_tables(build().judgements, Extent(), tmp_path)
    return tmp_path


def test_the_tables_of_results_are_those_of_the_kept_verdicts():
    text = summary.DOCUMENT.read_text(encoding="utf-8")
    assert not odd.changes(text, summary.renewed(text)), "python -m experiments.claims.summary renews them"
    assert sorted(odd.marked(text)) == sorted(summary.tables())


def test_tables_say_verdict_effect_pairs_rivals_and_draws_of_every_claim(folder, tmp_path):
    kept = tmp_path / "kept.csv"
    summary.keep(folder).to_csv(kept, index=False)
    tables = summary.tables(kept)
    lines = {line.split()[1]: line for line in tables["claims"].splitlines()[2:]}
    assert list(lines) == list(VERDICTS)
    for name, judgement in build().judgements.items():
        cells = [cell.strip() for cell in lines[name].strip("|").split(" | ")]
        finding = judgement.findings[decisive(judgement.findings)]
        assert cells[1] == VERDICTS[name] == judgement.verdict
        assert cells[2].startswith(finding.name)
        assert cells[5] == str(finding.pairs)
        assert cells[7].split(" of ")[0] == str(judgement.draws[decisive(judgement.findings)].holds)
    assert "supported: sovereign subordinates" in lines["C01"] or "undetermined: sovereign subordinates" in lines["C01"]
    all_of_them = tables["verdicts"].splitlines()[-1]
    counted = [str(list(VERDICTS.values()).count(verdict)) for verdict in summary.ORDER]
    assert all_of_them == f"| all | {' | '.join(counted)} | {len(VERDICTS)} |"


def test_a_table_changes_with_the_kept_verdicts_and_nothing_kept_is_said(folder, tmp_path):
    kept = tmp_path / "kept.csv"
    assert summary.tables(kept)["claims"] == summary.NONE
    frame = summary.keep(folder)
    frame.to_csv(kept, index=False)
    before = summary.tables(kept)["verdicts"]
    frame.loc[frame["claim"] == "C02", "claim_verdict"] = "negligible"
    frame.to_csv(kept, index=False)
    assert summary.tables(kept)["verdicts"] != before


def verdicts_of(folder, verdicts):
    folder.mkdir()
    rows = [
        {"claim": name, "title": "t", "condition": condition, "claim_verdict": verdict, "pairs": pairs}
        for name, verdict in verdicts.items() for condition, pairs in (("stated", 16), ("stated", 12), ("rival:x", 4))
    ]  # fmt: skip
    pd.DataFrame(rows).to_csv(folder / "verdicts.csv", index=False)
    return folder


def test_only_a_change_between_decided_verdicts_is_a_flip(tmp_path):
    fewer = {"C01": "supported", "C02": "undetermined", "C03": "negligible", "C04": "supported", "C05": "contradicted"}
    more = {"C01": "supported", "C02": "supported", "C03": "supported", "C04": "undetermined", "C06": "supported"}
    found = compared(verdicts_of(tmp_path / "fewer", fewer), verdicts_of(tmp_path / "more", more))
    assert dict(zip(found["claim"], found["flip"], strict=True)) == {"C02": "", "C03": "yes", "C04": ""}
    assert set(found["fewer pairs"]) == {12}  # of the outcome that has fewest, as stated
    assert words(found, 4).startswith("Of 4 claims 3 have another verdict with more seeds; 1 flip (C03)")


def test_verdicts_that_were_changed_since_they_were_written_are_compared_with_nothing(folder, tmp_path):
    assert compared(folder, folder).empty
    text = (folder / "verdicts.csv").read_text()
    (folder / "verdicts.csv").write_text(text.replace("supported", "undetermined"))
    with pytest.raises(StoreError, match=r"verdicts.csv is damaged"):
        compared(folder, folder)
