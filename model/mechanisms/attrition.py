"""Losses: government forces and allied strikes against every organisation, and what misses its mark.

Kress and Szechtman (2009): with accuracy mu, losses = gamma G (mu + (1 - mu) F / P) and collateral = gamma G (1 - mu)
(1 - F / P). As mu -> 0 this is Deitchman's (1962) guerrilla law, in which insurgents win iff 2 a I0 > b G0^2. Small
bands are hard to find: aimed losses are scaled by F / (F + hidden), which tends to 1 for large ones.
"""

import numpy as np

from model import kernels
from model.fields import Floats
from model.mechanisms.scale import hostility
from model.state import CORE, State, Status


def estimate_accuracy(state: State) -> None:
    """mu = base + tips + interceptions + diaspora reports + the state's training, at most 0.95."""
    kernels.estimate_accuracy(
        state.organisation_records, state.country_records, state.stays, state.reports,
        float(state.scenario.policy.training == "accuracy"), "lost_tips" in state.rivals,
        state.parameters.accuracy.record,
    )  # fmt: skip


def wear_down(state: State) -> None:
    """Fighters and leaders killed by states and strikes; soldiers killed by attacks.

    A state's mobilised forces are shared among the groups in the country by their fighters there, but no state commits more
    than `commitment` soldiers to a fighter.
    """
    organisations, countries, stays = state.organisation_records, state.country_records, state.stays
    p = state.parameters.attrition.record
    luck = state.draws("killed.local"), state.draws("killed.foreign")
    state.account("fighters_killed", kernels.wear_down(organisations, countries, stays, *luck, p))
    kernels.lose_soldiers(organisations, countries, stays, p)


def collateral(state: State) -> Floats:
    """Grievance provoked a week by fire that misses, by country: allied strikes and the state's own (countries,)."""
    harm = np.empty(len(state.countries))
    kernels.collateral(state.organisation_records, state.stays, state.parameters.attrition.record, harm)
    return harm


def rivalry(state: State) -> None:
    """Multilateral Lanchester losses between hostile organisations that share a country.

    The core's bloc is hostile to all others; `rivalry.alliances` off, or a share of openness, makes it spare some of them.
    """
    if "rivalry" not in state.on:
        return
    dead = kernels.fight_rivals(
        state.organisation_records, state.presence, state.stays, state.draws("rivals.local"),
        state.draws("rivals.foreign"), hostility(state), state.parameters.rivalry.record,
    )  # fmt: skip
    state.account("fighters_killed", dead)


def bury(state: State) -> list[int]:
    """Organisations that have no fighters left: what they held is lost. Returns their rows; the core is not among them."""
    dead = np.flatnonzero(state.present & (state.fighters < 1))
    rows = [int(row) for row in dead if row != CORE]
    for row in rows:
        state.present[row] = False
        state.account("usd_lost", float(state.treasury[row]))
        state.treasury[row] = 0.0
        state.control[row] = 0.0
        state.camp[row] = -1
        state.status[row], state.pledged[row] = Status.INDEPENDENT, False
    return rows
