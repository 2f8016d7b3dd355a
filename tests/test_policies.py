"""Policies with places and triggers: whose effort goes where, what phases wait for, and what effort buys there."""

from pathlib import Path

import numpy as np
import pytest

from experiments.points.policy_files import policy_text
from experiments.report.assumptions import policy_words
from model import Simulation, load_scenario
from model.mechanisms import levers, policy
from model.scenario import check_file
from model.scenario.efforts import Part, nested, parts
from model.scenario.schema import LEVERS, Phase
from model.state import ATTACK_KINDS, CORE, COUNTRY_LEVERS, Status

PLEDGED = {"groups.boko_haram.status": "province", "groups.libya_10nov.status": "province", "resolution": 1.0}
WRITTEN = """
[policy]
title = "Places"
meaning = "Shares with places"
[phases.first.effort]
strike_core = 0.3
strike_provinces.LBY = 0.2
strike_provinces.boko_haram = 0.1
allies.france.train_partners.MLI = 0.3
allies.france.basing = 0.1
[phases.later]
when = "pledge:boko_haram"
delay = 8
on_top = true
effort = { sever_links = 0.5 }
"""
PARTS = [
    Part("strike_core", 0.3), Part("strike_provinces", 0.2, "LBY"), Part("strike_provinces", 0.1, "boko_haram"),
    Part("train_partners", 0.3, "MLI", "france"), Part("basing", 0.1, "", "france"),
]  # fmt: skip


def start(own=None, **overrides):
    """A simulation of provinces in Libya and Nigeria whose allies all bring their effort; its core holds Iraq and Syria."""
    simulation = Simulation(load_scenario("levant_2014", own, overrides={"weeks": 8} | PLEDGED | overrides), seed=3)
    for ally in simulation.allies:
        ally.decide()
    return simulation


def bought(effort, state=None, **overrides):
    """Doses of a table of effort in the state at the start: of each organisation and of each country."""
    state = state or start(**overrides).state
    levers.spend(state, policy.spent(state, [Phase(effort=effort)]))
    return {
        "strikes": state.strikes.copy(), "sever": state.sever.copy(), "command": state.command_strikes.copy(),
        **{lever: state.doses[row].copy() for row, lever in enumerate(COUNTRY_LEVERS)},
    }  # fmt: skip


def at(state, *codes):
    return [state.countries.index(code) for code in codes]


def written(folder: Path, text: str = WRITTEN) -> Path:
    path = folder / "places.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_effort_by_place_and_ally_is_read_written_and_read_again(tmp_path):
    found = load_scenario("levant_2014", policy=written(tmp_path)).policy
    assert found.phases["first"].parts == parts(nested(PARTS)) == PARTS
    again = load_scenario("levant_2014", policy=written(tmp_path, policy_text(found))).policy
    assert again == found
    words = policy_words(found)
    assert "train partners for MLI by france 30%" in words.phases[0]
    assert "8 weeks after pledge:boko_haram" in words.phases[1]
    assert "on top of the rest" in words.phases[1]
    aimed = {"policy.phases.first.effort.strike_provinces.LBY": 0.05}
    over = load_scenario("levant_2014", policy=tmp_path / "places.toml", overrides=aimed)
    assert over.policy.phases["first"].parts[1] == Part("strike_provinces", 0.05, "LBY")


def test_a_policy_by_itself_is_checked_without_the_names_of_a_scenario(tmp_path):
    assert check_file(written(tmp_path)) == []


@pytest.mark.parametrize(
    ("old", "new", "key", "says", "nearest"),
    [
        ("allies.france.basing", "allies.frances.basing", "allies.frances", "unknown ally", "france"),
        ("LBY = 0.2", "LBJ = 0.2", "strike_provinces.LBJ", "unknown country or organisation", "LBY"),
        ("boko_haram = 0.1", "boko_harm = 0.1", "strike_provinces.boko_harm", "unknown country or organ", "boko_haram"),
        ("train_partners.MLI", "train_partner.MLI", "train_partner", "unknown lever", "train_partners"),
        ("strike_core = 0.3", "strike_core.LBY = 0.3", "strike_core", "takes a plain number", ""),
        ("LBY = 0.2", "core = 0.2", "strike_provinces.core", "the core is no target of strike_provinces", ""),
        ("allies.france.basing", "allies.russia.basing", "allies.russia", "is an outside power", ""),
        ("strike_core = 0.3", "strike_core = 0.8", "effort", "must add up to at most 1, got 1.1", ""),
        ("basing = 0.1", "basing = 0.9", "effort", "at most 1 for france, got 1.2", ""),
        ("strike_core = 0.3", "strike_core = 0.69", "effort", "what all allies bring, 1.35, got", ""),
        ("pledge:boko_haram", "pledges:boko_haram", "when", "one of pledge, attack_abroad, lost, taken", ""),
        ("pledge:boko_haram", "pledge:boko_harm", "when", "unknown organisation", "boko_haram"),
        ("pledge:boko_haram", "lost:Mosull", "when", "unknown place", "Mosul"),
        ("pledge:boko_haram", "lost", "when", "needs a name", ""),
        ("delay = 8", "delay = 2000", "delay", "can never happen: the scenario has", ""),
        ("delay = 8", "delay = 8\nend = 4", "end", "a delay of 8 weeks", ""),
        ('when = "pledge:boko_haram"\n', "", "delay", "no effect without `when`", ""),
    ],
)  # fmt: skip
def test_a_mistake_in_places_or_triggers_is_named_with_the_nearest(tmp_path, old, new, key, says, nearest):
    assert old in WRITTEN
    path = written(tmp_path, WRITTEN.replace(old, new, 1))
    with pytest.raises(Exception, match="phases") as caught:
        load_scenario("levant_2014", policy=path)
    problem = next(each for each in caught.value.problems if key in each.key)
    assert says in str(problem)
    assert problem.nearest == nearest


def test_a_trigger_that_can_never_fire_is_told_but_an_override_may_switch_its_cause_off(tmp_path):
    written(tmp_path)
    scenario = tmp_path / "mine.toml"
    scenario.write_text('[scenario]\nextends = "levant_2014"\npolicy = "places"\n[mechanisms]\npledging = false\n')
    assert any("can never happen: `mechanisms.pledging` is off" in str(each) for each in check_file(scenario))
    assert load_scenario(policy=tmp_path / "places.toml", overrides={"mechanisms.pledging": False})


def test_effort_goes_where_the_policy_says_and_nowhere_else():
    state = start().state
    lby, row = at(state, "LBY")[0], state.names.index("boko_haram")
    found = bought(
        {"information": {"LBY": 0.2}, "strike_provinces": {"boko_haram": 0.2}, "sever_links": {"LBY": 0.3}}, state
    )
    assert np.flatnonzero(found["information"]).tolist() == [lby]
    assert np.flatnonzero(found["strikes"]).tolist() == [row]
    linked = np.flatnonzero(found["sever"])
    assert len(linked)
    assert set(state.home_country[linked]) == {lby}
    assert bought({"militias": {"boko_haram": 0.2}}, state)["militias"][at(state, "NGA")[0]] > 0


def test_one_allys_share_is_of_its_own_effort():
    state = start(**{"mechanisms.allied.basing": False}).state
    brought = policy.spent(state, [Phase(effort={"allies": {"france": {"militias": {"LBY": 0.5}}}})])
    assert brought.total.sum() == pytest.approx(0.5 * state.ally_effort[state.allies.index("france")])
    assert np.flatnonzero(brought.at_countries.sum(axis=(0, 2))).tolist() == [state.allies.index("france")]
    both = policy.spent(state, [Phase(effort={"strike_core": 0.9, "allies": {"france": {"basing": 0.5}}})])
    assert both.free[LEVERS.index("strike_core")].sum() == pytest.approx(
        0.9 * state.ally_effort.sum()
    )  # others bring it
    used = both.free[:, state.allies.index("france")].sum()
    assert used <= state.ally_effort[state.allies.index("france")] + 1e-12


def test_an_ally_that_spends_more_than_all_by_itself_brings_nothing_to_what_all_bring_and_takes_nothing_back():
    state = start().state
    own, lever = {"allies": {"france": {"basing": 0.8}}}, LEVERS.index("strike_core")
    found = policy.spent(state, [Phase(effort=effort) for effort in (own, own, {"strike_core": 0.5})])
    assert found.free[lever, state.allies.index("france")] == 0 == found.free.min()
    assert found.total[lever] == pytest.approx(0.5 * state.ally_effort.sum())


@pytest.mark.parametrize("lever", COUNTRY_LEVERS)
def test_effort_without_a_place_goes_past_the_cores_own_countries_unless_no_other_has_a_stake(lever):
    state = start().state
    own = at(state, "IRQ", "SYR")
    assert bought({lever: 0.3}, state)[lever][own].max() == 0 < bought({lever: 0.3}, state)[lever].max()
    assert bought({lever: {"core": 0.3}}, state)[lever][own].min() > 0
    assert bought({lever: {"IRQ": 0.3}}, state)[lever][own[0]] > 0
    state.present[1:] = False
    state.camp[1:] = -1
    state.held[:, [k for k in range(len(state.countries)) if k not in own]] = 0.0
    alone = bought({lever: 0.3}, state)[lever]
    assert alone[own].min() > 0 == np.delete(alone, own).max()


@pytest.mark.parametrize("division", ["divided", "duplicated"])
@pytest.mark.parametrize("choice", [True, False])
def test_more_effort_on_a_lever_never_lowers_any_of_its_doses(division, choice):
    simulation = start(**{"policy.division": division, "mechanisms.allied.choice": choice, "weeks": 30})
    for _ in range(20):
        simulation.step()
    state = simulation.state
    places = ["", "LBY", "boko_haram"]
    for lever in [each for each in LEVERS if each not in ("diaspora", "basing")]:
        for place in places if lever != "strike_core" else [""]:
            before = None
            for share in (0.0, 0.05, 0.2, 0.6, 1.0):
                found = bought({lever: {place: share} if place else share}, state)
                doses = found[lever] if lever in COUNTRY_LEVERS else found["sever" if "sever" in lever else "strikes"]
                assert before is None or (doses >= before - 1e-12).all(), (lever, place, share)
                before = doses
            assert before.max() > 0


def test_doses_do_not_depend_on_the_order_of_allies():
    sure = {"weeks": 30, "mechanisms.allied.observation": False}  # luck is by row
    scenario = load_scenario("levant_2014", policy="comprehensive", overrides=sure | PLEDGED)
    turned = scenario.model_copy(update={"allies": dict(reversed(scenario.allies.items()))})
    found = []
    for each in (scenario, turned):
        simulation = Simulation(each, seed=3)
        for _ in range(12):
            simulation.step()
        state = simulation.state
        found.append((state.doses, state.strikes, dict(zip(state.allies, state.ally_effort, strict=True))))
    np.testing.assert_allclose(found[0][0], found[1][0], rtol=1e-9)
    np.testing.assert_allclose(found[0][1], found[1][1], rtol=1e-9)
    assert found[0][2] == pytest.approx(found[1][2])


def test_a_small_target_needs_less_effort_unless_size_does_not_count():
    state = start().state
    small, large = state.names.index("libya_10nov"), state.names.index("boko_haram")
    state.local_fighters[[small, large]] = 300, 9000
    state.home_country[small] = state.home_country[large]
    both = {"strike_provinces": {"libya_10nov": 0.1, "boko_haram": 0.1}}
    struck = bought(both, state)["strikes"]
    assert struck[small] > struck[large] > 0
    state.parameters.allied.record["size_power"] = 0.0
    state.cache.clear()
    struck = bought(both, state)["strikes"]
    assert struck[small] == pytest.approx(struck[large])


def test_strikes_on_command_centres_are_a_dose_of_their_own_and_spare_most_fighters():
    found = {
        aim: bought({"strike_core": 0.5}, **{"policy.strike_targeting": aim})
        for aim in ("fighters", "leaders", "command")
    }
    assert found["fighters"]["command"][CORE] == 0 < found["command"]["command"][CORE]
    assert found["leaders"]["command"][CORE] > 0
    assert found["command"]["strikes"][CORE] < found["fighters"]["strikes"][CORE]


def waiting(when, **more):
    phase = {"start": 0, "when": when, "delay": 3, "effort": {"strike_core": 0.5}, "meaning": "at last"} | more
    return start("no_intervention", **{"policy.phases": {"waits": phase}, "weeks": 40})


def starts(simulation):
    policy.start_phases(simulation.state)
    return int(simulation.state.phase_week[0])


def test_a_phase_waits_for_a_pledge_and_then_for_its_delay():
    simulation = waiting("pledge:shabaab")
    state, row = simulation.state, simulation.state.names.index("shabaab")
    assert starts(simulation) == -1
    assert not policy.under_way(state)
    state.week, state.status[row] = 10, Status.PROVINCE
    assert starts(simulation) == 13
    state.week = 12
    assert not policy.under_way(state)
    state.week = 13
    assert [phase.meaning for phase in policy.under_way(state)] == ["at last"]
    assert policy.efforts(state).total.sum() > 0
    early = waiting("pledge:boko_haram", start=20)
    assert starts(early) == 20  # not before its start, though it happened at once


def test_a_phase_waits_for_an_attack_abroad():
    simulation = waiting("attack_abroad")
    assert starts(simulation) == -1
    simulation.state.attacks[CORE, ATTACK_KINDS.index("international")] = 1.0
    assert starts(simulation) == 3


def test_a_phase_waits_for_a_place_to_be_lost_or_taken():
    lost, taken = waiting("lost:Mosul"), waiting("taken:Mosul")
    for simulation in (lost, taken):
        held = simulation.state.camp_control
        held[0] = 1.0
        assert starts(simulation) == -1
        held[0] = 0.0
        assert starts(simulation) == (3 if simulation is lost else -1)
        held[0] = 1.0
    assert starts(taken) == 3


def test_the_start_of_a_phase_that_waited_is_told_with_its_cause():
    simulation = waiting("pledge:boko_haram")
    for _ in range(5):
        simulation.step()
    told = [event for event in simulation.state.events if event.kind == "phase"]
    assert [(event.week, event.causes) for event in told] == [(3, {"waited for pledge:boko_haram": 1.0})]


def test_effort_on_top_is_more_effort_and_says_so(tmp_path):
    path = written(tmp_path, '[policy]\nextends = "core_only"\ntitle = "T"\nmeaning = "M"\non_top = true\n'
                             "[phases.more]\nstart = 2014-08-08\neffort = { sever_links = 0.5 }\n")  # fmt: skip
    more, base = (load_scenario(policy=each, overrides={"weeks": 30, "mechanisms.allied.choice": False} | PLEDGED)
                  for each in (path, "core_only"))  # fmt: skip
    spent = [Simulation(each, seed=1).run().outcomes["effort_spent"] for each in (more, base)]
    assert spent[0] == pytest.approx(1.5 * spent[1])
    assert "more effort than the baseline policy" in policy_words(more.policy).rules
    with pytest.raises(Exception, match="add up to at most 1"):
        load_scenario(policy=path, overrides={"policy.on_top": False})
