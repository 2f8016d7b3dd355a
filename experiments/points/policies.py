"""Levers as factors: what an ally's policy becomes when shares of its effort are moved, at the same cost."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from experiments.points.factors import Factor, Value
from model.scenario.schema import LEVERS, Policy

ROUNDING = 1e-9


def moved(policy: Policy, factors: Sequence[Factor], values: Mapping[str, Value]) -> dict[str, Any]:
    """Return the overrides that put a policy's levers at `values`, keys of factors -> values.

    In each phase the lever's share of effort becomes its value, and the lever that it takes from gives or gets the
    difference, so that the sum stays the same. A policy without such phases stays as it is. Where there is too little to
    take, the share of the other lever is negative, which `short` finds.
    """
    overrides: dict[str, Any] = {}
    before = _efforts(policy)
    efforts = {name: dict(effort) for name, effort in before.items()}
    for factor in factors:
        value = values[factor.key]
        if factor.key not in LEVERS:
            overrides[f"policy.{factor.key}"] = value
            continue
        for name in phases_of(policy, factor):
            effort, share = efforts[name], float(value)
            if not factor.taken_from:  # of a table of points: the share as it stands there, at a cost of its own
                effort[factor.key] = share
                continue
            left = effort.get(factor.taken_from, 0.0) - (share - effort.get(factor.key, 0.0))
            effort[factor.key], effort[factor.taken_from] = share, 0.0 if abs(left) <= ROUNDING else left
    for name, effort in efforts.items():
        for lever, share in effort.items():
            if before[name].get(lever) != share:
                overrides[f"policy.phases.{name}.effort.{lever}"] = share
    return overrides


def _efforts(policy: Policy) -> dict[str, dict[str, float]]:
    """Return the plain shares of each phase: those that are aimed at places, or of one ally, are not moved."""
    return {
        name: {part.lever: part.share for part in phase.parts if not (part.target or part.ally)}
        for name, phase in policy.phases.items()
    }


def phases_of(policy: Policy, factor: Factor) -> list[str]:
    """Return the phases of a policy in which a lever is moved."""
    return [name for name in policy.phases if not factor.phases or name in factor.phases]


def short(policy: Policy, factors: Iterable[Factor]) -> list[tuple[Factor, str, float, float]]:
    """Return (factor, phase, what is wanted at the most, what there is) where a lever has too little to take.

    Levers that take from the same one are counted together, each at its highest value.
    """
    lacking = []
    moving = [factor for factor in factors if factor.taken_from]
    for name, effort in _efforts(policy).items():
        wanted: dict[str, float] = {}
        for factor in moving:
            if name not in phases_of(policy, factor):
                continue
            source = factor.taken_from
            highest = max(float(value) for value in factor.ends)
            wanted[source] = wanted.get(source, 0.0) + max(0.0, highest - effort.get(factor.key, 0.0))
            there = effort.get(source, 0.0)
            if wanted[source] > there + ROUNDING:
                lacking.append((factor, name, wanted[source], there))
    return lacking
