"""Tables of all runs in a process share the types of their rows: loops look them up at once (see `fields.shared`)."""

import pickle

import numpy as np
import pytest

from model import Simulation
from model.state.streams import WEEKS_A_BLOCK


def types(state):
    tables = {name: value for name, value in vars(state).items() if isinstance(value, np.ndarray) and value.dtype.names}
    families = {name: family.record for name, family in vars(state.parameters).items()}
    return {name: table.dtype for name, table in (tables | families | {"luck": state.luck}).items()}


@pytest.fixture(scope="module")
def first():
    return Simulation("synthetic_plane", seed=1, weeks=2 * WEEKS_A_BLOCK).state


def test_runs_share_the_types_of_their_rows(first):
    found, other = types(first), types(Simulation("synthetic_plane", seed=2, weeks=8).state)
    assert {"organisation_records", "country_records", "stay_list", "switches", "effort", "territory"} <= set(found)
    assert [name for name, kind in found.items() if other[name] is not kind] == []


def test_a_run_that_was_kept_shares_them_too(first):
    kept = pickle.loads(pickle.dumps(first))
    kept.organisation_records["treasury"][0] = 5.0
    assert kept.treasury[0] == 5.0
    assert [name for name, kind in types(first).items() if types(kept)[name] is not kind] == []


def test_luck_of_later_weeks_has_the_same_type(first):
    now = first.luck.dtype
    first.week = WEEKS_A_BLOCK
    assert first.luck.dtype is now
