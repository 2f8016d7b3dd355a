"""Each form of measure knows what it can be at all, so that a report that no run can meet is found in the file."""

from datetime import date
from math import inf, log, sqrt

import numpy as np
import pytest
from test_measures_language import EVERY_KIND

from experiments.history.target import SCENARIO
from experiments.measures.attainable import attainable, in_words
from experiments.measures.language import FORMS, evaluate, parse_measure
from model.scenario import load_scenario
from model.simulation import Simulation

WEEK = 82
TRAVELLED = {"countries": "travelled", "over": "sum"}
SIX = [22, 22, 22, 22, 22, 22, 33, 39, 54]
NINE = ["jak_dza", "mssi_derna", "libya_10nov", "abm_sinai", "yemen_10nov", "saudi_10nov", "khorasan_ttp", "boko_haram",
        "caucasus"]  # fmt: skip


@pytest.fixture(scope="module")
def scenario():
    return load_scenario(SCENARIO)


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("people_core", 0, inf), ("treasury_core", -inf, inf), ({"series": "alignment", "by": "mean"}, 0, 1),
        ({"series": "alignment", "by": "change"}, -1, 1), ({"series": "alignment", "by": "sum"}, 0, inf),
        ({"series": "largest_share", "by": "max"}, 0, 1), ("towns_core", 0, 68),
        ({"organisations": "alignment", "of": "provinces", "over": "mean"}, 0, 1),
        ({"organisations": "fighters", "of": ["imu", "isgs"], "over": "count", "above": 100}, 0, 2),
        ({"countries": "legitimacy", "of": ["IRQ"]}, 0, 1), ({"countries": "legitimacy", "over": "count"}, 0, 59),
        ({"events": "refusal", "of": ["imu", "isgs"], "by": "organisations"}, 0, 2), ({"events": "pledge"}, 0, inf),
        ({"events": "acceptance", "of": ["imu"], "by": "first", "to": 103}, 0, 104),
        ({"events": "acceptance", "of": ["imu"], "by": "first", "from": 10}, 10, 83),
        ({"countries_with_deaths": 25}, 0, 59), ({"killed": "battle"}, 0, inf),
        ({"correlation": ["conviction", "pledge_week"]}, -1, 1), ({"spots": "largest_share"}, 0, 1),
        ({"town": "mosul"}, 0, 1), ({"towns_right": ["IRQ"], "on": [date(2015, 1, 1)]}, 0, 1),
        ({"sum": ["foreign_inflow", 12000]}, 12000, inf),
        ({"ratio": [{"events": "acceptance", "of": NINE[:6], "by": "organisations"}, 6]}, 0, 1),
        ({"difference": [{"series": "alignment"}, {"series": "prestige", "by": "end"}]}, -1, 1),
        ({"ratio": ["area_core", {"series": "area_core", "at": date(2015, 1, 1)}]}, 0, inf),
        ({"ratio": [{"countries": "travelled", "of": ["TUN"], "over": "sum"}, TRAVELLED]}, 0, 1),
        ({"ratio": ["people_core", {"sum": ["people_core", 10]}]}, 0, inf), ({"log": {"town": "mosul"}}, 0, log(2)),
        ({"ratio": [{"town": "mosul"}, {"difference": ["people_core", "people_provinces"]}]}, -inf, inf),
    ],
    ids=str,
)  # fmt: skip
def test_each_form_knows_its_range(scenario, written, low, high):
    assert attainable(parse_measure(written), scenario, WEEK) == pytest.approx((low, high))


def test_order_with_ties_in_the_report_does_not_reach_one(scenario):
    measure = parse_measure({"order": "acceptance", "of": NINE, "reported": SIX, "to": 103})
    low, high = attainable(measure, scenario, WEEK)
    assert -low == high == pytest.approx(sqrt(21 / 36))  # of 36 pairs 15 are of one day
    untied = parse_measure({"order": "acceptance", "of": NINE[-4:], "reported": SIX[-4:]})
    assert attainable(untied, scenario, WEEK) == (-1, 1)


def test_runs_lie_within_the_range_of_every_form():
    scenario = load_scenario("levant_2014", overrides={"weeks": 20, "resolution": 1.0})
    result = Simulation(scenario, seed=2).run()
    met = set()
    for written in EVERY_KIND:
        measure = parse_measure(written)
        low, high = attainable(measure, scenario, 20)
        value = evaluate(measure, result)
        assert np.isnan(value) or low - 1e-9 <= value <= high + 1e-9, (written, value, low, high)
        met |= set(FORMS) & set(written) if isinstance(written, dict) else {"series"}
    assert met >= {"series", "organisations", "countries", "events", "correlation", "ratio", "difference", "sum", "log"}


def test_ranges_are_told_in_words():
    assert in_words((0, 6)) == "from 0 to 6"
    assert in_words((0, inf)) == "0 or more"
    assert in_words((-inf, 1)) == "1 or less"
