"""The engine of the browser, without a browser: weeks kept and shown again, two worlds in lockstep, links, undo."""

import json

import numpy as np
import pytest

from experiments.app.exports import scenario_toml
from experiments.app.frames import FIELDS, NOBODY, density_bytes, difference, fields_of, quantised
from experiments.app.history import History
from experiments.app.links import link, read_link
from experiments.app.pair import Pair
from experiments.app.session import Session
from experiments.app.setting import Arm, Setting
from experiments.app.world import World
from experiments.batch.errors import UserError
from experiments.batch.run import Run
from model.record import OUTCOMES
from model.scenario import ScenarioError
from model.simulation import Simulation

PLANE = Run("synthetic_plane", "core_only", {"weeks": 30, "policy.phases.air_campaign.start": 2}, seed=3)


@pytest.fixture(scope="module")
def world():
    """A world of thirty weeks, computed to the end."""
    made = World(PLANE)
    made.advance(30)
    return made


@pytest.fixture(scope="module")
def region():
    """Two policies on the real map, eight weeks in."""
    pair = Pair.of(Setting("levant_2014", 1, (Arm("core_only"), Arm("sever_links"))).runs)
    pair.advance(8)
    return pair


def test_a_world_has_the_numbers_of_a_run_from_the_command_line(world):
    result = Simulation(PLANE.composed, seed=PLANE.seed).run()
    for name in OUTCOMES:
        np.testing.assert_array_equal(world.series(name), result.series[name])
    assert world.outcomes() == result.outcomes
    assert len(world.result().event_list) == len(result.event_list)


def test_any_computed_week_is_shown_as_it_was(world):
    again = Simulation(PLANE.composed, seed=PLANE.seed)
    for week in range(31):
        np.testing.assert_array_equal(world.fields(week), fields_of(again.state))
        if week < 30:
            again.step()


def test_a_week_that_is_not_computed_counts_as_the_nearest(world):
    np.testing.assert_array_equal(world.field(99, "control"), world.field(30, "control"))
    np.testing.assert_array_equal(world.field(-1, "control"), world.field(0, "control"))


def test_a_world_ends_with_its_scenario(world):
    assert world.ended
    assert world.advance() == world.computed == world.weeks == 30


def test_quantised_shares_are_off_by_half_a_step_at_most():
    shares = np.linspace(0, 1, 1001)
    assert np.abs(quantised(shares) / 255 - shares).max() <= 0.5 / 255 + 1e-12
    assert quantised(np.array([-1.0, 2.0])).tolist() == [0, 255]


def test_density_is_logarithmic_between_its_limits():
    people = np.array([0.0, 0.1, np.sqrt(1000), 10_000.0, 1e9])
    assert density_bytes(people, np.ones(5)).tolist() == [0, 0, 128, 255, 255]


def test_a_cell_shows_the_organisation_that_controls_most_of_it(world):
    state = world.simulation.state
    holder, strength = world.field(30, "holder"), world.field(30, "control")
    held = state.control.max(axis=0) > 0.01
    assert held.any()
    np.testing.assert_array_equal(holder[held], state.control.argmax(axis=0)[held])
    assert np.abs(strength[held] / 255 - state.control.max(axis=0)[held]).max() < 0.003
    assert (strength[holder == NOBODY] == 0).all()


def test_a_week_of_the_real_map_takes_a_few_kilobytes(region):
    world = region.first
    assert world.size / (world.computed + 1) < 25_000
    assert world.fields(3).shape == (len(FIELDS), len(world.theatre.people))


def test_marks_are_small_and_ready_for_json(region):
    marks = region.first.marks(8)
    text = json.dumps(marks, allow_nan=False)
    assert len(text) < 16_000
    rows = [each[0] for each in marks["organisations"]]
    assert rows[0] == 0
    assert len(rows) == len(set(rows)) > 10
    assert all(len(each) == 11 for each in marks["organisations"])


def test_two_worlds_advance_together_with_the_same_luck(region):
    assert [world.computed for world in region.worlds] == [8, 8]
    assert region.comparable
    for name in ("people_core", "prestige"):  # no policy acts before the allies start
        one, two = (world.series(name) for world in region.worlds)
        np.testing.assert_array_equal(one[:8], two[:8])


def test_the_same_arms_differ_nowhere():
    pair = Pair.of(Setting("synthetic_plane", 5, (Arm(), Arm())).runs)
    pair.advance(6)
    assert (pair.difference(6, "control") == 128).all()
    assert not pair.at(6).series_difference("people_core").any()


def test_a_difference_is_signed_around_the_middle():
    one, two = np.array([0, 255, 100, 0], dtype=np.uint8), np.array([255, 0, 100, 10], dtype=np.uint8)
    assert difference(one, two).tolist() == [255, 1, 128, 133]


def test_a_frame_has_a_buffer_for_every_pane(region):
    cells = len(region.first.theatre.people)
    header, buffers = region.at(4).frame("control")
    assert [len(buffer) for buffer in buffers] == [cells] * 5
    assert (header["week"], header["computed"], len(header["panes"])) == (4, 8, 2)
    assert len(region.at(4).frame("grievance")[1]) == 3


def test_worlds_of_different_maps_have_no_difference():
    runs = [Run("synthetic_plane"), Run("synthetic_plane", None, {"resolution": 1.0})]
    pair = Pair.of(runs)
    assert not pair.comparable
    assert len(pair.at(0).frame("fear")[1]) == 2


def test_a_run_that_breaks_says_so_and_stays_where_it_is():
    pair = Pair.of([Run("synthetic_plane"), Run("synthetic_plane")])
    pair.advance(3)
    del pair.worlds[1].simulation.core  # the next week cannot be computed
    pair.advance(9)
    assert pair.computed == 3
    assert "week 3" in pair.failed
    assert "inkspot run synthetic_plane" in pair.failed
    assert pair.ended


def test_a_wrong_setting_is_said_in_the_words_of_the_scenario():
    with pytest.raises(ScenarioError, match=r"territory\.growth"):
        World(Run("synthetic_plane", None, {"territory.growth": 9.0}))


def test_events_are_those_before_the_week_shown(world):
    assert all(event.week < 10 for event in world.events(10))
    assert len(world.events(30)) == len(world.simulation.state.events)


SETTINGS = [
    Setting(),
    Setting("synthetic_plane", 12, (Arm("sever_links"), Arm())),
    Setting("essay_2016", 7, (Arm("core_only", {"territory.growth": 0.4, "mechanisms.pledging.contagion": False}),)),
    Setting("levant_2014", 7, (
        Arm(None, {"groups.boko_haram.conviction": 0.25, "weeks": 104}),
        Arm("no_intervention", {"policy.title": "A & B", "policy.phases.a": {"start": 3, "effort": {"sever_links": 0.5}}}),
    )),
]  # fmt: skip


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_link_reads_back_to_the_same_setting(setting):
    found, week = read_link("?" + link(setting, 41))
    assert week == 41
    assert found == setting
    assert [dict(arm.overrides) for arm in found.arms] == [dict(arm.overrides) for arm in setting.arms]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("scenario=levant_2015", "did you mean `levant_2014`"),
        ("scenario=../../etc/passwd", "not shipped"),
        ("policy=/etc/x.toml", "not shipped"),
        ("seed=-1", "whole number"),
        ("seed=1e9", "whole number"),
        ("week=99999", "0 to 2600"),
        ("sed=1", "did you mean `seed`"),
        ("set=nonsense", "key=value"),
        ("set=%ff%fe", "damaged"),
        ("x=" + "y" * 30_000, "too long"),
    ],
)
def test_a_damaged_link_is_refused_with_a_remedy(query, words):
    with pytest.raises(UserError, match=words):
        read_link(query)


def test_an_empty_link_is_the_baseline():
    assert read_link("") == (Setting(), 0)


def test_undo_and_redo_walk_through_what_was_set():
    history = History(Setting())
    other = Setting().override(0, "territory.growth", 0.4)
    assert history.change(other)
    assert not history.change(other)
    assert history.undo()
    assert history.present == Setting()
    assert history.redo()
    assert history.present == other
    assert history.reset()
    assert history.present == Setting()
    assert history.undo()
    assert history.present == other


def test_a_change_forgets_what_was_undone():
    history = History(0)
    history.change(1)
    history.undo()
    history.change(2)
    assert not history.redo()
    for step in range(300):
        history.change(step + 10)
    assert len(history.past) == 200


class Watched(Session):
    """A session that notes, whenever a walk gives it another history, whether the worlds are of its setting already."""

    def __setattr__(self, name, value):
        super().__setattr__(name, value)
        if name == "history" and hasattr(self, "shown"):
            runs = [world.run for world in self.pair.worlds]
            self.__dict__.setdefault("noted", []).append(runs == list(value.present.runs))


def test_who_draws_during_an_undo_never_reads_a_new_setting_with_old_worlds():
    session = Watched()
    assert session.override("territory.growth", 0.4, [0])
    for move in (History.undo, History.redo, History.reset, History.undo):
        assert session.walk(move)
    assert session.noted == [True] * 4


def test_an_undo_whose_worlds_cannot_be_made_changes_nothing():
    session = Session()
    assert session.upload("mine.toml", scenario_toml(session.pair.first).encode()), session.error
    uploaded = session.setting
    assert session.choose_scenario("synthetic_plane")
    shown, now = session.shown, session.setting
    session.uploads[0].path.unlink()
    assert not session.walk(History.undo)
    assert session.error
    assert (session.shown, session.setting) == (shown, now)
    assert session.history.past[-1] == uploaded


def test_taking_an_override_back_restores_the_setting():
    changed = Setting().override(0, "territory.growth", 0.4)
    assert changed != Setting()
    assert changed.override(0, "territory.growth", None) == Setting()
