import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread

from experiments.report.charts import group_title
from experiments.report.courses import quantiles
from experiments.report.figures import blank, days, fit, years
from experiments.report.maps import blend, fields_by_kind, map_png, sheet
from experiments.report.picture import KINDS, Picture, kinds_at_end, provenance
from model import Simulation
from model.scenario import load_scenario
from model.theatre import load_theatre

MONTH, YEAR = r"[A-Z][a-z]{2} \d{4}", r"\d{4}"
NO_EVENTS = pd.DataFrame({"kind": [], "organisation": []})


def colour(hexadecimal):
    return np.array([int(hexadecimal[start : start + 2], 16) / 255 for start in (1, 3, 5)])


def has(image, hexadecimal):
    return bool((np.abs(image[..., :3] - colour(hexadecimal)).max(axis=-1) < 0.02).any())


def spots(scenario, places):
    """Control of one organisation a place: all of the cells within 200 km."""
    theatre = load_theatre(scenario)
    values = np.zeros((len(places), len(theatre.people)))
    for row, (lat, lon) in enumerate(places):
        values[row, theatre.disc(lat, lon, 200.0)[0]] = 1.0
    return theatre.raster(values)


@pytest.fixture(scope="module")
def region():
    return load_scenario("levant_2014", overrides={"resolution": 1.0, "weeks": 4})


@pytest.fixture(scope="module")
def picture(region):
    names = ["core", "boko_haram", "shabaab", "afg_taliban"]
    return Picture(
        scenario=region,
        control=spots(region, [(35.5, 41.0), (11.8, 13.2), (1.5, 43.5), (31.6, 65.7)]),
        names=names,
        titles={name: name.replace("_", " ") for name in names} | {"core": "A core with a long name in the middle"},
        kinds=dict(zip(names, KINDS, strict=True)),
        title="A title " * 40,
        note="small type " * 40,
    )


def test_a_run_on_the_real_map_is_drawn_with_the_core_its_groups_and_borders(region, tmp_path):
    result = Simulation(region, seed=3).run()
    path = map_png(result, tmp_path / "map.png")
    image = imread(path)
    assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert image.shape[1] == pytest.approx(1500, abs=2)
    assert 0.3 < (image[..., :3].min(axis=-1) > 0.99).mean() < 0.95, "neither blank nor full"
    assert has(image, KINDS["core"].colour)
    assert has(image, "#D55E00"), "at least the legend shows what provinces would look like"


def test_a_synthetic_theatre_without_borders_is_drawn(tmp_path):
    result = Simulation(load_scenario("synthetic_plane", overrides={"weeks": 3}), seed=1).run()
    image = imread(map_png(result, tmp_path / "plane.png"))
    assert has(image, KINDS["core"].colour)
    assert image[..., :3].std() > 0.02


def test_every_kind_of_organisation_has_its_own_colour_on_the_map(picture):
    blended = blend(fields_by_kind(picture))
    for kind in KINDS.values():
        assert has(blended, kind.colour)


def test_control_is_shown_by_opacity(picture):
    half = Picture(**{**picture.__dict__, "control": picture.control / 2})
    full, faint = blend(fields_by_kind(picture)), blend(fields_by_kind(half))
    land = blend({"core": np.where(np.isnan(picture.control[0]), np.nan, 0.0)})
    assert np.allclose(faint, (full + land) / 2)


def test_no_word_lies_outside_the_figure_and_no_name_on_another(picture):
    paper = sheet(picture.scenario, 6.4)
    paper.lay(picture)
    words = [*paper.figure.texts, *(text for axes in paper.figure.axes for text in axes.texts)]
    boxes = {text.get_text(): text.get_window_extent() for text in words if text.get_text()}
    assert set(picture.titles.values()) <= set(boxes), "each organisation that holds land is named"
    for text, box in boxes.items():
        assert box.x0 >= 0, text
        assert box.y0 >= 0, text
        assert box.x1 <= paper.figure.bbox.x1, text
        assert box.y1 <= paper.figure.bbox.y1, text
    names = [boxes[title] for title in picture.titles.values()]
    assert not any(one.overlaps(other) for i, one in enumerate(names) for other in names[:i])


def test_a_map_taken_off_the_sheet_leaves_no_trace_on_the_next(picture):
    paper = sheet(picture.scenario, 6.4)
    first = paper.show(picture, 60)
    paper.show(Picture(**{**picture.__dict__, "control": picture.control[::-1], "title": "Another"}), 60)
    assert np.array_equal(imread(BytesIO(first)), imread(BytesIO(paper.show(picture, 60))))


def test_the_map_keeps_distances_at_its_middle_latitude(region):
    paper = sheet(region, 8.0)
    west, _, south, north = load_theatre(region).extent
    x, y = paper.axes.transData.transform([(west, south), (west + 1, south + 1)]).T
    assert (y[1] - y[0]) / (x[1] - x[0]) == pytest.approx(1 / np.cos(np.radians((south + north) / 2)), rel=0.01)


def test_what_an_organisation_is_at_the_end_follows_from_what_happened_to_it(region):
    names = ["core", "boko_haram", "shabaab", "aqim", "aqim_splinter_24"]
    events = pd.DataFrame(
        [("pledge", "aqim"), ("acceptance", "boko_haram"), ("splinter", "aqim_splinter_24"),
         ("acceptance", "aqim_splinter_24"), ("acceptance", "shabaab"), ("defection", "shabaab")],
        columns=["kind", "organisation"],
    )  # fmt: skip
    assert kinds_at_end(region, names, events) == {
        "core": "core",
        "boko_haram": "province",
        "shabaab": "independent",
        "aqim": "rival_franchise",
        "aqim_splinter_24": "province",
    }
    assert kinds_at_end(region, ["core", "shabaab"], NO_EVENTS)["shabaab"] == "rival_franchise"


def test_splinters_of_a_group_share_a_name():
    titles = {"aqim": "AQIM"}
    first, second = (group_title(titles, f"aqim_splinter_{number}") for number in (24, 25))
    assert first == second == "Splinter of AQIM"


def test_small_type_names_scenario_policy_seed_and_version(region):
    words = provenance(region, region.policy.name, "seed 7")
    assert [part in words for part in ("levant_2014", region.policy.name, "seed 7", "inkspot", region.digest)] == [
        True
    ] * 5
    assert region.digest not in provenance(region, "another_policy", "seed 7"), "the digest covers the policy"


def test_quantiles_leave_out_what_is_missing():
    values = np.random.default_rng(1).normal(size=(20, 11))
    assert np.allclose(quantiles(values), np.quantile(values, (0.1, 0.5, 0.9), axis=1))
    values[3, 4:] = np.nan
    values[5] = np.nan
    found = quantiles(values)
    assert found[1, 3] == pytest.approx(np.median(values[3, :4]))
    assert np.isnan(found[:, 5]).all()


@pytest.mark.parametrize(("weeks", "form"), [(8, MONTH), (60, MONTH), (240, YEAR), (2000, YEAR)])
def test_time_axes_have_a_few_readable_dates(region, weeks, form):
    axes = blank(4, 3).add_subplot()
    axes.set_xlim(*days([region.start, region.start + timedelta(weeks=weeks)]))
    years(axes, True)
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert 1 <= len(labels) <= 14
    assert all(re.fullmatch(form, label) for label in labels)


def test_a_text_that_is_too_long_is_made_to_fit():
    figure = blank(3, 1)
    text = figure.text(0.05, 0.5, "word " * 60, fontsize=12)
    fit(text, figure)
    assert text.get_window_extent().x1 <= figure.bbox.x1
    assert text.get_text().endswith("…")


def test_matplotlib_is_imported_by_figures_only():
    folder = Path(kinds_at_end.__code__.co_filename).parent
    users = {
        file.stem for file in folder.glob("*.py") if re.search(r"^(import|from) matplotlib", file.read_text(), re.M)
    }
    assert users >= {"maps", "charts", "courses", "figures"}
