"""What a call of `inkspot sweep` asks for: a design, a table of points, or both, with the options that change the design."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.batch.errors import UserError
from experiments.batch.settings import parsed_seeds
from experiments.sweep.design_file import load_design
from experiments.sweep.run import Plan
from experiments.sweep.table_design import load_points
from model.scenario.problems import ScenarioError


@dataclass(frozen=True)
class Asked:
    """The options of a call that decide what is run."""

    design: str | None = None
    points: Path | None = None
    scenario: str | None = None
    policies: str | None = None
    weeks: int | None = None
    seeds: str | None = None
    outcomes: str | None = None
    at: str | None = None
    stop: tuple[str, ...] = ()
    model: str | None = None


def planned(asked: Asked) -> Plan:
    """Return what a call runs. Raises UserError or ScenarioError with all mistakes."""
    mistakes: list[str] = []

    def tried(make: Callable[[], Any]) -> Any:
        try:
            return make()
        except UserError as error:
            mistakes.append(str(error))
        return None

    if asked.design is None and asked.points is None:
        raise UserError("name a design (`inkspot list` shows those shipped), or give a table with --points FILE")
    alone = {"--scenario": asked.scenario, "--policies": asked.policies}
    if asked.design is not None:
        mistakes += [
            f"{name} goes with --points alone: the design names its own" for name, value in alone.items() if value
        ]
    seeds = tried(lambda: parsed_seeds(str(asked.seeds))) if asked.seeds is not None else None
    at = tried(lambda: _weeks(asked.at)) if asked.at else None
    changes: dict[str, Any] = {
        "scenarios": _names(asked.scenario), "policies": _names(asked.policies), "weeks": asked.weeks, "at": at,
        "outcomes": _names(asked.outcomes), "stop": list(asked.stop) or None, "model": asked.model,
        "replicates": len(seeds) if isinstance(seeds, range) else None,
        "seeds": None if isinstance(seeds, range) else seeds,
    }  # fmt: skip
    changes = {key: value for key, value in changes.items() if value is not None}
    try:
        plan = _plan(asked, changes)
    except (ScenarioError, UserError) as error:
        if not mistakes:
            raise
        mistakes += [each.message for each in error.problems] if isinstance(error, ScenarioError) else [str(error)]
    if mistakes:
        lines = [f"{len(mistakes)} problems", *(f"  {each}" for each in mistakes)] if len(mistakes) > 1 else mistakes
        raise UserError("\n".join(lines))
    return plan


def _plan(asked: Asked, changes: dict[str, Any]) -> Plan:
    if asked.points is not None:
        return Plan(*load_points(asked.points, asked.design, changes))
    return Plan(load_design(str(asked.design), changes))


def _names(text: str | None) -> list[str] | None:
    return None if text is None else [name.strip() for name in text.split(",") if name.strip()]


def _weeks(text: str | None) -> list[int]:
    words = _names(text) or []
    if not words or not all(word.isdecimal() for word in words):
        raise UserError(f"--at takes weeks, as in --at 26,52,104, got {text!r}")
    return [int(word) for word in words]
