"""Risk of attacks in allied countries from within diasporas, and what diasporas tell the police.

Expected plots = rate x thousands living abroad x (share of home-country fighters in the core's bloc x prestige + share of
other armed groups x local cause): a pledge puts a wider cause in the place of a local one, and which of the two moves more
people depends on the core's standing. Police find plots where they are told of them: reports = policing x trust. Trust is
slow; policing erodes it by its square, so that a light hand costs little: X += a (1 - X) - b X.
"""

import numpy as np

from model import kernels
from model.fields import Floats
from model.state import State


def radicalise(state: State) -> None:
    """Set the expected attacks from each ally's diaspora, and draw those that will be carried out in the core's name."""
    state.diaspora_risk[:], state.plots = 0.0, 0.0
    if "diaspora" not in state.on:
        return
    p, living = state.parameters.diaspora, _thousands(state)
    reports = _reports(state)
    people = living.sum(axis=1)
    state.reports = float(reports @ people / max(float(people.sum()), 1e-12))
    there = state.presence * state.fighters[:, None]
    total = there.sum(axis=0)
    joined = there[state.camp == 0].sum(axis=0) / np.maximum(total, 1.0)
    alone = np.where(total >= 1, 1 - joined, 0.0)
    cause = p.rate * state.prestige * (living @ joined)
    state.diaspora_risk[:] = (cause + p.rate * p.local_cause * (living @ alone)) * (1 - p.reports * reports)
    found = np.zeros(len(state.allies))
    kernels.poisson_counts(state.draws("diaspora", len(state.allies)), cause, found)
    state.plots = float(found.sum())


def _reports(state: State) -> Floats:
    """Advance trust by a week and return policing x trust, (allies,); allies that feel threatened police by themselves."""
    p = state.parameters.diaspora
    policing = 1 - (1 - state.diaspora_dose) * (1 - p.vigilance * state.ally_threat)
    trust = state.diaspora_trust
    trust += p.reconciliation * (1 - trust) - p.alienation * policing**2 * trust
    return np.asarray(policing * trust)


def _thousands(state: State) -> Floats:
    """People from each country who live in each ally's, thousands (allies, countries)."""
    kept = state.cache.get("diasporas")
    if kept is None:
        allies = state.scenario.allies.values()
        rows = [[ally.diaspora.get(iso3, 0.0) for iso3 in state.countries] for ally in allies]
        kept = state.cache["diasporas"] = np.array(rows).reshape(len(rows), len(state.countries))
    return np.asarray(kept)
