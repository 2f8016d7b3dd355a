"""What is shown is one moment of all worlds: map, charts, cards, links and downloads, however fast weeks go on."""

import re
from threading import Event, Thread

import pytest

from experiments.app.chart_view import SHOWN, spec_of, thinned
from experiments.app.exports import series_csv
from experiments.app.page_report import report_html
from experiments.app.pair import Pair
from experiments.app.player import Player
from experiments.app.session import Session
from experiments.app.setting import Arm, Setting
from experiments.app.stage import Stage

TWO = Setting("synthetic_plane", 3, (Arm("no_intervention", {"weeks": 300}), Arm("core_only", {"weeks": 300})))


@pytest.fixture
def pair():
    return Pair.of(TWO.runs)


class Wall:
    """A screen that remembers the week on it and draws at once."""

    def __init__(self):
        self.week = self.player = None

    def show(self, number, header, buffers):
        self.week = header["week"]
        Thread(target=self.player.drawn, args=(number,)).start()

    def say_playing(self, playing):
        self.playing = playing


class Charts:
    spec = None  # as the widget has it


class Widget(Wall):
    """A widget that nobody looks at."""

    def show(self, number, header, buffers=()):
        self.week = header["week"]

    def build(self, pair, titles):
        pass

    def on_msg(self, hear, remove=False):
        pass


def staged(session, wall):
    """A stage with a screen and charts of its own instead of widgets."""
    stage = Stage(session, lambda: None)
    stage.titles, stage.map, stage.charts, stage.axis = session.titles, wall, Charts(), Charts()
    wall.player = stage.player = Player(session.pair, wall, stage._changed)
    wall.player.speed = 0
    return stage


def test_charts_have_one_moment_while_both_worlds_go_on(pair):
    over = Event()

    def go_on():
        for week in range(1, 201):
            for world in pair.worlds:
                world.advance(week)
        over.set()

    Thread(target=go_on).start()
    lengths = set()
    while not over.is_set():
        shown = pair.at(10**6)
        spec = spec_of(shown, pair.titles)
        assert len(spec["weeks"]) == shown.computed + 1
        assert {len(line["values"]) for chart in spec["charts"] for line in chart["lines"]} == {len(spec["weeks"])}
        assert {len(chart["difference"]["values"]) for chart in spec["charts"]} == {len(spec["weeks"])}
        lengths.add(len(spec["weeks"]))
    assert len(lengths) > 3


def test_what_was_shown_stays_as_it_was(pair):
    pair.advance(12)
    shown = pair.at(9)
    before = spec_of(shown, pair.titles), shown.frame("control"), series_csv(shown)
    pair.advance(40)
    assert (spec_of(shown, pair.titles), shown.frame("control"), series_csv(shown)) == before


def test_outcomes_of_an_earlier_week_are_those_of_a_run_that_stopped_there(pair):
    stopped = Pair.of(TWO.runs)
    stopped.advance(15)
    pair.advance(40)
    for early, late in zip(stopped.worlds, pair.worlds, strict=True):
        assert late.outcomes(15) == early.outcomes()


def test_map_charts_links_and_files_agree_after_every_pause_at_full_speed():
    session, wall = Session(), Wall()
    session.apply(TWO)
    stage = staged(session, wall)
    seen = set()
    for moment in range(25):
        stage.player.play()
        after = stage.player.week + 1 + moment % 4
        while stage.player.playing and stage.player.week < after:
            pass
        stage.player.pause()
        week = wall.week
        seen.add(week)
        assert (session.week, stage.charts.spec["week"], stage.player.week) == (week, week, week)
        assert f"week={week}&" in session.link
        assert stage.charts.spec["weeks"][-1] == session.shown.computed
    assert len(seen) > 10
    rows = series_csv(session.shown).splitlines()
    assert len(rows) == 1 + 2 * (session.shown.computed + 1)
    stage.player.close()


def test_a_week_that_is_not_computed_is_run_to_and_shown():
    session, wall = Session(), Wall()
    session.apply(TWO)
    player = staged(session, wall).player
    player.seek(30)
    assert wall.week == session.week == 0  # still the week that it was
    player._thread.join(60)
    assert wall.week == session.week == 30
    assert not player.playing
    player.seek(44)
    player.seek(35)  # the hand goes on while it runs
    player._thread.join(60)
    assert wall.week == session.week == 35
    player.seek(4)
    assert wall.week == 4


def test_a_player_of_earlier_worlds_publishes_nothing():
    session, wall = Session(), Wall()
    session.apply(TWO)
    late = staged(session, wall).player
    session.choose_policy(0, "comprehensive")
    late.step()
    assert session.week == 0
    assert session.shown.pair is session.pair is not late.pair


def test_layer_and_speed_stay_when_other_worlds_are_shown_and_the_axis_has_the_weeks_of_the_map():
    session, map_view, axis = Session(), Widget(), Widget()
    session.apply(TWO)
    stage = Stage(session, lambda: None)
    stage.open(map_view, axis, Widget())
    stage.player.hear({"kind": "speed", "value": 20})
    stage.player.hear({"kind": "layer", "name": "fear"})
    assert session.drop_second()
    stage.renew()
    assert (stage.player.speed, stage.player.layer) == (20, "fear")
    stage.hear(map_view, {"kind": "ready"}, [])
    stage.player.step()
    assert map_view.week == axis.week == 1
    assert axis.span["start"] == session.pair.first.date(0).isoformat()
    assert len(axis.span["days"]) == 1 + axis.span["weeks"] == 301
    stage.close()


def test_a_long_run_is_thinned_but_has_the_week_shown():
    weeks = thinned(2000, 777)
    assert 777 in weeks
    assert (weeks[0], weeks[-1]) == (0, 2000)
    assert len(weeks) <= 401


def test_a_card_and_a_report_end_with_the_moment_that_is_shown():
    session = Session()
    session.apply(TWO)
    session.show(6)
    session.selection = {"what": "organisation", "id": 0, "pane": 1}
    card, shown = session.card(), session.shown
    report = report_html(session, shown)
    session.pair.advance(20)
    assert session.card() == card
    pictures = r'src="[^"]*"'  # these carry the time of their making
    assert re.sub(pictures, "", report_html(session, shown)) == re.sub(pictures, "", report)
    assert len(SHOWN) == len(spec_of(shown, session.titles)["charts"])
