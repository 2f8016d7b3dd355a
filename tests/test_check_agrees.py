"""`check` and the programs agree: of each file of a corpus, good and bad, `check` says good exactly if it runs."""

import pytest

from experiments.app.lesson import FOLDER as LESSONS
from experiments.app.lesson import load_lesson
from experiments.batch.engine import outcome_of, task_of
from experiments.batch.run import Run
from experiments.batch.settings import parse_settings
from experiments.cli.check import file_problems
from experiments.sweep import sweep
from experiments.sweep.design_file import load_design
from model.scenario import ScenarioError, load_scenario

PLANE = '[scenario]\nname = "mine"\nextends = "synthetic_plane"\nweeks = 3\n'
REGION = '[scenario]\nname = "mine"\nextends = "levant_2014"\nresolution = 1.0\nweeks = 3\npolicy = "no_intervention"\n'
ANTARCTICA = """
[governments.ATA]
name = "Antarctica"
capital = [-80.0, 0.0]
population = 1.0
forces_per_1000 = 1.0
government_effectiveness = 0.0
political_stability = 0.0
rule_of_law = 0.0
control_of_corruption = 0.0
sunni_share = 0.5
"""
EVENT = '[timeline.x]\nkind = "prestige"\ntarget = "core"\namount = 0.1\nmeaning = "made up"\ndate = {}\n'
SCENARIOS = {  # what is in a file, and whether it is good
    "as it stands": (PLANE, True),
    "with a byte-order mark": ("\ufeff" + PLANE, True),
    "with the ends of lines of Windows": (PLANE.replace("\n", "\r\n"), True),
    "on the real map": (REGION, True),
    "a government of a plane, whose stripe takes a group's land": (PLANE + ANTARCTICA, False),
    "a government of a plane, and groups where they have land": (
        PLANE + ANTARCTICA + '[groups.east]\ncountry = "ATA"\n',
        True,
    ),
    "two islands, a core in the water": (PLANE + 'theatre = "islands"\nresolution = 1.0\n', None),
    "a country that is not on the map": (REGION + ANTARCTICA, False),
    "a group in a country that there is not": (REGION + '[groups.boko_haram]\ncountry = "XXX"\n', False),
    "a group in the sea": (REGION + "[groups.boko_haram]\nlat = 0.0\nlon = -30.0\n", False),
    "a town in the wrong country": (REGION + '[towns.x]\nlat = 36.3\nlon = 43.1\ncountry = "NGA"\nheld = []\n', False),
    "an event in the run": (PLANE + EVENT.format("2014-08-10"), True),
    "an event before the run": (PLANE + EVENT.format("2010-01-01"), None),
    "an event after the run": (PLANE + EVENT.format("2015-12-01"), None),
    "a start of its own": (PLANE + "start = 2014-07-01\n", True),
    "a start that is text": (PLANE + 'start = "2014-07-01"\n', False),
    "a start with an hour": (PLANE + "start = 2014-07-01T12:00:00\n", False),
    "a policy that begins after the run": (REGION.replace("no_intervention", "core_only"), False),
    "a branch in the run": (PLANE + '[branch]\nstart = 2\n[branch.policy]\nextends = "sever_links"\n', True),
    "a branch after the run": (PLANE + "[branch]\nstart = 2015-12-01\n", False),
    "no week": (PLANE.replace("weeks = 3", "weeks = 0"), False),
    "a parent that there is not": (PLANE.replace("synthetic_plane", "synthetic_plan"), False),
    "no TOML": (PLANE + "[", False),
    "nothing": ("", False),
}


def runs(run):
    outcome = outcome_of(task_of(run, len_of_rows))
    return outcome.status == "done"


def len_of_rows(result):
    return len(result.rows)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_is_good_exactly_if_it_runs(name, tmp_path):
    text, good = SCENARIOS[name]
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8", newline="")
    checked = file_problems(str(path)) == []
    assert checked == runs(Run(str(path)))
    assert good in (checked, None)


HEAD = '[policy]\nname = "mine"\ntitle = "Mine"\nmeaning = "made up"\n'
PHASE = '[phases.a]\nmeaning = "made up"\n{}effort = {{ {} }}\n'
POLICIES = {
    "one phase": (HEAD + PHASE.format("", "strike_core = 0.5"), True),
    "with a byte-order mark": ("\ufeff" + HEAD + PHASE.format("", "strike_core = 0.5"), True),
    "no phase": (HEAD, True),
    "a phase after every run": (HEAD + PHASE.format("start = 2035-01-01\n", "strike_core = 0.5"), False),
    "an end before the start": (
        HEAD + PHASE.format("start = 2015-01-01\nend = 2014-01-01\n", "strike_core = 0.5"),
        False,
    ),
    "an end that is text": (HEAD + PHASE.format('end = "2015-01-01"\n', "strike_core = 0.5"), False),
    "a target that no scenario has": (HEAD + PHASE.format("", "strike_provinces.nobody = 0.2"), False),
    "too much effort": (HEAD + PHASE.format("", "strike_core = 0.8, sever_links = 0.3"), False),
    "a lever that there is not": (HEAD + PHASE.format("", "strike_coer = 0.5"), False),
}


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_is_good_exactly_if_it_runs_in_the_scenario_that_is_run_by_default(name, tmp_path):
    text, good = POLICIES[name]
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    checked = file_problems(str(path)) == []
    try:
        load_scenario("levant_2014", path)
        ran = True
    except ScenarioError:
        ran = False
    assert (checked, ran) == (good, good)
    assert runs(Run("synthetic_plane", str(path), {"weeks": 30})) == good


def test_a_policy_for_a_scenario_beside_it_is_good(tmp_path):
    policy = tmp_path / "policy.toml"
    policy.write_text(HEAD + PHASE.format("", "strike_provinces.nobody = 0.2"))
    assert "this policy runs in no scenario, neither shipped nor beside it" in file_problems(str(policy))[0].message
    west = load_scenario("synthetic_plane").groups["west"].model_dump(mode="json", exclude_none=True)
    assert west
    (tmp_path / "scenario.toml").write_text(PLANE + '[groups.nobody]\nextends = "west"\n')
    policy.write_text(HEAD + PHASE.format("", "strike_provinces.west = 0.2"))
    assert file_problems(str(policy)) == []  # a group of the plane, which the default scenario does not have
    assert runs(Run("synthetic_plane", str(policy), {"weeks": 3}))


LESSON = (LESSONS / "after_the_fall.toml").read_text(encoding="utf-8")
LESSONS_TRIED = {
    **{path.stem: (path.read_text(encoding="utf-8"), True) for path in sorted(LESSONS.glob("*.toml"))},
    "with a byte-order mark": ("\ufeff" + LESSON, True),
    "without its challenge": (LESSON[: LESSON.index("[challenge]")], False),
    "with a scenario that there is not": (LESSON.replace('scenario = "', 'scenario = "no_', 1), False),
    "cut in the middle": (LESSON[: len(LESSON) // 2] + "\n[", False),
}


@pytest.mark.parametrize("name", LESSONS_TRIED)
def test_a_lesson_is_good_exactly_if_the_page_opens_it(name, tmp_path):
    text, good = LESSONS_TRIED[name]
    path = tmp_path / "lesson.toml"
    path.write_text(text, encoding="utf-8")
    try:
        load_lesson(path)
        opened = True
    except ScenarioError:
        opened = False
    assert (file_problems(str(path)) == [], opened) == (good, good)


DESIGN = '[design]\ntitle = "Mine"\nscenarios = ["synthetic_plane"]\npolicies = ["core_only"]\nweeks = 3\n'
DESIGNS = {
    "as it stands": (DESIGN, True),
    "with a byte-order mark": ("\ufeff" + DESIGN, True),
    "settings with a date": (DESIGN + "[settings]\nstart = 2014-08-05\n", True),
    "settings with a date as text": (DESIGN + '[settings]\nstart = "2014-08-05"\n', False),
    "a branch by settings": (DESIGN + "[settings]\nbranch.start = 2014-08-11\n", True),
    "a branch after the run": (DESIGN + "[settings]\nbranch.start = 2015-08-11\n", False),
    "a policy that begins after these weeks": (DESIGN.replace("synthetic_plane", "levant_2014"), True),  # a short trial
    "outcomes after the run": (DESIGN + "at = [9]\n", False),
    "a seed twice": (DESIGN + "seeds = [1, 1]\n", False),
    "listed seeds, weeks, an end": (DESIGN + 'seeds = [4]\nat = [2]\nstop = ["deaths > 1e9"]\n', True),
    "a condition that is none": (DESIGN + 'stop = ["deaths"]\n', False),
    "a model that there is not": (DESIGN + 'model = "no_module:None"\n', False),
}


@pytest.mark.parametrize("name", DESIGNS)
def test_a_design_is_good_exactly_if_it_runs(name, tmp_path):
    text, good = DESIGNS[name]
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    try:
        ran = bool((sweep(load_design(path), tmp_path / "out").runs()["status"] == "done").all())
    except ScenarioError:
        ran = False
    assert (file_problems(str(path)) == [], ran) == (good, good)


SETTINGS = {
    "start=2014-08-05": True,
    "branch.start=2014-08-11": True,
    "branch.start=2": True,
    "timeline.x.date=2014-08-11": False,
    "start=2014-13-45": False,
    "start='2014-08-05'": False,
    "branch.start=2016-08-11": False,
    "policy.phases.air_campaign.start=2014-08-10": True,
    "policy.phases.air_campaign.end=2014-08-01": False,
}


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_date_given_by_set_does_what_the_same_date_in_a_file_does(setting, tmp_path):
    key, _, value = setting.partition("=")
    table, _, name = key.rpartition(".")
    if table.startswith("policy."):
        written, policy = (
            HEAD + f'extends = "core_only"\n[{table.removeprefix("policy.")}]\n{name} = {value}\n',
            "mine.toml",
        )
        (tmp_path / policy).write_text(written, encoding="utf-8")
        file, run = tmp_path / policy, Run("synthetic_plane", str(tmp_path / policy), {"weeks": 3})
    else:
        file = tmp_path / "mine.toml"
        file.write_text(PLANE + (f"[{table}]\n" if table else "") + f"{name} = {value}\n", encoding="utf-8")
        run = Run(str(file), "core_only")
    given = Run("synthetic_plane", "core_only", parse_settings([setting]) | {"weeks": 3})
    assert runs(given) == runs(run) == SETTINGS[setting]
    assert (file_problems(str(file)) == []) == SETTINGS[setting]
