"""Risk of attacks in allied countries from within diasporas whose home group has joined the core.

Risk = rate x thousands living abroad x share of home-country fighters in the core's bloc x prestige. Policing helps at
first and then costs reports: reports of troublemakers go as 4 d (1 - d) of the dose d, a maximum in the interior.
"""

import numpy as np

from model import kernels
from model.state import State


def radicalise(state: State) -> None:
    """Set the week's expected attacks from each ally's diaspora, and draw them into the core's international attacks."""
    state.diaspora_risk[:] = 0.0
    if "diaspora" not in state.on:
        return
    p = state.parameters.diaspora
    joined = np.bincount(state.home_country, state.fighters * (state.camp == 0), len(state.countries))
    everyone = np.bincount(state.home_country, state.fighters * state.present, len(state.countries))
    share = joined / np.maximum(everyone, 1.0)
    reports = 4 * state.diaspora_dose * (1 - state.diaspora_dose)
    for row, ally in enumerate(state.scenario.allies.values()):
        if ally.diaspora:
            thousands = np.array([ally.diaspora.get(iso3, 0.0) for iso3 in state.countries])
            state.diaspora_risk[row] = p.rate * float(thousands @ share) * state.prestige * (1 - p.reports * reports)
    found = np.zeros(len(state.allies))
    kernels.poisson_counts(state.draws("diaspora", len(state.allies)), state.diaspora_risk, found)
    state.attacks[0, 3] += found.sum()
