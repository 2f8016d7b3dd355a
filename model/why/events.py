"""Events that arrays show rather than agents decide: merges, headquarters and groups lost, expulsions, large attacks.

Each is written down with its causes: the quantities that brought it about, as signed shares (see `causes.py`).
"""

import numpy as np

from model import kernels
from model.state import CORE, LAND_TERMS, State
from model.state.fields import Floats
from model.why import causes as reasons
from model.why import losses, towns
from model.why.causes import Causes


def write(state: State, dead: list[int], merged: list[tuple[int, int]]) -> None:
    """Write down the week: phases, spots that met, seats and land lost, attacks, reprisals, groups that ended.

    dead: rows of the groups that ended this week; merged: pairs of last week's spots that have met.
    """
    _phases(state)
    _explain(state)
    for pair in merged:
        _merge(state, pair)
    _headquarters(state)
    towns.tell(state)
    reporting = state.parameters.reporting.record
    declining, abroad, wave = kernels.find_news(state.organisation_records, state.country_records, reporting)
    if declining and losses.of_provinces(state):
        _expulsions(state)
    if abroad:
        _abroad(state)
    if wave:
        _reprisals(state)
    losses.remember(state)
    for row in dead:
        causes = losses.of_fighters(state, row)
        cause = f"it had no fighters left; losses of its last quarter: {reasons.words(causes)}"
        country = state.countries[state.home_country[row]]
        state.note("group_dead", row, cause, country=country, causes=causes)
    state.memory["before"] = (state.plots, state.provocation.copy(), len(state.events))


def _explain(state: State) -> None:
    """Give causes to this week's events of mechanisms: what the timeline decided, what drew an outside power in."""
    _, provoked, told = state.memory.get("before") or (0.0, np.zeros(len(state.allies)), 0)
    for event in state.events[told:]:
        if event.kind == "timeline":
            event.causes = {"scenario": 1.0}
        elif event.kind == "outside_power":
            event.causes = _provocation(state, provoked)
        elif event.kind == "unsanctioned_attack":
            event.causes = reasons.shares(event.causes)


def _provocation(state: State, before: Floats) -> Causes:
    """Anger left from before, and this week's attacks that were not sanctioned or went abroad, by their weights."""
    p, bloc = state.parameters.provocation, state.camp == 0
    kept = float((before * (1 - p.fading)).max(initial=0.0))
    fresh = {
        "unsanctioned_attacks": p.unsanctioned * float(state.unsanctioned[bloc].sum()),
        "attacks_abroad": p.international * float(state.attacks[bloc, 3].sum()),
    }
    gained = max(0.0, float(state.provocation.max(initial=0.0)) - kept) / max(sum(fresh.values()), 1e-12)  # a guard
    return reasons.shares({"earlier_anger": kept} | {name: anger * gained for name, anger in fresh.items()})


def _merge(state: State, pair: tuple[int, int]) -> None:
    """The organisations that took the ground between two spots (cells of neither the week before) by their control there."""
    old, spots = state.old_spot_cells[: state.old_spot_count], state.old_spots[: state.old_spot_count]
    merged = state.spot[old[np.isin(spots, pair)]].max()
    cells = state.spot_cells[: state.spot_count]
    cells = cells[state.spot[cells] == merged]
    bridge = np.setdiff1d(cells, old)
    rows = np.flatnonzero(state.camp == 0)
    ruler = int(rows[np.argmax(state.control[rows][:, cells].sum(axis=1))]) if len(rows) else CORE
    growth = state.control[rows][:, bridge].sum(axis=1)
    causes = reasons.shares({state.names[row]: float(share) for row, share in zip(rows, growth, strict=True)})
    cause = "the borders of two areas under the core and its provinces met"
    state.note("merge", ruler, cause, causes=causes or {"open_border": 1.0})


def _headquarters(state: State) -> None:
    """The loss of a headquarters is reported once, when the bloc's control of its cell falls below `headquarters_lost`."""
    p = state.parameters.reporting
    seats = state.cache.get("headquarters")
    if seats is None:
        headquarters = state.scenario.core.headquarters
        seats = [(seat, np.array([state.theatre.nearest_cell(seat.lat, seat.lon)], np.uint32)) for seat in headquarters]
        state.cache["headquarters"] = seats
    for k, (seat, cells) in enumerate(seats):
        if state.headquarters_lost[k]:
            continue
        control, terms = state.camp_control.item(CORE, cells[0]), state.headquarters_land_lost[k]
        if control >= p.headquarters_shaken:
            continue
        losses.of_land(state, CORE, cells, terms)
        if control < p.headquarters_lost:
            state.headquarters_lost[k] = True
            causes = reasons.shares(dict(zip(LAND_TERMS, terms.tolist(), strict=True)))
            cause = f"control of {seat.place} fell to {control:.0%}: {reasons.words(causes)}"
            country = state.countries[state.theatre.country[cells[0]]]
            state.note("headquarters_lost", CORE, cause, country=country, causes=causes)


def _expulsions(state: State) -> None:
    """A large province that holds less than a share `expelled` of its most people is expelled (once per peak).

    Where nobody takes its land and it has given up none, it is its people who have left.
    """
    p, most = state.parameters.reporting, state.most_people
    for row in np.flatnonzero(state.provinces & (most > p.large_people) & (state.people_held < p.expelled * most)):
        causes = reasons.shares(dict(zip(LAND_TERMS, state.land_lost[row].tolist(), strict=True)))
        causes = causes if max(causes.values(), default=0.0) > 0 else {"people_left": 1.0}
        state.land_lost[row] = 0.0
        country = state.countries[state.home_country[row]]
        lost = 1 - float(state.people_held[row] / most[row])
        people = reasons.counted(float(most[row]), "person", "people")
        cause = f"it lost {lost:.0%} of the {people} it had held: {reasons.words(causes)}"
        state.note("expulsion", int(row), cause, country=country, amount=float(most[row]), causes=causes)
        most[row] = state.people_held[row]


def _abroad(state: State) -> None:
    """Attacks beyond the region: how much of their rate was the group's own line, the core's, and revenge for strikes."""
    plots = state.memory.get("before", (0.0,))[0]
    p = state.parameters.violence
    for row in np.flatnonzero(state.attacks[:, 3] > 0):
        share = float(state.activity[row, 3])
        follows = float(state.alignment[row]) if state.provinces[row] and "nominal_pledges" not in state.rivals else 0.0
        own = share if row == CORE else min(share, (1 - follows) * float(state.own_activity[row, 3]))
        struck = p.backfire * float(state.strikes[row]) if "provocation.backfire" in state.on else 0.0
        rates = {"own_line": p.rate_international * own, "core_line": p.rate_international * (share - own)}
        rates["strikes"] = struck * float(state.camp[row] == 0)
        by_diasporas = min(1.0, plots / float(state.attacks[row, 3])) if row == CORE else 0.0
        terms = {name: (1 - by_diasporas) * rate for name, rate in reasons.shares(rates).items()}
        cause = "attacks abroad are a part of what it does" if share > 0 else "it struck back abroad"
        cause += ", and supporters abroad act in its name" if row == CORE and state.diaspora_risk.sum() > 0 else ""
        causes = reasons.shares(terms | {"diaspora": by_diasporas})
        state.note("attack", int(row), cause, amount=float(state.attacks[row, 3]), causes=causes)


def _reprisals(state: State) -> None:
    """Weeks of many sectarian reprisals in one country: whose attacks of this week, or earlier ones, are remembered."""
    for k in np.flatnonzero(state.reprisals >= state.parameters.reporting.reprisal_wave):
        cause = "sectarian attacks had raised a call for revenge"
        fresh = state.attacks[: len(state.names), 1] * state.presence[: len(state.names), k]
        heat = float(state.sectarian_heat[k])
        terms = {state.names[row]: float(fresh[row]) for row in np.flatnonzero(fresh)}
        terms["earlier_attacks"] = max(0.0, heat - float(fresh.sum()))
        country = state.countries[k]
        state.note(
            "reprisal", -1, cause, country=country, amount=float(state.reprisals[k]), causes=reasons.shares(terms)
        )


def _phases(state: State) -> None:
    """The start of each phase of the policy."""
    if state.week not in state.phase_week.tolist():
        return
    policy = state.scenario.policy
    for first, (name, phase) in zip(state.phase_week, policy.phases.items(), strict=True):
        if first == state.week:
            causes = {f"waited for {phase.when}": 1.0} if phase.when else {"policy": 1.0}
            state.note("phase", -1, f"{policy.title}: {phase.meaning or name}", causes=causes)
