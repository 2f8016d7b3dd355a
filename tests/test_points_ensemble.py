"""The shipped ensemble is what the calibration makes, lies in the declared ranges, and can be drawn from."""

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from experiments.batch.errors import UserError
from experiments.batch.run import Run, model_version
from experiments.history.ensemble import digest
from experiments.history.measured_runs import run_at
from experiments.history.target import SCENARIO, load_targets
from experiments.points.draws import drawn, drawn_parameters, fitted_words, members
from experiments.points.ensemble import ENSEMBLE, MEAN, Ensemble, load_ensemble, write_ensemble
from model.simulation import Simulation


@pytest.fixture(scope="module")
def shipped():
    return load_ensemble()


def test_the_first_member_runs_and_gives_every_mean_on_its_scale(shipped):
    """Where this version was fitted they are the stored means; after that `inkspot calibrate` makes a new ensemble."""
    point, row, targets = shipped.points[0], shipped.table.iloc[0], load_targets().fitted()
    seeds = range(int(row.get("first_seed", 0)), int(row.get("first_seed", 0)) + shipped.about["seeds"])
    results = [Simulation(run_at(Run(str(SCENARIO)), point, seed).composed, seed).run() for seed in seeds]
    if not shipped.made_with:
        assert {f"{MEAN}{name}" for name in targets} == {name for name in row.index if name.startswith(MEAN)}
    for name, each in targets.items():
        mean = np.mean([each.scaled(each.of(result)) for result in results])
        assert np.isfinite(mean), name
        if not shipped.made_with:
            assert mean == pytest.approx(row[f"{MEAN}{name}"], rel=1e-6, abs=1e-6), name


def test_an_ensemble_of_another_minor_version_says_so_and_one_of_this_does_not(shipped):
    older, now = (Ensemble(shipped.table, shipped.about | {"model_version": version}, "made up")
                  for version in ("0.1.0+8afbc0a23131", model_version()))  # fmt: skip
    assert "fitted to the model of 0.1, whose numbers are not those of 0." in older.words
    assert "`inkspot calibrate` makes a new one" in older.words
    assert not now.made_with
    assert "inkspot calibrate" not in now.words


def test_it_was_fitted_to_the_shipped_targets_up_to_the_end_of_2015(shipped):
    if not shipped.made_with:  # that of an older version was fitted to its targets
        assert shipped.about["targets"] == digest(load_targets().fitted())
    assert shipped.about["known_until"] == "2015-12-31"
    assert 50 <= len(shipped) <= 200
    assert ENSEMBLE.stat().st_size < 200_000


def test_every_member_lies_in_the_declared_ranges_and_the_check_says_so(shipped):
    check = shipped.check()
    assert check["in_range"].all()
    assert (check["q05"] <= check["q50"]).all()
    assert list(check["parameter"]) == list(shipped.parameters)


def test_a_parameter_piled_up_at_a_bound_is_flagged(shipped):
    table = shipped.table.assign(**{"territory.mass": np.linspace(0.63, 0.7, len(shipped))})
    check = Ensemble(table, shipped.about, "made up").check().set_index("parameter")
    assert check.loc["territory.mass", "piled_up"] == "high"
    even = shipped.table.assign(**{"territory.mass": np.linspace(0.0, 0.7, len(shipped))})
    assert (
        Ensemble(even, shipped.about, "made up").check().set_index("parameter").loc["territory.mass", "piled_up"] == ""
    )


def test_what_is_written_is_read_again_and_the_same_members_give_the_same_bytes(shipped, tmp_path):
    first, second = (write_ensemble(shipped, tmp_path / name) for name in ("a.parquet", "b.parquet"))
    assert first.read_bytes() == second.read_bytes()
    pd.testing.assert_frame_equal(load_ensemble(first).table, shipped.table)


@pytest.fixture
def heavy(shipped):
    """The shipped members, each once, with weights of which the first has half."""
    table = shipped.table.drop_duplicates(list(shipped.parameters), ignore_index=True)
    weights = np.full(len(table), 0.5 / (len(table) - 1))
    weights[0] = 0.5
    return Ensemble(table.assign(weight=weights), shipped.about, "made up")


def test_members_are_drawn_by_weight_and_a_file_without_weights_has_equal_ones(shipped, heavy, tmp_path):
    plain = Ensemble(shipped.table.drop(columns="weight", errors="ignore"), shipped.about, "made up")
    assert not plain.weighted
    assert plain.effective == pytest.approx(len(plain))
    assert plain.cycled(len(plain) + 1) == [*plain.points, plain.points[0]]
    assert heavy.cycled(20).count(heavy.points[0]) == 10
    assert heavy.effective == pytest.approx(1 / (0.25 + 0.25 / (len(heavy) - 1)))
    pairs = heavy.runs(20, 2)
    assert [point for point, _ in pairs] == 2 * heavy.cycled(20)
    assert sorted(seed for point, seed in pairs if point == heavy.points[0]) == list(range(20))  # no run counts twice
    assert plain.runs(3, 2) == [(point, seed) for seed in range(2) for point in plain.points[:3]]
    file = write_ensemble(heavy, tmp_path / "heavy.parquet")
    assert load_ensemble(file).effective == pytest.approx(heavy.effective)
    first = [drawn(draw, str(file)) for draw in range(16)]
    assert first.count(heavy.points[0]) in (8, 9)  # a draw at exactly one half falls on either side by rounding
    assert [drawn(draw, str(file)) for draw in range(8)] == first[:8]


def test_statistics_of_members_use_their_weights(shipped, heavy):
    name = "territory.mass"
    table = heavy.table.assign(**{name: np.where(np.arange(len(heavy)) == 0, 0.2, 0.7)})
    row = Ensemble(table, heavy.about, "made up").check().set_index("parameter").loc[name]
    assert (row["q05"], row["q95"]) == (0.2, 0.7)
    assert row["narrowed"] == pytest.approx(1 - np.sqrt(12) * 0.5 * 0.5 / 0.7, rel=1e-6)


def test_a_parameter_that_was_not_narrowed_is_unconstrained_and_named(shipped):
    table = shipped.table.assign(
        **{
            "territory.mass": np.random.default_rng(1).uniform(0.0, 0.7, len(shipped)),
            "territory.entrenched": np.full(len(shipped), shipped.table["territory.entrenched"].iloc[0]),
        }
    )
    found = Ensemble(table, shipped.about, "made up")
    assert "territory.mass" in found.unconstrained
    assert "territory.entrenched" not in found.unconstrained
    assert "next to nothing about" in found.words


def test_few_members_that_look_narrowed_by_luck_are_still_unconstrained(shipped):
    """Six even draws often lie closer together than their range does; six hundred do not."""
    few = (
        shipped.table.head(6)
        .drop(columns="weight")
        .assign(**{"territory.mass": 0.7 * np.array([0.2, 0.3, 0.45, 0.6, 0.8, 0.95])})
    )
    row = Ensemble(few, shipped.about, "made up").check().set_index("parameter").loc["territory.mass"]
    assert row["narrowed"] > 0.05
    assert row["luck"] > 0.05
    assert row["unconstrained"]


def test_futures_come_from_the_ensemble_where_one_is_named(shipped):
    assert members("shipped") == len(shipped)
    if not shipped.weighted:
        assert [drawn(draw, "shipped") for draw in range(len(shipped) + 2)] == [*shipped.points, *shipped.points[:2]]
    assert all(drawn(draw, "shipped") in shipped.points for draw in range(20))
    assert set(drawn_parameters("shipped")) == set(shipped.parameters)
    assert drawn(3) != drawn(3, "shipped")
    with pytest.raises(UserError, match="there is no ensemble"):
        members("none.parquet")


def test_it_says_what_was_fitted_and_what_it_misses(shipped):
    words = fitted_words("shipped")
    reports = sum(name.startswith(MEAN) for name in shipped.table)
    assert f"{len(shipped.parameters)} parameters were fitted to {reports} reports" in words
    assert "up to 31 December 2015" in words
    assert "`inkspot structure` compares" in words
    if not shipped.weighted:
        worst = shipped.table["worst_target"].value_counts()
        assert f"{worst.index[0].replace('_', ' ')} ({worst.iloc[0]} of {len(shipped)})" in words
    assert fitted_words("") == ""


def test_what_is_no_ensemble_is_refused_in_words(shipped, tmp_path):
    with pytest.raises(UserError, match="there is no ensemble"):
        load_ensemble(tmp_path / "none.parquet")
    (tmp_path / "text.parquet").write_text("no", encoding="utf-8")
    with pytest.raises(UserError, match="was not written by"):
        load_ensemble(tmp_path / "text.parquet")
    pq.write_table(pq.read_table(ENSEMBLE).drop_columns(["territory.mass"]), tmp_path / "less.parquet")
    with pytest.raises(UserError, match=r"territory\.mass"):
        load_ensemble(tmp_path / "less.parquet")
    outside = Ensemble(shipped.table.assign(**{"territory.mass": 99.0}), shipped.about, "")
    with pytest.raises(UserError, match=r"territory.mass must be 0 to 0.7, got 99"):
        load_ensemble(write_ensemble(outside, tmp_path / "outside.parquet"))
