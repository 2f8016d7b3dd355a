"""Events that arrays show rather than agents decide: merges, headquarters and groups lost, expulsions, large attacks."""

import numpy as np

from model.mechanisms import territory
from model.scenario import phase_weeks
from model.state import CORE, State


def write(state: State, dead: list[int]) -> None:
    """Write down the week: phases, spots that met, seats and land lost, attacks, reprisals, groups that ended."""
    _phases(state)
    count, areas, merges = territory.ink_spots(state)
    state.cache["spots"] = (count, float(areas.max(initial=0.0)), float(areas.sum()))
    for first, _ in merges:
        _merge(state, first)
    _headquarters(state)
    _expulsions(state)
    _abroad(state)
    _reprisals(state)
    for row in dead:
        state.note("group_dead", row, "it had no fighters left", country=state.countries[state.home_country[row]])


def _merge(state: State, old: int) -> None:
    cells = np.flatnonzero(state.spot)
    rows = np.flatnonzero(state.camp == 0)
    ruler = int(rows[np.argmax(state.control[rows][:, cells].sum(axis=1))]) if len(rows) else CORE
    state.note("merge", ruler, f"the borders of two areas under the core and its provinces met (spot {old})")


def _headquarters(state: State) -> None:
    """The loss of a headquarters is reported once, when the bloc's control over its cell falls below a quarter."""
    lost = state.cache.setdefault("headquarters_lost", set())
    seats = state.cache.get("headquarters")
    if seats is None:
        headquarters = state.scenario.core.headquarters
        seats = [(seat, state.theatre.nearest_cell(seat.lat, seat.lon)) for seat in headquarters]
        state.cache["headquarters"] = seats
    for seat, cell in seats:
        if seat.place not in lost and state.camp_control[CORE, cell] < 0.25:
            lost.add(seat.place)
            country = state.countries[state.theatre.country[cell]]
            cause = f"control of {seat.place} fell to {state.camp_control[CORE, cell]:.0%}"
            state.note("headquarters_lost", CORE, cause, country=country)


def _expulsions(state: State) -> None:
    """A province that has held 20,000 people or more and loses nine tenths of its most is expelled (once per peak)."""
    most = state.cache.setdefault("most_people", state.people_held.copy())
    np.maximum(most, state.people_held, out=most)
    fallen = state.provinces & (most > 20_000) & (state.people_held < 0.1 * most)
    for row in np.flatnonzero(fallen):
        country = state.countries[state.home_country[row]]
        cause = f"it lost nine tenths of the {most[row]:,.0f} people it had held"
        state.note("expulsion", int(row), cause, country=country, amount=float(most[row]))
        most[row] = state.people_held[row]


def _abroad(state: State) -> None:
    for row in np.flatnonzero(state.attacks[:, 3] > 0):
        share = float(state.activity[row, 3])
        cause = f"{share:.0%} of its effort goes abroad, strikes on it have dose {state.strikes[row]:.2f}"
        cause += ", or diasporas acted in its name" if row == CORE and state.diaspora_risk.sum() > 0 else ""
        state.note("attack", int(row), cause, amount=float(state.attacks[row, 3]))


def _reprisals(state: State) -> None:
    """Weeks of many sectarian reprisals in one country."""
    for k in np.flatnonzero(state.reprisals >= 10):
        cause = f"sectarian attacks had raised a call for revenge (memory {state.sectarian_heat[k]:.1f})"
        state.note("reprisal", -1, cause, country=state.countries[k], amount=float(state.reprisals[k]))


def _phases(state: State) -> None:
    """The start of each phase of the policy."""
    starts = state.cache.get("phases")
    if starts is None:
        phases = state.scenario.policy.phases.items()
        starts = state.cache["phases"] = {phase_weeks(phase, state.scenario)[0]: name for name, phase in phases}
    if state.week in starts:
        policy = state.scenario.policy
        meaning = policy.phases[starts[state.week]].meaning or starts[state.week]
        state.note("phase", -1, f"{policy.title}: {meaning}")
