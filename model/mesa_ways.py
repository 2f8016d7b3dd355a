"""What users of Mesa expect of a model beside `step`: seeds, `run_for` and its kind, a collector of data, `batch_run`."""

from typing import TYPE_CHECKING, Any
from warnings import warn

import numpy as np

from model.light_mesa import mesa
from model.record import SERIES

if TYPE_CHECKING:
    from model.record import Record, Result
    from model.scenario.schema import Scenario
    from model.state import State

FRESH = 2**31  # seeds that are made up are below this


def seed_of(seed: object, rng: object = None) -> int:
    """Return the seed that is meant; None is a new one. Raises TypeError for two seeds, ValueError for one that is none."""
    if rng is not None and seed not in (0, None):
        raise TypeError("give `seed` or `rng`, not both: they are the same")
    value = seed if rng is None else rng
    if value is None:
        return int(np.random.default_rng().integers(FRESH))
    whole = isinstance(value, int | np.integer) or (
        isinstance(value, float | np.floating) and float(value).is_integer()
    )
    if not whole or isinstance(value, bool | np.bool_) or int(value) < 0:  # type: ignore[call-overload]  # a number, by now
        raise ValueError(f"the seed must be a whole number of 0 or more, got {value!r}")
    return int(value)  # type: ignore[call-overload, no-any-return]  # the same


class MesaWays(mesa.Model):
    """A Mesa model that ends: `running` turns False after the scenario's weeks, and nothing runs past them."""

    config: "Scenario"
    state: "State"
    record: "Record"
    seed: int
    running: bool

    @property
    def result(self) -> "Result":
        """Everything that the run tells so far."""
        return self.record.result(self.state, self.seed)

    def check_week_left(self) -> None:
        """Raise ValueError where the scenario has no week left."""
        if self.state.week >= self.config.weeks:
            raise ValueError(f"the run has ended: {self._span}")

    @property
    def _span(self) -> str:
        weeks = self.config.weeks
        return (
            f"{self.config.name} has {weeks} week{'s' if weeks > 1 else ''}; more with `weeks`, as in weeks={2 * weeks}"
        )

    def run_for(self, duration: float) -> None:
        """Run so many weeks, at most to the end of the scenario; a warning says where that comes first."""
        self.run_until(self.time + duration)

    def run_until(self, end_time: float) -> None:
        """Run until a week, at most to the end of the scenario; a warning says where that comes first."""
        if end_time > self.config.weeks:
            warn(f"stopped at the end of the run: {self._span}", RuntimeWarning, stacklevel=3)
        end_time = min(end_time, self.config.weeks)
        if end_time > self.time:
            super().run_until(end_time)

    @property
    def datacollector(self) -> Any:
        """A Mesa collector with all outcomes, as if the run had ended in each week; a subclass may set one of its own."""
        own = vars(self).get("_datacollector")
        return self._outcomes_by_week() if own is None else own

    @datacollector.setter
    def datacollector(self, collector: Any) -> None:
        self._datacollector = collector

    def _outcomes_by_week(self) -> Any:
        weeks = range(self.state.week + 1)
        result = self.result
        by_week = [result.outcomes_at(week) for week in weeks]
        collector = mesa.DataCollector(model_reporters=dict.fromkeys(SERIES))
        collector.model_vars = {name: [outcomes[name] for outcomes in by_week] for name in SERIES}
        collector._collection_steps = list(weeks)
        return collector
