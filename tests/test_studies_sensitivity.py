"""Sobol indices and Morris effects against functions whose indices are known."""

import numpy as np
import pandas as pd
import pytest

from experiments.points.salib_blocks import METHODS, MORRIS, SOBOL, sample
from experiments.studies.sensitivity import convergence, indices, luck, settled

FACTORS = ["x1", "x2", "x3"]
ISHIGAMI = {"S1": [0.3139, 0.4424, 0.0], "ST": [0.5576, 0.4424, 0.2437]}  # a = 7, b = 0.1: Ishigami and Homma 1990


def ishigami(points):
    x = -np.pi + 2 * np.pi * points
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def of(table, name):
    return table[table["index"] == name].set_index("factor")["value"].reindex(FACTORS).to_numpy()


def test_sobol_indices_of_the_ishigami_function_are_the_published_ones():
    points = sample(SOBOL, FACTORS, 2048)
    table = indices(SOBOL, FACTORS, points, ishigami(points))
    for name, known in ISHIGAMI.items():
        np.testing.assert_allclose(of(table, name), known, atol=0.03)


def test_intervals_of_sobol_indices_hold_the_true_value_about_as_often_as_they_say():
    held = []
    for seed in range(20):
        points = sample(SOBOL, FACTORS, 256, seed)
        table = indices(SOBOL, FACTORS, points, ishigami(points), seed)
        total = table[table["index"] == "ST"].set_index("factor")
        held += list(np.abs(total["value"].reindex(FACTORS) - ISHIGAMI["ST"]) <= total["half_width"].reindex(FACTORS))
    assert np.mean(held) > 0.85


def test_morris_effects_of_a_linear_function_are_its_slopes():
    points = sample(MORRIS, FACTORS, 10)
    table = indices(MORRIS, FACTORS, points, points @ [3.0, -2.0, 0.0])
    np.testing.assert_allclose(of(table, "mu"), [3, -2, 0], atol=1e-12)
    np.testing.assert_allclose(of(table, "mu_star"), [3, 2, 0], atol=1e-12)
    np.testing.assert_allclose(of(table, "sigma"), 0, atol=1e-12)


@pytest.mark.parametrize("method", [SOBOL, MORRIS], ids=lambda method: method.name)
def test_a_failed_run_costs_its_block_and_no_other(method):
    points = sample(method, FACTORS, 64)
    values = ishigami(points)
    values[7] = np.nan
    size = method.block(len(FACTORS))
    block = 7 // size
    kept = np.delete(np.arange(len(values)), slice(block * size, (block + 1) * size))
    damaged = indices(method, FACTORS, points, values)
    whole = indices(method, FACTORS, points[kept], values[kept])
    pd.testing.assert_frame_equal(damaged, whole)
    assert (damaged["blocks"] == 63).all()


@pytest.mark.parametrize("method", [SOBOL, MORRIS], ids=lambda method: method.name)
def test_an_outcome_that_nothing_changes_has_indices_of_zero(method):
    points = sample(method, FACTORS, 8)
    assert (indices(method, FACTORS, points, np.full(len(points), 4.2))["value"] == 0).all()


def test_without_two_whole_blocks_indices_are_unknown():
    points = sample(SOBOL, FACTORS, 2)
    assert indices(SOBOL, FACTORS, points[:7], ishigami(points[:7]))["value"].isna().all()


def test_a_sobol_sample_is_refused_where_its_size_is_no_power_of_two():
    with pytest.raises(ValueError, match=r"power of two blocks .*, got 100"):
        sample(SOBOL, FACTORS, 100)


def test_convergence_shows_indices_settle_with_more_blocks():
    points = sample(SOBOL, FACTORS, 1024, seed=1)
    course = convergence(SOBOL, FACTORS, points, ishigami(points))
    assert sorted(course["blocks"].unique()) == [256, 512, 1024]
    assert settled(course)
    moved = course.copy()
    moved.loc[moved["blocks"] == 1024, "value"] += 1.0
    assert not settled(moved)


def test_the_share_of_luck_is_that_of_the_variance_within_points():
    rng = np.random.default_rng(3)
    signal = rng.normal(size=(4000, 1))
    assert luck(signal + rng.normal(size=(4000, 4))) == pytest.approx(0.5, abs=0.03)
    assert luck(np.repeat(signal, 3, axis=1)) == pytest.approx(0)
    assert np.isnan(luck(signal))


def test_every_method_is_found_by_its_name():
    assert set(METHODS) == {"sobol", "morris"}
