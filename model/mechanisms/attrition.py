"""Losses: government forces and allied strikes against every organisation, and what misses its mark.

Kress and Szechtman (2009): with accuracy mu, losses = gamma G (mu + (1 - mu) F / P) and collateral = gamma G (1 - mu)
(1 - F / P). As mu -> 0 this is Deitchman's (1962) guerrilla law, in which insurgents win iff 2 a I0 > b G0^2. Small
bands are hard to find: aimed losses are scaled by F / (F + hidden), which tends to 1 for large ones.
"""

import numpy as np

from model import kernels
from model.state import CORE, State, Status


def fight(state: State) -> None:
    """Fighters and leaders killed by states, strikes and rivals, soldiers by attacks.

    Accuracy: mu = base + tips + interceptions + diaspora reports + the state's training, at most 0.95. A state's mobilised
    forces are shared among the groups in the country by their fighters there, but no state commits more than `commitment`
    soldiers to a fighter. Rivals: multilateral Lanchester losses between hostile organisations that share a country; the
    core's bloc is hostile to all others, but `rivalry.alliances` off, or a share of openness, makes it spare some.
    """
    p = state.parameters
    dead = kernels.fight(
        state.organisation_records, state.country_records, state.stays, state.presence, state.luck, state.reports,
        state.switches, p.accuracy.record, p.attrition.record, p.rivalry.record,
    )  # fmt: skip
    state.account("fighters_killed", dead)


def remove_extinct(state: State) -> list[int]:
    """End organisations without fighters: what they held is lost. Returns their rows; the core is not among them."""
    if not kernels.any_extinct(state.organisation_records):
        return []
    dead = np.flatnonzero(state.present & (state.fighters < 1))
    rows = [int(row) for row in dead if row != CORE]
    for row in rows:
        end(state, row)
    return rows


def end(state: State, row: int) -> None:
    """End an organisation: its land, money and fighters are lost."""
    state.present[row] = False
    state.account("usd_lost", float(state.treasury[row]))
    state.account("fighters_lost", float(state.fighters[row]))
    state.treasury[row] = state.local_fighters[row] = state.foreign_fighters[row] = 0.0
    state.control[row] = 0.0
    state.camp[row] = -1
    state.status[row], state.pledged[row] = state.status[CORE] if row == CORE else Status.INDEPENDENT, False
