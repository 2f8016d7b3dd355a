"""Risk of attacks in allied countries from within diasporas whose home group has joined the core.

Risk = rate x thousands living abroad x share of home-country fighters in the core's bloc x prestige. Policing helps at
first and then costs reports: reports of troublemakers go as 4 d (1 - d) of the dose d, a maximum in the interior. An
ally that feels threatened watches more closely.
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
    p = state.parameters.diaspora
    there = state.presence * state.fighters[:, None]
    share = there[state.camp == 0].sum(axis=0) / np.maximum(there.sum(axis=0), 1.0)
    reports = 4 * state.diaspora_dose * (1 - state.diaspora_dose)
    risk = p.rate * state.prestige * (1 - p.reports * reports) * (_thousands(state) @ share)
    state.diaspora_risk[:] = risk * (1 - p.vigilance * state.ally_threat)
    found = np.zeros(len(state.allies))
    kernels.poisson_counts(state.draws("diaspora", len(state.allies)), state.diaspora_risk, found)
    state.plots = float(found.sum())


def _thousands(state: State) -> Floats:
    """People from each country who live in each ally's, thousands (allies, countries)."""
    kept = state.cache.get("diasporas")
    if kept is None:
        allies = state.scenario.allies.values()
        rows = [[ally.diaspora.get(iso3, 0.0) for iso3 in state.countries] for ally in allies]
        kept = state.cache["diasporas"] = np.array(rows).reshape(len(rows), len(state.countries))
    return np.asarray(kept)
