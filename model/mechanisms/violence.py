"""Attacks by kind, their victims, sectarian reprisals, and whom they provoke.

Counts are Poisson; the largest attack of a week has a Pareto tail with density exponent 2.5 (Clauset, Young and
Gleditsch 2007); reprisals follow a self-exciting process with branching ratio below one (Lewis et al. 2012).
"""

import numpy as np

from model import kernels
from model.fields import Floats
from model.mechanisms.scale import whole
from model.state import ATTACK_KINDS, CORE, State

TAIL = 1.5  # exponent of the distribution function; the density's is 2.5


def attack(state: State) -> None:
    """Draw the week's attacks, their deaths, which were large and not sanctioned, and where they took place."""
    rates = attack_rates(state)
    counts = np.zeros(rates.size)
    kernels.poisson_counts(state.draws("attacks", rates.size), rates.ravel(), counts)
    state.attacks[:] = counts.reshape(rates.shape)
    if state.core_alive:
        state.attacks[CORE, 3] += state.plots
    _stop_abroad(state)
    largest = _severity(state)
    _judge(state, largest)
    _locate(state)
    _reprisals(state)


def attack_rates(state: State) -> Floats:
    """Expected attacks a week, (organisations, kinds): base rate x thousand fighters x skill x share of effort."""
    p, on = state.parameters.violence, state.on
    strength = state.fighters / 1000.0 * state.skill * state.present
    base = np.array([getattr(p, f"rate_{kind}") for kind in ATTACK_KINDS])
    rates = strength[:, None] * base * state.activity[:, :4]
    rates[:, 1] *= state.presence @ _mixed(state)
    if "sectarian" in on:
        there = state.presence * state.fighters[:, None]
        rates[:, 1] += p.echo * (there @ (state.reprisals / np.maximum(there.sum(axis=0), 1.0)))
    if "reach" not in on:
        rates[:, 2] = 0.0
    if "provocation.backfire" in on:
        rates[:, 3] += p.backfire * state.strikes * np.where(state.camp == 0, strength, 0.0)
    return np.asarray(rates)


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


def _stop_abroad(state: State) -> None:
    """International attacks that a diaspora's reports give away are stopped, one by one."""
    state.stopped = 0.0
    if "diaspora" not in state.on:
        return
    chance = state.parameters.diaspora.reports * state.reports
    caught = np.minimum(state.attacks[:, 3], whole(chance * state.attacks[:, 3], state.draws("stopped")))
    state.attacks[:, 3] -= caught
    state.stopped = float(caught.sum())


def _severity(state: State) -> Floats:
    """Deaths of the week and the largest attack of each organisation (organisations,)."""
    p = state.parameters.violence
    count = state.attacks.sum(axis=1)
    luck = state.draws("severity")
    below = np.minimum(np.maximum(luck, 1e-9), 1 - 1e-9) ** (1 / np.maximum(count, 1.0))
    largest = np.where(count > 0, np.minimum(p.least_deaths * (1 - below) ** (-1 / TAIL), p.most_deaths), 0.0)
    state.deaths[:] = np.rint(np.maximum(count - 1, 0.0) * p.least_deaths * 2 + largest)
    return largest


def _judge(state: State, largest: Floats) -> None:
    """A province's large attack was against the core's wishes with probability 1 - alignment."""
    large = state.provinces & (largest >= state.parameters.violence.large_attack)
    rogue = large & (state.draws("sanction") > state.alignment)
    state.unsanctioned[:] = rogue + state.staged
    state.staged[:] = 0.0
    for row in np.flatnonzero(rogue):
        country = state.countries[state.home_country[row]]
        cause = (
            f"its alignment with the core was {state.alignment[row]:.2f} after {state.silence[row]:.0f} silent weeks"
        )
        drift = round(1 - float(state.alignment[row]), 3)
        state.note(
            "unsanctioned_attack", int(row), cause, country=country, amount=float(largest[row]),
            causes={"drift": drift, "chance": round(1 - drift, 3)},
        )  # fmt: skip


def _locate(state: State) -> None:
    """Count attacks by the core's bloc in each country: at home, and regional ones at the land neighbours'."""
    bloc = state.camp == 0
    state.attacks_in[:] = ((state.attacks[:, 0] + state.attacks[:, 1]) * bloc) @ state.presence
    state.attacks_in += ((state.attacks[:, 2] * bloc) @ state.presence) @ state.border_shares()


def _reprisals(state: State) -> None:
    p = state.parameters.violence
    sectarian = state.attacks[:, 1] @ state.presence
    state.sectarian_heat += sectarian - p.cooling * state.sectarian_heat
    if "sectarian" not in state.on:
        state.reprisals[:] = 0.0
        return
    rates = p.branching * p.cooling * state.sectarian_heat
    kernels.poisson_counts(state.draws("reprisals", len(rates)), rates, state.reprisals)


def provoke(state: State) -> None:
    """Large attacks against the core's wishes, and attacks abroad, anger the outside powers (or cow them); anger fades."""
    p = state.parameters.provocation
    state.provocation *= 1 - p.fading
    if "provocation" not in state.on:
        return
    outside = np.array([ally.kind == "outside_power" for ally in state.scenario.allies.values()], dtype=bool)
    bloc = state.camp == 0
    anger = p.unsanctioned * state.unsanctioned[bloc].sum() + p.international * state.attacks[bloc, 3].sum()
    if anger < 0:
        state.provocation[outside] *= np.exp(anger)
    elif anger > 0 and outside.any():
        before = state.provocation.copy()
        state.provocation[outside] += (1 - state.provocation[outside]) * (1 - np.exp(-anger))
        if (before[outside] < 0.5).any() and (state.provocation[outside] >= 0.5).all():
            state.note("outside_power", CORE, "attacks against its people drew it in", amount=float(anger))
