"""Agents as users of Mesa expect them: properties of their rows, sets of agents, removal, collectors, other rules."""

import copy
from pathlib import Path

import mesa
import nbformat
import numpy as np
import pytest

from model import Simulation, load_scenario
from model.agents.ally import Ally
from model.agents.core import Core
from model.agents.government import Government
from model.agents.hub import Hub
from model.agents.local_group import LocalGroup
from model.agents.partner import Partner
from model.state import CORE, Status
from model.state.arrays import fields

NOTEBOOK = Path(__file__).parent.parent / "experiments" / "notebooks" / "agents.ipynb"
KINDS = {
    "organisation": (Core, LocalGroup),
    "country": (Government,),
    "army": (Government, Partner),
    "ally": (Ally,),
    "hub": (Hub,),
}


def world(name="levant_2014", of=Simulation, **overrides):
    return of(load_scenario(name, overrides={"weeks": 30, "resolution": 1.0} | overrides), seed=1)


@pytest.fixture
def simulation():
    return world()


def group(simulation, name):
    return next(each for each in simulation.groups if each.name == name)


@pytest.mark.parametrize("axis", KINDS)
def test_every_field_of_an_agents_axis_is_a_property_that_reads_its_own_row(simulation, axis):
    for name, declared in fields().items():
        if axis not in declared.axes.split():
            continue
        for kind in KINDS[axis]:
            for agent in simulation.agents_by_type[kind].to_list()[:3]:
                place = declared.axes.split().index(axis)
                row = np.take(getattr(simulation.state, name), agent.row, axis=place)
                assert np.array_equal(getattr(agent, name), row), name


@pytest.mark.parametrize("axis", KINDS)
def test_a_property_writes_its_own_row_and_no_other(simulation, axis):
    for name, declared in fields().items():
        if declared.axes != axis or name == "present":
            continue
        agent = simulation.agents_by_type[KINDS[axis][-1]].to_list()[1]
        before = getattr(simulation.state, name).copy()
        setattr(agent, name, 1)
        after = getattr(simulation.state, name)
        assert after[agent.row] == 1, name
        assert np.array_equal(np.delete(after, agent.row), np.delete(before, agent.row)), name


def test_an_ally_has_effort_and_threat_by_their_short_names(simulation):
    france = next(ally for ally in simulation.agents_by_type[Ally] if ally.name == "france")
    france.effort, france.threat = 0.4, 0.9
    assert simulation.state.ally_effort[france.row] == 0.4
    assert simulation.state.ally_threat[france.row] == 0.9


def test_sets_of_agents_aggregate_select_get_and_set(simulation):
    groups, state = simulation.agents_by_type[LocalGroup], simulation.state
    assert groups.agg("fighters", sum) == state.fighters.sum() - state.fighters[CORE]
    strong = groups.select(lambda agent: agent.people_held > 1e5)
    assert 0 < len(strong) < len(groups)
    assert min(strong.get("people_held")) > 1e5
    strong.set("treasury", 1e6)
    assert set(strong.get("treasury")) == {1e6}
    assert {agent.status for agent in groups} <= set(Status)


def test_a_number_outside_the_declared_range_is_refused_and_says_whose(simulation):
    boko_haram = group(simulation, "boko_haram")
    with pytest.raises(ValueError, match="`treasury` of boko_haram must be from 0 to inf, got -5"):
        boko_haram.treasury = -5
    with pytest.raises(ValueError, match="`skill` of boko_haram"):
        boko_haram.skill = float("nan")
    with pytest.raises(AttributeError, match="remove"):
        boko_haram.present = False


def test_what_a_user_gives_or_takes_is_booked(simulation):
    state, core = simulation.state, simulation.core
    money, men = state.treasury.sum(), state.fighters.sum()
    core.treasury += 1000.4
    group(simulation, "boko_haram").fighters = 10
    assert state.accounts["usd_set"] == state.treasury.sum() - money == 1000
    assert state.accounts["fighters_set"] == state.fighters.sum() - men < 0


def test_fighters_that_are_set_keep_their_share_of_foreign_ones(simulation):
    core = simulation.core
    share = core.foreign_fighters / core.fighters
    core.fighters = 2 * core.fighters
    assert core.foreign_fighters / core.fighters == pytest.approx(share, abs=1e-4)


def test_a_position_that_is_set_moves_the_headquarters_to_the_nearest_cell(simulation):
    core = simulation.core
    core.position = (32.9, 13.2)
    assert core.country == "LBY"
    assert np.hypot(core.position[0] - 32.9, core.position[1] - 13.2) < 1


def test_control_that_is_set_is_ruled_from_then_on(simulation):
    boko_haram = group(simulation, "boko_haram")
    control = boko_haram.control.copy()
    free = np.flatnonzero((simulation.state.total == 0) & (simulation.state.theatre.people > 1e5))[:20]
    control[free] = 0.9
    people = boko_haram.people_held
    boko_haram.control = control
    simulation.step()
    assert boko_haram.people_held > people + 1e6


def test_a_removed_organisation_is_out_of_the_world_and_its_losses_are_booked(simulation):
    nusra, state, groups = group(simulation, "nusra"), simulation.state, simulation.agents_by_type[LocalGroup]
    men, money = nusra.fighters, nusra.treasury
    nusra.remove()
    assert nusra not in groups
    assert (nusra.fighters, nusra.treasury, nusra.people_held, nusra.control.sum()) == (0, 0, 0, 0)
    assert (state.accounts["fighters_lost"], state.accounts["usd_lost"]) == (men, money)
    (event,) = [event for event in state.events if event.kind == "removed"]
    assert (event.organisation, event.amount) == ("nusra", men)
    assert event.causes
    result = simulation.run()
    its = result.organisations[result.organisations["organisation"] == "nusra"].iloc[1:]
    assert set(its["status"]) == {"absent"}
    assert its[["fighters", "people", "attacks"]].to_numpy().sum() == 0
    assert nusra.killed == 0


def test_removal_leaves_people_money_and_fighters_conserved():
    simulation = world()
    state = simulation.state
    men, money = state.fighters.sum(), state.treasury.sum()
    for week in range(12):
        simulation.step()
        if week in (3, 7):
            next(iter(simulation.agents_by_type[LocalGroup])).remove()
    flows = state.accounts
    came = sum(flows.get(f"fighters_{how}", 0.0) for how in ("recruited", "arrived", "founding"))
    went = sum(flows.get(f"fighters_{how}", 0.0) for how in ("killed", "deserted", "returned", "lost"))
    assert men + came - went == state.fighters.sum()
    came = sum(flows.get(f"usd_{how}", 0.0) for how in ("taxes", "oil", "gifts", "local", "hub"))
    assert money + came - sum(flows[f"usd_{how}"] for how in ("wages", "governing", "lost")) == state.treasury.sum()
    assert state.people.sum() + state.hosted.sum() == state.theatre.people.sum()


def test_a_removed_core_has_ended(simulation):
    simulation.core.remove()
    result = simulation.run()
    assert Core not in {type(agent) for agent in simulation.agents}
    assert result.series["core_alive"].iloc[-1] == 0
    assert result.series["people_core"].iloc[-1] == 0


def test_a_removed_ally_brings_no_effort():
    with_all, without = world(), world()
    for ally in without.agents_by_type[Ally].to_list():
        ally.remove()
    assert without.run().outcomes["effort_spent"] < with_all.run().outcomes["effort_spent"]
    assert not without.agents_by_type[Ally]
    assert sum(event.kind == "removed" for event in without.state.events) == len(without.state.allies)


def test_a_government_cannot_be_removed(simulation):
    iraq = next(each for each in simulation.agents_by_type[Government] if each.name == "IRQ")
    with pytest.raises(ValueError, match="IRQ is a country and stays on the map"):
        iraq.remove()
    assert iraq in simulation.agents


def test_sets_hold_only_present_groups_as_those_end_and_as_factions_form():
    few = {f"groups.{name}.fighters": 0 for name in ("isgs", "somalia")}
    factions = {"splintering.hazard": 0.05, "hubs.al_qaeda.prestige": 0.0, "core.prestige": 1.0}
    simulation = world(**few, **factions)
    before = set(simulation.agents_by_type[LocalGroup].get("name"))
    simulation.run()
    state = simulation.state
    after = set(simulation.agents_by_type[LocalGroup].get("name"))
    assert {"isgs", "somalia"} <= before - after
    assert any("splinter" in name for name in after)
    assert after == {name for row, name in enumerate(state.names) if state.present[row] and row != CORE}


def test_a_data_collector_follows_model_and_agents_over_a_run(simulation):
    collector = mesa.DataCollector(
        model_reporters={"date": "date", "people": lambda model: model.core.people_held},
        agent_reporters={"name": "name"},
        agenttype_reporters={LocalGroup: {"name": "name", "fighters": "fighters"}},
    )
    result = simulation.run(progress=lambda week: collector.collect(simulation))
    people = collector.get_model_vars_dataframe()["people"]
    assert np.array_equal(people, result.series["people_core"].iloc[1:])
    collected = collector.get_agenttype_vars_dataframe(LocalGroup).groupby("Step")["fighters"].sum()
    recorded = result.organisations[result.organisations["organisation"] != "core"].groupby("week")["fighters"].sum()
    assert np.array_equal(collected, recorded.iloc[1:])
    assert set(collector.get_agent_vars_dataframe()["name"]) >= {"core", "IRQ", "france", "boko_haram"}


class Proud(LocalGroup):
    """A group that never pledges."""

    def pledge(self):
        self.refuse()


class Thrifty(Core):
    """A core whose treasury never pays for anything."""

    def decide(self):
        self.treasury = 0
        super().decide()


class Other(Simulation):
    local_group_class = Proud
    core_class = Thrifty


def test_a_subclass_changes_one_rule_of_a_kind_of_agent():
    usual, other = world(), world(of=Other)
    pledges, none = usual.run().outcomes["pledges"], other.run().outcomes["pledges"]
    assert pledges > 0 == none
    assert set(map(type, other.groups)) == {Proud}
    assert other.state.accounts["usd_set"] < 0


def test_a_copy_has_agents_of_its_own(simulation):
    other = copy.deepcopy(simulation)
    other.core.skill = 5
    assert simulation.core.skill != 5
    assert len(other.agents) == len(simulation.agents)


def test_the_notebook_of_agents_runs_and_shows_what_it_says(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "notebook"}
    for number, cell in enumerate(nbformat.read(NOTEBOOK, as_version=4).cells):
        if cell.cell_type == "code":
            exec(compile(cell.source, f"agents.ipynb, cell {number}", "exec"), names)
    printed = capsys.readouterr().out
    assert "proud groups: 0 pledges" in printed
    assert "a reckless core:" in printed
    assert printed.rstrip().endswith("turned to holding 0 times")
    assert "refused: IRQ is a country" in printed
    assert len(names["weeks"]) == names["SCENARIO"].weeks
