"""What allies see of provinces, and how far they take countries on, in NumPy: the reference of `kernels/ally.py`."""

import numpy as np

from model.state import CORE


def look(state, rows):
    """What allies expect in each country after they have looked, (looking, countries); changes their beliefs."""
    p, shape = state.parameters.allied, state.belief.shape
    provinces = state.present & (state.camp == 0) & (np.arange(state.organisations) != CORE)
    strength = np.sqrt(state.fighters) + np.sqrt(state.people_held) / p.people_root
    there = np.bincount(state.home_country[provinces], strength[provinces], shape[1])
    noise = 0.55 * p.observation_noise if "allied.observation" in state.on else 0.0
    chance = np.clip(state.draws("ally.look", shape[0] * shape[1]).reshape(shape)[rows], 1e-6, 1 - 1e-6)
    seen, before = there * (chance / (1 - chance)) ** noise, state.belief[rows]
    growth = np.clip((seen - before) / np.maximum(before, 1.0), p.growth_least, p.growth_most)
    state.belief[rows] += p.learning * (seen - before)
    return state.belief[rows] * np.maximum(0.0, 1 + p.growth_weight * growth)


def weigh_countries(state, rows, kin, expected):
    """How far allies take countries on, (looking, countries)."""
    p, taken_on, effort = state.parameters.allied, state.taken_on[rows], state.ally_effort
    worth = expected * (1 + p.kinship * kin) * (1 + p.persistence * taken_on)
    if "allied.basing" in state.on:
        worth *= p.long_range + (1 - p.long_range) * state.bases[rows]
    if state.scenario.policy.division == "divided":
        for k, row in enumerate(rows):
            others = np.arange(len(effort)) != row
            worth[k] *= 1 - p.yielding * (effort[others] @ state.taken_on[others]) / max(effort[others].sum(), 1e-12)
    best = worth.max(axis=1, keepdims=True)
    wanted = np.where(worth >= p.least_worth * best, worth / np.where(best > 0, best, 1.0), 0.0)
    return np.where(best > 0, taken_on + p.shift * (wanted - taken_on), taken_on)
