"""What allies, diasporas, trainers, messengers and provinces that outgrow the core do: each can go either way."""

from datetime import date

import numpy as np
import pytest

from model import Simulation, kernels, load_scenario
from model.mechanisms import attitudes, diaspora, governance, pledging, violence
from model.mechanisms.pledging import Decision
from model.state import CORE

SOUTH, NORTH = 1, 0  # rows of two allies


def start(name="synthetic_plane", weeks=4, **overrides):
    return Simulation(load_scenario(name, overrides={"weeks": weeks} | overrides), seed=1).state


def test_countries_are_shared_out_so_that_each_ally_has_the_load_it_can_bear():
    brought = np.array([[0.75, 0.75, 0.75, 0.0], [0.25, 0.25, 0.25, 0.25]])
    owner, load = np.zeros(4, dtype=np.int64), np.zeros(2)
    kernels.assign_countries(brought, np.array([0.4, 0.25, 0.25, 0.1]), owner, load)
    assert owner.tolist() == [NORTH, NORTH, SOUTH, SOUTH]
    assert load.tolist() == pytest.approx([0.65, 0.35])


def reach(state, division, efforts, wanted):
    """Share of the effort wanted in each country that arrives there (countries,)."""
    p, divided, total = state.parameters.allied, division == "divided", efforts.sum()
    arrives = p.long_range + (1 - p.long_range) * state.bases
    portion = np.zeros(state.bases.shape)
    kernels.share_countries(efforts, arrives, wanted, state.taken_on, divided, False, portion)
    arrived = (efforts[:, None] / total * portion * arrives).sum(axis=0) / np.maximum(wanted, 1e-12)
    return arrived * (1 - p.coordination_loss if divided else 1.0)


@pytest.mark.parametrize("division", ["divided", "duplicated"])
def test_with_full_reach_all_effort_arrives_however_it_is_divided(division):
    state = start("levant_2014", **{"allied.coordination_loss": 0.0})
    state.bases[:] = 1.0
    efforts = np.array([1.0, 0.15, 0.1, 0.1, 0.0])
    wanted = np.zeros(len(state.countries))
    wanted[:9] = 1 / 9
    assert wanted @ reach(state, division, efforts, wanted) == pytest.approx(1.0)


def test_division_pays_where_each_ally_has_its_own_region_and_costs_where_reach_is_the_same():
    arrived = {}
    for division in ("divided", "duplicated"):
        state = start("levant_2014")
        efforts, wanted = np.array([0.5, 0.5, 0.0, 0.0, 0.0]), np.zeros(len(state.countries))
        wanted[:2] = 0.5
        for regions in ("own", "same"):
            state.bases[:] = 1.0 if regions == "same" else 0.0
            state.bases[NORTH, 0] = state.bases[SOUTH, 1] = 1.0
            arrived[division, regions] = float(wanted @ reach(state, division, efforts, wanted))
    assert arrived["divided", "own"] > arrived["duplicated", "own"]
    assert arrived["divided", "same"] < arrived["duplicated", "same"]


@pytest.mark.parametrize(("alienation", "peak_within"), [(0.2, True), (0.01, False)])
def test_reports_have_a_peak_only_where_trust_goes_faster_than_it_comes_back(alienation, peak_within):
    state = start(**{"diaspora.alienation": alienation, "diaspora.reconciliation": 0.05, "diaspora.vigilance": 0.0})
    settled = []
    for dose in np.linspace(0, 1, 11):
        state.diaspora_dose = float(dose)
        for _ in range(400):
            diaspora.update(state)
        settled.append(state.reports)
        assert state.reports == pytest.approx(dose / (1 + dose**2 * alienation / 0.05), abs=1e-6)
    assert (0 < np.argmax(settled) < 10) == peak_within


@pytest.mark.parametrize(("local_cause", "sign"), [(0.0, 1), (1.0, -1)])
def test_a_pledge_raises_the_risk_from_a_diaspora_only_where_the_core_draws_more_than_a_local_cause(local_cause, sign):
    risk = {}
    for status in ("province", "independent"):
        groups = {"groups.east.status": status, "groups.west.present": False}
        state = start(**groups, **{"diaspora.local_cause": local_cause})
        state.presence[:] = 1.0
        diaspora.update(state)
        risk[status] = float(state.diaspora_risk.sum())
    assert np.sign(risk["province"] - risk["independent"]) == sign


@pytest.mark.parametrize(("weight", "sign"), [(0.4, 1), (-0.5, -1)])
def test_an_outside_power_may_be_provoked_by_a_province_or_draw_back(weight, sign):
    state = start("essay_2016", **{"provocation.unsanctioned": weight})
    state.provocation[:] = 0.5
    power = [ally.kind for ally in state.scenario.allies.values()].index("outside_power")
    state.unsanctioned[state.names.index("abm_sinai")] = 1.0
    violence.provoke(state)
    assert np.sign(state.provocation[power] - 0.5 * (1 - state.parameters.provocation.fading)) == sign


def test_attacks_of_groups_outside_the_bloc_provoke_nobody_against_the_core():
    airliner = {"date": date(2014, 6, 10), "kind": "attack", "target": "abm_sinai", "amount": 1.0, "meaning": "made up"}
    simulation = Simulation(load_scenario("levant_2014", overrides={"weeks": 2, "timeline.airliner": airliner}), seed=0)
    simulation.step()
    assert simulation.state.unsanctioned.sum() == 1
    assert simulation.state.provocation.sum() == 0


def secessions(fighters, alignment, prestige):
    state = start("essay_2016", **{"core.prestige": prestige, "pledging.secession_hazard": 0.2})
    row = state.names.index("boko_haram")
    state.local_fighters[row], state.alignment[row] = fighters, alignment
    for state.week in range(1, 200):
        pledging.draw_decisions(state)
    count = 0
    for state.week in range(400, 800):
        count += pledging.draw_decisions(state)[row] == Decision.SECEDE
    return count


def test_a_province_breaks_away_if_it_is_strong_and_stray_and_the_core_has_little_to_offer():
    strong_stray = secessions(60_000, 0.3, 0.5)
    assert strong_stray > 20
    assert strong_stray > 3 * secessions(3_000, 0.3, 0.5)
    assert strong_stray > 3 * secessions(60_000, 0.9, 0.5)
    assert strong_stray > 3 * secessions(60_000, 0.3, 1.0)


@pytest.mark.parametrize(("messengers", "sign"), [(0.0, 1), (1.0, -1)])
def test_dislike_of_foreigners_helps_messages_or_discredits_them(messengers, sign):
    support = {}
    for dose in (0.0, 1.0):
        state = start("levant_2014", **{"attitudes.messengers": messengers})
        rows = [state.names.index(name) for name in ("shabaab", "libya_10nov")]
        before = state.support[rows, state.home[rows]]
        state.doses[0] = dose
        attitudes.update(state)
        support[dose] = state.support[rows, state.home[rows]] / before
    somalia, libya = support[0.0] - support[1.0]
    assert min(somalia, libya) > 0
    assert np.sign(somalia - libya) == sign


def test_training_adds_the_same_step_to_accuracy_or_to_effectiveness():
    gained = {}
    for training in ("accuracy", "effectiveness"):
        state = start(**{"policy.training": training})
        before = float(state.effectiveness[0])
        state.doses[1] = 1.0
        governance.govern(state)
        gained[training] = float(state.training[0]), float(state.effectiveness[0]) - before
    assert gained["accuracy"][0] == gained["effectiveness"][0] > 0
    assert gained["accuracy"][1] == 0
    assert gained["effectiveness"][1] == pytest.approx(gained["effectiveness"][0])


def test_the_core_is_struck_by_all_allies_however_regions_are_divided():
    struck = []
    for division in ("divided", "duplicated"):
        overrides = {"weeks": 20, "policy.division": division}
        simulation = Simulation(load_scenario("levant_2014", policy="core_only", overrides=overrides), seed=0)
        simulation.run()
        struck.append(float(simulation.state.strikes[CORE]))
    assert struck[0] == pytest.approx(struck[1], rel=0.05)
