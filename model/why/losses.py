"""What an organisation lost its fighters and its land to in the last quarter, for the events that tell of it.

Nothing here changes the state but its memory. Fighters: at the end of each week the fields of all organisations are kept,
`killed_by` among them, which `mechanisms/attrition.py` fills; when one ends, the rest of the balance are those who left.
Land: the terms of the territory equation (`mechanisms/territory.py`), added up week by week while the land is being lost.
"""

from collections import deque
from math import log
from typing import Any

import numpy as np

from model import kernels
from model.mechanisms.scale import fighting
from model.state import CORE, KILLERS, LAND_TERMS, Stance, State
from model.state.fields import Floats, Indices
from model.why import causes as reasons
from model.why.causes import Causes

GIVEN_UP = LAND_TERMS.index("given_up")  # terms of the territory equation come before it


def remember(state: State) -> None:
    """Keep this week's fields of organisations for a quarter; as bytes, which NumPy copies at once."""
    weeks = state.memory.get("weeks")
    if weeks is None:
        weeks = state.memory["weeks"] = deque(maxlen=int(state.parameters.reporting.quarter_weeks) + 1)
    weeks.append((state.week, state.organisation_records.tobytes()))


def of_fighters(state: State, row: int) -> Causes:
    """Shares of an organisation's losses in the last quarter by strikes, ground forces, rivals, and by leaving."""
    lost = dict.fromkeys((*KILLERS, "returned", "sent_away", "deserted", "timeline"), 0.0)
    shocks = _weeks_of(state, row, "fighters_loss")
    before: float | None = None
    for week, fields in state.memory.get("weeks", ()):
        own = np.frombuffer(fields, state.organisation_records.dtype)[row]
        fighters = float(own["local_fighters"] + own["foreign_fighters"])
        for name, killed in zip(KILLERS, own["killed_by"].tolist(), strict=True):
            lost[name] += killed
        gone = 0.0 if before is None else before + float(own["recruited"] + own["arrived"] - own["killed"]) - fighters
        if gone > 0 and week in shocks:
            lost["timeline"] += gone
        elif gone > 0:
            _left(state, row, own, gone, lost)
        before = fighters
    if state.week in shocks and before is not None:
        lost["timeline"] += max(0.0, before - float(state.fighters[row]))
    return reasons.shares(lost) or {"scenario": 1.0}


def _left(state: State, row: int, own: Any, gone: float, lost: dict[str, float]) -> None:
    """Divide those who left: foreigners gone home and, of the core, those sent as aid, as expected; the rest deserted."""
    p = state.parameters.foreign_fighters
    going = (
        p.return_rate * (1 + p.return_pressure * float(own["strikes"])) if "foreign_fighters.return" in state.on else 0
    )
    home = min(gone, going * float(own["foreign_fighters"]))
    sending = state.parameters.core.fighters_share if row == CORE and "aid.fighters" in state.on else 0.0
    sent = min(gone - home, sending * float(own["foreign_fighters"]))
    lost["returned"] += home
    lost["sent_away"] += sent
    lost["deserted"] += gone - home - sent


def _weeks_of(state: State, row: int, kind: str) -> dict[int, float]:
    """Weeks in which the timeline takes something of a kind from an organisation, and the share of it."""
    scenario, name = state.scenario, state.names[row]
    events = (event for event in scenario.timeline.values() if event.kind == kind and event.target == name)
    return {(event.date - scenario.start).days // 7: event.amount for event in events}


def of_provinces(state: State) -> int:
    """Add this week's terms (see `of_land`) to `land_lost` of every large province in decline; return how many are expelled.

    What is large, declining and expelled is declared in the family `reporting`.
    """
    p = state.parameters
    gone = kernels.lose_land(
        state.organisation_records, state.country_records, state.cells, state.ground, state.sectors, state.spreading,
        state.switches, fighting(state), p.reporting.record,
    )  # fmt: skip
    for name, share in _land_shocks(state).get(state.week, {}).items():
        row = state.names.index(name) if name in state.names else CORE
        most = state.most_people[row]
        is_large = state.provinces[row] and most > p.reporting.large_people
        if is_large and state.people_held[row] < p.reporting.declining * most:
            state.land_lost[row, -1] += _rate(share)
    for hidden in np.flatnonzero(state.stance == Stance.UNDERGROUND).tolist():
        most = state.most_people[hidden]
        is_large = state.provinces[hidden] and most > p.reporting.large_people
        if is_large and state.people_held[hidden] < p.reporting.declining * most:
            state.land_lost[hidden, GIVEN_UP] += _given_up(state, hidden)
    return int(gone)


def _given_up(state: State, row: int) -> float:
    """What an organisation that has gone underground gives up of its land itself, 1/week."""
    hidden = "stances.underground" in state.on and state.stance[row] == Stance.UNDERGROUND
    return _rate(state.parameters.stances.fading) if hidden else 0.0


def _land_shocks(state: State) -> dict[int, dict[str, float]]:
    """Shares of land that the timeline takes, by week and organisation."""
    shocks: dict[int, dict[str, float]] | None = state.cache.get("land_shocks")
    if shocks is None:
        shocks = state.cache["land_shocks"] = {}
        for event in state.scenario.timeline.values():
            if event.kind == "control_loss":
                week = (event.date - state.scenario.start).days // 7
                shocks.setdefault(week, {})[event.target] = event.amount
    return shocks


def _rate(share: float) -> float:
    """What is taken at once, as a rate, 1/week."""
    return -log(max(1 - share, 1e-3))  # a guard: all of it would be an infinite rate


def of_land(state: State, row: int, cells: Indices, lost: Floats) -> None:
    """Add this week's terms of the territory equation in `cells` to `lost` (land terms,), which fades.

    Terms are means over the cells, weighted by people and control: of the equation of fronts (`kernels.why.front_terms`), or
    of diffusion (`kernels.why.land_terms`). What a scenario's timeline takes at once, a share a, counts as a rate of
    -ln(1 - a), and so does the share that an organisation underground gives up.
    """
    p, terms = state.parameters, np.zeros(len(LAND_TERMS))
    kernels.lose_cells(
        row, cells, (state.organisation_records, state.country_records), state.cells, state.ground, state.sectors,
        state.spreading, state.switches, fighting(state), terms[:GIVEN_UP],
    )  # fmt: skip
    terms[GIVEN_UP] = _given_up(state, row)
    terms[-1] = _rate(_land_shocks(state).get(state.week, {}).get(state.names[row], 0.0))
    lost *= 1 - 1 / p.reporting.quarter_weeks
    lost += terms
