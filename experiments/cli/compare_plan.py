"""What a call of `inkspot compare` asks for, checked as a whole: all mistakes are told together, before anything runs."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from rich.console import Console

from experiments.batch.errors import UserError
from experiments.batch.settings import parse_settings, parsed_seeds
from experiments.cli.screen import heading
from experiments.compare.planning import Plan, plans
from experiments.report.pdf import browser
from model.scenario import ScenarioError


@dataclass(frozen=True)
class Asked:
    """The options of a call that decide what is run."""

    scenario: str
    policies: str | None
    seeds: int | str  # a number, or a list as a text
    weeks: int | None
    settings: tuple[str, ...]
    baseline: str | None
    draws: int
    ensemble: str
    pdf: bool
    chart: str = ""
    model: str = ""


def planned(asked: Asked) -> tuple[list[Plan], int]:
    """Return a plan for each scenario, and the number of draws. Raises UserError with all mistakes of the call."""
    mistakes: list[str] = []

    def tried[T](make: Callable[[], T], otherwise: T) -> T:
        try:
            return make()
        except ScenarioError as error:
            mistakes.extend(problem.message for problem in error.problems)
        except UserError as error:
            mistakes.extend(str(error).split("\n"))
        return otherwise

    overrides: dict[str, Any] = {} if asked.weeks is None else {"weeks": asked.weeks}
    for setting in asked.settings:
        overrides = tried(partial(parse_settings, [setting]), dict[str, Any]()) | overrides
    policies = None if asked.policies is None else _names(asked.policies)
    seeds = tried(lambda: list(parsed_seeds(str(asked.seeds))), [0])
    batches = tried(
        lambda: plans(_names(asked.scenario), policies, seeds, overrides, asked.baseline, asked.model), list[Plan]()
    )
    draws = asked.draws
    if asked.ensemble:
        from experiments.points.draws import members  # a second before the first line, as charts below

        found = tried(lambda: members(asked.ensemble), 0)
        draws = asked.draws or found
    if asked.pdf:
        tried(browser, "")
    if asked.chart:
        from experiments.report.drawing import check_chart  # matplotlib

        for batch in batches:
            tried(partial(check_chart, asked.chart, list(batch.runs), batch.baseline), None)
    told = list(dict.fromkeys(mistakes))
    if told:
        raise UserError(
            told[0] if len(told) == 1 else "\n".join([f"{len(told)} problems", *(f"  {each}" for each in told)])
        )
    return batches, draws


def announce(screen: Console, batch: Plan, jobs: int, draws: int, draw_seeds: int) -> None:
    """Print what a comparison is about and what is going to be run, before what takes time."""
    first = next(iter(batch.runs.values()))
    count = f"{len(batch.runs)} policies x {len(first)} seeds = {len(batch.in_turn)} runs"
    if draws:
        count += f", and {len(batch.runs)} x {draws} x {draw_seeds} in drawn futures"
    count += f", model {batch.model}" if batch.model else ""
    heading(screen, first[0].composed, f"{count} on {jobs} {'process' if jobs == 1 else 'processes'}")


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
