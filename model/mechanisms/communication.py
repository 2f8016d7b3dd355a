"""Links between the core and the groups: quality, messages, interception, severing, healing.

Direct quality is q = 1 - (1 - e)(1 - m) with e personal ties, by brokers and other envoys, and m the media channel: see
`kernels/communication.py`. Severing works on both, and on couriers on their way. A message may also pass through provinces,
so that the quality of a link is the best product over paths. Traffic gives
headquarters away (Shapiro, The Terrorist's Dilemma, 2013); networks that are cut may heal (Tsvetovat and Carley 2005).
"""

import numpy as np

from model import kernels
from model.state import CORE, State
from model.state.fields import Flags, Floats


def exchange(state: State) -> None:
    """One week of communication: envoys come and go, links are cut, messages are delivered or intercepted."""
    state.carried[:] = 0.0
    if "communication" not in state.on:
        for field in (state.quality, state.sent, state.delivered, state.intercepted):
            field[:] = 0.0
        state.silence += 1
        return
    organisations, p = state.organisation_records, state.parameters.communication.record
    gains = "foreign_fighters.envoys" in state.on and state.core_alive
    before = state.brokers.copy()
    if kernels.renew_envoys(organisations, state.luck, state.envoys, state.prestige, gains, p):
        _note_lost_brokers(state, before)
    if "network_healing" in state.rivals:
        _heal(state, state.provinces | state.pledged)
    kernels.exchange(
        organisations, state.luck, state.envoys, _nearness(state), state.direct, state.core_alive, state.effort,
        state.switches, p, state.parameters.links.record,
    )  # fmt: skip


def _note_lost_brokers(state: State, before: Floats) -> None:
    """Tell which brokers were lost to severing and to strikes on command; those who go by themselves are not told."""
    p = state.parameters.communication
    for row in np.flatnonzero(before > state.brokers):
        aimed = {
            "severing": p.sever_brokers * float(state.sever[row]),
            "strikes": p.strike_brokers * float(state.command_strikes[row] * state.accuracy[row]),
        }
        rate = sum(aimed.values())
        if rate <= p.broker_loss:
            continue
        causes = {name: round(part / (rate + p.broker_loss), 3) for name, part in aimed.items() if part > p.broker_loss}
        causes = dict(sorted(causes.items(), key=lambda item: -item[1]))
        left, had = int(state.brokers[row]), int(before[row])
        cause = f"one of them was found; {left or 'none'} of {had} {'is' if left < 2 else 'are'} left"
        cause = cause if had > 1 else "its only one was found"
        country = state.countries[state.home_country[row]]
        state.note("broker_lost", int(row), cause, other="core", country=country, causes=causes)


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


def _nearness(state: State) -> Floats:
    """exp(-distance / lambda) between headquarters (organisations, organisations)."""
    distances = state.distances()
    kept = state.cache.get("nearness")
    if kept is None or kept[0] is not distances:
        kept = state.cache["nearness"] = (distances, np.exp(-distances / state.parameters.communication.distance_km))
    return np.asarray(kept[1])
