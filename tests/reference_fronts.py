"""A week of fronts in one sub-step, over whole arrays in NumPy: what `kernels/fronts.py` must equal."""

import numpy as np

CORE_CAMP = 0


def forces(state):
    """Powers of organisations, spread out and at their focus, and of garrisons, per 1,000 people."""
    p, q = state.parameters.territory, state.parameters.operations
    fallen = state.people_held < state.stretch
    stretch = np.where(fallen, state.stretch + (state.people_held - state.stretch) / p.regrouping, state.people_held)
    effort = (state.activity[:, 0] + state.activity[:, 4]) / p.usual_effort
    effective = 1000 * state.fighters * state.skill * effort
    share = np.where(state.focus >= 0, p.mass, 0.0)
    at_stake = np.maximum(state.sector_held, state.sector_exposed)[state.focus] + p.district
    deployable = q.deployable if "operations" in state.on else 0.0
    staying = 1000 * state.forces * state.effectiveness * (1 - deployable * state.mobilisation)
    garrisons = staying / state.theatre.country_people + state.militia
    return effective * (1 - share) / (stretch + p.district), effective * share / at_stake, garrisons


def theta(state, hostile, enemies):
    """Share of the contest of all that is against each organisation in each cell (organisations, cells)."""
    p, q, theatre = state.parameters.territory, state.parameters.operations, state.theatre
    spread, focused, garrisons = forces(state)
    at_focus = theatre.sector[None, :] == state.focus[:, None]
    counts = p.neutral_support + state.support + p.compliance * state.fear
    own = (spread[:, None] + focused[:, None] * at_focus) * counts
    drag = p.grievance_drag if "attitudes.grievance" in state.on else 0.0
    against = garrisons[theatre.country] * state.reach * (1 - drag * state.grievance) + state.defence
    against = against + p.resistance * (1 - state.support) ** 2 * (1 - state.fear)
    against += state.massed[theatre.sector] * (1 + q.air * state.strikes[:, None])
    bloc = state.camp == CORE_CAMP
    power = state.control * spread[:, None]
    against += hostile[:, None] * np.where(bloc[:, None], power[~bloc].sum(axis=0), power[bloc].sum(axis=0))
    part = np.where(enemies > 0, state.control / np.maximum(state.control + enemies, 1e-300), 1.0)
    dug = 1 + (p.entrenched * (1 + state.dug_in[:, None]) - 1) * part
    share = against / (against + own)
    return np.where(share <= 0.5, share, np.maximum(0.5, against / (against + dug * own)))


def steepest(state, flow):
    """Godunov's rates towards neighbours with more control and with less, each (organisations, cells)."""
    rises = flow * (state.control[:, state.theatre.neighbours] - state.control[:, :, None])
    east, west, north, south = np.moveaxis(rises, 2, 0)
    come = np.hypot(np.maximum(np.maximum(east, west), 0), np.maximum(np.maximum(north, south), 0))
    go = np.hypot(np.maximum(np.maximum(-east, -west), 0), np.maximum(np.maximum(-north, -south), 0))
    return come, go


def advance(state, flow, hostile):
    """Return control after a week in one sub-step, people lost (organisations,) and people taken (sectors,)."""
    p, theatre = state.parameters.territory, state.theatre
    control, total = state.control, state.control.sum(axis=0)
    bloc = control[state.camp == CORE_CAMP].sum(axis=0)
    enemies = np.where((state.camp == CORE_CAMP)[:, None], total - bloc, bloc) * (hostile > 0)[:, None]
    enemies = np.maximum(enemies, 0.0)
    share, (come, go) = theta(state, hostile, enemies), steepest(state, flow)
    room = np.maximum(0.0, 1 - total)
    gain = come * np.minimum(1.0, (room + enemies) / np.maximum(1 - control, 1e-9))
    gain += np.where(come == 0, p.growth * control * room, 0.0)
    pressed = np.maximum(state.push[theatre.sector], np.minimum(1.0, enemies))
    loss = pressed * go + p.clash * control * enemies
    edge = 1 - 2 * share
    change = np.where(edge > 0, edge * state.drive[:, None] * gain, edge * loss)
    lost = (state.people * np.minimum(np.maximum(-change, 0), control)).sum(axis=1)
    taken = np.bincount(theatre.sector, (state.people * np.maximum(change, 0)).sum(axis=0), len(state.sector_held))
    after = control + change
    after = np.where(after < p.cutoff, 0.0, np.minimum(after, 1.0))
    return after / np.maximum(after.sum(axis=0), 1.0), lost, taken
