"""What `inkspot check` does and prints: what is wrong with files, and the JSON Schemas of scenario and policy files."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import typer

from experiments.batch.errors import UserError
from experiments.cli.plain_errors import printable
from experiments.cli.screen import left_out_words
from model.scenario import ScenarioError, check_file, json_schema, list_scenarios, load_scenario, policy_schema
from model.scenario.load import BASELINE
from model.scenario.problems import Problem, other
from model.scenario.user_files import tables_or_none

MOST_BESIDE = 50  # files beside a policy that are looked at


def check_files(files: Sequence[str], run: bool = False) -> bool:
    """Print the problems of each file, or ok; return whether all are. `run`: run lessons, and say what they do not show."""
    sound = True
    for file in files:
        problems = file_problems(file)
        if run and not problems:
            problems = _untaught(file)
        sound = sound and not problems
        for problem in problems:
            typer.echo(printable(str(problem)))
        if not problems and (words := _restricted(file)):
            typer.echo(printable(words))
        count = f"{len(problems)} {'problem' if len(problems) == 1 else 'problems'}" if problems else "ok"
        typer.echo(printable(f"{file}: {count}"))
    return sound


def _restricted(file: str) -> str:
    """Return what a scenario leaves out that is restricted to some countries; nothing for other files."""
    try:
        scenario = load_scenario(file)
    except ScenarioError:  # a policy, a design, a part of a scenario
        return ""
    return left_out_words(scenario) if scenario.left_out else ""


def file_problems(file: str) -> list[Problem]:
    """Return what is wrong with a ledger, targets, a lesson, a design, a scenario or a policy: whichever the file is."""
    from experiments.claims.ledger import is_ledger, ledger_problems  # not where a run waits for it
    from experiments.history.target import is_targets, target_problems
    from experiments.sweep.design_file import design_problems, is_design

    if is_ledger(file):
        return ledger_problems(file)
    if is_targets(file):
        return target_problems(file)
    if _is_lesson(file):
        from experiments.app.lesson import lesson_problems  # the page's widgets: half a second

        return lesson_problems(file)
    return design_problems(file) if is_design(file) else check_file(file) or _runs_nowhere(file)


def _runs_nowhere(file: str) -> list[Problem]:
    """Return why a sound policy runs in no scenario, neither beside it nor shipped; nothing where it does, or is none.

    What is said is of the scenario that is run where none is named.
    """
    tables = tables_or_none(file)
    if "scenario" in tables or not {"policy", "phases"} & tables.keys():
        return []
    others = [str(path) for path in sorted(Path(file).resolve().parent.glob("*.toml"))[:MOST_BESIDE]]
    beside = [name for name in others if "scenario" in tables_or_none(name)]
    first: list[Problem] = []
    for scenario in dict.fromkeys((BASELINE, *beside, *list_scenarios())):
        try:
            load_scenario(scenario, policy=file)
        except ScenarioError as error:
            first = first or list(error.problems)
        else:
            return []
    place = "this policy runs in no scenario, neither shipped nor beside it; in"
    return [replace(problem, message=f"{problem.message} ({place} {BASELINE})") for problem in first]


def _untaught(file: str) -> list[Problem]:
    """Return what a lesson tells that its runs do not show. Raises UserError for another file."""
    from experiments.app.lesson import load_lesson  # as above
    from experiments.app.lesson_check import untaught  # as above

    if not _is_lesson(file):
        raise UserError(f"--run runs lessons of the page, and {file} is none")
    return [other(file, (), words) for words in untaught(load_lesson(Path(file)), typer.echo)]


def _is_lesson(file: str) -> bool:
    """Tell whether a file is a lesson of the page, sound or not: it has a prediction or a challenge."""
    return bool({"prediction", "challenge"} & tables_or_none(file).keys())


def schema_text(kind: str) -> str:
    """Return the JSON Schema of scenario or policy files. Raises UserError for another kind."""
    schemas = {"scenario": json_schema, "policy": policy_schema}
    if kind not in schemas:
        raise UserError(f"--schema prints the schema of `scenario` or of `policy` files, got {kind!r}")
    return json.dumps(schemas[kind](), indent=2, ensure_ascii=False)
