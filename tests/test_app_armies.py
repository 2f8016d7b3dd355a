"""What the map and the cards of the browser show of the ground: fronts, offensives, garrisons, partners."""

import json

import numpy as np
import pytest

from experiments.app.cards import card_html, card_of
from experiments.app.frames import FIELDS, HALF, fronts
from experiments.app.map_view import theatre_of
from experiments.app.named_places import held, named_places
from experiments.app.operations import STANCES
from experiments.app.pair import Pair
from experiments.app.world import World
from experiments.batch.run import Run
from model.simulation import Simulation


@pytest.fixture(scope="module")
def world():
    """A plane of thirty weeks."""
    made = World(Run("synthetic_plane", "core_only", {"weeks": 30}, seed=3))
    made.advance(30)
    return made


@pytest.fixture(scope="module")
def fought():
    """A coarse real map on which armies attack."""
    made = World(Run("levant_2014", None, {"weeks": 40, "resolution": 1.0}, seed=1))
    made.advance(40)
    return made


def test_fronts_run_between_land_that_is_held_and_land_that_is_not(world):
    theatre, fields = world.theatre, world.fields(30)
    held = np.zeros((theatre.rows, theatre.columns), dtype=int)
    bloc, control = (fields[FIELDS.index(name)] for name in ("bloc", "control"))
    held[theatre.row, theatre.column] = np.where(bloc > 127, 2, control > 127)
    edges = fronts(theatre, fields)
    assert edges
    for edge in edges:
        row, column = divmod(edge // 2, theatre.columns)
        other = (row, column - 1) if edge % 2 else (row - 1, column)
        assert held[row, column] != held[other]
    across = (held[1:] != held[:-1]).sum() + (held[:, 1:] != held[:, :-1]).sum()
    assert len(edges) == across  # on a plane that is all land
    assert world.marks(30)["fronts"] == edges


def test_the_map_shows_the_offensives_garrisons_and_partners_of_its_week(fought):
    again = Simulation(fought.run.composed, seed=fought.run.seed)
    seen = set()
    for week in range(fought.computed + 1):
        state, marks = again.state, fought.marks(week)
        phases = {force[0]: force[5] for force in marks["forces"] if force[5]}
        assert phases == {army: phase for army, phase in enumerate(state.operation_phase.tolist()) if phase}
        garrisons = {(force[0], force[3]) for force in marks["forces"] if force[7]}
        for army, sector in np.argwhere((state.garrison > 0) & (state.deployed >= 100)):
            assert (army, fought.place(sector)) in garrisons
        seen |= set(phases.values())
        soldiers = {army: found for army, found, _ in marks["partners"]}
        assert set(soldiers) <= set(range(len(state.countries), len(state.readiness)))
        assert soldiers
        if week < fought.computed:
            again.step()
    assert seen == {1, 2}, "the run builds up and attacks"


def test_cards_tell_readiness_offensives_and_who_attacks_whom(fought):
    week = next(
        week for week in range(fought.computed, 0, -1) if any(f.phase == 2 for f in fought.deployment(week).forces)
    )
    force = next(force for force in fought.deployment(week).forces if force.phase == 2)
    army = card_of(fought, "army", force.army, week)
    assert army.title == fought.armies[force.army].title
    rows = {words: value for words, value, _ in army.rows}
    assert f"attacks near {fought.place(force.sector)}" in rows
    assert rows["readiness"] == f"{fought.deployment(week).readiness[force.army]:.0%}"
    country = card_of(fought, "country", int(fought.theatre.sector_country[force.sector]), week)
    assert any(words.startswith(army.title) and "attacks near" in words for words, _, _ in country.rows)
    assert any(words == "readiness of its army" for words, _, _ in country.rows)
    core = {words: value for words, value, _ in card_of(fought, "organisation", 0, week).rows}
    assert core["stance"] in STANCES.values()
    assert card_of(fought, "army", len(fought.armies), week) is None
    assert army.title in card_html(country, week, "A")


def test_a_week_of_armies_is_small_and_ready_for_json(fought):
    theatre_json = json.dumps(theatre_of(Pair([fought]), ["A"]), allow_nan=False)
    assert "Peshmerga" in theatre_json
    assert len(json.dumps(fought.marks(fought.computed), allow_nan=False)) < 16_000


def test_without_operations_no_army_is_shown():
    bare = World(Run("synthetic_plane", None, {"weeks": 4, "mechanisms.operations": False}))
    bare.advance(2)
    marks = bare.marks(2)
    assert marks["forces"] == marks["partners"] == []
    assert card_of(bare, "country", 0, 2)
    assert card_of(bare, "army", 0, 2)


def test_the_card_of_a_place_says_who_holds_it_since_when_and_how_many_live_there(fought):
    week, places = fought.computed, named_places(fought)
    seen = set()
    for at, place in enumerate(places):
        cell = fought.theatre.nearest_cell(place.lat, place.lon)
        rows = {words: value for words, value, _ in card_of(fought, "place", at, week, places=places).rows}
        found = held(fought, place, week)
        control, holder = (int(fought.field(week, name)[cell]) for name in ("control", "holder"))
        seen.add(control > HALF)
        assert found.row == (holder if control > HALF else None)
        titles = {each.row: each.title for each in fought.organisations}
        assert rows["held by"] == titles[found.row] if control > HALF else rows["held by"].startswith("the state: ")
        before = [int(fought.field(each, "control")[cell]) > HALF for each in range(week + 1)]
        assert len(set(before[found.since :])) == 1, "nothing changed since"
        people = fought.simulation.state.people[cell]
        if people > 100:
            assert found.people == pytest.approx(people, rel=0.06), "as near as a byte tells it"
    assert seen == {True, False}
    assert card_of(fought, "place", len(places), week, places=places) is None
