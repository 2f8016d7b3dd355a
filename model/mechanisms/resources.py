"""Money and men: taxes, oil, donations, wages, aid, recruits, deserters. Flows are whole dollars and whole people.

Revenue per head follows IHS (81 million USD a month in the second quarter of 2015, about half taxes, four tenths oil).
Every dollar and fighter that enters or leaves is booked in `state.accounts`, so that stocks can be checked to the unit.
"""

from model import kernels
from model.state import State

FLOWS = (
    "usd_taxes", "usd_oil", "usd_gifts", "usd_local", "usd_wages", "usd_governing", "fighters_deserted",
    "fighters_recruited",
)  # fmt: skip


def balance(state: State) -> None:
    """Earn, pay and recruit for a week.

    Income: taxes per person held, the core's oil, donations by prestige, local income by fighters. Wages and the cost of
    governing are paid as far as the treasury goes; a share of the unpaid deserts. Local recruits: rate x supporters among
    the people held, and in secret by each fighter, up to a share of people.
    """
    flows = kernels.balance(
        state.organisation_records, state.luck, state.support, state.people, state.prestige, state.core_alive,
        state.switches, state.parameters.resources.record,
    )  # fmt: skip
    for entry, amount in zip(FLOWS, flows, strict=True):
        state.account(entry, amount)


def send_aid(state: State, budget: float, fighters: float) -> None:
    """Send the core's budget (USD) and fighters to provinces that got a message, by the quality of their links."""
    if "aid" not in state.on:
        budget = fighters = 0.0
    kernels.send_aid(
        state.organisation_records,
        budget,
        fighters,
        state.luck,
        state.switches,
        state.parameters.resources.record,
        state.parameters.links.record,
    )
