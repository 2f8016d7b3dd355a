"""Rules of judgement in the ledger's head: what may be written, what holds, and what follows from them."""

from dataclasses import replace
from datetime import date

import pytest
from made_up_claims import build
from test_claims_ledger import loaded, text, written

from experiments.claims.arms import Condition, requested
from experiments.claims.ledger import is_ledger, ledger_problems, load_both, load_ledger, read_ledger
from experiments.claims.plan import Extent
from experiments.claims.rules import KINDS, Construction, LogEntry, Rules, Seeds
from experiments.claims.stored import told
from experiments.claims.tables import means_text, write_tables
from experiments.claims.verdicts import outcome_reason
from experiments.cli.names import studies
from experiments.measures.smallest import Smallest
from model.scenario.problems import ScenarioError

PEOPLE = '[rules.smallest]\n"people" = { relative = 0.2, reason = "a fifth" }\n'


def test_every_outcome_of_the_shipped_ledger_has_a_smallest_effect_with_a_reason_and_every_claim_a_kind_of_arms():
    for claim in read_ledger().values():
        assert claim.arms_kind in KINDS, claim.id
        assert set(claim.kinds) <= set(KINDS), claim.id
        for outcome in claim.outcomes:
            smallest = claim.smallest(outcome)
            assert smallest is not None, (claim.id, outcome.title)
            assert smallest.reason


def test_a_smallest_effect_is_the_larger_of_a_share_and_a_size():
    both = Smallest(relative=0.1, absolute=2.0, reason="r")
    assert [both.size(reference) for reference in (-50.0, 10.0, 0.0, float("nan"))] == [5.0, 2.0, 2.0, 2.0]
    assert Smallest(relative=0.1, reason="r").size(0.0) == 0.0


def test_an_outcomes_own_smallest_effect_wins_and_its_ledgers_wins_over_the_shipped_one(tmp_path):
    shipped = loaded(tmp_path)
    assert shipped.smallest(shipped.outcomes[0]).relative == 0.05
    ledgers = load_ledger(written(tmp_path, PEOPLE + text()))["C56"]
    assert ledgers.smallest(ledgers.outcomes[0]).relative == 0.2
    assert ledgers.rules.seeds == shipped.rules.seeds
    own = loaded(tmp_path, outcome={"smallest": '{ absolute = 7, reason = "seven" }'})
    assert own.smallest(own.outcomes[0]).absolute == 7


def test_the_looks_share_the_five_percent():
    seeds = Seeds(looks=[8, 16, 32, 64], reason="r")
    assert sum(seeds.share(each) for each in seeds.looks) == pytest.approx(1)
    assert [seeds.after(each) for each in (0, 8, 20, 64)] == [8, 16, 32, None]
    assert seeds.share(20) == 1.0


MISTAKES = [
    ('[rules.smallest]\n"people" = { relativ = 0.2, reason = "r" }\n', "relativ", "did you mean `relative`"),
    ('[rules.smallest]\n"people" = { relative = 0.2 }\n', "[rules] smallest.people", "missing `reason`"),
    ('[rules.smallest]\n"people" = { reason = "r" }\n', "[rules] smallest.people", "write `relative`"),
    ('[rules.seeds]\nlooks = [8, 8]\nreason = "r"\n', "[rules] seeds", "each larger than the one before"),
    ("[rules]\nsmalest = 3\n", "smalest", "did you mean `smallest`"),
    ('[[log]]\ndate = 2026-01-01\nclaim = "C57"\nchange = "c"\nreason = "r"\n', "C57", "did you mean `C56`"),
    ('[[log]]\ndate = 2026-01-01\nclaim = "C56"\nchange = "c"\n', "[log] [0]", "missing `reason`"),
    ("log = 3\n", "log", "must be a list of tables"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "place", "remedy"), MISTAKES)
def test_mistakes_in_the_head_are_told_with_place_and_remedy(tmp_path, head, place, remedy):
    (problem,) = ledger_problems(written(tmp_path, head + text()))
    assert place in str(problem)
    assert remedy in str(problem)


def test_a_logged_change_is_known_to_its_claim(tmp_path):
    head = '[[log]]\ndate = 2026-01-01\nclaim = "C56"\nchange = "Shorter."\nreason = "Seen."\n'
    path = written(tmp_path, head + text() + text(name="C57", claim={"title": '"Another"'}))
    assert is_ledger(path)
    claims = load_ledger(path)
    assert [entry.change for entry in claims["C56"].log] == ["Shorter."]
    assert claims["C57"].log == []
    assert [entry.claim for entry in load_ledger(ids=["R2"])["R2"].log] == ["R2"]


def test_rules_and_log_stand_in_the_head_only(tmp_path):
    (problem,) = ledger_problems(written(tmp_path, text({"rules": "{}"})))
    assert "stands in the ledger's head" in str(problem)


def test_arms_that_stand_instead_of_each_other_cost_the_same(tmp_path):
    half = '{ "policy.phases" = { campaign = { effort = { strike_core = 0.5 } } } }'
    whole = half.replace("0.5", "1.0")
    arms = {"treatment": half, "control": whole, "policy": '"no_intervention"'}
    (problem,) = ledger_problems(written(tmp_path, text(arms | {"arms_kind": '"instead"'})))
    assert "treatment spends 10.0 and control 20.0 weeks" in str(problem)
    assert ledger_problems(written(tmp_path, text(arms | {"arms_kind": '"on top"'}))) == []
    (problem,) = ledger_problems(written(tmp_path, text({"arms_kind": '"insted"'})))
    assert "instead" in str(problem)


def test_a_private_ledger_adds_to_the_shipped_one_and_a_clash_names_both(tmp_path):
    path = written(tmp_path, text(name="M01"))
    assert list(load_both(path, ["M01", "C01"])) == ["C01", "M01"]
    clash = written(tmp_path, text(name="C01"))
    with pytest.raises(ScenarioError) as raised:
        load_both(clash, ["C01"])
    assert str(clash) in str(raised.value)
    assert "experiments/claims/ledger.toml has a claim of this name too" in str(raised.value)


def test_describe_tells_kind_of_arms_smallest_effects_changes_and_the_newest_stored_verdict(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (entry,) = [each.build() for each in studies.claims() if each.name == "R2"]
    rows = dict(entry.rows)
    assert rows["arms differ"] == KINDS["by fiat"]
    assert rows["changed"].startswith("2026-11-26: Horizon moved")
    assert any("smallest relevant effect" in text for word, text in entry.rows if word == "outcome")
    assert "last verdict" not in rows
    folder = tmp_path / "results" / "claims" / "R2"
    folder.mkdir(parents=True)
    table = (
        "claim,condition,claim_verdict,pairs,outcome,verdict\nR2,rival:x,supported,8,people,supported\n"
        "R2,stated,negligible,16,people,negligible\n"
    )
    (folder / "verdicts.csv").write_text(table)
    (entry,) = [each.build() for each in studies.claims() if each.name == "R2"]
    assert dict(entry.rows)["last verdict"].startswith("negligible, 16 pairs")


def test_arms_that_wait_for_something_cost_the_same_if_they_spend_the_same_on_what_waits_for_the_same(tmp_path):
    def phases(before, after):
        return (
            f'{{ "policy.phases" = {{ core = {{ effort = {{ strike_core = {before} }} }}, '
            f'provinces = {{ when = "pledge", effort = {{ strike_provinces = {after} }} }} }} }}'
        )

    def found(first, second):
        arms = {"treatment": first, "control": second, "policy": '"no_intervention"', "arms_kind": '"instead"'}
        return ledger_problems(written(tmp_path, text(arms)))

    assert found(phases(0.5, 0.4), phases(0.5, 0.4)) == []
    (problem,) = found(phases(0.5, 0.4), phases(0.5, 0.2))
    assert "control spends 4.0 and treatment 8.0 weeks of it in what waits for pledge" in str(problem)
    assert len(found(phases(0.5, 0.4), phases(0.6, 0.3))) == 2


def test_an_outcome_may_have_arms_of_another_kind_and_only_those_that_stand_instead_must_cost_the_same(tmp_path):
    half = '{ "policy.phases" = { campaign = { effort = { strike_core = 0.5 } } } }'
    arms = {"treatment": half, "control": half.replace("0.5", "1.0"), "policy": '"no_intervention"'}
    on_top = arms | {"arms_kind": '"on top"'}
    assert loaded(tmp_path, claim=on_top).kinds == ["on top"]
    (problem,) = ledger_problems(written(tmp_path, text(on_top, {"arms_kind": '"instead"'})))
    assert "cost the same effort" in str(problem)
    assert load_ledger(ids=["C14"])["C14"].kinds == ["on top", "total cut"]


def test_a_channel_of_links_is_a_rival_finding_that_switches_it_off_and_others_are_refused(tmp_path):
    claim = loaded(tmp_path, claim={"rivals": '["lost_tips", "links.cohesion"]'})
    for rival, switch in (
        ("lost_tips", ("rivals.lost_tips", True)),
        ("links.cohesion", ("mechanisms.links.cohesion", False)),
    ):
        _, overrides = requested(claim, "treatment", Condition(rival=rival))
        assert switch in overrides.items()
    (problem,) = ledger_problems(written(tmp_path, text({"rivals": '["links.cohesin"]'})))
    assert "did you mean `links.cohesion`" in str(problem)
    (problem,) = ledger_problems(written(tmp_path, text({"channels": '["rivalry"]'})))
    assert "channels" in str(problem)


def test_a_stored_verdict_is_told_with_reasons_sizes_means_and_mark(tmp_path):
    folder = tmp_path / "claims"
    write_to = {name: each for name, each in build().judgements.items() if name == "C01"}
    write_to["C01"] = replace(write_to["C01"], by_construction="No other.")
    folder.mkdir()
    write_tables(write_to, Extent(), folder)
    said = told("C01", tmp_path)
    assert [word for word, _ in said] == ["last verdict", "found", "found", "by construction", "otherwise"]
    finding = write_to["C01"].findings[0]
    assert outcome_reason(finding) in said[1][1]
    assert f"means: {means_text(finding)}" in said[1][1]
    assert told("C02", tmp_path) == []


def test_what_an_own_ledger_rules_comes_first_and_the_other_fills_what_it_leaves_open():
    def small(size):
        return Smallest(absolute=size, reason="r")

    mine = Rules(smallest={"people": small(9.0)}, seeds=Seeds(looks=[4, 8], reason="r"))
    other = Rules(
        smallest={"people": small(1.0), "attacks": small(2.0)}, seeds=Seeds(looks=[2, 3], reason="r"),
        construction=Construction(draws=7),
    )  # fmt: skip
    both = mine.over(other)
    assert {unit: rule.absolute for unit, rule in both.smallest.items()} == {"people": 9.0, "attacks": 2.0}
    assert (both.seeds.looks, both.construction.draws) == ([4, 8], 7)
    assert Rules().over(other) == other
    assert Rules(construction=Construction(draws=5)).over(other).construction.draws == 5


@pytest.mark.parametrize("empty", ["claim", "change", "reason"])
def test_a_change_of_a_claim_is_logged_with_what_it_was_and_why(empty):
    entry = {"date": date(2015, 6, 1), "claim": "C01", "change": "later", "reason": "a slip of the pen"}
    assert LogEntry.model_validate(entry)
    if empty != "claim":
        with pytest.raises(ValueError, match="at least 1 character"):
            LogEntry.model_validate(entry | {empty: ""})
    with pytest.raises(ValueError, match="Field required"):
        LogEntry.model_validate({name: value for name, value in entry.items() if name != empty})
