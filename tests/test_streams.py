"""Random streams: keyed by seed, purpose, week and row."""

import pickle

import numpy as np
import pytest

from model.state.streams import WEEKS_A_BLOCK, Streams


def test_the_same_key_draws_the_same_numbers_in_any_order():
    first, second = Streams(7), Streams(7)
    ahead = first.uniforms("pledge", 130, 5).copy()
    first.uniforms("attacks", 3, 50)
    second.uniforms("pledge", 1, 5)
    assert np.array_equal(second.uniforms("pledge", 130, 5), ahead)


def test_an_extra_draw_for_one_purpose_changes_no_other():
    plain, busy = Streams(1), Streams(1)
    for week in range(3):
        busy.uniforms("an extra decision", week, 9)
        assert np.array_equal(plain.uniforms("pledge", week, 4), busy.uniforms("pledge", week, 4))


def test_more_rows_leave_the_numbers_of_the_first_rows_alone():
    streams = Streams(3)
    few = streams.uniforms("attacks", 5, 4).copy()
    assert np.array_equal(streams.uniforms("attacks", 5, 40)[:4], few)


def test_seeds_purposes_and_weeks_differ():
    streams = Streams(1)
    draws = [streams.uniforms("a", 0, 8), streams.uniforms("b", 0, 8), streams.uniforms("a", 1, 8)]
    draws += [streams.uniforms("a", WEEKS_A_BLOCK, 8), Streams(2).uniforms("a", 0, 8)]
    for i, one in enumerate(draws):
        for other in draws[i + 1 :]:
            assert not np.array_equal(one, other)


def test_draws_are_uniform():
    draws = np.concatenate([Streams(seed).uniforms("x", week, 50) for seed in range(40) for week in range(20)])
    assert abs(draws.mean() - 0.5) < 0.01
    assert abs(draws.var() - 1 / 12) < 0.002
    assert draws.min() >= 0
    assert draws.max() < 1


def test_streams_go_on_after_a_pickle():
    streams = Streams(5)
    streams.uniforms("x", 10, 3)
    copied = pickle.loads(pickle.dumps(streams))
    assert np.array_equal(copied.uniforms("x", 11, 3), streams.uniforms("x", 11, 3))


def test_a_negative_seed_is_refused():
    with pytest.raises(ValueError, match="seed must be 0 or more"):
        Streams(-1)
