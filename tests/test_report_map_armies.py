"""The map picture shows the state's side: an arrow an operation, garrisons, partners, a legend; and leaves no trace."""

from io import BytesIO

import numpy as np
import pytest
from matplotlib.image import imread

from experiments.report.map_armies import STATE
from experiments.report.maps import sheet
from experiments.report.picture import KINDS, Picture
from model import load_scenario
from model.state import Operation
from model.theatre import load_theatre
from model.why.armies import Deployment, Force, Seat

SEATS = (
    Seat("IRQ", "The army of Iraq", 33.3, 44.4, partner=False), Seat("peshmerga", "Peshmerga", 36.2, 44.0, partner=True),
    Seat("ypg", "Far force (of its own)", 12.0, 20.0, partner=True),
    Seat("later", "Not there yet", 0.0, 40.0, partner=True),
)  # fmt: skip


@pytest.fixture(scope="module")
def scenario():
    return load_scenario("levant_2014", overrides={"resolution": 1.0, "weeks": 4})


def picture(scenario, forces=(), soldiers=(90_000.0, 40_000.0, 5_000.0, 0.0)):
    theatre = load_theatre(scenario)
    control = theatre.raster(np.zeros((1, len(theatre.people))))
    at_readiness = (1.0,) * len(soldiers)
    return Picture(
        scenario, control, ["core"], {"core": "Core"}, {"core": next(iter(KINDS))}, "A title", "a note",
        deployment=Deployment(at_readiness, soldiers, tuple(forces)), armies=SEATS,
    )  # fmt: skip


def sector(scenario, lat, lon):
    theatre = load_theatre(scenario)
    return int(theatre.sector[theatre.nearest_cell(lat, lon)])


def drawn(scenario, forces):
    paper = sheet(scenario, 8.0)
    paper.lay(picture(scenario, forces))
    return paper


def test_every_operation_has_an_arrow_full_for_an_attack_and_hollow_for_a_build_up(scenario):
    mosul, raqqa, basra = (sector(scenario, *place) for place in ((36.3, 43.1), (35.9, 39.0), (30.5, 47.8)))
    forces = [
        Force(0, mosul, 20_000.0, Operation.ATTACK, 8, garrison=False),
        Force(1, raqqa, 5_000.0, Operation.BUILD_UP, 4, garrison=False),
        Force(0, basra, 5_000.0, Operation.NONE, 0, garrison=False),
    ]
    arrows = [
        text.arrow_patch
        for text in drawn(scenario, forces).axes.texts
        if getattr(text, "arrow_patch", None) and not text.get_text()
    ]
    shades = [arrow.get_facecolor()[:3] for arrow in arrows]
    assert len(arrows) == 2
    full = tuple(int(STATE[start : start + 2], 16) / 255 for start in (1, 3, 5))
    assert shades[0] == pytest.approx(full)
    assert shades[1] == pytest.approx((1, 1, 1))


def test_garrisons_and_partners_that_fight_have_marks_and_partners_their_name_and_strength(scenario):
    held = Force(0, sector(scenario, 34.6, 43.7), 3_000.0, Operation.NONE, 0, garrison=True)
    paper = drawn(scenario, [held])
    marks = [line.get_marker() for line in paper.axes.lines]
    assert marks.count("s") == 1
    assert marks.count("^") == 2, "a partner that is not there yet has no mark"
    words = {text.get_text() for text in paper.axes.texts}
    assert {"Peshmerga, 40,000", "Far force, 5,000"} <= words
    legend = {text.get_text() for text in paper.axes.get_legend().get_texts()}
    assert {"offensive", "build-up", "garrison"} <= legend


def test_a_map_without_armies_has_neither_marks_nor_legend(scenario):
    paper = sheet(scenario, 8.0)
    paper.lay(picture(scenario, soldiers=()))
    assert paper.axes.get_legend() is None
    assert not [line for line in paper.axes.lines if line.get_marker() in ("s", "^")]


def test_armies_taken_off_the_sheet_leave_no_trace(scenario):
    paper, bare = sheet(scenario, 5.0), picture(scenario, soldiers=())
    before = paper.show(bare, 60)
    attack = Force(0, sector(scenario, 36.3, 43.1), 20_000.0, Operation.ATTACK, 8, garrison=False)
    with_armies = paper.show(picture(scenario, [attack]), 60)
    assert not np.array_equal(imread(BytesIO(before)), imread(BytesIO(with_armies)))
    assert np.array_equal(imread(BytesIO(before)), imread(BytesIO(paper.show(bare, 60))))
