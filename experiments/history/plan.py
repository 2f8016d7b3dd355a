"""The plan of a backtest: which ensemble, which reports, under which policy, from when to when."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from math import ceil
from pathlib import Path

from experiments.batch.errors import PlanError
from experiments.batch.run import Run
from experiments.batch.whole_files import write_whole
from experiments.history.forecasting import Known, years_ahead
from experiments.history.target import SCENARIO, Curve, Target, Targets
from experiments.history.towns import TownTarget, own_towns
from experiments.measures.towns import HeldTown
from experiments.points.ensemble import Ensemble
from experiments.points.policy_files import policy_text, then, turned

MOST_WEEKS = 2600
POLICY_FILE = "policy.toml"


@dataclass(frozen=True)
class Plan:
    """What is forecast. `start`: reports from this day on are scored, and null models know only those before.

    `policy`: what is done after the last day known to the ensemble; without one, what was done last goes on.
    """

    ensemble: Ensemble
    targets: Targets
    reports: Targets  # what was known, beside the targets
    policy: str | None = None
    start: date | None = None
    end: date | None = None
    members: int = 100
    seeds: int = 2

    @property
    def last(self) -> date:
        """The last day that is simulated."""
        years = [date(year, 12, 31) for year in self.targets.countries]
        return self.end or max([*(each.date for each in self.targets.targets.values()), *years])

    @cached_property
    def base(self) -> Run:
        """The run that members change, under the policy as given. Raises PlanError where a date is wrong."""
        start = Run(str(SCENARIO)).composed.start
        weeks = ceil((self.last - start) / timedelta(weeks=1))
        if weeks < 1 or weeks > MOST_WEEKS:
            first, last = start + timedelta(weeks=1), start + timedelta(weeks=MOST_WEEKS)
            raise PlanError(f"--to must be a date from {first} to {last}, got {self.last}")
        if self.start is not None and self.start > self.last:
            raise PlanError(f"--from must not be after the last day ({self.last}), got {self.start}")
        return Run(str(SCENARIO), self.policy, {"weeks": weeks})

    def check(self) -> None:
        """Raise PlanError or ScenarioError where dates or policy are wrong, before anything is run or written."""
        _ = self.base.composed

    @property
    def turn(self) -> date:
        """The day from which on the policy as given holds."""
        return self.ensemble.known_until + timedelta(days=1)

    def under_policy(self, out: Path) -> Run:
        """Return the run that members change: what was done until `turn`, then the policy given, written into `out`.

        Raises UserError where no phase of it lies after `turn`.
        """
        if self.policy is None:
            return self.base
        done, start = Run(str(SCENARIO)).composed.policy, self.base.composed.start
        policy = then(done, self.base.composed.policy, self.turn, start)
        write_whole(out / POLICY_FILE, policy_text(policy).encode())
        return Run(str(SCENARIO), str(out / POLICY_FILE), self.base.overrides)

    @property
    def turned(self) -> list[str]:
        """What the policy given changes before `turn` too, since a policy states it once for all phases."""
        return [] if self.policy is None else turned(Run(str(SCENARIO)).composed.policy, self.base.composed.policy)

    @property
    def scored(self) -> dict[str, Target]:
        """The targets that are scored, but those of single towns."""
        return {
            name: target for name, target in self.targets.targets.items()
            if target.use != "given" and self._asked(target.date) and not isinstance(target.measure, HeldTown)
        }  # fmt: skip

    @cached_property
    def held(self) -> dict[str, TownTarget]:
        """The targets of single towns, scored as chances."""
        made = own_towns(self.targets.targets, self.base.composed) | self.targets.towns
        return {name: target for name, target in made.items() if self._asked(target.date)}

    def _asked(self, day: date) -> bool:
        return day <= self.last and (self.start is None or day >= self.start)

    @property
    def years(self) -> list[int]:
        """The years whose countries are scored: those that begin on or after `start` and end by the last day."""
        first = self.start or date(1, 1, 1)
        return [
            year for year in self.targets.countries if date(year, 1, 1) >= first and date(year, 12, 31) <= self.last
        ]

    @property
    def chance_years(self) -> list[int]:
        """The years for which each country gets a chance of fighting: those scored, and those ahead."""
        return sorted({*self.years, *years_ahead(self.ensemble.known_until, self.last)})

    @property
    def listed(self) -> dict[int, tuple[str, ...]]:
        """All reported lists of countries, year -> codes."""
        return self.reports.countries | self.targets.countries

    @property
    def known(self) -> Known:
        """What forecasts start from."""
        reports = [*self.reports.targets.values(), *self.targets.targets.values()]
        return Known(self.ensemble, tuple(reports), self.base.composed.start)

    @property
    def outlooks(self) -> dict[str, Curve]:
        """The curves that are forecast whether reported or not."""
        return self.reports.forecasts | self.targets.forecasts

    @property
    def curves(self) -> dict[str, Curve]:
        """What is kept week by week: the text of the measure -> a curve that has it."""
        wanted: list[Curve] = [*self.targets.targets.values(), *self.outlooks.values()]
        return {each.measure.text: each for each in wanted if each.measure.is_curve}
