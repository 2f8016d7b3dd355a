"""Losses: government forces and allied strikes against every organisation, and what misses its mark.

Kress and Szechtman (2009): with accuracy mu, losses = gamma G (mu + (1 - mu) F / P) and collateral = gamma G (1 - mu)
(1 - F / P). As mu -> 0 this is Deitchman's (1962) guerrilla law, in which insurgents win iff 2 a I0 > b G0^2. Small
bands are hard to find: aimed losses are scaled by F / (F + hidden), which tends to 1 for large ones.
"""

import numpy as np

from model.fields import Floats
from model.mechanisms.scale import hostility, whole, within
from model.state import CORE, State, Status


def aimed_and_area_losses(
    force: Floats, fighters: Floats, people: Floats, accuracy: Floats, rate: float, hidden: Floats | float
) -> Floats:
    """Expected losses a week, gamma G (mu F / (F + hidden) + (1 - mu) F / P); all arrays (organisations,)."""
    aimed = accuracy * fighters / np.maximum(fighters + hidden, 1e-9)
    area = (1 - accuracy) * fighters / np.maximum(people, 1.0)
    return np.asarray(rate * force * (aimed + area))


def estimate_accuracy(state: State) -> None:
    """mu = base + tips + interceptions + diaspora reports + the state's training, at most 0.95."""
    p = state.parameters.accuracy
    tips = np.where(state.people_held > 0, state.informers / np.maximum(state.people_held, 1.0), 1.0)
    if "lost_tips" in state.rivals:
        tips = tips * (1 - state.suppression)
    trained = state.parameters.government.training_aim * state.training
    own = state.presence @ (state.state_accuracy + trained)
    mu = p.base + p.tips * tips + p.interception * state.exposure + p.diaspora * state.reports + own
    state.accuracy[:] = mu
    within(state.accuracy, 0.0, 0.95)


def wear_down(state: State) -> None:
    """Fighters killed by states and strikes; soldiers killed by attacks; collateral harm is returned as grievance."""
    p = state.parameters.attrition
    people = state.people_held + p.crowd
    state.engaged[:] = engaged(state)
    fighters = state.fighters
    losses = aimed_and_area_losses(state.engaged, fighters, people, state.accuracy, p.ground, cover(state))
    losses += p.strikes * state.strikes * fighters * (0.5 + state.accuracy)
    rate = np.minimum(losses / np.maximum(fighters, 1.0), 0.5)
    state.killed[:] = 0.0
    for field, purpose in ((state.local_fighters, "killed.local"), (state.foreign_fighters, "killed.foreign")):
        dead = np.minimum(field, whole(rate * field, state.draws(purpose)))
        field -= dead
        state.killed += dead
    state.account("fighters_killed", float(state.killed.sum()))
    lost_leaders = p.leaders * state.leader_strikes * state.accuracy
    state.skill += p.leaders_recovery * (state.full_skill - state.skill) - lost_leaders * state.skill
    _soldiers(state)


def cover(state: State) -> Floats:
    """Size of a band at which half of the aimed fire finds it, less the more of its effort is violence (organisations,).

    `hidden` is that of a group with a quarter of its effort in something else: who strikes more shows itself more
    (the trade-off of operations and security, Shapiro, The Terrorist's Dilemma, 2013).
    """
    return np.asarray(state.parameters.attrition.hidden * state.activity[:, 4] / 0.25)


def engaged(state: State) -> Floats:
    """Soldiers (in units of average worth) brought to bear on each organisation (organisations,).

    A state's mobilised forces are shared among the groups in the country by their fighters there, but no state commits more
    than `commitment` soldiers to a fighter.
    """
    there = state.presence * state.fighters[:, None]
    ready = state.forces * state.effectiveness * state.mobilisation / np.maximum(there.sum(axis=0), 1.0)
    return np.asarray(there @ np.minimum(ready, state.parameters.attrition.commitment))


def _soldiers(state: State) -> None:
    p = state.parameters.attrition
    hit = state.attacks[:, 0] @ state.presence
    lost = np.minimum(state.forces, np.floor(p.soldiers * hit))
    recovered = np.floor(p.rebuilding * (state.full_forces - state.forces))
    state.forces += np.maximum(recovered, 0.0) - lost


def collateral(state: State) -> Floats:
    """Grievance provoked a week by fire that misses, by country: allied strikes and the state's own (countries,)."""
    p = state.parameters.attrition
    force = state.engaged * p.ground
    people = state.people_held + p.crowd
    harm = force * (1 - state.accuracy) * (1 - np.minimum(1.0, state.fighters / people)) / people
    harm = p.collateral * (1000.0 * harm + state.strikes * (1 - state.accuracy))
    harm[~state.present] = 0.0
    return np.asarray(harm @ state.presence)


def rivalry(state: State) -> None:
    """Multilateral Lanchester losses between hostile organisations that share a country.

    Loss of g = rate x sum over hostile h of fighters_h x skill_h x overlap, overlap from the countries both are in. The
    core's bloc is hostile to all others; `rivalry.alliances` off, or a share of openness, makes it spare some of them.
    """
    if "rivalry" not in state.on:
        return
    p = state.parameters.rivalry
    there = state.presence
    bloc = (state.camp == 0) & state.present
    hostile = bloc[:, None] ^ bloc[None, :]
    overlap = np.minimum(1.0, there @ there.T) * hostile
    fire = p.rate * hostility(state) * (overlap @ (state.fighters * state.skill * state.present))
    fighters = state.fighters
    rate = np.minimum(0.2, fire / np.maximum(fighters + p.band, 1.0))
    for field, purpose in ((state.local_fighters, "rivals.local"), (state.foreign_fighters, "rivals.foreign")):
        dead = np.minimum(field, whole(rate * field * (field > 0), state.draws(purpose)))
        field -= dead
        state.killed += dead
        state.account("fighters_killed", float(dead.sum()))


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
