"""Money and men: taxes, oil, donations, wages, aid, recruits, deserters. Flows are whole dollars and whole people.

Revenue per head follows IHS (81 million USD a month in the second quarter of 2015, about half taxes, four tenths oil).
Every dollar and fighter that enters or leaves is booked in `state.accounts`, so that stocks can be checked to the unit.
"""

import numpy as np

from model.fields import Floats
from model.mechanisms.scale import whole
from model.state import CORE, State


def earn(state: State) -> None:
    """Income of the week: taxes per person held, the core's oil, donations by prestige, local income by fighters."""
    p = state.parameters.resources
    effort = state.activity[:, 4] / 0.25 if "governance" in state.on else 0.0
    rate = np.full(state.organisations, p.province_tax)
    rate[CORE] = p.core_tax
    taxes = np.floor(rate * state.people_held * effort)
    oil = np.floor(p.oil * min(1.0, state.people_held[CORE] / p.oil_people) * (1 - p.oil_strikes * state.strikes[CORE]))
    gifts = np.floor(p.donations * state.prestige * state.core_alive)
    local = np.floor(p.local_income * (1 - state.need) * state.fighters)
    local[CORE] = 0.0
    state.treasury += taxes + local
    state.treasury[CORE] += oil + gifts
    for entry, amount in (
        ("usd_taxes", taxes.sum()),
        ("usd_oil", oil),
        ("usd_gifts", gifts),
        ("usd_local", local.sum()),
    ):
        state.account(entry, float(amount))


def pay(state: State) -> None:
    """Pay wages and the cost of governing as far as the treasury goes; a share of the unpaid deserts."""
    p = state.parameters.resources
    effort = state.activity[:, 4] if "governance" in state.on else 0.0
    governing = np.floor(p.governing_cost * state.people_held * effort)
    wages = np.full(state.organisations, p.province_wage)
    wages[CORE] = p.core_wage
    fighters = state.fighters
    due = np.floor(wages * fighters)
    paid = np.minimum(state.treasury, due)
    state.treasury -= paid
    governed = np.minimum(state.treasury, governing)
    state.treasury -= governed
    state.account("usd_wages", float(paid.sum()))
    state.account("usd_governing", float(governed.sum()))
    unpaid = np.where(due > 0, 1 - paid / np.maximum(due, 1.0), 0.0)
    leaving = p.desertion * unpaid
    for field, purpose in ((state.local_fighters, "desert.local"), (state.foreign_fighters, "desert.foreign")):
        gone = np.minimum(field, whole(leaving * field, state.draws(purpose)))
        field -= gone
        state.account("fighters_deserted", float(gone.sum()))


def recruit(state: State) -> None:
    """Local recruits: rate x supporters among the people held, and in secret by each fighter, up to a share of people."""
    p = state.parameters.resources
    rows = np.arange(state.organisations)
    around = state.people[state.home]
    room = np.maximum(
        0.0, 1 - state.local_fighters / (p.most_fighters * state.skill * (state.people_held + 0.2 * around) + 1.0)
    )
    secret = p.secret_recruiting * state.fighters * state.support[rows, state.home]
    expected = (p.recruitment * state.supporters + secret) * room * state.present
    state.recruited[:] = whole(expected, state.draws("recruits"))
    state.local_fighters += state.recruited
    state.account("fighters_recruited", float(state.recruited.sum()))


def send_aid(state: State, budget: float, fighters: float) -> None:
    """Send the core's budget (USD) and fighters to provinces that got a message, by the quality of their links."""
    p = state.parameters.resources
    state.aid_received *= 1 - 1 / 26
    reached = np.where(state.provinces, state.delivered * state.quality, 0.0)
    if "aid" not in state.on or reached.sum() == 0:
        return
    share = reached / reached.sum()
    money = np.floor(share * min(budget, state.treasury[CORE]))
    state.treasury += money
    state.treasury[CORE] -= money.sum()
    state.aid_received += money / 26
    if "aid.fighters" in state.on:
        _send_fighters(state, share, fighters)
    if "aid.media" in state.on:
        state.media += np.where(reached > 0, p.media_aid * state.quality * (1 - state.media), 0.0)


def _send_fighters(state: State, share: Floats, fighters: float) -> None:
    sent = whole(share * min(fighters, state.foreign_fighters[CORE]), state.draws("aid.fighters"))
    sent[share == 0] = 0.0
    if sent.sum() <= state.foreign_fighters[CORE]:
        state.foreign_fighters += sent
        state.foreign_fighters[CORE] -= sent.sum()
