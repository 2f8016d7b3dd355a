"""The benchmarks still measure the model: all phases of a week, forms that agree, a table made of the stored numbers."""

import ast
import inspect
import json
from textwrap import dedent

import pytest

from model import Simulation
from tests.benchmarks import native, replicates, scale, week, whole_arrays
from tests.benchmarks.plain_mesa import compare
from tests.benchmarks.table import COMMITTED, GUIDE, ROWS, TARGETS, flat, written
from tests.benchmarks.worlds import attitudes_of, spread_of, warm


@pytest.fixture(scope="module")
def world():
    return warm(1.0)


def test_every_mechanism_of_a_week_is_timed():
    tree = ast.parse(dedent(inspect.getsource(Simulation.step)))
    named = {
        (node.value.id, node.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id not in ("self", "state")
    }
    timed = {(module, name) for module, names in week.PHASES.items() for name in names}
    assert (
        named - {("branch", "start"), ("territory", "flow")} == timed
    )  # those two are looked up, nothing is done by them
    assert {"whole week", "territory.spread", "simulation.groups_decide"} <= week.phases(1.0, rounds=1).keys()


def test_the_forms_that_are_compared_give_the_same_numbers(world):
    for found in (native.territory(spread_of(world), 1), native.attitudes(attitudes_of(world), 1)):
        assert found is None or found["largest_difference"] == 0.0
    assert compare(spread_of(world), 1)["largest_difference"] < 1e-12


def test_whole_arrays_follow_the_rule_of_the_loops(world):
    found = whole_arrays.frameworks(spread_of(world), 1, 2)
    assert found["numpy"]["largest_difference"] < whole_arrays.TOLERANCE
    assert "jax" not in found or found["jax"]["largest_difference"] < whole_arrays.TOLERANCE


def test_loops_over_replicates_in_one_call_have_the_same_bits():
    worlds = [warm(1.0), warm(1.0, 700)]
    found = replicates._loop("advance_fronts", worlds, 1)
    assert found["same_bits"]
    start = replicates._arguments("advance_fronts", worlds[0])
    assert any(len(each) for each in replicates._arrays(start))


def test_worlds_with_more_groups_are_worlds():
    assert len(scale.with_groups(2).state.names) > 1.5 * len(scale.with_groups(1).state.names)
    assert scale.exponent([1, 2, 4], [3, 12, 48]) == pytest.approx(2)


def test_worlds_with_fewer_groups_are_worlds():
    few = week._with_groups(0.25)
    assert 1 < len(few.state.names) < len(warm(1.0).state.names)


def test_the_guides_table_is_that_of_the_stored_numbers():
    stored, guide = json.loads(COMMITTED.read_text()), GUIDE.read_text(encoding="utf-8")
    assert written(guide, stored) == guide, "python -m tests.benchmarks --renew writes both"
    assert TARGETS.keys() <= dict(flat(stored)).keys()
    assert len(ROWS) > 10
