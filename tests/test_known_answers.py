"""Published results that the model contains in a limit: Deitchman, Granovetter, Kress and Szechtman, Bennett, Clauset."""

import numpy as np
import pytest
from scipy.stats import norm

from model import Simulation, kernels, load_scenario
from model.mechanisms import pledging
from model.state import TERMS, Status

KILLS = 0.5  # soldiers lost a week to an attacker


def guerrilla_war(insurgents, soldiers, people, rate, step=0.02):
    """Play the model's losses with accuracy 0 until one side is gone; say whether insurgents win."""
    while insurgents > 0.5 and soldiers > 0.5:
        lost = kernels.aimed_and_area_losses(soldiers, insurgents, people, 0.0, rate, 1500.0)
        insurgents, soldiers = insurgents - step * lost, soldiers - step * KILLS * insurgents
    return insurgents > 0.5


@pytest.mark.parametrize("soldiers", [2_000.0, 5_000.0, 20_000.0])
@pytest.mark.parametrize("rate", [20.0, 50.0])
@pytest.mark.parametrize("margin", [0.97, 1.03])
def test_insurgents_without_informers_win_iff_deitchmans_condition_holds(soldiers, rate, margin):
    """2 a I0 > b G0^2 with a = soldiers lost to an attacker, b = rate / people (Deitchman 1962)."""
    people = 1e6
    threshold = rate / people * soldiers**2 / (2 * KILLS)
    assert guerrilla_war(margin * threshold, soldiers, people, rate) == (margin > 1)


def test_perfect_accuracy_makes_losses_independent_of_the_crowd():
    """Kress and Szechtman (2009): with mu = 1 losses are gamma G whatever the share of insurgents among the people."""
    for people in (1e5, 1e7):
        assert kernels.aimed_and_area_losses(1e4, 5e3, people, 1.0, 0.01, 0.0) == pytest.approx(100.0)


def adopters(sigma):
    """Share of pledges among 400 groups whose thresholds are the quantiles of N(0.25, sigma), all at one distance."""
    groups = {
        f"groups.peer_{k}": {
            "name": f"Peer {k}", "place": "same place", "lat": 0.0, "lon": 0.0, "country": "AAA", "fighters": 500,
            "conviction": float(np.clip(1 - norm.ppf((k + 0.5) / 400, 0.25, sigma), 0, 1)), "ambition": 0.0,
            "need": 0.0, "brutality": 0.2,
        }
        for k in range(400)
    }  # fmt: skip
    scenario = load_scenario("synthetic_plane", overrides=groups | {"weeks": 2})
    simulation = Simulation(scenario, seed=1)
    state, terms = simulation.state, simulation.state.parameters.pledging
    peers = np.array([name.startswith("peer_") for name in [*state.names, *[""] * 6]])
    state.present[1:] = peers[1:]
    # threshold model: pledge for certain once conviction x prestige + share of peers who have pledged reaches 1
    terms.conviction, terms.contagion, terms.threshold = 1.0, 1.0, 1.0
    terms.need = terms.ambition = terms.protection = terms.rival_hub = terms.strikes = terms.local_cost = 0.0
    terms.steepness, terms.hazard, terms.refusal_hazard = 1e-9, 1.0, 0.0
    state.prestige = 1.0
    while True:
        before = state.pledged.sum()
        simulation.groups_decide()
        if state.pledged.sum() == before:
            return before / 400


def test_adoption_jumps_where_granovetter_says():
    """Thresholds N(0.25, sigma): hardly anybody at sigma = 0.122, all at 0.123 (Granovetter 1978)."""
    assert adopters(0.122) < 0.1
    assert adopters(0.123) > 0.95


def test_contagion_is_the_weighted_share_of_peers_who_pledged():
    scenario = load_scenario("levant_2014", overrides={"weeks": 2, "pledging.contagion_km": 8000})
    state = Simulation(scenario, seed=0).state
    for pledged, expected in ((True, state.parameters.pledging.contagion), (False, 0.0)):
        state.pledged[1:] = pledged
        state.status[1:] = Status.INDEPENDENT
        pledging.draw_decisions(state)
        assert state.appeal[1:24, TERMS.index("contagion")] == pytest.approx(np.full(23, expected))


def test_a_lever_has_half_its_effect_at_its_half_effort():
    assert kernels.dose(0.4, 0.4) == pytest.approx(0.5)
    assert kernels.dose(0.0, 0.4) == 0
    assert kernels.dose(1e3, 0.4) == pytest.approx(1.0)


def weeks_to_defeat(accuracy, effectiveness, weeks=400):
    """A state against one group, by the model's losses: killed if hit, recruited by what misses (Bennett 2008)."""
    insurgents, force, people = 4000.0, 20_000.0 * effectiveness, 1e6
    for week in range(weeks):
        lost = kernels.aimed_and_area_losses(force, insurgents, people, accuracy, 0.02, 0.0)
        recruited = 0.5 * 0.02 * force * (1 - accuracy)
        insurgents += recruited - lost
        if insurgents < 100:
            return week
    return weeks


def test_accuracy_beats_effectiveness_and_has_a_tipping_point():
    """Bennett (2008): a step in accuracy beats the same step in effectiveness; below a point the state never wins."""
    base = weeks_to_defeat(0.5, 1.0)
    assert base - weeks_to_defeat(0.6, 1.0) > base - weeks_to_defeat(0.5, 1.2) > 0
    assert weeks_to_defeat(0.32, 1.5) == 400
    assert weeks_to_defeat(0.36, 1.5) < 400
    assert weeks_to_defeat(0.30, 5.0) == 400


def test_the_largest_attack_has_a_pareto_tail_of_density_exponent_two_and_a_half():
    """Clauset, Young and Gleditsch (2007): P(X > x) falls as x^-1.5."""
    least, most = 2.0, 400.0
    luck = np.random.default_rng(0).random(20_000)
    sizes = np.array([kernels.largest_attack(1.0, u, least, most, 1.5) for u in luck])
    inside = sizes[(sizes > least) & (sizes < 400)]
    hill = 1 / np.log(inside / least).mean()  # maximum likelihood of the tail exponent, nearly untruncated
    assert hill == pytest.approx(1.5, rel=0.05)
