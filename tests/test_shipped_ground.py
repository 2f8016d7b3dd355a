"""Shipped partners on the ground and towns: on the map, dated to what existed, none later than the essay."""

from datetime import date

import pytest

from model.scenario import load_scenario
from model.theatre import load_theatre

HISTORICAL = ("levant_2014", "essay_2016")
ESSAY = date(2016, 1, 1)


@pytest.mark.parametrize("name", HISTORICAL)
def test_partners_have_homes_on_the_map_sponsors_that_exist_and_dates_before_the_essay(name: str) -> None:
    scenario = load_scenario(name)
    theatre = load_theatre(scenario)
    assert len(scenario.partners) == 31
    for key, partner in scenario.partners.items():
        assert set(partner.countries) <= set(scenario.governments), key
        assert set(partner.sponsors) <= {*scenario.allies, *scenario.governments}, key
        assert partner.start is None or partner.start < ESSAY, key
        for home in partner.homelands:
            cells, _ = theatre.disc(home.lat, home.lon, home.radius_km)
            codes = {theatre.countries[theatre.country[cell]] for cell in cells}
            assert codes & set(partner.countries), f"{key}: {home.place}"


def test_at_the_fall_of_mosul_no_partner_stands_that_was_raised_against_it() -> None:
    scenario = load_scenario("levant_2014")
    later = {key for key, partner in scenario.partners.items() if partner.start and partner.start > scenario.start}
    assert {"popular_mobilisation", "sdf_arabs", "chad_army", "southern_resistance", "sinai_tribes"} <= later
    assert not {"peshmerga", "ypg", "hezbollah", "misrata", "amisom_uganda", "houthis"} & later


def test_the_soldiers_of_the_african_union_in_somalia_are_partners_and_not_counted_with_its_government() -> None:
    scenario = load_scenario("levant_2014")
    contingents = [partner for key, partner in scenario.partners.items() if key.startswith("amisom")]
    assert 12_000 <= sum(partner.soldiers for partner in contingents) <= 22_126
    assert scenario.governments["SOM"].forces_per_1000 * scenario.governments["SOM"].population * 1000 < 12_000


def test_facts_about_towns_are_no_later_than_the_essay_and_the_towns_are_in_their_countries() -> None:
    scenario = load_scenario("levant_2014")
    theatre = load_theatre(scenario)
    assert len(scenario.towns) >= 60
    for name, town in scenario.towns.items():
        assert town.held, name
        assert all(fact.date < ESSAY for fact in town.held), name
        assert theatre.distance_km(theatre.nearest_cell(town.lat, town.lon, town.country)).min() < 60, name
    held = {name for name, town in scenario.towns.items() if town.held[-1].by == "core"}
    assert {"raqqa", "mosul", "fallujah", "palmyra", "sirte"} <= held
    assert not {"tikrit", "ramadi", "kobani", "tal_abyad", "sinjar", "baiji", "derna"} & held
