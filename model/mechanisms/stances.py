"""What an organisation sees of how its war goes, and what follows from the stance that it takes.

Odds: weights x (change of people held against a quarter ago, relative to the most ever held; - L / (L + half), L the share
of its fighters killed a week; wages that the treasury covers, saturating, - 1/2; share held of the most people ever held -
1/2), with an error.
"""

import numpy as np

from model import kernels
from model.kernels.compiled import ACTS, IDLE
from model.kernels.stances import landless, odds_terms
from model.state import CORE, Stance, State


def begin(state: State) -> None:
    """Remember what organisations hold at the start; all set out to expand."""
    state.people_past[:] = state.peak_people[:] = state.people_held
    for row in range(state.organisations) if "stances" in state.on else ():
        adopt(state, row, Stance.EXPAND)


def due(state: State, row: int) -> bool:
    """Whether it is an organisation's turn: once in `turn_weeks`, not all in the same week."""
    return state.week > 0 and (state.week + row) % int(state.parameters.stances.turn_weeks) == 0


def turn(state: State) -> dict[int, bool]:
    """Rows of the local groups whose turn it is this week, and whether they then change their stance or their loyalty.

    None where nobody chooses anything in turns.
    """
    p, turns = state.parameters, np.zeros(len(state.present), dtype=np.int64)
    if "stances" in state.on or "loyalty" in state.on:
        kernels.take_turns(
            state.organisation_records, state.week, state.luck, state.switches, p.stances.record, p.resources.record,
            p.loyalty.record, turns,
        )  # fmt: skip
    return {row: turn == ACTS for row, turn in enumerate(turns.tolist()) if turn != IDLE}


def odds(state: State, row: int) -> dict[str, float]:
    """Terms of the odds of an organisation as it sees them; 0 together is even."""
    pay, fighters = state.parameters.resources, float(state.local_fighters[row] + state.foreign_fighters[row])
    people = float(state.people_held[row]), float(state.people_past[row]), float(state.peak_people[row])
    terms = odds_terms(
        people, fighters, float(state.treasury[row]), pay.core_wage if row == CORE else pay.province_wage,
        float(state.loss_rate[row]), float(state.luck["stance"][row]), state.parameters.stances,
    )  # fmt: skip
    return dict(zip(("momentum", "losses", "money", "land", "misjudgement"), terms, strict=True))


def hides(state: State, row: int) -> bool:
    """Whether an organisation has lost its land and may go underground."""
    held, peak = float(state.people_held[row]), float(state.peak_people[row])
    return "stances.underground" in state.on and landless(held, peak, state.parameters.stances)


def adopt(state: State, row: int, stance: Stance) -> None:
    """Take a stance, with what follows from it for fighting on the ground, hiding, attacks and brutality."""
    p = state.parameters.stances
    hidden, expands = stance == Stance.UNDERGROUND, stance == Stance.EXPAND
    state.stance[row] = stance
    state.own_drive[row] = state.drive[row] = 0.0 if hidden else p.expand_drive if expands else p.hold_drive
    state.dug_in[row] = p.hold_defence if stance == Stance.HOLD else 0.0
    state.concealment[row] = p.concealment if hidden else 1.0
    state.tempo[row] = p.underground_attacks if hidden else 1.0
    state.harshness[row] = p.underground_brutality if hidden else p.expand_brutality if expands else p.hold_brutality


def give_up(state: State) -> None:
    """Organisations underground give up their land: control falls by a share `fading` a week."""
    kernels.give_up(state.organisation_records, state.cells, state.parameters.stances.record)


def remember(state: State) -> None:
    """Move what organisations remember: people held a quarter ago, the most ever held, fighters lost."""
    if "stances" not in state.on:
        return
    kernels.remember(state.organisation_records, state.parameters.stances.record)
