"""`inkspot theatre`: from files of countries and people, really written here, to a map on which a scenario runs."""

import re
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin
from typer.testing import CliRunner

from experiments.cli.main import app
from model import Simulation, load_scenario
from model.scenario import ScenarioError, check_file
from model.scenario.maps import read_map
from model.theatre import load_theatre
from model.theatre.geography import cell_area_km2

WEST = shapely.box(100.0, -4.0, 104.0, 0.0)
EAST = shapely.box(104.0, -4.0, 107.0, 0.0)
ISLAND = shapely.box(109.1, -2.4, 109.3, -2.2)  # smaller than a cell
SHAPES = {"AAA": WEST, "BBB": EAST, "CCC": ISLAND}
FORMATS = {"countries.geojson": "GeoJSON", "countries.shp": "ESRI Shapefile", "countries.gpkg": "GPKG"}


def countries(folder: Path, name: str = "countries.geojson", field: str = "ISO_A3", crs: str = "EPSG:4326") -> Path:
    codes = np.array([*SHAPES, "-99"], dtype=object)
    names = np.array(["Westland", "Eastland", "Isle", "Nowhere"], dtype=object)
    shapes = np.array([shapely.to_wkb(each) for each in (*SHAPES.values(), shapely.box(120, 0, 121, 1))], dtype=object)
    pyogrio.raw.write(folder / name, shapes, [codes, names], [field, "NAME"], driver=FORMATS[name], crs=crs,
                      geometry_type="Polygon")  # fmt: skip
    return folder / name


def population(folder: Path, pixel: float = 0.1, nodata: float | None = -9999.0) -> Path:
    """5 people in each pixel of the west, 20 in the east, 1000 in one pixel at 102.05 E, 1.05 S; the sea is missing."""
    rows, columns = round(5 / pixel), round(12 / pixel)
    lon = 99.0 + pixel * (np.arange(columns) + 0.5)
    lat = 0.5 - pixel * (np.arange(rows) + 0.5)
    people = np.where((lon > 100) & (lon < 104), 5.0, np.where((lon > 104) & (lon < 107), 20.0, -9999.0))
    people = np.where(((lat < 0) & (lat > -4))[:, None], people, -9999.0).astype("float32")
    people[np.argmin(abs(lat + 1.05)), np.argmin(abs(lon - 102.05))] = 1000.0
    path = folder / "people.tif"
    with rasterio.open(path, "w", driver="GTiff", width=columns, height=rows, count=1, dtype="float32", nodata=nodata,
                       crs="EPSG:4326", transform=from_origin(99.0, 0.5, pixel, pixel)) as written:  # fmt: skip
        written.write(people, 1)
    return path


def called(*words: object) -> str:
    result = CliRunner().invoke(app, ["theatre", *map(str, words)])
    assert result.exit_code == 0, result.output
    return result.output


def refused(*words: object) -> str:
    result = CliRunner().invoke(app, ["theatre", *map(str, words)])
    assert result.exit_code == 2
    return " ".join(result.output.split())


@pytest.mark.parametrize("name", FORMATS)
def test_countries_of_each_format_and_a_raster_become_a_map(name: str, tmp_path: Path) -> None:
    out = tmp_path / "isles.npz"
    said = called(countries(tmp_path, name), "--population", population(tmp_path), "--out", out)
    found = read_map(out)
    assert found.codes == ("AAA", "BBB", "CCC")
    assert found.resolution == 0.5
    cells = [int((found.country == k).sum()) for k in range(3)]
    assert cells == [8 * 8, 6 * 8, 1]
    assert found.lat[0] > found.lat[-1]
    on_land = found.people[found.country >= 0].sum()
    assert on_land == pytest.approx(40 * 40 * 5 + 995 + 30 * 40 * 20, rel=0.01)
    assert found.border_km[0, 1] == pytest.approx(444.8, rel=0.02)  # four degrees of a meridian
    assert found.border_km[0, 1] == found.border_km[1, 0]
    assert found.border_km[2].sum() == 0
    assert {kind for kind, _ in found.lines} == {"border", "coast"}
    assert "Westland" in said
    assert "Nowhere" not in said


def test_the_scenario_to_start_from_passes_check_and_runs_as_the_map_says(tmp_path: Path) -> None:
    out = tmp_path / "isles.npz"
    called(countries(tmp_path), "--population", population(tmp_path), "--out", out)
    assert check_file(tmp_path / "isles.toml") == []
    scenario = load_scenario(tmp_path / "isles.toml", overrides={"weeks": 6})
    theatre = load_theatre(scenario)
    assert theatre.name == "isles"
    assert theatre.resolution == scenario.resolution == 0.5
    west = theatre.country == theatre.countries.index("AAA")
    assert theatre.area_km2[west].sum() == pytest.approx(cell_area_km2(theatre.lat[west], 0.5).sum())
    full = theatre.people[west].argmax()
    assert (theatre.lat[west][full], theatre.lon[west][full]) == (-1.25, 102.25)
    assert theatre.border_km.sum() > 0
    result = Simulation(scenario, seed=1).run()
    assert result.series["people_core"].iloc[-1] > 0
    again = Simulation(scenario, seed=1).run()
    assert result.series.equals(again.series)


def test_run_and_page_draw_the_borders_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    called(countries(tmp_path), "--population", population(tmp_path), "--out", "isles.npz")
    ran = CliRunner().invoke(app, ["run", "isles.toml", "--weeks", "3", "--out", "here"])
    assert ran.exit_code == 0, ran.output
    assert (tmp_path / "here" / "map.png").stat().st_size > 10_000
    lines = load_theatre(load_scenario("isles.toml")).lines
    assert lines is not None
    assert max(len(points) for _, points in lines) >= 4


def test_the_same_files_make_the_same_bytes_and_the_scenario_follows_the_content(tmp_path: Path) -> None:
    source, people = countries(tmp_path), population(tmp_path)
    called(source, "--population", people, "--out", tmp_path / "one.npz")
    called(source, "--population", people, "--out", tmp_path / "two.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    before = load_scenario(tmp_path / "one.toml")
    called(source, "--population", people, "--out", tmp_path / "one.npz", "--resolution", 1)
    after = load_scenario(tmp_path / "one.toml")
    assert (before.resolution, after.resolution) == (0.5, 1.0)
    assert before.digest != after.digest
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    for name in ("two.npz", "two.toml"):
        (moved / name).write_bytes((tmp_path / name).read_bytes())
    assert load_scenario(moved / "two.toml").digest == load_scenario(tmp_path / "two.toml").digest
    with pytest.raises(ValueError, match="has changed since the scenario was read"):
        load_theatre(before.model_copy(update={"map_digest": "0" * 16}))


def test_box_countries_and_resolution_are_heeded(tmp_path: Path) -> None:
    out = tmp_path / "part.npz"
    called(countries(tmp_path), "--out", out, "--countries", "BBB", "--resolution", 0.25, "--box=105,-3,107,-1")
    found = read_map(out)
    assert found.codes == ("BBB",)
    assert found.country.shape == (8, 8)
    assert (found.country == 0).all()
    assert found.people.sum() == 0  # no raster: people are spread over the land
    assert check_file(tmp_path / "part.toml") == []


def test_a_starting_scenario_that_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "isles.toml").write_text("mine")
    assert "is there already and stays" in called(countries(tmp_path), "--out", tmp_path / "isles.npz")
    assert (tmp_path / "isles.toml").read_text() == "mine"


def test_mistakes_are_told_with_the_remedy(tmp_path: Path) -> None:
    source, out = countries(tmp_path), tmp_path / "x.npz"
    assert "no such file" in refused(tmp_path / "none.shp", "--out", out)
    assert "has no XXX; it has AAA, BBB, CCC" in refused(source, "--countries", "XXX", "--out", out)
    assert "no field FIPS; name one of ISO_A3, NAME with --code" in refused(source, "--code", "FIPS", "--out", out)
    assert "--box takes WEST,SOUTH,EAST,NORTH" in refused(source, "--box", "1,2,3", "--out", out)
    assert "--box takes WEST,SOUTH,EAST,NORTH" in refused(source, "--box=5,0,1,2", "--out", out)
    assert "--resolution takes 0.05 to 5" in refused(source, "--resolution", 0.001, "--out", out)
    assert "ends in .npz" in refused(source, "--out", tmp_path / "x.map")
    assert "CCC (Isle): too small" in refused(source, "--box=100,-4,107,0", "--out", out)
    assert "no such file" in refused(source, "--population", tmp_path / "none.tif", "--out", out)
    assert "cannot be read as a raster" in refused(source, "--population", source, "--out", out)
    assert "missing values are not declared" in refused(
        source, "--population", population(tmp_path, nodata=None), "--out", out
    )
    named = countries(tmp_path, "countries.gpkg", field="fips")
    assert "name one of fips, NAME with --code" in refused(named, "--out", out)
    assert not out.exists()


def test_a_map_that_is_not_there_or_is_none_is_told_by_check(tmp_path: Path) -> None:
    called(countries(tmp_path), "--out", tmp_path / "isles.npz")
    text = (tmp_path / "isles.toml").read_text()
    own = tmp_path / "own.toml"
    own.write_text(text.replace("isles.npz", "gone.npz"))
    (problem,) = check_file(own)
    assert problem.key == "theatre"
    assert "make it with `inkspot theatre`" in problem.message
    (tmp_path / "gone.npz").write_bytes(b"nothing")
    assert "is no map of `inkspot theatre`, or damaged" in check_file(own)[0].message
    own.write_text(text.replace("weeks = 104", "weeks = 104\nresolution = 0.25"))
    assert "leave it out: the cells" in check_file(own)[0].message
    own.write_text(re.sub("(?m)^CCC = ", "IRQ = ", text))
    assert [each.message for each in check_file(own) if "IRQ" in each.key and "has no land on the map" in each.message]
    off = {"core.headquarters": [{"place": "x", "lat": -1.0, "lon": 52.0}]}
    with pytest.raises(ScenarioError, match="km from the nearest land of the map"):
        load_scenario(tmp_path / "isles.toml", overrides=off)
