"""The state at week 0: what figures of states, groups and places are turned into, each by its own rule."""

import numpy as np
import pytest
import reference_states
from made_up_states import EAST, WEST, plane, switched

from model import Simulation, load_scenario
from model.mechanisms import diaspora, territory
from model.scenario.schema import HOLDING_RIM
from model.state import ATTACK_KINDS, CORE, Status
from model.state.start import local_activity


def start(scenario="synthetic_plane", **overrides):
    return Simulation(load_scenario(scenario, overrides={"weeks": 4} | overrides), seed=1).state


def state_of(**figures):
    return start(**{f"governments.AAA.{name}": value for name, value in figures.items()})


def test_soldiers_are_those_of_the_density_of_the_people_in_the_part_that_is_governed():
    p = plane().parameters.government
    assert state_of().forces[0] == np.rint((3.0 + p.police) * 40e6 / 1000)
    assert state_of(forces_per_1000=6.0).forces[0] == np.rint((6.0 + p.police) * 40e6 / 1000)
    assert state_of(governed_share=0.5).forces[0] == pytest.approx(state_of().forces[0] / 2, abs=1)
    assert state_of().full_forces[0] == state_of().forces[0]


def test_better_states_have_better_soldiers_aim_and_standing():
    bad, good = state_of(), state_of(government_effectiveness=1.0, rule_of_law=1.0, political_stability=1.0)
    p = bad.parameters.government
    assert good.effectiveness[0] == pytest.approx(np.exp(p.effectiveness_scale))
    assert bad.effectiveness[0] == pytest.approx(1 / good.effectiveness[0])
    assert good.own_effectiveness[0] == good.effectiveness[0]
    assert bad.state_accuracy[0] == pytest.approx(p.base_accuracy * 0.3)
    assert good.state_accuracy[0] == pytest.approx(p.base_accuracy * 0.7)
    assert (bad.legitimacy[0], good.legitimacy[0]) == (pytest.approx(0.3), pytest.approx(0.7))
    assert state_of(political_stability=-2.5).legitimacy[0] == p.least_legitimacy


def test_minorities_trust_less_where_people_are_excluded_and_a_part_of_it_where_they_are_discriminated():
    p = plane().parameters.government

    def trust(excluded, discriminated):
        return state_of(excluded_share=excluded, discriminated_share=discriminated).minority_legitimacy[0]

    assert trust(0.0, 0.0) == pytest.approx(0.3)
    assert trust(0.5, 0.0) == pytest.approx(0.3 * (1 - p.exclusion_penalty / 2))
    mixed = 0.3 * (1 - p.exclusion_penalty * p.discrimination * 0.4)
    assert trust(0.0, 0.4) == pytest.approx(mixed)
    assert trust(1.0, 1.0) == pytest.approx(0.3 * (1 - p.exclusion_penalty))


def test_the_state_reaches_less_far_from_its_capital_down_to_a_floor():
    state = plane()
    order = np.argsort(state.theatre.capital_km)
    assert (np.diff(state.reach[order]) <= 1e-12).all()
    p = state.parameters.territory
    assert state.reach.max() <= 1
    assert state.reach.min() > p.state_reach_floor
    far = state.theatre.capital_km / p.state_reach_km
    assert (state.reach - p.state_reach_floor) / (1 - p.state_reach_floor) == pytest.approx(np.exp(-far))


def test_communities_defend_themselves_and_grievance_and_support_live_among_the_constituency():
    state = start("levant_2014", resolution=1.0)
    share = state.theatre.constituency
    full, none = share >= np.quantile(share, 0.95), share <= np.quantile(share, 0.3)
    p = state.parameters
    assert state.defence[none].min() > state.defence[full].max()
    assert state.defence == pytest.approx(p.territory.local_defence * (1 - share) ** 2)
    assert state.grievance[none].max() < state.grievance[full].max()
    assert (state.support <= share + 1e-12).all()
    assert (state.support >= 0).all()
    trust = state.minority_legitimacy[state.theatre.country]
    assert state.grievance == pytest.approx(p.attitudes.start_grievance * (1 - trust) * share)
    wider = p.attitudes.start_support * (p.attitudes.start_sympathy + state.grievance)
    assert state.support[0] == pytest.approx(share * np.minimum(wider, 1.0))


def test_groups_start_with_what_the_scenario_says_of_them():
    given = {"foreign_share": 0.2, "fighters": 501, "skill": 0.7, "refused": True, "brutality": 0.45, "envoys": 3.0}
    state = start(**{f"groups.east.{name}": value for name, value in given.items()})
    assert (state.foreign_fighters[EAST], state.local_fighters[EAST]) == (100.0, 401.0)
    assert state.skill[EAST] == state.full_skill[EAST] == 0.7
    assert state.refused[EAST]
    assert state.brutality[EAST] == state.own_brutality[EAST] == 0.45
    assert state.envoys[CORE, EAST] == state.envoys[EAST, CORE] == 3.0
    assert (state.status[EAST], state.camp[EAST], state.hub[EAST]) == (Status.INDEPENDENT, -1, -1)
    assert state.accepted_week[EAST] == -1
    assert (state.status[WEST], state.camp[WEST], state.hub[WEST]) == (Status.RIVAL_FRANCHISE, 1, 0)
    assert state.hub_tie[WEST] == 1.0
    assert state.own_alignment[[EAST, WEST]] == pytest.approx(
        state.parameters.pledging.own_alignment * np.array([0.8, 0.4])
    )


def test_a_group_that_starts_as_a_province_is_of_the_core_s_camp_and_no_hub_s_and_follows_a_little():
    state = start(**{"groups.west.status": "province"})
    assert (state.camp[WEST], state.hub[WEST], state.hub_tie[WEST], state.accepted_week[WEST]) == (0, -1, 0.0, 0)
    p = state.parameters.pledging
    assert state.alignment[WEST] == max(p.start_alignment, p.own_alignment * 0.4)
    assert state.alignment[EAST] == 0


@pytest.mark.parametrize(
    ("field", "more", "less"),
    [
        ("own_brutality", "sectarian", "state"),
        ("conviction", "international", "state"),
        ("conviction", "regional", "state"),
    ],
)
def test_the_mix_of_effort_follows_brutality_and_creed(field, more, less):
    state = plane()
    mixes = []
    for value in (0.1, 0.9):
        getattr(state, field)[EAST] = value
        mixes.append(local_activity(state, EAST))
    for mix in mixes:
        assert mix.sum() == pytest.approx(1.0)
        assert mix.min() > 0
    kinds = list(ATTACK_KINDS)
    assert mixes[1][kinds.index(more)] > mixes[0][kinds.index(more)]
    assert mixes[1][kinds.index(less)] < mixes[0][kinds.index(less)]


def test_control_is_full_inside_a_rim_and_falls_to_none_at_the_radius():
    state = start(**{"groups.east.holdings": [], "groups.west.holdings": []})
    far = state.theatre.distance_km(int(state.home[CORE]))
    control, half_cell = state.control[CORE], 45.0
    inside, outside = far < 250.0 * (1 - HOLDING_RIM) - half_cell, far > 250.0 + half_cell
    assert control[inside] == pytest.approx(0.9)
    assert inside.any()
    assert not control[outside].any()
    rim = ~inside & ~outside
    assert np.corrcoef(far[rim], control[rim])[0, 1] < -0.8


def test_who_holds_one_place_together_shares_it():
    where = {"place": "Middle", "lat": 0.0, "lon": 4.0, "radius_km": 440.0, "control": 0.9}
    alone = start(**{"groups.east.holdings": [], "groups.west.holdings": []})
    state = start(**{"groups.east.holdings": [where], "groups.west.holdings": []})
    assert state.control.sum(axis=0).max() <= 1 + 1e-12
    shared = (state.control[EAST] > 0) & (state.control[CORE] > 0)
    full = shared & (state.control.sum(axis=0) > 1 - 1e-9)
    assert full.any()
    assert (state.control[CORE, full] < alone.control[CORE, full]).all()
    others = alone.control[CORE] * (state.control[EAST] == 0)
    assert np.array_equal(state.control[CORE] * (state.control[EAST] == 0), others)


def test_people_fear_whom_they_have_lived_under_as_much_as_they_would_for_good():
    state = plane()
    p, held = state.parameters.attitudes, state.control[CORE] > 0
    rise = p.fear * state.brutality[CORE] * state.control[CORE, held]
    assert state.fear[CORE, held] == pytest.approx(rise / (rise + p.fear_decay))
    assert not state.fear[CORE, state.control[CORE] == 0].any()


def test_allies_start_with_their_threat_bases_and_effort_on_their_own_account():
    state = start("levant_2014", resolution=1.0)
    for row, (name, ally) in enumerate(state.scenario.allies.items()):
        assert state.ally_threat[row] == ally.threat, name
        assert state.outside_effort[row] == (ally.effort if ally.kind == "outside_power" else 0.0)
        assert [iso3 for iso3, base in zip(state.countries, state.bases[row], strict=True) if base] == [
            iso3 for iso3 in state.countries if iso3 in ally.reach
        ]
    assert (state.taken_on == 1).all()
    assert (state.diaspora_trust == 1).all()


def test_diasporas_are_those_that_the_scenario_names_and_nobody_elses():
    scenario = load_scenario("levant_2014", overrides={"weeks": 4, "resolution": 1.0})
    state = Simulation(scenario, seed=1).state
    table = diaspora._thousands(state)
    named = 0
    for row, ally in zip(table, scenario.allies.values(), strict=True):
        found = dict(zip(state.countries, row.tolist(), strict=True))
        assert {iso3: people for iso3, people in found.items() if people} == {
            iso3: people for iso3, people in ally.diaspora.items() if people and iso3 in state.countries
        }
        named += bool(row.any())
    assert named > 1
    assert not table.all()


def test_without_diasporas_there_are_no_plots_and_no_risk():
    state = plane(**switched(diaspora=False))
    state.diaspora_risk[:], state.plots = 0.7, 3.0
    diaspora.update(state)
    assert state.plots == 0
    assert not state.diaspora_risk.any()


@pytest.mark.parametrize("form", ["pressure", "diffusion"])
def test_control_passes_between_cells_as_closeness_borders_and_kinship_let_it(form):
    state = start("levant_2014", resolution=1.0, **{"mechanisms.territory.form": form})
    assert territory.flow(state) == pytest.approx(reference_states.flow(state))
    state.border_control[:] = np.linspace(0.0, 1.0, len(state.countries))
    assert territory.flow(state) == pytest.approx(reference_states.flow(state))
    assert (state.flow >= 0).all()
