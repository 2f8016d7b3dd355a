"""Does the baseline make sense? Twenty seeds of its first fourteen months, against what is known of them."""

import numpy as np
import pytest

from model import Simulation, load_scenario
from model.state import CORE

SEEDS, WEEKS = range(20), 60
FIRST_WAVE = ("jak_dza", "libya_10nov", "yemen_10nov", "saudi_10nov", "abm_sinai")
SECOND_WAVE = ("khorasan_ttp", "boko_haram")
DECLINERS = ("aqim", "aqap", "shabaab", "afg_taliban")


@pytest.fixture(scope="module")
def runs():
    scenario = load_scenario("levant_2014", overrides={"weeks": WEEKS})
    return [Simulation(scenario, seed).run() for seed in SEEDS]


def pledge_weeks(runs, group):
    """Week of the first pledge in each run, WEEKS where there is none."""
    dates = []
    for run in runs:
        weeks = [event.week for event in run.event_list if event.kind == "pledge" and event.organisation == group]
        dates.append(min(weeks, default=WEEKS))
    return np.array(dates)


def held(run, group, week=-1):
    return run.organisation_rows[week, 2, run.organisation_names.index(group)]


def test_a_wave_of_pledges_comes_within_a_year(runs):
    for group in FIRST_WAVE:
        assert np.median(pledge_weeks(runs, group)) < 52, group
    first = np.median([np.median(pledge_weeks(runs, group)) for group in FIRST_WAVE])
    second = np.median([np.median(pledge_weeks(runs, group)) for group in SECOND_WAVE])
    assert first < second < WEEKS


def test_the_old_franchises_mostly_stay_out(runs):
    for group in DECLINERS:
        assert (pledge_weeks(runs, group) < WEEKS).mean() < 0.25, group


def test_libyas_province_grows_where_sinais_is_contained(runs):
    libya = np.array([held(run, "libya_10nov") / held(run, "libya_10nov", 0) for run in runs])
    sinai = np.array([held(run, "abm_sinai") / held(run, "abm_sinai", 0) for run in runs])
    assert np.median(libya) > 5
    assert np.median(sinai) < 2


def test_the_core_neither_explodes_nor_dies(runs):
    share = np.array([run.organisation_rows[:, 2, CORE] / run.organisation_rows[0, 2, CORE] for run in runs])
    assert share.min() > 0.4
    assert share.max() < 1.5
    fighters = np.array([run.organisation_rows[-1, 1, CORE] for run in runs])
    assert 10_000 < np.median(fighters) < 35_000
