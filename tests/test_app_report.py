"""What a report and an ensemble of the page say of a week, and how pictures of charts write numbers."""

import html

import pytest

from experiments.app.ensemble import Ensemble, answer, told
from experiments.app.page_report import _charts, report_html, whole_report
from experiments.app.plan import Bar
from experiments.app.plan_names import planned as laid
from experiments.app.session import Session
from experiments.app.setting import Arm, Setting
from experiments.measures.numbers import chart_number, number

PLANE = Setting("synthetic_plane", 4, (Arm("no_intervention", {"weeks": 20}),))


@pytest.fixture
def planned():
    """A session with a plan of its own and ten weeks computed."""
    session = Session()
    assert session.apply(laid(PLANE, 0, [Bar("strike_core", 0, 10, 0.5), Bar("sever_links", 5, 20, 0.5)]))
    session.show(10)
    return session


def test_a_report_is_of_one_week_throughout(planned):
    planned.show(18)
    planned.choose_policy(1, "core_only")
    planned.ensemble = Ensemble(planned.setting, 2)
    planned.ensemble.run()
    planned.show(18)
    text = report_html(planned, planned.pair.at(7))
    day = "22 September 2014"
    assert planned.pair.first.date(7).strftime("%-d %B %Y") == day
    assert f"<b>{day}</b> (week 7 of 20)" in text
    assert f"Who holds what on {day}" in text
    assert f"On {day} (week 7): " in text
    assert f"Outcomes up to {day}" in text
    held = [number(world.outcomes(7)["alignment"]) for world in planned.pair.worlds]
    columns = "".join(f'<td class="n">{value}</td>' for value in held)
    assert f"<td>mean alignment of provinces, mean over the weeks</td>{columns}" in text
    assert "week=7" in html.unescape(text)
    end = planned.pair.first.date(20).strftime("%-d %B %Y")
    assert end not in text.split("<h2>Policies</h2>")[0]
    assert whole_report(planned, planned.pair, lambda week: week < 19) == "", "it is not wanted any more"
    told: list[int] = []
    whole = whole_report(planned, planned.pair, lambda week: not told.append(week))
    assert told == sorted(told)
    assert f"<b>{end}</b> (week 20 of 20)" in whole
    assert f"On {end} (week 20, the end of the run): " in whole


def test_an_ensemble_answers_for_any_week_as_runs_that_stopped_there():
    ensemble = Ensemble(PLANE.with_arm(1, Arm("core_only", {"weeks": 20})), 2)
    ensemble.run()
    short = [Arm(arm.policy, {"weeks": 9}) for arm in ensemble.setting.arms]
    stopped = Ensemble(Setting("synthetic_plane", 4, tuple(short)), 2)
    stopped.run()
    for late, early in zip(told(ensemble, ["a", "b"], 9), told(stopped, ["a", "b"]), strict=True):
        assert repr(late) == repr(early)  # no regret where no direction is better
    assert answer(ensemble, ["a", "b"]).end
    assert not answer(ensemble, ["a", "b"], 9).end


def test_a_picture_of_charts_writes_numbers_as_the_page_does(planned):
    figure = _charts(planned, planned.shown)
    figure.canvas.draw()
    panel = next(axes for axes in figure.axes if axes.get_title(loc="left").startswith("Prestige"))
    words = [tick.get_text() for tick in panel.get_yticklabels()]
    assert words == [chart_number(value) for value in panel.get_yticks()]
    assert any(text.startswith("0.") for text in words)
    assert not any("m" in text for text in words)
