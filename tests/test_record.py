"""What a run writes down of each week is what the state says: who is counted, what is summed, what is a mean of whom."""

import numpy as np
import pytest

from model import Simulation, load_scenario
from model.record import OUTCOMES
from model.state import CHANNELS, CORE
from model.why.kinds import EVENT_KINDS

PROVINCES = {f"groups.{name}.status": "province" for name in ("boko_haram", "libya_10nov", "abm_sinai")}
WEEKS = 30


@pytest.fixture(scope="module")
def simulation():
    given = {"weeks": WEEKS + 10, "resolution": 1.0, "links.escalation": 0.5} | PROVINCES
    return Simulation(load_scenario("levant_2014", "comprehensive", overrides=given), seed=2)


def expected(state, start):
    """The columns of a week from the fields of the state, and which organisations count."""
    bloc, provinces = state.present & (state.camp == 0), state.present & state.provinces
    there = max(1, int(provinces.sum()))
    threat = state.threat.sum()
    row = {
        "people_core": state.people_held[CORE], "area_core": state.area_held[CORE], "treasury_core": state.treasury[CORE],
        "fighters_core": state.fighters[CORE], "revenue_core": state.revenue[CORE], "unpaid_core": state.unpaid[CORE],
        "people_provinces": state.people_held[provinces].sum(), "area_provinces": state.area_held[provinces].sum(),
        "fighters_provinces": state.fighters[provinces].sum(), "provinces": provinces.sum(),
        "alignment": state.alignment[provinces].sum() / there, "silence": state.silence[provinces].sum() / there,
        "messages_sent": state.sent.sum(), "messages_delivered": state.delivered.sum(),
        "messages_intercepted": state.intercepted.sum(), "attacks_unsanctioned": state.unsanctioned.sum(),
        "deaths": state.deaths[bloc].sum(), "reprisals": state.reprisals.sum(), "coalition": state.coalition.sum(),
        "displaced": state.hosted.sum(), "legitimacy": (state.legitimacy * state.threat).sum() / threat,
        "cohort_people": state.people_held[state.cohort].sum(), "cohort_area": state.area_held[state.cohort].sum(),
        "cohort_fighters": state.fighters[state.cohort].sum(), "cohort_attacks": state.attacks[state.cohort].sum(),
        "prestige": state.prestige, "core_alive": float(state.core_alive), "attacks_stopped": state.stopped,
        "effort_spent": state.effort_spent, "diaspora_risk": state.diaspora_risk.sum(), "ink_spots": state.ink_spots,
        "outside_pressure": (state.provocation * state.outside_effort).sum(), "foreign_inflow": state.arrived.sum(),
        "largest_share": state.largest_spot / state.spot_area, "link_coordination": state.relief[CORE],
    }  # fmt: skip
    kinds = ("state", "sectarian", "regional", "international")
    row |= {f"attacks_{kind}": state.attacks[bloc, k].sum() for k, kind in enumerate(kinds)}
    row |= {f"link_{name}": state.carried[:, k].sum() for k, name in enumerate(CHANNELS) if name != "coordination"}
    for who in ("core", "provinces"):
        row[f"payoff_{who}"] = (row[f"people_{who}"] / start[0] + row[f"fighters_{who}"] / start[1]) / 2
    return row | {"payoff_joint": row["payoff_core"] + row["payoff_provinces"]}


def of_organisations(state):
    unlike = np.abs(state.activity - state.activity[CORE]).sum(axis=1) / 2
    return {
        "fighters": state.fighters, "foreign_fighters": state.foreign_fighters, "people": state.people_held,
        "area_km2": state.area_held, "supporters": state.supporters, "alignment": state.alignment,
        "silence": state.silence, "link_quality": state.quality, "treasury": state.treasury,
        "brutality": state.brutality, "attacks": state.attacks.sum(axis=1), "strikes": state.strikes,
        "attacks_state": state.attacks[:, 0], "attacks_sectarian": state.attacks[:, 1],
        "attacks_regional": state.attacks[:, 2], "attacks_international": state.attacks[:, 3],
        "unsanctioned": state.unsanctioned, "envoys": state.envoys[CORE], "aid_received": state.aid_received,
        "utility": state.utility, "accuracy": state.accuracy, "arrivals": state.arrived, "recruits": state.recruited,
        "revenue": state.revenue, "unpaid": state.unpaid, "likeness": 1 - unlike,
        "shift": np.abs(state.activity - state.own_activity).sum(axis=1) / 2,
        "status": np.where(state.present, state.status, -1), "stance": np.where(state.present, state.stance, -1),
        "loyalty": np.where(state.present & state.provinces, state.loyalty, -1),
    }  # fmt: skip


def of_countries(state):
    bloc = state.camp == 0
    return {
        "people_bloc": state.held[bloc].sum(axis=0), "attacks": state.attacks_in, "threat": state.threat,
        "legitimacy": state.legitimacy, "minority_legitimacy": state.minority_legitimacy, "forces": state.forces,
        "reprisals": state.reprisals, "displaced": state.hosted.sum(axis=1), "travelled": state.travelled,
        "displaced_total": np.diag(state.hosted) + state.displaced_before, "border_control": state.border_control,
    }  # fmt: skip


def test_the_rows_of_a_week_are_what_the_state_says(simulation):
    state, record, moved = simulation.state, simulation.record, set()
    start = float(state.people_held[CORE]), float(state.fighters[CORE])
    assert start == record.start
    for _ in range(WEEKS):
        simulation.step()
        week = state.week
        for columns, table in (
            (expected(state, start), record.series[week, 0]),
            (of_organisations(state), record.organisations[week]),
            (of_countries(state), record.countries[week]),
        ):
            for name, value in columns.items():
                assert table[name] == pytest.approx(value, rel=1e-9, abs=1e-9), name
                moved |= {name} if np.any(np.asarray(value) != 0) else set()
    never = {
        "attacks_unsanctioned",
        "unsanctioned",
        "attacks_stopped",
        "loyalty",
        "link_retreat",
        "unpaid",
        "unpaid_core",
    }
    assert not set(expected(state, start)) - moved - never  # a column of zeros tells nothing
    assert {name for name in record.series.dtype.names if name not in expected(state, start)} <= {
        "offensives", "offensives_won", "offensives_lost", "towns_core", "merges", "pledges", "acceptances", "refusals",
        "defections", "secessions", "splinters", "foundings", "splits",
    }  # fmt: skip


def test_the_core_is_worth_a_prestige_and_no_other_organisation(simulation):
    rows = simulation.record.organisations[simulation.state.week]["prestige"]
    assert rows[CORE] == simulation.state.prestige
    assert not rows[1:].any()


def test_events_are_counted_once_in_the_week_in_which_they_happen(simulation):
    counted = {name: np.zeros(simulation.state.week + 1) for name in OUTCOMES}
    for event in simulation.state.events:
        outcome = EVENT_KINDS[event.kind].outcome
        if outcome:
            counted[outcome][event.week + 1] += 1
    assert sum(column.sum() for column in counted.values()) > 0
    for name, column in counted.items():
        if column.any():
            assert simulation.record.series[name][: len(column), 0] == pytest.approx(column), name


def test_without_threat_legitimacy_is_the_mean_of_all_states_and_without_provinces_means_are_nothing():
    simulation = Simulation(load_scenario("levant_2014", overrides={"weeks": 2, "resolution": 1.0}), seed=2)
    state, record = simulation.state, simulation.record
    state.threat[:], state.status[:] = 0.0, 1
    state.alignment[:] = state.silence[:] = 0.7
    record.series[0] = 0.0
    record.organisations[0] = record.countries[0] = 0.0
    record.write(state, 0.0)
    row = record.series[0, 0]
    assert row["legitimacy"] == pytest.approx(state.legitimacy.mean())
    assert row["alignment"] == row["silence"] == row["provinces"] == 0


def test_an_outcome_is_the_end_the_sum_or_the_mean_of_its_weeks_and_the_start_is_no_week(simulation):
    result = simulation.record.result(simulation.state, 2)
    for name, outcome in OUTCOMES.items():
        weeks = simulation.record.series[name][: simulation.state.week + 1, 0]
        numbers = {"end": weeks[-1], "sum": weeks.sum(), "mean": weeks[1:].mean(), "max": weeks.max()}
        assert result.outcomes[name] == pytest.approx(numbers[outcome.aggregate]), name
