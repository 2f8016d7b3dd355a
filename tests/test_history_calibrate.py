"""Calibration finds what was planted, goes on after a kill, and says so where nothing fits."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from made_up_history import DAYS, PLANTED, UNTOLD, planted_targets, small_plan

from experiments.batch.errors import PlanError
from experiments.history import calibrate as calibrating
from experiments.history.calibrate import LEAST, STILL, calibrate
from experiments.history.ensemble import ensemble_of
from experiments.history.space import FITTED
from experiments.history.target import About, Targets
from experiments.points.ensemble import write_ensemble
from experiments.points.ranges import declared, point, shares_of


@pytest.fixture(scope="module")
def targets():
    return planted_targets()


@pytest.fixture(scope="module")
def found(targets, tmp_path_factory):
    out = tmp_path_factory.mktemp("calibration")
    return calibrate(small_plan(points=16, waves=3), out, targets=targets), out


def test_planted_parameters_are_inside_the_ensemble_and_it_is_much_narrower_than_their_ranges(found):
    ensemble = ensemble_of(found[0])
    narrowed = ensemble.check().set_index("parameter")["narrowed"]
    for name, planted in PLANTED.items():
        values = ensemble.table[name]
        assert values.min() <= planted <= values.max()
        assert narrowed[name] > 0.5
    assert found[0].factor == 1.0


def test_a_parameter_of_which_the_targets_say_nothing_stays_as_wide_as_it_was(found):
    check = ensemble_of(found[0]).check().set_index("parameter")
    assert check.loc[UNTOLD, "narrowed"] < 0.3


def test_later_waves_and_the_final_points_are_more_plausible_than_the_first(found):
    first, *_, last = found[0].waves
    later = found[0].tried - sum(wave.points for wave in found[0].waves)
    assert first.plausible / first.points < (found[0].plausible - last.plausible) / later
    assert last.share < first.share < 0.5


def test_a_calibration_that_was_killed_goes_on_to_the_same_ensemble(found, targets, tmp_path):
    whole, out = found
    half = tmp_path / "half"

    def stop(progress):
        if progress.made == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        calibrate(whole.plan, half, targets=targets, progress=stop)
    (half / "parts").mkdir()  # as a kill leaves it: half a part
    (half / "parts" / ".0123.1").mkdir()
    seen = []
    again = calibrate(whole.plan, half, targets=targets, progress=seen.append)
    assert seen[0].stored == 20
    worked = {path.name: path.read_bytes() for path in (out / "steps").glob("*.npz")}
    assert worked.keys() == {path.name for path in (half / "steps").glob("*.npz")}
    tasks, stored = (pd.read_parquet(folder / "runs.parquet")["task"] for folder in (half, out))
    assert tasks.is_unique  # nothing was run twice
    assert set(tasks) == set(stored)
    first, second = (write_ensemble(ensemble_of(each), tmp_path / name) for each, name in ((whole, "a"), (again, "b")))
    assert first.read_bytes() == second.read_bytes()


def test_what_was_worked_out_is_not_worked_out_again_and_what_is_damaged_is(found, targets, monkeypatch):
    whole, out = found
    steps = sorted((out / "steps").glob("*.npz"))
    steps[-1].write_bytes(steps[-1].read_bytes()[:50])
    called = []

    def counted(own):
        return lambda *given: called.append(own) or own(*given)

    for name in ("narrowed", "likely"):
        monkeypatch.setattr(calibrating, name, counted(getattr(calibrating, name)))
    again = calibrate(whole.plan, out, targets=targets)
    pd.testing.assert_frame_equal(ensemble_of(again).table, ensemble_of(whole).table)
    assert len(called) == 1


def test_targets_after_until_are_not_used(targets, tmp_path):
    early = calibrate(small_plan(waves=1, until=DAYS[0]), tmp_path, targets=targets)
    assert {each.date for each in early.targets.values()} == {DAYS[0]}
    assert early.known_until == DAYS[0]
    with pytest.raises(PlanError, match="no target is left to fit"):
        calibrate(small_plan(until=date(2014, 7, 1)), tmp_path, targets=targets)


def test_reports_that_no_point_reaches_widen_the_discrepancy_and_that_is_said(targets, tmp_path):
    from experiments.history.words import calibration_lines

    far = {name: each.model_copy(update={"low": each.low * 1.9, "high": each.high * 1.9, "discrepancy": 0.1})
           for name, each in targets.targets.items()}  # fmt: skip
    found = calibrate(small_plan(), tmp_path, targets=Targets(targets.about, far, {}))
    assert found.factor > 1
    assert any("multiplied by" in line for line in calibration_lines(found))
    absurd = {name: each.model_copy(update={"low": 1e9, "high": 1e9}) for name, each in targets.targets.items()}
    with pytest.raises(PlanError, match="no point is non-implausible even with"):
        calibrate(small_plan(), tmp_path, targets=Targets(targets.about, absurd, {}))


def test_targets_beyond_the_runs_are_refused_in_words(targets, tmp_path):
    late = {name: each.model_copy(update={"date": date(2015, 6, 1)}) for name, each in targets.targets.items()}
    with pytest.raises(PlanError, match="end before the targets' dates"):
        calibrate(small_plan(), tmp_path, targets=Targets(About(fitted_until=date(2015, 12, 31)), late, {}))


def test_the_rule_stops_waves_when_emulators_know_enough_or_the_space_no_longer_shrinks(found):
    waves = [replace(found[0].waves[1], share=share, doubt=doubt) for share, doubt in ((0.1, 0.5), (0.1, 0.1))]
    assert [wave.settled(0.5) for wave in waves] == [False, True]
    assert waves[0].settled(0.1 / STILL - 0.001)
    assert not waves[0].settled(0.1 / STILL + 0.001)
    assert not replace(waves[0], number=1).settled(0.1)  # emulators of one wave may know next to nothing


def test_weights_sum_to_one_and_their_effective_number_is_at_least_what_was_asked_for(found):
    weighed, ensemble = found[0].weighed, ensemble_of(found[0])
    assert ensemble.weights.sum() == pytest.approx(1.0)
    assert 10 <= weighed.effective <= len(weighed.weights)
    assert weighed.exponent == 1 or weighed.full < 10
    assert ensemble.about["effective"] == weighed.effective


@pytest.mark.parametrize(
    ("more", "words"),
    [({"points": 3}, "--points"), ({"seeds": 1}, "--seeds"), ({"final": 9}, "--final"), ({"members": 9}, "--members")],
)
def test_too_small_a_calibration_is_refused(more, words):
    with pytest.raises(PlanError, match=words):
        replace(small_plan(), **more)


def test_every_fitted_parameter_is_declared_and_points_are_stored_as_they_were_run():
    shares = np.random.default_rng(0).random(len(FITTED))
    values = point(shares, tuple(FITTED))
    assert point(shares_of(values, tuple(FITTED)), tuple(FITTED)) == values
    for name, value in values.items():
        assert declared(name).low <= value <= declared(name).high
    assert LEAST <= 100


def test_the_ensemble_is_no_surer_of_itself_for_more_points(targets, tmp_path):
    """A sample of what is not refuted has the width of what is not refuted, however many points were run."""
    plans = [small_plan(points=points, final=2 * points, members=2 * points) for points in (12, 36)]
    few, many = (calibrate(plan, tmp_path, targets=targets).members.shares.std(axis=0) for plan in plans)
    assert (many > 0.6 * few).all()
