"""Each compiled mechanism against its equations in NumPy (`reference_*.py`), on states in the middle of runs."""

import ast
import copy
import pickle
from pathlib import Path

import numpy as np
import pytest
import reference_fronts
import reference_organisations as organisations
import reference_states as states
import reference_travellers as travellers

from model import Simulation, agents, kernels, load_scenario, mechanisms
from model.flows import uses
from model.mechanisms import (
    alignment,
    attitudes,
    attrition,
    communication,
    diaspora,
    foreign_fighters,
    governance,
    levers,
    links,
    pledging,
    policy,
    prestige,
    resources,
    scale,
    territory,
    violence,
)  # fmt: skip
from model.mechanisms.scale import fighting
from model.state import LAND_TERMS
from model.state.arrays import fields

PLEDGED = {
    "links.escalation": 0.5,
    "groups.boko_haram.status": "province",
    "groups.libya_10nov.status": "province",
    "groups.shabaab.refused": True,
}
AIMED = {
    "information": {"LBY": 0.1, "boko_haram": 0.1, "core": 0.1}, "sever_links": {"NGA": 0.2, "libya_10nov": 0.1},
    "strike_provinces": {"LBY": 0.1, "boko_haram": 0.1}, "basing": {"NGA": 0.1, "libya_10nov": 0.1},
    "allies": {"france": {"train_partners": {"MLI": 0.5}, "diaspora": 0.2}},
}  # fmt: skip
RUNS = {
    "aimed": (
        "contain_affiliates",
        PLEDGED
        | {
            "mechanisms.allied.choice": False,
            "policy.strike_targeting": "command",
            "policy.phases.places": {"start": 0, "on_top": True, "effort": AIMED},
        },
        25,
    ),
    "comprehensive": ("comprehensive", PLEDGED, 47),
    "divided": ("contain_affiliates", PLEDGED | {"policy.division": "divided"}, 30),
    "weak": (
        "sever_links",
        {"core.prestige": 0.95, "splintering.hazard": 0.05, "pledging.hazard": 0.05, "links.escalation": -1.0},
        21,
    ),
}
MECHANISMS = {
    "exchange": (communication.exchange, organisations.exchange),
    "alignment": (alignment.update, organisations.update_alignment),
    "carry": (links.carry, organisations.carry),
    "quarrels": (links.quarrels, organisations.quarrels),
    "draw_decisions": (pledging.draw_decisions, organisations.draw_decisions),
    "travel": (foreign_fighters.travel, travellers.travel),
    "attack": (violence.attack, organisations.attack),
    "fight": (attrition.fight, organisations.fight),
    "balance": (resources.balance, organisations.balance),
    "govern": (governance.govern, states.govern),
    "update": (attitudes.update, states.update),
    "update_legitimacy": (attitudes.update_legitimacy, states.update_legitimacy),
    "diaspora": (diaspora.update, states.update_diasporas),
    "prestige": (prestige.update, states.update_prestige),
}


@pytest.fixture(scope="module", params=RUNS)
def midway(request):
    """A run of the Levant at one degree in its middle, with provinces, splinters and every lever in use."""
    policy, overrides, weeks = RUNS[request.param]
    scenario = load_scenario("levant_2014", policy=policy, overrides={"weeks": 60, "resolution": 1.0} | overrides)
    simulation = Simulation(scenario, seed=4)
    for _ in range(weeks):
        simulation.step()
    return simulation


def assert_same(state, expected):
    for name in fields():
        ours, theirs = np.asarray(getattr(state, name), float), np.asarray(getattr(expected, name), float)
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-11, err_msg=name)  # approx takes seconds


@pytest.mark.parametrize("name", MECHANISMS)
def test_a_compiled_mechanism_does_what_its_equations_say(midway, name):
    compiled, reference = copy.deepcopy(midway.state), copy.deepcopy(midway.state)
    ours, theirs = (mechanism(state) for mechanism, state in zip(MECHANISMS[name], (compiled, reference), strict=True))
    assert_same(compiled, reference)
    if name in ("draw_decisions", "govern", "quarrels"):
        assert np.array_equal(ours, theirs)


@pytest.mark.parametrize("name", MECHANISMS)
def test_a_mechanism_writes_only_the_fields_that_the_guide_of_the_model_lists(midway, name):
    mechanism, state = MECHANISMS[name][0], copy.deepcopy(midway.state)
    before = {field: np.array(getattr(state, field)) for field in fields()}
    mechanism(state)
    changed = {field for field, values in before.items() if not np.array_equal(values, getattr(state, field))}
    assert changed <= uses()[f"mechanisms/{mechanism.__module__.rpartition('.')[2]}.py"].writes


def test_effort_is_spent_as_the_equations_say(midway):
    compiled, reference = copy.deepcopy(midway.state), copy.deepcopy(midway.state)
    efforts = policy.efforts(compiled)
    levers.spend(compiled, efforts)
    states.spend(reference, efforts)
    assert_same(compiled, reference)


def test_powers_borders_and_hostility_are_those_of_the_equations(midway):
    state = midway.state
    ours, theirs = states.powers(state)
    assert territory.group_power(state) == pytest.approx(ours)
    assert territory.state_power(state) == pytest.approx(theirs)
    assert territory.flow(state) == pytest.approx(states.flow(state))
    expected, found = states.clash(state)
    assert found == pytest.approx(expected)


def advance(state, form="pressure"):
    """A week of control in one sub-step, in a form; return the fighters who fell with their land."""
    records = state.organisation_records, state.country_records, state.cells, state.ground
    if form == "diffusion":
        return kernels.advance_territory(*records, state.spreading, 1, state.switches, *fighting(state)[:3])
    around = state.sectors, state.spreading, 1, state.luck, state.switches
    return kernels.advance_fronts(*records, *around, fighting(state))


def test_a_week_of_fronts_is_that_of_the_equations_and_those_who_fall_are_booked(midway):
    state = copy.deepcopy(midway.state)
    state.parameters.territory.record["foothold"] = 0.0
    fighters, booked = state.fighters.copy(), state.killed_by.sum(axis=1)
    control, lost, taken = reference_fronts.advance(state, territory.flow(state), scale.hostility(state))
    fallen = advance(state)
    assert np.allclose(state.control, control, atol=1e-12)
    assert state.lost_people == pytest.approx(lost, rel=1e-9, abs=1e-6)
    assert state.taken == pytest.approx(taken, rel=1e-9, abs=1e-6)
    assert state.killed_by.sum(axis=1) - booked == pytest.approx(fighters - state.fighters)
    assert fallen == (fighters - state.fighters).sum()


def taken(state, row, cells):
    """Terms of what takes land from an organisation in cells, 1/week."""
    terms, members = np.zeros(LAND_TERMS.index("given_up")), (state.organisation_records, state.country_records)
    kernels.lose_cells(
        row, cells, members, state.cells, state.ground, state.sectors, state.spreading, state.switches,
        fighting(state), terms,
    )  # fmt: skip
    return terms


@pytest.mark.parametrize("form", ["pressure", "diffusion"])
def test_what_takes_land_adds_up_to_the_change_of_a_week(midway, form):
    state = copy.deepcopy(midway.state)
    state.switches["territory_form_diffusion"] = form == "diffusion"
    state.parameters.territory.record["foothold"] = 0.0
    kernels.sum_control(state.cells, state.camp.copy())
    territory.flow(state)
    state.stretch[:] = state.people_held  # which a week of fronts moves before anything else, as one of diffusion this:
    state.spreading.offensive[:] = state.parameters.territory.strikes * state.strikes[:, None]
    before = state.control.copy()
    crowded = before.sum(axis=0) > 0.99  # where newcomers may be given a share
    chosen = np.argwhere((before > 1e-2) & (before < 0.9) & ~crowded)
    chosen = chosen[:: max(1, len(chosen) // 12)]
    terms = [taken(state, row, np.array([cell], np.uint32)) for row, cell in chosen]
    advance(state, form)
    for (row, cell), each in zip(chosen, terms, strict=True):
        change = state.control[row, cell] / before[row, cell] - 1
        if change > -1 and state.control[row, cell] < 1:
            assert -each.sum() == pytest.approx(change, rel=1e-6, abs=1e-9)


def test_what_takes_land_in_several_cells_is_a_mean_by_those_who_live_there_and_are_held(midway):
    state = copy.deepcopy(midway.state)
    territory.flow(state)
    kernels.sum_control(state.cells, state.camp.copy())
    row = int(np.argmax((state.control > 0.01).sum(axis=1)))
    cells = np.flatnonzero(state.control[row] > 0.01).astype(np.uint32)[:4]
    each = [taken(state, row, cells[k : k + 1]) for k in range(len(cells))]
    weights = state.people[cells] * state.control[row, cells]
    assert taken(state, row, cells) == pytest.approx(np.average(each, axis=0, weights=weights), rel=1e-6, abs=1e-12)


def test_stays_are_where_presence_is_not_nothing(midway):
    state = midway.state
    table = np.zeros_like(state.presence)
    table[state.stays["organisation"], state.stays["country"]] = state.stays["share"]
    assert np.array_equal(table, state.presence)
    there = state.present
    assert state.presence[there].sum(axis=1) == pytest.approx(np.ones(there.sum()))
    assert not state.presence[~there].any()


def test_lists_of_active_cells_are_in_order(midway):
    state = midway.state
    for cells, count in zip(state.active_cells, state.active_count, strict=True):
        assert (np.diff(cells[:count].astype(int)) > 0).all()


def test_a_foothold_is_kept_where_fighters_live_and_shared_by_those_at_home_in_one_cell():
    state = Simulation(load_scenario("synthetic_plane", overrides={"weeks": 4}), seed=0).state
    state.control[:], state.total[:] = 0.0, 0.0
    state.home[2] = state.home[1]
    territory.spread(state)
    p, home = state.parameters.territory, state.home[1]
    fighters = 1000.0 * state.fighters
    hold = p.foothold * fighters / (fighters + p.foothold_density * (state.people[state.home] + p.district / 2))
    assert state.control[[1, 2], home] == pytest.approx(np.minimum(hold[[1, 2]], 1 / 2))
    assert state.is_active[1, home]
    assert state.is_active[1, state.neighbours[home]].all()


def test_a_row_of_the_record_holds_what_the_state_says(midway):
    state, record = midway.state, midway.record
    row, bloc, member = record.series[state.week][0], state.camp == 0, state.provinces & state.present
    assert row["people_provinces"] == pytest.approx(state.people_held[member].sum())
    assert row["alignment"] == pytest.approx(state.alignment[member].mean() if member.any() else 0.0)
    assert row["attacks_sectarian"] == state.attacks[bloc, 1].sum()
    assert row["displaced"] == state.hosted.sum()
    assert row["legitimacy"] == pytest.approx(np.average(state.legitimacy, weights=state.threat))
    assert row["outside_pressure"] == pytest.approx(state.provocation @ state.outside_effort)
    groups = record.organisations[state.week]
    assert np.array_equal(groups["fighters"], state.fighters)
    assert np.array_equal(groups["attacks"], state.attacks.sum(axis=1))
    assert groups["shift"] == pytest.approx(np.abs(state.activity - state.own_activity).sum(axis=1) / 2)
    countries = record.countries[state.week]
    assert countries["people_bloc"] == pytest.approx(state.held[bloc].sum(axis=0))
    assert np.array_equal(countries["displaced"], state.hosted.sum(axis=1))


def test_codes_of_the_kernels_are_those_of_the_model():
    from model.kernels import compiled, pledging, violence
    from model.kernels import links as links_kernel
    from model.mechanisms.pledging import Decision
    from model.state import ATTACK_KINDS, CHANNELS, CORE, COUNTRY_LEVERS, Status

    assert (compiled.CORE, compiled.PROVINCE) == (CORE, Status.PROVINCE)
    named = (pledging.NONE, pledging.PLEDGE, pledging.REFUSE, pledging.DEFECT, pledging.SECEDE, pledging.SPLIT)
    assert named == tuple(Decision)
    assert [getattr(violence, kind.upper()) for kind in ATTACK_KINDS] == list(range(4))
    assert [getattr(links_kernel, channel.upper()) for channel in CHANNELS] == list(range(len(CHANNELS)))
    assert COUNTRY_LEVERS.index("governance_aid") == compiled.AID
    assert COUNTRY_LEVERS.index("militias") == compiled.MILITIAS


def test_every_compiled_loop_is_named_where_it_is_public():
    assert sorted(kernels.__all__) == sorted(set(kernels.__all__))
    assert all(hasattr(kernels, name) for name in kernels.__all__)


# kernels that belong to no one mechanism, and the second form of `territory`
SHARED = {"__init__", "active_cells", "arguments", "chance", "compiled", "forms", "fronts", "record", "stale", "why"}


def test_a_kernel_has_the_name_of_its_mechanism_or_agent():
    kernel_files, *deciding = (
        {path.stem for path in Path(package.__file__).parent.glob("*.py")} for package in (kernels, mechanisms, agents)
    )
    assert kernel_files - SHARED <= set.union(*deciding)


def test_no_loop_takes_more_than_ten_arguments():
    for path in sorted(Path(kernels.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                assert len(node.args.args) <= 10, f"{path.name}: {node.name}"


def test_groups_of_arrays_are_those_of_the_state_also_in_a_copy(midway):
    for state in (midway.state, copy.deepcopy(midway.state), pickle.loads(pickle.dumps(midway.state))):
        for name in ("control", "support", "grievance", "people", "total", "camp_control", "active_count", "is_active"):
            assert getattr(state.cells, name) is getattr(state, name)
        assert state.spreading.flow is state.flow
        assert state.spots.label is state.spot
        assert state.recorded.hosted is state.hosted
