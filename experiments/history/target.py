"""Targets: what was reported, with date, interval, source, and the model's measure that it is held against.

    targets = load_targets()            # scenarios/history/targets.toml
    targets = load_targets("mine.toml") # another file of the same form, of any dates

All that is wrong is reported at once, with file, key, the value met, what is allowed and the nearest valid name.
"""

from dataclasses import dataclass, field
from datetime import date as Day
from pathlib import Path

from experiments.batch.errors import UserError
from experiments.history.mistakes import problems_of
from experiments.history.schema import About, Curve, Group, Target, Towns
from experiments.history.towns import TownTarget, known_by, theatre_targets, town_groups, town_targets
from model.scenario import load_scenario
from model.scenario.problems import Problem, ScenarioError, crowded, other
from model.scenario.shipped import FOLDER
from model.scenario.user_files import not_toml, tables_of, tables_or_none

__all__ = ["HISTORY", "SCENARIO", "TARGETS", "About", "Curve", "Group", "Target", "Targets", "is_targets", "load_targets",
           "target_problems"]  # fmt: skip

HISTORY = FOLDER / "history"
TARGETS = HISTORY / "targets.toml"
SCENARIO = HISTORY / "levant_history.toml"  # what the calibration runs


@dataclass(frozen=True)
class Targets:
    """A file of targets.

    `countries`: year -> states that saw fighting; `forecasts`: what is forecast, reported or not; `groups`: targets that
    tell of one thing (`blocks.py`); `towns`: a target a town and day, made from the table `[towns]` and scored apart;
    `reported`: day -> town -> who held it, as the file itself says.
    """

    about: About
    targets: dict[str, Target]
    countries: dict[int, tuple[str, ...]]
    forecasts: dict[str, Curve] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    towns: dict[str, TownTarget] = field(default_factory=dict)
    reported: dict[Day, dict[str, str]] = field(default_factory=dict)

    def fitted(self, until: Day | None = None) -> dict[str, Target]:
        """Return those that a calibration uses; `until`: not those of later dates, and of theatres only the days before."""
        known = {name: known_by(target, until) for name, target in self.targets.items() if target.use == "fit"}
        return {name: target for name, target in known.items() if target is not None}


def load_targets(path: str | Path | None = None) -> Targets:
    """Return the targets of a file. Raises ScenarioError with all that is wrong, UserError where it cannot be read."""
    file = TARGETS if path is None else Path(path)
    label = f"scenarios/history/{file.name}" if file.parent == HISTORY else str(file)
    try:
        tables = tables_of(file)
    except OSError as error:
        raise UserError(f"cannot read the targets {file}: {error.strerror}") from None
    except ValueError as error:
        raise ScenarioError([other(label, (), not_toml(error))]) from None
    scenario = load_scenario(SCENARIO)
    problems = crowded(label, tables) or list(problems_of(label, tables, scenario))
    if problems:
        raise ScenarioError(problems)
    towns = Towns.model_validate(tables.get("towns", {}))
    return Targets(
        About.model_validate(tables.get("about", {})),
        {name: Target.model_validate(table) for name, table in tables.get("targets", {}).items()}
        | theatre_targets(towns),
        {int(year): tuple(codes) for year, codes in tables.get("countries", {}).items()},
        {name: Curve.model_validate(table) for name, table in tables.get("forecasts", {}).items()},
        {name: Group.model_validate(table) for name, table in tables.get("groups", {}).items()} | town_groups(towns),
        town_targets(towns, scenario),
        {day: {town: by for by, names in held.items() for town in names} for day, held in towns.held.items()},
    )


def is_targets(path: str | Path) -> bool:
    """Tell whether a file is one of targets: it has tables of them."""
    tables = tables_or_none(path)
    return isinstance(tables.get("targets"), dict) or isinstance(tables.get("forecasts"), dict)


def target_problems(path: str | Path) -> list[Problem]:
    """Return all that is wrong with a file of targets."""
    try:
        load_targets(path)
    except ScenarioError as error:
        return list(error.problems)
    return []
