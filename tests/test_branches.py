"""A branch of a run: the same luck and the same past up to a week, then another policy or other values, to the bit."""

import pickle
import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

import model
from model import Simulation, load_scenario
from model.scenario import ScenarioError, check_file, json_schema
from model.scenario.branches import AT_START
from model.scenario.declarations import declarations

WEEKS = 30
CASES = (("synthetic_plane", "core_only", 1), ("synthetic_plane", "comprehensive", 17), ("levant_2014", None, 8))


def composed(scenario="synthetic_plane", policy="core_only", **overrides):
    return load_scenario(scenario, policy, {"weeks": WEEKS} | overrides)


def ran(scenario="synthetic_plane", policy="core_only", seed=3, **overrides):
    return Simulation(composed(scenario, policy, **overrides), seed).run()


def branched(week=10, policy="sever_links", **changes):
    then = {"branch.policy": policy} if policy else {}
    return {"branch.start": week} | then | {f"branch.{key}": value for key, value in changes.items()}


def same(one, two):
    assert np.array_equal(one.rows, two.rows)
    assert np.array_equal(one.organisation_rows, two.organisation_rows)
    assert np.array_equal(one.country_rows, two.country_rows)
    assert np.array_equal(one.cell_control, two.cell_control, equal_nan=True)
    assert one.event_list == two.event_list
    assert one.organisation_names == two.organisation_names


@pytest.mark.parametrize(("scenario", "policy", "week"), CASES)
def test_a_branch_that_changes_nothing_is_the_run_that_never_stopped(scenario, policy, week):
    same(ran(scenario, policy), ran(scenario, policy, **branched(week, policy=None)))


@pytest.mark.parametrize(("scenario", "policy", "week"), CASES)
def test_a_saved_run_goes_on_as_if_it_had_never_stopped_and_turns_into_the_branch(scenario, policy, week):
    whole = composed(scenario, policy)
    then = composed(scenario, policy, **branched(week, **{"territory.growth": 0.3}))
    simulation = Simulation(whole, 3)
    for _ in range(week):
        simulation.step()
    kept = pickle.dumps(simulation)
    same(pickle.loads(kept).run(), ran(scenario, policy))
    other = pickle.loads(kept)
    other.turn(then.later)
    same(other.run(), Simulation(then, 3).run())


def test_the_past_is_the_same_and_the_future_is_not():
    one, two = ran(), ran(**branched(10))
    assert np.array_equal(one.rows[:11], two.rows[:11])
    assert not np.array_equal(one.rows[11], two.rows[11])
    past = [event for event in one.event_list if event.week < 10]
    assert past == [event for event in two.event_list if event.week < 10]


def test_costs_are_those_of_the_first_policy_up_to_the_week_and_of_the_second_after_it():
    then = ran(policy="sever_links").series["effort_spent"].to_numpy()
    none = ran(policy="no_intervention", **branched(10)).series["effort_spent"].to_numpy()
    assert not none[1:11].any()
    assert none[11:].all()
    assert abs(none.sum() - then[11:].sum()) < 0.05 * then.sum()  # what allies bring depends a little on the past
    stopped = ran(**branched(10, policy="no_intervention")).series["effort_spent"].to_numpy()
    assert stopped[1:11].all()
    assert not stopped[11:].any()


def test_a_date_is_the_week_in_which_it_falls():
    start = composed().start
    day = composed(**branched(start + timedelta(days=73)))
    assert day.branch.start == 10
    assert day.digest == composed(**branched(10)).digest
    assert isinstance(start, date)


def test_a_branch_has_a_title_a_name_and_a_digest_of_its_own():
    plain, one, two = composed(), composed(**branched(10)), composed(**branched(10, **{"territory.growth": 0.3}))
    assert len({each.digest for each in (plain, one, two)}) == 3
    assert len({each.plan for each in (plain, one, two)}) == 3
    day = f"{plain.start + timedelta(weeks=10):%-d %B %Y}"
    assert one.turn == f"from {day}: {one.branch.policy.title}"
    assert two.turn.endswith("1 value changed")
    assert plain.turn == ""
    assert plain.plan == "core_only"
    assert plain.later is plain


def test_a_phase_waits_from_the_week_of_the_branch_on_and_one_of_both_policies_waits_on():
    wait = {"effort": {"strike_core": 0.5}, "when": "pledge", "delay": 2}
    first = {"policy.phases.waits": wait}
    pledged = [event.week for event in ran(policy="no_intervention", **first).event_list if event.kind == "pledge"]
    week = pledged[0] + 6
    overrides = first | {f"branch.{key}": value for key, value in first.items()} | {"branch.start": week}
    overrides["branch.policy.extends"] = "no_intervention"
    same(ran(policy="no_intervention", **first), ran(policy="no_intervention", **overrides))


def test_every_switch_and_every_parameter_that_may_change_can_change_in_mid_run():
    declared = declarations()
    flipped = {f"mechanisms.{name}": not each.value for name, each in declared.mechanisms.items() if not each.options}
    flipped |= {f"rivals.{name}": True for name in declared.rivals}
    names = [f"{family}.{name}" for family, each in declared.parameters.items() for name in each]
    moved = {name: declared.parameters[name.partition(".")[0]][name.partition(".")[2]].high for name in names
             if name not in AT_START and not name.startswith("theatre.")}  # fmt: skip
    one = ran()
    for changes in (flipped, moved):
        two = ran(**branched(10, policy=None, **changes))
        assert np.array_equal(one.rows[:11], two.rows[:11])
        assert not np.array_equal(one.rows, two.rows)


def test_parameters_that_are_used_only_at_the_start_are_exactly_those_refused():
    """A parameter whose name stands in no code but that of the start and of the map has no effect later."""
    root = Path(model.__file__).parent
    files = [path for path in root.rglob("*.py") if "scenario" not in path.parts and path.name != "odd.py"]
    at_start = (root / "state" / "start.py").read_text()
    later = " ".join(path.read_text() for path in files if path.name != "start.py" and "theatre" not in path.parts)
    # what founding a group in mid-run reads by a function of the start
    called = at_start[at_start.index("def local_activity") : at_start.index("def _hub_camp")]
    names = {f"{family}.{name}" for family, each in declarations().parameters.items() for name in each}
    unread = {
        name for name in names
        if not re.search(rf"\b{name.partition('.')[2]}\b", later) and not re.search(rf"\b{name.partition('.')[2]}\b", called)
    }  # fmt: skip
    core = {name for name in names if name.startswith("core.effort_")}  # built with an f-string
    assert {name for name in unread | core if not name.startswith("theatre.")} | {"reporting.cohort_week"} == {
        name for name in AT_START if name != "theatre.*"
    }


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"branch.start": WEEKS}, "a week from 0 to 29, got 30"),
        ({"branch.policy": "sever_links"}, "missing `start`"),
        ({"branch.start": 5, "branch.policy": "sever_lnks"}, "did you mean `sever_links`?"),
        ({"branch.start": 5, "branch.groups.x.conviction": 0.3}, "branch.groups: cannot change in mid-run"),
        ({"branch.start": 5, "branch.resolution": 1.0}, "branch.resolution: cannot change in mid-run"),
        ({"branch.start": 5, "branch.attitudes.start_support": 0.1}, "it is used only when a run starts"),
        ({"branch.start": 5, "branch.territory.growth": 99.0}, "branch.parameters.territory.growth: must be 0.1 to 0.8"),
        ({"branch.start": 5, "branch.theatre.sector_km": 200.0}, "it is used only when a run starts"),
        ({"branch.start": 20, "branch.policy.extends": "no_intervention",
          "branch.policy.phases.x": {"effort": {"sever_links": 0.5}, "end": 12}}, "reaches beyond"),
        ({"branch.start": 5, "branch.policy.extends": "core_only",
          "branch.policy.phases.x": {"effort": {"sever_links": 0.9}}}, "must add up to at most 1"),
    ],
)  # fmt: skip
def test_what_cannot_change_in_mid_run_is_refused_in_words(overrides, words):
    with pytest.raises(ScenarioError) as caught:
        composed(**overrides)
    assert words in str(caught.value)


def test_a_file_may_hold_a_branch_and_all_that_is_wrong_with_it_is_told(tmp_path):
    path = tmp_path / "mine.toml"
    head = '[scenario]\nextends = "synthetic_plane"\nname = "mine"\ntitle = "Mine"\nquestion = "?"\nweeks = 30\n'
    path.write_text(
        head + '[branch]\nstart = 10\npolicy = "sever_links"\n[branch.parameters.territory]\ngrowth = 0.3\n'
    )
    assert not check_file(path)
    found = load_scenario(path)
    assert found.branch.start == 10
    assert found.branch.parameters == {"territory": {"growth": 0.3}}
    path.write_text(head + '[branch]\nstart = 99\npolicy = "sever_links"\n')
    assert "must be a date" in check_file(path)[0].message
    path.write_text(
        head + '[branch]\nstart = 9\npolicy = "sver_links"\n[branch.groups]\nx = 1\n[branch.rivals]\ny = true\n'
    )
    assert len(check_file(path)) == 3


def test_editors_know_the_table():
    branch = json_schema()["properties"]["branch"]["properties"]
    assert sorted(branch) == ["mechanisms", "parameters", "policy", "rivals", "start"]
