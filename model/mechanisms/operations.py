"""Armies and partners on the ground: what they see in each sector, what they mass there, what they lose with the land.

Fronts (`mechanisms/territory.py`) are pressed by what is *in* a sector. Who sends it there, and when an attack is dared, is
decided by `agents/army.py` once in `turn_weeks`.
"""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from model import kernels
from model.kernels.operations import Marching
from model.mechanisms.scale import fighting
from model.scenario.schema import Partner, Scenario
from model.state import State
from model.state.fields import Floats, Indices
from model.theatre import Theatre, theatre_places
from model.theatre.geography import squared_chords, unit_vectors


def turn(state: State) -> bool:
    """Whether armies decide this week."""
    return "operations" in state.on and state.week % int(state.parameters.operations.turn_weeks) == 0


def measure(state: State) -> None:
    """What is at stake in each sector, and where organisations mass their fighters."""
    kernels.measure_sectors(
        state.organisation_records, state.country_records, state.cells, state.ground, state.sectors, state.luck,
        state.switches, fighting(state),
    )  # fmt: skip


def look(state: State) -> Marching:
    """Let every army look at its sectors; each errs by up to `odds_error` of the logarithm of its odds."""
    p, marching = state.parameters, lists(state)
    error = np.exp(p.operations.odds_error * (2 * state.draws("army.odds", len(state.readiness)) - 1))
    state.army_strength[:] = strengths(state)
    kernels.survey(
        tuple(marching), state.army_strength * state.readiness, error, state.deployed, state.sectors,
        (state.operation_phase, state.operation, state.operation_weeks, state.operation_people),  # `Campaigns`
        p.territory.record, p.operations.record,
    )  # fmt: skip
    return marching


def send(state: State) -> None:
    """Divide each force among the main effort, garrisons and exposed sectors; what is there becomes power and pressure."""
    p, marching = state.parameters, tuple(lists(state))
    kernels.send_forces(
        marching, state.army_strength * state.readiness, state.operation_phase, state.operation,
        state.operation_weeks, state.garrison, state.deployed, state.sectors, p.operations.record,
    )  # fmt: skip
    kernels.press(
        marching, state.operation_phase, state.operation, state.deployed, state.sectors, p.territory.record,
        p.operations.record,
    )  # fmt: skip


def lists(state: State) -> Marching:
    """The sectors to which each army may go, and room for what it sees there."""
    kept: Marching | None = state.cache.get("marching")
    if kept is None:
        partners = state.scenario.partners.values()
        each = [*own_sectors(state), *(partner_sectors(state, partner) for partner in partners)]
        starts = np.cumsum([0, *(len(sectors) for sectors, _ in each)])
        sectors, willing = (np.concatenate(column) for column in zip(*each, strict=True))
        odds, own, others = np.zeros((3, len(sectors)))
        stake, (open_to, turns) = np.zeros(len(each)), np.zeros((2, len(each)), dtype=np.int64)
        unsigned = sectors.astype(np.uint32)  # which spares loops the test for negative ones
        kept = state.cache["marching"] = Marching(starts, unsigned, willing, odds, own, others, open_to, stake, turns)
    return kept


def strengths(state: State) -> Floats:
    """Soldiers of average worth that each army could send at full readiness (armies,).

    Countries: forces x worth x deployable share x mobilisation x what provinces do not tie down for the core. Partners:
    soldiers x skill, more with allied support of militias, while they exist.
    """
    strength = np.empty(len(state.readiness))
    kernels.measure_armies(
        state.country_records, tuple(partner_table(state)), state.standing, state.doses, state.week, state.switches,
        state.parameters.operations.record, strength,
    )  # fmt: skip
    return strength


class PartnerTable(NamedTuple):
    """What does not change about partners, each (partners,)."""

    home: Indices  # country
    worth: Floats  # soldiers x skill
    first: Floats  # week
    last: Floats  # the week after its last


def partner_table(state: State) -> PartnerTable:
    """Where partners are at home, how strong they are, and when they exist."""
    kept: PartnerTable | None = state.cache.get("partners")
    if kept is None:
        scenario, partners = state.scenario, list(state.scenario.partners.values())
        home = np.array([state.countries.index(each.countries[0]) for each in partners], dtype=np.int32)
        first = [(each.start - scenario.start).days / 7 if each.start else -np.inf for each in partners]
        last = [(each.end - scenario.start).days / 7 if each.end else np.inf for each in partners]
        worth = np.array([each.soldiers * each.skill for each in partners], dtype=float)
        kept = state.cache["partners"] = PartnerTable(home, worth, np.array(first), np.array(last))
    return kept


def lose(state: State) -> None:
    """Armies lose soldiers where groups took land this week, and rebuild."""
    if "operations" not in state.on:
        return
    kernels.lose_soldiers(
        state.country_records, tuple(lists(state)), partner_table(state).home, state.sectors, residents(state),
        state.deployed, state.army_strength, state.readiness, state.parameters.operations.record,
    )  # fmt: skip


def residents(state: State) -> Floats:
    """People at home in each sector (sectors,)."""
    kept = state.cache.get("residents")
    if kept is None:
        people = np.bincount(state.theatre.sector, state.theatre.people, len(state.sector_held))
        kept = state.cache["residents"] = np.maximum(people, 1.0)
    return np.asarray(kept)


def own_sectors(state: State) -> list[tuple[Indices, Floats]]:
    """Sectors of each country, and how far its army reaches into each: the state's mean reach there."""
    theatre, reach = state.theatre, sector_means(state, state.reach)
    starts = theatre.sector_country.searchsorted(np.arange(len(state.countries) + 1))  # they are numbered by country
    each = [np.arange(first, end, dtype=np.int32) for first, end in pairwise(starts.tolist())]
    return [(sectors, reach[sectors]) for sectors in each]


def sector_means(state: State, values: Floats, cells: Any = slice(None)) -> Floats:
    """Mean over the people of each sector (sectors,) of values, which are 0 but in the given cells.

    Empty sectors have a mean, too.
    """
    kept, sector, size = state.cache.get("sector_people"), state.theatre.sector, len(state.sector_held)
    if kept is None:
        people = state.theatre.people + 1.0
        kept = state.cache["sector_people"] = people, np.bincount(sector, people, size)
    people, together = kept
    return np.asarray(np.bincount(sector[cells], people[cells] * values, size) / together)


def partner_sectors(state: State, partner: Partner) -> tuple[Indices, Floats]:
    """Sectors where a partner may fight, and how willingly: the mean over the people there of what it is willing to do.

    It is 1 in its homelands, and elsewhere `reluctance`, less with distance from them.
    """
    theatre, p = state.theatre, state.parameters.operations
    homelands = tuple((home.lat, home.lon, home.radius_km) for home in partner.homelands)
    cells, near = theatre.near(homelands, 5 * p.reach_km)
    allowed = np.array([iso3 in partner.countries for iso3 in state.countries])[theatre.country[cells]]
    cells, near = cells[allowed], near[allowed]
    mean = sector_means(state, np.where(near == 0, 1.0, p.reluctance * np.exp(-near / p.reach_km)), cells)
    sectors = np.flatnonzero(mean > p.least_willing)
    return sectors.astype(np.int32), mean[sectors]


def place(state: State, sector: int) -> str:
    """A name for a sector, see `place_in`."""
    names = state.cache.setdefault("sector_names", {})
    if sector not in names:
        named = state.cache.get("named_places")
        if named is None:
            named = state.cache["named_places"] = named_places(state.scenario)
        names[sector] = nearest_place(named, state.theatre, sector)
    return str(names[sector])


def place_in(scenario: Scenario, theatre: Theatre, sector: int) -> str:
    """The place nearest to the most people of a sector, of those that the scenario or the map names."""
    return nearest_place(named_places(scenario), theatre, sector)


def named_places(scenario: Scenario) -> tuple[list[str], Floats]:
    """The places that a scenario or the map names, and where they are (3, places)."""
    core, groups = scenario.core, scenario.groups.values()
    holdings = [holding for group in groups for holding in group.holdings]
    named = [(each.place, each.lat, each.lon) for each in (*core.headquarters, *core.holdings, *groups, *holdings)]
    named += [(each.place, each.lat, each.lon) for each in scenario.towns.values()]
    if scenario.theatre == "region":
        named += [(each.name, each.lat, each.lon) for each in theatre_places()]
    return [name for name, _, _ in named], unit_vectors([lat for _, lat, _ in named], [lon for _, _, lon in named])


def nearest_place(named: tuple[list[str], Floats], theatre: Theatre, sector: int) -> str:
    """The name of the place nearest to the cell of a sector with the most people."""
    names, there = named
    cell = theatre.busiest(sector)
    here = unit_vectors(float(theatre.lat[cell]), float(theatre.lon[cell]))
    return names[int(np.argmin(squared_chords(there, here)))]
