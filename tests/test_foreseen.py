"""Agents are asked only where loops foresee that they would change something, unless they have rules of their own."""

import numpy as np

from model import Simulation, load_scenario
from model.agents.ally import Ally
from model.agents.government import Government
from model.agents.local_group import LocalGroup
from model.scenario.shipped import FOLDER

STANCES = ("offensive_stance", "defensive_stance", "underground", "comeback", "obedience", "bargain", "hedge")


def world(of):
    return of(
        load_scenario(FOLDER / "history" / "levant_history.toml", overrides={"weeks": 60, "resolution": 1.0}), seed=1
    )


class Asked(LocalGroup):
    """A group that is asked in each of its turns, and decides as usual."""

    turns = 0

    def take_turn(self):
        Asked.turns += 1
        super().take_turn()


class AskedArmy(Government):
    """An army that is asked in each of its turns, and decides as usual."""

    turns = 0

    def judge(self, view, here):
        AskedArmy.turns += 1
        return super().judge(view, here)


class AskedAlly(Ally):
    """An ally that looks for itself, and decides as usual."""

    turns = 0

    def look(self):
        AskedAlly.turns += 1
        return super().look()


class AskedWorld(Simulation):
    local_group_class, government_class, ally_class = Asked, AskedArmy, AskedAlly


def test_who_is_not_asked_since_nothing_would_change_would_have_changed_nothing():
    """Loops foresee stances, loyalty and what becomes of operations, and allies look in one go; own rules are asked."""
    usual, asked = world(Simulation), world(AskedWorld)
    expected, found = usual.run(), asked.run()
    assert np.array_equal(found.organisation_rows, expected.organisation_rows)
    assert found.event_list == expected.event_list
    changes = [event.kind for event in found.event_list]
    assert Asked.turns > 2 * sum(kind in STANCES for kind in changes) > 0
    assert AskedAlly.turns >= len(asked.allies)
    assert AskedArmy.turns > 2 * sum(kind.startswith("offensive_") for kind in changes) > 0


def test_a_rule_that_one_agent_alone_has_is_asked_too():
    simulation = world(Simulation)
    group, army = simulation.groups[3], simulation.governments[3]
    assert not group.has_own_rules
    assert not army.has_own_rules
    group.choose_loyalty = army.go_on = lambda *_: None
    assert group.has_own_rules
    assert army.has_own_rules
