"""Attacks by kind, their victims, sectarian reprisals, and whom they provoke.

Counts are Poisson; the largest attack of a week has a Pareto tail with density exponent 2.5 (Clauset, Young and
Gleditsch 2007); reprisals follow a self-exciting process with branching ratio below one (Lewis et al. 2012).
"""

import numpy as np

from model import kernels
from model.fields import Floats
from model.state import ATTACK_KINDS, CORE, State


def attack(state: State) -> None:
    """Draw the week's attacks, their deaths, which were large and not sanctioned, and where they took place."""
    organisations, countries, stays = state.organisation_records, state.country_records, state.stays
    p = state.parameters.violence.record
    kernels.draw_attacks(organisations, attack_rates(state), state.draws("attacks", state.attacks.size))
    if state.core_alive:
        state.attacks[CORE, 3] += state.plots
    state.stopped = 0.0
    if "diaspora" in state.on:
        chance = state.parameters.diaspora.reports * state.reports
        state.stopped = kernels.stop_abroad(organisations, state.draws("stopped"), chance)
    rogue = np.empty(len(organisations))
    if kernels.count_deaths(organisations, state.draws("severity"), state.draws("sanction"), p, rogue):
        _note_rogues(state, rogue)
    kernels.locate_attacks(organisations, countries, stays, state.border_shares())
    luck = state.draws("reprisals", len(countries))
    kernels.take_revenge(organisations, countries, stays, luck, "sectarian" in state.on, p)


def attack_rates(state: State) -> Floats:
    """Expected attacks a week, (organisations, kinds): base rate x thousand fighters x skill x share of effort."""
    on = state.on
    rates = np.empty((len(state.organisation_records), len(ATTACK_KINDS)))
    kernels.attack_rates(
        state.organisation_records, state.country_records, state.stays, _mixed(state), "sectarian" in on, "reach" in on,
        "provocation.backfire" in on, state.parameters.violence.record, rates,
    )  # fmt: skip
    return rates


def _mixed(state: State) -> Floats:
    """How mixed a country's creeds are: 4 s (1 - s) of the people-weighted constituency share (countries,)."""
    kept = state.cache.get("mixed")
    if kept is None:
        theatre = state.theatre
        size = len(theatre.countries)
        people = np.bincount(theatre.country, theatre.people, size)
        share = np.bincount(theatre.country, theatre.people * theatre.constituency, size) / np.maximum(people, 1.0)
        kept = state.cache["mixed"] = 4 * share * (1 - share)
    return np.asarray(kept)


def _note_rogues(state: State, rogue: Floats) -> None:
    for row in np.flatnonzero(rogue):
        country = state.countries[state.home_country[row]]
        cause = (
            f"its alignment with the core was {state.alignment[row]:.2f} after {state.silence[row]:.0f} silent weeks"
        )
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
    if anger == 0:
        return
    outside = np.array([ally.kind == "outside_power" for ally in state.scenario.allies.values()], dtype=bool)
    if anger < 0:
        state.provocation[outside] *= np.exp(anger)
    elif outside.any():
        before = state.provocation.copy()
        state.provocation[outside] += (1 - state.provocation[outside]) * (1 - np.exp(-anger))
        if (before[outside] < 0.5).any() and (state.provocation[outside] >= 0.5).all():
            state.note("outside_power", CORE, "attacks against its people drew it in", amount=float(anger))
