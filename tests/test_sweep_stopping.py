"""When a sweep has run enough replicates."""

from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from experiments.sweep.design import Stopping
from experiments.sweep.design_file import load_design
from experiments.sweep.run import sweep

DESIGN = """
[design]
title = "A small sweep"
scenarios = ["synthetic_plane"]
policies = ["core_only", "sever_links"]
weeks = 5
replicates = 2
[uncertainties]
territory.growth = [0.3, 0.4, 0.5]
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    path = tmp_path_factory.mktemp("design") / "small.toml"
    path.write_text(DESIGN)
    return load_design(path)


def contents(out):
    return {path.name: path.read_bytes() for path in sorted(out.glob("*.parquet"))}


def stopping(small, **keys):
    head = small.head.model_copy(update={"keep": ["runs"]})
    rule = Stopping(rule="precision", outcome="people_core", step=2, maximum=9, **keys)
    return replace(small, head=head, stopping=rule)


def half_width(means):
    return stats.t.ppf(0.975, len(means) - 1) * means.std(ddof=1) / np.sqrt(len(means))


def test_replicates_are_added_until_the_mean_is_known_well_enough(small, tmp_path):
    loose = sweep(stopping(small, tolerance=1e12), tmp_path / "loose")
    assert loose.summary["replicates"] == 2
    assert all(each["enough"] for each in loose.summary["precision"])
    tight = sweep(stopping(small, tolerance=1e-6), tmp_path / "tight")
    assert tight.summary["replicates"] == 9
    means = tight.table("people_core", "core_only").mean(axis=0)
    (known,) = [each for each in tight.summary["precision"] if each["policy"] == "core_only"]
    assert known["mean"] == pytest.approx(means.mean())
    looked = (2, 4, 6, 8, 9)
    first = next(k for k in looked if half_width(means[:k]) <= known["half_width"] * 2)
    middle = sweep(stopping(small, tolerance=known["half_width"] * 2, policies=["core_only"]), tmp_path / "middle")
    assert middle.summary["replicates"] == first


def test_the_rule_may_ask_for_a_paired_difference_and_stops_alike_when_resumed(small, tmp_path):
    rule = stopping(small, tolerance=1.0, against="core_only")

    def stop(done):
        if done.stored == 14:
            raise KeyboardInterrupt

    whole = sweep(rule, tmp_path / "whole", reuse=False)
    assert [each["policy"] for each in whole.summary["precision"]] == ["sever_links"]
    with suppress(KeyboardInterrupt):
        sweep(rule, tmp_path / "stopped", progress=stop, reuse=False)
    resumed = sweep(rule, tmp_path / "stopped", reuse=False)
    assert contents(resumed.out) == contents(whole.out)
