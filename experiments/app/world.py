"""One world of a session: a run that is computed week by week on demand and of which every week can be shown again."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.app.frames import FIELDS, Bytes, Frame, fields_of, frame_of, fronts, plain, unpacked
from experiments.batch.errors import UserError
from experiments.batch.run import Run, model_version
from model.mechanisms import operations
from model.record import OUTCOMES
from model.simulation import Simulation
from model.state import Event
from model.state.fields import Floats
from model.why.armies import Deployment, Seat
from model.why.deployments import seats

if TYPE_CHECKING:
    from model.record import Result


@dataclass(frozen=True)
class Organisation:
    """An organisation as a map or a card names it."""

    row: int
    name: str
    title: str


class World:
    """A run and all its weeks so far. Safe to use from several threads: one lock around stepping and reading.

    Raises ScenarioError where the scenario is wrong, UserError where only the map can tell that it is.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self.lock = RLock()
        try:
            self.simulation = Simulation(run.composed, seed=run.seed)
        except ValueError as error:
            raise UserError(str(error)) from error
        self.failed = ""  # why the run cannot go on, in words
        self.first: Bytes = fields_of(self.simulation.state)
        self.frames: list[Frame] = []
        self._keep()
        self._shown = 0, self.first
        self._courses: dict[int, list[tuple[int, ...]]] = {}

    @property
    def scenario(self) -> Any:
        """The composed scenario."""
        return self.run.composed

    @property
    def theatre(self) -> Any:
        """The map."""
        return self.simulation.state.theatre

    @property
    def computed(self) -> int:
        """The last week that has been computed."""
        return len(self.frames) - 1

    @property
    def weeks(self) -> int:
        """The last week of the run."""
        return int(self.scenario.weeks)

    @property
    def ended(self) -> bool:
        """Whether there is nothing left to compute."""
        return bool(self.failed) or self.computed >= self.weeks

    @property
    def size(self) -> int:
        """Bytes that the weeks kept take, about."""
        return sum(frame.size for frame in self.frames)

    def date(self, week: int) -> date:
        """Return the first day of a week."""
        return self.run.composed.start + timedelta(weeks=week)

    def advance(self, week: int | None = None) -> int:
        """Compute up to `week` (default: one more) and return the last week computed.

        A run that fails stays where it is; `failed` then says why. A reader in another thread waits one week at most.
        """
        goal = min(self.weeks, self.computed + 1 if week is None else week)
        while self.computed < goal and not self.failed:
            with self.lock:
                if self.computed < goal:
                    self._step()
        return self.computed

    def _step(self) -> None:
        try:
            self.simulation.step()
        except Exception as error:  # a world that breaks is said to the user; the other world lives on
            words = " ".join(f"{type(error).__name__}: {error}".split())
            self.failed = f"the run stopped in week {self.simulation.week}: {words}. To repeat it: {self.run.command}"
            return
        self._keep()

    def _keep(self) -> None:
        self.frames.append(frame_of(self.simulation.state, self.first))

    def _week(self, week: int) -> int:
        return min(max(0, week), self.computed)

    def field(self, week: int, name: str) -> Bytes:
        """Return a field of `frames.FIELDS` in a computed week, (cells,); another week counts as the nearest."""
        return np.asarray(self.fields(week)[FIELDS.index(name)])

    def fields(self, week: int) -> Bytes:
        """Return all fields of a computed week, (fields, cells)."""
        week = self._week(week)
        with self.lock:
            if self._shown[0] != week:
                self._shown = week, unpacked(self.frames[week], self.first)
            return self._shown[1]

    def course(self, cell: int) -> Bytes:
        """Return holder, its control and the people of a cell in all computed weeks, (weeks + 1, 3), as bytes."""
        at = [FIELDS.index(name) for name in ("holder", "control", "population")]
        with self.lock:
            known = self._courses.setdefault(cell, [])
            known += [tuple(unpacked(frame, self.first)[at, cell]) for frame in self.frames[len(known) :]]
            return np.array(known, dtype=np.uint8)

    def series(self, name: str) -> Floats:
        """Return a series of `OUTCOMES` from week 0 to the last computed, (weeks + 1,). Raises ValueError."""
        with self.lock:
            return np.array(self.simulation.record.series[name][: self.computed + 1, 0])

    def organisation(self, row: int, name: str) -> Floats:
        """Return a series of one organisation (row) from week 0 to the last computed."""
        with self.lock:
            return np.array(self.simulation.record.organisations[name][: self.computed + 1, row])

    def country(self, index: int, name: str) -> Floats:
        """Return a series of one country from week 0 to the last computed."""
        with self.lock:
            return np.array(self.simulation.record.countries[name][: self.computed + 1, index])

    @property
    def organisations(self) -> list[Organisation]:
        """The organisations that have existed so far, the core first."""
        state = self.simulation.state
        return [Organisation(row, name, state.titles.get(name, name)) for row, name in enumerate(state.names)]

    def events(self, week: int) -> list[Event]:
        """Return the events before the week shown, in order of time: a state after 3 weeks knows of weeks 0, 1, 2."""
        with self.lock:
            return [event for event in self.simulation.state.events if event.week < max(1, week)]

    @cached_property
    def centres(self) -> list[tuple[float, float]]:
        """Where the people of each country live on average: latitude, longitude."""
        theatre, count = self.theatre, len(self.theatre.countries)
        weight = np.bincount(theatre.country, theatre.people + 1, count)
        lat = np.bincount(theatre.country, (theatre.people + 1) * theatre.lat, count) / weight
        lon = np.bincount(theatre.country, (theatre.people + 1) * theatre.lon, count) / weight
        return [(float(a), float(b)) for a, b in zip(lat, lon, strict=True)]

    @cached_property
    def armies(self) -> list[Seat]:
        """The armies: those of countries first, then partners."""
        return seats(self.simulation.state)

    @cached_property
    def sectors(self) -> list[tuple[float, float]]:
        """Where most people of each sector live: latitude, longitude."""
        theatre = self.theatre
        order = np.lexsort((theatre.people, theatre.sector))  # the last of each sector has its most people
        last = np.flatnonzero(np.diff(theatre.sector[order], append=-1))
        return [(float(theatre.lat[cell]), float(theatre.lon[cell])) for cell in order[last]]

    def place(self, sector: int) -> str:
        """Return the name of the place where most people of a sector live."""
        with self.lock:
            return operations.place(self.simulation.state, sector)

    def deployment(self, week: int) -> Deployment:
        """Return where armies stood in a computed week."""
        return self.frames[self._week(week)].deployment

    def focus(self, week: int, row: int) -> int:
        """Return the sector where an organisation massed its fighters in a computed week, -1 for none."""
        return int(self.frames[self._week(week)].focus[row])

    def marks(self, week: int) -> dict[str, Any]:
        """Return what is drawn over a map in a computed week, ready for JSON.

        `organisations`: row, kind, lat, lon, fighters, people held, link quality, silence, strikes, attacks of the week,
        rival hub. `flows`: origin, host (indices of countries), displaced people. `attacks`: country, attacks of the week.
        `fronts`: edges of cells, see `frames.fronts`. `forces`: army, lat, lon, place, soldiers, phase of its operation
        there, weeks, whether it is a garrison. `partners`: army, soldiers, readiness.
        """
        week = self._week(week)
        with self.lock:
            frame, stand = self.frames[week], self.deployment(week)
            attacks = self.simulation.record.countries["attacks"][week]
            hit = [[int(k), float(attacks[k])] for k in np.flatnonzero(attacks >= 0.5)]
            return plain({
                "organisations": self._organisations(week, frame), "flows": frame.flows, "attacks": hit,
                "fronts": fronts(self.theatre, self.fields(week)), "forces": self._forces(stand),
                "partners": self._partners(stand),
            })  # fmt: skip

    def _organisations(self, week: int, frame: Frame) -> list[list[Any]]:
        block, theatre = self.simulation.record.organisations[week], self.theatre
        organisations = []
        for row in np.flatnonzero(block["status"] >= 0):
            cell, tied = int(frame.homes[row]), block["link_quality"][row]
            organisations.append([
                int(row), int(block["status"][row]), float(theatre.lat[cell]), float(theatre.lon[cell]),
                float(block["fighters"][row]), float(block["people"][row]), float(tied),
                float(block["silence"][row]), float(block["strikes"][row]),
                float(block["attacks"][row]), int(frame.hubs[row]),
            ])  # fmt: skip
        return organisations

    def _forces(self, armies: Deployment) -> list[list[Any]]:
        """Operations and garrisons; who only guards land that nobody attacks is left out."""
        return [
            [force.army, *self.sectors[force.sector], self.place(force.sector), force.soldiers, force.phase, force.weeks,
             int(force.garrison)]
            for force in armies.forces if force.phase or force.garrison
        ]  # fmt: skip

    def _partners(self, armies: Deployment) -> list[list[Any]]:
        seated = zip(self.armies, armies.soldiers, armies.readiness, strict=bool(armies.soldiers))
        return [[army, soldiers, ready] for army, (seat, soldiers, ready) in enumerate(seated)
                if seat.partner and soldiers > 0]  # fmt: skip

    def result(self, last: int | None = None) -> "Result":
        """Return the result of the weeks up to `last`, by default of all computed so far: its tables, events, outcomes.

        The map at the end, and who stands where, are those of the last week computed: for an earlier one ask `fields`.
        """
        with self.lock:
            result = self.simulation.record.result(self.simulation.state, self.run.seed)
        if last is None or last >= len(result.rows) - 1:
            return result
        end = last + 1
        return replace(
            result, rows=result.rows[:end], organisation_rows=result.organisation_rows[:end],
            country_rows=result.country_rows[:end], town_rows=result.town_rows[:end],
            event_list=tuple(event for event in result.event_list if event.week < max(1, last)),
        )  # fmt: skip

    def outcomes(self, last: int | None = None) -> dict[str, float]:
        """Return the outcomes of the weeks up to `last`, by default of all computed so far."""
        outcomes = self.result(last).outcomes
        return {name: outcomes[name] for name in OUTCOMES}

    @property
    def provenance(self) -> str:
        """Scenario, policy, seed and version in small type."""
        scenario = self.run.composed
        return f"{scenario.name} · {scenario.plan} · seed {self.run.seed} · inkspot {model_version()}"
