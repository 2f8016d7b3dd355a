"""Campaigns of a run in words: true to its events, few, by place, and not told twice."""

from collections import Counter
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from experiments.cli.main import app
from experiments.report.campaigns import MOST_LINES, campaigns
from experiments.report.explain import main_events
from model import Simulation, load_scenario
from model.mechanisms.operations import place_in
from model.state import Operation
from model.why.deployments import deployment, seats


@pytest.fixture(scope="module")
def simulation():
    """A run in which armies attack, win and fail."""
    made = Simulation(load_scenario("levant_2014", overrides={"weeks": 82, "resolution": 1.0}), seed=1)
    made.run()
    return made


@pytest.fixture(scope="module")
def result(simulation):
    return simulation.record.result(simulation.state, 1)


def told(result, most=1000):
    return [(place, line) for place, lines in campaigns(result, most) for line in lines]


def test_every_attack_is_told_once_with_its_army_place_odds_and_end(result):
    everything = told(result)
    attacks = [event for event in result.event_list if event.kind == "offensive"]
    assert {event.kind for event in result.event_list} >= {"offensive", "offensive_won", "offensive_lost"}
    for event in attacks:
        day = result.scenario.start + timedelta(weeks=event.week)
        country = result.scenario.governments[event.country].name
        name = event.army.removeprefix("The ")
        found = [
            line for place, line in everything
            if place == f"{event.other}, {country}" and line.date == day and "attacked" in line.words and name in line.words
        ]  # fmt: skip
        assert len(found) == 1, event
        assert " to 1 after a build-up of " in found[0].words


def test_an_attack_ends_as_the_run_says(result):
    words = Counter(
        ending for _, line in told(result) for ending in ("It won on", "It failed on") if ending in line.words
    )
    assert words["It won on"] >= 1
    assert words["It failed on"] >= 1
    for event in (event for event in result.event_list if event.kind in ("offensive_won", "offensive_lost")):
        day = result.scenario.start + timedelta(weeks=event.week)
        ending = "It won on" if event.kind == "offensive_won" else "It failed on"
        name = event.army.removeprefix("The ")
        assert any(f"{ending} {day}" in line.words and name in line.words for _, line in told(result)), event


def test_few_lines_are_told_those_with_most_people_at_stake(result):
    few = told(result, MOST_LINES)
    assert len(few) == MOST_LINES
    attacks = [line.people for _, line in told(result) if "builds up" not in line.words]
    assert max(attacks) in [line.people for _, line in few]


def test_places_come_once_and_each_in_the_order_of_time(result):
    places = campaigns(result)
    assert len({place for place, _ in places}) == len(places)
    for _, lines in places:
        assert [line.date for line in lines] == sorted(line.date for line in lines)


def test_campaigns_are_not_told_again_among_the_main_events(result):
    lines, _ = main_events(result, most=10_000)
    assert not any("offensive began" in line.words or " lost Tikrit" in line.words for line in lines)


def test_a_run_tells_where_its_armies_stand_at_the_end(simulation, result):
    state = simulation.state
    assert result.deployment == deployment(state)
    acting = {(force.army, force.sector) for force in result.deployment.forces if force.phase != Operation.NONE}
    assert acting == {(army, sector) for army, sector in enumerate(state.operation.tolist()) if sector >= 0}
    for force in result.deployment.forces:
        assert force.soldiers == state.deployed[force.army, force.sector]
        assert place_in(state.scenario, state.theatre, force.sector)


def test_armies_of_countries_sit_in_them_and_partners_in_their_first_homeland(simulation):
    state = simulation.state
    found = seats(state)
    assert [seat.name for seat in found] == [*state.countries, *state.scenario.partners]
    for index, seat in enumerate(found[: len(state.countries)]):
        assert state.theatre.country[state.theatre.nearest_cell(seat.lat, seat.lon)] == index
    ypg = next(seat for seat in found if seat.name == "ypg")
    assert (ypg.partner, ypg.lat) == (True, state.scenario.partners["ypg"].homelands[0].lat)


def test_without_operations_nobody_is_deployed():
    over = {"weeks": 2, "mechanisms.operations": False}
    result = Simulation(load_scenario("synthetic_plane", overrides=over), seed=1).run()
    assert result.deployment.forces == ()
    assert campaigns(result) == []


def test_the_command_tells_campaigns(tmp_path):
    words = ["run", "levant_2014", "--weeks", "40", "--set", "resolution=1.0", "--out", str(tmp_path)]
    found = CliRunner().invoke(app, words)
    assert found.exit_code == 0, found.output
    assert "Campaigns, by place" in found.output
    assert "after a build-up of" in found.output
