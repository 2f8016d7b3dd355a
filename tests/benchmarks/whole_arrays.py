"""The step of land without fronts on whole arrays, for any array library: NumPy, and JAX where it is installed.

    uv run --with jax python -m tests.benchmarks --only frameworks

The same rule, arrays and sub-steps as `kernels.spread`, without lists of active cells: each sub-step goes over all cells of
all organisations, as array libraries want it. Numbers agree but for rounding, since totals are summed anew in each sub-step.
"""

from importlib import import_module
from importlib.util import find_spec
from statistics import median
from time import perf_counter, process_time

import numpy as np

from model import kernels

TOLERANCE = 1e-9  # of control, which is between 0 and 1


def arrays_of(spread):
    """The arrays of a step by name, of all organisations and cells, and its numbers."""
    cells, ground, forces, spreading, p = spread.cells, spread.ground, spread.forces, spread.spreading, spread.territory
    arrays = {
        "control": cells.control, "support": cells.support, "fear": cells.fear, "reach": cells.reach,
        "defence": cells.defence, "grievance": cells.grievance, "country": ground.country.astype(np.int64),
        "neighbours": ground.neighbours.astype(np.int64), "flow": spreading.flow, "offensive": spreading.offensive,
        "camp": forces.camp, "group": forces.group, "state": forces.state, "clash": forces.clash,
    }  # fmt: skip
    names = ("compliance", "resistance", "growth", "self_enforcement", "cutoff", "neutral_support")
    numbers = {name: float(p[0][name]) for name in names} | {"drag": float(forces.drag)}
    return {name: np.array(value) for name, value in arrays.items()}, numbers


def step(xp, a, p, steps, camps):
    """Return control after a week in `steps` sub-steps, with the array library `xp`."""
    support, fear, country, near = a["support"], a["fear"], a["country"], a["neighbours"]
    against = a["state"][country] * a["reach"] * (1.0 - p["drag"] * a["grievance"]) + a["defence"]
    against = against + p["resistance"] * ((1.0 - support) * (1.0 - support) * (1.0 - fear))
    both = against + a["group"][:, None] * (p["neutral_support"] + support + p["compliance"] * fear)
    theta = xp.where(both > 0.0, against / xp.where(both > 0.0, both, 1.0), 0.5)
    members = [a["camp"] == camp for camp in range(camps)]
    alone, w, control = (a["camp"] < 0)[:, None], p["self_enforcement"], a["control"]
    for _ in range(steps):
        total = control.sum(axis=0)
        friends = xp.where(alone, control, 0.0)
        for member in members:
            bloc = xp.where(member[:, None], control, 0.0).sum(axis=0)
            friends = friends + xp.where(member[:, None], bloc, 0.0)
        spread = sum(a["flow"][:, n] * (control[:, near[:, n]] - control) for n in range(4))
        net = (1.0 - w) * (1.0 - 2.0 * theta) + w * (friends - theta)
        rate = p["growth"] * xp.maximum(0.0, 1.0 - total) * net - a["offensive"][:, country]
        rate = rate - a["clash"][:, None] * xp.maximum(0.0, total - friends)
        value = control + (spread + control * rate) / steps
        control = xp.where(value < p["cutoff"], 0.0, xp.minimum(value, 1.0))
    return control


def frameworks(spread, rounds=20, replicates=8):
    """Milliseconds of a step on whole arrays in NumPy and JAX beside the compiled loop on lists of active cells."""
    arrays, numbers = arrays_of(spread)
    camps = len(spread.cells.camp_control)
    ours = spread.fresh()
    kernels.spread(*ours.arguments())
    found = {"loop": _loop(spread, rounds)}
    found["numpy"] = _compared(lambda: step(np, arrays, numbers, spread.steps, camps), ours, 3)
    found |= {"sub_steps": spread.steps, "pairs": int(arrays["control"].size), "tolerance": TOLERANCE,
              "active_pairs": int(spread.cells.active_count.sum())}  # fmt: skip
    if find_spec("jax") is not None:
        found["jax"] = _in_jax(arrays, numbers, spread.steps, camps, ours, rounds, replicates)
    ratios = {
        f"{name}_ratio": found[name]["least_ms"] / found["loop"]["least_ms"]
        for name in ("numpy", "jax")
        if name in found
    }
    return found | ratios


def _in_jax(arrays, numbers, steps, camps, ours, rounds, replicates):
    jax = import_module("jax")
    jax.config.update("jax_enable_x64", True)  # the model's numbers are doubles
    xp = jax.numpy
    given = {name: xp.asarray(value) for name, value in arrays.items()}
    rest = {name: value for name, value in given.items() if name != "control"}

    def one(control):
        return step(xp, rest | {"control": control}, numbers, steps, camps)

    compiled, started = jax.jit(one), perf_counter()
    compiled(given["control"]).block_until_ready()
    first = perf_counter() - started
    found = _compared(lambda: compiled(given["control"]).block_until_ready(), ours, rounds)
    batch = xp.stack([given["control"]] * replicates)
    several = jax.jit(jax.vmap(one))
    several(batch).block_until_ready()
    taken = _seconds(lambda: several(batch).block_until_ready(), max(3, rounds // 4))
    return found | {
        "version": jax.__version__, "compiling_s": first, "replicates": replicates,
        "a_replicate_of_a_batch_ms": min(taken) / replicates * 1e3,
    }  # fmt: skip


def _compared(call, ours, rounds):
    difference = float(np.abs(np.asarray(call()) - ours.cells.control).max())
    clock, wall = process_time(), perf_counter()
    taken = _seconds(call, rounds)
    cores = (process_time() - clock) / (perf_counter() - wall)
    return {"least_ms": min(taken) * 1e3, "median_ms": median(taken) * 1e3, "cores_used": cores,
            "largest_difference": difference}  # fmt: skip


def _seconds(call, rounds):
    taken = []
    for _ in range(rounds):
        started = perf_counter()
        call()
        taken.append(perf_counter() - started)
    return taken


def _loop(spread, rounds):
    taken = []
    for _ in range(rounds):
        fresh = spread.fresh()
        started = perf_counter()
        kernels.spread(*fresh.arguments())
        taken.append(perf_counter() - started)
    return {"least_ms": min(taken) * 1e3, "median_ms": median(taken) * 1e3}
