"""What compiled loops take of a state: its arrays in groups under one name, and what they keep beside declared fields."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from model.kernels.arguments import Cells, Ground, Indices, Recorded, Sectors, Spots, Spreading
from model.scenario.declarations import declarations
from model.scenario.schema import Scenario
from model.state.fields import Floats, Integers, Records, interned
from model.state.tables import STAY, Tables
from model.theatre import Theatre


def chosen(scenario: Scenario) -> dict[str, str]:
    """Return the form that each mechanism has which may have several: `chosen(scenario)["territory.form"]`."""
    choices = declarations().choices
    return {name: str(scenario.mechanisms.get(name, each.default)) for name, each in choices.items()}


def switch_record(scenario: Scenario) -> Records:
    """Return switches as loops read them, one row: `on.attitudes_fear` of a mechanism, `on.rival_lost_tips` of a finding.

    A choice has a column for each option but the first: `on.territory_form_diffusion`.
    `on.policy_trains_accuracy` is a choice of the policy: training counts in accuracy, not in effectiveness.
    """
    named = {name.replace(".", "_"): on for name, on in scenario.mechanisms.items() if isinstance(on, bool)}
    for name, option in chosen(scenario).items():
        for each in list(declarations().choices[name].options)[1:]:
            named[f"{name.replace('.', '_')}_{each}"] = option == each
    named |= {f"rival_{name}": on for name, on in scenario.rivals.items()}
    named["policy_trains_accuracy"] = scenario.policy.training == "accuracy"
    columns: Any = [(name, np.bool_) for name in sorted(named)]
    record = np.zeros(1, dtype=interned(np.dtype(columns)))
    for name, on in named.items():
        record[name] = on
    return record


class Loops(Tables):
    """Lists and scratch space of loops, and groups of arrays; a group is made once: no array of a state is ever replaced."""

    if TYPE_CHECKING:  # what `State` declares
        theatre: Theatre
        control: Floats
        support: Floats
        fear: Floats
        grievance: Floats
        base_grievance: Floats
        people: Floats
        flight_due: Floats
        reach: Floats
        defence: Floats
        total: Floats
        camp_control: Floats
        spot: Integers
        hosted: Floats
        offensive: Floats
        envoys: Floats
        held: Floats
        diaspora_risk: Floats
        provocation: Floats
        outside_effort: Floats
        sector_held: Floats
        sector_exposed: Floats
        sector_strength: Floats
        sector_air: Floats
        massed: Floats
        push: Floats
        taken: Floats

    def allocate_lists(self, organisations: int, cells: int, countries: int) -> None:
        """Make the lists and the scratch space."""
        self.active_cells = np.zeros((organisations, cells), dtype=np.uint32)
        self.active_count = np.zeros(organisations, dtype=np.int64)
        self.is_active = np.zeros((organisations, cells), dtype=np.bool_)
        self.stay_list = np.zeros(organisations * countries, dtype=STAY)
        self.stays = self.stay_list[:0]  # where `presence` is not 0: organisation, country, share
        self.flow = np.zeros((cells, 4))  # rates of spread between neighbours, 1/week: see `mechanisms/territory.py`
        self.theta = np.zeros((organisations, cells))
        self.change = np.zeros((organisations, cells))
        self.power = np.zeros((2, cells))
        self.stack = np.zeros(cells, dtype=np.int64)
        self.away_cells = np.zeros(cells, dtype=np.uint32)
        self.away_count = 0
        self.is_away = np.zeros(cells, dtype=np.bool_)
        self.spot_cells = np.zeros(cells, dtype=np.uint32)
        self.spot_count = 0
        # last week's list, and the spots that its cells were in: filled and read in the same phase of a week
        self.old_spot_cells = np.zeros(cells, dtype=np.uint32)
        self.old_spots = np.zeros(cells, dtype=np.int64)
        self.old_spot_count = 0
        # unsigned indices spare compiled loops the test for negative ones, half of their time
        self.neighbours: Indices = self.theatre.neighbours.astype(np.uint32)
        self.country: Indices = self.theatre.country.astype(np.uint32)
        self.sector: Indices = self.theatre.sector.astype(np.uint32)

    @cached_property
    def ground(self) -> Ground:
        """The map."""
        theatre = self.theatre
        return Ground(
            self.country, self.neighbours, theatre.area_km2, theatre.people, theatre.constituency, theatre.country_people,
            theatre.border_shares, theatre.mixture, self.sector,
        )  # fmt: skip

    @cached_property
    def cells(self) -> Cells:
        """Fields of cells, and the lists of active ones."""
        return Cells(
            self.control, self.support, self.fear, self.grievance, self.base_grievance, self.people, self.flight_due,
            self.reach, self.defence, self.total, self.camp_control, self.active_cells, self.active_count, self.is_active,
        )  # fmt: skip

    @cached_property
    def spots(self) -> Spots:
        """Ink spots."""
        return Spots(self.spot, self.spot_cells, self.old_spot_cells, self.old_spots, self.stack)

    @cached_property
    def spreading(self) -> Spreading:
        """What a week of spreading works with."""
        return Spreading(self.flow, self.offensive, self.theta, self.change, self.power)

    @cached_property
    def sectors(self) -> Sectors:
        """What is at stake in each sector, and the forces there."""
        return Sectors(
            self.sector_held,
            self.sector_exposed,
            self.sector_strength,
            self.sector_air,
            self.massed,
            self.push,
            self.taken,
        )

    @cached_property
    def recorded(self) -> Recorded:
        """What the record reads beside organisations and countries."""
        return Recorded(self.envoys, self.held, self.hosted, self.diaspora_risk, self.provocation, self.outside_effort)

    def __getstate__(self) -> dict[str, Any]:
        """Groups are left out of copies and pickles: there they are made anew of the copied arrays."""
        groups = ("ground", "cells", "spreading", "sectors", "spots", "recorded")
        return {name: value for name, value in super().__getstate__().items() if name not in groups}
