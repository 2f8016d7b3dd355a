"""Targets: what is shipped is sourced and not later than 2015; mistakes are told with file, key and remedy."""

import math
import tomllib
from datetime import date, timedelta

import numpy as np
import pytest
from made_up_history import target

from experiments.batch.errors import UserError
from experiments.cli.check import file_problems
from experiments.history.figures import accepted_group
from experiments.history.target import HISTORY, TARGETS, load_targets
from experiments.measures.language import parse_measure
from model.record import SERIES
from model.scenario import load_scenario
from model.scenario.problems import ScenarioError
from model.simulation import Simulation

LAST = date(2015, 12, 31)
GOOD = """
[targets.a]
title = "a"
date = 2015-01-01
measure = "area_core"
low = 1.0
high = 2.0
unit = "km2"
error = 0.1
discrepancy = 0.1
source = "made up"
"""
FORECAST = """
[forecasts.b]
title = "b"
measure = { events = "acceptance", of = ["imu"], by = "first" }
unit = "weeks"
error = 1.0
discrepancy = 1.0
[targets.a]"""
ORDER = '{ order = "pledge", of = ["imu", "isgs", "somalia"], reported = [1, 1, 2] }'
GROUP = """
[groups.land]
title = "Land"
correlation = 0.5
[targets.a]
group = "land"
"""


def test_no_shipped_target_policy_or_scenario_of_history_knows_anything_after_2015():
    loaded = load_targets()
    assert max(each.date for each in loaded.targets.values()) <= LAST
    assert max(loaded.countries) <= 2015
    assert loaded.about.fitted_until <= LAST
    scenario = load_scenario(HISTORY / "levant_history.toml")
    dates = [
        day for phase in scenario.policy.phases.values() for day in (phase.start, phase.end) if isinstance(day, date)
    ]
    dates += [ally.start for ally in scenario.allies.values() if ally.start]
    dates += [event.date for event in scenario.timeline.values()]
    assert max(dates) <= LAST


def test_after_2015_the_shipped_policy_only_goes_on():
    phases = load_scenario(HISTORY / "levant_history.toml").policy.phases
    assert [name for name, phase in phases.items() if phase.end is None] == [list(phases)[-1]]


def test_every_shipped_target_names_its_source_and_all_that_the_calibration_was_to_use_are_there():
    loaded = load_targets()
    assert all(len(each.source) > 5 for each in loaded.targets.values())
    reported = {(each.date, each.low, each.high) for each in loaded.targets.values()}
    for day, low, high in [
        (date(2015, 1, 1), 90_800, 90_800), (date(2015, 6, 30), 82_900, 82_940), (date(2015, 12, 14), 78_000, 78_000),
        (date(2014, 9, 11), 20_000, 31_500), (date(2015, 3, 18), 1_000, 3_000), (date(2014, 6, 9), 12_000, 12_000),
        (date(2014, 9, 11), 15_000, 15_000), (date(2014, 12, 31), 16_000, 20_700), (date(2015, 8, 15), 25_000, 25_000),
        (date(2015, 12, 7), 27_000, 31_000),
    ]:  # fmt: skip
        assert (day, low, high) in reported
    assert {year: len(codes) for year, codes in loaded.countries.items()} == {2014: 3, 2015: 14}


def test_weeks_of_acceptance_agree_with_their_dates():
    start = load_scenario(HISTORY / "levant_history.toml").start
    for each in load_targets().targets.values():
        if accepted_group(each.measure):
            assert each.low == pytest.approx((each.date - start).days / 7, abs=0.1)


def test_a_report_is_the_middle_of_its_interval_with_an_even_chance_within():
    targets = load_targets().targets
    assert targets["area_2015_12"].observed == pytest.approx(math.log(78_000))
    wide = targets["fighters_2014_09"]
    assert wide.observed == pytest.approx(math.log(math.sqrt(20_000 * 31_500)))
    assert wide.observed_variance == pytest.approx(wide.error**2 + math.log(31_500 / 20_000) ** 2 / 12)


def test_what_is_forecast_are_curves_of_the_core_and_the_provinces():
    curves = load_targets().forecasts
    assert {"area_core", "fighters_core", "libya", "west_africa", "sinai", "khorasan"} <= set(curves)
    reported = {each.measure.text: each for each in load_targets().targets.values()}
    for curve in curves.values():  # what is also reported is asked alike, so that reports are carried into it
        same = reported.get(curve.measure.text)
        assert same is None or (same.scale, same.discrepancy) == (curve.scale, curve.discrepancy)


@pytest.fixture(scope="module")
def small():
    return Simulation(load_scenario("synthetic_plane", overrides={"weeks": 6}), seed=1).run()


def at(small, measure, weeks):
    """The measure of a target whose date is so many weeks after the start."""
    return target(measure, small.scenario.start + timedelta(weeks=weeks), 1.0).of(small)


def test_a_ratio_is_of_two_dates_of_one_run(small):
    people = small.rows[:, SERIES.index("people_core")]
    ratio = {"ratio": ["people_core", {"series": "people_core", "at": small.scenario.start}]}
    assert at(small, ratio, 5) == people[5] / people[0]
    assert math.isnan(at(small, ratio, 700))


def test_a_target_knows_the_run_up_to_its_date_and_later_weeks_only_where_it_names_them(small):
    inflow = small.rows[:, SERIES.index("foreign_inflow")]
    assert at(small, {"sum": ["foreign_inflow", 1000]}, 4) == 1000 + inflow[:5].sum()
    attacks = [event for event in small.event_list if event.kind == "attack"]
    assert at(small, {"events": "attack"}, 2) == sum(event.week <= 2 for event in attacks)
    assert at(small, {"events": "attack", "to": 4}, 2) == sum(event.week <= 4 for event in attacks)
    assert at(small, {"events": "pledge", "of": ["core"], "by": "first", "to": 103}, 2) == 104


def test_a_curve_passes_through_its_targets(small):
    for measure in ("area_core", {"sum": ["foreign_inflow", 1000]}, {"organisations": "fighters", "of": "provinces"},
                    {"series": "alignment", "by": "mean"}, {"ratio": ["deaths", "attacks_state"]}):  # fmt: skip
        curve = target(measure, small.scenario.start, 1.0).curve(small)
        np.testing.assert_array_equal(curve, [at(small, measure, week) for week in range(7)])


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("low = 1.0", "low = 3.0", "[targets] a.low: must be at most `high` (2), got 3.0"),
        ("low = 1.0", "lo = 1.0", "unknown key; did you mean `low`?"),
        ('source = "made up"', "", "missing `source`"),
        ('"area_core"', '"area_cor"', "did you mean `area_core`?"),
        ('"area_core"', '{ serie = "area_core" }', "did you mean `series`?"),
        ('"area_core"', '{ events = "acceptance", of = ["boko_hara"] }', "did you mean `boko_haram`?"),
        ('"area_core"', '{ countries_with_deaths = 0 }', "greater than or equal to 1, got 0"),
        ('"area_core"', '{ order = "pledge", of = ["imu", "isgs"], reported = [1] }', "a week for each of `of` (2), got 1"),
        ('"area_core"', '{ ratio = ["area_core"] }', "at least 2"),
        ('"area_core"', '{ town = "mosull" }', "did you mean `mosul`?"),
        ('"area_core"', '{ town = "mosul", by = "cor" }', "did you mean `core`?"),
        ('"area_core"', '{ town = "mosul" }', "a.high: must be from 0 to 1, which is all that a run can reach"),
        ('"area_core"', ORDER, "a.low: must be from -0.8165 to 0.8165, which is all that a run can reach"),
        ('"area_core"', '{ events = "pledge", of = ["imu"], by = "organisations" }', "a.high: must be from 0 to 1,"),
        ('"area_core"', '{ killed = "battles" }', "did you mean `battle`?"),
        ("date = 2015-01-01", "date = 2014-05-01", "a.date: must be 2014-06-09 or later, when runs of levant_history begin"),
        ('"area_core"', '{ series = "area_core", at = "May" }', 'a week from 0 to 2600 or a date, as 2015-01-01, got "May"'),
        ('"area_core"', '{ series = "area_core", at = 2013-01-01 }', "names 2013-01-01, but the run begins on 2014-06-09"),
        ('"area_core"', '{ series = "alignment" }', '`by = "end"` for `alignment` in the week of the date'),
        ("[targets.a]", "[forecasts.b]\nunit = 'km2'\n[targets.a]", "missing `title`"),
        ("[targets.a]", FORECAST, "needs a measure that has a value every week"),
        ("error = 0.1", "error = 0.0", "must be greater than 0, got 0.0"),
        ("error = 0.1", 'error = 0.1\nscale = "logg"', "'log' or 'linear', got \"logg\"; did you mean `log`?"),
        ("low = 1.0", 'low = 0.0\nscale = "log"', "above 0 where `scale` is log"),
        ("[targets.a]", "[target.a]", "unknown key; did you mean `targets`?"),
        ("[targets.a]", "[countries]\n2016 = ['USA']\n[targets.a]", 'of countries on the map, got "USA"'),
        ("[targets.a]", "[countries]\nlater = ['IRQ']\n[targets.a]", "must be a year, as 2015"),
        ("[targets.a]", "[[targets.a", "broken TOML"),
        ("low = 1.0", 'group = "lnd"\nlow = 1.0', "[targets] a.group: must be the name of a group, which needs a table as"),
        ("[targets.a]", "[groups.land]\ntitle = 'x'\ncorrelation = 0.5\n[targets.a]", "no target is of this group"),
        ("[targets.a]", GROUP.replace("0.5", "1.5"), "[groups.land] correlation: must be less than or equal to 1, got 1.5"),
        ("[targets.a]", GROUP.replace("correlation = 0.5", ""), "missing `correlation`"),
        ("[targets.a]", GROUP.replace("correlation", "corelation"), "did you mean `correlation`?"),
        ("[targets.a]", GROUP.replace('"land"', '"lnd"'), 'got "lnd"; did you mean `land`?'),
    ],
)  # fmt: skip
def test_mistakes_name_file_key_value_and_what_is_allowed(tmp_path, old, new, words):
    file = tmp_path / "mine.toml"
    assert old in GOOD
    file.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        load_targets(file)
    assert str(file) in str(error.value)
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("former", "now"),
    [
        ('{ cumulative = "foreign_inflow", plus = 12000 }', '{ sum = [{ series = "foreign_inflow", by = "sum" }, 12000] }'),
        ('{ accepted = ["imu", "isgs"] }', '{ events = "acceptance", of = ["imu", "isgs"], by = "organisations" }'),
        ('{ pledged = ["imu"] }', '{ events = "pledge", of = ["imu"], by = "organisations" }'),
        ('{ refused = ["imu"] }', '{ events = "refusal", of = ["imu"], by = "organisations" }'),
        ('{ accepted_week = "imu" }', '{ events = "acceptance", of = ["imu"], by = "first", to = 103 }'),
        ('{ order = ["imu", "isgs"], weeks = [1, 2] }',
         '{ order = "acceptance", of = ["imu", "isgs"], reported = [1, 2], to = 103 }'),
        ('{ ratio = "area_core", since = 2014-12-01 }',
         '{ ratio = [{ series = "area_core", by = "end" }, { series = "area_core", by = "end", at = 2014-12-01 }] }'),
        ('{ countries = 25, year = 2014 }', "{ countries_with_deaths = 25, from = 2014-01-01, to = 2014-12-31 }"),
        ('{ change = "imu", weeks = 39 }', '{ ratio = [{ sum = [{ organisations = "attacks", of = ["imu"], by = "mean"'),
    ],
)  # fmt: skip
def test_former_measures_are_refused_with_what_to_write_instead(tmp_path, former, now):
    file = tmp_path / "mine.toml"
    file.write_text(GOOD.replace('"area_core"', former), encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        load_targets(file)
    assert f"is no longer a key; write {now}" in str(error.value)
    if ".." not in str(error.value):
        assert parse_measure(tomllib.loads(f"measure = {now}")["measure"]).label


def test_a_target_may_be_of_a_group_that_the_file_declares(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(GOOD.replace("[targets.a]", GROUP), encoding="utf-8")
    loaded = load_targets(file)
    assert loaded.groups[loaded.targets["a"].group].correlation == 0.5
    assert load_targets().groups.keys() == {each.group for each in load_targets().targets.values()} - {""}


def test_every_target_says_what_is_a_hit():
    land = load_targets().targets["area_2015_12"]
    low, high = land.hit
    assert low < 78_000 < high
    assert math.log(high / low) == pytest.approx(2 * 1.645 * 0.1, rel=1e-3)
    exact = load_targets().targets["decliners_joined"]
    assert exact.hit == pytest.approx((-1.645 * exact.error, 1.645 * exact.error))


def test_emulators_of_all_fitted_targets_are_feasible():
    assert len(load_targets().fitted()) <= 40


def test_a_file_of_later_dates_is_read_and_one_without_targets_or_none_is_refused(tmp_path):
    file = tmp_path / "later.toml"
    file.write_text(GOOD.replace("2015-01-01", "2040-01-01"), encoding="utf-8")
    assert load_targets(file).targets["a"].date.year == 2040
    file.write_text("[about]\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="holds no targets"):
        load_targets(file)
    with pytest.raises(UserError, match="cannot read the targets"):
        load_targets(tmp_path / "none.toml")


def test_the_check_command_reads_targets_too(tmp_path):
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(GOOD, encoding="utf-8")
    bad.write_text(GOOD.replace("low = 1.0", "low = 3.0"), encoding="utf-8")
    assert file_problems(str(good)) == []
    assert file_problems(str(TARGETS)) == []
    assert "must be at most `high`" in str(file_problems(str(bad))[0])
