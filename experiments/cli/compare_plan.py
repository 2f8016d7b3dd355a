"""What a call of `inkspot compare` asks for, checked as a whole: all mistakes are told together, before anything runs."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from experiments.batch.errors import UserError
from experiments.batch.settings import parse_settings, parsed_seeds
from experiments.compare.comparison import Plan, plans
from experiments.points.draws import members
from experiments.report.drawing import check_chart
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
    draws = tried(lambda: members(asked.ensemble), 0) if asked.ensemble and not asked.draws else asked.draws
    if asked.ensemble and asked.draws:
        tried(lambda: members(asked.ensemble), 0)
    if asked.pdf:
        tried(browser, "")
    if asked.chart:
        for batch in batches:
            tried(partial(check_chart, asked.chart, list(batch.runs), batch.baseline), None)
    told = list(dict.fromkeys(mistakes))
    if told:
        raise UserError(
            told[0] if len(told) == 1 else "\n".join([f"{len(told)} problems", *(f"  {each}" for each in told)])
        )
    return batches, draws


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
