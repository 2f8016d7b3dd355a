"""When a run ends before its last week: conditions such as `people_core < 100000`, and what the run says of them."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import ge, gt, le, lt
from typing import TYPE_CHECKING

from experiments.batch.errors import UserError
from model.scenario.problems import nearest

if TYPE_CHECKING:
    from model.record import Result
    from model.simulation import Simulation

COMPARISONS: dict[str, Callable[[float, float], bool]] = {"<=": le, ">=": ge, "<": lt, ">": gt}
WRITTEN = re.compile(r"\s*([a-z_]+)\s*(<=|>=|<|>)\s*(-?[\d_.]+(?:[eE][+-]?\d+)?)\s*")
HOW = "write it as OUTCOME < VALUE (or <=, >, >=), as in people_core < 100000"


@dataclass(frozen=True)
class Condition:
    """An outcome, as if the run had ended by then, on one side of a value."""

    outcome: str
    sign: str
    value: float

    @property
    def words(self) -> str:
        """The condition as it is written."""
        return f"{self.outcome} {self.sign} {self.value:.15g}"

    def holds(self, outcome: float) -> bool:
        """Tell whether it holds for an outcome's value."""
        return COMPARISONS[self.sign](outcome, self.value)


def parse_condition(text: str) -> Condition:
    """Return a condition as written. Raises UserError where it is none, or names no outcome."""
    from model.record import OUTCOMES  # Numba takes a second

    found = WRITTEN.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        condition = Condition(found[1], found[2], float(found[3]))
    except ValueError:
        raise UserError(f"{text!r} is no condition to stop: {HOW}") from None
    if condition.outcome not in OUTCOMES:
        close = nearest(condition.outcome, OUTCOMES)
        hint = f"did you mean {close}?" if close else "`inkspot list` shows all"
        raise UserError(f"{text!r}: there is no outcome {condition.outcome}; {hint}")
    return condition


def checked_stop(stop: Iterable[str]) -> tuple[str, ...]:
    """Return conditions as written. Raises UserError where one is none."""
    return tuple(words for words in stop if parse_condition(words))


def stopped_by(result: "Result", stop: Sequence[str]) -> str:
    """Return the first condition that held in a result's last week; "" where none did."""
    outcomes = result.outcomes
    held = [words for words in stop if parse_condition(words).holds(outcomes[parse_condition(words).outcome])]
    return held[0] if held else ""


def run_until_stop(
    simulation: "Simulation", stop: Sequence[str], progress: Callable[[int], None] | None = None
) -> "Result":
    """Run to the end of the scenario, or to the first week after which a condition holds; `progress` is called each week."""
    if not stop:
        return simulation.run(progress)
    from model.aggregates import AGGREGATES  # as above
    from model.record import OUTCOMES  # as above

    conditions = [parse_condition(words) for words in stop]
    while simulation.running:
        simulation.step()
        if progress is not None:
            progress(simulation.week)
        series = simulation.record.series[: simulation.week + 1]
        for condition in conditions:
            column = series[condition.outcome][:, 0]
            if condition.holds(float(AGGREGATES[OUTCOMES[condition.outcome].aggregate](column))):
                return simulation.result
    return simulation.result
