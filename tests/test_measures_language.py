"""Measures are what the tables of a run say, and those of a long run cut short are those of a short one."""

from datetime import date

import numpy as np
import pytest
from scipy.stats import spearmanr

from experiments.measures.forms import UNITS
from experiments.measures.ink_spots import held_cells, number_and_share, number_and_share_at_random
from experiments.measures.language import evaluate, parse_measure
from experiments.measures.run_view import over_units, over_weeks, spearman, squares_slope
from model import Simulation, load_scenario
from model.record import COUNTRY_SERIES, ORGANISATION_SERIES, OUTCOMES

LONG, SHORT = 104, 60
ATTACKS_IN = {"events": "attack", "countries": ["IRQ"]}
EVERY_KIND = [
    "pledges", "alignment", "people_core", "displaced", "legitimacy",
    {"series": "alignment", "by": "mean", "from": 26, "to": 52},
    {"series": "messages_sent", "by": "sum", "to": 30},
    {"series": "prestige", "at": 8},
    {"series": "people_core", "by": "change"},
    {"series": "people_core", "by": "slope", "from": 20},
    {"series": "ink_spots", "by": "max"},
    {"series": "treasury_core", "by": "min"},
    {"organisations": "fighters", "of": ["boko_haram"]},
    {"organisations": "alignment", "of": "provinces", "over": "mean", "by": "mean"},
    {"organisations": "people", "of": "members", "over": "count"},
    {"organisations": "brutality", "of": "groups", "over": "max", "by": "mean"},
    {"organisations": "attacks", "of": "independents", "by": "sum"},
    {"organisations": "fighters", "of": "franchises", "by": "end"},
    {"organisations": "strikes", "of": "core", "by": "mean"},
    {"countries": "legitimacy", "of": ["IRQ", "EGY"]},
    {"countries": "people_bloc", "over": "sum", "by": "max"},
    {"countries": "displaced", "over": "count"},
    {"events": "pledge"}, {"events": "pledge", "by": "first"}, {"events": "pledge", "by": "last"},
    {"events": "pledge", "by": "mean"}, {"events": "pledge", "by": "spread"},
    {"events": "attack", "by": "amount", "of": "members", "from": 10, "to": 40}, ATTACKS_IN,
    {"correlation": ["conviction", "pledge_week"]},
    {"slope": ["start fighters", "mean alignment"], "of": "all"},
    {"ratio": ["attacks_sectarian", "attacks_state"]},
    {"difference": ["people_core", "people_provinces"]},
    {"log": {"ratio": ["deaths", "pledges"]}},
    {"sum": ["foreign_inflow", 12000]}, {"ratio": [{"sum": ["deaths", 0.5]}, 3]},
    {"events": "attack", "by": "organisations"}, {"countries_with_deaths": 3, "from": 10},
    {"order": "pledge", "of": ["boko_haram", "abm_sinai", "jak_dza"], "reported": [39, 22, 23]},
    {"series": "pledges", "from": date(2014, 9, 1), "to": date(2014, 12, 31)},
    {"town": "mosul", "at": 8}, {"town": "gwoza", "by": "boko_haram"}, {"killed": "all", "of": ["IRQ"]},
    {"towns_right": ["IRQ"], "on": [date(2014, 8, 1)]},
]  # fmt: skip


def finished(weeks, seed=3, scenario="levant_2014"):
    return Simulation(load_scenario(scenario, overrides={"weeks": weeks}), seed=seed).run()


@pytest.fixture(scope="module")
def long():
    return finished(LONG)


@pytest.fixture(scope="module")
def short():
    return finished(SHORT)


def measured(result, written, weeks=None):
    return evaluate(parse_measure(written), result, weeks)


@pytest.mark.parametrize("written", EVERY_KIND, ids=str)
def test_a_long_run_measured_early_equals_a_short_run(long, short, written):
    early, at_its_end = measured(long, written, SHORT), measured(short, written)
    assert early == at_its_end or (np.isnan(early) and np.isnan(at_its_end))


def test_policies_and_timelines_that_go_on_beyond_a_horizon_do_not_matter_before_it():
    longer, shorter = finished(60, scenario="essay_2016"), finished(30, scenario="essay_2016")
    assert np.array_equal(longer.rows[:31], shorter.rows)
    assert np.array_equal(longer.organisation_rows[:31], shorter.organisation_rows)
    assert [event for event in longer.event_list if event.week < 30] == list(shorter.event_list)


@pytest.mark.parametrize("name", OUTCOMES)
def test_the_name_of_an_outcome_means_the_outcome(long, name):
    assert measured(long, name) == pytest.approx(long.outcomes[name], rel=1e-12)


def test_windows_are_of_weeks_with_both_ends_included(long):
    alignment = long.series.set_index("week")["alignment"]
    assert measured(long, EVERY_KIND[5]) == pytest.approx(alignment.loc[26:52].mean())
    assert measured(long, {"series": "prestige", "at": 8}) == long.series.set_index("week")["prestige"].loc[8]
    people = long.series.set_index("week")["people_core"]
    assert measured(long, {"series": "people_core", "by": "change", "from": 10}) == people.loc[LONG] - people.loc[10]
    slope = np.polyfit(people.loc[20:].index, people.loc[20:], 1)[0]
    assert measured(long, {"series": "people_core", "by": "slope", "from": 20}) == pytest.approx(slope)


def test_classes_of_organisations_are_taken_week_by_week(long):
    table = long.organisations
    provinces = table[table["status"] == "province"]
    weekly = provinces.groupby("week")["alignment"].mean()
    assert provinces.groupby("week").size().nunique() > 1
    assert measured(long, EVERY_KIND[13]) == pytest.approx(weekly.loc[1:].mean())
    independent = table[table["status"] == "independent"]
    assert measured(long, EVERY_KIND[16]) == pytest.approx(independent["attacks"].sum())
    end = table[table["week"] == LONG]
    groups = end[~end["status"].isin(["absent", "core"])]
    count = measured(long, {"organisations": "fighters", "of": "groups", "over": "count"})
    assert count == (groups["fighters"] > 0).sum()


def test_countries_are_named_or_all(long):
    end = long.countries[long.countries["week"] == LONG].set_index("country")
    assert measured(long, EVERY_KIND[19]) == pytest.approx(end.loc[["IRQ", "EGY"], "legitimacy"].mean())
    assert measured(long, {"countries": "people_bloc", "over": "sum"}) == pytest.approx(end["people_bloc"].sum())


def test_events_are_counted_and_dated(long):
    pledges = long.events[long.events["kind"] == "pledge"]
    weeks = pledges["week"]
    assert len(pledges) > 3
    for by, value in (("count", len(pledges)), ("first", weeks.min()), ("last", weeks.max()), ("mean", weeks.mean()),
                      ("spread", weeks.std(ddof=1))):  # fmt: skip
        assert measured(long, {"events": "pledge", "by": by}) == pytest.approx(value)
    name = pledges["organisation"].iloc[0]
    assert measured(long, {"events": "pledge", "of": [name], "by": "first"}) == weeks.iloc[0]
    attacks = long.events[(long.events["kind"] == "attack") & long.events["week"].between(10, 40)]
    assert measured(long, {"events": "attack", "by": "amount", "from": 10, "to": 40}) == attacks["amount"].sum()


def test_those_who_pledge_are_independent_or_of_a_franchise_when_the_week_begins(long):
    by_class = [measured(long, {"events": "pledge", "of": of}) for of in ("independents", "franchises")]
    assert sum(by_class) == measured(long, {"events": "pledge"})
    assert measured(long, {"events": "pledge", "of": "core"}) == 0


def test_what_never_happens_has_a_first_week_after_the_horizon_and_no_mean(long):
    never = {"events": "pledge", "of": ["core"]}
    assert measured(long, never | {"by": "first"}) == LONG + 1
    assert measured(long, never | {"by": "first"}, SHORT) == SHORT + 1
    assert np.isnan(measured(long, never | {"by": "mean"}))
    assert measured(long, never) == 0


def test_correlations_are_over_organisations_that_have_both_columns(long):
    first = long.events[long.events["kind"] == "pledge"].groupby("organisation")["week"].min()
    groups = long.scenario.groups
    last = long.organisations.groupby("organisation")["status"].last()  # those that have ended are not meant
    known = [name for name in first.index if name in groups and last[name] != "absent"]
    expected = spearmanr([groups[name].conviction for name in known], first[known]).statistic
    assert measured(long, {"correlation": ["conviction", "pledge_week"]}) == pytest.approx(expected)
    table = long.organisations
    chosen = ["boko_haram", "abm_sinai", "core"]
    assert set(chosen) <= set(long.organisation_names)
    start = table[table["week"] == 0].set_index("organisation")["fighters"][chosen]
    mean = table[table["week"] > 0].groupby("organisation")["alignment"].mean()[chosen]
    slope = measured(long, {"slope": ["start fighters", "mean alignment"], "of": chosen})
    assert slope == pytest.approx(np.polyfit(start, mean, 1)[0])
    assert np.isnan(measured(long, {"correlation": ["conviction", "pledge_week"], "of": chosen[:2]}))


def test_measures_are_made_of_measures(long):
    people, pledges = long.outcomes["people_core"], long.outcomes["pledges"]
    assert measured(long, {"ratio": ["people_core", "pledges"]}) == pytest.approx(people / pledges)
    assert measured(long, {"difference": ["people_core", "pledges"]}) == pytest.approx(people - pledges)
    assert measured(long, {"log": {"ratio": ["people_core", "pledges"]}}) == pytest.approx(np.log1p(people / pledges))
    assert np.isnan(measured(long, {"ratio": ["people_core", {"events": "pledge", "of": "core"}]}))


def test_ink_spots_are_those_of_the_record_and_chance_scatters_them(short):
    number, share = number_and_share(short)
    assert number == pytest.approx(short.outcomes["ink_spots"], abs=1)
    assert share == pytest.approx(short.outcomes["largest_share"], abs=0.05)
    chance = number_and_share_at_random(short)
    assert chance[0] > number
    assert chance[1] < share
    against = measured(short, {"spots": "number", "against_random": True})
    assert against == number - chance[0] == measured(short, {"spots": "number", "against_random": True})
    assert np.count_nonzero(held_cells(short)) > number


def test_the_map_cannot_be_measured_before_the_end(long):
    assert parse_measure({"log": {"spots": "number"}}).needs_map
    with pytest.raises(ValueError, match="last week only"):
        measured(long, {"spots": "number"}, SHORT)
    with pytest.raises(ValueError, match="cannot be measured at week 200"):
        measured(long, "pledges", 200)


def test_measures_that_mean_the_same_are_known_by_the_same_text():
    assert parse_measure("pledges").text == parse_measure({"series": "pledges"}).text
    one = parse_measure({"by": "sum", "series": "pledges", "from": 3})
    other = parse_measure({"from": 3, "series": "pledges", "by": "sum"})
    assert one.text == other.text != parse_measure({"from": 4, "series": "pledges", "by": "sum"}).text
    nested = {"ratio": [{"events": "attack", "of": "core"}, "pledges"]}
    assert parse_measure(nested).text != parse_measure({"ratio": [{"events": "attack"}, "pledges"]}).text


def test_every_kind_of_measure_has_a_label_and_a_unit():
    for written in EVERY_KIND:
        measure = parse_measure(written)
        assert measure.label
        assert measure.unit


def test_units_are_of_columns_that_there_are():
    assert set(UNITS) <= {*ORGANISATION_SERIES, *COUNTRY_SERIES}


def test_nothing_is_reduced_to_nan_and_not_to_zero():
    values, nobody = np.ones((3, 2)), np.zeros((3, 2), dtype=bool)
    assert np.isnan(over_units(values, nobody, "mean")).all()
    assert np.isnan(over_units(values, nobody, "max")).all()
    assert (over_units(values, nobody, "sum") == 0).all()
    assert np.isnan(over_weeks(np.full(3, np.nan), "mean"))
    assert over_weeks(np.array([np.nan, 1.0, 3.0]), "mean") == 2.0
    assert over_weeks(np.array([5.0, 1.0, 3.0]), "mean") == 2.0  # the start does not count


def test_slopes_and_rank_correlations_have_known_answers():
    x = np.array([1.0, 2.0, 3.0, 4.0])
    assert squares_slope(x, 3 * x - 7) == pytest.approx(3)
    assert spearman(x, np.array([1.0, 10.0, 100.0, 1000.0])) == pytest.approx(1)
    assert spearman(x, np.array([1.0, 1.0, 0.0, -5.0])) == pytest.approx(spearmanr(x, [1, 1, 0, -5]).statistic)
    assert np.isnan(spearman(x, np.ones(4)))
    assert np.isnan(squares_slope(np.ones(4), x))
