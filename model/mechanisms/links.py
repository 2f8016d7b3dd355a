"""What links carry beside messages: ten channels, each with its weight, which may be 0, and its switch.

skill, coordination, cohesion, money, fighters, media, orders (restraint or escalation), exposure, retreat, name. A link that
is cut stops them all: whether that helps depends on what they carried (principal and agent: Shapiro 2013; Byman 2016).
"""

from math import floor

import numpy as np

from model import kernels
from model.state import CHANNELS, CORE, State
from model.state.fields import Flags

RETREAT = CHANNELS.index("retreat")


def carry(state: State) -> None:
    """Let links carry skill, coordination and orders for a week."""
    kernels.carry(
        state.organisation_records, state.country_records, state.stays, state.ground.border_shares, momentum(state),
        state.switches, state.parameters.links.record,
    )  # fmt: skip


def momentum(state: State) -> float:
    """Relative change of the people that the core holds against a quarter ago."""
    held = float(state.people_held[CORE])
    return (held - state.people_before) / max(held, state.people_before, state.parameters.prestige.momentum_people)


def quarrels(state: State) -> Flags:
    """Provinces whose commanders split this week (organisations,): the less the core's backing, the likelier."""
    found = np.zeros(len(state.present), dtype=bool)
    kernels.draw_quarrels(
        state.organisation_records, state.luck, state.prestige, state.core_alive, state.switches,
        state.parameters.links.record, state.parameters.splintering.least_fighters, found,
    )  # fmt: skip
    return found


def loses(state: State) -> bool:
    """Whether the core loses land so fast that it sends people ahead, if links may carry them."""
    p = state.parameters
    can = "links.retreat" in state.on and p.links.retreat * p.links.retreat_rate > 0
    return can and momentum(state) < -p.core.setback


def prepare_retreat(state: State, province: int) -> None:
    """A core that is losing sends leaders, fighters and money ahead to its best-linked province, if a message arrived.

    What it sends belongs to the province until the core comes: `sheltered` people among its foreign fighters, and `reserve`
    of its money. One that lives with a province already sends nobody.
    """
    p = state.parameters
    if not (loses(state) and province and state.delivered[province]):
        return
    if state.people_held[CORE] <= p.core.last_stand or (state.provinces & (state.home == state.home[CORE])).any():
        return
    rate = p.links.retreat * p.links.retreat_rate
    luck = state.draws("retreat", 2).tolist()
    moved = 0.0
    for stock, chance in ((state.local_fighters, luck[0]), (state.foreign_fighters, luck[1])):
        left = float(stock[CORE])
        going = min(left, float(floor(rate * left + chance)))
        stock[CORE] = left - going
        moved += going
    state.foreign_fighters[province] += moved
    state.sheltered[province] += moved
    money = float(np.floor(rate * state.treasury[CORE]))
    state.treasury[CORE] -= money
    state.treasury[province] += money
    state.reserve[province] += money
    state.carried[province, RETREAT] = moved


def haven(state: State) -> int:
    """Row of the linked province that shelters most of the core's people; 0 if there is none, or without the switch."""
    if "links.retreat" not in state.on:
        return 0
    people = np.minimum(state.sheltered, state.foreign_fighters) * (state.provinces & (state.quality > 0))
    best = int(people.argmax())
    return best if people[best] > 0 else 0


def take_back(state: State, province: int) -> tuple[float, float]:
    """The core comes to those whom it sent ahead: as many people and as much money as are left are its own again."""
    people = float(min(state.sheltered[province], state.foreign_fighters[province]))
    money = float(min(state.reserve[province], state.treasury[province]))
    for stock, amount in ((state.foreign_fighters, people), (state.treasury, money)):
        stock[province] -= amount
        stock[CORE] += amount
    state.sheltered[province] = state.reserve[province] = 0.0
    return people, money
