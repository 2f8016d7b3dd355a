"""Months, cells and countries have the numbers by which the field knows them."""

from datetime import date

import numpy as np
import pytest

from experiments.history.forecasts.identifiers import Grid, codes, codes_of, gid, month_id, month_of
from experiments.history.forecasts.kept import ended_months
from experiments.history.target import SCENARIO
from model import load_scenario
from model.theatre import load_theatre


def theatre(resolution):
    return load_theatre(load_scenario(SCENARIO, overrides={"resolution": resolution}))


def test_months_are_counted_from_january_1980():
    assert month_id(date(1980, 1, 31)) == 1
    assert month_id(date(2018, 1, 1)) == 457  # the challenge's first test window
    assert month_of(457) == date(2018, 1, 1)
    assert ended_months(date(2015, 12, 31), date(2016, 3, 30)) == [date(2016, 1, 1), date(2016, 2, 1)]
    assert ended_months(date(2015, 12, 31), date(2016, 3, 31))[-1] == date(2016, 3, 1)
    assert ended_months(date(2015, 12, 31), date(2016, 1, 30)) == []


def test_cells_have_the_numbers_of_prio_grid():
    """Cells that others have published: by point, and by row and column (gid = (row - 1) 720 + column)."""
    assert gid(-89.75, -179.75) == 1
    assert gid(89.75, 179.75) == 259_200
    assert gid(10.51, 2.29) == 145_085
    row, column = 151, 412
    assert gid(-90 + (row - 0.5) / 2, -180 + (column - 0.5) / 2) == 108_412
    assert gid(-90 + (119 - 0.5) / 2, -180 + (616 - 0.5) / 2) == 85_576


def test_cells_of_the_map_are_cells_of_prio_grid():
    grid, map_ = Grid.of(theatre(0.5)), theatre(0.5)
    assert len(grid.gids) == len(map_.lat)  # one to one: the same lines
    assert (np.abs(map_.lat % 0.5 - 0.25) < 1e-9).all()
    baghdad = gid(33.31, 44.37)
    assert baghdad in grid.gids
    assert map_.countries[grid.country[np.searchsorted(grid.gids, baghdad)]] == "IRQ"


@pytest.mark.parametrize("resolution", [0.25, 0.5, 1.0])
def test_nothing_is_lost_where_cells_are_divided_or_joined(resolution):
    map_ = theatre(resolution)
    grid = Grid.of(map_)
    dead = np.random.default_rng(1).random((3, len(map_.lat)))
    assert grid.divided(dead).sum(axis=1) == pytest.approx(dead.sum(axis=1))
    assert grid.people.sum() == pytest.approx(map_.people.sum())
    one = np.zeros(len(map_.lat))
    cell = int(np.argmax(map_.people))
    one[cell] = 8.0
    inside = grid.gids[grid.divided(one) > 0]
    assert len(inside) == max(1, round(resolution / 0.5)) ** 2
    assert (np.abs((inside - 1) // 720 / 2 - 89.75 - map_.lat[cell]) <= resolution / 2).all()


def test_every_country_of_the_scenario_has_its_codes_but_those_that_the_lists_do_not_name_once():
    scenario = load_scenario(SCENARIO)
    table = codes_of(list(scenario.governments)).set_index("iso3")
    assert table.index[table["gwcode"].isna()].tolist() == ["ESH", "PSE"]
    assert set(table.index[table["country_id"].isna()]) == {"ESH", "PSE", "SAU", "YEM"}
    assert table.loc["IRQ"].tolist() == [645, 60]
    assert table.loc["SYR"].tolist() == [652, 220]
    for name in ("gwcode", "country_id"):
        assert codes()[name].dropna().is_unique
