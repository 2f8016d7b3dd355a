"""Links between the core and the groups: quality, messages, interception, severing, healing.

Direct quality is q = 1 - (1 - e)(1 - m) with e = envoys / (envoys + half) exp(-distance / lambda) and m the media channel;
a message may also pass through provinces, so that the quality of a link is the best product over paths. Traffic gives
headquarters away (Shapiro, The Terrorist's Dilemma, 2013); networks that are cut may heal (Tsvetovat and Carley 2005).
"""

import numpy as np

from model import kernels
from model.fields import Flags
from model.state import CORE, State

WATCHING = ("strike_core", "strike_provinces", "sever_links", "train_partners")  # levers that come with intelligence


def exchange(state: State) -> None:
    """One week of communication: envoys come and go, links are cut, messages are delivered or intercepted."""
    if "communication" not in state.on:
        for field in (state.quality, state.sent, state.delivered, state.intercepted):
            field[:] = 0.0
        state.silence += 1
        return
    _renew_envoys(state)
    _measure_links(state)
    _deliver(state)
    _intercept(state)


def _renew_envoys(state: State) -> None:
    parameters = state.parameters.communication
    members = state.provinces | state.pledged
    kept = 1 - parameters.envoy_decay - parameters.sever_envoys * state.sever
    state.envoys[CORE] *= kept
    if "foreign_fighters.envoys" in state.on and state.core_alive:
        strength = (
            state.prestige * state.foreign_fighters[CORE] / (state.foreign_fighters[CORE] + parameters.envoy_fighters)
        )
        state.envoys[CORE] += parameters.envoy_gain * strength * members
    if "network_healing" in state.rivals:
        _heal(state, members)
    state.envoys[CORE, CORE] = 0.0
    state.envoys[:, CORE] = state.envoys[CORE]


def _heal(state: State, members: Flags) -> None:
    """Regrow links through common neighbours: envoys_ij += rate sum_k sqrt(envoys_ik envoys_kj), towards a ceiling."""
    parameters = state.parameters.communication
    active = members.astype(np.float64)
    active[CORE] = float(state.core_alive)
    near = np.exp(-state.distances() / parameters.healing_distance_km) * np.outer(active, active)
    np.fill_diagonal(near, 0.0)
    lateral = near[1:, 1:]
    state.envoys[1:, 1:] += parameters.healing * lateral * (1 - state.envoys[1:, 1:] / parameters.healing_ceiling)
    root = np.sqrt(state.envoys)
    through = root @ root
    missing = np.clip(1 - state.envoys[CORE] / parameters.healing_ceiling, 0, 1)
    state.envoys[CORE] += parameters.healing * through[CORE] * missing * active


def _measure_links(state: State) -> None:
    parameters = state.parameters.communication
    near = state.cache.get("nearness")
    distances = state.distances()
    if near is None or near[0] is not distances:
        near = state.cache["nearness"] = (distances, np.exp(-distances / parameters.distance_km))
    personal = state.envoys / (state.envoys + parameters.half_envoys) * near[1]
    channel = state.media * (1 - state.suppression)
    state.direct[:] = personal
    state.direct[CORE] = state.direct[:, CORE] = 1 - (1 - personal[CORE]) * (1 - channel)
    relays = state.provinces.copy()
    relays[CORE] = state.core_alive
    kernels.best_paths(state.direct, relays, CORE, state.quality)
    if not state.core_alive:
        state.quality[:] = 0.0
    state.quality[CORE] = 1.0
    suppressed = parameters.media_suppression * float(state.sever.max(initial=0.0)) * (state.camp == 0)
    state.suppression += parameters.media_adaptation * (suppressed - state.suppression)


def _deliver(state: State) -> None:
    """At least one of `traffic` messages arrives with probability 1 - (1 - q)^v; silence counts the weeks without."""
    members = (state.provinces | state.pledged) & state.core_alive
    state.sent[:] = np.where(members, np.floor(state.traffic + state.draws("communication.sent")), 0.0)
    reached = state.draws("communication.delivered") < 1 - (1 - state.quality) ** state.sent
    expected = np.maximum(1.0, np.rint(state.sent * state.quality))
    state.delivered[:] = np.where(reached, np.minimum(state.sent, expected), 0.0)
    state.silence[:] = np.where(reached, 0.0, state.silence + 1)
    state.silence[~(state.provinces | state.pledged)] = 0.0


def _intercept(state: State) -> None:
    """A week's traffic is intercepted with probability 1 - exp(-eta v collection); what it gives away fades."""
    parameters = state.parameters.communication
    state.exposure *= 1 - parameters.exposure_fading
    if "communication.interception" not in state.on:
        state.intercepted[:] = 0.0
        return
    watching = sum(state.effort.get(lever, 0.0) for lever in WATCHING)
    collection = parameters.collection * min(1.0, watching)
    caught = state.draws("communication.intercepted") < 1 - np.exp(-parameters.interception * state.sent * collection)
    state.intercepted[:] = np.where(caught, np.minimum(1.0, state.sent), 0.0)
    state.exposure += caught * parameters.exposure_gain * (1 - state.exposure)
    if caught.any():
        state.exposure[CORE] += parameters.exposure_gain * caught.mean() * (1 - state.exposure[CORE])
