"""One organisation's story: found by name, short, dated, and true to the run that it tells of."""

import re

import numpy as np
import pytest
from typer.testing import CliRunner

from experiments.batch.errors import UserError
from experiments.cli.main import app
from experiments.report.explain import main_events
from experiments.report.story import MOST_LINES, find_organisation, story, turning_points
from model import Simulation, load_scenario

DATED = re.compile(r"(\d{4}-\d\d-\d\d  |weeks \d+ to \d+: )\S.*")


@pytest.fixture(scope="module")
def result():
    return Simulation(load_scenario("levant_2014", overrides={"weeks": 70}), seed=1).run()


@pytest.mark.parametrize("text", ["boko_haram", "Boko Haram (JAS)", "boko haram", " BOKO "])
def test_an_organisation_is_found_by_name_title_or_a_part_that_no_other_has(text):
    assert find_organisation(load_scenario("levant_2014"), text) == "boko_haram"


@pytest.mark.parametrize("text", ["core", "islamic state (core)"])
def test_the_core_is_found_too(text):
    assert find_organisation(load_scenario("levant_2014"), text) == "core"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Boko Harm", "did you mean boko_haram (Boko Haram (JAS))?"),
        (
            "al-qaeda in",
            "several organisations of levant_2014 match: aqim (Al-Qaeda in the Islamic Maghreb), aqap",
        ),
        ("zzz", "it has core, jak_dza,"),
        ("", "it has core, jak_dza,"),
    ],
)
def test_an_unknown_or_ambiguous_name_is_refused_with_the_nearest(text, words):
    with pytest.raises(UserError, match=re.escape(words)):
        find_organisation(load_scenario("levant_2014"), text)


def test_every_story_is_short_and_every_line_of_it_has_a_date_or_its_weeks(result):
    for name in result.organisation_names:
        lines = story(result, name)
        assert 2 <= len(lines) <= MOST_LINES
        assert all(DATED.fullmatch(line) for line in lines), lines


def test_a_story_is_told_in_the_order_of_time(result):
    days = [line[:10] for line in story(result, "boko_haram") if not line.startswith("weeks")]
    assert days == sorted(days)
    assert days[0] == str(result.scenario.start)


def test_a_longer_story_is_cut_to_its_main_lines_and_keeps_its_end(result):
    lines = story(result, "core", most=6)
    assert len(lines) == 6
    assert lines[-1] == story(result, "core")[-1]


def test_pledge_and_acceptance_are_told_with_their_dates_and_causes(result):
    accepted = next(event for event in result.event_list if event.kind == "acceptance")
    text = "\n".join(story(result, accepted.organisation))
    for event in result.event_list:
        if event.organisation == accepted.organisation and event.kind in ("pledge", "acceptance"):
            day = result.series["date"][event.week]
            assert re.search(rf"^{day}  .*because {re.escape(event.cause)}", text, re.MULTILINE)


def test_a_story_sums_up_the_weeks_between_from_the_runs_own_series(result):
    name = next(event.organisation for event in result.event_list if event.kind == "acceptance")
    rows = result.organisations[result.organisations["organisation"] == name].set_index("week")
    spans = [re.match(r"weeks (\d+) to (\d+): .*?; ([\d,]+) attacks", line) for line in story(result, name)]
    spans = [span for span in spans if span]
    assert spans
    for span in spans:
        first, last, attacks = (int(part.replace(",", "")) for part in span.groups())
        assert attacks == rows["attacks"].loc[first:last].sum()


def test_strikes_on_the_core_begin_in_the_story_when_they_do_in_the_run(result):
    rows = result.organisations[result.organisations["organisation"] == "core"].set_index("week")
    first = rows.index[rows["strikes"] >= 0.05][0]
    assert f"{result.series['date'][first]}  Allied strikes on it begin" in "\n".join(story(result, "core"))


def test_a_group_that_ends_has_the_last_line_say_so():
    few = {"groups.west.fighters": 4, "groups.west.holdings": [], "groups.west.treasury": 0.0, "groups.west.need": 1.0}
    few |= {"resources.recruitment": 2e-5, "resources.secret_recruiting": 0.001, "resources.desertion": 0.15}
    run = Simulation(load_scenario("synthetic_plane", overrides=few | {"weeks": 60}), seed=1).run()
    lines = story(run, "west")
    assert "desertion" in "\n".join(lines)
    assert lines[-1].endswith("The end of Western group.")


def test_a_split_group_has_a_story_from_the_week_it_was_born():
    over = {"weeks": 50, "splintering.hazard": 0.05, "foreign_fighters.return_rate": 0.01}
    run = Simulation(load_scenario("essay_2016", overrides=over), seed=1).run()
    born = next(event for event in run.event_list if event.kind in ("splinter", "founding"))
    assert story(run, born.organisation)[0].startswith(str(run.series["date"][born.week]))


@pytest.mark.parametrize(
    ("series", "turns"),
    [
        ([0, 1, 2, 3], []),
        ([0, 100, 0], [(1, True)]),
        ([0, 100, 90, 100, 40, 100], [(3, True), (4, False)]),
        ([100, 40, 100, 50, 100], [(1, False), (2, True), (3, False)]),
        ([50, 50, 50], []),
    ],
)
def test_turning_points_are_the_peaks_and_lows_that_a_series_moves_away_from(series, turns):
    assert turning_points(np.array(series, dtype=float), 0.35, 10.0) == turns


def test_the_command_tells_the_story_of_the_organisation_that_is_named(tmp_path):
    words = ["run", "synthetic_plane", "--weeks", "12", "--explain", "Eastern", "--out", str(tmp_path)]
    found = CliRunner().invoke(app, words)
    assert found.exit_code == 0, found.output
    assert "The story of Eastern group" in found.output
    assert "2014-08-04  Eastern group is independent: 500 fighters" in found.output
    assert "What happened" not in found.output
    assert "Outcomes" in found.output


def test_an_unknown_organisation_is_refused_before_anything_is_run_or_written(tmp_path):
    out = tmp_path / "results"
    found = CliRunner().invoke(app, ["run", "synthetic_plane", "--explain", "Easter group", "--out", str(out)])
    assert found.exit_code == 2
    assert "did you mean east (Eastern group)?" in found.output
    assert "Simulating" not in found.output
    assert not out.exists()


def test_the_account_of_a_run_gives_shares_of_causes_where_the_sentence_does_not(result):
    lines, _ = main_events(result, most=1000)
    joined = [line.cause for line in lines if "joined the coalition" in line.words]
    assert any(re.search(r"\((attacks there|land lost to the core's side) \d+%", cause) for cause in joined)
