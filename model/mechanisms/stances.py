"""What an organisation sees of how its war goes, and what follows from the stance that it takes.

Odds: weights x (change of people held against a quarter ago, relative to the most ever held; - L / (L + half), L the share
of its fighters killed a week; wages that the treasury covers, saturating, - 1/2; share held of the most people ever held -
1/2), with an error.
"""

from math import log

from model import kernels
from model.state import CORE, Stance, State


def begin(state: State) -> None:
    """Remember what organisations hold at the start; all set out to expand."""
    state.people_past[:] = state.peak_people[:] = state.people_held
    for row in range(state.organisations) if "stances" in state.on else ():
        adopt(state, row, Stance.EXPAND)


def due(state: State, row: int) -> bool:
    """Whether it is an organisation's turn: once in `turn_weeks`, not all in the same week."""
    return state.week > 0 and (state.week + row) % int(state.parameters.stances.turn_weeks) == 0


def turn(state: State) -> list[int]:
    """Rows of the local groups whose turn it is this week; none where nobody chooses anything in turns."""
    if state.week == 0 or not {"stances", "loyalty"} & state.on:
        return []
    weeks = int(state.parameters.stances.turn_weeks)
    rows = range(-state.week % weeks, len(state.names), weeks)
    present = state.present[rows.start : rows.stop : weeks].tolist()
    return [row for row, here in zip(rows, present, strict=True) if here and row != CORE]


def odds(state: State, row: int) -> dict[str, float]:
    """Terms of the odds of an organisation as it sees them; 0 together is even."""
    p, pay = state.parameters.stances, state.parameters.resources
    held, past, peak = (float(field[row]) for field in (state.people_held, state.people_past, state.peak_people))
    most = max(held, peak)
    fighters, treasury = float(state.local_fighters[row] + state.foreign_fighters[row]), float(state.treasury[row])
    wages = (pay.core_wage if row == CORE else pay.province_wage) * fighters * p.reserve_weeks
    covered = treasury / max(treasury + wages, 1.0)  # a guard
    killed, luck = float(state.loss_rate[row]), min(max(float(state.draws("stance")[row]), 1e-9), 1 - 1e-9)  # a guard
    return {
        "momentum": p.momentum * (held - past) / (most + p.settled_people),
        "losses": -p.losses * killed / (killed + p.half_losses),
        "money": p.money * (covered - 0.5),
        "land": p.land * ((held + p.settled_people) / (most + p.settled_people) - 0.5),
        "misjudgement": p.noise * log(luck / (1 - luck)),
    }


def landless(state: State, row: int) -> bool:
    """Whether an organisation has lost its land: it holds less than `lost_land` of the most people it ever held."""
    p = state.parameters.stances
    return bool(state.people_held[row] + p.settled_people < p.lost_land * (state.peak_people[row] + p.settled_people))


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
