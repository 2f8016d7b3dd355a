"""The ledger's file: what may be written, what every mistake says, and how a claim becomes runs."""

from pathlib import Path

import pytest

from experiments.batch.errors import UserError
from experiments.claims.arms import STATED, Condition, Recipe, requested, run_hash
from experiments.claims.ledger import is_ledger, ledger_problems, load_ledger
from experiments.claims.plan import Extent, Plan
from experiments.points.draws import BLOCK, NUMERICAL, drawn, drawn_parameters
from model.scenario import list_scenarios, load_scenario
from model.scenario.declarations import declarations
from model.scenario.problems import ScenarioError

SOUND = {
    "title": '"Fear pays"',
    "statement": '"A feared core holds more."',
    "mechanisms": '["attitudes.fear"]',
    "scenario": '"synthetic_plane"',
    "weeks": "20",
    "seeds": "3",
    "treatment": '{ "mechanisms.attitudes.fear" = false }',
    "control": "{}",
    "rivals": '["lost_tips"]',
}
OUTCOME = {"measure": '"people_core"', "expected": '"lower"'}


def text(claim=None, outcome=None, name="C56", more=""):
    """A ledger of one claim: the sound one with other keys (None: without that key)."""
    keys = {key: value for key, value in (SOUND | (claim or {})).items() if value is not None}
    inner = {key: value for key, value in (OUTCOME | (outcome or {})).items() if value is not None}
    lines = [f"[{name}]", *(f"{key} = {value}" for key, value in keys.items()), more, f"[[{name}.outcomes]]"]
    return "\n".join([*lines, *(f"{key} = {value}" for key, value in inner.items())]) + "\n"


def written(tmp_path, content):
    path = tmp_path / "my.toml"
    path.write_text(content, encoding="utf-8")
    return path


def loaded(tmp_path, **parts):
    return load_ledger(written(tmp_path, text(**parts)))["C56"]


def test_a_claim_is_a_table_and_no_code(tmp_path):
    claim = loaded(tmp_path)
    assert claim.used_arms == ["treatment", "control"]
    assert claim.weights(claim.outcomes[0]) == {"treatment": 1.0, "control": -1.0}
    assert requested(claim, "treatment", STATED) == (None, {"mechanisms.attitudes.fear": False})


MISTAKES = [
    ({"claim": {"mechanisms": '["attitudes.feer"]'}}, "[C56] mechanisms", "attitudes.feer", "did you mean `attitudes.fear`"),
    ({"claim": {"rivals": '["lost_tip"]'}}, "[C56] rivals", "lost_tip", "did you mean `lost_tips`"),
    ({"claim": {"switch": '"rivals.lost_tip"'}}, "[C56] switch", "rivals.lost_tip", "did you mean `rivals.lost_tips`"),
    ({"claim": {"tresatment": "{}"}}, "[C56] tresatment", "unknown key", "did you mean `treatment`"),
    ({"claim": {"weeks": None}}, "[C56]", "missing `weeks`", ""),
    ({"claim": {"weeks": '"long"'}}, "[C56] weeks", '"long"', "a whole number from 1 to 2600"),
    ({"claim": {"weeks": "0"}}, "[C56] weeks", "got 0", "1 to 2600"),
    ({"claim": {"seeds": "1"}}, "[C56] seeds", "got 1", "2 to 10000"),
    ({"claim": {"title": "7"}}, "[C56] title", "got 7", "text"),
    ({"claim": {"mechanisms": "[3]"}}, "[C56] mechanisms[0]", "got 3", "string"),
    ({"claim": {"scenario": '"synthetic_plain"'}}, "[C56] scenario", "synthetic_plain", "did you mean `synthetic_plane`"),
    ({"claim": {"policy": '"sever_link"'}}, "[C56] policy", "sever_link", "did you mean `sever_links`"),
    ({"claim": {"treatment": '{ "policy" = "sever_link" }'}}, "[C56] treatment", "sever_link", "`sever_links`"),
    ({"claim": {"treatment": '{ "policy" = 3 }'}}, "[C56] treatment.policy", "got 3", "the name of a policy"),
    ({"claim": {"treatment": '{ "core.prestige" = 2.0 }'}}, "[C56] treatment", "got 2.0", "0 to 1"),
    ({"claim": {"treatment": '{ "weeks" = 10 }'}}, "[C56] treatment.weeks", "the claim's horizon", ""),
    ({"claim": {"settings": '{ "territory.grwth" = 0.4 }'}}, "[C56] settings", "grwth", "did you mean `growth`"),
    ({"claim": {"treatment": '{ "mechanisms.attitudes.feer" = false }'}}, "[C56] treatment", "feer", "`attitudes.fear`"),
    ({"claim": {"arms": "{ spare = {} }"}}, "[C56] spare", "no outcome uses this arm", ""),
    ({"outcome": {"expected": '"loewr"'}}, "outcomes[0].expected", '"loewr"', "lower, higher, equal"),
    ({"outcome": {"expected": '"equal"'}}, "outcomes[0]", "needs `margin`", ""),
    ({"outcome": {"margin": "2.0"}}, "outcomes[0]", "`margin` goes with", ""),
    ({"outcome": {"expected": '"interior_maximum"'}}, "outcomes[0]", "needs `arms`, 3 or more", ""),
    ({"outcome": {"expected": '"trade_off"', "arms": '["treatment", "control", "x"]'}}, "outcomes[0]", "`second`", ""),
    ({"outcome": {"arms": '["treatment", "control"]'}}, "outcomes[0]", "use `contrast`", ""),
    ({"outcome": {"contrast": "{ treatment = 1, controll = -1 }"}}, "contrast", "controll", "did you mean `control`"),
    ({"outcome": {"contrast": '{ treatment = "x" }'}}, "contrast.treatment", "'x'", "number"),
    ({"outcome": {"mesure": '"pledges"'}}, "outcomes[0].mesure", "unknown key", "did you mean `measure`"),
    ({"outcome": {"measure": None}}, "outcomes[0]", "missing `measure`", ""),
    ({"outcome": {"measure": '"pledge"'}}, "outcomes[0].measure", '"pledge"', "did you mean `pledges`"),
    ({"outcome": {"measure": "3"}}, "outcomes[0].measure", "got 3", "the name of an outcome or a table"),
    ({"outcome": {"measure": '{ sries = "pledges" }'}}, "outcomes[0].measure", "sries", "exactly one of"),
    ({"outcome": {"measure": '{ series = "pledges", spots = "number" }'}}, "measure", "`series`, `spots`", "exactly one of"),
    ({"outcome": {"measure": '{ series = "pledges", by = "median" }'}}, "measure", '"median"', "'mean'"),
    ({"outcome": {"measure": '{ series = "pledges", over = "sum" }'}}, "measure", "unknown key `over`", "allowed"),
    ({"outcome": {"measure": '{ series = "pledges", from = 9, to = 3 }'}}, "measure", "9 to 3", "before `from`"),
    ({"outcome": {"measure": '{ series = "pledges", to = 30 }'}}, "measure", "names week 30", "ends in week 20"),
    ({"outcome": {"measure": '{ organisations = "fighter" }'}}, "measure", '"fighter"', "did you mean `fighters`"),
    ({"outcome": {"measure": '{ organisations = "fighters", of = ["eastt"] }'}}, "measure", '"eastt"', "mean `east`?"),
    ({"outcome": {"measure": '{ organisations = "fighters", of = "province" }'}}, "measure", '"province"', "`provinces`"),
    ({"outcome": {"measure": '{ countries = "legitimacy", of = ["XXX"] }'}}, "measure", '"XXX"', "does not have"),
    ({"outcome": {"measure": '{ events = "pledges" }'}}, "measure", '"pledges"', "did you mean `pledge`"),
    ({"outcome": {"measure": '{ correlation = ["conviction", "fighters"] }'}}, "measure", '"fighters"', '"start fighters"'),
    ({"outcome": {"measure": '{ correlation = ["convicton", "pledge_week"] }'}}, "measure", "convicton", "`conviction`"),
    ({"outcome": {"measure": '{ slope = ["conviction"] }'}}, "measure", "slope", "at least 2"),
    ({"outcome": {"measure": '{ ratio = ["pledges", "refusal"] }'}}, "measure", '"refusal"', "did you mean `refusals`"),
    ({"outcome": {"measure": '{ log = { log = "pledge" } }'}}, "measure", '"pledge"', "did you mean `pledges`"),
    ({"name": "claim_fear"}, "[claim_fear]", "letters and a number", ""),
]  # fmt: skip


@pytest.mark.parametrize(("mistake", "place", "met", "remedy"), MISTAKES)
def test_every_mistake_is_told_with_file_claim_key_value_and_remedy(tmp_path, mistake, place, met, remedy):
    path = written(tmp_path, text(**mistake))
    with pytest.raises(ScenarioError) as raised:
        load_ledger(path)
    (problem,) = raised.value.problems
    assert str(problem).startswith(f"{path}, [")
    for words in (place, met, remedy):
        assert words in str(problem)


def test_all_mistakes_are_told_at_once(tmp_path):
    content = text({"weeks": "0"}) + text({"rivals": '["lost_tip"]'}, name="C57")
    assert len(ledger_problems(written(tmp_path, content))) == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [("", "is empty"), ("[C01\n", "broken TOML"), ("C01 = 3\n", "a claim is a table"), (b"\xff", "not UTF-8")],
)
def test_a_file_that_is_no_ledger_is_told_so(tmp_path, content, words):
    path = tmp_path / "my.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ScenarioError, match=words):
        load_ledger(path)


def test_a_missing_ledger_and_an_unknown_claim_are_told_in_one_line(tmp_path):
    with pytest.raises(UserError, match="cannot read the ledger"):
        load_ledger(tmp_path / "none.toml")
    with pytest.raises(UserError, match="there is no claim C65; did you mean C56"):
        load_ledger(written(tmp_path, text()), ["C65"])


def test_a_ledger_is_told_from_a_scenario(tmp_path):
    assert is_ledger(written(tmp_path, text()))
    assert not is_ledger(Path(load_scenario.__code__.co_filename))
    assert not is_ledger(written(tmp_path, "[scenario]\nname = 'x'\n"))


def test_an_arms_overrides_win_over_settings_and_these_over_draws(tmp_path):
    settings = '{ "territory.growth" = 0.3, "territory.clash" = 0.1 }'
    claim = loaded(tmp_path, claim={"settings": settings, "treatment": '{ "territory.growth" = 0.4 }'})
    _, overrides = requested(claim, "treatment", Condition(draw=0))
    assert (overrides["territory.growth"], overrides["territory.clash"]) == (0.4, 0.1)
    assert overrides["territory.resistance"] == drawn(0)["territory.resistance"]


def test_a_rival_finding_and_an_ablation_hold_in_all_arms(tmp_path):
    claim = loaded(tmp_path, claim={"control": '{ "mechanisms.attitudes.fear" = true }'})
    for arm in claim.all_arms:
        assert requested(claim, arm, Condition(rival="lost_tips"))[1]["rivals.lost_tips"] is True
        assert requested(claim, arm, Condition(off=True))[1]["mechanisms.attitudes.fear"] is False


def test_what_does_not_matter_to_a_run_does_not_change_its_hash_and_all_else_does(tmp_path):
    claim = loaded(tmp_path)
    same = loaded(tmp_path, claim={"weeks": "30", "title": '"Another"', "policy": '"no_intervention"'})
    default = load_scenario("synthetic_plane").policy.name
    same = same.model_copy(update={"policy": default})
    one = run_hash(Recipe(claim, "treatment", STATED, 0))
    assert run_hash(Recipe(same, "treatment", STATED, 0)) == one
    other = loaded(tmp_path, claim={"settings": '{ "territory.growth" = 0.4 }'})
    hashes = {one, *(run_hash(Recipe(claim, "treatment", STATED, seed)) for seed in (1, 2))}
    hashes |= {run_hash(Recipe(claim, "control", STATED, 0)), run_hash(Recipe(other, "treatment", STATED, 0))}
    hashes |= {run_hash(Recipe(claim, "treatment", Condition(draw=draw), 0)) for draw in (0, 1)}
    assert len(hashes) == 7


def test_runs_that_claims_share_are_made_once_as_long_as_the_longest_needs(tmp_path):
    content = text() + text({"weeks": "30"}, {"measure": '"pledges"'}, name="C57")
    plan = Plan(load_ledger(written(tmp_path, content)), Extent(seeds=3))
    tasks = plan.tasks(())
    assert len(tasks) == 6
    for task in tasks:
        assert task.run.overrides["weeks"] == 30
        assert {(measure.text, horizon) for measure, horizon in task.take.args[0]} == {
            ('{"series": "people_core"}', 20), ('{"series": "pledges"}', 30)
        }  # fmt: skip


def test_a_measure_of_the_map_gets_a_run_that_ends_when_it_is_taken(tmp_path):
    content = text(outcome={"measure": '{ spots = "number" }'}) + text({"weeks": "30"}, name="C57")
    tasks = Plan(load_ledger(written(tmp_path, content)), Extent(seeds=2)).tasks(())
    assert sorted(task.run.overrides["weeks"] for task in tasks) == [20] * 4 + [30] * 4


def test_only_what_is_missing_is_measured(tmp_path):
    plan = Plan(load_ledger(written(tmp_path, text())), Extent(seeds=3))
    known = [
        (task.columns["run_hash"], measure.text, horizon)
        for task in plan.tasks(())
        for measure, horizon in task.take.args[0]
    ]
    assert plan.tasks(known) == []
    assert [task.columns["run_hash"] for task in plan.tasks(known[1:])] == [known[0][0]]


def test_conditions_and_pairs_follow_the_extent(tmp_path):
    claim = loaded(tmp_path, outcome={"across": '"draws"'})
    assert [each.label for each in Extent().conditions(claim)] == ["stated"]
    conditions = Extent(rivals=True, off=True).conditions(claim)
    assert [each.label for each in conditions] == ["stated", "rival:lost_tips", "off"]
    pairs = Extent(seeds=2, draws=3).pairs(claim, claim.outcomes[0], conditions[1])
    assert [(condition.label, seed) for condition, seed in pairs] == [
        (f"rival:lost_tips draw:{k}", k) for k in range(3)
    ]


def test_draws_are_a_latin_hypercube_over_the_ranges():
    names = drawn_parameters()
    declared = declarations().parameters
    assert not any(name.startswith("theatre.") for name in names)
    assert not any(declared[family][key].source in NUMERICAL for family, key in (name.split(".") for name in names))
    points = [drawn(draw) for draw in range(BLOCK)]
    for name, (low, high) in names.items():
        values = [point[name] for point in points]
        middle = (low * high) ** 0.5 if low > 0 and high >= 10 * low else (low + high) / 2
        assert low <= min(values) < max(values) <= high
        assert sum(value < middle for value in values) == BLOCK // 2


@pytest.mark.parametrize("scenario", list_scenarios())
def test_draws_are_valid_in_every_scenario(scenario):
    for draw in (0, 1, BLOCK - 1, BLOCK):
        overrides = dict(drawn(draw))
        composed = load_scenario(scenario, overrides=overrides)
        assert composed.parameters["territory"]["growth"] == overrides["territory.growth"]
