"""What happens on a date whatever the agents do: the scenario's timeline."""

from collections.abc import Mapping

import numpy as np

from model.scenario.schema import Scenario, TimelineEvent
from model.state import CORE, State


def schedule(scenario: Scenario) -> dict[int, list[TimelineEvent]]:
    """Return the timeline's events by week; events before the start are history and left out."""
    weeks: dict[int, list[TimelineEvent]] = {}
    for event in sorted(scenario.timeline.values(), key=lambda event: event.date):
        week = (event.date - scenario.start).days // 7
        if 0 <= week < scenario.weeks:
            weeks.setdefault(week, []).append(event)
    return weeks


def apply_events(state: State, weeks: Mapping[int, list[TimelineEvent]]) -> None:
    """Apply the events of this week: shocks to standing, means, control, brutality, trust or forces, and attacks."""
    for event in weeks.get(state.week, ()):
        row = state.names.index(event.target) if event.target in state.names else -1
        _apply(state, event, row)
        state.note("timeline", row, event.meaning, country=event.country or "", amount=event.amount)


def _apply(state: State, event: TimelineEvent, row: int) -> None:
    if event.target in state.hubs:
        hub = state.hubs.index(event.target)
        state.hub_prestige[hub] = np.clip(state.hub_prestige[hub] + event.amount, 0, 1)
    elif event.kind == "prestige":
        state.prestige = min(1.0, max(0.0, state.prestige + event.amount))
    elif event.kind == "treasury_loss":
        lost = np.rint(state.treasury[row] * event.amount)
        state.treasury[row] -= lost
        state.account("usd_lost", lost)
    elif event.kind == "fighters_loss":
        for field in (state.local_fighters, state.foreign_fighters):
            lost = np.rint(field[row] * event.amount)
            field[row] -= lost
            state.account("fighters_killed", lost)
    elif event.kind == "control_loss":
        _lose_control(state, event, row)
    elif event.kind == "brutality":
        state.own_brutality[row] = min(1.0, max(0.0, state.own_brutality[row] + event.amount))
    elif event.kind == "attack":
        _attack(state, event, row)
    else:
        _govern(state, event)


def _govern(state: State, event: TimelineEvent) -> None:
    """A government's legitimacy or forces (by a share of establishment strength) change, or minorities lose trust."""
    k = state.countries.index(event.target)
    if event.kind == "forces":
        state.forces[k] = max(0.0, state.forces[k] + event.amount * state.full_forces[k])
    elif event.kind == "legitimacy":
        state.legitimacy[k] = min(1.0, max(0.0, state.legitimacy[k] + event.amount))
    else:
        state.minority_legitimacy[k] = min(1.0, max(0.0, state.minority_legitimacy[k] - event.amount))


def _lose_control(state: State, event: TimelineEvent, row: int) -> None:
    if event.place is None:
        state.control[row] *= 1 - event.amount
        return
    cells, _ = state.theatre.disc(event.place.lat, event.place.lon, event.radius_km or 100.0)
    state.control[row, cells] *= 1 - event.amount


def _attack(state: State, event: TimelineEvent, row: int) -> None:
    """A mass-casualty attack that the scenario stages: it counts as not sanctioned unless the core itself is named."""
    if row != CORE:
        state.staged[row] += 1
    state.headlines += state.parameters.prestige.headline_attack
    if event.country in state.countries:
        state.attacks_in[state.countries.index(event.country)] += 1
