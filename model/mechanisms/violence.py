"""Attacks by kind, their victims, sectarian reprisals, and whom they provoke.

Counts are Poisson; the largest attack of a week has a Pareto tail with density exponent 2.5 (Clauset, Young and
Gleditsch 2007); reprisals follow a self-exciting process with branching ratio below one (Lewis et al. 2012).
"""

import numpy as np

from model import kernels
from model.state import CORE, State
from model.state.fields import Floats


def attack(state: State) -> None:
    """Draw the week's attacks, their deaths, which were large and not sanctioned, and where they took place.

    International attacks that diasporas report are stopped, one by one.
    """
    found, rogue, state.stopped = kernels.attack(
        state.organisation_records, state.country_records, state.stays, state.luck, state.luck_of_countries, state.ground,
        state.plots if state.core_alive else 0.0,
        state.parameters.diaspora.reports * state.reports if "diaspora" in state.on else 0.0, state.switches,
        state.parameters.violence.record,
    )  # fmt: skip
    if found:
        _note_rogues(state, rogue)


def _note_rogues(state: State, rogue: Floats) -> None:
    for row in np.flatnonzero(rogue):
        country = state.countries[state.home_country[row]]
        weeks = round(float(state.silence[row]))
        heard = f"no word had come for {weeks} week{'s' if weeks > 1 else ''}" if weeks else "word had come that week"
        cause = f"it followed the core in {state.alignment[row]:.0%} of its conduct, and {heard}"
        drift = round(1 - float(state.alignment[row]), 3)
        state.note(
            "unsanctioned_attack", int(row), cause, country=country, amount=float(rogue[row]),
            causes={"drift": drift, "chance": round(1 - drift, 3)},
        )  # fmt: skip


def provoke(state: State) -> None:
    """Large attacks against the core's wishes, and attacks abroad, anger the outside powers (or cow them); anger fades."""
    p = state.parameters.provocation
    state.provocation *= 1 - p.fading
    if "provocation" not in state.on:
        return
    _, abroad, rogue, _ = kernels.bloc_attacks(state.organisation_records)
    anger = p.unsanctioned * rogue + p.international * abroad
    if not anger:
        return
    outside = state.cache.get("outside_powers")
    if outside is None:
        kinds = [ally.kind for ally in state.scenario.allies.values()]
        outside = state.cache["outside_powers"] = np.array([kind == "outside_power" for kind in kinds], dtype=bool)
    before = state.provocation[outside]
    if anger < 0:
        state.provocation[outside] = before * np.exp(anger)
    else:
        state.provocation[outside] = after = before + (1 - before) * (1 - np.exp(-anger))
        level = state.parameters.reporting.drawn_in
        if (before < level).any() and (after >= level).all():
            state.note("outside_power", CORE, "attacks against its people drew it in", amount=float(anger))
