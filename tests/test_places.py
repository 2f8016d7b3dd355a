"""Places off the map, or with latitude and longitude swapped: told for every kind of place, and never moved in silence."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from model import Simulation, load_scenario
from model.scenario import ScenarioError, check_file, list_scenarios
from model.scenario.schema import Scenario
from model.theatre import load_theatre

PLACE = '{{ place = "Somewhere", lat = {lat}, lon = {lon}{more} }}'
HOLDING = ", radius_km = 50.0, control = 0.3"
KINDS = {  # by kind of place: the tables that name one, the key that is told
    "headquarters": ("[core]\nheadquarters = [{spot}]", "", "core.headquarters.0"),
    "holding of the core": ("[core]\nholdings = [{spot}]", HOLDING, "core.holdings.0"),
    "group": ("[groups.ansar]\nname = 'A'\nplace = 'Somewhere'\nlat = {lat}\nlon = {lon}\ncountry = 'IRQ'\nfighters = 9\n"
              "conviction = 0.5\nambition = 0.5\nneed = 0.5\nbrutality = 0.5", "", "groups.ansar"),
    "holding of a group": ("[groups.boko_haram]\nholdings = [{spot}]", HOLDING, "groups.boko_haram.holdings.0"),
    "town": ("[towns.new]\nplace = 'Somewhere'\nlat = {lat}\nlon = {lon}\ncountry = 'IRQ'", "", "towns.new"),
    "area": ("[areas.new]\nplace = 'Somewhere'\nlat = {lat}\nlon = {lon}\ncountry = 'IRQ'\nradius_km = 90.0\nshare = 0.5",
             "", "areas.new"),
    "homeland": ("[partners.peshmerga]\nhomelands = [{spot}]", ", radius_km = 60.0", "partners.peshmerga.homelands.0"),
    "event": ("[timeline.new]\ndate = 2015-01-05\nkind = 'control_loss'\namount = 0.1\nmeaning = 'm'\nplace = {spot}",
              "", "timeline.new.place"),
    "hub": ("[hubs.al_qaeda]\nlat = {lat}\nlon = {lon}", "", "hubs.al_qaeda"),
    "capital": ("[governments.IRQ]\ncapital = [{lat}, {lon}]", "", "governments.IRQ.capital"),
}  # fmt: skip


def written(folder: Path, kind: str, lat: float, lon: float) -> Path:
    text, more, _ = KINDS[kind]
    spot = PLACE.format(lat=lat, lon=lon, more=more)
    path = folder / "moved.toml"
    path.write_text("[scenario]\nextends = 'levant_2014'\n" + text.format(spot=spot, lat=lat, lon=lon))
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_a_place_on_the_map_is_sound_and_one_off_it_is_told(kind: str, tmp_path: Path) -> None:
    assert check_file(written(tmp_path, kind, 34.5, 43.0)) == []
    off = (-40.0, 10.0) if kind != "capital" else (30.0, 10.0)  # a capital may lie beyond the edges, like Moscow
    (problem,) = check_file(written(tmp_path, kind, *off))
    assert problem.key == KINDS[kind][2]
    assert "km from the nearest land" in problem.message
    assert ("correct the place or its country" if kind == "capital" else "correct them") in problem.message
    with pytest.raises(ScenarioError, match="km from the nearest land"):
        load_scenario(tmp_path / "moved.toml")


@pytest.mark.parametrize("kind", KINDS)
def test_latitude_and_longitude_swapped_are_told_with_what_to_write(kind: str, tmp_path: Path) -> None:
    (problem,) = check_file(written(tmp_path, kind, 65.0, 33.0) if kind == "hub" else
                            written(tmp_path, kind, 55.0, 33.0) if kind in ("headquarters", "event") else
                            written(tmp_path, kind, 55.0, 34.5) if "holding" in kind else
                            written(tmp_path, kind, 43.0, 34.5))  # fmt: skip
    assert "they look swapped, write" in problem.message
    assert problem.key == KINDS[kind][2]


def test_swapped_coordinates_that_lie_on_land_are_told_where_the_map_has_the_place(tmp_path: Path) -> None:
    path = tmp_path / "swapped.toml"
    path.write_text("[scenario]\nextends = 'levant_2014'\n[core]\n"
                    "headquarters = [{ place = 'Raqqa', lat = 39.01, lon = 35.95 }]\n")  # fmt: skip
    (problem,) = check_file(path)
    assert "434 km from Raqqa as the map has it: they look swapped, write lat = 35.95, lon = 39.01" in problem.message


def test_a_phase_that_waits_for_a_place_off_the_countries_of_a_scenario_is_told(tmp_path: Path) -> None:
    path = tmp_path / "waiting.toml"
    path.write_text("[policy]\ntitle = 't'\nmeaning = 'm'\n[phases.one]\nwhen = 'lost:Afghan-Pakistani border'\n"
                    "effort = { strike_core = 0.5 }\n")  # fmt: skip
    with pytest.raises(ScenarioError, match="km from the nearest land of the scenario's countries"):
        load_scenario("darnah_2014", policy=path)


def test_an_override_off_the_map_is_told_with_its_key() -> None:
    with pytest.raises(ScenarioError, match=r"override groups\.boko_haram.*km from the nearest land of NGA"):
        load_scenario("levant_2014", overrides={"groups.boko_haram.lon": -60.0})


def test_run_says_it_in_a_line(tmp_path: Path) -> None:
    path = written(tmp_path, "headquarters", -40.0, 10.0)
    ran = subprocess.run(
        [sys.executable, "-m", "experiments.cli.main", "run", str(path)], capture_output=True, text=True
    )
    assert ran.returncode == 2
    assert "km from the nearest land" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("resolution", [0.25, 0.5, 1.0])
@pytest.mark.parametrize("name", list_scenarios())
def test_the_map_has_every_place_of_the_shipped_scenarios(name: str, resolution: float) -> None:
    scenario = load_scenario(name, overrides={"resolution": resolution})
    theatre = load_theatre(scenario)
    for place in (*scenario.core.headquarters, *scenario.towns.values(), *scenario.groups.values()):
        assert theatre.has(place.lat, place.lon)


def test_a_cell_is_found_on_the_map_only() -> None:
    theatre = load_theatre(load_scenario("darnah_2014"))
    assert not theatre.has(33.0, 70.0)
    with pytest.raises(ValueError, match=r"2,078 km from the nearest land of the map: are they swapped\?"):
        theatre.nearest_cell(33.0, 70.0)
    with pytest.raises(ValueError, match="nearest land of LBY"):
        theatre.nearest_cell(35.95, 39.01, "LBY")


@pytest.mark.parametrize("resolution", [0.5, 1.0])
@pytest.mark.parametrize("theatre", ["plane", "pass", "islands"])
def test_what_check_passes_on_a_made_up_map_runs_and_nothing_else(theatre: str, resolution: float) -> None:
    on = {"theatre": theatre, "resolution": resolution, "weeks": 2}
    assert Simulation(load_scenario("synthetic_plane", overrides=on), seed=1).run()
    with pytest.raises(ScenarioError, match="km from the nearest land of the map"):
        load_scenario("synthetic_plane", overrides=on | {"groups.east.lon": 60.0})


def test_a_scenario_made_by_hand_is_refused_by_the_map() -> None:
    scenario = load_scenario("synthetic_plane")
    data = json.loads(scenario.model_dump_json())
    data["core"]["headquarters"][0] |= {"lat": 40.0}
    moved = Scenario.model_validate_json(json.dumps(data))
    with pytest.raises(ValueError, match="km from the nearest land of the map"):
        Simulation(moved)
