"""Risk of attacks in allied countries from within diasporas, and what diasporas tell the police.

Expected plots = rate x thousands living abroad x (share of home-country fighters in the core's bloc x prestige + share of
other armed groups x local cause): a pledge puts a wider cause in the place of a local one, and which of the two moves more
people depends on the core's standing. Police find plots where they are told of them: reports = policing x trust. Trust is
slow; policing erodes it by its square, so that a light hand costs little: X += a (1 - X) - b X.
"""

import numpy as np

from model import kernels
from model.state import State
from model.state.fields import Floats


def update(state: State) -> None:
    """Set the expected attacks from each ally's diaspora, and draw those that will be carried out in the core's name."""
    state.diaspora_risk[:], state.plots = 0.0, 0.0
    if "diaspora" not in state.on:
        return
    state.reports, state.plots = kernels.update_diasporas(
        state.organisation_records, state.stays, _thousands(state), state.prestige, state.diaspora_dose,
        state.ally_threat, state.draws("diaspora", len(state.allies)), state.diaspora_trust, state.diaspora_risk,
        state.parameters.diaspora.record,
    )  # fmt: skip


def _thousands(state: State) -> Floats:
    """People from each country who live in each ally's, thousands (allies, countries)."""
    kept = state.cache.get("diasporas")
    if kept is None:
        allies = state.scenario.allies.values()
        rows = [[ally.diaspora.get(iso3, 0.0) for iso3 in state.countries] for ally in allies]
        kept = state.cache["diasporas"] = np.array(rows).reshape(len(rows), len(state.countries))
    return np.asarray(kept)
